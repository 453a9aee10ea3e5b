"""Which columns a planner's headings are taken for, which are never read, and how single cells are understood."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.planner_cells import read_count, read_hour, read_hours, read_number, read_priority, read_stamp
from scenarios.planner_kinds import guess_kind
from scenarios.planner_tables import decode, find_delimiter
from scenarios.planner_words import Privacy, judge_privacy, match_columns


@pytest.mark.parametrize("heading", [
    "ФИО", "Ф.И.О. заявителя", "фамилия", "Отчество", "ИИН", "иин нарушителя", "Телефон", "Тел.", "№ телефона",
    "Паспорт", "Удостоверение личности", "Гос. номер", "Госномер ТС", "ГРНЗ", "Дата рождения", "Год рождения",
    "Возраст",
    "Заявитель", "Нарушитель", "Правонарушитель", "Потерпевший", "Адрес проживания", "Место жительства", "Прописка",
    "Аты-жөні", "Тегі", "ЖСН", "Туған күні", "Ұялы телефон", "Құқық бұзушы", "Мекенжайы", "Арыз берушінің аты-жөні",
    "Full name", "Surname", "first_name", "IIN", "Phone", "caller phone", "Passport No", "Licence plate",
    "Date of birth",
    "DOB", "Age", "Home address", "Residence", "Email", "e-mail", "Suspect", "VIN", "Пол", "Номер телефона оператора",
])
def test_a_column_about_a_person_is_never_read(heading: str) -> None:
    assert judge_privacy(heading) is Privacy.IDENTITY


@pytest.mark.parametrize("heading", ["Имя", "Аты", "Name", "Сотрудник", "Инспектор", "Фабула", "Описание", "Примечание",
                                     "Notes", "Narrative", "Комментарий"])
def test_names_and_free_text_are_dropped_unless_the_mapping_names_them(heading: str) -> None:
    assert judge_privacy(heading) is Privacy.LIKELY


@pytest.mark.parametrize("heading", [
    "Дата", "Время", "Вид нарушения", "Правонарушение", "Приоритет", "Время прибытия", "Имя камеры", "Camera name",
    "Количество сотрудников", "Количество инспекторов", "Должность сотрудника", "Район", "Полиция", "Участок", "Page",
    "Дата поступления", "Регион", "Тип", "Мобильная группа", "Received", "Stage", "Plan",
])
def test_a_column_about_a_thing_is_open(heading: str) -> None:
    assert judge_privacy(heading) is Privacy.OPEN


@pytest.mark.parametrize(("table", "headings", "expected"), [
    ("calls", ["№", "ФИО", "Дата и время поступления", "Приоритет", "Время прибытия", "Время завершения",
               "Время выезда"],
     {"received": "Дата и время поступления", "priority": "Приоритет", "arrived": "Время прибытия",
      "cleared": "Время завершения", "dispatched": "Время выезда"}),
    ("calls", ["Түскен уақыты", "Басымдық", "Келген уақыты", "Аяқталған уақыты"],
     {"received": "Түскен уақыты", "priority": "Басымдық", "arrived": "Келген уақыты", "cleared": "Аяқталған уақыты"}),
    ("calls", ["received_at", "Priority", "Arrival time", "Cleared", "Phone"],
     {"received": "received_at", "priority": "Priority", "arrived": "Arrival time", "cleared": "Cleared"}),
    ("calls", ["Дата вызова", "Время вызова", "Время прибытия экипажа"],
     {"received_date": "Дата вызова", "received": "Время вызова", "arrived": "Время прибытия экипажа"}),
    ("offences", ["Дата", "Время", "Вид правонарушения", "ИИН"],
     {"occurred_date": "Дата", "occurred": "Время", "kind": "Вид правонарушения"}),
    ("offences", ["Жасалған күні", "Жасалған уақыты", "Құқық бұзушылық түрі"],
     {"occurred_date": "Жасалған күні", "occurred": "Жасалған уақыты", "kind": "Құқық бұзушылық түрі"}),
    ("roster", ["Смена", "Начало", "Конец", "Количество операторов", "Количество экипажей"],
     {"shift": "Смена", "start": "Начало", "end": "Конец", "inspectors": "Количество операторов",
      "units": "Количество экипажей"}),
    ("cameras", ["Номер камеры", "Широта", "Долгота", "Азимут", "Тип камеры", "Район"],
     {"name": "Номер камеры", "lat": "Широта", "lon": "Долгота", "heading": "Азимут", "kind": "Тип камеры",
      "district": "Район"}),
    ("calls", ["Приоритеt", "Дата и время поступлениия"],
     {"priority": "Приоритеt", "received": "Дата и время поступлениия"}),
])
def test_columns_are_guessed_from_their_headings(table: str, headings: list[str], expected: dict[str, str]) -> None:
    assert match_columns(table, headings) == expected


@given(st.lists(st.sampled_from(["Дата", "Время", "Вид", "Тип", "Смена", "Начало", "Район", "ФИО", "ИИН", "Phone"]),
                unique=True, max_size=8), st.sampled_from(["cameras", "calls", "offences", "roster"]))
def test_no_heading_serves_two_fields_and_none_is_about_a_person(headings: list[str], table: str) -> None:
    found = match_columns(table, headings)
    assert len(set(found.values())) == len(found)
    assert not {"ФИО", "ИИН", "Phone"} & set(found.values())


DAY = dt.date(2025, 3, 1)


@pytest.mark.parametrize(("cell", "day", "second"), [
    ("01.03.2025 14:05:10", DAY, 50_710), ("01.03.2025 14:05", DAY, 50_700), ("1.3.25", DAY, None),
    ("01/03/2025 9:05", DAY, 32_700), ("2025-03-01T14:05:10.5Z", DAY, 50_710), ("2025-03-01 14:05+05:00", DAY, 50_700),
    ("2025-03-01", DAY, None), ("01.03.2025г. 14:05", DAY, 50_700), ("14:05", None, 50_700),
    (dt.datetime(2025, 3, 1, 14, 5), DAY, 50_700), (dt.datetime(2025, 3, 1), DAY, None), (DAY, DAY, None),
    (dt.time(14, 5), None, 50_700), (45_717, DAY, None), (45_717.5, DAY, 43_200), ("01.03.2025 00:00", DAY, 0),
])
def test_an_instant_is_read_as_people_and_spreadsheets_write_it(
        cell: str | float | dt.date | dt.time, day: dt.date | None, second: int | None) -> None:
    stamp = read_stamp(cell)
    assert stamp is not None
    assert (stamp.day, stamp.second) == (day, second)


@pytest.mark.parametrize("cell", ["вчера", "31.02.2025", "01.13.2025", "2025-03-01 25:00", "14:75", "5", 5.0, "", None,
                                  "01.03.2025 afternoon"])
def test_what_is_no_instant_is_not_made_one(cell: str | float | None) -> None:
    assert read_stamp(cell) is None


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 12, 31)))
def test_any_second_written_in_any_of_the_forms_comes_back(moment: dt.datetime) -> None:
    for form in ("%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y, %H:%M:%S"):
        stamp = read_stamp(moment.strftime(form))
        assert stamp is not None
        assert stamp.day == moment.date()
        assert stamp.second == moment.hour * 3600 + moment.minute * 60 + moment.second


@pytest.mark.parametrize(("cell", "hour"), [
    ("08:00", 8.0), ("8.30", 8.5), ("20", 20.0), ("9 ч", 9.0), ("24:00", 24.0), (0.75, 18.0), (8, 8.0),
    (dt.time(8, 15), 8.25), ("25:00", None), ("morning", None), (None, None), (30, None),
])
def test_hours_of_day(cell: str | float | dt.time | None, hour: float | None) -> None:
    assert read_hour(cell) == hour


@pytest.mark.parametrize(("cell", "hours"), [
    ("08:00-20:00", (8.0, 20.0)), ("с 20:00 до 08:00", (20.0, 8.0)), ("8–16", (8.0, 16.0)), ("day", None), (8, None)])
def test_spans_of_hours(cell: str | float, hours: tuple[float, float] | None) -> None:
    assert read_hours(cell) == hours


@pytest.mark.parametrize(("cell", "number"), [
    ("1 234,5", 1234.5), ("1\u00a0234", 1234.0), ("-3", -3.0), (7, 7.0), ("7a", None), ("nan", None), ("", None),
    (float("nan"), None), (float("inf"), None), ("1e9", None), ("60°", 60.0), ("80 м", 80.0), ("3 чел.", 3.0),
    ("12,5 метров", 12.5), ("20x", 20.0), ("8 ч", 8.0), ("60 рублей", None), ("м", None)])
def test_numbers_with_spaces_and_commas(cell: str | float, number: float | None) -> None:
    assert read_number(cell) == number


def test_counts_and_priorities_are_whole_numbers_or_words() -> None:
    assert [read_count(cell) for cell in ("12", 12.0, "-1", "1,5", "x")] == [12, 12, None, None, None]
    assert [read_priority(cell) for cell in ("1", 4, "5", 0, "Высокий", "ІІ", "II", "төмен", "?")] == [
        1, 4, None, None, 1, None, 2, 4, None]


@pytest.mark.parametrize(("wording", "kind"), [
    ("Мелкое хулиганство", "petty_hooliganism"), ("ст. 434 ч.1 КоАП", "petty_hooliganism"), ("ст. 434-2", "litter"),
    ("Распитие алкогольных напитков", "drinking"), ("Появление в состоянии опьянения", "drunk_in_public"),
    ("ст.440", "drinking"), ("Курение в неустановленных местах", "smoking"), ("выброс мусора", "litter"),
    ("Ссора соседей", None), ("нарушение ПДД", "traffic"), ("ст. 592", "traffic"), ("ст. 1592", None),
    ("Переход в неположенном месте", "traffic"), ("Порча имущества", "damage_to_property"), ("ұрлық", "crime"),
    ("Кража велосипеда", "crime"), ("ұсақ бұзақылық", "petty_hooliganism"), ("Нарушение благоустройства", "sanitary"),
    ("petty_hooliganism", "petty_hooliganism"), ("прочее", "other"), ("невесть что", None), ("littering", "litter"),
])
def test_a_registers_wording_is_taken_for_a_kind(wording: str, kind: str | None) -> None:
    assert guess_kind(wording) == kind


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_russian_text_is_decoded_whatever_it_was_saved_in(encoding: str) -> None:
    assert decode("Дата;Приоритет\n01.03.2025;срочный".encode(encoding)) == "Дата;Приоритет\n01.03.2025;срочный"


def test_kazakh_text_of_an_old_code_page_is_decoded() -> None:
    assert decode("Түскен уақыты;Басымдық".encode("kz1048")) == "Түскен уақыты;Басымдық"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["a", "b", "c"], ["1", "2", "3"], ["x y", "z", ""]]
    assert find_delimiter("\n".join(delimiter.join(row) for row in rows)) == delimiter
    assert find_delimiter('a;b;c\n"1,5";2,5;3,5\n"4,5,6";5;6') == ";"
