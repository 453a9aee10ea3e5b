"""A grid of drawn clips: sizes × contrasts × conditions × bit rates of dropped things, and scenes with people."""

from __future__ import annotations

import functools
import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import hw
from benchmarks.truth.clip_case import ClipCase, TargetSignal
from hw.clip import encode_clips
from hw.drawing.conditions import make_condition
from hw.drawing.scripts import SCRIPTS
from hw.drawing.trials import litter_script
from hw.drawn_source import DrawnSource
from hw.scenes import SCENES, make_scene, stage_script
from hw.truth import load_truth, truth_path, write_truth
from sim.compiled import sources_digest
from sim.errors import InputError, UnknownNameError

FPS = Fraction(10)
GOP = 50
TRIAL = "litter_trial"
"""Name of the scene in which things of wanted size and contrast are dropped."""
_DARK = 0.5
"""Brightness below which a scene counts as night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnGrid:
    """What is drawn: every condition × contrast × place as a trial of all sizes, and every condition × scene."""

    name: str
    conditions: tuple[str, ...]
    bit_rates: tuple[int, ...]
    """Bits per second; one drawing is coded at each."""
    object_px: tuple[float, ...]
    contrasts: tuple[float, ...] = (60.0,)
    n_each: int = 5
    """Things of each size in one trial."""
    every_s: float = 4.0
    """From one thing to the next."""
    n_per_person: int = 1
    """Things that one person drops on the way; more need fewer frames for as many things."""
    n_places: int = 1
    """Trials of one condition and contrast, each with surfaces and people of its own."""
    scenes: tuple[str, ...] = ()
    """Drawn whole, for false alarms among people and for crowds …"""
    scene_conditions: tuple[str, ...] = ()
    """… in these conditions; in all if empty …"""
    n_scene_seeds: int = 1
    """… so often, each time with surfaces, passers-by, weather and noise of its own."""
    size_wh: tuple[int, int] = (1280, 720)

    @property
    def cells(self) -> tuple[DrawnCell, ...]:
        """Everything to be drawn: the first contrast, whole scenes, then other contrasts, so that a cut grid serves."""
        trials = [DrawnCell(scene=TRIAL, condition=condition, contrast=contrast, seed=place, grid=self)
                  for contrast in self.contrasts for place in range(self.n_places) for condition in self.conditions]
        scenes = [DrawnCell(scene=scene, condition=condition, contrast=None, seed=seed, grid=self)
                  for seed in range(self.n_scene_seeds) for scene in self.scenes
                  for condition in self.scene_conditions or self.conditions]
        n_first = self.n_places * len(self.conditions)
        return (*trials[:n_first], *scenes, *trials[n_first:])


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCell:
    """One drawing, coded at every bit rate of its grid."""

    scene: str
    condition: str
    contrast: float | None
    """Of a trial's things, in grey levels darker than the ground."""
    seed: int
    grid: DrawnGrid

    @property
    def name(self) -> str:
        """What a person reads."""
        contrast = "" if self.contrast is None else f", contrast {self.contrast:g}"
        return f"{self.scene} {self.condition}{contrast}, place {self.seed}"


DEFAULT_GRID = DrawnGrid(
    name="drawn", conditions=("day", "night", "rain", "snow", "shadows", "light_steps"), n_each=4, n_places=5,
    every_s=1.6, n_per_person=4, bit_rates=(1_000_000, 136_000), object_px=(2.0, 3.0, 5.0, 10.0),
    contrasts=(60.0, 30.0), scenes=("market", "square"), scene_conditions=("day", "night"))
"""Twenty things of each size in each condition, contrast and bit rate; at a thrifty rate a thing first shows whole with
the next key frame, so that more in a group of pictures would come all at once, as light does."""
QUICK_GRID = DrawnGrid(
    name="drawn-quick", conditions=("day", "night"), bit_rates=(500_000,), n_each=10, n_places=2, every_s=2.0,
    n_per_person=4, size_wh=(640, 360), object_px=(2.0, 4.0, 8.0))


LONG_GRID = DrawnGrid(
    name="drawn-long", conditions=DEFAULT_GRID.conditions, bit_rates=(500_000, 136_000), object_px=(4.0,), n_each=4,
    every_s=4.0, scenes=tuple(SCRIPTS), n_scene_seeds=13)
"""For false alarms: ten camera-hours of people in every condition, five drawn and each coded at two bit rates."""
GRIDS: Mapping[str, DrawnGrid] = {grid.name: grid for grid in (DEFAULT_GRID, LONG_GRID)}


def draw_cell(cell: DrawnCell, folder: Path) -> tuple[ClipCase, ...]:
    """Draw a cell into a folder, or take what was drawn there before by the same code, and return its clips."""
    paths, source = _paths(cell, folder), _open(cell)
    if not is_drawn(cell, folder):
        folder.mkdir(parents=True, exist_ok=True)
        partial = {path: path.with_name("part-" + path.name) for path in paths}
        encode_clips(source, {partial[path]: rate for path, rate in paths.items()}, gop=GOP)
        for path, part in partial.items():
            write_truth(source.truth(), truth_path(path))
            part.replace(path)
    minutes = person_minutes(source)
    light = "night" if source.scene.condition.ambient < _DARK else "day"
    return tuple(ClipCase(
        name=f"{cell.name}, {_rate_text(rate)}", path=path, truth=load_truth(path), light=light,
        camera=f"{cell.scene}-{cell.seed}", person_minutes=minutes,
        signal=_signal(cell, source), condition=_condition_text(cell, rate)) for path, rate in paths.items())


def is_drawn(cell: DrawnCell, folder: Path) -> bool:
    """Say whether all of a cell's clips are in the folder, drawn by the same code."""
    return all(path.is_file() and truth_path(path).is_file() for path in _paths(cell, folder))


def _paths(cell: DrawnCell, folder: Path) -> dict[Path, int]:
    """Return the clips of a cell and their bit rates."""
    digest = _digest(cell)[:12]
    return {folder / f"{cell.scene}-{cell.condition}-{digest}-{_rate_text(rate)}.mp4": rate
            for rate in cell.grid.bit_rates}


def person_minutes(source: DrawnSource, *, every_s: float = 2.0) -> float:
    """Return people in view summed over time, in minutes, counted every so many seconds."""
    step = max(1, round(every_s * float(source.fps)))
    counts = [sum(box.kind == "person" for box in source.boxes(index)) for index in range(0, source.n_frames, step)]
    return sum(counts) / max(len(counts), 1) * source.n_frames / float(source.fps) / 60.0


def _open(cell: DrawnCell) -> DrawnSource:
    grid, condition = cell.grid, make_condition(cell.condition)
    if cell.contrast is None:
        scene = make_scene(cell.scene, seed=cell.seed, condition=condition)
    else:
        scene = stage_script(
            litter_script(object_px=grid.object_px, contrast=cell.contrast, n=len(grid.object_px) * grid.n_each,
                          every_s=grid.every_s, n_per_person=grid.n_per_person, size_wh=grid.size_wh),
            seed=cell.seed, condition=condition)
    return DrawnSource(scene, fps=FPS, size_wh=grid.size_wh)


def _signal(cell: DrawnCell, source: DrawnSource) -> TargetSignal | None:
    """Return how a trial's things stand out: no lamp stands there, so light is the same everywhere."""
    if cell.contrast is None:
        return None
    condition = source.scene.condition
    return TargetSignal(contrast_grey=abs(cell.contrast) * condition.ambient, noise_sd_grey=condition.noise_sd,
                        fps=float(source.fps))


def _condition_text(cell: DrawnCell, rate: int) -> str:
    varied = cell.contrast is not None and len(cell.grid.contrasts) > 1
    return f"{cell.condition}, {_rate_text(rate)}" + (f", contrast {cell.contrast:g}" if varied else "")


def _rate_text(rate: int) -> str:
    return f"{rate / 1e6:g}M" if rate >= 1_000_000 else f"{rate / 1e3:g}k"


def _digest(cell: DrawnCell) -> str:
    told = asdict(cell)
    for other in ("conditions", "contrasts", "scenes", "scene_conditions", "n_places", "n_scene_seeds", "name"):
        told["grid"].pop(other)
    told["code"] = _code_digest()
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@functools.cache
def _code_digest() -> str:
    """Return the sha256 of the code that draws and encodes."""
    folder = Path(hw.__file__ or "").parent
    total = hashlib.sha256(sources_digest(folder / "drawing").encode())
    for name in ("clip", "drawn", "drawn_source", "optics", "scenes", "street_corner", "textures", "walkers"):
        total.update((folder / f"{name}.py").read_bytes())
    return total.hexdigest()


class _GridFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    conditions: tuple[str, ...] = Field(min_length=1)
    bit_rates: tuple[int, ...] = Field(default=(2_000_000, 136_000), min_length=1)
    object_px: tuple[float, ...] = Field(min_length=1)
    contrasts: tuple[float, ...] = Field(default=(60.0,), min_length=1)
    n_each: int = Field(default=5, ge=1)
    every_s: float = Field(default=4.0, gt=0.0)
    n_per_person: int = Field(default=1, ge=1)
    n_places: int = Field(default=1, ge=1)
    scenes: tuple[str, ...] = ()
    scene_conditions: tuple[str, ...] = ()
    n_scene_seeds: int = Field(default=1, ge=1)
    size_wh: tuple[int, int] = (1280, 720)


def load_grid(path: Path) -> DrawnGrid:
    """Load a grid from a TOML file.

    Raises:
        InputError: if the file is missing, or a key or value of it is not one.
        UnknownNameError: if a condition or a scene is not known.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        values = _GridFile.model_validate(document).model_dump()
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a TOML file with the grid to draw") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), got=error, expected="a TOML file") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"{path.name}: {'.'.join(str(part) for part in first['loc'])}", got=first["input"],
                         expected=first["msg"], do="keys: " + ", ".join(_GridFile.model_fields)) from error
    for condition in (*values["conditions"], *values["scene_conditions"]):
        make_condition(condition)
    _check_scenes(values["scenes"], path.name)
    return DrawnGrid(name=path.stem, **values)


def _check_scenes(scenes: Sequence[str], where: str) -> None:
    for scene in scenes:
        if scene not in SCENES:
            raise UnknownNameError(f"{where}: scenes", got=scene, known=SCENES)
