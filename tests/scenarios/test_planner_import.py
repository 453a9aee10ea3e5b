"""A scenario out of a planner's own files: what is counted, what is reported and what is never read."""

from __future__ import annotations

import csv
import datetime as dt
import sys
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from scenarios import Imported, check_scenario, import_planner_data, load_scenario
from sim.errors import InputError

START = dt.datetime(2025, 1, 6)
SECRETS = ("Ивановский", "870112345", "900101300", "Абая", "Пушкина", "внук")
WriteMap = Callable[..., Path]


def write_csv(path: Path, rows: Sequence[Sequence[object]], *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def when(minutes: float) -> str:
    return (START + dt.timedelta(minutes=minutes)).strftime("%d.%m.%Y %H:%M:%S")


def calls_rows(n: int = 280, *, days: int = 28) -> list[list[object]]:
    """Calls spread evenly over the days; every one sent after 1 min, reached after 6 and cleared after 26."""
    header: list[object] = ["№", "ФИО заявителя", "Телефон", "Дата и время поступления", "Приоритет", "Время выезда",
                            "Время прибытия", "Время завершения", "Адрес проживания", "Фабула"]
    rows = [header]
    for number in range(n):
        at = number * days * 1440.0 / n
        rows.append([number, "Ивановский И.", "87011234567", when(at), 1 + number % 4, when(at + 1), when(at + 6),
                     when(at + 26), "ул. Абая 5", "внук заявителя"])
    return rows


def offences_rows(n: int = 140, *, days: int = 28) -> list[list[object]]:
    rows: list[list[object]] = [["Дата", "Время", "Вид правонарушения", "Нарушитель", "ИИН"]]
    kinds = ("Мелкое хулиганство", "ст. 440 распитие")
    for number in range(n):
        at = START + dt.timedelta(minutes=number * days * 1440.0 / n)
        rows.append([at.date(), at.time(), kinds[number % 2], "Ивановский", "900101300123"])
    return rows


ROSTER: list[list[object]] = [["Смена", "Начало", "Окончание", "Количество инспекторов", "Количество нарядов"],
                              ["День", "08:00", "20:00", 3, 5], ["Ночь", "20:00", "08:00", 2, 4]]
CAMERAS: list[list[object]] = [
    ["Номер камеры", "Широта", "Долгота", "Тип камеры", "Район"],
    *[[f"K{number}", 53.2 + 0.001 * number, 63.6, "поворотная" if number % 4 == 0 else "стационарная",
       "Север" if number % 2 else "Юг"] for number in range(40)]]


def whole(folder: Path) -> Imported:
    return import_planner_data(
        folder / "my.toml", cameras=write_xlsx(folder / "cameras.xlsx", CAMERAS),
        calls=write_csv(folder / "102.csv", calls_rows(), encoding="cp1251", delimiter=";"),
        offences=write_xlsx(folder / "register.xlsx", offences_rows()), roster=write_xlsx(folder / "r.xlsx", ROSTER))


def complaint(output: Path, **options: Path) -> str:
    with pytest.raises(InputError) as caught:
        import_planner_data(output, **options)
    return str(caught.value)


def test_the_files_of_a_planner_become_a_scenario_that_loads(tmp_path: Path) -> None:
    imported = whole(tmp_path)
    scenario = load_scenario(imported.path)
    assert {kind.name: kind.per_day for kind in scenario.kinds} == {"drinking": 2.5, "petty_hooliganism": 2.5}
    assert [(shift.name, shift.start_h, shift.length_h) for shift in scenario.shifts] == [
        ("den", 8.0, 12.0), ("noch", 20.0, 12.0)]
    assert [(shift.inspectors, shift.units) for shift in scenario.shifts] == [(3, 5), (2, 4)]
    assert (scenario.city.cameras.n_cameras, scenario.city.n_sites, len(scenario.city.district_names)) == (40, 40, 2)
    assert (scenario.patrols.handover.median_s, scenario.patrols.scene.median_s) == (60.0, 1200.0)
    calls = tomllib.loads(imported.path.read_text(encoding="utf-8"))["calls"]
    assert calls["per_day"] == 10.0
    assert calls["priority_shares"] == [0.25] * 4
    assert (calls["service_median_s"], calls["service_p95_s"]) == (1200.0, 1200.0)
    assert imported.problems == ()
    assert imported.problems_path is None


def test_every_table_says_what_is_fact_from_which_rows_and_what_is_assumed(tmp_path: Path) -> None:
    sources = {item.key: item.source for item in check_scenario(whole(tmp_path).path).statements}
    assert sources["roster.den"] == "fact: from r.xlsx, 2 rows, without days"
    assert sources["kinds.drinking"].startswith(
        "fact: per_day and hour_profile from register.xlsx, 70 rows, 2025-01-06 to 2025-02-02; assumption: what was "
        "recorded stands for what happens")
    assert sources["calls"] == (
        "fact: per_day, hour_profile, priority_shares, service times from 102.csv, 280 rows, 2025-01-06 to 2025-02-02 "
        "(280 scene times); assumption: p_needs_unit")
    assert sources["watching"].startswith("assumption: not in the planner's files")
    assert sources["city"].startswith("fact: n_cameras, n_sites, ptz_share, n_districts from cameras.xlsx, 40 rows")


def test_columns_about_persons_are_named_and_nothing_of_them_is_kept_anywhere(tmp_path: Path) -> None:
    imported = whole(tmp_path)
    assert [(item.file, item.heading) for item in imported.dropped] == [
        ("102.csv", "ФИО заявителя"), ("102.csv", "Телефон"), ("102.csv", "Адрес проживания"), ("102.csv", "Фабула"),
        ("register.xlsx", "Нарушитель"), ("register.xlsx", "ИИН")]
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("my.*")]
    assert len(written) == 2
    for secret in SECRETS:
        assert not any(secret in text for text in [*written, repr(imported)])


def test_cells_of_persons_are_not_even_looked_at(tmp_path: Path) -> None:
    rows = calls_rows(30)
    for row in rows[1:]:
        row[1], row[2] = "=1/0", "нечисло" * 1_000
    clean = [[cell for place, cell in enumerate(row) if place not in (1, 2, 8, 9)] for row in rows]
    first = import_planner_data(tmp_path / "a.toml", calls=write_csv(tmp_path / "102.csv", rows))
    text = first.path.read_text(encoding="utf-8")
    second = import_planner_data(tmp_path / "b.toml", calls=write_csv(tmp_path / "102.csv", clean))
    assert text == second.path.read_text(encoding="utf-8").replace('"b', '"a')


def test_what_is_wrong_is_told_by_row_and_column_and_never_with_what_the_cell_says(tmp_path: Path) -> None:
    rows = calls_rows()
    rows[3][3] = "Ивановский вчера"
    rows[5][4] = "Ивановский"
    rows[7][7] = when(-50_000)
    imported = import_planner_data(tmp_path / "my.toml", calls=write_csv(tmp_path / "102.csv", rows))
    assert [(item.row, item.column, item.what) for item in imported.problems] == [
        (4, "Дата и время поступления", "expected a date or time, got a text of 16 characters: the row is left out"),
        (6, "Приоритет", "expected a priority from 1 to 4 or its name, got a text of 10 characters: not counted among "
                         "priorities"),
        (8, "Время завершения", "it is not within a day after arrived: the scene time is left out")]
    assert imported.problems_path == tmp_path / "my.problems.csv"
    saved = imported.problems_path.read_text(encoding="utf-8")
    assert saved.splitlines()[0] == "file,row,column,what"
    assert "Ивановский" not in saved + repr(imported)


def test_missing_stamps_are_reported_and_nothing_is_guessed_for_them(tmp_path: Path) -> None:
    rows = calls_rows()
    for row in rows[1::2]:
        row[6] = ""
    for row in rows[2::2]:
        row[7] = "—" if row[0] == 3 else row[7]
    imported = import_planner_data(tmp_path / "my.toml", calls=write_csv(tmp_path / "102.csv", rows))
    missing = [item for item in imported.problems if item.column == "Время прибытия"]
    assert [item.row for item in missing] == list(range(2, 282, 2))
    assert missing[0].what == "the stamp is missing: times that need it are left out, nothing is guessed"
    assert [item.row for item in imported.problems if item.column == "Время завершения"] == [5]
    assert "scene: 139 measured, 141 without a stamp, median 1,200 s, 95 % within 1,200 s" in imported.notes
    assert load_scenario(imported.path).patrols.scene.median_s == 1200.0


def test_too_few_measured_times_leave_the_shipped_ones_and_say_so(tmp_path: Path) -> None:
    rows = calls_rows()
    for row in rows[1:270]:
        row[6] = None
    imported = import_planner_data(tmp_path / "my.toml", calls=write_csv(tmp_path / "102.csv", rows))
    assert "scene: 11 measured, 269 without a stamp, too few to be used" in imported.notes
    assert load_scenario(imported.path).patrols.scene == load_scenario("kostanay").patrols.scene
    sources = {item.key: item.source for item in check_scenario(imported.path).statements}
    assert "assumption: p_needs_unit, service times" in sources["calls"]


def test_columns_that_are_not_there_are_noted(tmp_path: Path) -> None:
    rows = [[row[3], row[4]] for row in calls_rows()]
    imported = import_planner_data(tmp_path / "my.toml", calls=write_csv(tmp_path / "102.csv", rows))
    assert imported.notes[:3] == tuple(
        f"102.csv: no column was taken for {name}; what depends on it is not measured"
        for name in ("dispatched", "arrived", "cleared"))


def test_cameras_without_a_latitude_are_counted_and_the_missing_column_is_noted(tmp_path: Path) -> None:
    rows = [["lon", "kind", "district"], ["63.6", "ptz", "a"], ["63.7", "fixed", "b"]]
    imported = import_planner_data(tmp_path / "my.toml", cameras=write_csv(tmp_path / "cameras.csv", rows))
    assert "cameras.csv: no column was taken for lat; the cameras are counted, and stand nowhere" in imported.notes
    assert load_scenario(imported.path).city.cameras.n_cameras == 2


def test_headings_may_stand_below_a_title_and_repeat(tmp_path: Path) -> None:
    rows = [["Выписка за январь"], [], *offences_rows()]
    rows[2] = ["Дата", "Время", "Вид правонарушения", "Дата", "ИИН"]
    imported = import_planner_data(tmp_path / "my.toml", offences=write_xlsx(tmp_path / "register.xlsx", rows))
    assert imported.tables[0].table.headings == ("Дата", "Время", "Вид правонарушения", "Дата (2)", "ИИН")
    assert len(load_scenario(imported.path).kinds) == 2


def test_a_mistyped_year_is_a_problem_and_does_not_stretch_the_period(tmp_path: Path) -> None:
    rows = offences_rows()
    rows[9][0] = dt.date(2052, 1, 7)
    imported = import_planner_data(tmp_path / "my.toml", offences=write_xlsx(tmp_path / "register.xlsx", rows))
    assert [(item.row, item.column) for item in imported.problems] == [(10, "Дата")]
    assert "lies far from nearly all others (2025-01-06 to 2025-02-02)" in imported.problems[0].what
    assert sum(kind.per_day for kind in load_scenario(imported.path).kinds) == pytest.approx(139 / 28, abs=1e-5)


def test_a_kind_that_is_not_understood_is_counted_as_other_and_reported(tmp_path: Path) -> None:
    rows = offences_rows()
    rows[4][2], rows[5][2] = "невесть что", None
    imported = import_planner_data(tmp_path / "my.toml", offences=write_xlsx(tmp_path / "register.xlsx", rows))
    assert [(item.row, item.what) for item in imported.problems] == [
        (5, "its kind is not understood: counted as other"), (6, "nothing says which kind it is: counted as other")]
    assert [kind.name for kind in load_scenario(imported.path).kinds] == ["drinking", "petty_hooliganism", "other"]


def test_an_edited_mapping_is_used_when_it_is_passed_back(tmp_path: Path) -> None:
    rows = offences_rows()
    rows[0][2] = "Графа 7"
    register = write_xlsx(tmp_path / "register.xlsx", rows)
    assert complaint(tmp_path / "my.toml", offences=register) == (
        "register.xlsx; expected columns for when an offence happened and of what kind it is; name them in the "
        "saved mapping and pass that back: offences.columns.occurred and offences.columns.kind")
    mapping = tmp_path / "my.mapping.toml"
    guessed = mapping.read_text(encoding="utf-8")
    assert 'unused = ["Графа 7"]' in guessed
    mapping.write_text(guessed + 'kind = "Графа 7"\n[offences.kinds]\n"Мелкое хулиганство" = "crime"\n',
                       encoding="utf-8")
    imported = import_planner_data(tmp_path / "my.toml", offences=register, mapping=mapping)
    assert [kind.name for kind in load_scenario(imported.path).kinds] == ["drinking", "crime"]


def test_the_saved_mapping_gives_the_same_scenario_again(tmp_path: Path) -> None:
    first = whole(tmp_path)
    before = first.path.read_bytes(), first.mapping_path.read_bytes()
    again = import_planner_data(
        tmp_path / "my.toml", cameras=tmp_path / "cameras.xlsx", calls=tmp_path / "102.csv",
        offences=tmp_path / "register.xlsx", roster=tmp_path / "r.xlsx", mapping=first.mapping_path)
    assert (again.path.read_bytes(), again.mapping_path.read_bytes()) == before


def test_a_mapping_that_the_user_edited_is_not_overwritten_by_a_new_guess(tmp_path: Path) -> None:
    mapping = whole(tmp_path).mapping_path
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('"drinking"', '"crime"'), encoding="utf-8")
    assert complaint(tmp_path / "my.toml", offences=tmp_path / "register.xlsx").endswith(
        "my.mapping.toml; expected no mapping that differs from the guess; pass it as the mapping to use it, or remove "
        "it to guess anew")


def test_a_mapping_saves_only_wordings_that_recur(tmp_path: Path) -> None:
    rows = offences_rows()
    rows[4][2] = "хулиганство, ул. Пушкина, Ивановский"
    imported = import_planner_data(tmp_path / "my.toml", offences=write_xlsx(tmp_path / "register.xlsx", rows))
    saved = tomllib.loads(imported.mapping_path.read_text(encoding="utf-8"))["offences"]["kinds"]
    assert saved == {"Мелкое хулиганство": "petty_hooliganism", "ст. 440 распитие": "drinking"}


@pytest.mark.parametrize(("change", "message"), [
    (('kind = "Вид правонарушения"', 'kind = "ИИН"'),
     "m.toml: offences.columns.kind = ИИН; expected a column that is not about a person; such columns are never read"),
    (('kind = "Вид правонарушения"', 'kind = "Вид нарушения"'),
     "m.toml: offences.columns.kind = Вид нарушения; expected a heading of register.xlsx; did you mean Вид "
     "правонарушения?"),
    (('kind = "Вид', 'knd = "Вид'),
     "m.toml: offences.columns.knd = ; expected one of occurred, occurred_date, kind; did you mean kind?"),
    (('= "drinking"', '= "drinkin"'),
     "m.toml: offences.kinds.ст. 440 распитие = drinkin; expected one of litter, smoking, drinking"),
    (("[offences]", "[offence]"), "m.toml: offence = a table; expected one of the keys schema, cameras, calls"),
    (("planner-mapping/1", "planner-mapping/9"), 'm.toml: schema = "watchfloor.planner-mapping/9"; expected one of'),
])
def test_a_mapping_that_cannot_be_used_is_told(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    register = write_xlsx(tmp_path / "register.xlsx", offences_rows())
    first = import_planner_data(tmp_path / "my.toml", offences=register)
    text = first.mapping_path.read_text(encoding="utf-8")
    assert change[0] in text
    mapping = tmp_path / "m.toml"
    mapping.write_text(text.replace(*change), encoding="utf-8")
    assert message.replace(" = ;", ";") in complaint(tmp_path / "my.toml", offences=register, mapping=mapping)


def test_a_roster_of_persons_is_counted_by_day_shift_and_role(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Дата", "Сотрудник", "Должность", "Время смены"]]
    for day in range(4):
        date = START.date() + dt.timedelta(days=day)
        rows += [[date, "Ивановский", "инспектор ЦОУ", "08:00-20:00"]] * (2 + day % 2)
        rows += [[date, "Ивановский", "автопатруль", "08:00-20:00"]] * 3
        rows += [[date, "Ивановский", "оператор", "20:00-08:00"]]
    rows.append([START.date(), "Ивановский", "повар", "08:00-20:00"])
    imported = import_planner_data(tmp_path / "my.toml", roster=write_csv(tmp_path / "r.csv", rows))
    assert [(shift.start_h, shift.length_h, shift.inspectors, shift.units)
            for shift in load_scenario(imported.path).shifts] == [(8.0, 12.0, 3, 3), (20.0, 12.0, 1, 0)]
    assert [item.what for item in imported.problems] == [
        "expected a role with the word inspector, operator or patrol, got a text of 5 characters: the row is left out"]
    assert imported.notes[0] == ("r.csv: shift from_0800 has 2.50 inspectors and 3.00 units on a mean day; rounded to "
                                 "3 and 3")
    assert "Ивановский" not in repr(imported)


def test_a_roster_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    hours = write_csv(tmp_path / "h.csv", [["Смена", "Количество инспекторов"], ["День", 3]])
    assert "expected columns for the start of a shift and for its end or length" in complaint(
        tmp_path / "my.toml", roster=hours)
    staff = write_csv(tmp_path / "s.csv", [["Смена", "Начало", "Окончание"], ["День", "8", "20"]])
    assert "expected columns for the numbers of inspectors and units" in complaint(tmp_path / "my.toml", roster=staff)
    rows = [[*ROSTER[0]], ["День", "утром", "20:00", 3, 5], ["Ночь", "20:00", "08:00", "много", 5]]
    assert complaint(tmp_path / "my.toml", roster=write_csv(tmp_path / "r.csv", rows)) == (
        "r.csv; expected at least one row that names a shift's hours and its staff; row 2, column Начало: expected an "
        "hour of day, got a text of 5 characters: the row is left out; row 3, column Количество инспекторов: "
        "expected a whole number ≥ 0, got a text of 5 characters: the row is left out")


def test_with_a_map_the_cameras_stand_at_their_places_and_rows_without_one_are_reported(
        tmp_path: Path, write_map: WriteMap) -> None:
    street = {"highway": "residential"}
    nodes = {1: (63.6, 53.2), 2: (63.61, 53.2), 3: (63.6, 53.24)}
    city_map = write_map(tmp_path / "town.osm.pbf", nodes, [([1, 2], street), ([2, 3], street), ([3, 1], street)])
    rows = [list(row) for row in CAMERAS]
    rows[2][1], rows[3][2] = "53.2 север", None
    imported = import_planner_data(tmp_path / "my.toml", city_map=city_map,
                                   cameras=write_xlsx(tmp_path / "cameras.xlsx", rows))
    city = load_scenario(imported.path).city
    assert (city.cameras.n_cameras, city.roads.n_junctions) == (38, 3)
    assert sorted({item.row for item in imported.problems}) == [3, 4]
    assert all(item.column in ("Широта", "Долгота") for item in imported.problems)
    assert 'file = "town.osm.pbf"' in imported.path.read_text(encoding="utf-8")


def test_numbers_with_units_and_megapixels_are_read_and_other_resolutions_assumed(
        tmp_path: Path, write_map: WriteMap) -> None:
    street = {"highway": "residential"}
    nodes = {1: (63.6, 53.2), 2: (63.61, 53.2), 3: (63.6, 53.21)}
    city_map = write_map(tmp_path / "town.osm.pbf", nodes, [([1, 2], street), ([2, 3], street), ([3, 1], street)])
    rows = [["Широта", "Долгота", "Азимут", "Угол обзора", "Дальность", "Тип камеры", "Разрешение"],
            ["53,2", 63.6, "90°", "60 град.", "80 м", "стационарная", "4 Мп"],
            [53.2, 63.6, 180, 60, 80, "стационарная", 1280], [53.2, 63.6, 0, 60, 80, "стационарная", "хорошее"]]
    imported = import_planner_data(tmp_path / "my.toml", city_map=city_map,
                                   cameras=write_xlsx(tmp_path / "cameras.xlsx", rows))
    cameras = load_scenario(imported.path).city.cameras
    assert cameras.width_px.tolist() == [2560, 1280, 1920]
    assert (cameras.heading_deg[0], cameras.hfov_deg[0], cameras.range_m[0]) == (0.0, 60.0, 80.0)
    assert [(item.row, item.column, item.what) for item in imported.problems] == [
        (4, "Разрешение", "expected a size such as 1920x1080 or 4 MP (1920x1080 is assumed), got a text of 7 "
                          "characters")]


@pytest.mark.parametrize(("told", "districts", "note"), [
    (["", "", ""], {"the planner's city"}, "no camera names a district: the planner's city is one district"),
    (["Север", "", "Юг"], {"Север", "Юг"}, "1 cameras name no district and got that of the nearest camera that does"),
])
def test_with_a_map_cameras_without_a_district_get_one_and_a_note_says_so(
        tmp_path: Path, write_map: WriteMap, told: list[str], districts: set[str], note: str) -> None:
    street = {"highway": "residential"}
    nodes = {1: (63.6, 53.2), 2: (63.61, 53.2), 3: (63.6, 53.21)}
    city_map = write_map(tmp_path / "town.osm.pbf", nodes, [([1, 2], street), ([2, 3], street), ([3, 1], street)])
    rows = [["Широта", "Долгота", "Район", "Тип камеры"], *(
        [lat, 63.6, name, "PTZ"] for lat, name in zip((53.21, 53.202, 53.2), told, strict=True))]
    imported = import_planner_data(tmp_path / "my.toml", city_map=city_map,
                                   cameras=write_xlsx(tmp_path / "cameras.xlsx", rows))
    city = load_scenario(imported.path).city
    assert set(city.district_names) == districts
    assert city.cameras.district[1] == city.cameras.district[2]
    assert note in imported.notes


def test_coordinates_may_stand_in_one_cell_latitude_first(tmp_path: Path) -> None:
    rows = [["Номер камеры", "Координаты", "Тип камеры"], ["K1", "53.2, 63.6", "PTZ"], ["K2", "53.3; 63.7", "нечто"]]
    imported = import_planner_data(tmp_path / "my.toml", cameras=write_csv(tmp_path / "c.csv", rows))
    city = load_scenario(imported.path).city
    assert (city.cameras.n_cameras, city.n_sites) == (2, 2)
    assert [item.what for item in imported.problems] == ["its kind is not understood: counted as fixed"]


def test_arguments_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    assert complaint(tmp_path / "my.toml") == "import; expected at least one of cameras, calls, offences, roster"
    assert "expected a path that ends in .toml" in complaint(tmp_path / "my.txt", calls=tmp_path / "x.csv")
    assert "expected a path in a folder that is there" in complaint(tmp_path / "no" / "my.toml", calls=tmp_path / "x")
    assert "expected a file that ends in .xlsx or .csv" in complaint(tmp_path / "my.toml", calls=tmp_path / "x.pdf")
    assert "it cannot be read: No such file or directory" in complaint(tmp_path / "my.toml", calls=tmp_path / "x.csv")
    assert "there is no such file" in complaint(tmp_path / "my.toml", calls=tmp_path / "x.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    assert "bad.xlsx; expected an XLSX workbook" in complaint(tmp_path / "my.toml", calls=tmp_path / "bad.xlsx")
    odd = write_csv(tmp_path / "odd.csv", [["a", "b"], ["1", "2"]])
    assert "none is among the first 10 rows" in complaint(tmp_path / "my.toml", calls=odd)
    with zipfile.ZipFile(write_xlsx(tmp_path / "r.xlsx", ROSTER)) as whole_book, \
            zipfile.ZipFile(tmp_path / "torn.xlsx", "w") as torn:
        for item in whole_book.namelist():
            torn.writestr(item, whole_book.read(item)[:300 if "sheet1" in item else None])
    assert "torn.xlsx: Sheet; expected a worksheet; it cannot be read" in complaint(
        tmp_path / "my.toml", calls=tmp_path / "torn.xlsx")
    empty = write_csv(tmp_path / "empty.csv", [["Дата и время поступления", "Приоритет"]])
    assert "expected at least one row with the day of the call" in complaint(tmp_path / "my.toml", calls=empty)


def test_without_openpyxl_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = write_xlsx(tmp_path / "r.xlsx", ROSTER)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert complaint(tmp_path / "my.toml", roster=table) == (
        "r.xlsx; expected the package openpyxl, which reads XLSX; install it: pip install 'watchfloor[planner]', or "
        "save the table as CSV")
