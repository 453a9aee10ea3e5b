"""The languages of a report: messages from catalogues, and numbers, sums and dates as each language writes them."""

from __future__ import annotations

import datetime as dt
import gettext
import io
import math
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_datetime, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from sim.errors import UnknownNameError
from sim.estimate import Estimate
from watchfloor.phrase import Counted, Joined, Money, Phrase, Term

LANGUAGES = ("en", "ru", "kk")
_PLACES = {"en": "en", "ru": "ru_KZ", "kk": "kk_KZ"}
MINUS = "−"


class Language:
    """Says phrases, numbers, estimates, sums and dates.

    Args:
        code: one of LANGUAGES.

    Raises:
        UnknownNameError: if there is no such language.
    """

    def __init__(self, code: str) -> None:
        if code not in LANGUAGES:
            raise UnknownNameError("--lang", got=code, known=LANGUAGES)
        self.code = code
        self._locale = Locale.parse(_PLACES[code])
        self._translations = _load_translations(code)

    @property
    def decimal_mark(self) -> str:
        """Return what stands before the decimals."""
        return self.number(0.5)[1]

    def gettext(self, message: str) -> str:
        """Return a message in this language; itself where no catalogue has it."""
        return self._translations.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return a message in the form that a number asks for."""
        return self._translations.ngettext(one, many, number)

    def say(self, message: str, /, **values: object) -> str:
        """Return a message of a template with its values; a phrase as it is."""
        if isinstance(message, Phrase | Counted | Joined | Term):
            return message.said(self)
        return self.gettext(message).format(**{name: self.value(value) for name, value in values.items()})

    def value(self, value: object) -> str:
        """Return a value as it stands in a sentence; a plain text is left alone."""
        if isinstance(value, Phrase | Counted | Joined | Term):
            return value.said(self)
        if isinstance(value, Estimate):
            return self.estimate(value)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.number(float(value)) if isinstance(value, float) else self.number(value)
        return str(value)

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number with so many decimals, or with up to six significant ones of its own; – where it is none."""
        if not math.isfinite(value):
            return "–"
        if digits is None:
            rounded, pattern = f"{value:.6g}", "#,##0.######"
        else:
            rounded, pattern = f"{value:.{digits}f}", "#,##0." + "0" * digits if digits else "#,##0"
        return format_decimal(float(rounded) + 0.0, pattern, locale=self._locale).replace("-", MINUS)

    def estimate(self, estimate: Estimate) -> str:
        """Return ``mean ± half width``, with as many digits as the half width makes sense of; – where nothing was."""
        if not estimate.n or not math.isfinite(estimate.mean):
            return "–"
        if not estimate.half_width:
            whole = abs(estimate.mean) >= 100.0
            return self.number(round(estimate.mean), 0) if whole else self.number(float(f"{estimate.mean:.3g}"))
        digits = min(3, max(0, 1 - math.floor(math.log10(estimate.half_width))))
        return f"{self.number(estimate.mean, digits)} ± {self.number(estimate.half_width, digits)}"

    def money(self, money: Money) -> str:
        """Return a sum in whole units, with the currency's sign where the language has one."""
        return format_currency(round(money.value), money.currency, "#,##0 ¤", locale=self._locale,
                               currency_digits=False).replace("-", MINUS)

    def date(self, iso: str) -> str:
        """Return an instant that was written after ISO 8601, in words."""
        return format_datetime(dt.datetime.fromisoformat(iso), "long", locale=self._locale)

    def quarter(self, name: str) -> str:
        """Return a quarter that is written such as ``2027 Q1``."""
        year, number = name.split(" Q")
        return format_skeleton("yQQQ", dt.date(int(year), 3 * int(number), 1), locale=self._locale)

    def weekdays(self) -> tuple[str, ...]:
        """Return the short names of the days of the week, Monday first."""
        names = self._locale.days["stand-alone"]["abbreviated"]
        return tuple(str(names[day]) for day in range(7))


@cache
def _load_translations(code: str) -> gettext.NullTranslations:
    """Return a catalogue's messages; English needs none.

    The catalogue is compiled as it is read, so that what is shown is never older than its source.
    """
    if code == LANGUAGES[0]:
        return gettext.NullTranslations()
    path = files("watchfloor") / "locale" / code / "LC_MESSAGES" / "watchfloor.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


ENGLISH = Language("en")
