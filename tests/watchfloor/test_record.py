"""Recording from the command line: masked by default, a reason for more, and a log of who did what."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

from hw.loopback import MjpegServer
from watchfloor.cli import main

SECRET = "Tr0ub4dor"
GREY = np.full((48, 64, 3), 90, np.uint8)


@pytest.fixture
def here(tmp_path, monkeypatch, capsys):
    """Runs `watchfloor …` in this process, which spares its start; else as the fixture ``watchfloor``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, env: dict[str, str] | None = None) -> CompletedProcess[str]:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(arguments))
        printed = capsys.readouterr()
        return CompletedProcess(arguments, ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def recorded(here, tmp_path) -> Path:
    finished = here("record", "drawn:market", "--seconds", "1", "--camera", "4", "--who", "officer 7")
    assert finished.returncode == 0, finished.stderr
    assert "masked" in finished.stdout
    return next((tmp_path / "recordings").glob("camera-4-*-masked.mcap"))


def test_a_recording_is_listed_held_exported_and_probed_and_all_of_it_is_logged(here, recorded, tmp_path):
    name = str(recorded)
    assert here("recordings", "hold", name).returncode == 2
    assert here("recordings", "hold", name, "--why", "case 12").returncode == 0
    assert "held" in here("recordings", "list").stdout
    assert here("recordings", "export", name, "clip.mp4", "--why", "court").stdout.startswith("25 pictures")
    reason = {"WATCHFLOOR_WHY": "a look", "WATCHFLOOR_WHO": "officer 8"}
    assert here("probe", name, env=reason).returncode == 0
    assert here("recordings", "release", name, "--why", "closed").returncode == 0
    rows = json.loads(here("recordings", "log", "--json").stdout)
    assert [(row["action"], row["why"]) for row in rows] == [
        ("record", "masked recording"), ("hold", "case 12"), ("export", "court"), ("view", "a look"),
        ("release", "closed")]
    assert (rows[0]["who"], rows[3]["who"]) == ("officer 7", "officer 8")


def test_a_log_that_was_changed_is_told(here, recorded):
    log = recorded.parent / "access.jsonl"
    log.write_text(log.read_text().replace("officer 7", "officer 9"))
    finished = here("recordings", "log")
    assert finished.returncode == 1
    assert "row 0 = changed" in finished.stderr


def test_a_table_of_cameras_is_recorded_by_their_small_streams_and_no_secret_is_printed_or_written(
    watchfloor, tmp_path,
):
    with MjpegServer(lambda t_s: GREY, fps=10, login=("duty", SECRET)) as server:
        base = f"http://duty:{SECRET}@127.0.0.1:{server.port}"
        (tmp_path / "cams.csv").write_text("url,camera_id,role\n" + "".join(
            f"{base}/{camera}/{role}?password={SECRET},{camera},{role}\n" for camera in (1, 2)
            for role in ("main", "sub")))
        masked = watchfloor("record", "--feeds", "cams.csv", "--role", "sub", "--seconds", "4", "--json")
        unmasked = watchfloor("record", "--feeds", "cams.csv", "--seconds", "4", "--out", "kept",
                              "--unmasked", f"checks {base}")
    assert masked.returncode == unmasked.returncode == 0, masked.stderr + unmasked.stderr
    results = json.loads(masked.stdout)
    assert [(result["camera_id"], result["source"].split("?")[0][-6:]) for result in results] == [
        (1, "/1/sub"), (2, "/2/sub")]
    assert "NOT masked" in unmasked.stdout
    written = b"".join(path.read_bytes() for folder in ("recordings", "kept") for path in (tmp_path / folder).iterdir())
    printed = "".join(finished.stdout + finished.stderr for finished in (masked, unmasked))
    assert SECRET not in printed
    assert SECRET.encode() not in written
    assert b"checks http://***@127.0.0.1" in written


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "give one address or --feeds FILE"),
    (("drawn:market", "--unmasked", " "), "--unmasked wants a reason"),
    (("drawn:market", "--unmasked", "a test", "--seconds", "1"), "a file is its own unmasked recording"),
    (("drawn:market", "--keep", "long"), "span = long; expected"),
    (("drawn:market", "--feeds", "x.csv"), "give one address or --feeds FILE"),
])
def test_what_cannot_be_recorded_is_said(here, arguments, said):
    finished = here("record", *arguments)
    assert finished.returncode == 2
    assert said in finished.stderr.replace("\n", " ").replace("│", "").replace("  ", " ")


def test_a_camera_that_gives_no_picture_is_told_by_the_exit_code(here):
    finished = here("record", "rtsp://127.0.0.1:9/1", "--seconds", "1")
    assert finished.returncode == 1
    assert "Connection refused" in finished.stdout
