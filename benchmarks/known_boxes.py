"""People whose boxes are known in some frames of a clip, and the boxes that a lookout has there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from agents.detections import Detection
from agents.detector import Stream
from agents.people import Lookout
from hw.frame import Frame
from sim.errors import InputError
from sim.records import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBoxes:
    """People whose boxes are known in some frames of a clip: left, top, right, bottom in pixels."""

    frames: Mapping[int, Sequence[tuple[float, float, float, float]]]
    ignore: Mapping[int, Sequence[tuple[float, float, float, float]]]


def load_boxes(clip: str) -> KnownBoxes:
    """Load the known boxes of a sample clip.

    Raises:
        InputError: if there are none.
    """
    file = resources.files("benchmarks").joinpath("data", f"{clip}_boxes.json")
    if not file.is_file():
        raise InputError("load_boxes: clip", got=clip, expected="vtest")
    content = json.loads(file.read_text(encoding="utf-8"))
    frames, ignore = ({int(index): tuple((x, y, x + width, y + height) for x, y, width, height in boxes)
                       for index, boxes in content[part].items()} for part in ("frames", "ignore"))
    return KnownBoxes(frames=frames, ignore=ignore)


class BoxWatcher:
    """A detector that raises nothing and keeps the boxes at some frames, looked at or predicted.

    Args:
        lookout: finds and follows people.
        frames: whose boxes are kept.
        phase: frames left out at the start.
    """

    name = "boxes"
    working_size_wh = None

    def __init__(self, lookout: Lookout, *, frames: set[int], phase: int) -> None:
        self._lookout = lookout
        self._frames = frames
        self._phase = phase
        self.pixels = lookout.pixels
        self.found: dict[int, list[Detection]] = {}

    def start(self, stream: Stream) -> None:
        """Prepare for a stream."""
        self.stream = stream
        self.reset()

    def reset(self) -> None:
        """Forget everybody."""
        self._lookout.reset()

    def update(self, frame: Frame) -> Sequence[Alert]:
        """Take the next frame; keep the boxes if it is one of those wanted."""
        t_s = float(frame.pts_s or 0.0)
        if frame.index >= self._phase:
            self._lookout.update(frame, t_s)
        if frame.index in self._frames:
            self.found[frame.index] = [
                Detection(box_xyxy=track.predicted(t_s), kind=track.kind, score=track.score)
                for track in self._lookout.tracks]
        return ()
