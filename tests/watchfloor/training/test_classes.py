"""Classes and parallel forms: who passes, what is exported, and that another form is as hard."""

import csv
from collections import Counter
from dataclasses import replace

import pytest

from sim.errors import InputError, UnknownNameError
from watchfloor.training.class_output import COLUMNS, csv_of, draw_class
from watchfloor.training.classes import NOT_YET, OPEN, PASSED, Classes, PassMarks, judge
from watchfloor.training.detection_theory import measure_detection
from watchfloor.training.exercise import staged_scenario, target_px
from watchfloor.training.forms import PX_TOLERANCE, parallel_form
from watchfloor.training.records import Records
from watchfloor.training.simulated import PRESETS, play_simulated


@pytest.fixture(scope="module")
def result(market, exercise_of):
    return play_simulated(exercise_of(seed=3, minutes=12, n_targets=12, n_freezes=0), PRESETS["trained"], seed=3,
                          scenario=market)


@pytest.fixture
def records(tmp_path, result):
    kept = Records(tmp_path / "sessions.db")
    for name, n_sessions in (("Aigerim", 3), ("Marat", 1), ("Dana", 0)):
        trainee = kept.enrol(name)
        for number in range(n_sessions):
            kept.add(replace(result, trainee_id=trainee, session_id=f"{name}{number}"),
                     finished_at=f"2026-03-0{number + 1}T10:00:00Z")
    yield kept
    kept.close()


@pytest.fixture
def classes(records):
    kept = Classes(records)
    kept.make("autumn", PassMarks(d_prime=0.5, hit_share=0.1))
    for name in ("Marat", "Aigerim", "Dana"):
        kept.add("autumn", records.find(name))
    return kept


def test_a_class_pools_each_members_sessions_and_checklist(classes, records, result):
    standings = classes.standings("autumn")
    assert [one.name for one in standings.members] == ["Aigerim", "Dana", "Marat"]
    aigerim, dana, marat = standings.members
    assert aigerim.detection == records.progress(records.find("Aigerim")).detection
    assert aigerim.detection.d_prime.half_width < marat.detection.d_prime.half_width
    assert [len(one.d_primes) for one in standings.members] == [3, 0, 1]
    assert aigerim.hit_share == pytest.approx(result.detection.n_hits / result.detection.n_targets)
    done, cases = (sum(getattr(one, name) for one in result.checklist) for name in ("n_done", "n_cases"))
    assert aigerim.checklist_share == pytest.approx(done / cases)
    assert (dana.hit_share, dana.checklist_share, dana.verdict) == (None, None, NOT_YET)


def test_the_interval_decides_whether_a_mark_is_surely_reached():
    many, few = (measure_detection(n_targets=n, n_hits=int(0.75 * n), n_windows=10 * n, n_false=n // 8)
                 for n in (400, 8))
    mark = 0.85 * many.d_prime.value
    assert judge(PassMarks(d_prime=mark), many, 0.75, None) == PASSED
    assert judge(PassMarks(d_prime=mark), few, 0.75, None) == OPEN
    assert judge(PassMarks(d_prime=2.0 * mark), many, 0.75, None) == NOT_YET
    assert judge(PassMarks(hit_share=0.8), many, 0.75, None) == NOT_YET
    assert judge(PassMarks(checklist_share=0.5), many, 0.75, 0.5) == PASSED
    assert judge(PassMarks(checklist_share=0.5), many, 0.75, None) == NOT_YET, "nothing was expected, nothing shown"


def test_an_exported_table_holds_no_name_and_every_member(classes, records):
    text = csv_of(classes.standings("autumn"))
    rows = list(csv.DictReader(text.splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert {row["trainee_id"] for row in rows} == {records.find(name) for name in ("Aigerim", "Marat", "Dana")}
    assert "Aigerim" not in text


def test_a_forgotten_member_stays_in_the_class_without_a_name(classes, records):
    trainee = records.find("Aigerim")
    records.forget("Aigerim")
    last = classes.standings("autumn").members[-1]
    assert (last.trainee_id, last.name, len(last.d_primes)) == (trainee, None, 3)


def test_members_come_and_go_and_their_sessions_stay(classes, records):
    classes.drop("autumn", records.find("Marat"))
    assert len(classes.members("autumn")) == 2
    classes.make("autumn", PassMarks())
    assert len(classes.members("autumn")) == 2, "other marks keep the members"
    classes.remove("autumn")
    assert classes.names() == ()
    assert len(records.sessions()) == 4
    with pytest.raises(UnknownNameError, match="class = autum"):
        classes.add("autum", records.find("Marat"))
    with pytest.raises(InputError, match="expected 0 to 1"):
        PassMarks(hit_share=70.0)


def test_the_class_chart_shows_who_has_played(classes, tmp_path):
    draw_class(classes.standings("autumn"), tmp_path / "class.svg")
    text = (tmp_path / "class.svg").read_text()
    assert text.count("<use") >= 4, "a mark for each session"
    classes.make("empty", PassMarks())
    with pytest.raises(InputError, match="in which nobody has played"):
        draw_class(classes.standings("empty"), tmp_path / "class.svg")


def test_a_parallel_form_has_other_places_and_the_same_difficulty(market, exercise_of):
    first = exercise_of(seed=5, n_targets=8, minutes=8)
    forms = [parallel_form(first, number=number, scenario=market) for number in (1, 2)]
    kinds = market.city.cameras.kind
    for form in forms:
        staged_scenario(form, market)
        assert Counter((one.kind, one.visible_s) for one in form.targets) == Counter(
            (one.kind, one.visible_s) for one in first.targets)
        sizes = [sorted(target_px(market, one) for one in exercise.targets) for exercise in (first, form)]
        assert sizes[1] == pytest.approx(sizes[0], rel=PX_TOLERANCE + 1e-9)
        assert not set(form.cameras) & {one.camera_id for one in first.targets} or form.cameras != first.cameras
        assert Counter(kinds[list(form.cameras)].tolist()) == Counter(kinds[list(first.cameras)].tolist())
        assert form.digest != first.digest
    assert forms[0] == parallel_form(first, number=1, scenario=market)
    assert forms[0].targets != forms[1].targets


def test_simulated_trainees_find_as_much_in_every_form(market, exercise_of):
    first = exercise_of(seed=5, n_targets=20, minutes=15, n_tiles=6, n_freezes=0)
    shares = []
    for exercise in (first, parallel_form(first, number=1, scenario=market)):
        played = [play_simulated(exercise, PRESETS["trained"], seed=seed, scenario=market).detection
                  for seed in range(3)]
        shares.append(sum(one.n_hits for one in played) / sum(one.n_targets for one in played))
    assert abs(shares[0] - shares[1]) < 4.0 * (2 * 0.25 / 60) ** 0.5, "four standard errors of a difference"
