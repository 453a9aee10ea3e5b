"""Words that speak of who somebody is: what bears one of them is refused."""

from __future__ import annotations

from sim.errors import InputError

IDENTITY_WORDS = ("face", "facenet", "arcface", "plate", "lpr", "anpr", "alpr", "reid", "re-id", "re_id", "embedding",
                  "recogni", "identif", "gender", "ethnic")
"""Nothing that bears one of these in any name is taken: nothing here may tell who somebody is."""
_HARMLESS = ("surface", "interface", "template", "plateau", "platelet")
"""Words that only hold one of them."""


def find_identity_word(name: str) -> str | None:
    """Return the word in a name that speaks of who somebody is; None if there is none."""
    text = name.lower()
    for word in _HARMLESS:
        text = text.replace(word, "")
    return next((word for word in IDENTITY_WORDS if word in text), None)


def check_no_identity(name: str, *, where: str, expected: str = "a network that finds kinds of things") -> None:
    """Raise InputError if a name speaks of telling who somebody is."""
    word = find_identity_word(name)
    if word is not None:
        raise InputError(where, got=name, expected=expected,
                         do=f"'{word}' speaks of identity, and nothing here may tell who somebody is")
