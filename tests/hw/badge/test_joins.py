"""Who else sees a badge's picture: logged first; an outsider masked, late, and without the position."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hw.access_log import Access, AccessAction, AccessLog
from hw.badge.badge_source import BadgeSource
from hw.badge.camera import BadgeCamera
from hw.badge.joins import BadgeShare
from hw.badge.position import Position
from hw.loopback import free_udp_port
from sim.errors import InputError
from tests.waiting import wait_until

OFFICER = Access(who="duty officer 4", why="incident at the market")


@pytest.fixture(scope="module")
def badge() -> Iterator[BadgeSource]:
    """A badge's picture as it arrives."""
    url = f"udp://127.0.0.1:{free_udp_port()}"
    position = Position(wall_s=1.0, lat_deg=53.2, lon_deg=63.6)
    with (BadgeSource(url) as source, BadgeCamera("drawn:street_corner", url, position=lambda: position)):
        yield source


@pytest.fixture
def share(badge: BadgeSource, tmp_path: Path) -> Iterator[BadgeShare]:
    """The same, given on."""
    share = BadgeShare(badge, unit_id=17, log=AccessLog(tmp_path))
    yield share
    share.close()


def test_an_officer_sees_picture_and_position_and_the_log_says_who_and_why(share: BadgeShare, tmp_path: Path) -> None:
    url = f"udp://127.0.0.1:{free_udp_port()}"
    share.join(url, OFFICER)
    (row,) = AccessLog(tmp_path).load()
    assert (row.action, row.subject, row.who, row.why) == (
        AccessAction.BADGE_JOIN, "badge 17", "duty officer 4", "incident at the market")
    with BadgeSource(url) as seen:
        wait_until(lambda: seen.position is not None and seen.take(0.1) is not None, 20.0)
        with pytest.raises(InputError, match="not joined yet"):
            share.join(url, OFFICER)


def test_an_outsider_needs_a_grant_and_sees_it_masked_late_and_without_position(
        share: BadgeShare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hw.mask._LEARN_S", 60.0)  # the stream's first picture may come seconds after it is joined
    url = f"udp://127.0.0.1:{free_udp_port()}"
    with pytest.raises(InputError, match="who is let in"):
        share.grant(url, OFFICER, guest=" ")
    with BadgeSource(url) as seen:
        granted_s = time.monotonic()
        share.grant(url, OFFICER, guest="the evening paper", delay_s=2.0)
        frame = seen.take(30.0)
        assert frame is not None
        assert time.monotonic() - granted_s >= 2.0
        detail = float(np.abs(np.diff(frame.luma().astype(np.int16), axis=1)).mean())
        assert detail < 1.5, "until it is known what stands still, all is masked"
        assert seen.n_positions == 0
    (row,) = AccessLog(tmp_path).load()
    assert row.subject == "badge 17, granted to the evening paper"


def test_nobody_is_joined_whom_the_log_cannot_take(share: BadgeShare, tmp_path: Path) -> None:
    (tmp_path / "access.jsonl").write_text("changed\n")
    with pytest.raises(Exception, match="not a row"):
        share.join(f"udp://127.0.0.1:{free_udp_port()}", OFFICER)
    assert share._joined == []
