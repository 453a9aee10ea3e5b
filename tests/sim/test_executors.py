"""A run's digests are the same in any process, order and executor of one machine."""

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from scenarios import load_scenario
from sim.detector_model import DetectorModel
from sim.replicate import Arm, FalseRate, replicate, start_worker

SEED, REPLICATIONS = 11, (0, 1, 2, 3)

ALONE = """
from scenarios import load_scenario
from sim.replicate import Arm, replicate
scenario = load_scenario("district_centre", overrides={"time.duration_h": 6.0, "time.start_hour_h": 14})
for runs in replicate(scenario, [Arm(name="inspectors")], seed=11, replications=[2]):
    print(runs[0].trace_digest, runs[0].log_digest)
"""


@pytest.fixture(scope="module")
def town():
    return load_scenario("district_centre", overrides={"time.duration_h": 6.0, "time.start_hour_h": 14})


@pytest.fixture(scope="module")
def arms(detector_row):
    model = DetectorModel(name="m", detector="d", version="1", profile="tabletop", kind_map={"object_placed": "litter"},
                          provenance={}, rows=(detector_row,))
    return (Arm(name="inspectors"), Arm(name="with_detector", detector=model, share=0.5, false_rate=FalseRate.HIGH))


def digests(scenario, arms, *, replications=REPLICATIONS, executor=None):
    """Return {(arm, replication): (trace digest, log digest)}."""
    return {(run.arm, run.replication): (run.trace_digest, run.log_digest)
            for runs in replicate(scenario, arms, seed=SEED, replications=replications, executor=executor)
            for run in runs}


@pytest.fixture(scope="module")
def here(town, arms):
    return digests(town, arms)


def test_the_order_of_replications_changes_no_digest(town, arms, here):
    assert digests(town, arms, replications=REPLICATIONS[::-1]) == here
    assert len({log for _, log in here.values()}) > len(REPLICATIONS)


def test_a_replication_alone_has_the_digest_that_it_has_among_others(town, arms, here):
    alone = digests(town, arms, replications=[2])
    assert alone == {key: here[key] for key in alone}


def test_the_order_of_arms_changes_no_digest(town, arms, here):
    assert digests(town, arms[::-1]) == here


def test_threads_change_no_digest(town, arms, here):
    with ThreadPoolExecutor(3, initializer=start_worker, initargs=(town, arms)) as pool:
        assert digests(town, arms, executor=pool) == here


def test_fresh_processes_change_no_digest(town, arms, here):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=start_worker,
                             initargs=(town, arms)) as pool:
        assert digests(town, arms, replications=REPLICATIONS[::-1], executor=pool) == here


def test_the_seed_of_pythons_hashes_changes_no_digest(here):
    """This process has a seed of its own, drawn when it began."""
    done = subprocess.run([sys.executable, "-c", ALONE], env=os.environ | {"PYTHONHASHSEED": "0"}, text=True,
                          capture_output=True, timeout=120, check=False)
    assert done.stderr == ""
    assert tuple(done.stdout.split()) == here["inspectors", 2]
