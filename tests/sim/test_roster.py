"""Who is on duty when."""

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.roster import duties
from sim.scenario import Shift

minutes = st.integers(0, 24 * 60 - 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(minutes, st.integers(1, 24 * 60)), min_size=1, max_size=3), st.integers(0, 167))
@example([(1439, 720), (719, 720), (479, 540)], 0)
@example([(440, 700), (1140, 740)], 7)
def test_the_staff_of_an_entry_is_there_in_every_minute_of_it_and_others_are_not(make_scenario, shifts, start_hour):
    made = tuple(Shift(name=str(start), start_h=start / 60.0, length_h=length / 60.0, inspectors=1, units=1)
                 for start, length in shifts)
    scenario = replace(make_scenario(duration_s=86400.0), shifts=made, start_hour_of_week=float(start_hour))
    table = duties(scenario)
    ends_s = [entry.from_s for entry in table[1:]] + [scenario.duration_s]
    for entry, end_s in zip(table, ends_s, strict=True):
        for minute in range(round(entry.from_s / 60.0), round(end_s / 60.0)):
            of_day = (60 * start_hour + minute) % (24 * 60)
            present = tuple(post for post, (start, length) in enumerate(shifts)
                            if (of_day - start) % (24 * 60) < length)
            assert entry.units == entry.inspectors == present
