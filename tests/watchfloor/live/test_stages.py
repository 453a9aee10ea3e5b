"""The cost of each stage is what lies between it and the one before."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.save import load_result
from watchfloor.live.feed_worker import Stamps
from watchfloor.live.stages import Stage, Stages, costs, spread_of


def test_costs_are_the_differences_that_were_put_in() -> None:
    stages = Stages()
    for alert_id in range(101):
        start_ns, step_ns = 10**12 * alert_id, 1_000_000 * alert_id
        stamps = Stamps(capture_ns=start_ns, arrival_ns=start_ns + step_ns, decoded_ns=start_ns + 3 * step_ns,
                        detected_ns=start_ns + 6 * step_ns)
        stages.note(alert_id, Stage.RECEIVED, start_ns + 50 * step_ns)  # it may come before the rest is known
        stages.begin(alert_id, stamps, put_ns=start_ns + 10 * step_ns, alert_ns=start_ns + 15 * step_ns)
        stages.note(alert_id, Stage.DISPATCH, start_ns + 20 * step_ns)
        stages.note(alert_id, Stage.DISPATCH, start_ns + 999 * step_ns)
    stages.note(None, Stage.DISPATCH, 5)
    found = costs(stages.all())
    for stage, n_steps in (("arrival", 1), ("decoded", 2), ("detected", 3), ("put", 4), ("alert", 5),
                           ("glass to alert", 15), ("order to badge", 30), ("glass to badge", 50)):
        assert found[stage].n == 101
        assert found[stage].p50_s == pytest.approx(0.050 * n_steps)
        assert found[stage].p90_s == pytest.approx(0.090 * n_steps)
        assert found[stage].p99_s == pytest.approx(0.099 * n_steps)
        assert found[stage].most_s == pytest.approx(0.100 * n_steps)
    assert found["confirm"].n == 0
    assert found["confirm"].p50_s is None
    assert spread_of([]).n == 0


@pytest.mark.long
def test_bench_latency_stamps_every_stage_and_saves_it(
        watchfloor: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    done = watchfloor("bench", "latency", "--feeds", "2", "--seconds", "10", "--out", "bench", "--json",
                      timeout_s=300.0)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    for stage in Stage:
        if stage is not Stage.CAPTURE:
            assert printed["stages"][stage]["n"] > 0, stage
    assert printed["inbox"]["n"] >= printed["n_alerts"] > 0
    saved = load_result(tmp_path / "bench" / "latency.json").values
    assert isinstance(saved, dict)
    assert saved["stages"] == printed["stages"]
