"""Whatever a study cannot use is named before any work: where it stands, what it is, what was expected, what to do."""

from __future__ import annotations

import math
import re

import pytest

from sim.errors import InputError
from watchfloor.show import Show
from watchfloor.study.options import StudyOptions
from watchfloor.study.study import study_staffing

RULES = 'schema = "watchfloor.roster-rules/1"\n'
GROWTH = 'schema = "watchfloor.growth/1"\nsource = "assumption: x"\nfirst_quarter = "2027 Q1"\n'
ROSTER = "shift,start,end,inspectors,units\n"
MONEY = {"best": "found", "money": 1e6}


def refused(folder, **changes):
    """Return what a study says to options that it cannot use, having played and kept nothing."""
    options = {"scenario": "district_centre", "targets": ("found_share >= 0.2",), "hours": 1.0, "replications": 2,
               "share_of_days": 0.5, "out": folder / "out", **changes}
    with pytest.raises(InputError) as caught:
        study_staffing(StudyOptions(**options), show=Show(quiet=True))
    assert not list(folder.rglob("journal.sqlite"))
    return str(caught.value)


@pytest.mark.parametrize(("changes", "message"), [
    ({"scenario": "kostanai"}, "scenario = kostanai; expected one of .*; did you mean kostanay"),
    ({"scenario": "no.toml"}, "no.toml; expected a scenario file; it cannot be read: No such file"),
    ({"targets": ()}, "--target; expected at least one; add --target"),
    ({"targets": ("found_shar >= 0.2",)}, "--target = found_shar; expected one of .*; did you mean found_share"),
    ({"targets": ("found_share >= 2",)}, "--target = found_share >= 2; .*the nearest value there can be is 1"),
    ({"hours": 0.0}, r"time\.duration_h = 0\.0; expected a number of hours > 0"),
    ({"hours": math.nan}, r"time\.duration_h = nan; expected a number of hours > 0"),
    ({"warm_up_h": -1.0}, r"--warm-up = -1\.0; expected 0 to 168 h"),
    ({"warm_up_h": math.nan}, "--warm-up = nan; expected 0 to 168 h"),
    ({"replications": 1}, "--replications = 1; expected 2 or more: one shows no spread"),
    ({"half_width": 0.0}, "--half-width = 0.0; expected a share of a target's limit above 0"),
    ({"budget_s": 0.0}, "--budget = 0.0; expected a time above zero"),
    ({"budget_s": math.nan}, "--budget = nan; expected a time above zero"),
    ({"seed": -1}, "--seed = -1; expected 0 or more"),
    ({"workers": 0}, "--workers = 0; expected 1 or more"),
    ({"share_of_days": 1.0}, "--share-of-days = 1.0; expected a share above 0 and below 1"),
    ({"share_of_days": math.nan}, "--share-of-days = nan; expected a share"),
    ({"most_inspectors": 0}, "--most-inspectors = 0; expected 1 or more"),
    ({"most_units": 0}, "--most-units = 0; expected 1 or more"),
    ({"rooms": 1}, "--rooms = 1; expected 2 or more, to compare with one"),
    ({"share": 0.0}, "--share = 0.0; expected a share above 0, at most 1"),
    ({"what_ifs": ("tile=2",)}, "--what-if = tile; expected one of .*; did you mean tiles"),
    ({"what_ifs": ("watching.loo_s=2",)}, r"watching\.loo_s = 2; expected one of the keys .*did you mean"),
    ({"what_ifs": ("watching.look_s=-2",)}, r"watching\.look_s = -2; expected a number of seconds > 0"),
    ({"sobol": 12}, "--sobol = 12; expected a power of 2 such as 32, or 0"),
    ({"sobol_most": 0}, "--sobol-most = 0; expected 1 or more"),
    ({"best": "found"}, "--money; expected a sum above 0 a day beside --best"),
    ({"money": 5.0}, "--best; expected a measure beside --money"),
    (MONEY | {"best": "found_shar"}, "--best = found_shar; expected one of .*; did you mean found_share"),
    (MONEY | {"money": 1000.0}, "--money = 1000; expected enough for one inspector and one unit a shift; at least"),
    (MONEY | {"worth": 0.0}, "--worth = 0.0; expected a number above 0"),
    (MONEY | {"choose_by": "kn2"}, r"--choose-by = kn2; expected one of kn, kn\+\+, ocba; did you mean kn"),
    ({"lang": "ky"}, "--lang = ky; expected one of en, kk, ru; did you mean kk"),
], ids=lambda item: "".join(item) if isinstance(item, dict) else None)
def test_an_option_that_cannot_be_used_is_named(tmp_path, changes, message):
    assert re.search(message, refused(tmp_path, **changes))


@pytest.mark.parametrize(("option", "name", "content", "message"), [
    ("rules", "rules.toml", None, "rules.toml; expected a file of roster rules; it cannot be read: No such file"),
    ("rules", "rules.toml", b"\xff\xfe", "rules.toml; expected a file of roster rules in UTF-8; the byte at offset 0"),
    ("rules", "rules.toml", "no toml [", "rules.toml: line 1, column 4; expected TOML"),
    ("rules", "rules.toml", 'schema = "x"', 'rules.toml: schema = "x"; expected watchfloor.roster-rules/1'),
    ("rules", "rules.toml", RULES + "[inspectors]\nlenghts_h = [8]",
     r"inspectors\.lenghts_h = a list of 1; expected one of the keys .*did you mean lengths_h"),
    ("rules", "rules.toml", RULES + "[inspectors]\nlengths_h = [30]", r"lengths_h\[0\] = 30; expected at most 24"),
    ("rules", "rules.toml", RULES + '[units]\npattern = "48/48"', '"48/48"; expected one of weekly, 24/72'),
    ("growth", "plan.toml", None, "plan.toml; expected a plan of growth; it cannot be read: No such file"),
    ("growth", "plan.toml", "x", "plan.toml: .*; expected TOML"),
    ("growth", "plan.toml", GROWTH + "cameras_by_month = [0, 1, 2]",
     r"cameras_by_month\[0\] = 0; expected a whole number of cameras"),
    ("growth", "plan.toml", GROWTH + "cameras_by_month = [1, 2, 3, 4]",
     "cameras_by_month = 4 months; expected whole quarters: a multiple of 3"),
    ("evaluate_roster", "roster.csv", None, r"roster.csv; expected .*; it cannot be read: No such file"),
    ("evaluate_roster", "roster.ods", "x", "roster.ods; expected a file that ends in .xlsx or .csv; save it as one"),
    ("evaluate_roster", "roster.xlsx", "no workbook", "roster.xlsx; expected an XLSX workbook; it cannot be read"),
    ("evaluate_roster", "roster.csv", "a,b\n1,2\n", "roster.csv; expected headings such as .*: name the columns"),
    ("evaluate_roster", "roster.csv", ROSTER, "roster.csv; expected at least one row that names a shift's hours"),
    ("evaluate_roster", "roster.csv", ROSTER + "day,eight,20:00,2,3\n",
     "roster.csv; expected at least one row .*; row 2, column start: expected an hour of day"),
    ("detector_model", "model.json", None, "model.json; expected a detector model file; it cannot be read"),
    ("detector_model", "model.json", "{", "model.json: line 1, column 2; expected JSON"),
    ("detector_model", "model.json", '{"schema": "x"}', 'schema = "x"; expected "watchfloor.detector-model/1"'),
])
def test_a_file_that_cannot_be_used_is_named(tmp_path, option, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert re.search(message, refused(tmp_path, **{option: tmp_path / name}))


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file")
    assert re.search("--out = .*taken; expected a folder that can be written; choose another",
                     refused(tmp_path, out=tmp_path / "taken"))


def test_an_address_that_is_none_is_named(tmp_path):
    pytest.importorskip("distributed")
    assert re.search("--scheduler = nonsense; expected a Dask scheduler that answers in 15 s; start one",
                     refused(tmp_path, scheduler="nonsense"))
