"""A detector's options as they are written on the command line: NAME=VALUE."""

from __future__ import annotations

import json
from collections.abc import Sequence

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
