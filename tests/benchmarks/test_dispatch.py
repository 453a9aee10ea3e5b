"""The measurement of policies does the work that its figures stand for."""

import json
from dataclasses import replace

import pytest

from sim.errors import InputError
from watchfloor.bench_dispatch import BenchOptions, bench_dispatch
from watchfloor.show import Show


def test_policies_are_measured_saved_and_stand_beside_an_earlier_measurement(tmp_path):
    options = BenchOptions(cities=("seven_units_6_40",), replications=0, days=0, slots=40, timed=20, out=tmp_path)
    bench = bench_dispatch(options, show=Show(quiet=True))
    (small,) = bench.small_cities
    assert small.late["optimum"] <= small.late["learned"] < small.late["nearest"]
    assert small.share_of_gain["learned"] >= 0.8
    assert 0.0 < small.travel_gain < 0.01
    assert {(one.what, one.size) for one in bench.decisions} >= {
        ("nearest", 200), ("nearest", 1000), ("whittle look assignment", 8_500), ("whittle look assignment", 123_000)}
    assert all(0.0 < one.p50_ms <= one.p99_ms for one in bench.decisions)
    assert [one.policy for one in bench.attention] == ["round robin", "risk weighted", "rate × age", "myopic",
                                                          "whittle"]
    again = replace(options, baseline=tmp_path / "dispatch.json", out=None)
    assert bench_dispatch(again, show=Show(quiet=True)).small_cities == bench.small_cities
    (tmp_path / "other.json").write_text(json.dumps(
        {**json.loads((tmp_path / "dispatch.json").read_text()), "values": {"x": 1}}))
    with pytest.raises(InputError, match="another measurement"):
        bench_dispatch(BenchOptions(baseline=tmp_path / "other.json"), show=Show(quiet=True))
