"""The console's words in each language, and how each writes its numbers and dates."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from babel import Locale
from babel.numbers import get_decimal_symbol, get_group_symbol

from sim.errors import UnknownNameError
from watchfloor.console.session import Json

LANGUAGES = ("en", "ru", "kk")
FOLDER = Path(__file__).parent / "words"


@functools.cache
def load_words(language: str) -> Json:
    """Return a language's words by key, and its formats, which browsers lack for Kazakh.

    Raises:
        UnknownNameError: if the console does not speak it.
    """
    if language not in LANGUAGES:
        raise UnknownNameError("language", got=language, known=LANGUAGES)
    words = {key: text for file in (FOLDER / f"{language}.json", FOLDER / "training" / f"{language}.json")
             for key, text in json.loads(file.read_text(encoding="utf-8")).items()}
    locale = Locale.parse(language)
    months, days = locale.months["format"]["wide"], locale.days["stand-alone"]["abbreviated"]
    return {
        "language": language, "name": locale.display_name, "words": words,
        "decimal": get_decimal_symbol(locale), "group": get_group_symbol(locale),
        "months": [months[number] for number in range(1, 13)], "days": [days[number] for number in range(7)],
        "date": locale.date_formats["long"].pattern,
    }
