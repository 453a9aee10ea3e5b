"""Our average precision held against that of faster-coco-eval, which runs in an environment of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.detections import Detection
from agents.watching import Box
from benchmarks.side_by_side import ENVIRONMENTS, peer_program
from sim.errors import WatchfloorError

PEER = "faster-coco-eval"
_SCRIPT = Path(__file__).with_name("peers") / "coco_ap50.py"
_TIMEOUT_S = 120.0


class PeerError(WatchfloorError):
    """A peer that is here gave no answer."""


def coco_ap50(found: Mapping[int, Sequence[Detection]], truth: Mapping[int, Sequence[Box]], *,
              ignore: Mapping[int, Sequence[Box]] | None = None, folder: Path = ENVIRONMENTS) -> float | None:
    """Return average precision at an overlap of 0.5 as COCO defines it: precision at 101 steps of recall.

    Args:
        found: boxes by frame.
        truth: the frames that count, with their true boxes.
        ignore: boxes on which nothing counts.
        folder: where ``make peers`` puts environments.

    Returns:
        None where ``make peers`` has not put faster-coco-eval there.

    Raises:
        PeerError: if it is there and fails.
    """
    program = peer_program(PEER, folder)
    if not program.exists():
        return None
    told = {"frames": truth, "ignore": {index: (ignore or {}).get(index, ()) for index in truth},
            "found": {index: [(*item.box_xyxy, item.score) for item in found.get(index, ())] for index in truth}}
    try:  # -E: what PYTHONPATH names is not the peer's
        done = subprocess.run([str(program), "-E", str(_SCRIPT)], input=json.dumps(told), capture_output=True,
                              text=True, timeout=_TIMEOUT_S, check=True)
        return float(json.loads(done.stdout)["ap50"])
    except (subprocess.SubprocessError, OSError, ValueError, KeyError) as error:
        raise PeerError(f"{program}: {error}; expected a line of JSON with ap50; make it again: rm -r .venvs, "
                        "make peers") from error
