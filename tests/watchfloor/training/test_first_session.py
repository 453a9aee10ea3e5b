"""A newcomer's first session, by the real program in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.training.first_session import PARTS, Pace, measure_first_session


def test_a_newcomer_comes_from_the_command_to_the_debrief_and_into_the_records(chromium: Any) -> None:
    parts: list[int] = []
    took = measure_first_session(chromium, minutes=1.0, n_tiles=4, pace=Pace(words_per_min=1e9, answer_s=0.0),
                                 speed=8.0, advance=lambda done, _: parts.append(done))
    assert parts == list(range(len(PARTS) + 1))
    assert (took.n_targets, took.n_recorded) == (6, 1)
    assert took.n_answers >= 5 + 6, "a freeze asks five things at least, the questionnaire six"
    assert sum(getattr(took, f"{part}_s") for part in PARTS) == pytest.approx(took.total_s)


def test_a_pace_is_that_of_reading_and_answering() -> None:
    assert Pace(words_per_min=120.0, answer_s=2.0).time_s("a minute of words " * 30, n_answers=3) == 60.0 + 6.0
