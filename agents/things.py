"""People, vehicles, bags and bottles: an alert for each that comes into view."""

from __future__ import annotations

from collections.abc import Sequence

from agents.following import FollowingDetector
from agents.people import Lookout
from agents.track import Track
from agents.watching import Post
from sim.records import Alert


class ThingDetector(FollowingDetector):
    """Raises an alert when a thing of its kind comes into view and was seen twice, or once for sure.

    The score is the network's own. It cannot find what is seen from straight above, is smaller than about a
    fortieth of the picture's longer side, or half hidden; without its weights every mover counts.
    """

    things: tuple[str, ...] = ()
    """Classes of the network that count."""

    def __init__(self, *, network: str = "yolox_nano", rate_hz: float = 5.0, size_px: int = 416,
                 min_score: float = 0.3) -> None:
        super().__init__(Lookout(network=network, kinds=self.things, rate_hz=rate_hz, size_px=size_px))
        self._min_score = min_score
        self._told: set[int] = set()

    @property
    def tracks(self) -> list[Track]:
        """Those in view now, for who wants boxes rather than alerts."""
        return self._lookout.tracks

    def forget(self) -> None:
        """Forget who was told of."""
        self._told = set()

    def judge(self, post: Post, tracks: Sequence[Track], t_s: float) -> Sequence[Alert]:
        """Return an alert for each that is new."""
        new = [track for track in tracks if track.track_id not in self._told and track.score >= self._min_score]
        self._told = {track.track_id for track in tracks if track.track_id in self._told} | {
            track.track_id for track in new}
        return [post.alert(self.kinds[0], detect_s=t_s, score=track.score, box_xyxy=track.box_xyxy) for track in new]


class PersonDetector(ThingDetector):
    """Tells of people who come into view."""

    name = "person"
    kinds = ("person",)
    things = ("person",)


class VehicleDetector(ThingDetector):
    """Tells of vehicles that come into view."""

    name = "vehicle"
    kinds = ("vehicle",)
    things = ("bicycle", "car", "motorcycle", "bus", "truck")


class BagDetector(ThingDetector):
    """Tells of bags and cases that come into view."""

    name = "bag"
    kinds = ("bag",)
    things = ("backpack", "handbag", "suitcase")


class BottleDetector(ThingDetector):
    """Tells of bottles that come into view."""

    name = "bottle"
    kinds = ("bottle",)
    things = ("bottle",)
