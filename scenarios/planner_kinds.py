"""Which of the scenario's kinds of incident a register's wording means."""

from __future__ import annotations

import re

OTHER = "other"
_MEANT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("litter", ("мусор", "сор$", "окур", "загрязнени", "434-2", "қоқыс", "litter", "rubbish", "garbage")),
    ("smoking", ("курени", "курит", "табак", "табач", "441", "темекі", "шылым", "smok")),
    ("drinking", ("распити", "распива", "ішімдік ішу", "спирттік ішімдік", "440", "drinking")),
    ("drunk_in_public", ("пьян", "опьянени", "нетрезв", "мас күй", "мас$", "drunk", "intoxicat")),
    ("petty_hooliganism", ("хулиган", "434", "бұзақы", "hooligan", "disorderly")),
    ("damage_to_property", ("поврежд", "порч", "вандал", "бүлдір", "damage", "vandal", "graffiti")),
    ("sanitary", ("санитар", "антисанитар", "благоустройств", "неустановленных местах", "505", "абаттандыру",
                  "sanitar")),
    ("crime", ("краж", "грабеж", "грабёж", "разбо", "угон", "уголовн", "преступлен", "ұрлық", "тонау", "қылмыс",
               "theft", "robber", "burglar", "crime", "assault")),
    ("traffic", ("пдд", "дорожн", "движени", "парков", "стоянк", "остановк", "пешеход", "переход", "скорост", "ремн",
                 *(str(article) for article in range(590, 622)), "жол қозғалыс", "көлік", "traffic", "parking",
                 "speeding", "pedestrian")),
)
"""Beginnings of words, first match first; a $ ends the word. Numbers are articles of the code of administrative
offences of Kazakhstan: 434 petty hooliganism, 434-2 fouling public places, 440 drinking or being drunk in public, 441
smoking, 505 upkeep of towns, 590 to 621 road traffic."""


def guess_kind(wording: str) -> str | None:
    """Return the kind that a wording means, or None if nothing in it is known."""
    text = " ".join(wording.lower().replace("_", " ").split())
    for kind, stems in _MEANT:
        if text == kind.replace("_", " ") or any(_begins_a_word(stem, text) for stem in stems):
            return kind
    return OTHER if text in (OTHER, "прочее", "прочие", "другое", "өзге", "басқа") else None


def _begins_a_word(stem: str, text: str) -> bool:
    if stem[0].isdigit():  # an article is not part of a longer number
        return re.search(rf"(?<![\d-]){re.escape(stem)}(?![\d-])", text) is not None
    end = r"\b" if stem.endswith("$") else ""
    return re.search(rf"\b{re.escape(stem.rstrip('$'))}{end}", text) is not None
