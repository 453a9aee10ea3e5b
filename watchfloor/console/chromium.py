"""The headless browser in which the console's own pages are measured."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.errors import InputError

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def open_chromium(where: str) -> Iterator[Browser]:
    """Open the browser while the with-block runs.

    Args:
        where: the command that needs it, for its error.

    Raises:
        InputError: if there is no Chromium or no playwright.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError(where, got="no playwright", expected="the package", do="pip install playwright") from error
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise InputError(where, got="no Chromium", expected="chromium on the PATH",
                         do="on Debian and Ubuntu install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
