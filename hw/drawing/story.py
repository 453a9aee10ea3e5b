"""What happens in a scene, in the scene's own metres and seconds, before any camera looks."""

from __future__ import annotations

from dataclasses import dataclass

from hw.drawing.eye import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    """Something that truly happens, whoever looks."""

    kind: str
    start_s: float
    end_s: float
    actor_ids: tuple[int, ...]
    """Whom it concerns; the event's box is round all of them."""
    box_s: float | None = None
    """When the box is taken; the start if None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorBox:
    """Where an actor is in one picture."""

    actor_id: int
    kind: str
    box_xyxy: Box
    """Pixels left, top, right, bottom, cut at the picture's edge."""
    object_px: float
    """The longer side of the whole box, in view or not: pixels on target."""
    in_view: float
    """Share of the whole box's area that lies in the picture, 0 to 1; what hides it is not counted."""
