"""A scenario file with fitted rates in place of its own, every other letter as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from scenarios import check_scenario, find_scenario, load_scenario
from sim.errors import InputError

_HEADING = re.compile(r"^\[(?P<name>[^\[\]]+)\]\s*(?:#.*)?$", re.MULTILINE)


def replace_rates(text: str, rates: Mapping[str, float], *, where: str) -> str:
    """Return a scenario file's text with other rates.

    Args:
        text: of the file.
        rates: true number a day, by kind.
        where: the file's name, for messages.

    Raises:
        InputError: if a kind's rate does not stand on a line of its own under the kind's heading.
    """
    for kind, rate in rates.items():
        heading = next((item for item in _HEADING.finditer(text)
                        if item["name"].replace(" ", "") == f"kinds.{kind}"), None)
        if heading is None:
            raise InputError(f"{where}: kinds.{kind}", expected=f"a heading [kinds.{kind}]",
                             do="write the kind's table under a heading of its own")
        following = _HEADING.search(text, heading.end())
        end = following.start() if following else len(text)
        table, n = re.subn(r"^(per_day\s*=\s*)[^\s#]+", rf"\g<1>{rate!r}", text[heading.end():end], count=1,
                           flags=re.MULTILINE)
        if not n:
            raise InputError(f"{where}: kinds.{kind}.per_day", expected="a line of its own")
        text = text[:heading.end()] + table + text[end:]
    return text


def write_scenario(path: Path, *, source: str, rates: Mapping[str, float]) -> None:
    """Write a scenario with fitted rates.

    Args:
        path: of the new file.
        source: the scenario's name or file.
        rates: true number a day, by kind.

    Raises:
        InputError: if the old file cannot be changed so, or the new one cannot be written or used.
    """
    original = find_scenario(source)
    text = replace_rates(original.read_text(encoding="utf-8"), rates, where=original.name)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError("--write", got=path, expected="a file that can be written",
                         do=error.strerror or type(error).__name__) from None
    check_scenario(path)
    wrong = [kind.name for kind in load_scenario(path).kinds if kind.name in rates and kind.per_day != rates[kind.name]]
    if wrong:
        raise InputError(f"{path.name}: kinds.{wrong[0]}.per_day", expected="the fitted rate",
                         do="write each rate on a line of its own")
