"""A market's exercise, small enough to be played many times."""

from __future__ import annotations

import pytest

from scenarios import load_scenario
from watchfloor.training.exercise import make_exercise
from watchfloor.training.session import TrainingSession
from watchfloor.training.simulated import HandClock


@pytest.fixture(scope="session")
def market():
    return load_scenario("market_patrol")


@pytest.fixture(scope="session")
def exercise_of(market):
    def make(**options):
        return make_exercise("market_patrol", scenario=market, **options)

    return make


class Played:
    """A session with its clock in the test's hand."""

    def __init__(self, exercise, scenario, **options):
        self.clock = HandClock()
        self.session = TrainingSession(exercise, scenario=scenario, now=self.clock, **options)

    def act(self, do, *, seat="trainee-1", **more):
        return self.session.act(seat, {"do": do, **more})

    def to(self, t_s):
        self.clock.now_s += t_s - self.session.clock.t_s
        return self.session.state("trainee-1")

    def through(self, t_s):
        """Go to an instant, answering whatever a freeze asks on the way."""
        while self.to(t_s)["phase"] == "freeze":
            self.answer_all()

    def answer_all(self):
        for question in self.session.questions:
            assert self.act("answer", question=question.question, value=question.correct)["ok"]

    def end(self):
        assert self.act("finish")["ok"]
        for scale in ("mental", "physical", "temporal", "performance", "effort", "frustration"):
            assert self.act("answer", question=scale, value=40)["ok"]
        return self.session.debrief("trainee-1")


@pytest.fixture
def play(market):
    def start(exercise, **options):
        return Played(exercise, market, **options)

    return start
