"""Parallel forms: the same exercise on other cameras and at other instants, as hard as the first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenarios import load_scenario
from sim.errors import InputError
from sim.scenario import Scenario
from watchfloor.training.authoring import aim_of, look_over
from watchfloor.training.exercise import Exercise, Target, target_px

PX_TOLERANCE = 0.05
"""A target's size in another form differs by no more than this share, if the city has such a camera."""
NATURAL_TOLERANCE = 0.25
"""The same where it has none: people are as large as they are drawn, and cannot be moved nearer."""


def parallel_form(exercise: Exercise, *, number: int, scenario: Scenario | None = None) -> Exercise:
    """Return another form of an exercise.

    Each target keeps its kind, size, duration and what is expected of the trainee, and comes before another camera of
    the same sort (fixed, or one that can zoom); targets change places in the order of time. The wall has as many
    tiles of each sort.

    Args:
        exercise: the first form.
        number: of this form, 1 or more; the same number gives the same form.
        scenario: the one that the exercise names, where it is at hand.

    Raises:
        InputError: if the city has too few cameras that could show a target as large.
    """
    if number < 1:
        raise InputError("form", got=number, expected="1 or more")
    scenario = scenario or load_scenario(exercise.scenario)
    rng = np.random.Generator(np.random.Philox(key=[exercise.seed, 100 + number]))
    other = _other_wall(exercise, scenario, rng)
    order = rng.permutation(len(exercise.targets)).tolist()
    spans = [(target.at_s, target.visible_s) for target in exercise.targets]
    targets = []
    for place, (at_s, _) in enumerate(spans):
        target = exercise.targets[order[place]]
        latest_s = exercise.duration_s - target.visible_s
        targets.append(_moved(replace(target, at_s=round(min(at_s, latest_s), 3)), scenario, other, rng))
    made = replace(exercise, name=f"{exercise.name} · {number + 1}"[:80], seed=exercise.seed + number,
                   cameras=tuple(other.values()),
                   targets=tuple(sorted(targets, key=lambda target: target.at_s)))
    wrong = next((look.problem for look in look_over(made, scenario) if look.problem is not None), None)
    if wrong is not None:
        raise InputError(f"{exercise.name}: form {number}", got=wrong, expected="targets that can be seen",
                         do="take another number, or a smaller wall")
    return made


def _other_wall(exercise: Exercise, scenario: Scenario, rng: np.random.Generator) -> dict[int, int]:
    """Return for each camera of the wall another one of the same sort; targets' cameras choose first."""
    kinds = scenario.city.cameras.kind
    free = [int(camera) for camera in rng.permutation(scenario.city.cameras.n_cameras)]
    other: dict[int, int] = {}
    shown = [target.camera_id for target in exercise.targets]
    for camera in dict.fromkeys((*shown, *exercise.cameras)):
        misfits = {one: _misfit(exercise, scenario, camera, one) for one in free
                   if kinds[one] == kinds[camera] and one != camera}
        nearest = min(misfits, key=lambda one: misfits[one], default=None)
        if nearest is None or misfits[nearest] > NATURAL_TOLERANCE:
            raise InputError(f"{exercise.name}: camera {camera}", got="no other camera like it",
                             expected="one that can show its targets as large", do="take a larger city")
        match = next((one for one, misfit in misfits.items() if misfit <= PX_TOLERANCE), nearest)
        free.remove(match)
        other[camera] = match
    return {camera: other[camera] for camera in dict.fromkeys((*exercise.cameras, *shown))}


def _misfit(exercise: Exercise, scenario: Scenario, camera: int, other: int) -> float:
    """Return by which share another camera shows a camera's targets larger or smaller, at worst."""
    return max((abs(aim_of(scenario, target.kind, other, px=px).px / px - 1.0)
                for target in exercise.targets if target.camera_id == camera
                for px in (target_px(scenario, target),)), default=0.0)


def _moved(target: Target, scenario: Scenario, other: dict[int, int], rng: np.random.Generator) -> Target:
    """Return a target before its new camera, at the same size; to which side only as far as the camera sees there."""
    aim = aim_of(scenario, target.kind, other[target.camera_id], px=target_px(scenario, target))
    half_deg = 0.25 * float(scenario.city.cameras.hfov_deg[aim.camera_id])
    moved = replace(target, camera_id=aim.camera_id, distance_m=aim.distance_m, aside_deg=0.0)
    if target.aside_deg == 0.0:
        return moved
    return replace(moved, aside_deg=round(float(rng.uniform(-half_deg, half_deg)), 2))
