"""The tables of a scenario file on the control room: breaks, tiredness, archive, badges, and several rooms."""

from pathlib import Path

import pytest

from scenarios import check_scenario, load_scenario
from scenarios.catalog import find_scenario
from sim.errors import InputError
from sim.roomwork import Breaks, Preemption, ShiftEnd, Vigilance

SMALL = find_scenario("district_centre").read_text(encoding="utf-8")
TABLES = """
[breaks]
source = "fact: an hour is the longest desirable spell (Tickner & Poulton 1973)"
spell_min = 60
break_min = 10

[vigilance]
source = "assumption: a novice, vig.profile"
delta = 0.25
tau_min = 15

[archive]
source = "assumption: what a department asks for"
per_day = 3
hour_profile = "flat"
kind = "crime"
duration_median_s = 3_600
duration_p95_s = 14_400
p_solved = 0.3
at_most = 1

[badges]
source = "assumption: every second case"
share = 0.5
acknowledge_median_s = 5
acknowledge_p95_s = 20
p_evidence = 0.5
p_evidence_attended = 0.8
p_join = 0.1
p_attend = 0.5
attend_median_s = 120
attend_p95_s = 600

[rooms.centre]
source = "assumption: two rooms"
districts = ["district 1", 1]
overflow_to = "region"
overflow_at = 3

[rooms.region]
source = "assumption: two rooms"
districts = [2]
"""


def write(folder: Path, tables: str, *changes: tuple[str, str]) -> Path:
    text = SMALL + tables
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "town.toml"
    path.write_text(text, encoding="utf-8")
    return path


ROOMS = (("units = 3", 'units = 3\nroom = "centre"'), ("units = 2", 'units = 2\nroom = "region"'))


def test_every_table_on_the_room_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, TABLES, *ROOMS,
                 ("queue_limit = 40", 'queue_limit = 40\npreemption = "resume"\ninspectors_at_shift_end = "preempt"'),
                 ("ppv_prior = 0.5", 'ppv_prior = 0.5\nbriefing = ["litter"]\np_unbriefed = 0.47\nprevalence = true'))
    scenario = load_scenario(path)
    assert scenario.breaks == Breaks(spell_s=3600.0, break_s=600.0)
    assert scenario.vigilance == Vigilance(delta=0.25, tau_s=900.0)
    assert scenario.archive is not None
    assert (scenario.archive.kind, scenario.archive.at_most) == ("crime", 1)
    assert scenario.badge is not None
    assert scenario.shift_end is ShiftEnd.PREEMPT
    assert [(room.name, room.districts, room.overflow_to, room.overflow_at) for room in scenario.rooms] == [
        ("centre", (0, 1), "region", 3), ("region", (2,), None, 0)]
    assert [shift.room for shift in scenario.shifts] == ["centre", "region"]
    assert scenario.watching.briefing == ("litter",)
    assert scenario.alerting.preemption is Preemption.RESUME
    keys = {statement.key for statement in check_scenario(path).statements}
    assert {"breaks", "vigilance", "archive", "badges", "rooms.centre", "rooms.region"} <= keys


def test_left_out_they_change_neither_values_nor_digest(tmp_path: Path) -> None:
    path = write(tmp_path, "", ("queue_limit = 40", 'queue_limit = 40\ninspectors_at_shift_end = "finish"'))
    scenario = load_scenario(path)
    assert scenario.breaks is scenario.vigilance is scenario.archive is scenario.badge is None
    assert scenario.rooms == ()
    assert scenario.digest == load_scenario("district_centre").digest


@pytest.mark.parametrize(("changes", "message"), [
    (ROOMS[:1], "roster.night.room; expected one of centre, region; say which room its inspectors sit in"),
    ((*ROOMS, ('overflow_to = "region"', 'overflow_to = "regio"')),
     "rooms.centre.overflow_to = \"regio\"; expected one of region; did you mean region?"),
    ((*ROOMS, ("overflow_at = 3\n", "")), "rooms.centre.overflow_to; expected overflow_to and overflow_at together"),
    ((*ROOMS, ('hour_profile = "flat"', 'hour_profile = "flatt"')), "did you mean flat?"),
    ((*ROOMS, ("duration_p95_s = 14_400", "duration_p95_s = 1")), "archive.duration_p95_s = 1.0; expected at least"),
    ((*ROOMS, ("ppv_prior = 0.5", 'ppv_prior = 0.5\nbriefing = ["liter"]\np_unbriefed = 0.5')), "did you mean litter?"),
    ((*ROOMS, ("ppv_prior = 0.5", 'ppv_prior = 0.5\nbriefing = ["litter"]')), "briefing and p_unbriefed together"),
    ((*ROOMS, ('"district 1"', '"district 9"')), "rooms.centre.districts"),
    ((*ROOMS, ("districts = [2]", "districts = [1]")), "expected each district of the city in one room"),
    ((*ROOMS, ("delta = 0.25", "delta = 1")), "vigilance.delta = 1; expected at most 0.95"),
    ((("queue_limit = 40", 'queue_limit = 40\npreemption = "resum"'), *ROOMS), "did you mean resume?"),
])
def test_what_cannot_hold_together_is_refused(
        tmp_path: Path, changes: tuple[tuple[str, str], ...], message: str) -> None:
    with pytest.raises(InputError) as raised:
        load_scenario(write(tmp_path, TABLES, *changes))
    assert message in str(raised.value)
