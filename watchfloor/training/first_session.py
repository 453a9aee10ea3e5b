"""How long a new trainee's first session takes: the real program and browser, a person's pace played by a script."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from sim.errors import WatchfloorError
from watchfloor.console.chromium import open_chromium
from watchfloor.console.practice import MINUTES, N_TILES
from watchfloor.results import open_folder
from watchfloor.show import Advance, Show
from watchfloor.training.records import Records

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAME = "newcomer"
WAIT_S = 120.0
PARTS = ("ready", "briefing", "exercise", "questionnaire", "debrief")
_HURRY = """async (factor) => {
    const { Link } = await import("/web/link.js");
    const link = new Link(new URLSearchParams(location.search).get("session"), "instructor",
        { onState() {}, onFrame() {}, onConnection() {} });
    await link.act({ do: "speed", factor });
    link.close();
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast somebody reads and answers."""

    words_per_min: float = 238.0
    """Silent reading of non-fiction: Brysbaert (2019), Journal of Memory and Language 109, 104047."""
    answer_s: float = 2.65
    """To decide, point and click: 1.35 + 1.1 + 0.2 s, Card, Moran & Newell (1980), Communications of the ACM 23."""

    def time_s(self, text: str, *, n_answers: int = 0) -> float:
        """Return how long a text takes to read, with some answers to give."""
        return 60.0 * len(text.split()) / self.words_per_min + n_answers * self.answer_s


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSession:
    """A first session, part by part, in seconds of the wall clock."""

    load_per_core: float
    """Other work on each core before it began."""
    minutes: float
    """Of the exercise."""
    ready_s: float
    """From the command to the briefing on the screen."""
    briefing_s: float
    exercise_s: float
    """From Begin to the questionnaire, with what a freeze asked."""
    questionnaire_s: float
    debrief_s: float
    """From the last answer to the debrief on the screen."""
    total_s: float
    n_targets: int
    """In the debrief's table."""
    n_answers: int
    """To a freeze and the questionnaire."""
    n_recorded: int
    """Sessions of the newcomer in the records afterwards."""


def bench_first_session(*, minutes: float, out: Path | None, show: Show) -> FirstSession:
    """Play a first session at a person's pace, print how long its parts took, and save that if asked for.

    Raises:
        InputError: if there is no Chromium or no playwright.
    """
    with open_chromium("bench first-session") as browser, show.progress("play a first session", "parts") as advance:
        took = measure_first_session(browser, minutes=minutes, advance=advance)
    show.table("A newcomer's first session, from the command to the debrief", ["part", "took"], [
        ["other work on each core before", f"{took.load_per_core:.1f}"],
        *([part, f"{getattr(took, part + '_s'):.1f} s"] for part in (*PARTS, "total"))])
    if out is not None:
        save_result(open_folder(out) / "first_session.json", "first_session", took, describe_machine())
        show.line(f"saved in {out}")
    return took


def measure_first_session(
    browser: Browser, *, minutes: float = MINUTES, n_tiles: int = N_TILES, pace: Pace | None = None, speed: float = 1.0,
    advance: Advance,
) -> FirstSession:
    """Start ``watchfloor train`` for a new trainee, sit down in a browser, and play until the debrief.

    Args:
        browser: in which the trainee sits down.
        minutes: of the exercise.
        n_tiles: of the wall.
        pace: of reading and answering; a person's if None.
        speed: of the exercise's clock; 1 is what a trainee meets.
        advance: told of finished parts.

    Raises:
        WatchfloorError: if the program ends before it serves.
    """
    pace, at_s, load_per_core = pace or Pace(), [], os.getloadavg()[0] / (os.cpu_count() or 1)

    def done() -> None:
        at_s.append(time.monotonic())
        advance(len(at_s) - 1, len(PARTS))

    with tempfile.TemporaryDirectory() as folder:
        done()
        with _served(Path(folder), minutes=minutes, n_tiles=n_tiles) as url:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.set_default_timeout(1000.0 * WAIT_S)
            page.goto(url)
            page.wait_for_selector("dialog.briefing button:focus")
            done()
            page.wait_for_timeout(1000.0 * pace.time_s(page.inner_text("dialog.briefing")))
            page.keyboard.press("Enter")
            page.wait_for_selector("dialog.briefing:not(.blind)", state="detached")
            done()
            if speed != 1.0:
                page.evaluate(_HURRY, speed)
            n_answers = _watch(page, pace, 60.0 * minutes)
            done()
            n_answers += _answer(page, pace)
            done()
            page.wait_for_selector(".debrief tbody tr")
            done()
            n_targets = page.locator(".debrief tbody tr").count()
            page.close()
        n_recorded = _n_recorded(Path(folder))
    return FirstSession(
        load_per_core=load_per_core, minutes=minutes, total_s=at_s[-1] - at_s[0], n_targets=n_targets,
        n_answers=n_answers, n_recorded=n_recorded,
        **{f"{part}_s": to_s - from_s for part, (from_s, to_s) in zip(PARTS, pairwise(at_s), strict=True)})


@contextmanager
def _served(folder: Path, *, minutes: float, n_tiles: int) -> Iterator[str]:
    """Run the command for a new trainee, in a folder of its own; yields the address of the seat."""
    program = subprocess.Popen(
        [sys.executable, "-m", "watchfloor", "train", "market_patrol", "--minutes", f"{minutes:g}", "--tiles",
         str(n_tiles), "--trainee", NAME, "--port", "0", "--no-browser"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"})
    assert program.stdout is not None, "its output is a pipe"
    try:
        said = ""
        while (found := re.search(r"http://\S+(?=\s)", said)) is None:
            line = program.stdout.readline()
            if not line:
                raise WatchfloorError(f"bench first-session: watchfloor train ended: {said.strip()}")
            said += line
        yield found[0]
    finally:
        program.terminate()
        with suppress(subprocess.TimeoutExpired):
            program.wait(WAIT_S)
        program.kill()
        program.stdout.close()


def _watch(page: Page, pace: Pace, exercise_s: float) -> int:
    """Watch until the questionnaire is on the screen, and return how many answers freezes took."""
    n_answers = 0
    while page.wait_for_selector("dialog.blind", timeout=1000.0 * (exercise_s + WAIT_S)):
        if page.locator("dialog.blind input[type=range]").count():
            break
        n_answers += _answer(page, pace)
        page.wait_for_selector("dialog.blind input[type=radio]", state="detached")
    return n_answers


def _answer(page: Page, pace: Pace) -> int:
    """Read and answer every question of the dialog, and return how many there were."""
    fields = page.locator("dialog.blind .field")
    n_answers = fields.count()
    page.wait_for_timeout(1000.0 * pace.time_s(page.inner_text("dialog.blind"), n_answers=n_answers))
    for field in fields.all():
        field.locator("input").first.focus()
        page.keyboard.press("Space")
    page.locator("dialog.blind button[type=submit]").click()
    return n_answers


def _n_recorded(folder: Path) -> int:
    records = Records(folder / "sessions.db")
    n_sessions = len(records.sessions(records.find(NAME)))
    records.close()
    return n_sessions
