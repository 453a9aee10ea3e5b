"""People followed through a drawn scene, whose truth says who is where in every frame."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fractions import Fraction

from agents.people import Lookout
from benchmarks.track_check import Tracked, TrackScores, score_tracks
from hw.drawn_source import DrawnSource
from hw.scenes import make_scene

_LEAST_IN_VIEW = 0.5
_LEAST_PX = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """Tracks of people in a drawn scene."""

    scene: str
    seed: int
    n_frames: int
    n_people: int
    """True identities: who is at least half in view and 24 pixels tall in some frame."""
    n_tracks: int
    """Identities that we gave."""
    scores: TrackScores | None
    """By trackeval; None where it is not here."""
    degraded: str
    cpu_ms_per_frame: float


def follow_drawn(scene: str, *, seed: int, fps: Fraction = Fraction(10), duration_s: float = 20.0) -> TrackRow:
    """Follow the people of a drawn scene at five looks a second and score the tracks of every frame."""
    source = DrawnSource(make_scene(scene, seed=seed, condition="day"), fps=fps, duration_s=duration_s)
    lookout = Lookout(rate_hz=5.0)
    found, truth, cpu_s = list[list[Tracked]](), list[list[Tracked]](), 0.0
    for frame in source:
        t_s = float(frame.pts_s or 0.0)
        frame.bgr()
        began_s = time.process_time()
        lookout.update(frame, t_s)
        cpu_s += time.process_time() - began_s
        found.append([Tracked(track_id=track.track_id, box_xyxy=track.predicted(t_s)) for track in lookout.tracks])
        truth.append([Tracked(track_id=box.actor_id, box_xyxy=box.box_xyxy) for box in source.boxes(frame.index)
                      if box.kind == "person" and box.in_view >= _LEAST_IN_VIEW and box.object_px >= _LEAST_PX])
    return TrackRow(
        scene=scene, seed=seed, n_frames=len(found), n_people=_n_identities(truth), n_tracks=_n_identities(found),
        scores=score_tracks(found, truth), degraded=lookout.degraded, cpu_ms_per_frame=1000.0 * cpu_s / len(found))


def _n_identities(frames: list[list[Tracked]]) -> int:
    return len({item.track_id for frame in frames for item in frame})
