"""One object of another program's truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from sim.errors import InputError

Box: TypeAlias = tuple[float, float, float, float]


@dataclass(slots=True)
class ForeignTrack:
    """What one object of a foreign file amounts to; frames count from 0."""

    kind: str
    boxes: dict[int, Box | None] = field(default_factory=dict)

    def put(self, frame: int, box: Box | None, where: str) -> None:
        """Take a box of a frame; the entry ``where`` must be of the clip's time, and have a width and a height.

        Raises:
            InputError: if it cannot be.
        """
        if frame < 0:
            raise InputError(where, got="a frame before the first", expected="no time before the clip begins",
                             do="mend this entry")
        if box is not None and not (box[0] < box[2] and box[1] < box[3]):
            raise InputError(where, got=f"a box from {box[:2]} to {box[2:]}", expected="a width and a height above 0",
                             do="mend this entry")
        self.boxes[frame] = box
