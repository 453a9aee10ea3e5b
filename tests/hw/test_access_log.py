"""The access log: every row says who and why, and a log that was changed is told."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.access_log import Access, AccessAction, AccessLog, AccessLogError, make_access
from sim.errors import InputError

DUTY = Access(who="officer 7", why="case 12")


def fill(folder, n_rows: int = 4) -> AccessLog:
    log = AccessLog(folder)
    for index in range(n_rows):
        log.add(AccessAction.VIEW, f"camera-{index}.mcap", DUTY)
    return log


def test_a_row_says_who_did_what_to_what_why_and_when(tmp_path):
    log = fill(tmp_path, 1)
    log.add(AccessAction.EXPORT, "camera-0.mcap", Access(who="officer 8", why="for the court"))
    rows = log.load()
    assert [(row.seq, row.who, row.action, row.subject, row.why) for row in rows] == [
        (0, "officer 7", "view", "camera-0.mcap", "case 12"),
        (1, "officer 8", "export", "camera-0.mcap", "for the court")]
    assert rows[1].before == rows[0].digest
    assert rows[0].at <= rows[1].at


def change_a_word(lines):
    lines[1] = lines[1].replace("officer 7", "officer 9")


def take_one_out(lines):
    del lines[2]


def swap_two(lines):
    lines[1], lines[2] = lines[2], lines[1]


def forge_one(lines):
    row = json.loads(lines[1])
    row["why"] = "no reason"
    lines[1] = json.dumps(row)


def cut_one_short(lines):
    lines[3] = lines[3][:40]


@pytest.mark.parametrize(("spoil", "row"), [
    (change_a_word, 1), (take_one_out, 2), (swap_two, 1), (forge_one, 1), (cut_one_short, 3)])
def test_a_log_that_was_changed_names_the_row_and_takes_no_further_one(tmp_path, spoil, row):
    log = fill(tmp_path)
    lines = log.path.read_text().splitlines()
    spoil(lines)
    log.path.write_text("\n".join(lines) + "\n")
    with pytest.raises(AccessLogError, match=f"row {row}"):
        log.load()
    with pytest.raises(AccessLogError, match=f"row {row}"):
        log.add(AccessAction.VIEW, "camera-9.mcap", DUTY)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip)), max_size=6))
def test_any_words_are_kept_and_the_chain_holds(tmp_path_factory, words):
    log = AccessLog(tmp_path_factory.mktemp("log"))
    for who, why in words:
        log.add(AccessAction.VIEW, "camera-1.mcap", Access(who=who, why=why))
    assert len(log.load()) == len(words)


def add_some(folder: str) -> None:
    fill(folder, 5)


def test_several_processes_write_one_chain(tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(add_some, [str(tmp_path)] * 2))
    assert len(AccessLog(tmp_path).load()) == 10


def test_who_and_why_come_from_the_command_then_from_the_environment_and_a_reason_is_asked_for():
    environment = {"WATCHFLOOR_WHO": "officer 7", "WATCHFLOOR_WHY": "case 12"}
    assert make_access(environment=environment) == DUTY
    assert make_access("officer 8", "a drill", environment=environment) == Access(who="officer 8", why="a drill")
    assert make_access(why="a drill", environment={}).who
    with pytest.raises(InputError, match="access: why = nothing"):
        make_access(environment={})


def test_no_password_enters_the_log(tmp_path):
    AccessLog(tmp_path).add(AccessAction.RECORD, "rtsp://duty:Tr0ub4dor@cam/1", Access(
        who="officer 7", why="rtsp://duty:Tr0ub4dor@cam/1 fails"))
    assert "Tr0ub4dor" not in (tmp_path / "access.jsonl").read_text()
