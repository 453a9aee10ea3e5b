"""The console's words: the same in every language, each used, and none left in the page's code."""

from __future__ import annotations

import re

import pytest

from sim.errors import UnknownNameError
from sim.records import Disposition, UnitState
from watchfloor.console.app import WEB
from watchfloor.console.session import INSTRUCTOR_ACTIONS, PHASES, TILE_STATES
from watchfloor.console.words import LANGUAGES, load_words

CODE = {path.name: path.read_text(encoding="utf-8") for path in sorted(WEB.glob("*.js"))}
HOLES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_holes(language: str) -> None:
    english, words = load_words("en")["words"], load_words(language)["words"]
    assert set(words) == set(english)
    assert all(set(HOLES.findall(words[key])) == set(HOLES.findall(english[key])) for key in english)
    assert all(text.strip() for text in words.values())


def test_every_word_that_the_page_asks_for_is_there() -> None:
    asked = {key for text in CODE.values()
             for key in re.findall(r"""\bt\("([a-z][\w.-]*)"|\), "([a-z][\w.-]*)"\)""", text)
             for key in key if key}
    assert len(asked) > 60
    assert asked - set(load_words("en")["words"]) - {"bad", "good", "info", "primary"} == set(), "those are tones"


@pytest.mark.parametrize(("group", "names"), [
    ("phase", PHASES), ("tile", TILE_STATES), ("disposition", list(Disposition)),
    ("unit-state", [state.name.lower() for state in UnitState]), ("theme", ["dark", "light", "contrast"]),
])
def test_every_name_that_the_server_may_send_has_words(group: str, names: list[str]) -> None:
    words = load_words("en")["words"]
    assert [name for name in names if f"{group}.{name}" not in words] == []


def test_the_instructors_tools_have_words() -> None:
    assert {"inject", "outage", "pause", "resume", "speed"} <= set(INSTRUCTOR_ACTIONS) & set(load_words("en")["words"])


def test_no_sentence_stands_in_the_code() -> None:
    found = {name: re.findall(r'[>"`][A-Z][a-z]+ [a-z]+ ', re.sub(r"//.*|/\*.*?\*/", "", text))
             for name, text in CODE.items()}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(("language", "decimal", "may"), [("en", ".", "May"), ("ru", ",", "мая"), ("kk", ",", "мамыр")])
def test_numbers_and_months_are_those_of_the_language(language: str, decimal: str, may: str) -> None:
    words = load_words(language)
    assert (words["decimal"], words["months"][4], len(words["days"])) == (decimal, may, 7)


def test_an_unknown_language_is_told_with_those_known() -> None:
    with pytest.raises(UnknownNameError, match="one of en, kk, ru"):
        load_words("de")
