"""An exercise: which cameras are on the wall, what happens on them and when; the same file plays the same session."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace

import numpy as np

from hw.optics import pixels_on_target
from scenarios import load_scenario
from sim.coverage import sightlines
from sim.errors import InputError, UnknownNameError
from sim.occasions import ScriptedIncident
from sim.scenario import Scenario
from watchfloor.console.drawn_wall import DrawnWall
from watchfloor.console.offences import play_of

MAX_TILES = 16
FIRST_TARGET_S, LAST_TARGET_S = 20.0, 15.0
"""Nothing is staged so long after the beginning and before the end."""
SPOT_M = 11.0
"""Middle distance along the ground at which drawn incidents are played."""
WARM_UP_S, WARM_UP_PX, WARM_UP_VISIBLE_S = 60.0, 80.0, 15.0
SHOWABLE = ("litter", "butt", "drink", "drunk", "hooligan", "fight", "assault", "robbery")
"""Words in the names of kinds that drawn pictures can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something that the trainee should find."""

    kind: str
    camera_id: int
    at_s: float
    """Seconds from the beginning of the exercise."""
    visible_s: float
    distance_m: float
    """Along the ground from the camera."""
    aside_deg: float = 0.0
    """To the left of the middle of the camera's first view."""
    expects: tuple[str, ...] | None = None
    """Items of the procedure's checklist that the trainee should do; None: all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """All that a session depends on besides what people do."""

    name: str
    scenario: str
    """A shipped scenario's name, or a file."""
    seed: int
    duration_s: float
    cameras: tuple[int, ...]
    """On the wall at first, tile by tile."""
    targets: tuple[Target, ...]
    freezes_s: tuple[float, ...] = ()
    """When the session stands still and asks what the trainee knows."""
    start_s: float = 0.0
    """Second of the scenario at which the exercise begins."""
    p_detect: float | None = None
    """Share of the targets that a detector claims; None: there is no detector."""
    false_per_camera_h: float = 0.0
    """Of that detector."""
    pass_d_prime: float | None = None
    """What the trainee should reach."""
    warm_up_s: float = 0.0
    """Until then nothing is scored."""

    @property
    def digest(self) -> str:
        """The sha256 of everything here."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def make_exercise(
    scenario_name: str, *, seed: int = 1, minutes: float = 5.0, n_targets: int = 6, n_tiles: int = 9,
    kinds: tuple[str, ...] = (), px: tuple[float, float] = (8.0, 60.0), visible_s: tuple[float, float] = (20.0, 60.0),
    n_freezes: int = 1, p_detect: float | None = None, false_per_camera_h: float = 0.0,
    pass_d_prime: float | None = None, n_warm_up: int = 0, scenario: Scenario | None = None,
) -> Exercise:
    """Make an exercise by chance; other seeds give parallel forms of the same difficulty.

    Args:
        scenario_name: a shipped scenario's name, or a file.
        seed: of cameras, instants and sizes.
        minutes: how long it lasts.
        n_targets: incidents staged on the wall's cameras.
        n_tiles: of the wall, 1 to 16.
        kinds: to choose from; those that drawn pictures can show, if empty.
        px: smallest and largest size of what catches the eye, in pixels of the camera's own picture; of things that
            are dropped, as people are drawn at their natural size.
        visible_s: shortest and longest time for which a target can be seen.
        n_freezes: how often the session stands still for questions.
        p_detect: share of targets that a detector claims; None for no detector.
        false_per_camera_h: false claims of that detector.
        pass_d_prime: the pass mark.
        n_warm_up: large targets in a minute that comes before and is not scored, as rare targets are missed more
            often by who has not met some just before.
        scenario: the loaded scenario, where it is at hand.

    Raises:
        InputError: if the numbers do not fit together.
        UnknownNameError: if the scenario has no such kind.
    """
    scenario = scenario or load_scenario(scenario_name)
    warm_up_s = WARM_UP_S if n_warm_up else 0.0
    duration_s = minutes * 60.0 + warm_up_s
    if not 1 <= n_tiles <= min(MAX_TILES, scenario.city.cameras.n_cameras):
        raise InputError("tiles", got=n_tiles, expected=f"1 to {min(MAX_TILES, scenario.city.cameras.n_cameras)}")
    if not 60.0 + warm_up_s <= duration_s <= scenario.duration_s:
        raise InputError("minutes", got=minutes, expected=f"1 to {(scenario.duration_s - warm_up_s) / 60.0:g}")
    if not 0.0 < px[0] <= px[1] or not 0.0 < visible_s[0] <= visible_s[1]:
        raise InputError("px, visible_s", got=(px, visible_s), expected="the smaller number first, above 0")
    rng = np.random.Generator(np.random.Philox(key=[seed, 8]))
    names = _choose_kinds(scenario, kinds)
    cameras = tuple(int(one) for one in rng.choice(scenario.city.cameras.n_cameras, n_tiles, replace=False))
    first_s = FIRST_TARGET_S + warm_up_s
    span_s = duration_s - first_s - LAST_TARGET_S
    slots = first_s + (np.arange(n_targets) + rng.uniform(0.1, 0.9, n_targets)) * span_s / max(1, n_targets)
    targets = []
    for number, at_s in enumerate(slots.tolist()):
        kind = names[number % len(names)]
        lasts_s = min(float(np.exp(rng.uniform(*np.log(visible_s)))), duration_s - 5.0 - at_s)
        wanted_px = float(np.exp(rng.uniform(*np.log(px))))
        camera = int(rng.choice(cameras))
        if play_of(kind) != "drop":
            wanted_px = drawn_px(scenario, kind, camera)
        targets.append(Target(kind=kind, camera_id=camera, at_s=round(at_s, 3), visible_s=round(max(5.0, lasts_s), 3),
                              distance_m=round(distance_for(scenario, kind, camera, wanted_px), 2)))
    for number in range(n_warm_up):
        kind, camera = names[number % len(names)], int(rng.choice(cameras))
        at_s = WARM_UP_S * (0.1 + 0.8 * number / n_warm_up)
        size_px = WARM_UP_PX if play_of(kind) == "drop" else drawn_px(scenario, kind, camera)
        targets.insert(number, Target(
            kind=kind, camera_id=camera, at_s=round(at_s, 3), visible_s=WARM_UP_VISIBLE_S,
            distance_m=round(distance_for(scenario, kind, camera, size_px), 2)))
    freezes = first_s + (np.arange(n_freezes) + 0.5) * span_s / max(1, n_freezes)
    return Exercise(
        name=f"{scenario.name}-{seed}", scenario=scenario_name, seed=seed, duration_s=duration_s, cameras=cameras,
        targets=tuple(targets), freezes_s=tuple(round(t_s, 3) for t_s in freezes.tolist()), p_detect=p_detect,
        false_per_camera_h=false_per_camera_h, pass_d_prime=pass_d_prime, warm_up_s=warm_up_s)


def playable_kinds(scenario: Scenario) -> tuple[str, ...]:
    """Return the kinds of a scenario that drawn pictures can show."""
    return tuple(kind.name for kind in scenario.kinds if any(word in kind.name for word in SHOWABLE))


def _choose_kinds(scenario: Scenario, kinds: tuple[str, ...]) -> tuple[str, ...]:
    known = [kind.name for kind in scenario.kinds]
    for name in kinds:
        if name not in known:
            raise UnknownNameError("kinds", got=name, known=known)
    chosen = kinds or playable_kinds(scenario)
    if not chosen:
        raise InputError(f"{scenario.name}: kinds", got=", ".join(known), expected="one that drawn pictures can show",
                         do="name the kinds to stage")
    return chosen


def notice_size_m(scenario: Scenario, kind: str) -> float:
    """Return the height of what catches the eye in an incident of a kind."""
    one = scenario.kinds[scenario.kind_index(kind)]
    return one.notice_size_m or one.object_size_m


def drawn_px(scenario: Scenario, kind: str, camera: int) -> float:
    """Return how many pixels of a camera's own picture a kind covers in the drawn place that stands for it."""
    wall = DrawnWall(scenario.city)
    return pixels_on_target(
        notice_size_m(scenario, kind), math.hypot(SPOT_M, wall.mount(camera).height_m),
        hfov_deg=wall.view(camera, 0.0).hfov_deg, width_px=int(scenario.city.cameras.width_px[camera]))


def distance_for(scenario: Scenario, kind: str, camera: int, px: float) -> float:
    """Return the distance at which a kind covers so many pixels, as near to it as the camera's range allows."""
    cameras = scenario.city.cameras
    focal_px = cameras.width_px[camera] / (2.0 * math.tan(math.radians(float(cameras.hfov_deg[camera])) / 2.0))
    slant_m = float(focal_px) * notice_size_m(scenario, kind) / px
    ground_m = math.sqrt(max(0.0, slant_m * slant_m - float(cameras.mount_m[camera]) ** 2))
    return float(np.clip(ground_m, 3.0, 0.95 * float(cameras.range_m[camera])))


def place_of(scenario: Scenario, target: Target) -> tuple[float, float]:
    """Return where a target is, (x_m, y_m)."""
    cameras = scenario.city.cameras
    heading = math.radians(float(cameras.heading_deg[target.camera_id]) + target.aside_deg)
    return (float(cameras.x_m[target.camera_id]) + target.distance_m * math.cos(heading),
            float(cameras.y_m[target.camera_id]) + target.distance_m * math.sin(heading))


def unseen_targets(exercise: Exercise, scenario: Scenario) -> tuple[int, ...]:
    """Return the numbers of the targets that their own cameras do not see."""
    places = np.array([place_of(scenario, target) for target in exercise.targets]).reshape(-1, 2)
    seen = sightlines(scenario.city.cameras, places[:, 0], places[:, 1], buildings=scenario.city.buildings)
    pairs = set(zip(seen.place.tolist(), seen.camera.tolist(), strict=True))
    return tuple(number for number, target in enumerate(exercise.targets)
                 if (number, target.camera_id) not in pairs)


def target_px(scenario: Scenario, target: Target) -> float:
    """Return the pixels of what catches the eye in a target, in its camera's own picture at its widest."""
    cameras, camera = scenario.city.cameras, target.camera_id
    slant_m = max(0.5, math.hypot(target.distance_m, float(cameras.mount_m[camera])))
    return pixels_on_target(notice_size_m(scenario, target.kind), slant_m, width_px=int(cameras.width_px[camera]),
                            hfov_deg=float(cameras.hfov_deg[camera]))


def staged_scenario(exercise: Exercise, scenario: Scenario) -> Scenario:
    """Return the scenario in which nothing but the exercise's targets happens.

    Raises:
        InputError: if a camera is not in the city, or does not see its target.
    """
    cameras, roads = scenario.city.cameras, scenario.city.roads
    outside = [camera for camera in (*exercise.cameras, *(target.camera_id for target in exercise.targets))
               if not 0 <= camera < cameras.n_cameras]
    if outside:
        raise InputError(f"{exercise.name}: cameras", got=outside, expected=f"0 to {cameras.n_cameras - 1}")
    places = [place_of(scenario, target) for target in exercise.targets]
    for number in unseen_targets(exercise, scenario)[:1]:
        target = exercise.targets[number]
        raise InputError(f"{exercise.name}: targets[{number}]", got=f"{target.distance_m} m from camera "
                         f"{target.camera_id}", expected="a place that the camera sees", do="move it nearer")
    script = tuple(ScriptedIncident(
        kind=scenario.kind_index(target.kind), at_s=target.at_s, visible_s=target.visible_s, x_m=x, y_m=y,
        junction=int(np.argmin((roads.x_m - x) ** 2 + (roads.y_m - y) ** 2)))
        for target, (x, y) in zip(exercise.targets, places, strict=True))
    return replace(
        scenario, kinds=tuple(replace(kind, per_day=0.0) for kind in scenario.kinds), script=script,
        duration_s=exercise.duration_s, start_hour_of_week=scenario.start_hour_of_week + exercise.start_s / 3600.0,
        overlays=(), near_repeat=None, outages=(), camera_failures=None, calls=None, archive=None, breaks=None)
