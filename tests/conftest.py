"""What all tests share: the command line in a process of its own, and the rule that nothing is skipped in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.forked_command import run_watchfloor

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")  # `--hypothesis-profile default` searches further

Finished = subprocess.CompletedProcess[str]
Run = Callable[..., Finished]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture
def watchfloor(tmp_path: Path) -> Run:
    """Runs `watchfloor …` as a user would, in an empty folder, without colour and 100 columns wide."""

    def run(*arguments: str, env: dict[str, str] | None = None, timeout_s: float = 120.0) -> Finished:
        if env is None:
            return run_watchfloor(arguments, cwd=tmp_path, env=plain_environment(), timeout_s=timeout_s)
        return subprocess.run(  # what is imported may read it
            [sys.executable, "-m", "watchfloor", *arguments],
            cwd=tmp_path, env=plain_environment() | env, timeout=timeout_s,
            capture_output=True, text=True, check=False,
        )

    return run


def plain_environment() -> dict[str, str]:
    """Return the environment in which output does not depend on the terminal."""
    return os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "PYTHONUTF8": "1", "MPLBACKEND": "agg"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped test has failed: there every part is present."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and in_ci():
        report.outcome = "failed"
        report.longrepr = f"skipped, which fails in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a file that skips itself while it is collected."""
    report = yield
    if report.skipped and in_ci():
        report.outcome = "failed"
        report.longrepr = f"skipped, which fails in CI: {report.longrepr}"
    return report


def in_ci() -> bool:
    """Say whether this runs in CI."""
    return os.environ.get("CI", "").lower() == "true"


BUSY_CENTRE = """
schema = "watchfloor.scenario/1"
extends = "district_centre"
name = "busy_centre"
title = "A district centre that calls often"
story = "Assumed: everything."

[calls]
source = "assumption: enough that units are seldom all free"
per_day = 160.0
hour_profile = "street_all"
land_use = { market = 6, stop = 3, park = 3, bar = 8, school = 3, road = 1, housing = 2 }
priority_shares = [0.1, 0.2, 0.4, 0.3]
p_needs_unit = 0.9
unit_shares = [0.8, 0.16, 0.04]
talk_median_s = 90
talk_p95_s = 240
service_median_s = 900
service_p95_s = 3000
p_unfounded = 0.2
p_citation = 0.3
p_arrest = 0.1
"""


@pytest.fixture(name="busy_centre", scope="session")
def _busy_centre(tmp_path_factory):
    """The path of a small scenario in which units are sent all day."""
    path = tmp_path_factory.mktemp("scenario") / "busy_centre.toml"
    path.write_text(BUSY_CENTRE, encoding="utf-8")
    return path
