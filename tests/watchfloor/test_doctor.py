"""The doctor tells a whole installation from a broken one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hw.samples import find_sample
from watchfloor import doctor
from watchfloor.doctor import Check, State, check_requirement, examine


def find(subject: str) -> Check:
    return next(check for check in examine() if check.subject == subject)


def test_this_environment_is_whole() -> None:
    assert [check for check in examine() if check.state is State.BROKEN] == []


def test_h264_is_encoded_and_decoded_for_real() -> None:
    assert doctor.encode_and_decode() == doctor.PROBE_FRAMES


@pytest.mark.parametrize(("line", "found"), [
    ("numpy>=999", ", needs >=999"),
    ("package-that-nobody-has>=1", "missing"),
])
def test_a_missing_or_old_dependency_is_broken_and_says_what_to_install(line: str, found: str) -> None:
    check = check_requirement(Requirement(line))
    assert check.state is State.BROKEN
    assert check.found.endswith(found)
    assert check.do == f'pip install "{line}"'


def test_two_builds_of_opencv_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    version = doctor.metadata.version
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "5" if name == "opencv-python" else version(name))
    check = find("cv2")
    assert check.state is State.BROKEN
    assert check.found == "opencv-python and opencv-python-headless"
    assert check.do.startswith("pip uninstall opencv-python opencv-python-headless")


def test_a_foreign_sister_package_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_origins", lambda: {"hw": Path("elsewhere/hw")})
    check = find("package hw")
    assert check.state is State.BROKEN
    assert check.found == str(Path("elsewhere/hw"))


def test_a_data_folder_that_is_not_there_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path / "none"))
    assert find("WATCHFLOOR_DATA").state is State.BROKEN


def test_no_data_folder_is_worth_a_note_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHFLOOR_DATA", raising=False)
    assert find("WATCHFLOOR_DATA").state is State.NOTE


def test_samples_are_told_apart_by_being_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert find("samples").found.startswith("here: none; not here: ")
    assert "bottle" in find("samples").do


def test_a_sample_with_other_bytes_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / find_sample("bottle").file).write_bytes(b"not a clip")
    monkeypatch.setenv("WATCHFLOOR_DATA", str(tmp_path))
    check = find("sample bottle")
    assert check.state is State.BROKEN
    assert "10 bytes; expected" in check.found


def test_a_cache_folder_that_cannot_be_made_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    check = find("cache")
    assert check.state is State.BROKEN
    assert "XDG_CACHE_HOME" in check.do


def test_a_check_that_fails_is_a_broken_check_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise RuntimeError("no codec")

    monkeypatch.setattr(doctor, "encode_and_decode", fail)
    assert find("video").found == "RuntimeError: no codec"
    assert find("machine").state is State.OK


def test_the_command_exits_with_0_and_prints_json(watchfloor: Callable) -> None:
    done = watchfloor("doctor", "--json")
    assert done.returncode == 0, done.stderr
    assert {"python", "cv2", "H.264", "machine"} <= {check["subject"] for check in json.loads(done.stdout)}


def test_the_command_exits_with_1_and_names_what_is_broken(watchfloor: Callable, tmp_path: Path) -> None:
    done = watchfloor("doctor", env={"WATCHFLOOR_DATA": str(tmp_path / "none")})
    assert done.returncode == 1
    assert done.stderr == "watchfloor: broken: WATCHFLOOR_DATA\n"
    assert "unset it" in done.stdout
