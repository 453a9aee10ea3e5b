"""A scenario's title and story in the languages in which its file tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WRITTEN_IN = "en"
"""Language of a file's own title and story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a scenario is, by language; the file's own words under WRITTEN_IN."""

    titles: Mapping[str, str]
    stories: Mapping[str, str]


def told_in(document: Mapping[str, object]) -> Told:
    """Return how a scenario's document is told; what is missing is passed over, for the file's check tells of it."""
    translations = document.get("translations")
    tables = {WRITTEN_IN: document, **(translations if isinstance(translations, dict) else {})}
    titles, stories = ({language: str(table[key]).strip() for language, table in tables.items()
                        if isinstance(table, Mapping) and key in table} for key in ("title", "story"))
    return Told(titles=titles, stories=stories)
