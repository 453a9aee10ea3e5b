"""Files fetched over HTTP, with a bar that shows how far they are."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from sim.errors import WatchfloorError

TIMEOUT_S = (5.0, 30.0)
"""To connect (short, so that a machine without a network fails at once), and between two pieces."""

_PIECE_BYTES = 65536


class DownloadError(WatchfloorError):
    """A file cannot be had from its address."""


def download(address: str, path: Path, *, label: str, size_bytes: int) -> None:
    """Fetch a file; nothing is left at ``path`` if it fails.

    Args:
        address: an http or https address.
        path: where to write it.
        label: shown beside the bar.
        size_bytes: expected, for the bar.

    Raises:
        DownloadError: if the server does not give it.
        OSError: if it cannot be written.
    """
    try:
        _fetch(address, path, label, size_bytes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _fetch(address: str, path: Path, label: str, size_bytes: int) -> None:
    import pooch  # both are slow to import, and most runs download nothing
    import requests

    try:
        with _Bar(label, size_bytes) as bar:
            pooch.HTTPDownloader(progressbar=bar, chunk_size=_PIECE_BYTES, timeout=TIMEOUT_S)(address, str(path), None)
    except requests.HTTPError as error:
        answer = error.response
        said = str(error) if answer is None else f"HTTP {answer.status_code} {answer.reason}"
        raise DownloadError(said) from error
    except requests.Timeout as error:
        raise DownloadError("no answer in time") from error
    except requests.ConnectionError as error:
        raise DownloadError("no connection") from error
    except requests.RequestException as error:
        raise DownloadError(str(error)) from error


class _Bar:
    """What pooch asks of a progress bar, drawn by rich on standard error."""

    def __init__(self, label: str, total: int) -> None:
        self._progress = Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(),
                                  console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task(label, total=total)
        self.total = total

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def update(self, n_bytes: int) -> None:
        self._progress.update(self._task, advance=n_bytes)

    def reset(self) -> None:
        self._progress.update(self._task, completed=0)

    def close(self) -> None:
        self._progress.stop()
