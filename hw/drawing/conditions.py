"""Light and weather over a scene, and what the camera makes of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.errors import InputError, UnknownNameError


@dataclass(frozen=True, slots=True, kw_only=True)
class LightStep:
    """The light changes at once, and the camera's exposure takes most of it back."""

    t_s: float
    factor: float
    """Brightness right after, as a multiple of that before."""
    recovery_s: float = 2.0
    """Time constant of the exposure."""
    kept: float = 0.2
    """Share of the change that stays."""

    def gain(self, t_s: float) -> float:
        """Return the brightness at an instant, as a multiple of that before the step."""
        if t_s < self.t_s:
            return 1.0
        left = self.kept + (1.0 - self.kept) * math.exp(-(t_s - self.t_s) / self.recovery_s)
        return float(self.factor**left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Everything between the scene and the picture but the view."""

    name: str
    ambient: float = 1.0
    """Brightness away from lamps; 1 is a clear day."""
    lamps: float = 0.0
    """Brightness that street lamps add right below them."""
    sun_azimuth_deg: float = 120.0
    """Where the sun stands, counter-clockwise from east."""
    sun_elevation_deg: float = 55.0
    shade: float = 0.3
    """Share of the light that a shadow takes; 0 under a grey sky."""
    rain: float = 0.0
    """0 is dry, 1 a downpour."""
    snow: float = 0.0
    """0 is none, 1 a blizzard."""
    cover: float = 0.0
    """Share of the ground's look that lying snow hides."""
    steps: tuple[LightStep, ...] = ()
    shake_px: float = 0.0
    """Deviation of a swaying mount, in pixels of a 1280 pixels wide picture of 60°."""
    dirt: float = 0.0
    """Share of the light that blots on the lens take."""
    noise_sd: float = 2.0
    """Of the sensor, in grey levels."""
    blur_px: float = 0.5
    """Deviation of the lens's blur, in pixels."""

    def gain(self, t_s: float) -> float:
        """Return the brightness that light steps give an instant."""
        return math.prod(step.gain(t_s) for step in self.steps)

    @property
    def shadow_length(self) -> float:
        """Metres of shadow for a metre of height."""
        return 1.0 / math.tan(math.radians(self.sun_elevation_deg))


_PLAIN = Condition(name="day")

CONDITIONS: Mapping[str, Condition] = {item.name: item for item in (
    _PLAIN,
    Condition(name="overcast", ambient=0.85, shade=0.0),
    Condition(name="shadows", sun_azimuth_deg=160.0, sun_elevation_deg=18.0, shade=0.45),
    Condition(name="night", ambient=0.2, lamps=0.75, shade=0.0, noise_sd=5.0, blur_px=0.8),
    Condition(name="rain", ambient=0.7, shade=0.0, rain=0.6, noise_sd=2.5, blur_px=0.8),
    Condition(name="snow", ambient=0.95, shade=0.0, snow=0.6, cover=0.75),
    Condition(name="light_steps", steps=(LightStep(t_s=6.0, factor=0.6), LightStep(t_s=14.0, factor=1.5),
                                         LightStep(t_s=26.0, factor=0.7), LightStep(t_s=38.0, factor=1.4))),
    Condition(name="shake", shake_px=1.5),
    Condition(name="dirt", dirt=0.5, blur_px=0.9),
)}
"""Conditions by name; several are joined with +, for example night+rain."""


def make_condition(name: str) -> Condition:
    """Return a condition by name, or several joined with ``+``.

    Joined, brightness multiplies, and of everything else what departs from a plain day counts, the last one first.

    Raises:
        UnknownNameError: if a part is not known.
        InputError: if there is no part.
    """
    names = [part.strip() for part in name.split("+")]
    if not all(names):
        raise InputError("condition", got=repr(name), expected="names joined with +", do="for example night+rain")
    joined = _PLAIN
    for part in names:
        if part not in CONDITIONS:
            raise UnknownNameError("condition", got=part, known=CONDITIONS)
        other = CONDITIONS[part]
        changed = {field.name: getattr(other, field.name) for field in dataclasses.fields(Condition)
                   if getattr(other, field.name) != getattr(_PLAIN, field.name)}
        changed["ambient"] = joined.ambient * other.ambient
        joined = dataclasses.replace(joined, **changed)
    return dataclasses.replace(joined, name="+".join(names))
