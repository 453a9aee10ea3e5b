"""What a scenario file may say, and what is answered to one that cannot be used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenarios
from scenarios import check_scenario, find_scenario, json_schema, list_shipped, load_scenario, load_told
from scenarios.consistency import find_gaps
from scenarios.convert import load_profiles
from sim.errors import InputError, UnknownNameError
from sim.scenario import Shift

SMALL = find_scenario("district_centre").read_text(encoding="utf-8")
LIST = ("schema, name, title, story, translations, time, city, profiles, kinds, calls, watching, alerting, roster, "
        "patrols, units, badges, unit_breaks, costs, near_repeat, overlays, incidents, outages, disturbances, drift, "
        "optics, zoom, targets, operation, breaks, vigilance, archive, rooms")
EXTRAPOLATES = "watching was measured up to 9 pictures each, so what it finds is an extrapolation"
NAME_RULE = "expected a name of small letters, digits and _ that starts with a letter"


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "town.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(path: Path | str, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        check_scenario(path, **options)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("inspectors = 2", "inspectors = -2", "roster.day.inspectors = -2; expected a whole number ≥ 0"),
    ("inspectors = 2", "inspectors = 2.5", "roster.day.inspectors = 2.5; expected a whole number ≥ 0"),
    ("inspectors = 2", "inspectors = true", "roster.day.inspectors = true; expected a whole number ≥ 0"),
    ("inspectors = 2", "inspectors = '2'", 'roster.day.inspectors = "2"; expected a whole number ≥ 0'),
    ("inspectors = 2", "inspectors = 100_001", "roster.day.inspectors = 100001; expected at most 100,000"),
    ("inspectors = 2\n", "", "roster.day.inspectors; expected a whole number ≥ 0; the key is missing: add it"),
    ("look_s = 1.0", "look_s = 0", "watching.look_s = 0; expected a number of seconds > 0"),
    ("look_s = 1.0", "look_s = 2026-01-01", "watching.look_s = 2026-01-01; expected a number of seconds > 0"),
    ("look_s = 1.0", "look_s = [1]", "watching.look_s = a list of 1; expected a number of seconds > 0"),
    ("look_s = 1.0", "look_s = " + "9" * 400,
     "watching.look_s = a number of 401 digits; expected a number of seconds > 0"),
    ("p_confirm = 0.9", "p_confirm = 1.5", "watching.p_confirm = 1.5; expected at most 1"),
    ("p_confirm = 0.9", "p_confirm = -0.5", "watching.p_confirm = -0.5; expected a probability from 0 to 1"),
    ("start_h = 20", "start_h = 24", "roster.night.start_h = 24; expected an hour of day, 0 ≤ h < 24"),
    ("length_h = 12", "length_h = 25", "roster.day.length_h = 25; expected at most 24"),
    ('plan = "round_robin"', 'plan = "round_robbin"',
     'watching.plan = "round_robbin"; expected one of round_robin, risk_weighted, rates; did you mean round_robin?'),
    ('[costs]\nsource = "', '[costs]\nsource = "assumption" #',
     "costs.source = \"assumption\"; expected a fact's source, or 'assumption: ' and why"),
    ("land_use = {", "land_use = 3 #", "kinds.litter.land_use = 3; expected a table"),
    ("[roster.day]", '[roster."Day 1"]', f'roster."Day 1"; {NAME_RULE}; rename it'),
    ("land_use = { market", "land_use = { markt",
     "kinds.litter.land_use.markt = 30; expected one of the keys housing, market, stop, park, bar, school, road; "
     "did you mean market?"),
    ('schema = "watchfloor.scenario/1"', 'schema = "watchfloor.scenario/0"',
     'schema = "watchfloor.scenario/0"; expected one of watchfloor.scenario/1; did you mean watchfloor.scenario/1?'),
    ('title = "', 'title = ""#', 'title = ""; expected a text that is not empty'),
    ('hour_profile = "public_order"', 'hour_profile = "public_orders"',
     'kinds.litter.hour_profile = "public_orders"; expected one of alcohol, assault, flat, narcotics, public_order, '
     "street_all, theft_misd, vandalism; did you mean public_order?"),
    ("p_citation = 0.5\np_arrest = 0.0", "p_citation = 0.5\np_arrest = 0.7",
     "kinds.litter.p_arrest = 0.7; expected at most 0.5, so that p_citation and p_arrest sum to at most 1"),
    ("visible_p95_s = 120", "visible_p95_s = 12",
     "kinds.litter.visible_p95_s = 12.0; expected at least the median, 20.0"),
    ("verify_p95_s = 30", "verify_p95_s = 3", "watching.verify_p95_s = 3.0; expected at least the median, 8.0"),
    ("n_sites = 28", "n_sites = 5", "city.n_sites = 5; expected 18 to 72 for 72 cameras at 1 to 4 a site"),
    ("n_districts = 3", "n_districts = 500", "city.n_districts = 500; expected 1 to 400, the number of junctions"),
    ("land_use = { market = 30, stop = 10, park = 5, bar = 5, school = 4, road = 1, housing = 0.5 }", "land_use = {}",
     "kinds.litter.land_use; expected at least one weight > 0; say where such incidents happen"),
    ("look_s = 1.0", "look_s =", "line 139, column 9; expected TOML; Invalid value"),
    ("look_s = 1.0", "look_s = 1\nlook_s = 2", "line 140, column 11; expected TOML; Cannot overwrite a value"),
])
def test_a_fault_is_told_with_its_place_its_value_and_what_was_expected(
        tmp_path: Path, old: str, new: str, message: str) -> None:
    assert complaint(write(tmp_path, (old, new))).splitlines()[0] == f"town.toml: {message}"


def test_an_unknown_key_is_told_with_the_nearest_known_one(tmp_path: Path) -> None:
    path = write(tmp_path, ("inspectors = 2", "inspectors = 2\ninspecters = 2"))
    assert complaint(path) == ("town.toml: roster.day.inspecters = 2; expected one of the keys source, start_h, "
                               "length_h, inspectors, units, room, officers; did you mean inspectors?")


def test_an_unknown_table_is_told_with_the_nearest_known_one(tmp_path: Path) -> None:
    path = write(tmp_path, ("[costs]", "[cost]"))
    assert complaint(path) == ("town.toml: costs; expected a table; the key is missing: add it\n"
                               f"town.toml: cost = a table; expected one of the keys {LIST}; did you mean costs?")


def test_every_fault_of_a_file_has_a_line_of_its_own_in_one_error(tmp_path: Path) -> None:
    path = write(tmp_path, ("inspectors = 2", "inspectors = -2"), ("units = 3", "units = 'few'"),
                 ("look_s = 1.0", "look_s = -1"))
    assert complaint(path).splitlines() == [
        "town.toml: watching.look_s = -1; expected a number of seconds > 0",
        "town.toml: roster.day.inspectors = -2; expected a whole number ≥ 0",
        'town.toml: roster.day.units = "few"; expected a whole number ≥ 0',
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "+nan"])
def test_numbers_that_are_not_finite_are_refused_everywhere(tmp_path: Path, value: str) -> None:
    for line in SMALL.splitlines():
        key, _, number = line.partition(" = ")
        if number and number.replace("_", "").replace(".", "").isdigit():
            path = write(tmp_path, (f"\n{line}\n", f"\n{key} = {value}\n"))
            assert f"{key} = {value.lstrip('+')}; expected " in complaint(path)


def test_what_is_not_toml_at_all_is_told_without_a_traceback(tmp_path: Path) -> None:
    deep = write(tmp_path, ("look_s = 1.0", "look_s = " + "[" * 20_000))
    assert complaint(deep) == "town.toml; expected TOML; it is nested too deeply: flatten it"
    long = write(tmp_path, ("look_s = 1.0", "look_s = " + "9" * 5_000))
    assert complaint(long) == "town.toml; expected TOML; a number has too many digits"
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    assert complaint(tmp_path / "latin.toml") == (
        "latin.toml; expected a scenario file in UTF-8; the byte at offset 9 is not: save it as UTF-8")


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert complaint(missing) == f"{missing}; expected a scenario file; it cannot be read: No such file or directory"
    assert complaint(tmp_path) == f"{tmp_path}; expected a scenario file; it cannot be read: Is a directory"


def test_a_file_without_kinds_or_shifts_is_refused(tmp_path: Path) -> None:
    head, _, rest = SMALL.partition("[kinds.litter]")
    _, _, rest = rest.partition("[watching]")
    middle, _, rest = rest.partition("[roster.day]")
    _, _, tail = rest.partition("[patrols]")
    path = tmp_path / "town.toml"
    path.write_text(f"{head}[kinds]\n[watching]{middle}[roster]\n[patrols]{tail}", encoding="utf-8")
    assert complaint(path) == ("town.toml: kinds; expected at least one kind of incident\n"
                               "town.toml: roster; expected at least one shift")


def test_an_unknown_scenario_is_told_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_scenario("kostany")
    names = ", ".join(shipped.name for shipped in list_shipped())
    assert str(caught.value) == f"scenario = kostany; expected one of {names}; did you mean kostanay?"


def test_a_scenario_is_found_by_name_and_by_path() -> None:
    by_name = load_scenario("district_centre")
    path = find_scenario("district_centre")
    assert load_scenario(path).digest == load_scenario(str(path)).digest == by_name.digest


def test_the_shipped_scenarios_have_no_fault_a_source_for_every_table_and_more_pictures_than_were_studied() -> None:
    for item in list_shipped():
        checked = check_scenario(item.name)
        assert (checked.name, checked.title) == (item.name, item.title)
        assert [caution.text.partition(": ")[2] for caution in checked.warnings] == [EXTRAPOLATES]
        assert all(statement.source for statement in checked.statements)
        assert {"time", "city", "watching", "roster.night"} <= {statement.key for statement in checked.statements}


def numbers_in(story: str) -> set[str]:
    """Return the numbers that a story writes in digits, thousands together."""
    return set(re.findall(r"\d+(?:,\d+)?", re.sub(r"(?<=\d) (?=\d{3}\b)", "", story)))


def test_every_shipped_scenario_is_told_in_each_language_as_long_as_in_its_own() -> None:
    for item in list_shipped():
        told = load_told(item.name)
        assert set(told.titles) == set(told.stories) == {"en", "ru", "kk"}
        assert dict(item.titles) == dict(told.titles)
        assert (told.titles["en"], told.stories["en"]) == (item.title, load_scenario(item.name).story)
        for language, words in (("ru", ("Факт", "Допущение")), ("kk", ("Дерек", "Болжам"))):
            story = told.stories[language]
            assert all(part.startswith(word) for part, word in zip(story.split("\n\n"), words, strict=True))
            assert 0.6 < len(story) / len(told.stories["en"]) < 1.6
            assert numbers_in(told.stories["en"].replace(",", "").replace(".", ",")) <= numbers_in(story)


def test_a_translation_changes_no_result_and_is_its_own_files_alone(tmp_path: Path) -> None:
    text = find_scenario("market_patrol").read_text(encoding="utf-8")
    plain = tmp_path / "market_patrol.toml"
    plain.write_text(text.partition("[translations.ru]")[0], encoding="utf-8")
    assert set(load_told(plain).titles) == {"en"}
    assert load_scenario(plain).digest == load_scenario("market_patrol").digest
    plain.write_text(text.replace("[translations.kk]", "[translations.de]"), encoding="utf-8")
    with pytest.raises(InputError, match="translations"):
        load_scenario(plain)


@pytest.mark.parametrize(("change", "texts"), [
    ((("length_h = 12", "length_h = 11.25"),),
     ["19:15–20:00 no inspector on duty", "19:15–20:00 no unit on duty"]),
    ((("inspectors = 1", "inspectors = 0"),), ["20:00–08:00 no inspector on duty"]),
    ((("units = 3", "units = 0"), ("units = 2", "units = 0")), ["00:00–24:00 no unit on duty"]),
    ((("per_day = 4.3", "per_day = 0"),), ["litter never happens"]),
    ((("n_cameras = 72", "n_cameras = 0"), ("n_sites = 28", "n_sites = 0")),
     ["there is no camera, so nothing is found by watching"]),
    ((("post_s = 1_200", 'post_s = 1_200\nposting = "hot_spot"'),),
     ["units stand 20 min at a hot spot: ten to sixteen were found to be worth most"]),
    ((("watched_share = 1.0", "watched_share = 0"),),
     ["no camera is on anybody's plan, so nothing is found by watching"]),
    ((("[costs]", "[optics]\nsource = 'a test'\nsunrise_h = 5\nsunset_h = 20\nnight_lit_factor = 0.2\n"
                  "night_dark_factor = 0.9\n\n[costs]"),), ["the dark shows more than street lights do"]),
    ((("[costs]", "[badges]\nsource = 'a test'\nshare = 1\nacknowledge_median_s = 5\nacknowledge_p95_s = 9\n"
                  "p_evidence = 0.9\np_evidence_attended = 0.2\np_join = 0\n\n[costs]"),),
     ["attending a badge's picture makes the evidence worse"]),
])
def test_what_is_seldom_meant_is_a_warning(
        tmp_path: Path, change: tuple[tuple[str, str], ...], texts: list[str]) -> None:
    path = write(tmp_path, *change)
    assert [caution.text for caution in check_scenario(path).warnings if caution.key != "watching"] == texts


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 47), st.integers(1, 48)), max_size=4))
def test_gaps_are_exactly_the_half_hours_that_no_shift_covers(halves: list[tuple[int, int]]) -> None:
    shifts = [Shift(name="x", start_h=start / 2, length_h=length / 2, inspectors=1, units=1)
              for start, length in halves]
    gaps = find_gaps([(shift.start_h, shift.length_h) for shift in shifts])
    for half in range(48):
        hour = half / 2 + 0.1
        in_gap = any((hour - start) % 24.0 < ((end - start) % 24.0 or 24.0) for start, end in gaps)
        assert in_gap != any(shift.covers(hour) for shift in shifts)


def test_overrides_lie_over_the_file_and_change_the_digest() -> None:
    plain = load_scenario("district_centre")
    changed = load_scenario("district_centre", overrides={"roster.night.inspectors": 4, "city.seed": 5})
    assert {shift.name: shift.inspectors for shift in changed.shifts} == {"day": 2, "night": 4}
    assert changed.digest != plain.digest
    assert changed.city.digest() != plain.city.digest()


@pytest.mark.parametrize(("key", "value", "message"), [
    ("roster.night.inspectors", -1, "roster.night.inspectors = -1; expected a whole number ≥ 0"),
    ("roster.nigt.inspectors", 1, "roster.nigt; expected one of the tables day, night; did you mean night?"),
    ("roster.q.inspectors", 1,
     "roster.q; expected one of the tables day, night; correct the override of roster.q.inspectors"),
    ("name.x", 1, 'name = "district_centre"; expected a table; correct the override of name.x'),
    ("watching.look_s", float("nan"), "watching.look_s = nan; expected a number of seconds > 0"),
])
def test_an_override_that_cannot_be_used_is_told_like_a_fault_of_the_file(
        key: str, value: float, message: str) -> None:
    assert complaint("district_centre", overrides={key: value}) == f"district_centre.toml: {message}"


def test_the_digest_depends_on_every_value_and_not_on_the_order_of_the_file(tmp_path: Path) -> None:
    shipped = check_scenario("district_centre").digest
    assert check_scenario(write(tmp_path)).digest == shipped
    moved = write(tmp_path, ("look_s = 1.0\nwatched_share = 1.0", "watched_share = 1.0 # all\nlook_s = 1"))
    assert check_scenario(moved).digest == shipped
    assert check_scenario(write(tmp_path, ("look_s = 1.0", "look_s = 1.01"))).digest != shipped


def test_the_kostanay_scenario_has_the_size_and_the_kinds_of_the_article() -> None:
    scenario = load_scenario("kostanay")
    city = scenario.city
    assert (city.cameras.n_cameras, city.n_sites, city.roads.n_junctions) == (8_500, 3_200, 20_000)
    assert [kind.name for kind in scenario.kinds] == [
        "litter", "smoking", "drinking", "drunk_in_public", "petty_hooliganism", "damage_to_property", "sanitary",
        "crime", "traffic", "other"]
    assert sum(shift.units for shift in scenario.shifts) == 60
    assert sum(shift.length_h for shift in scenario.shifts) == 24.0
    assert scenario.start_hour_of_week in (0.0, 24.0, 48.0, 72.0, 96.0)  # a working day from midnight
    assert scenario.duration_s == 86_400.0


def test_a_file_may_bring_its_own_hour_profile_and_calls_from_the_public(tmp_path: Path) -> None:
    weights = ", ".join(["2.0"] * 84 + ["0"] * 84)
    own = f'[profiles.ours]\nsource = "fact: counted"\nweights = [{weights}]\n'
    calls = ('[calls]\nsource = "fact: counted"\nper_day = 10\nhour_profile = "ours"\np_needs_unit = 0.5\n'
             "priority_shares = [0.1, 0.2, 0.3, 0.4]\nservice_median_s = 900\nservice_p95_s = 1_800\n")
    use = ('hour_profile = "public_order"', 'hour_profile = "ours"')
    path = write(tmp_path, use, ("[kinds.litter]", own + calls + "[kinds.litter]"))
    assert load_scenario(path).kinds[0].hour_weights == (2.0,) * 84 + (0.0,) * 84
    assert [warning.key for warning in check_scenario(path).warnings] == ["watching"]
    assert load_scenario(path).calls.per_day == 10.0
    text = path.read_text(encoding="utf-8")
    for old, new, message in (
            (weights, "0.0, " + weights, "profiles.ours.weights = a list of 169; expected a list of 168 numbers ≥ 0"),
            (weights, ", ".join(["0"] * 168), "profiles.ours.weights; expected at least one weight > 0"),
            ("profiles.ours", "profiles.alcohol", "profiles.alcohol; expected a name that no shipped profile has"),
            ("[0.1, 0.2", "[0.2, 0.2", "calls.priority_shares = shares that sum to 1.1; expected a sum of 1"),
            ("service_p95_s = 1_800", "service_p95_s = 18", "calls.service_p95_s = 18.0; expected at least the median"),
            ('per_day = 10\nhour_profile = "ours"', 'per_day = 10\nhour_profile = "our"',
             'calls.hour_profile = "our"; expected one of alcohol')):
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert complaint(path).startswith(f"town.toml: {message}")


def test_hour_profiles_have_a_weight_for_each_hour_of_the_week_and_mean_one() -> None:
    assert len(load_profiles()) == 8
    for weights in load_profiles().values():
        assert len(weights) == 168
        assert min(weights) >= 0.0
        assert sum(weights) / 168 == pytest.approx(1.0, abs=1e-12)


def test_the_json_schema_names_every_table_and_forbids_unknown_keys() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert list(schema["properties"]) == LIST.split(", ")
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["ShiftTable"]["properties"]["inspectors"]["minimum"] == 0


def test_no_shipped_file_names_a_machines_path() -> None:
    folder = Path(scenarios.__file__).parent
    for path in [*folder.glob("*.toml"), *folder.glob("*.json")]:
        assert "/home/" not in path.read_text(encoding="utf-8")


def test_a_file_may_bring_the_optional_parts_of_the_units_work(tmp_path: Path) -> None:
    tables = ('[units]\nsource = "fact: counted"\nfoot_share = 0.5\n'
              '[badges]\nsource = "fact: counted"\nshare = 1\nacknowledge_median_s = 5\nacknowledge_p95_s = 9\n'
              "p_evidence = 0.5\np_evidence_attended = 0.9\np_join = 0.2\n"
              '[unit_breaks]\nsource = "fact: counted"\nmeal_min = 30\nout_of_service_every_h = 40\n')
    more = 'posting = "hot_spot"\np_cancel = 0.1\nredirect = true\nunits_at_shift_end = "preempt"\n'
    path = write(tmp_path, ("[costs]", more + tables + "[costs]"))
    work = load_scenario(path).fieldwork
    assert (work.foot_share, work.posting, work.redirect_gap, work.at_shift_end) == (0.5, "hot_spot", 1, "preempt")
    assert (work.breaks.meal_s, work.breaks.meal_after_s) == (1800.0, 10_800.0)
    assert {"units", "badges", "unit_breaks"} <= {said.key for said in load_scenario(path).statements}
    text = path.read_text(encoding="utf-8")
    for old, new, message in (
            ("foot_share = 0.5", "foot_share = 0.5\nbicycle_share = 0.8",
             "units.foot_share = 0.5; expected at most 0.2"),
            ("acknowledge_p95_s = 9\n", "acknowledge_p95_s = 4\n", "badges.acknowledge_p95_s = 4.0; expected at least"),
            ('"preempt"', '"drop"', 'patrols.units_at_shift_end = "drop"; expected one of')):
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        assert message in complaint(path)


def test_duty_officers_are_named_for_each_shift_or_for_none(tmp_path: Path) -> None:
    counts = [line for line in SMALL.splitlines() if line.startswith("units = ")]
    path = write(tmp_path, (counts[0] + "\n", counts[0] + "\nofficers = 1\n"))
    assert "officers; expected a whole number ≥ 0; say how many duty officers each shift has" in complaint(path)
