"""The numbers on people: each has a source, a confidence, and can be cited by a scenario."""

from pathlib import Path

import pytest

from scenarios import Confidence, check_scenario, cited_parameters, find_scenario, load_human_parameters
from sim.errors import InputError


def test_every_number_says_its_source_and_how_far_it_can_be_trusted():
    parameters = load_human_parameters()
    assert len(parameters) == 62
    assert all(item.source and item.description and item.verified for item in parameters.values())
    assert {item.confidence for item in parameters.values()} == set(Confidence)


def test_a_source_names_what_it_cites_once_each():
    cited = cited_parameters("assumption: human:det.M1.glimpse (see human:auto.crywolf, human:det.M1.glimpse.)")
    assert [item.id for item in cited] == ["det.M1.glimpse", "auto.crywolf"]


@pytest.mark.parametrize(("cited", "message"), [
    ("human:det.M1.glimps", r'costs.source = human:det.M1.glimps; .*did you mean det.M1.glimpse\?'),
    ("human:vig.reject_95pct", r"costs.source = human:vig.reject_95pct; expected a parameter that may be used"),
])
def test_an_unknown_or_rejected_number_is_a_fault(tmp_path: Path, cited, message):
    text = find_scenario("district_centre").read_text(encoding="utf-8")
    head, costs = text.split("[costs]\n")
    file = tmp_path / "mine.toml"
    file.write_text(head + "[costs]\n" + f'source = "{cited}"\n' + costs.split("\n", 1)[1], encoding="utf-8")
    with pytest.raises(InputError, match=message):
        check_scenario(file)
