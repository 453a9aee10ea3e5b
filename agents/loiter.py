"""Loitering: somebody stays in a zone for longer than a rule allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.detections import height_px
from agents.following import FollowingDetector, Spot, check_enabled
from agents.people import Lookout
from agents.regions import gap_px
from agents.track import Track
from agents.watching import Box, Post
from agents.zones import WHOLE_PICTURE, Zone
from sim.records import Alert

_BREAK_S = 2.0
_NEAR = 0.5


@dataclass(slots=True, kw_only=True)
class _Stay:
    """Somebody's time in the zone, also over short breaks of the track."""

    track_id: int
    box_xyxy: Box
    first_s: float
    seen_s: float
    is_told: bool = False


class LoiterDetector(FollowingDetector):
    """Raises ``loiter`` when somebody has been in the zone for ``dwell_s``.

    A track that breaks off and begins again within two seconds and half a body's height is one stay; who it is
    plays no part, so two people who change places count as one. The score is dwell / (dwell + rule): one half at the
    rule itself. It is off until it is enabled.
    """

    name = "loiter"
    kinds = ("loiter",)
    claim = "attention cue"

    def __init__(self, *, enabled: bool = False, dwell_s: float = 60.0, zone: Sequence[Spot] = WHOLE_PICTURE,
                 network: str = "yolox_nano", rate_hz: float = 2.0, size_px: int = 416) -> None:
        check_enabled(self.name, enabled)
        super().__init__(Lookout(network=network, kinds=("person",), rate_hz=rate_hz, size_px=size_px))
        self._dwell_s = dwell_s
        self._zone = Zone(zone, where=f"{self.name}: zone")
        self._stays: list[_Stay] = []

    def forget(self) -> None:
        """Forget all stays."""
        self._stays = []

    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return an alert for each stay that has become too long."""
        free = list(self._stays)
        for track in tracks:
            if track.seen_s < t_s or not self._zone.holds(track.box_xyxy, post.stream.size_wh):
                continue
            stay = next((stay for stay in free if _is_same(stay, track)), None)
            if stay is None:
                self._stays.append(_Stay(track_id=track.track_id, box_xyxy=track.box_xyxy, first_s=track.first_s,
                                         seen_s=t_s))
            else:
                free.remove(stay)
                stay.track_id, stay.box_xyxy, stay.seen_s = track.track_id, track.box_xyxy, t_s
        self._stays = [stay for stay in self._stays if t_s - stay.seen_s <= _BREAK_S]
        alerts = []
        for stay in self._stays:
            dwell_s = stay.seen_s - stay.first_s
            if not stay.is_told and dwell_s >= self._dwell_s:
                stay.is_told = True
                alerts.append(post.alert("loiter", detect_s=t_s, score=dwell_s / (dwell_s + self._dwell_s),
                                         box_xyxy=stay.box_xyxy))
        return alerts


def _is_same(stay: _Stay, track: Track) -> bool:
    if stay.track_id == track.track_id:
        return True
    return gap_px(stay.box_xyxy, track.box_xyxy) <= _NEAR * height_px(stay.box_xyxy)
