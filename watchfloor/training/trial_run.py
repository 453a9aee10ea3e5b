"""Exercises tried by simulated trainees, and sessions kept as exercises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from scenarios import load_scenario
from sim.errors import UnknownNameError
from sim.estimate import Estimate, make_estimate
from watchfloor.show import Show
from watchfloor.training.detection_theory import Detection, measure_detection
from watchfloor.training.exercise import Exercise
from watchfloor.training.exercise_file import load_exercise, write_exercise
from watchfloor.training.session import TrainingSession
from watchfloor.training.simulated import PRESETS, play_simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How simulated trainees fared."""

    exercise: str
    preset: str
    hit_share: Estimate | None
    """Over the times it was played; None after a single one."""
    detection: Detection
    """Of all times together."""


def run_trials(file: Path, *, preset: str, times: int, seed: int, show: Show) -> Tried:
    """Let a simulated trainee play an exercise some times.

    Raises:
        UnknownNameError: if there is no such trainee.
    """
    if preset not in PRESETS:
        raise UnknownNameError("--as", got=preset, known=PRESETS)
    exercise = load_exercise(file)
    scenario = load_scenario(exercise.scenario)
    played = []
    with show.progress(f"play {exercise.name}", "times") as advance:
        for number in range(times):
            played.append(play_simulated(exercise, PRESETS[preset], seed=seed * 1000 + number,
                                         scenario=scenario).detection)
            advance(number + 1, times)
    together = measure_detection(
        n_targets=sum(one.n_targets for one in played), n_hits=sum(one.n_hits for one in played),
        n_windows=sum(one.n_windows for one in played), n_false=sum(one.n_false for one in played))
    shares = [one.n_hits / one.n_targets for one in played if one.n_targets]
    show.line(f"{preset}, {times} times: {fmean(shares) if shares else 0.0:.0%} found, d′ "
              f"{together.d_prime.value:.2f} ({together.d_prime.low:.2f} to {together.d_prime.high:.2f})")
    return Tried(exercise=exercise.name, preset=preset, detection=together,
                 hit_share=make_estimate(shares) if len(shares) > 1 else None)


def save_as_exercise(folder: Path, out: Path) -> Exercise:
    """Write a session as an exercise: its targets, and what the instructor injected; return it.

    Raises:
        InputError: if the folder holds no session.
    """
    session = TrainingSession.resumed(folder)
    session.close()
    exercise = session.as_exercise(out.stem)
    write_exercise(exercise, out)
    return exercise
