"""Named sample clips and models: found in $WATCHFLOOR_DATA, in the user's cache, or downloaded, and always verified."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import platformdirs

from hw.download import DownloadError, download
from sim.errors import UnknownNameError, WatchfloorError

DATA_VARIABLE = "WATCHFLOOR_DATA"
"""Environment variable naming the folder in which samples are looked for first."""

OFFLINE_VARIABLE = "WATCHFLOOR_OFFLINE"
"""Environment variable that, set to 1, forbids downloads."""

_FOLDERS = ("data/video/clips", "video/clips", "clips", "", "models", "data/models")
"""Where under $WATCHFLOOR_DATA a file may lie."""


class SampleUnavailableError(WatchfloorError):
    """A sample is neither on this machine nor to be had from its address."""


class SampleMismatchError(WatchfloorError):
    """A file has a sample's name but not its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A file that serves as the sample."""

    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A clip or model known by name."""

    name: str
    file: str
    address: str | None
    """Where exactly these bytes can be downloaded; None where they cannot."""
    size_bytes: int
    sha256: str
    licence: str
    attribution: str
    what: str
    other_editions: tuple[Edition, ...] = ()
    """Files that do the same work and are taken if they are at hand."""

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The sample's own file, then the others that serve."""
        return (Edition(file=self.file, size_bytes=self.size_bytes, sha256=self.sha256), *self.other_editions)


def _load_samples() -> Mapping[str, Sample]:
    entries = json.loads(resources.files("hw").joinpath("data", "samples.json").read_text(encoding="utf-8"))
    return {
        entry["name"]: Sample(**entry | {"other_editions": tuple(Edition(**e) for e in entry["other_editions"])})
        for entry in entries
    }


SAMPLES: Mapping[str, Sample] = _load_samples()
"""All samples by name."""


def find_sample(name: str) -> Sample:
    """Return the sample of that name.

    Raises:
        UnknownNameError: if there is none.
    """
    if name not in SAMPLES:
        raise UnknownNameError("sample", got=name, known=SAMPLES)
    return SAMPLES[name]


def locate_sample(sample: str | Sample, *, may_download: bool = True, cache: Path | None = None) -> Path:
    """Return the verified file of a sample, downloading it into the cache if it must.

    It is looked for in $WATCHFLOOR_DATA, then in the user's cache, then at its address. $WATCHFLOOR_OFFLINE=1 forbids
    the download.

    Args:
        sample: a name, or a sample of one's own.
        may_download: False looks on this machine only.
        cache: folder for downloads instead of the user's.

    Raises:
        UnknownNameError: if no sample has that name.
        SampleUnavailableError: if it cannot be had; the message says where it was looked for and how to get it.
        SampleMismatchError: if a file of its name has other bytes; the file is kept.
    """
    wanted = find_sample(sample) if isinstance(sample, str) else sample
    cache = cache or platformdirs.user_cache_path("watchfloor") / "samples"
    given = os.environ.get(DATA_VARIABLE)
    if given:
        for edition in wanted.editions:
            for folder in _FOLDERS:
                path = Path(given, folder, edition.file)
                if path.is_file():
                    return _verified(path, edition)
    for edition in wanted.editions:
        if (cache / edition.file).is_file():
            return _verified(cache / edition.file, edition, aside=cache / f"{edition.file}.rejected")
    if wanted.address is None:
        raise _unavailable(wanted, cache, "its bytes are at no public address")
    if not may_download or os.environ.get(OFFLINE_VARIABLE, "") in ("1", "true"):
        raise _unavailable(wanted, cache, "downloads are not allowed here")
    return _download(wanted, wanted.address, cache)


def _verified(path: Path, edition: Edition, *, aside: Path | None = None) -> Path:
    """Check a file's bytes; a wrong file of our own making is set aside so that the next try is a clean one."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found == edition.sha256:
        return path
    size_bytes = path.stat().st_size
    if aside is not None:
        path.replace(aside)
    do = "move it away and put the right file there" if aside is None else f"it was kept as {aside}; try again"
    raise SampleMismatchError(
        f"{path} = sha256 {found}, {size_bytes} bytes; "
        f"expected sha256 {edition.sha256}, {edition.size_bytes} bytes; {do}"
    )


def _download(sample: Sample, address: str, cache: Path) -> Path:
    part = cache / f"{sample.file}.{os.getpid()}.part"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        download(address, part, label=sample.name, size_bytes=sample.size_bytes)
    except (DownloadError, OSError) as error:
        raise _unavailable(sample, cache, f"{address} gave: {error}") from error
    _verified(part, sample.editions[0], aside=cache / f"{sample.file}.rejected")
    return part.replace(cache / sample.file)


def _unavailable(sample: Sample, cache: Path, why: str) -> SampleUnavailableError:
    given = os.environ.get(DATA_VARIABLE)
    looked = f"${DATA_VARIABLE} ({given or 'not set'}), {cache}"
    return SampleUnavailableError(
        f"sample {sample.name} = {sample.file}, {sample.size_bytes / 1e6:.1f} MB, is not on this machine: {why}; "
        f"looked in {looked}; put {sample.file} into a folder and set {DATA_VARIABLE} to that folder, "
        f"or put it into {cache}"
    )
