"""The tables of light, lenses and buildings in a scenario file."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import check_scenario, find_scenario, load_scenario
from sim.city import LandUse
from sim.errors import InputError

ZOOM = '[zoom]\nsource = "assumption: x"\nmedian_s = 6\np95_s = 20\npx_to_tell = 20\npx_slope = 3\n'
NIGHT = "night_lit_factor = 0.7\nnight_dark_factor = 0.3\n"
SUN = f'[optics]\nsource = "assumption: x"\nlatitude_deg = 53.2\nday_of_year = 80\n{NIGHT}'
CLOCK = f'[optics]\nsource = "assumption: x"\nsunrise_h = 7\nsunset_h = 19\n{NIGHT}'


def write(folder: Path, more: str, *changes: tuple[str, str]) -> Path:
    text = find_scenario("district_centre").read_text(encoding="utf-8") + "\n" + more
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "town.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_absent_tables_leave_the_parts_out() -> None:
    scenario = load_scenario("district_centre")
    assert (scenario.optics, scenario.zoom, scenario.city.buildings) == (None, None, None)


def test_the_tables_reach_the_scenario_and_its_statements(tmp_path: Path) -> None:
    path = write(tmp_path, SUN + "lit_uses = ['bar']\ninfrared_m = 25\n" + ZOOM,
                 ("ptz_share", "buildings = true\nptz_share"))
    scenario = load_scenario(path)
    assert scenario.city.buildings is not None
    assert scenario.city.buildings.n_buildings > 100
    assert scenario.optics is not None
    assert scenario.optics.sunrise_h == pytest.approx(6.0, abs=0.1)
    assert (scenario.optics.infrared_m, scenario.optics.lit_uses) == (25.0, (LandUse.BAR,))
    assert scenario.zoom is not None
    assert (scenario.zoom.time.median_s, scenario.zoom.px_to_tell) == (6.0, 20.0)
    assert {"optics", "zoom"} <= {item.key for item in scenario.statements}
    assert check_scenario(path).digest != check_scenario("district_centre").digest


def test_sunrise_and_sunset_may_be_given_by_the_clock(tmp_path: Path) -> None:
    optics = load_scenario(write(tmp_path, CLOCK)).optics
    assert optics is not None
    assert (optics.sunrise_h, optics.sunset_h) == (7.0, 19.0)


@pytest.mark.parametrize(("more", "change", "message"), [
    (CLOCK, ("sunset_h = 19", "sunset_h = 6"), "optics.sunset_h = 6.0; expected later than sunrise_h, 7.0"),
    (CLOCK, ("sunset_h = 19\n", ""), "optics; expected either sunrise_h and sunset_h, or latitude_deg and day_of_year"),
    (SUN, ("day_of_year = 80", "sunset_h = 9"),
     "optics; expected either sunrise_h and sunset_h, or latitude_deg and day_of_year"),
    (SUN, ("day_of_year = 80", "day_of_year = 0"), "optics.day_of_year = 0; expected a whole number from 1 to 366"),
    (SUN, ("night_dark_factor = 0.3", "night_dark_factor = -1"),
     "optics.night_dark_factor = -1; expected a share from 0 to 1"),
    (ZOOM, ("\np95_s = 20", "\np95_s = 2"), "zoom.p95_s = 2.0; expected at least the median, 6.0"),
    (ZOOM, ("px_to_tell = 20", "px_to_tell = 0"), "zoom.px_to_tell = 0; expected a number > 0"),
    ("", ("ptz_share", "buildings = 1\nptz_share"),
     "city.buildings = 1; expected true, where houses stand in the cameras' way, or false"),
])
def test_a_fault_in_them_is_told(tmp_path: Path, more: str, change: tuple[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(write(tmp_path, more, change))
    assert str(caught.value).splitlines()[0] == f"town.toml: {message}"
