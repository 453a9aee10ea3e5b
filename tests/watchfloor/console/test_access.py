"""Accounts, cookies and what each role may do."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from watchfloor.console.access import (
    LOGIN_LASTS_S,
    Access,
    Account,
    may_do,
    may_sit,
    password_line,
    write_password_line,
)
from watchfloor.console.frames import TileFrame, pack_frame, unpack_frame
from watchfloor.console.session import INSTRUCTOR_ACTIONS, TILE_STATES, TRAINEE_ACTIONS, Seat

TRAINEE, INSTRUCTOR = Account(name="t", role="trainee"), Account(name="i", role="instructor")


def seat(role: str) -> Seat:
    return Seat(seat_id=role, role=role, name=role)


def test_a_trainee_takes_no_instructors_seat() -> None:
    assert [may_sit(TRAINEE, seat(role)) for role in ("trainee", "viewer", "instructor")] == [True, True, False]
    assert may_sit(INSTRUCTOR, seat("instructor"))


def test_each_seat_does_what_its_role_allows_and_nothing_else() -> None:
    for do in INSTRUCTOR_ACTIONS:
        assert may_do(INSTRUCTOR, seat("instructor"), "train", do)
        assert not may_do(INSTRUCTOR, seat("trainee"), "train", do)
        assert not may_do(TRAINEE, seat("instructor"), "train", do)
    for do in TRAINEE_ACTIONS:
        assert may_do(TRAINEE, seat("trainee"), "train", do)
        assert may_do(TRAINEE, seat("viewer"), "train", do) is (do == "show")
    assert may_do(TRAINEE, seat("viewer"), "replay", "seek")
    assert not may_do(INSTRUCTOR, seat("viewer"), "replay", "inject")
    assert not may_do(INSTRUCTOR, seat("instructor"), "train", "fly")


def test_a_cookie_is_good_for_a_shift_and_for_the_console_that_gave_it() -> None:
    now = [1000.0]
    access = Access(token="one", now=lambda: now[0])
    cookie = access.sign(INSTRUCTOR)
    assert access.account_of(cookie) == INSTRUCTOR
    assert Access(token="one", now=lambda: now[0]).account_of(cookie) == INSTRUCTOR, "after a restart too"
    assert Access(token="other", now=lambda: now[0]).account_of(cookie) is None
    now[0] += LOGIN_LASTS_S + 1.0
    assert access.account_of(cookie) is None


@given(st.text(max_size=60))
def test_no_made_up_cookie_lets_anybody_in(cookie: str) -> None:
    assert Access(token="word").account_of(cookie) is None


def test_a_changed_password_takes_the_earlier_ones_place_and_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    file = tmp_path / "class.txt"
    for password in ("a first password", "a second password"):
        write_password_line(file, password_line("aigerim", "instructor", password))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    access = Access(passwords=file)
    assert access.enter("here", name="aigerim", password="a first password") is None
    assert access.enter("here", name="aigerim", password="a second password") == Account(
        name="aigerim", role="instructor")
    assert "second" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["aigerim trainee plain", "aigerim $argon2id$x", "aigerim boss $argon2id$x"])
def test_a_wrong_line_of_the_passwords_file_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "class.txt"
    file.write_text(f"# a class\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"class\.txt:2 = aigerim .*; expected name role argon2-hash"):
        Access(passwords=file)


@pytest.mark.parametrize(("name", "role", "password"), [("two words", "trainee", "long enough 1"),
                                                        ("a", "boss", "long enough 1"), ("a", "trainee", "short")])
def test_a_name_role_or_password_that_cannot_be_is_refused(name: str, role: str, password: str) -> None:
    with pytest.raises(InputError, match="expected"):
        password_line(name, role, password)


@given(st.builds(
    TileFrame, tile=st.integers(0, 16), camera_id=st.integers(0, 2**32 - 1), sequence=st.integers(0, 2**32 - 1),
    t_s=st.floats(allow_nan=False), wall_s=st.floats(allow_nan=False), state=st.sampled_from(TILE_STATES),
    label=st.text(max_size=60), jpeg=st.binary(max_size=200)))
def test_a_picture_message_reads_back(frame: TileFrame) -> None:
    assert unpack_frame(pack_frame(frame)) == frame
