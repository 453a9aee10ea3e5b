"""What all tests share: the command line in a process of its own, and the rule that nothing is skipped in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

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
        return subprocess.run(
            [sys.executable, "-m", "watchfloor", *arguments],
            cwd=tmp_path, env=plain_environment() | (env or {}), timeout=timeout_s,
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
