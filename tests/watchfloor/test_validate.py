"""The table that `watchfloor validate` prints: theory beside the simulator's own parts.

This is where that command is played, once; the documents' examples only name it.
"""

import io
import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from benchmarks.keyed_lines import KeyedLines
from sim.control_room import ControlRoom
from watchfloor.show import Show
from watchfloor.validate import make_table, validate
from watchfloor.validation.check import Check, make_check, make_exact_check
from watchfloor.validation.parts import PARTS
from watchfloor.validation.queues import RoomModel, room_checks, worst_difference


@pytest.fixture(scope="module")
def checks():
    command = [sys.executable, "-m", "watchfloor", "validate", "--json", "--workers", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [Check(**row) for row in json.loads(done.stdout)]


def test_a_quick_validation_agrees_with_theory_everywhere(checks):
    assert [check.name for check in checks if not check.passed] == []
    assert {check.part for check in checks} == {
        "control room", "shift change", "patrols", "patrols and travel", "travel", "watching", "watching, look by look"}


def test_each_line_says_its_source_and_what_it_rests_on(checks):
    assert all(check.source and check.name and check.n > 0 for check in checks)
    assert len({check.name for check in checks}) == len(checks)


def test_one_seed_gives_one_table_and_another_seed_another():
    patience = PARTS[1]  # the part that is played soonest
    first, again, other = (patience(True, np.random.default_rng(seed)) for seed in (4, 4, 5))
    assert first == again
    assert [check.value for check in first] != [check.value for check in other]


def test_a_stopped_validation_goes_on_from_the_parts_it_has(tmp_path, monkeypatch):
    def stop(quick, rng):
        raise KeyboardInterrupt

    def go(*parts):
        monkeypatch.setattr("watchfloor.validate.PARTS", parts)
        return validate(quick=True, seed=4, workers=1, lines=KeyedLines(tmp_path / "kept" / "parts.jsonl"),
                        show=Show(quiet=True))

    patience = PARTS[1]
    with pytest.raises(KeyboardInterrupt, match="1 of 2 parts are kept"):
        go(patience, stop)
    first = patience(True, np.random.default_rng((4, 0)))
    second = patience(True, np.random.default_rng((4, 1)))
    assert go(stop, patience) == (*first, *second), "what is kept is not played again"


def test_the_table_shows_every_check_and_marks_what_disagrees(checks):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(make_table([*checks, replace(checks[0], name="a wrong one", passed=False)]))
    text = console.export_text()
    assert text.count("yes") == len(checks)
    assert text.count("NO") == 1


def test_a_check_passes_within_four_standard_errors_only():
    values = np.random.default_rng(1).normal(10.0, 0.1, 100)
    error = values.std(ddof=1) / 10.0
    near, far = (make_check(values, part="", name="", reference=values.mean() + k * error, n=1, source="")
                 for k in (3.9, 4.1))
    assert near.passed
    assert not far.passed
    assert far.standard_errors == pytest.approx(4.1)


def test_a_check_that_proves_nothing_does_not_pass():
    values = np.random.default_rng(1).normal(10.0, 9.0, 10)
    wide = make_check(values, part="", name="", reference=10.0, n=1, source="")
    assert not wide.passed
    assert make_check(values, part="", name="", reference=10.0, n=1, source="", must_be_tight=False).passed


def test_values_without_spread_must_be_right():
    assert make_check([1.0, 1.0], part="", name="", reference=1.0, n=2, source="").standard_errors == 0.0
    wrong = make_check([1.0, 1.0], part="", name="", reference=0.9, n=2, source="")
    assert wrong.standard_errors == math.inf
    assert not wrong.passed


def test_an_exact_check_allows_what_it_is_told():
    assert make_exact_check(1e-7, part="", name="", reference=0.0, n=1, source="", within=1e-6).passed
    assert not make_exact_check(1e-5, part="", name="", reference=0.0, n=1, source="", within=1e-6).passed


def newest_first(room, t_s, ident):
    """What the control room must not do: take the alert that came last."""
    state = room._world.state
    for queue in reversed(state.levels[0]):
        while queue:
            alert = queue.pop()
            if alert in state.queued:
                room.queue._leave(alert)
                room._take(t_s, ident, alert)
                return
    room._watch.schedule(t_s, ident)


def test_a_room_that_takes_the_newest_first_is_found_out(monkeypatch):
    """Its mean wait is the same, so only the comparison wait by wait can see it."""
    model = RoomModel(n_inspectors=2, rates=(1.6,))
    right = room_checks("", model, {}, source="", n_played=2_000, most=1, rng=np.random.default_rng(1))
    monkeypatch.setattr(ControlRoom, "_take_next", newest_first)
    wrong = room_checks("", model, {}, source="", n_played=2_000, most=1, rng=np.random.default_rng(1))
    assert right[0].passed
    assert not wrong[0].passed


@pytest.mark.parametrize("value", [math.nan, math.inf, 0.5])
def test_a_wait_that_is_missing_or_wrong_is_a_difference(value):
    assert worst_difference(np.array([0.0, value]), np.zeros(2)) > 0.1


def test_refusals_on_both_sides_are_no_difference():
    assert worst_difference(np.array([-math.inf, 1.0]), np.array([-math.inf, 1.0])) == 0.0
