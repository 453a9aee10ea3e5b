"""Languages: catalogues that are whole, and numbers, sums and dates as each language writes them."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UnknownNameError
from sim.estimate import Estimate
from watchfloor.language import ENGLISH, LANGUAGES, Language
from watchfloor.phrase import Counted, Joined, Money, Phrase
from watchfloor.wording import estimate_text

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "watchfloor" / "locale").glob("*/LC_MESSAGES/watchfloor.po"))


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> Catalog:
    """Every message of the code and the templates, extracted as `make messages` does."""
    path = tmp_path_factory.mktemp("messages") / "watchfloor.pot"
    CommandLineInterface().run([
        "pybabel", "-q", "extract", "-F", str(ROOT / "pyproject.toml"), "--no-default-keywords", "-k", "Phrase", "-k",
        "Counted:1,2", "-k", "say", "-o", str(path), str(ROOT)])
    with path.open("rb") as file:
        return read_po(file)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_every_message_and_no_other(path, wanted):
    with path.open("rb") as file:
        catalogue = read_po(file)
    assert {item.id for item in catalogue} == {item.id for item in wanted}
    assert [item.id for item in catalogue if item.id and item.fuzzy] == []
    for item in catalogue:
        if item.id:
            forms = item.string if isinstance(item.string, tuple) else (item.string,)
            assert all(forms), f"{item.id} has no translation"
            assert len(forms) == (catalogue.num_plurals if isinstance(item.id, tuple) else 1)
            asked = fields(item.id[1] if isinstance(item.id, tuple) else item.id)
            assert all(fields(form) == asked for form in forms), f"{item.id}: other values than the message"


def test_every_language_but_english_has_a_catalogue():
    assert {path.parts[-3] for path in CATALOGUES} == set(LANGUAGES) - {"en"}


def test_numbers_sums_and_dates_are_written_as_the_language_does():
    russian, kazakh = Language("ru"), Language("kk")
    assert ENGLISH.number(-1234.5) == "−1,234.5"
    assert russian.number(-1234.5) == kazakh.number(-1234.5) == "−1\N{NO-BREAK SPACE}234,5"
    assert ENGLISH.money(Money(value=342_000.4, currency="KZT")) == "342,000 KZT"
    assert kazakh.money(Money(value=342_000.4, currency="KZT")) == "342\N{NO-BREAK SPACE}000 ₸"
    assert "ақпан" in kazakh.date("2026-02-03T10:00:00+00:00")
    assert "февраля" in russian.date("2026-02-03T10:00:00+00:00")
    assert kazakh.weekdays()[0] == "дс"


@settings(deadline=None)
@given(st.floats(-1e7, 1e7), st.one_of(st.none(), st.floats(1e-4, 1e5)))
def test_english_estimates_read_as_in_the_terminal(mean, half_width):
    estimate = Estimate(mean=mean, half_width=half_width, n=5)
    if half_width is None and abs(mean) < 1e-4:
        return  # the terminal writes these with an exponent
    assert ENGLISH.estimate(estimate).replace("−0", "0") == estimate_text(estimate).replace("−0", "0")


def test_a_phrase_is_english_at_once_and_says_the_same_in_another_language():
    units = Counted("{number} unit", "{number} units", 2)
    phrase = Phrase("{value} with {staff}", value=Estimate(mean=0.25, half_width=None, n=3), staff=units)
    assert phrase == "0.25 with 2 units"
    assert Language("ru").say(phrase) == "0,25 при составе: 2 наряда"
    assert Language("kk").say(Joined(Phrase(" and "), [units, "x"])) == "2 жасақ және x"


@pytest.mark.parametrize(("number", "said"), [(1, "1 наряд"), (3, "3 наряда"), (5, "5 нарядов"), (21, "21 наряд")])
def test_russian_counts_in_three_forms(number, said):
    assert Language("ru").say(Counted("{number} unit", "{number} units", number)) == said


def test_a_message_without_a_translation_stays_english_and_a_language_that_is_not_there_is_named():
    assert Language("kk").say("no such message {x}", x=1) == "no such message 1"
    with pytest.raises(UnknownNameError, match=r"--lang = kz; .*did you mean kk"):
        Language("kz")
