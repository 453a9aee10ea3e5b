"""The command ``watchfloor draw``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, make_table, print_json, print_table, stoppable

EXAMPLES = """[bold]Examples[/bold]

The scenes there are: [cyan]watchfloor draw --list[/cyan]

A clip with its truth beside it: [cyan]watchfloor draw bus_stop -o bus_stop.mp4[/cyan]

At night, in rain, as a thrifty camera sends it:
[cyan]watchfloor draw market -o market.mp4 --condition night+rain --bitrate 136k --gop 50 --fps 10[/cyan]

From closer: [cyan]watchfloor draw bus_stop -o near.mp4 --view=-6.8,-21.8,2.5[/cyan]

In your own place: [cyan]watchfloor draw market -o yard.mp4 --photo yard.jpg --height 4.2 --view=0,-24,72[/cyan]
"""


def draw_command(
    scene: Annotated[str | None, typer.Argument(metavar="SCENE", show_default=False, help="A scene's name.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", show_default=False, help=(
        "The clip; its truth and its table of boxes are written beside it."))] = None,
    seconds: Annotated[float | None, typer.Option(metavar="S", show_default=False, help=(
        "How much of the scene; all of it if not given."))] = None,
    bitrate: Annotated[str, typer.Option(metavar="RATE", help="Bits per second, for example 136k or 2M.")] = "2M",
    gop: Annotated[int, typer.Option(metavar="N", help="Frames from one key frame to the next.")] = 50,
    fps: Annotated[str, typer.Option(metavar="RATE", help="Frames per second.")] = "25",
    condition: Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help=(
        "Light and weather, several joined with +: day, overcast, shadows, night, rain, snow, light_steps, shake, "
        "dirt."))] = None,
    size: Annotated[str | None, typer.Option(metavar="WxH", show_default=False, help=(
        "Picture size; the scene's own if not given."))] = None,
    view: Annotated[str | None, typer.Option(metavar="PAN,TILT,HFOV", show_default=False, help=(
        "Where the camera looks, in degrees; the scene's own view if not given. With --photo, how that was taken."))
        ] = None,
    height: Annotated[float | None, typer.Option(metavar="M", show_default=False, help=(
        "How high the camera hangs; the scene's own if not given."))] = None,
    blur: Annotated[float | None, typer.Option(min=0.0, max=2.0, metavar="PX", show_default=False, help=(
        "Deviation of the lens's blur; the condition's own if not given."))] = None,
    noise: Annotated[float | None, typer.Option(min=0.0, max=40.0, metavar="GREY", show_default=False, help=(
        "Deviation of the sensor's noise, in grey levels; the condition's own if not given."))] = None,
    tour: Annotated[bool, typer.Option("--tour", metavar="", help="Turn and zoom to the scene's presets.")] = False,
    photo: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "A photo of the place instead of drawn walls and ground, taken at --height along --view."))] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of clothes, passers-by, weather and noise.")] = 0,
    list_scenes: Annotated[bool, typer.Option("--list", metavar="", help="List the scenes and end.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Draw a scene as an H.264 clip, with exact truth beside it; every picture says SYNTHETIC."""
    with stoppable():
        from hw.scenes import SCENES
        from watchfloor.draw import DrawOptions, draw_clip

        if list_scenes:
            if as_json:
                print_json(dict(SCENES))
            else:
                print_table(make_table(["scene", "what happens"], [[name, about] for name, about in SCENES.items()]))
            return
        if scene is None or out is None:
            raise typer.BadParameter("name a scene and a file: watchfloor draw SCENE -o FILE; --list tells the scenes")
        options = DrawOptions(scene=scene, out=out, seconds=seconds, bitrate=bitrate, gop=gop, fps=fps,
                              condition=condition, size=size, seed=seed, photo=photo, view=view, tour=tour,
                              height_m=height, blur_px=blur, noise_grey=noise)
        drawn = draw_clip(options, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(drawn)
