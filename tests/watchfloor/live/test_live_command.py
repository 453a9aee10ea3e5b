"""`watchfloor live` as a program: words by a pipe and keys on a terminal, with a badge as a program beside it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import plain_environment
from watchfloor.live.keys import TypedLines
from watchfloor.live.terminal import read_words

Run = Callable[..., subprocess.CompletedProcess[str]]
LIVE = [sys.executable, "-m", "watchfloor", "live", "district_centre", "--at", "09:30", "--port", "0", "--out", "live"]


def read_until(program: subprocess.Popen[str], pattern: str, timeout_s: float = 120.0) -> re.Match[str]:
    """Return the first match in the lines that a program prints."""
    assert program.stdout is not None
    end_s, seen = time.monotonic() + timeout_s, ""
    while time.monotonic() < end_s:
        line = program.stdout.readline()
        seen += line
        found = re.search(pattern, line)
        if found:
            return found
        assert line, f"ended before {pattern}: {seen}"
    raise AssertionError(f"not within {timeout_s} s: {pattern} in {seen}")


def test_a_person_confirms_and_sends_and_a_badge_reports(tmp_path: Path, street: Path, watchfloor: Run) -> None:
    (tmp_path / "codes.csv").write_text("kind,code,title,authority\nlitter,434-2,Littering,police\n", encoding="utf-8")
    live = subprocess.Popen(
        [*LIVE, "--feed", f"11={street}", "--badge", "1=simulated", "--exercise", "--metrics", "0", "--console",
         "--console-port", "0", "--no-browser", "--codes", "codes.csv"], cwd=tmp_path,
        text=True, env=plain_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    badge = None
    try:
        assert live.stdin is not None
        port = read_until(live, r"EXERCISE badges connect to 127.0.0.1:(\d+)")[1]
        metrics = read_until(live, r"metrics at (http://127.0.0.1:\d+/metrics)")[1]
        console = read_until(live, r"EXERCISE the console is at (http://127.0.0.1:\d+/)")[1]
        with urllib.request.urlopen(console + "api/about", timeout=60) as answer:
            assert json.load(answer)["codes"] == {
                "litter": {"code": "434-2", "title": "Littering", "authority": "police"}}
        badge = subprocess.Popen(
            [sys.executable, "-m", "watchfloor", "badge", "--unit", "1", "--server", f"127.0.0.1:{port}", "--quiet",
             "--acknowledge-s", "0", "--turnout-s", "0", "--travel-s", "0", "--scene-s", "0"],
            cwd=tmp_path, env=plain_environment(), text=True)
        alert = read_until(live, r"EXERCISE \d\d:\d\d:\d\d alert (\d+): other at camera 11")[1]
        live.stdin.write(f"c {alert} litter\n")
        live.stdin.flush()
        read_until(live, rf"c {alert} litter: done")
        live.stdin.write("d 0 1\n")
        live.stdin.flush()
        read_until(live, r"order to unit 1: call 0 litter EXERCISE")
        read_until(live, r"unit 1: clear call 0")
        with urllib.request.urlopen(metrics, timeout=20) as answer:
            measured = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line[0] != "#")
        printed, _ = live.communicate("q\n", timeout=60)
    finally:
        live.kill()
        if badge is not None:
            badge.kill()
            badge.wait(10)
    assert re.search(r"EXERCISE \d+ s, \d+ inputs, \d+ alerts, 1 calls, 1 orders, 4 reports", printed)
    assert re.search(r"engine's lateness in ms: .*\d+: \d+", printed)
    assert float(measured['watchfloor_feed_frames_decoded_total{camera_id="11",role="live"}']) > 0
    assert measured['watchfloor_feed_state{camera_id="11",role="live",state="live"}'] == "1.0"
    assert float(measured["watchfloor_live_inbox_seconds_count"]) >= 6
    assert measured['watchfloor_live_lateness_seconds_bucket{le="+Inf"}'] == measured[
        "watchfloor_live_lateness_seconds_count"]
    assert live.returncode == 0
    again = watchfloor("live", "--replay", "live", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["is_identical"] is True
    (tmp_path / "live" / "inputs.jsonl").write_text("")
    broken = watchfloor("live", "--replay", "live")
    assert broken.returncode == 1
    assert "expected the digest of session.json" in broken.stderr


def test_a_table_of_offences_that_nobody_would_see_is_told(watchfloor: Run) -> None:
    told = watchfloor("live", "district_centre", "--codes", "codes.csv")
    assert (told.returncode, "give --console too" in told.stderr) == (2, True)


def test_on_a_terminal_the_view_shows_what_waits_and_obeys_keys(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="terminals of Unix are not on this machine")
    child, descriptor = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execve(sys.executable, [*LIVE, "--badge", "1=simulated"],
                  os.environ | {"TERM": "xterm", "COLUMNS": "110", "LINES": "45"})
    seen = b""
    for waited_for, typed in ((b"c ALERT [KIND] confirm", b"s 3 lx\x7fitter\n"), (b"s 3 litter: done", b"q\n")):
        end_s = time.monotonic() + 120.0
        while waited_for not in seen:
            assert time.monotonic() < end_s, seen[-2000:]
            seen += os.read(descriptor, 65_536)
        os.write(descriptor, typed)
    try:
        while chunk := os.read(descriptor, 65_536):
            seen += chunk
    except OSError:  # the other end of a terminal has gone
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"Calls" in seen
    assert b"0 orders" in seen


def test_what_is_typed_is_read_character_by_character() -> None:
    reader, writer = os.pipe()
    os.write(writer, "абв\x7fc 1\x15r 2\nleft".encode() + b"\x04")
    typed = TypedLines(reader)
    assert list(typed) == ["r 2"]
    assert typed.partial == "left"
    os.close(reader)
    os.close(writer)


def test_words_that_ask_for_nothing_known_ask_for_nothing() -> None:
    for words in ("c", "c one", "d 1", "s 3", "x 1", "c 1 litter now"):
        assert read_words(words.split()) == []


@pytest.mark.parametrize(("arguments", "words"), [
    (["live"], "name a scenario, or a record with --resume or --replay"),
    (["live", "district_centre", "--at", "25:00"], "--at = 25:00; expected HH:MM"),
    (["live", "--replay", "nowhere"], "expected a live session's record"),
    (["live", "district_centre", "--feed", "1=rtsp://192.0.2.1/1", "--stand-in", "0"], "with the real camera 1"),
    (["live", "district_centre", "--host", "0.0.0.0"], "WATCHFLOOR_BADGE_KEY"),
])
def test_bad_usage_is_said(watchfloor: Run, arguments: list[str], words: str) -> None:
    done = watchfloor(*arguments)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.replace("│", " ").split())
