"""Which network a detector takes and how it is run, as one text: ``yolox_nano@openvino,batch=8,wait_s=0.02``."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import InputError, UnknownNameError

WAIT_S = 0.02
"""For how long a picture waits for others to go with, where nothing else is said."""
MOST_WAIT_S = 1.0
MOST_PICTURES = 256
_SETTINGS = ("batch", "wait_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChoice:
    """A network and how it is run."""

    name: str
    """A known one, or an ONNX file."""
    device: str = "cpu"
    batch: int = 1
    """Pictures of several streams that one run may look at."""
    wait_s: float = WAIT_S

    def __str__(self) -> str:
        batch = f",batch={self.batch},wait_s={self.wait_s:g}" if self.batch > 1 else ""
        return f"{self.name}@{self.device}{batch}"


def read_network_choice(text: str) -> NetworkChoice:
    """Return what a text asks for: a name or file, then maybe ``@`` with a device and, after commas, settings.

    Raises:
        UnknownNameError: if a setting is not known.
        InputError: if a setting has no value that it can have.
    """
    name, _, rest = text.partition("@")
    device, *settings = rest.split(",")
    batch, wait_s = 1, WAIT_S
    for setting in settings:
        what, _, value = setting.partition("=")
        if what == "batch":
            batch = _whole(value)
        elif what == "wait_s":
            wait_s = _span_s(value)
        else:
            raise UnknownNameError("network setting", got=what, known=_SETTINGS)
    return NetworkChoice(name=name, device=device or "cpu", batch=batch, wait_s=wait_s)


def _whole(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST_PICTURES):
        raise InputError("network setting batch", got=text, expected=f"a whole number from 1 to {MOST_PICTURES}")
    return int(text)


def _span_s(text: str) -> float:
    try:
        span_s = float(text)
    except ValueError:
        span_s = math.nan
    if not 0.0 <= span_s <= MOST_WAIT_S:
        raise InputError("network setting wait_s", got=text, expected=f"seconds from 0 to {MOST_WAIT_S:g}")
    return span_s
