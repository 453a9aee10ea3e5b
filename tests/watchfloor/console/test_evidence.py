"""An exported piece of a run is proved unaltered, and any change to it is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import pytest

from sim.errors import InputError
from watchfloor.console.evidence import export_evidence
from watchfloor.console.finished_run import FinishedRun
from watchfloor.verify import verify_file


@pytest.fixture(scope="module")
def exported(finished: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    export_evidence(finished, folder / "butt.json", camera_id=14, from_s=2429.5, to_s=2440.5)
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    shutil.copytree(exported, tmp_path / "copy")
    return tmp_path / "copy" / "butt.json"


def test_the_clip_and_the_rows_are_those_of_the_run(exported: Path, finished: FinishedRun) -> None:
    document = json.loads((exported / "butt.json").read_text(encoding="utf-8"))
    assert document["log_digest"] == finished.log.digest()
    within = (finished.log.t_s >= 2429.5) & (finished.log.t_s <= 2440.5)
    assert len(document["rows"]) == int(within.sum()) == 2
    with av.open(str(exported / "butt.mp4")) as clip:
        assert (sum(1 for _ in clip.decode(video=0)), clip.streams.video[0].average_rate) == (110, 10)


def test_an_unaltered_piece_is_proved(copy: Path) -> None:
    assert "unaltered" in verify_file(copy)


@pytest.mark.parametrize(("where", "value", "told"), [
    (("rows", 1, "t_s"), 2429.0, "row 1"), (("rows", 0, "name"), "reject", "row 0"), (("camera_id",), 15, "row 0"),
    (("head",), "0" * 64, "head"), (("clip_sha256",), "0" * 64, "clip butt.mp4"), (("scenario",), "other", "row 0"),
])
def test_a_changed_manifest_is_told(copy: Path, where: tuple[str | int, ...], value: object, told: str) -> None:
    document = json.loads(copy.read_text(encoding="utf-8"))
    part = document
    for key in where[:-1]:
        part = part[key]
    part[where[-1]] = value
    copy.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        verify_file(copy)


def test_a_left_out_row_and_a_changed_clip_are_told(copy: Path) -> None:
    whole = copy.read_text(encoding="utf-8")
    for row, told in ((0, "row 0"), (1, "head")):
        document = json.loads(whole)
        del document["rows"][row]
        copy.write_text(json.dumps(document), encoding="utf-8")
        with pytest.raises(InputError, match=told):
            verify_file(copy)
    copy.write_text(whole, encoding="utf-8")
    clip = copy.with_suffix(".mp4")
    clip.write_bytes(clip.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="missing or altered"):
        verify_file(copy)


@pytest.mark.parametrize("changes", [{"camera_id": 999}, {"from_s": -1.0}, {"to_s": 2427.0}, {"to_s": 9e9}])
def test_what_the_run_does_not_hold_is_refused(
    finished: FinishedRun, tmp_path: Path, changes: dict[str, float],
) -> None:
    wanted = {"camera_id": 14, "from_s": 2428.0, "to_s": 2430.0} | changes
    with pytest.raises(InputError, match="expected"):
        export_evidence(finished, tmp_path / "x.json", **wanted)
