"""The command ``badge``: a patrol's badge as a program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, stoppable

EXAMPLES = """[bold]Examples[/bold]

A simulated badge that works its orders off by itself:

[cyan]watchfloor badge --unit 17 --server 127.0.0.1:7801[/cyan]

With live video of a drawn street, and a route:

[cyan]watchfloor badge --unit 17 --server 127.0.0.1:7801 --play drawn:street_corner --video udp://127.0.0.1:5617
--route round.csv[/cyan]

Worn by a person, who types what they do:

[cyan]watchfloor badge --unit 9 --server 10.0.0.5:7801 --real --by-hand[/cyan]
"""


def badge_command(
    unit: Annotated[int, typer.Option(min=0, metavar="N", help="The unit that wears it.")],
    server: Annotated[str, typer.Option(metavar="HOST:PORT", help=(
        "The control room (see watchfloor live), or a broker: mqtt://HOST:PORT."))],
    memory: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Where orders and reports are kept; badge-N.sqlite here if not given."))] = None,
    real: Annotated[bool, typer.Option("--real", metavar="", help=(
        "A person wears it: simulated calls do not reach it but in an exercise."))] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", metavar="", help=(
        "Report by typing a (acknowledge), e (en route), s (on scene), c DISPOSITION (clear) or q (quit)."))] = False,
    acknowledge_s: Annotated[float, typer.Option(min=0.0, metavar="S", rich_help_panel="Simulated wearer", help=(
        "From an order's coming to its acknowledgement."))] = 2.0,
    turnout_s: Annotated[float, typer.Option(min=0.0, metavar="S", rich_help_panel="Simulated wearer", help=(
        "From there to being en route."))] = 3.0,
    travel_s: Annotated[float, typer.Option(min=0.0, metavar="S", rich_help_panel="Simulated wearer", help=(
        "From there to the place."))] = 20.0,
    scene_s: Annotated[float, typer.Option(min=0.0, metavar="S", rich_help_panel="Simulated wearer", help=(
        "At the place."))] = 30.0,
    route: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, rich_help_panel="Position", help=(
        "CSV with the columns lat_deg and lon_deg; round a square if not given."))] = None,
    speed_mps: Annotated[float, typer.Option(min=0.0, metavar="M/S", rich_help_panel="Position", help=(
        "Pace of walking it."))] = 1.4,
    play: Annotated[str | None, typer.Option(metavar="SOURCE", show_default=False, rich_help_panel="Video", help=(
        "What its camera shows: any source of watchfloor probe."))] = None,
    video: Annotated[str | None, typer.Option(metavar="URL", show_default=False, rich_help_panel="Video", help=(
        "Where the video goes to: udp://HOST:PORT or srt://HOST:PORT."))] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, metavar="S", show_default=False, help=(
        "How long; until Ctrl-C if not given."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Be a unit's badge: take orders, report on them once each, tell the position and send live video.

    What is noted without a link is sent when it is back, also after a restart.
    """
    with stoppable():
        from hw.badge import BadgeOptions, Pace
        from watchfloor.badge import Diary, find_route, is_broker, parse_server, run_badge

        host, port = parse_server(server)
        run_badge(
            BadgeOptions(
                unit_id=unit, host=host, port=port, broker=server if is_broker(server) else None,
                memory=memory or Path(f"badge-{unit}.sqlite"),
                route=find_route(route, speed_mps=speed_mps), is_simulated=not real,
                pace=None if by_hand else Pace(acknowledge_s=acknowledge_s, turnout_s=turnout_s, travel_s=travel_s,
                                               scene_s=scene_s),
                picture=play, video_url=video),
            diary=Diary(is_quiet=quiet, as_json=as_json), duration_s=seconds)
