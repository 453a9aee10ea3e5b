"""What is worked out once."""

import numpy as np

from sim.engine import plans_of
from sim.kept import MOST_KEPT, kept
from sim.simulate import simulate
from sim.trace import draw_trace


def test_a_result_is_worked_out_once_for_each_of_the_latest_values():
    asked = []

    @kept
    def total(values: np.ndarray) -> float:
        asked.append(values)
        return float(values.sum())

    arrays = [np.full(3, float(index)) for index in range(MOST_KEPT + 1)]
    assert [total(array) for array in arrays + arrays[1:]] == [0.0, 3.0, 6.0, 3.0, 6.0]
    assert len(asked) == 3
    assert total(arrays[0]) == 0.0
    assert len(asked) == 4
    assert total(arrays[0].copy()) == 0.0
    assert len(asked) == 5


def test_a_scenario_played_twice_by_either_engine_gives_the_same_log_and_the_same_plans(make_scenario):
    scenario, twin = make_scenario(), make_scenario()
    trace = draw_trace(scenario, seed=1)
    first = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    again = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    assert first == again == [simulate(twin, trace).digest()] * 2
    assert plans_of(scenario) is plans_of(scenario)
    assert plans_of(scenario) is not plans_of(twin)
