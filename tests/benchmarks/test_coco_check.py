"""Our average precision beside COCO's, which another environment computes."""

from __future__ import annotations

import json
import sys

import pytest

from agents.detections import Detection
from benchmarks.coco_check import PEER, coco_ap50
from benchmarks.peer_answer import PeerError
from benchmarks.side_by_side import peer_program

TRUTH = {3: [(10.0, 10.0, 20.0, 30.0)], 7: []}
FOUND = {3: [Detection(box_xyxy=(10.0, 10.0, 20.0, 29.0), kind="person", score=0.75)]}


@pytest.fixture
def peer(tmp_path):
    """Puts a program in the peer's place that answers with some Python of the test's."""

    def lay(code):
        program = peer_program(PEER, tmp_path)
        program.parent.mkdir(parents=True)
        program.write_text(f"#!{sys.executable}\nimport json, sys\ntold = json.load(sys.stdin)\n{code}\n", "utf-8")
        program.chmod(0o755)
        return tmp_path

    return lay


def test_without_its_environment_there_is_no_figure(tmp_path):
    assert coco_ap50(FOUND, TRUTH, folder=tmp_path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for an interpreter")
def test_every_frame_that_counts_is_told_with_its_boxes_and_scores(peer, tmp_path):
    folder = peer(f"json.dump(told, open({str(tmp_path / 'told.json')!r}, 'w')); print(json.dumps({{'ap50': 0.5}}))")
    assert coco_ap50(FOUND, TRUTH, ignore={7: [(0.0, 0.0, 5.0, 5.0)]}, folder=folder) == 0.5
    assert json.loads((tmp_path / "told.json").read_text("utf-8")) == {
        "frames": {"3": [[10.0, 10.0, 20.0, 30.0]], "7": []}, "ignore": {"3": [], "7": [[0.0, 0.0, 5.0, 5.0]]},
        "found": {"3": [[10.0, 10.0, 20.0, 29.0, 0.75]], "7": []}}


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for an interpreter")
def test_an_environment_that_fails_says_how_to_make_it_again(peer):
    with pytest.raises(PeerError, match="make peers"):
        coco_ap50(FOUND, TRUTH, folder=peer("sys.exit('broken')"))
