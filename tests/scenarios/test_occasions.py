"""The optional tables on overlays, scripts, outages, repeats and drift: what they say, and what is answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios import check_scenario, find_scenario, load_scenario
from sim.city import LandUse
from sim.errors import InputError
from sim.fieldwork import SpeedWindow
from sim.occasions import CameraFailures, Drift, NearRepeat, Window

SMALL = find_scenario("district_centre").read_text(encoding="utf-8").replace("start_hour_h = 0", "start_hour_h = 6")
SOURCE = 'source = "assumption: a test"\n'
FULL = f"""
[near_repeat]
{SOURCE}probability = 0.1
days = 1
radius_m = 60

[[overlays]]
{SOURCE}name = "market_day"
weekdays = ["saturday", "sunday"]
start_h = 8
length_h = 6
land_use = ["market"]
factor = 1.5
factors = {{ litter = 3.0 }}

[[overlays]]
{SOURCE}name = "snow"
day = 1
start_h = 0
length_h = 24
factor = 0.6
visibility_factor = 0.5
speed_factor = 0.7

[[incidents]]
{SOURCE}kind = "smoking"
clock = "14:30"
visible_s = 300
land_use = "stop"
n = 2
apart_s = 60

[[incidents]]
{SOURCE}kind = "litter"
at_s = 100
visible_s = 20
camera = 3
distance_m = 25

[[outages]]
{SOURCE}day = 0
start_h = 12
length_h = 2
sites = [0, 1]

[disturbances]
{SOURCE}camera_up_mean_h = 500
camera_repair_mean_h = 8

[drift]
{SOURCE}false_factor_per_day = 1.01
recall_factor_per_day = 0.99
"""


def write(folder: Path, more: str) -> Path:
    path = folder / "town.toml"
    path.write_text(SMALL + more, encoding="utf-8")
    return path


def test_the_optional_tables_become_values_in_scenario_time(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, FULL))
    assert scenario.near_repeat == NearRepeat(probability=0.1, window_s=86_400.0, radius_m=60.0)
    market, snow = scenario.overlays
    assert market.windows[0] == Window(from_s=(5 * 24 + 2) * 3600.0, to_s=(5 * 24 + 8) * 3600.0, every_s=604_800.0)
    assert market.land_uses == (LandUse.MARKET,)
    assert dict(zip([kind.name for kind in scenario.kinds], market.factors, strict=True))["litter"] == 3.0
    assert set(market.factors) == {1.5, 3.0}
    assert snow.windows == (Window(from_s=18 * 3600.0, to_s=42 * 3600.0),)
    assert snow.visibility == 0.5
    assert scenario.speed_windows == (SpeedWindow(from_s=18 * 3600.0, to_s=42 * 3600.0, factor=0.7),)
    assert scenario.outages[0].sites == (0, 1)
    assert scenario.camera_failures == CameraFailures(up_mean_s=500 * 3600.0, repair_mean_s=8 * 3600.0)
    assert scenario.drift == Drift(false_factor_per_day=1.01, recall_factor_per_day=0.99)


def test_scripted_incidents_lie_where_the_file_says(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, FULL))
    first, second, littering = scenario.script
    assert (first.at_s, second.at_s, littering.at_s) == (8.5 * 3600.0, 8.5 * 3600.0 + 60.0, 100.0)
    assert first.junction == np.flatnonzero(scenario.city.land_use == LandUse.STOP)[0]
    cameras = scenario.city.cameras
    away_m = np.hypot(littering.x_m - cameras.x_m[3], littering.y_m - cameras.y_m[3])
    assert away_m == pytest.approx(25.0)
    bearing = np.degrees(np.arctan2(littering.y_m - cameras.y_m[3], littering.x_m - cameras.x_m[3]))
    assert (bearing - cameras.heading_deg[3] + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-3)


def test_every_optional_table_says_its_source(tmp_path: Path) -> None:
    keys = {statement.key for statement in check_scenario(write(tmp_path, FULL)).statements}
    assert {"near_repeat", "disturbances", "drift", "overlays[0]", "overlays[1]", "incidents[0]", "incidents[1]",
            "outages[0]"} <= keys


OVERLAY = f"\n[[overlays]]\n{SOURCE}name = 'x'\n"
INCIDENT = f"\n[[incidents]]\n{SOURCE}visible_s = 5\n"
OUTAGE = f"\n[[outages]]\n{SOURCE}day = 0\nstart_h = 0\nlength_h = 1\n"


@pytest.mark.parametrize(("more", "message"), [
    (OVERLAY + "start_h = 0\nlength_h = 1\n", "overlays[0] = none of them; expected exactly one of day, weekdays"),
    (OVERLAY + "start_h = 0\nlength_h = 200\nweekdays = ['monday']\n",
     "overlays[0].length_h = 200.0; expected at most 168, the hours of a week"),
    (OVERLAY + "start_h = 0\nlength_h = 1\nday = 0\nfactors = { liter = 2 }\n",
     'overlays[0].factors.liter = "liter"; expected one of litter, smoking, drinking, petty_hooliganism, traffic, '
     "other; did you mean litter?"),
    (OVERLAY + "start_h = 0\nlength_h = 1\nday = 0\nfactor = -1\n", "overlays[0].factor = -1; expected a factor ≥ 0"),
    (INCIDENT + "kind = 'litter'\nat_s = 5\n", "incidents[0] = none of them; expected exactly one of x_m, land_use, "
                                               "camera"),
    (INCIDENT + "kind = 'litter'\nx_m = 5\nat_s = 5\n", "incidents[0].y_m; expected a number of metres; a place needs "
                                                        "both"),
    (INCIDENT + "kind = 'litter'\ncamera = 5\nclock = '05:00'\n",
     'incidents[0].clock = "05:00"; expected an instant after the scenario\'s start'),
    (INCIDENT + "kind = 'litter'\ncamera = 5\nclock = '25:00'\n",
     'incidents[0].clock = "25:00"; expected a time of day, "HH:MM" or "HH:MM:SS"'),
    (OUTAGE + "share = 0.1\nsites = [1]\n",
     "outages[0] = share and sites; expected exactly one of district, share, sites"),
])
def test_a_fault_is_told_with_its_place_and_what_was_expected(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_scenario(write(tmp_path, more))
    assert str(caught.value) == f"town.toml: {message}"


@pytest.mark.parametrize(("more", "message"), [
    (INCIDENT + "kind = 'litter'\ncamera = 72\nat_s = 5\n",
     "incidents[0].camera = 72; expected below 72, the number of cameras"),
    (OUTAGE + "sites = [28]\n", "outages[0].sites = 28; expected below 28, the number of sites"),
    (OVERLAY + "day = 0\nstart_h = 0\nlength_h = 1\ndistricts = ['district 9']\n",
     'overlays[0].districts = "district 9"; expected one of district 1, district 2, district 3; did you mean '
     "district 3?"),
])
def test_what_the_city_lacks_is_named_by_a_check_and_by_a_run(tmp_path: Path, more: str, message: str) -> None:
    for use in (check_scenario, load_scenario):
        with pytest.raises(InputError, match="expected") as caught:
            use(write(tmp_path, more))
        assert str(caught.value) == f"town.toml: {message}"


def test_a_script_that_plays_where_no_road_leads_is_a_warning(tmp_path: Path) -> None:
    far = INCIDENT + "kind = 'litter'\nx_m = 1e6\ny_m = 1\nat_s = 5\nn = 2\n"
    near = INCIDENT + "kind = 'litter'\ncamera = 1\nat_s = 5\n"
    texts = {caution.key: caution.text for caution in check_scenario(write(tmp_path, far + near)).warnings}
    assert texts["incidents"].startswith("1 places are more than 300 m from every junction, so no unit comes near "
                                         "them: x_m = 1e+06, y_m = 1 (")


def test_what_never_holds_is_a_warning(tmp_path: Path) -> None:
    late = OVERLAY + "day = 30\nstart_h = 0\nlength_h = 1\n"
    script = INCIDENT + "kind = 'litter'\ncamera = 1\nat_s = 999_999\n"
    cautions = [(caution.key, caution.text) for caution in check_scenario(write(tmp_path, late + script)).warnings]
    assert ("overlays[0]", "never holds before the scenario ends") in cautions
    assert ("incidents[0]", "the scenario ends before it happens") in cautions


def test_a_key_at_its_default_does_not_change_the_digest(tmp_path: Path) -> None:
    assert check_scenario(write(tmp_path, "")).digest == check_scenario(write(tmp_path, "\n[profiles]\n")).digest
