"""The ring of past pictures holds so many seconds and bytes and no more, and answers as a plain list would."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from tests.watchfloor.live.test_session import CAMERA, SEAT_ID, act, done, options
from watchfloor.console.evidence_pages import write_piece
from watchfloor.live.notes import Notes
from watchfloor.live.past_pictures import MAX_GAP_S, PastPicture, PastPictures
from watchfloor.live.session import LiveSession

KEEP_S, SHARE = 5.0, 400


def picture(t_s: float, n_bytes: int) -> PastPicture:
    return PastPicture(t_s=t_s, wall_s=t_s, sequence=round(10.0 * t_s), jpeg=b"x" * n_bytes)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 150)), min_size=1, max_size=40), st.integers(0, 500))
def test_the_ring_keeps_what_a_list_that_is_cut_keeps(steps: list[tuple[int, int]], asked: int) -> None:
    past = PastPictures([3, 4], keep_s=KEEP_S, max_bytes=2 * SHARE)
    kept: list[PastPicture] = []
    t_s = 0.0
    for tenths, n_bytes in steps:
        t_s += tenths / 10.0
        kept.append(picture(t_s, n_bytes))
        past.add(3, kept[-1])
        kept = [one for one in kept if one.t_s >= t_s - KEEP_S]
        while sum(len(one.jpeg) for one in kept) > SHARE:
            kept = kept[1:]
        assert past.n_bytes == sum(len(one.jpeg) for one in kept) <= SHARE
    assert past.span_s() == past.span_s(3) == (kept[0].t_s, kept[-1].t_s)
    assert past.span_s(4) is None
    asked_s = asked / 10.0
    shown = [one for one in kept if one.t_s <= asked_s]
    if shown and asked_s - shown[-1].t_s <= MAX_GAP_S:
        assert past.at(3, asked_s) is shown[-1]
    else:
        with pytest.raises(InputError, match="no picture kept"):
            past.at(3, asked_s)


def test_a_claims_clip_is_as_much_of_its_seconds_as_is_past_and_kept() -> None:
    past = PastPictures([3], keep_s=60.0)
    assert past.clip_round(3, 20.0, now_s=25.0) is None
    for t_s in range(15, 30):
        past.add(3, picture(float(t_s), 10))
    assert past.clip_round(3, 20.0, now_s=25.0) == {"camera_id": 3, "from_s": 15.1, "to_s": 25.0}
    assert past.clip_round(3, 5.0, now_s=60.0) is None
    with pytest.raises(InputError, match="a simulated camera"):
        past.at(9, 20.0)


def test_a_session_without_a_console_keeps_nothing_and_says_so(tmp_path: Path, street: Path) -> None:
    with LiveSession(options(tmp_path / "live", street)) as session:
        assert session.past_span_s(SEAT_ID) is None
        with pytest.raises(InputError, match="keeps no past pictures"):
            write_piece(session, CAMERA, session.clock.now_s - 1.0, session.clock.now_s)


def test_what_a_person_writes_is_kept_over_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    with LiveSession(options(folder)) as session:
        done(session, do="bookmark", camera_id=3, note="a bag")
        done(session, do="radio", text="unit 1, the bridge")
        spoken = session.keep_sound(b"words", "audio/webm;codecs=opus")
        done(session, do="radio", text="", sound=spoken, sound_s=1.5)
        for wrong in ({"sound": "../session.json", "sound_s": 1.5}, {"sound": spoken},
                      {"sound": spoken, "sound_s": "x"}):
            assert not act(session, do="radio", text="", **wrong)["ok"]
        assert not act(session, do="bookmark", camera_id=-1)["ok"]
        state = session.state(SEAT_ID)
        assert [(mark["camera_id"], mark["note"]) for mark in state["bookmarks"]] == [(3, "a bag")]
        said = [(line["text"], line.get("sound")) for line in state["radio"] if line["who"] == "operator"]
        assert said == [("unit 1, the bridge", None), ("", "0001.webm")]
        found = session.sound(spoken)
        assert found is not None
        assert found.read_bytes() == b"words"
        assert session.sound("../session.json") is None
    with (folder / "notes.jsonl").open("ab") as file:
        file.write(b'{"do": "radio", "t_')
    notes = Notes(folder / "notes.jsonl")
    assert [note["note"] for note in notes.of("bookmark")] == ["a bag"]
    notes.add("radio", 1.0, text="again")
    notes.close()
    (folder / "notes.jsonl").write_bytes(b"nothing\n")
    with pytest.raises(InputError, match="lines of JSON"):
        Notes(folder / "notes.jsonl")
