"""Tracks: boxes joined over frames by motion and overlap alone; whoever is lost is forgotten, nobody recognised."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from agents.detections import Detection, iou_matrix
from agents.watching import Box

_POSITION_GAIN = 0.9
_VELOCITY_GAIN = 0.5
_SIZE_GAIN = 0.6
_LEAST_IOU = 0.15
_LEAST_WEAK_IOU = 0.4


@dataclass(slots=True, kw_only=True)
class Track:
    """Somebody or something, for as long as it is seen."""

    track_id: int
    """Counted from 0 in each stream; it says nothing about who it is, and is never used again."""
    kind: str
    box_xyxy: Box
    first_s: float
    seen_s: float
    score: float
    """Of its latest detection."""
    n_seen: int = 1
    is_confirmed: bool = False
    """True once it was seen often enough, or surely enough, to be believed."""
    velocity_px_per_s: tuple[float, float] = (0.0, 0.0)
    path: deque[tuple[float, Box]] = field(default_factory=deque)
    """(instant, box) of the detections of the last seconds, oldest first."""

    def predicted(self, t_s: float) -> Box:
        """Return where it should be at an instant."""
        x, y = (speed * (t_s - self.seen_s) for speed in self.velocity_px_per_s)
        left, top, right, bottom = self.box_xyxy
        return left + x, top + y, right + x, bottom + y


class Tracker:
    """Joins detections to tracks in two rounds, strong ones first, then weak ones (ByteTrack, Zhang et al. 2022).

    Between detections a box moves at its own steady speed (an α-β filter in place of Kalman's, whose gains here would
    be constant). Boxes are joined so that the sum of overlaps is greatest.

    Args:
        strong: least score of a detection that may begin a track.
        confirm: detections that make a track; fewer are noise …
        sure: … unless one has this score.
        lost_s: whoever was not seen for so long is forgotten.
        path_s: how long where it was is remembered.
    """

    def __init__(self, *, strong: float = 0.45, confirm: int = 2, sure: float = 0.6, lost_s: float = 2.0,
                 path_s: float = 4.0) -> None:
        self._strong = strong
        self._confirm = confirm
        self._sure = sure
        self._lost_s = lost_s
        self._path_s = path_s
        self._n_tracks = 0
        self._tracks: list[Track] = []

    @property
    def tracks(self) -> list[Track]:
        """Those that were seen often enough and not lost, in order of their beginning."""
        return [track for track in self._tracks if track.is_confirmed]

    def reset(self) -> None:
        """Forget everybody."""
        self._tracks = []

    def update(self, detections: Sequence[Detection], t_s: float) -> list[Track]:
        """Take the detections of an instant and return the tracks that are seen or not yet lost."""
        self._tracks = [track for track in self._tracks if 0.0 <= t_s - track.seen_s <= self._lost_s]
        strong = [item for item in detections if item.score >= self._strong]
        weak = [item for item in detections if item.score < self._strong]
        left_tracks, left_strong = self._join(self._tracks, strong, t_s, least_iou=_LEAST_IOU)
        self._join(left_tracks, weak, t_s, least_iou=_LEAST_WEAK_IOU)
        for item in left_strong:
            self._tracks.append(Track(track_id=self._n_tracks, kind=item.kind, box_xyxy=item.box_xyxy, first_s=t_s,
                                      seen_s=t_s, score=item.score, path=deque([(t_s, item.box_xyxy)])))
            self._n_tracks += 1
        for track in self._tracks:
            track.is_confirmed |= track.n_seen >= self._confirm or track.score >= self._sure
        return self.tracks

    def _join(self, tracks: Sequence[Track], detections: Sequence[Detection], t_s: float, *,
              least_iou: float) -> tuple[list[Track], list[Detection]]:
        """Join what fits, and return the tracks and detections that are left."""
        overlap = iou_matrix([track.predicted(t_s) for track in tracks], [item.box_xyxy for item in detections])
        for row, track in enumerate(tracks):
            overlap[row, [item.kind != track.kind for item in detections]] = 0.0
        pairs = [(int(row), int(column)) for row, column in zip(*linear_sum_assignment(-overlap), strict=True)
                 if overlap[row, column] >= least_iou]
        for row, column in pairs:
            self._take(tracks[row], detections[column], t_s)
        rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
        return ([track for row, track in enumerate(tracks) if row not in rows],
                [item for column, item in enumerate(detections) if column not in columns])

    def _take(self, track: Track, item: Detection, t_s: float) -> None:
        dt_s = max(1e-3, t_s - track.seen_s)
        expected, found = _centre_size(track.predicted(t_s)), _centre_size(item.box_xyxy)
        error = found[:2] - expected[:2]
        gain = max(_POSITION_GAIN, 1.0 / track.n_seen)
        velocity_gain = max(_VELOCITY_GAIN, 1.0 / track.n_seen)
        centre = expected[:2] + gain * error
        size = expected[2:] + max(_SIZE_GAIN, 1.0 / (track.n_seen + 1)) * (found[2:] - expected[2:])
        velocity = np.asarray(track.velocity_px_per_s) + velocity_gain * error / dt_s
        track.velocity_px_per_s = (float(velocity[0]), float(velocity[1]))
        track.box_xyxy = (float(centre[0] - size[0] / 2), float(centre[1] - size[1] / 2),
                          float(centre[0] + size[0] / 2), float(centre[1] + size[1] / 2))
        track.seen_s, track.score = t_s, item.score
        track.n_seen += 1
        track.path.append((t_s, item.box_xyxy))
        while track.path and t_s - track.path[0][0] > self._path_s:
            track.path.popleft()


def _centre_size(box: Box) -> np.ndarray:
    return np.array([(box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0, box[2] - box[0], box[3] - box[1]])
