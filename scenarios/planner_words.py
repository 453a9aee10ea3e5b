"""What planners call their columns, in Russian, Kazakh and English, and which columns are about a person."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from enum import Enum

FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "cameras": {
        "name": ("номер камеры", "название камеры", "наименование камеры", "id камеры", "идентификатор камеры", "id",
                 "camera", "camera id", "camera name", "камера нөмірі", "камера атауы"),
        "lon": ("долгота", "longitude", "lon", "lng", "бойлық"),
        "lat": ("широта", "latitude", "lat", "ендік"),
        "latlon": ("координаты", "gps координаты", "coordinates", "координаттары"),
        "heading": ("азимут", "направление", "направление обзора", "heading", "azimuth", "direction", "бағыты"),
        "hfov": ("угол обзора", "горизонтальный угол обзора", "hfov", "fov", "field of view", "көру бұрышы"),
        "range": ("дальность", "дальность обзора", "range", "reach", "көру қашықтығы"),
        "kind": ("тип камеры", "вид камеры", "тип", "kind", "type", "camera type", "түрі", "камера түрі"),
        "resolution": ("разрешение", "resolution", "ажыратымдылығы"),
        "district": ("район", "участок", "округ", "district", "precinct", "аудан", "учаске"),
        "mount": ("высота установки", "высота", "height", "mount", "биіктігі"),
        "zoom": ("зум", "оптический зум", "увеличение", "zoom", "optical zoom"),
    },
    "calls": {
        "received": ("дата и время поступления", "время поступления", "дата и время регистрации", "время регистрации",
                     "дата и время вызова", "время вызова", "дата и время", "время", "поступил", "время приема",
                     "түскен уақыты", "қабылданған уақыты", "тіркелген уақыты", "күні мен уақыты", "уақыты",
                     "received", "received at", "call received", "call time", "created", "reported", "timestamp",
                     "date and time", "time"),
        "received_date": ("дата", "дата поступления", "дата вызова", "дата регистрации", "күні", "түскен күні",
                          "date", "call date"),
        "dispatched": ("направлен", "время направления", "назначен", "передан наряду", "время передачи наряду", "выезд",
                       "время выезда", "жіберілген уақыты", "шыққан уақыты", "dispatched", "dispatch time", "assigned"),
        "arrived": ("прибыл", "время прибытия", "прибытие", "дата и время прибытия", "келген уақыты", "жеткен уақыты",
                    "arrived", "arrival", "arrival time", "on scene", "on scene time"),
        "cleared": ("завершен", "время завершения", "дата и время завершения", "окончание", "время окончания", "закрыт",
                    "время закрытия", "исполнен", "аяқталған уақыты", "жабылған уақыты", "cleared", "clear time",
                    "closed", "completed", "finished"),
        "priority": ("приоритет", "срочность", "категория срочности", "басымдық", "басымдығы", "priority", "urgency"),
    },
    "offences": {
        "occurred": ("дата и время совершения", "время совершения", "дата и время нарушения", "время нарушения",
                     "дата и время выявления", "время выявления", "дата и время", "время", "жасалған уақыты",
                     "анықталған уақыты", "күні мен уақыты", "уақыты", "occurred", "occurred at", "offence time",
                     "detected", "detected at", "date and time", "time"),
        "occurred_date": ("дата", "дата совершения", "дата нарушения", "дата выявления", "күні", "жасалған күні",
                          "date", "offence date"),
        "kind": ("вид правонарушения", "вид нарушения", "вид", "категория", "статья", "статья коап", "квалификация",
                 "правонарушение", "нарушение", "түрі", "құқық бұзушылық түрі", "құқық бұзушылық", "бап", "санаты",
                 "kind", "offence", "offense", "offence kind", "type", "category", "article", "violation"),
    },
    "roster": {
        "date": ("дата", "дата смены", "күні", "date", "day"),
        "shift": ("смена", "название смены", "наименование смены", "ауысым", "shift", "shift name"),
        "start": ("начало", "начало смены", "время начала", "басталуы", "басталу уақыты", "start", "start time",
                  "from"),
        "end": ("окончание", "конец", "окончание смены", "конец смены", "время окончания", "аяқталуы",
                "аяқталу уақыты", "end", "end time", "until",
                "to"),
        "span": ("время смены", "время", "часы работы", "график", "интервал", "ауысым уақыты", "уақыты", "shift hours",
                 "hours of duty", "time"),
        "length": ("длительность", "продолжительность", "количество часов", "часов", "ұзақтығы", "length", "duration",
                   "hours"),
        "inspectors": ("инспекторов", "инспекторы", "операторов", "операторы", "количество инспекторов",
                       "количество операторов", "инспекторлар", "инспекторлар саны", "операторлар саны", "inspectors",
                       "operators", "number of inspectors"),
        "units": ("нарядов", "наряды", "патрулей", "патрули", "экипажей", "экипажи", "количество нарядов",
                  "количество экипажей", "экипаждар", "экипаждар саны", "жасақтар саны", "units", "patrols", "crews",
                  "number of units"),
        "role": ("должность", "роль", "пост", "вид наряда", "лауазымы", "қызметі", "role", "position", "post", "duty"),
    },
}
"""Headings by table and field. A heading may also hold such a phrase, or be spelled nearly like one."""

_IDENTITY = (
    "фио", "ф и о", "фамили", "отчеств", "иин=", "телефон", "тел=", "моб=", "сотовый", "паспорт", "удостоверени",
    "госномер", "гос номер", "государственный номер", "грнз", "номер авто", "номер машин", "номер тс", "vin=",
    "рождени", "возраст", "заявител", "нарушител", "правонарушител", "потерпевш", "виновн", "подозреваем", "свидетел",
    "прожива", "жительств", "прописк", "домашний адрес", "email", "e mail", "электронная почта", "почта=", "фото=",
    "абонент", "национальност", "гражданств", "пол=", "табельн",
    "аты жөні", "тегі=", "әкесінің", "жсн=", "төлқұжат", "куәлік", "туған", "тұрғылықты", "мекенжай", "ұялы", "таә=",
    "арыз беруші", "өтініш беруші", "құқық бұзушы=", "жәбірленуші", "мемлекеттік нөмір", "жасы=", "жынысы=",
    "full name", "surname", "last name", "first name", "patronymic", "iin=", "phone", "tel=", "passport", "id card",
    "plate", "registration number", "birth", "dob=", "age=", "sex=", "gender", "nationality", "caller", "applicant",
    "offender", "victim", "suspect", "witness", "home address", "residence", "photo=",
)
"""Never read. Each word stands for all that begin with it; one with = only for itself."""
_LIKELY = ("имя", "аты=", "name=", "names=", "mobile=", "сотрудник", "қызметкер", "employee", "officer", "инспектор=",
           "оператор=", "дежурный=")
"""Names, unless the heading says that it is about something else."""
_FREE_TEXT = ("фабул", "обстоятельств", "описани", "примечани", "комментари", "мазмұны", "сипаттама", "ескертпе",
              "narrative", "description", "notes=", "note=", "comment", "remark")
"""Free text, in which people may be named."""
_ABOUT_THINGS = ("камер", "camera", "участ", "район", "district", "смен", "shift", "ауысым", "аудан", "вид", "тип",
                 "категор", "количество", "число", "кол=", "саны=", "count", "number of", "должност", "роль=", "role",
                 "position", "лауазым", "unit", "group")


class Privacy(Enum):
    """What a column is taken for by its heading."""

    OPEN = "open"
    LIKELY = "likely about a person, or free text"
    """Dropped unless the user's mapping names it."""
    IDENTITY = "about a person"
    """Dropped whatever the mapping says."""


def normalise(heading: str) -> str:
    """Return a heading in small letters with single spaces and no punctuation; ё is е."""
    return " ".join(re.findall(r"\w+", heading.lower().replace("ё", "е").replace("_", " ")))


def judge_privacy(heading: str) -> Privacy:
    """Say by its heading whether a column is about a person."""
    words = normalise(heading).split()
    if _holds(words, _IDENTITY):
        return Privacy.IDENTITY
    if _holds(words, _FREE_TEXT) or (_holds(words, _LIKELY) and not _holds(words, _ABOUT_THINGS)):
        return Privacy.LIKELY
    return Privacy.OPEN


def _holds(words: Sequence[str], phrases: Sequence[str]) -> bool:
    return any(_has_phrase(words, phrase.split()) for phrase in phrases)


def _has_phrase(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return any(all(_is_word(words[at + step], part) for step, part in enumerate(phrase))
               for at in range(len(words) - len(phrase) + 1))


def _is_word(word: str, part: str) -> bool:
    return word == part[:-1] if part.endswith("=") else word.startswith(part)


def match_columns(table: str, headings: Sequence[str]) -> dict[str, str]:
    """Return the likeliest heading of each field that has one; no heading serves two fields.

    Args:
        table: a key of FIELDS.
        headings: of the file; those about a person are passed over.
    """
    scores = [(_likeness(heading, phrases), -place, field, heading)
              for place, heading in enumerate(headings) if judge_privacy(heading) is Privacy.OPEN
              for field, phrases in FIELDS[table].items()]
    found: dict[str, str] = {}
    for score, _, field, heading in sorted(scores, key=lambda item: (-item[0], -item[1])):
        if score > 0.0 and field not in found and heading not in found.values():
            found[field] = heading
    return found


def _likeness(heading: str, phrases: Sequence[str]) -> float:
    """Return 2 for a heading that is a phrase, more than 1 for one that holds it, less for one spelled like it."""
    plain = normalise(heading)
    if plain in phrases:
        return 2.0
    words = plain.split()
    held = [phrase for phrase in phrases
            if len(phrase) > 3 and _has_phrase(words, [f"{part}=" for part in phrase.split()])]
    if held:
        return 1.0 + max(len(phrase) for phrase in held) / max(len(plain), 1)
    nearest = max((difflib.SequenceMatcher(a=plain, b=phrase).ratio() for phrase in phrases), default=0.0)
    return nearest if nearest >= 0.82 and len(plain) > 3 else 0.0
