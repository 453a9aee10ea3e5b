"""What a frame of a clip costs each program that looks for motion in it: a comparison of cost, not of what is found.

Each program runs over a long and over a short file of the same pictures, in a process of its own; the difference of
processor time over the difference of frames leaves starting out.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.side_by_side import ENVIRONMENTS, HOW, Missing

_PEERS = Path(__file__).resolve().parent / "peers"
_TIMEOUT_S = 600.0
_OWN_TIMES = 6
_CPU = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, usage.ru_utime + usage.ru_stime, done.stderr[-300:]]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """A program that watches a clip."""

    name: str
    command: tuple[str, ...]
    """``{clip}`` stands for the file."""
    n_times: int = 1
    """Its long file has so many times the usual frames: a quick program's starting would else hide what they cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCost:
    """What a frame costs a program."""

    name: str
    cpu_ms_per_frame: float
    """Of all its threads; median of the rounds."""
    ratio: float | None
    """How many times the second program's, watchfloor's gate; median of the rounds' ratios."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipCosts:
    """All programs on one clip, in one run."""

    n_frames: int
    """Of the long clip; watchfloor's own two see six times as many."""
    n_rounds: int
    costs: tuple[WatchCost, ...]
    missing: tuple[Missing, ...]


def find_watchers(folder: Path = ENVIRONMENTS) -> tuple[list[Watcher], list[Missing]]:
    """Return watchfloor's own two, OpenCV's loop, and the peers that are here; and those that are missing."""
    own = (sys.executable, "-m", "benchmarks.peers.watch_clip", "{clip}")
    found = [
        Watcher(name="watchfloor, decode alone", command=(*own, "none"), n_times=_OWN_TIMES),
        Watcher(name="watchfloor, decode and motion gate", command=(*own, "motion"), n_times=_OWN_TIMES),
        Watcher(name="OpenCV capture and MOG2", command=(sys.executable, str(_PEERS / "mog2_loop.py"), "{clip}")),
    ]
    missing = []
    program = folder / "peer-dvr-scan-headless" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if program.exists():
        found.append(Watcher(name="dvr-scan -b MOG2", command=(
            str(program), "-E", "-m", "dvr_scan", "--ignore-user-config", "-so", "-q", "-b", "MOG2", "-i", "{clip}")))
    else:
        refusal = program.parents[1] / "why.txt"
        why = f"pip could not install it: {refusal.read_text(encoding='utf-8').strip()}" if refusal.is_file() else (
            "its environment was not made")
        missing.append(Missing(name="dvr-scan", why=why, do=HOW))
    if shutil.which("motion"):
        found.append(Watcher(name="motion (Debian)", command=(
            sys.executable, str(_PEERS / "motion_watch.py"), "{clip}")))
    else:
        missing.append(Missing(name="motion", why="it is not installed", do="apt-get install motion"))
    return found, missing


def compare_costs(
    watchers: Sequence[Watcher], write_clip: Callable[[int], Path], *, n_long: int, n_short: int, n_rounds: int = 3,
    missing: Sequence[Missing] = (), progress: Callable[[int, int], None] | None = None,
) -> ClipCosts:
    """Run all programs in turn, round after round.

    Args:
        watchers: the second is the one that ratios are to.
        write_clip: writes a clip of so many frames and returns its file.
        n_long: frames of the long clip, for programs that take their time.
        n_short: frames of the short one.
        n_rounds: rounds.
        missing: programs that are not here.
        progress: called with (runs done, runs in all).
    """
    costs_ms: dict[str, list[float]] = {watcher.name: [] for watcher in watchers}
    failed: dict[str, Missing] = {}
    clips = {n_frames: write_clip(n_frames) for n_frames in {n_short, *(n_long * each.n_times for each in watchers)}}
    for turn in range(n_rounds):
        for place, watcher in enumerate(watchers):
            if progress:
                progress(turn * len(watchers) + place, n_rounds * len(watchers))
            if watcher.name in failed:
                continue
            n_frames = n_long * watcher.n_times
            spent = [_cpu_s(watcher, clips[n]) for n in (n_frames, n_short)]
            fault = next((item for item in spent if isinstance(item, str)), None)
            if fault is not None:
                failed[watcher.name] = Missing(name=watcher.name, why=f"it failed: {fault}", do="run it by hand")
            else:
                long_s, short_s = (float(item) for item in spent)
                costs_ms[watcher.name].append(1000.0 * (long_s - short_s) / (n_frames - n_short))
    first = costs_ms[watchers[1].name]
    return ClipCosts(n_frames=n_long, n_rounds=n_rounds, missing=(*missing, *failed.values()), costs=(
        *(_cost(name, rounds, first) for name, rounds in costs_ms.items() if name not in failed),))


def _cost(name: str, rounds: Sequence[float], first: Sequence[float]) -> WatchCost:
    ratios = [mine / its for mine, its in zip(rounds, first, strict=False) if its > 0.0]
    return WatchCost(name=name, cpu_ms_per_frame=statistics.median(rounds),
                     ratio=statistics.median(ratios) if ratios else None)


def _cpu_s(watcher: Watcher, clip: Path) -> float | str:
    """Return the processor time of a program over a clip, or how it failed."""
    command = [word.replace("{clip}", str(clip)) for word in watcher.command]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENCV_FFMPEG_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _CPU, *command], capture_output=True, text=True,
                              timeout=_TIMEOUT_S, check=True, env=os.environ | one_thread, cwd=clip.parent)
        code, cpu_s, said = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return str(error)
    return float(cpu_s) if code == 0 else (said.strip().splitlines() or ["no message"])[-1]
