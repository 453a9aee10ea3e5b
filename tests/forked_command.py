"""`watchfloor …` in a process of its own that need not import everything anew: it is forked from one that did."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

IMPORTED = ["watchfloor.cli", "watchfloor.run", "watchfloor.bench", "watchfloor.bench_accuracy",
            "watchfloor.calibrate", "watchfloor.feeds", "watchfloor.study.study", "watchfloor.training", "hw"]
"""What commands are slow to import."""


def run_watchfloor(
    arguments: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout_s: float,
) -> subprocess.CompletedProcess[str]:
    """Run a command with exactly this environment; where processes cannot be forked, in a new interpreter.

    Raises:
        subprocess.TimeoutExpired: if it takes longer than it may; it is killed.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return subprocess.run([sys.executable, "-m", "watchfloor", *arguments], cwd=cwd, env=env, timeout=timeout_s,
                              capture_output=True, encoding="utf-8", check=False)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    with tempfile.TemporaryDirectory(prefix="command-") as folder:
        printed = [Path(folder, name) for name in ("stdout", "stderr")]
        process = context.Process(target=_play, args=(list(arguments), str(cwd), dict(env), *map(str, printed)))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(["watchfloor", *arguments], timeout_s)
        stdout, stderr = (path.read_text(encoding="utf-8") for path in printed)
        return subprocess.CompletedProcess(["watchfloor", *arguments], process.exitcode, stdout, stderr)


def _play(arguments: list[str], cwd: str, env: dict[str, str], stdout: str, stderr: str) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    for descriptor, path in ((1, stdout), (2, stderr)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, descriptor)
        os.close(file)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(descriptor), "w", encoding="utf-8") for descriptor in (1, 2))
    sys.argv = ["watchfloor", *arguments]
    from watchfloor.cli import main

    main(arguments)
