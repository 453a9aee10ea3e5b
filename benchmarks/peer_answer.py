"""Asks a program in an environment of its own, which `make peers` makes, and reads its answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.side_by_side import peer_program
from sim.errors import WatchfloorError

_SCRIPTS = Path(__file__).with_name("peers")
_TIMEOUT_S = 120.0

Answer = TypeVar("Answer")


class PeerError(WatchfloorError):
    """A peer that is here gave no answer."""


def ask_peer(
    peer: str, script: str, told: Mapping[str, object], *, read: Callable[[Mapping[str, Any]], Answer], folder: Path,
) -> Answer | None:
    """Give a peer's script JSON on its standard input and return what is read from the JSON that it prints.

    Args:
        peer: name of the environment.
        script: file name among the peers' scripts.
        told: what it is given.
        read: takes the answer apart; a key that is missing, or a value of another kind, is the peer's fault.
        folder: where ``make peers`` puts environments.

    Returns:
        None where ``make peers`` has not made the environment.

    Raises:
        PeerError: if it is there and fails.
    """
    program = peer_program(peer, folder)
    if not program.exists():
        return None
    try:  # -E: what PYTHONPATH names is not the peer's
        done = subprocess.run([str(program), "-E", str(_SCRIPTS / script)], input=json.dumps(told), capture_output=True,
                              text=True, timeout=_TIMEOUT_S, check=True)
        return read(json.loads(done.stdout))
    except (subprocess.SubprocessError, OSError, ValueError, KeyError, TypeError) as error:
        raise PeerError(f"{program}: {error}; expected {script} to print its answer as JSON; make it again: "
                        "rm -r .venvs, make peers") from error
