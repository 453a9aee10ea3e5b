"""The doctor: what this machine and environment have, what is broken, and how to mend it.

Nothing from outside the standard library is imported until it is looked at: a broken part must not fell the doctor.
"""

from __future__ import annotations

import importlib
import io
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from watchfloor.guard import HOME, find_origins

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from rich.table import Table

OPENCV_BUILDS = (
    "opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless",
)
"""Distributions that all install a cv2; two of them overwrite each other's files."""
PROBE_FRAMES = 8
PROBE_SIZE_WH = (64, 48)


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"
    """Something optional is absent."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    subject: str
    state: State
    found: str
    do: str = ""
    """What mends it; empty if nothing needs to be done."""


def examine() -> tuple[Check, ...]:
    """Look at everything watchfloor stands on; a check that itself fails is a broken one, never an exception."""
    looks: tuple[Callable[[], Iterator[Check]], ...] = (
        _look_at_python, _look_at_packages, _look_at_dependencies, _look_at_numba, _look_at_opencv, _look_at_video,
        _look_at_usb, _look_at_onnx, _look_at_samples, _look_at_cache, _look_at_machine,
    )
    checks: list[Check] = []
    for look in looks:
        try:
            checks.extend(look())
        except Exception as error:
            subject = look.__name__.removeprefix("_look_at_")
            checks.append(Check(subject=subject, state=State.BROKEN, found=f"{type(error).__name__}: {error}",
                                do="install watchfloor in a fresh environment (python -m venv)"))
    return tuple(checks)


def make_table(checks: tuple[Check, ...]) -> Table:
    """Draw the checks, with what to do under what was found."""
    from rich.markup import escape
    from rich.table import Table

    colours = {State.OK: "green", State.NOTE: "yellow", State.BROKEN: "bold red"}
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in checks:
        state = f"[{colours[check.state]}]{check.state}[/]"
        table.add_row(check.subject, state, escape(check.found + (f"\n→ {check.do}" if check.do else "")))
    return table


def _look_at_python() -> Iterator[Check]:
    from packaging.requirements import Requirement

    needed = Requirement(f"python{metadata.metadata('watchfloor')['Requires-Python']}").specifier
    version = platform.python_version()
    fits = needed.contains(version, prereleases=True)
    yield Check(subject="python", state=State.OK if fits else State.BROKEN, found=f"{version} ({sys.executable})",
                do="" if fits else f"use Python {needed}")


def _look_at_packages() -> Iterator[Check]:
    strangers = {package: origin for package, origin in find_origins().items() if origin != HOME / package}
    for package, origin in strangers.items():
        yield Check(subject=f"package {package}", state=State.BROKEN, found=str(origin or "missing"),
                    do="uninstall the other package of that name, or use a fresh environment")
    if not strangers:
        yield Check(subject="own packages", state=State.OK, found=str(HOME))


def _look_at_dependencies() -> Iterator[Check]:
    from packaging.requirements import Requirement

    for line in metadata.requires("watchfloor") or ():
        requirement = Requirement(line)
        if requirement.marker is None:
            yield check_requirement(requirement)


def check_requirement(requirement: Requirement) -> Check:
    """Compare the installed version of a distribution with the one that is required."""
    mend = f'pip install "{requirement.name}{requirement.specifier}"'
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Check(subject=requirement.name, state=State.BROKEN, found="missing", do=mend)
    if not requirement.specifier.contains(version, prereleases=True):
        return Check(subject=requirement.name, state=State.BROKEN, found=f"{version}, needs {requirement.specifier}",
                     do=mend)
    return Check(subject=requirement.name, state=State.OK, found=f"{version} ({requirement.specifier})")


def _look_at_numba() -> Iterator[Check]:
    numba = importlib.import_module("numba")  # refuses here if it does not fit the installed numpy
    yield Check(subject="compiler", state=State.OK, found=f"numba for {numba.config.CPU_NAME or 'this processor'}")


def _look_at_opencv() -> Iterator[Check]:
    installed = [name for name in OPENCV_BUILDS if _is_installed(name)]
    if len(installed) > 1:
        yield Check(subject="cv2", state=State.BROKEN, found=" and ".join(installed),
                    do=f"pip uninstall {' '.join(installed)}; then pip install opencv-python-headless")
        return
    cv2 = importlib.import_module("cv2")
    yield Check(subject="cv2", state=State.OK, found=f"{cv2.__version__}, {cv2.getNumThreads()} threads, one build")


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _look_at_video() -> Iterator[Check]:
    n_frames = encode_and_decode()
    works = n_frames == PROBE_FRAMES
    yield Check(subject="H.264", state=State.OK if works else State.BROKEN,
                found=f"encoded {PROBE_FRAMES} frames (libx264), decoded {n_frames} (h264)",
                do="" if works else "pip install --force-reinstall av")


def encode_and_decode() -> int:
    """Encode a few grey frames as H.264, decode them and return how many came back."""
    import av
    import numpy as np

    buffer = io.BytesIO()
    width, height = PROBE_SIZE_WH
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(PROBE_FRAMES):
            picture = np.full((height, width, 3), 20 * index, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode())
    buffer.seek(0)
    with av.open(buffer, "r") as container:
        return sum(1 for _ in container.decode(video=0))


def _look_at_usb() -> Iterator[Check]:
    from hw.usb import find_devices

    found = find_devices()
    yield Check(subject="USB cameras", state=State.OK if found else State.NOTE,
                found=", ".join(f"usb:{number}" for number in found) or "none, so reading one is untested here")


def _look_at_onnx() -> Iterator[Check]:
    providers = importlib.import_module("onnxruntime").get_available_providers()
    works = "CPUExecutionProvider" in providers
    yield Check(subject="ONNX Runtime", state=State.OK if works else State.BROKEN, found=", ".join(providers),
                do="" if works else "pip install --force-reinstall onnxruntime")


def _look_at_samples() -> Iterator[Check]:
    yield check_data_folder(os.environ.get("WATCHFLOOR_DATA"))
    from hw.samples import SAMPLES, SampleMismatchError, SampleUnavailableError, locate_sample

    here, absent = [], []
    for name in SAMPLES:
        try:
            locate_sample(name, may_download=False)
            here.append(name)
        except SampleUnavailableError:
            absent.append(name)
        except SampleMismatchError as error:
            yield Check(subject=f"sample {name}", state=State.BROKEN, found=str(error))
    downloadable = [name for name in absent if SAMPLES[name].address]
    yield Check(subject="samples", state=State.NOTE if absent else State.OK,
                found=f"here: {', '.join(here) or 'none'}; not here: {', '.join(absent) or 'none'}",
                do=f"fetched when needed: {', '.join(downloadable)}" if downloadable else "")


def check_data_folder(folder: str | None) -> Check:
    """Check the folder that WATCHFLOOR_DATA names."""
    if not folder:
        return Check(subject="WATCHFLOOR_DATA", state=State.NOTE, found="not set",
                     do="set it to a folder that holds samples, if you have one")
    if not Path(folder).is_dir():
        return Check(subject="WATCHFLOOR_DATA", state=State.BROKEN, found=f"{folder} is no folder",
                     do="set it to a folder that holds samples, or unset it")
    return Check(subject="WATCHFLOOR_DATA", state=State.OK, found=folder)


def _look_at_cache() -> Iterator[Check]:
    from platformdirs import user_cache_path

    folder = user_cache_path("watchfloor")
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        yield Check(subject="cache", state=State.BROKEN, found=f"{folder}: {error.strerror}",
                    do="make the folder writable, or set XDG_CACHE_HOME to one that is")
        return
    yield Check(subject="cache", state=State.OK, found=str(folder))


def _look_at_machine() -> Iterator[Check]:
    yield Check(subject="machine", state=State.OK,
                found=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {_describe_memory()}")


def _describe_memory() -> str:
    """Say how much memory the machine has, where the system tells."""
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB memory"
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return "memory unknown"
