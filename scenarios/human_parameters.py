"""Sourced numbers on how people watch and decide, and which of them a scenario rests on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sim.errors import UnknownNameError

FILE = Path(__file__).with_name("human_parameters.json")
_CITED = re.compile(r"\bhuman:([A-Za-z0-9_.]*[A-Za-z0-9_])")


class Confidence(StrEnum):
    """How far a number can be trusted."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    REJECT = "reject"
    """Kept only to say that it must not be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanParameter:
    """One number, or a small table of numbers, from a study, a standard or a news item."""

    id: str
    description: str
    value: object
    unit: str
    source: str
    verified: str
    """How the number was checked: read in the page or the abstract, derived, from memory, or assumed."""
    confidence: Confidence


@lru_cache(maxsize=1)
def load_human_parameters() -> dict[str, HumanParameter]:
    """Read all of them, by id."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))["parameters"]
    return {item["id"]: HumanParameter(
        id=item["id"], description=item["description"], value=item["value"], unit=item["unit"], source=item["source"],
        verified=item["verified"], confidence=Confidence(item["confidence"])) for item in stored}


def cited_parameters(source: str) -> tuple[HumanParameter, ...]:
    """Return the parameters that a table's source names, each as ``human:ID``.

    Raises:
        UnknownNameError: if there is none of that id.
    """
    known = load_human_parameters()
    cited = []
    for name in dict.fromkeys(_CITED.findall(source)):
        if name not in known:
            raise UnknownNameError("human parameter", got=name, known=known)
        cited.append(known[name])
    return tuple(cited)
