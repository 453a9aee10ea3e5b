"""Real browsers for every page's tests: one Playwright serves a whole process, for it refuses a second beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def start_chromium() -> Iterator[Callable[..., Any]]:
    """Starts a chromium with more arguments; whoever starts one closes it."""
    if CHROMIUM is None:
        pytest.skip("chromium is not on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        def start(*arguments: str) -> Any:
            return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])

        yield start


@pytest.fixture(scope="session")
def chromium(start_chromium: Callable[..., Any]) -> Iterator[Any]:
    browser = start_chromium()
    yield browser
    browser.close()
