"""A detector's options as they are written on the command line: NAME=VALUE."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence

from agents.network_choice import read_network_choice
from agents.network_file import DEFAULT_NETWORK
from sim.errors import InputError


def parse_options(texts: Sequence[str]) -> dict[str, object]:
    """Turn ``dwell_s=15``, ``enabled=true``, ``profile=street`` or ``zone=[[0,0],[1,0],[1,1]]`` into options.

    A value is JSON if it can be, else a text.

    Raises:
        InputError: if one has no name, or a name comes twice.
    """
    options: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not (equals and name.isidentifier()):
            raise InputError("--option", got=text, expected="NAME=VALUE", do="for example --option dwell_s=15")
        if name in options:
            raise InputError("--option", got=text, expected=f"{name} once")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options


def with_device(options: Mapping[str, object], *, device: str | None, batch: int | None = None) -> dict[str, object]:
    """Return a detector's options with its network run as asked; what is None stays as it was.

    Raises:
        UnknownNameError: if the network is given with a setting that is not known.
        InputError: if a setting cannot be read.
    """
    if device is None and batch is None:
        return dict(options)
    choice = read_network_choice(str(options.get("network", DEFAULT_NETWORK)))
    changed = dataclasses.replace(choice, device=device or choice.device, batch=batch or choice.batch)
    return {**options, "network": str(changed)}
