"""What is worked out once."""

import numpy as np

from sim.kept import MOST_KEPT, kept
from sim.plans import plans_of
from sim.simulate import simulate
from sim.trace import draw_trace


def test_a_result_is_worked_out_once_for_each_of_the_latest_values():
    asked = []

    @kept
    def total(values: np.ndarray) -> float:
        asked.append(values)
        return float(values.sum())

    arrays = [np.full(3, float(index)) for index in range(MOST_KEPT + 1)]
    totals = [3.0 * index for index in range(MOST_KEPT + 1)]
    assert [total(array) for array in arrays + arrays[1:]] == totals + totals[1:]
    assert len(asked) == MOST_KEPT + 1
    assert total(arrays[0]) == 0.0
    assert len(asked) == MOST_KEPT + 2
    assert total(arrays[0].copy()) == 0.0
    assert len(asked) == MOST_KEPT + 3


def test_a_scenario_played_twice_by_either_engine_gives_the_same_log_and_the_same_plans(make_scenario):
    scenario, twin = make_scenario(), make_scenario()
    trace = draw_trace(scenario, seed=1)
    first = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    again = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    assert first == again == [simulate(twin, trace).digest()] * 2
    assert plans_of(scenario) is plans_of(scenario)
    assert plans_of(scenario) is not plans_of(twin)
