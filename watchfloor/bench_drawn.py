"""The command that times drawn scenes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.drawn import DrawnSpeed, measure_drawn
from benchmarks.machine import describe_machine
from benchmarks.save import save_result
from watchfloor.results import open_folder
from watchfloor.show import Show


def bench_drawn(scenes: Sequence[str], *, condition: str, n_frames: int, seed: int, out: Path | None, show: Show,
                ) -> DrawnSpeed:
    """Time drawn scenes, all of them if none is named, print the table, and save it if asked for."""
    with show.progress("draw scenes", "scenes") as advance:
        speed = measure_drawn(scenes or None, condition=condition, n_frames=n_frames, seed=seed, progress=advance)
    show.table(
        f"Drawn brightness at {speed.size_wh[0]} × {speed.size_wh[1]}, frames a second of one core",
        ["scene", "in view", "camera still", "first round", "camera moving", "set-up s"],
        [[row.scene, f"{row.n_actors}", f"{row.fixed_frames_per_s:.0f}", f"{row.first_frames_per_s:.0f}",
          f"{row.moving_frames_per_s:.0f}", f"{row.set_up_s:.2f}"] for row in speed.rows])
    if out is not None:
        save_result(open_folder(out) / "drawn.json", f"drawn scenes, {condition}", speed, describe_machine())
        show.line(f"saved in {out}")
    return speed
