"""What is worked out once."""

from weakref import ref

import numpy as np

from sim.kept import kept
from sim.plans import plans_of
from sim.simulate import simulate
from sim.trace import draw_trace


def test_a_result_is_worked_out_once_for_each_value_and_goes_with_it():
    n_asked = 0

    @kept
    def doubled(values: np.ndarray) -> np.ndarray:
        nonlocal n_asked
        n_asked += 1
        return values * 2.0

    arrays = [np.full(3, float(index)) for index in range(9)]
    assert all(doubled(array) is doubled(array) for array in arrays)
    assert n_asked == 9
    assert doubled(arrays[0].copy()) is not doubled(arrays[0]), "an equal value is another one"
    last = ref(doubled(arrays[-1]))
    assert last() is not None
    del arrays[-1]
    assert last() is None


def test_a_scenario_played_twice_by_either_engine_gives_the_same_log_and_the_same_plans(make_scenario):
    scenario, twin = make_scenario(), make_scenario()
    trace = draw_trace(scenario, seed=1)
    first = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    again = [simulate(scenario, trace, engine=engine).digest() for engine in ("simpy", "kernel")]
    assert first == again == [simulate(twin, trace).digest()] * 2
    assert plans_of(scenario) is plans_of(scenario)
    assert plans_of(scenario) is not plans_of(twin)
