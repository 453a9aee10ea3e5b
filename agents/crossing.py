"""Lines that are crossed and zones that are entered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from agents.detections import height_px
from agents.following import FollowingDetector, Spot, feet_of
from agents.people import Lookout
from agents.track import Track
from agents.watching import Post
from agents.zones import Zone, check_spots, is_beside, side_of
from sim.errors import InputError
from sim.records import Alert

Direction = Literal["both", "to_right", "to_left"]
MIDDLE_LINE: tuple[Spot, Spot] = ((0.5, 0.0), (0.5, 1.0))
_CLEAR = 0.1


class LineDetector(FollowingDetector):
    """Raises ``line_crossing`` when somebody's feet have crossed a line.

    Args:
        line: from where to where, as shares of the picture.
        direction: seen along the line, to its right, to its left, or both ways.

    Feet count as across once they are a tenth of the body's height beyond it, so who stands on the line raises
    nothing. The score is the network's own.
    """

    name = "line"
    kinds = ("line_crossing",)

    def __init__(self, *, line: Sequence[Spot] = MIDDLE_LINE, direction: Direction = "both",
                 network: str = "yolox_nano", rate_hz: float = 5.0, size_px: int = 416) -> None:
        super().__init__(Lookout(network=network, kinds=("person",), rate_hz=rate_hz, size_px=size_px))
        check_spots(line, n_least=2, where="line: line")
        if len(line) != 2 or tuple(line[0]) == tuple(line[1]):
            raise InputError("line: line", got=line, expected="two different spots")
        if direction not in ("both", "to_right", "to_left"):
            raise InputError("line: direction", got=direction, expected="both, to_right or to_left")
        self._line = line
        self._direction = direction
        self._sides: dict[int, float] = {}

    def forget(self) -> None:
        """Forget who stood on which side."""
        self._sides = {}

    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return an alert for each who came across."""
        width, height = post.stream.size_wh
        start, end = ((x * width, y * height) for x, y in self._line)
        sides = {}
        alerts = []
        for track in tracks:
            feet = feet_of(track.box_xyxy)
            before = self._sides.get(track.track_id, 0.0)
            away_px = side_of(feet, start, end)
            is_clear = abs(away_px) >= _CLEAR * height_px(track.box_xyxy)
            side = (1.0 if away_px > 0.0 else -1.0) if is_clear else before
            sides[track.track_id] = side
            if before * side < 0.0 and is_beside(feet, start, end) and self._is_wanted(side):
                alerts.append(post.alert("line_crossing", detect_s=t_s, score=track.score, box_xyxy=track.box_xyxy))
        self._sides = sides
        return alerts

    def _is_wanted(self, side: float) -> bool:
        return self._direction == "both" or (self._direction == "to_right") == (side > 0.0)


class ZoneDetector(FollowingDetector):
    """Raises ``zone_entry`` when somebody who was outside a zone, or is new in view, stands in it.

    Args:
        zone: corners, as shares of the picture.
    """

    name = "zone"
    kinds = ("zone_entry",)

    def __init__(self, *, zone: Sequence[Spot] = ((0.25, 0.25), (0.75, 0.25), (0.75, 1.0), (0.25, 1.0)),
                 network: str = "yolox_nano", rate_hz: float = 5.0, size_px: int = 416) -> None:
        super().__init__(Lookout(network=network, kinds=("person",), rate_hz=rate_hz, size_px=size_px))
        self._zone = Zone(zone, where="zone: zone")
        self._inside: set[int] = set()

    def forget(self) -> None:
        """Forget who is in the zone."""
        self._inside = set()

    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return an alert for each who came in."""
        inside = {track.track_id: track for track in tracks
                  if self._zone.holds(track.box_xyxy, post.stream.size_wh)}
        entered = [track for track_id, track in inside.items() if track_id not in self._inside]
        self._inside = set(inside)
        return [post.alert("zone_entry", detect_s=t_s, score=track.score, box_xyxy=track.box_xyxy)
                for track in entered]
