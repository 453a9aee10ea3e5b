"""Texts that a person reads: English at once, and able to be said in another language later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Speaker(Protocol):
    """Puts phrases into words."""

    def gettext(self, message: str) -> str:
        """Return a message in the language."""
        ...

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return a message in the form that a number asks for."""
        ...

    def value(self, value: object) -> str:
        """Return a value that stands in a message: a phrase, a number, an estimate, a sum or a plain text."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A sum that stands in a message."""

    value: float
    currency: str
    """ISO 4217, or any other text."""


class Phrase(str):
    """English text that remembers its message and values, so that a catalogue can say the same.

    Args:
        message: with ``{name}`` for each value; the key of the catalogues.
        **values: phrases, numbers, estimates, sums or plain texts.
    """

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Phrase:
        """Make the English text."""
        from watchfloor.language import ENGLISH

        made = super().__new__(cls, _filled(message, values, ENGLISH))
        made.message, made.values = message, values
        return made

    def said(self, speaker: Speaker) -> str:
        """Return the text in the speaker's language."""
        return _filled(speaker.gettext(self.message), self.values, speaker)


class Counted(str):
    """A number and what is counted, in the form that the number asks for.

    Args:
        one: with ``{number}``, for one thing.
        many: for several.
        number: how many.
    """

    one: str
    many: str
    number: int

    def __new__(cls, one: str, many: str, number: int) -> Counted:
        """Make the English text."""
        made = super().__new__(cls, (one if number == 1 else many).format(number=number))
        made.one, made.many, made.number = one, many, number
        return made

    def said(self, speaker: Speaker) -> str:
        """Return the text in the speaker's language."""
        return speaker.ngettext(self.one, self.many, self.number).format(number=speaker.value(self.number))


class Joined(str):
    """Texts in a row.

    Args:
        separator: between them; a phrase where it is a word.
        parts: phrases or plain texts.
    """

    separator: str
    parts: tuple[str, ...]

    def __new__(cls, separator: str, parts: Iterable[str]) -> Joined:
        """Make the English text."""
        kept = tuple(parts)
        made = super().__new__(cls, separator.join(kept))
        made.separator, made.parts = separator, kept
        return made

    def said(self, speaker: Speaker) -> str:
        """Return the text in the speaker's language."""
        return speaker.value(self.separator).join(speaker.value(part) for part in self.parts)


class Term(str):
    """A key as programs know it, that has words for people.

    Args:
        key: the text itself.
        words: a phrase.
    """

    words: str

    def __new__(cls, key: str, words: str) -> Term:
        """Keep the words with the key."""
        made = super().__new__(cls, key)
        made.words = words
        return made

    def said(self, speaker: Speaker) -> str:
        """Return the words in the speaker's language."""
        return speaker.value(self.words)


def _filled(message: str, values: Mapping[str, object], speaker: Speaker) -> str:
    return message.format(**{name: speaker.value(value) for name, value in values.items()})
