"""What a trainee could find and did: each target that was on their wall, and each window in which there was none."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sim.log import MISSING, EventLog, Name
from sim.scenario import Scenario
from sim.trace import Trace

WINDOW_S = 30.0
"""Length of an observation window in which nothing happens on a camera."""
GRACE_S = 10.0
"""So long after its visible end a target's time does not count as empty."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A target that the wall showed, and what the trainee made of it."""

    incident_id: int
    kind: str
    camera_id: int
    """The one that showed it first."""
    onset_s: float
    """First instant at which it was visible and shown."""
    end_s: float
    """Last such instant."""
    exposure_s: float
    """For how long it was there to be noticed by a trainee who was free to look, until they did."""
    n_tiles: int
    """Cameras on the wall at the onset."""
    px: float
    """Of what catches the eye, in the camera's own picture at its widest."""
    seen_s: float | None = None
    """When the trainee turned to it."""
    confirm_s: float | None = None
    reject_s: float | None = None
    kind_given: str | None = None
    alert_s: float | None = None
    """When a detector claimed it."""
    zoom_s: float | None = None

    @property
    def is_hit(self) -> bool:
        """Say whether it was confirmed."""
        return self.confirm_s is not None

    @property
    def reaction_s(self) -> float | None:
        """Time from the onset to the trainee's turning to it."""
        return None if self.seen_s is None else max(0.0, self.seen_s - self.onset_s)

    @property
    def is_by_watching(self) -> bool:
        """Say whether no detector helped before the trainee turned to it, or its end came."""
        return self.alert_s is None or (self.seen_s is not None and self.seen_s < self.alert_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that the trainee took up and judged."""

    camera_id: int
    incident_id: int | None
    alert_id: int | None
    opened_s: float
    judged_s: float
    is_confirmed: bool
    kind: str | None
    """What a confirmed claim was said to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A session as its scorer sees it."""

    trials: tuple[Trial, ...]
    claims: tuple[Claim, ...]
    n_windows: int
    """Without a target."""
    n_false: int
    """Of these, windows with a confirmed claim."""


def watched_in(
    log: EventLog, scenario: Scenario, truth: Iterable[Trace], *, inspector_id: int, end_s: float,
    from_s: float = 0.0,
) -> Watched:
    """Return what one person could find in a session, and what they claimed.

    Args:
        log: of the session.
        scenario: whose kinds they are.
        truth: the trace, then one trace for each incident that was injected.
        inspector_id: whose seat it is.
        end_s: when the session ended.
        from_s: end of the warm-up; what began before counts for nothing.
    """
    rows = _rows(log)
    shown = _shown(rows, inspector_id, from_s, max(from_s, end_s))
    claims = [claim for claim in _claims(rows, scenario, inspector_id) if claim.opened_s >= from_s]
    busy = [(claim.opened_s, claim.judged_s) for claim in claims]
    trials: list[Trial] = []
    taken: dict[int, list[Span]] = defaultdict(list)
    first = 0
    for trace in truth:
        for index in range(trace.n_incidents):
            visible = _sightings(trace, index, shown, end_s)
            for camera, spans in visible.items():
                taken[camera] += [(start_s, stop_s + GRACE_S) for start_s, stop_s in spans]
            if float(trace.occur_s[index]) < from_s:
                continue
            trial = _trial(trace, index, first + index, visible, scenario, shown)
            if trial is not None:
                trials.append(_with_deeds(trial, rows, claims, busy, inspector_id))
        first += trace.n_incidents
    n_windows, n_false = _count_windows(shown, taken, claims)
    return Watched(trials=tuple(sorted(trials, key=lambda trial: trial.onset_s)), claims=tuple(claims),
                   n_windows=n_windows, n_false=n_false)


Row = tuple[float, Name, int, int, int, int, float]
"""(t_s, name, incident, alert, camera, inspector, value)."""


def _rows(log: EventLog) -> list[Row]:
    columns = zip(log.t_s.tolist(), log.name.tolist(), log.incident_id.tolist(), log.alert_id.tolist(),
                  log.camera_id.tolist(), log.inspector_id.tolist(), log.value.tolist(), strict=True)
    return [(t_s, Name(name), *rest) for t_s, name, *rest in columns]


class Shown:
    """When which camera was on a wall."""

    def __init__(self) -> None:
        self.spans: dict[int, list[Span]] = defaultdict(list)
        self.changes: list[tuple[float, int]] = [(0.0, 0)]

    def n_tiles(self, t_s: float) -> int:
        """Return how many cameras the wall showed."""
        return self.changes[bisect_right(self.changes, (t_s, 1 << 30)) - 1][1]


def _shown(rows: list[Row], inspector: int, from_s: float, end_s: float) -> Shown:
    shown = Shown()
    on: dict[int, tuple[int, float]] = {}
    for t_s, name, _, _, camera, who, value in rows:
        if name is not Name.VIEW or who != inspector:
            continue
        tile = int(value)
        if tile in on:
            old, since_s = on.pop(tile)
            shown.spans[old].append((max(from_s, since_s), max(from_s, t_s)))
        on[tile] = (camera, t_s)
        shown.changes.append((t_s, len(on)))
    for camera, since_s in on.values():
        shown.spans[camera].append((max(from_s, since_s), end_s))
    return shown


def _claims(rows: list[Row], scenario: Scenario, inspector: int) -> list[Claim]:
    opened: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    claims = []
    for t_s, name, incident, alert, camera, who, value in rows:
        if who != inspector:
            continue
        key = (incident, alert, camera)
        if name is Name.SHOWN:
            opened[key].append(t_s)
        elif name in (Name.CONFIRM, Name.REJECT) and opened[key]:
            claims.append(Claim(
                camera_id=camera, incident_id=None if incident == MISSING else incident,
                alert_id=None if alert == MISSING else alert, opened_s=opened[key].pop(0), judged_s=t_s,
                is_confirmed=name is Name.CONFIRM,
                kind=None if name is Name.REJECT or math.isnan(value) else scenario.kinds[int(value)].name))
    return claims


def _sightings(trace: Trace, index: int, shown: Shown, end_s: float) -> dict[int, list[Span]]:
    """Return by camera when an incident was both visible and shown."""
    found: dict[int, list[Span]] = {}
    for line in range(int(trace.first_line[index]), int(trace.first_line[index + 1])):
        camera = int(trace.line_camera[line])
        from_s, to_s = float(trace.occur_s[index]), min(float(trace.line_end_s[line]), end_s)
        spans = [(max(from_s, start_s), min(to_s, stop_s)) for start_s, stop_s in shown.spans.get(camera, ())]
        spans = [(start_s, stop_s) for start_s, stop_s in spans if stop_s > start_s]
        if spans:
            found[camera] = spans
    return found


def _trial(
    trace: Trace, index: int, incident: int, visible: dict[int, list[Span]], scenario: Scenario, shown: Shown,
) -> Trial | None:
    if not visible:
        return None
    onset_s, camera = min((spans[0][0], camera) for camera, spans in visible.items())
    kind = scenario.kinds[int(trace.kind[index])]
    line = next(line for line in range(int(trace.first_line[index]), int(trace.first_line[index + 1]))
                if int(trace.line_camera[line]) == camera)
    ratio = (kind.notice_size_m or kind.object_size_m) / kind.object_size_m
    end_s = max(spans[-1][1] for spans in visible.values())
    return Trial(incident_id=incident, kind=kind.name, camera_id=camera, onset_s=onset_s, end_s=end_s,
                 exposure_s=end_s - onset_s, n_tiles=shown.n_tiles(onset_s), px=float(trace.line_px[line]) * ratio)


def _with_deeds(trial: Trial, rows: list[Row], claims: list[Claim], busy: list[Span], inspector: int) -> Trial:
    """Return a trial with what the trainee did about it, and how long they were free to notice it."""
    own = [claim for claim in claims if claim.incident_id == trial.incident_id]
    confirmed = next((claim for claim in own if claim.is_confirmed), None)
    first = min((claim.opened_s for claim in own), default=None)
    until_s = min(trial.end_s, trial.end_s if first is None else first)
    alert_s = next((row[0] for row in rows if row[1] is Name.DETECT and row[2] == trial.incident_id), None)
    zoom_s = next((row[0] for row in rows if row[1] is Name.ZOOM and row[5] == inspector
                   and row[4] == trial.camera_id and row[0] >= trial.onset_s), None)
    engaged_s = sum(max(0.0, min(stop_s, until_s) - max(start_s, trial.onset_s)) for start_s, stop_s in busy)
    return Trial(
        incident_id=trial.incident_id, kind=trial.kind, camera_id=trial.camera_id, onset_s=trial.onset_s,
        end_s=trial.end_s, exposure_s=max(0.0, until_s - trial.onset_s - engaged_s), n_tiles=trial.n_tiles,
        px=trial.px, seen_s=first, confirm_s=confirmed.judged_s if confirmed else None,
        reject_s=next((claim.judged_s for claim in own if not claim.is_confirmed), None),
        kind_given=confirmed.kind if confirmed else None, alert_s=alert_s, zoom_s=zoom_s)


def _count_windows(shown: Shown, taken: dict[int, list[Span]], claims: list[Claim]) -> tuple[int, int]:
    """Return how many windows without a target the wall showed, and in how many of them something was claimed."""
    n_windows = n_false = 0
    for camera, spans in shown.spans.items():
        false_s = [claim.opened_s for claim in claims
                   if claim.is_confirmed and claim.incident_id is None and claim.camera_id == camera]
        for start_s, stop_s in _without(spans, taken.get(camera, [])):
            n = int((stop_s - start_s) // WINDOW_S)
            n_windows += n
            hit = {min(int((t_s - start_s) // WINDOW_S), n - 1) for t_s in false_s if start_s <= t_s < stop_s and n}
            n_false += len(hit)
    return n_windows, n_false


def _without(spans: list[Span], taken: list[Span]) -> list[Span]:
    """Return what is left of some spans of time once others are cut out."""
    left = list(spans)
    for cut_from_s, cut_to_s in taken:
        left = [piece for start_s, stop_s in left
                for piece in ((start_s, min(stop_s, cut_from_s)), (max(start_s, cut_to_s), stop_s))
                if piece[1] > piece[0]]
    return left
