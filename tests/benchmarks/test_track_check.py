"""Tracks beside trackeval's scores, which another environment computes."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks.peer_answer import PeerError
from benchmarks.side_by_side import ENVIRONMENTS, peer_program
from benchmarks.track_check import PEER, Tracked, TrackScores, score_tracks

TRUTH = [[Tracked(track_id=7, box_xyxy=(10.0 + x, 10.0, 20.0 + x, 30.0))] for x in range(4)]
SWITCHED = [[Tracked(track_id=index // 2, box_xyxy=frame[0].box_xyxy)] for index, frame in enumerate(TRUTH)]


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
    assert score_tracks(TRUTH, TRUTH, folder=tmp_path) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for an interpreter")
def test_every_frame_is_told_with_boxes_and_identities(peer, tmp_path):
    answer = '{"hota": 0.5, "mota": 0.25, "idf1": 0.75, "n_switches": 3}'
    folder = peer(f"json.dump(told, open({str(tmp_path / 'told.json')!r}, 'w')); print({answer!r})")
    assert score_tracks(SWITCHED[:2], TRUTH[:2], folder=folder) == TrackScores(
        hota=0.5, mota=0.25, idf1=0.75, n_switches=3)
    assert json.loads((tmp_path / "told.json").read_text("utf-8")) == {
        "found": [[[10.0, 10.0, 20.0, 30.0, 0]], [[11.0, 10.0, 21.0, 30.0, 0]]],
        "truth": [[[10.0, 10.0, 20.0, 30.0, 7]], [[11.0, 10.0, 21.0, 30.0, 7]]]}


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands in for an interpreter")
def test_an_environment_that_fails_says_how_to_make_it_again(peer):
    with pytest.raises(PeerError, match="make peers"):
        score_tracks(TRUTH, TRUTH, folder=peer("sys.exit('broken')"))


@pytest.mark.long
@pytest.mark.skipif(not peer_program(PEER).exists(), reason="make peers puts trackeval into .venvs")
def test_trackeval_gives_what_its_definitions_give_by_hand():
    assert score_tracks(TRUTH, TRUTH, folder=ENVIRONMENTS) == TrackScores(hota=1.0, mota=1.0, idf1=1.0, n_switches=0)
    switched = score_tracks(SWITCHED, TRUTH)
    assert (switched.mota, switched.idf1, switched.n_switches) == (0.75, 0.5, 1)
    assert switched.hota == pytest.approx(0.5**0.5, abs=1e-6), "half of each track's frames are its own"
