"""A camera that turns and zooms: it takes time to travel and to settle."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hw.optics import View
from sim.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class PtzDrive:
    """What a camera's motors can do."""

    pan_dps: float = 90.0
    """Fastest turn, degrees a second."""
    tilt_dps: float = 60.0
    acceleration_dps2: float = 180.0
    """Of pan and tilt, degrees a second a second."""
    zoom_per_s: float = 3.0
    """By this factor the field of view narrows or widens in a second."""
    settle_s: float = 0.6
    """Time constant and more: after so long the picture is still."""
    swing_deg: float = 0.15
    """How far the camera swings right after it stops, for a turn of 10° or more."""
    tilt_range_deg: tuple[float, float] = (-90.0, 20.0)
    hfov_range_deg: tuple[float, float] = (2.0, 65.0)

    def travel_s(self, start: View, end: View) -> float:
        """Return the time of travel from one view to another, settling not counted."""
        return max(_ramp_s(abs(_turn_deg(start.pan_deg, end.pan_deg)), self.pan_dps, self.acceleration_dps2),
                   _ramp_s(abs(end.tilt_deg - start.tilt_deg), self.tilt_dps, self.acceleration_dps2),
                   abs(math.log(end.hfov_deg / start.hfov_deg)) / math.log(self.zoom_per_s))


@dataclass(frozen=True, slots=True)
class _Move:
    """One travel."""

    t_s: float
    start: View
    end: View


class Ptz:
    """Where a camera looks at each instant, given where it was told to go.

    Args:
        home: view before the first move.
        drive: what the motors can do.
    """

    def __init__(self, home: View, drive: PtzDrive | None = None) -> None:
        self.drive = drive or PtzDrive()
        self._moves: list[_Move] = []
        self.home = home

    def go(self, view: View, *, t_s: float) -> float:
        """Send the camera to a view, also while it still travels, and return when the picture will be still.

        Raises:
            InputError: if the view is out of the camera's reach, or the instant lies before the last command.
        """
        self._check(view)
        if self._moves and t_s < self._moves[-1].t_s:
            raise InputError("Ptz.go: t_s", got=t_s, expected=f"at least {self._moves[-1].t_s}, that of the last move")
        move = _Move(t_s, self.view_at(t_s), view)
        self._moves.append(move)
        return t_s + self.drive.travel_s(move.start, view) + self.drive.settle_s

    def view_at(self, t_s: float) -> View:
        """Return where the camera looks."""
        move = self._move(t_s)
        if move is None:
            return self.home
        s, drive = t_s - move.t_s, self.drive
        turn = _turn_deg(move.start.pan_deg, move.end.pan_deg)
        rise = move.end.tilt_deg - move.start.tilt_deg
        lasts_s = drive.travel_s(move.start, move.end)
        if s >= lasts_s + drive.settle_s:
            return move.end
        pan = _covered(s, turn, drive.pan_dps, drive.acceleration_dps2)
        tilt = _covered(s, rise, drive.tilt_dps, drive.acceleration_dps2)
        octaves = math.log(move.end.hfov_deg / move.start.hfov_deg)
        zoomed = math.copysign(min(abs(octaves), s * math.log(drive.zoom_per_s)), octaves)
        swing = self._swing_deg(s - lasts_s) if s > lasts_s else 0.0
        low, high = drive.tilt_range_deg
        return View(pan_deg=move.start.pan_deg + pan + swing * max(-1.0, min(1.0, turn / 10.0)),
                    tilt_deg=min(high, max(low, move.start.tilt_deg + tilt + swing * max(-1.0, min(1.0, rise / 10.0)))),
                    hfov_deg=move.start.hfov_deg * math.exp(zoomed))

    def is_moving(self, t_s: float) -> bool:
        """Say whether the camera travels or still settles."""
        move = self._move(t_s)
        return move is not None and t_s - move.t_s < self.drive.travel_s(move.start, move.end) + self.drive.settle_s

    def _move(self, t_s: float) -> _Move | None:
        return next((move for move in reversed(self._moves) if move.t_s <= t_s), None)

    def _swing_deg(self, s: float) -> float:
        drive = self.drive
        return drive.swing_deg * math.exp(-4.0 * s / drive.settle_s) * math.sin(math.tau * 3.0 * s)

    def _check(self, view: View) -> None:
        drive = self.drive
        for name, value, (low, high) in (("tilt_deg", view.tilt_deg, drive.tilt_range_deg),
                                         ("hfov_deg", view.hfov_deg, drive.hfov_range_deg),
                                         ("pan_deg", view.pan_deg, (-1e6, 1e6))):
            if not low <= value <= high:
                raise InputError(f"Ptz.go: {name}", got=value, expected=f"{low:g} to {high:g}",
                                 do="stay within what the camera reaches")


def _turn_deg(start_deg: float, end_deg: float) -> float:
    """Return the shorter way round."""
    return (end_deg - start_deg + 180.0) % 360.0 - 180.0


def _ramp_s(way: float, speed: float, acceleration: float) -> float:
    """Return the time to cover a way from rest to rest."""
    if way * acceleration <= speed * speed:
        return 2.0 * math.sqrt(way / acceleration)
    return way / speed + speed / acceleration


def _covered(s: float, way: float, speed: float, acceleration: float) -> float:
    """Return how much of a way is covered after ``s`` seconds: speeding up, steady, slowing down."""
    whole, lasts_s = abs(way), _ramp_s(abs(way), speed, acceleration)
    if s >= lasts_s:
        return way
    ramp_s = min(lasts_s / 2.0, speed / acceleration)
    if s < ramp_s:
        done = acceleration * s * s / 2.0
    elif s > lasts_s - ramp_s:
        done = whole - acceleration * (lasts_s - s) ** 2 / 2.0
    else:
        done = acceleration * ramp_s * (s - ramp_s / 2.0)
    return math.copysign(done, way)
