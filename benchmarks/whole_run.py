"""How long the main job takes as a user meets it, and how much memory: the whole command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

COMMAND = ("run", "kostanay", "--detector", "left_object", "--clip", "bottle", "--quiet", "--out", "out")

_WATCH = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_utime + usage.ru_stime,
                  usage.ru_maxrss]))
"""
"""Linux counts what a process's parent held as the process's own peak, so a small one stands between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRun:
    """One run of ``make demo``'s command."""

    wall_s: float
    cpu_s: float
    peak_memory_mib: float
    """Largest resident memory of the process."""


def measure_whole_run(*, is_first: bool) -> WholeRun:
    """Run the demo's command and measure it from outside.

    Args:
        is_first: with nothing compiled yet, as after installation.

    Raises:
        CalledProcessError: if the command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        compiled = {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")} if is_first else {}
        command = (sys.executable, "-m", "watchfloor", *COMMAND)
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _WATCH, *command], cwd=folder,
                              env=os.environ | compiled, stdout=subprocess.PIPE, text=True, check=True)
        code, wall_s, cpu_s, peak = json.loads(done.stdout)
        if code:
            raise subprocess.CalledProcessError(code, command)
        assert (Path(folder) / "out" / "report.html").exists(), "the whole job was done"
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return WholeRun(wall_s=wall_s, cpu_s=cpu_s, peak_memory_mib=peak / unit)
