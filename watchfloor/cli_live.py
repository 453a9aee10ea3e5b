"""The command ``live``: a city on the wall clock, with real feeds and badges."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, print_json, stoppable

EXAMPLES = """[bold]Examples[/bold]

Two real cameras and a patrol's badge; a person confirms and sends by typing:

[cyan]watchfloor live kostanay --feed 4211=rtsp://10.0.0.17/stream1 --feed 17=rtsp://10.0.0.18/1 --badge 9=real[/cyan]

An exercise, with a drawn street and a badge that is a program; every order is marked EXERCISE:

[cyan]watchfloor live kostanay --feed 4211=drawn:street_corner --badge 9=simulated --exercise[/cyan]

After the program was stopped by force, with the same feeds and badges:
[cyan]watchfloor live --resume out/live-kostanay-20260102-101500 --feed 4211=rtsp://10.0.0.17/stream1[/cyan]

The same session again, as fast as it goes: [cyan]watchfloor live --replay out/live-kostanay-20260102-101500[/cyan]
"""


def live_command(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name (see scenarios list) or a TOML file."))] = None,
    feed: Annotated[list[str] | None, typer.Option(metavar="CAMERA=URL", show_default=False, help=(
        "A camera of the city that is real; any source of watchfloor probe. Repeat it."))] = None,
    feeds: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Many of them: CSV with the columns url, camera_id and, if wanted, role."))] = None,
    badge: Annotated[list[str] | None, typer.Option(metavar="UNIT=real|simulated", show_default=False, help=(
        "A unit that is outside, worn by a person or played by watchfloor badge; add ,udp://… where its live picture "
        "arrives. Repeat it."))] = None,
    detector: Annotated[str, typer.Option(metavar="NAME", rich_help_panel="Detector", help=(
        "Watches each feed, in a process of its own."))] = "motion",
    option: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", show_default=False,
                                                     rich_help_panel="Detector", help="An option of it.")] = None,
    kind: Annotated[list[str] | None, typer.Option(metavar="DETECTED=INCIDENT", show_default=False,
                                                   rich_help_panel="Detector", help=(
        "What a kind of alert is taken for."))] = None,
    exercise: Annotated[bool, typer.Option("--exercise", metavar="", help=(
        "Let simulated calls reach real badges; all is marked EXERCISE."))] = False,
    stand_in: Annotated[float | None, typer.Option(min=0.0, metavar="S", show_default=False, help=(
        "A stand-in confirms after so many seconds; only where nothing is real."))] = None,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", show_default=False, help=(
        "Time of day in the city; that of this machine if not given."))] = None,
    seconds: Annotated[float, typer.Option(min=1.0, metavar="S", help="How long at most.")] = 8 * 3600.0,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", rich_help_panel="Badges", help=(
        "Where badges connect; 0 takes a free one."))] = 7801,
    host: Annotated[str, typer.Option(metavar="ADDRESS", rich_help_panel="Badges", help=(
        "Address to listen on; another than this machine's own needs WATCHFLOOR_BADGE_KEY."))] = "127.0.0.1",
    broker: Annotated[str | None, typer.Option(metavar="URL", show_default=False, rich_help_panel="Badges", help=(
        "An MQTT broker by which badges may come too: mqtt://HOST:PORT."))] = None,
    console: Annotated[bool, typer.Option("--console", metavar="", rich_help_panel="Console", help=(
        "Open the wall, map and lists in the browser too."))] = False,
    console_port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", rich_help_panel="Console", help=(
        "Where the console listens, on this machine only; 0 takes a free one."))] = 8700,
    no_browser: Annotated[bool, typer.Option("--no-browser", metavar="", rich_help_panel="Console", help=(
        "Do not open the browser."))] = False,
    codes: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, rich_help_panel="Console", help=(
        "The centre's table of offences, CSV: kind, code, title, authority; with --console."))] = None,
    past: Annotated[float, typer.Option(min=0.0, max=3600.0, metavar="S", rich_help_panel="Console", help=(
        "With --console: for how long masked pictures of real feeds are kept in memory, to look back at and to "
        "hand on; 0 keeps none."))] = 300.0,
    masked: Annotated[bool, typer.Option("--masked", metavar="", help=(
        "People see what moves before real cameras blurred; detectors do not."))] = False,
    metrics: Annotated[int | None, typer.Option(min=0, max=65535, metavar="PORT", show_default=False, help=(
        "Serve counters, states and lateness to Prometheus on this port of the loopback; 0 takes a free one."))] = None,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder for the record; out/live-SCENARIO-DATE if not given."))] = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Go on with a session that was cut off; give its feeds and badges again."))] = None,
    replay: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Play a session's record again instead; exit with 1 if it comes to another log."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Run a city on the wall clock: named cameras and badges are real, the others simulated; only a person confirms."""
    with stoppable():
        show = make_show(quiet=quiet, as_json=as_json)
        if replay is not None:
            from watchfloor.live.run import replay_live

            again = replay_live(replay, show=show)
            if as_json:
                print_json(again)
            return
        if resume is not None:
            from watchfloor.live.record import load_record

            scenario = load_record(resume).scenario
        if scenario is None:
            raise typer.BadParameter("name a scenario, or a record with --resume or --replay")
        from watchfloor.live.options import LiveOptions, parse_badges, parse_feeds, parse_kinds, start_of
        from watchfloor.live.run import run_live

        if codes is not None and not console:
            raise typer.BadParameter("--codes is shown in the console; give --console too")
        place, known_codes = None, None
        if console:
            from watchfloor.cli_console import make_host
            from watchfloor.console.codes import load_codes

            known_codes = None if codes is None else load_codes(codes)
            place = make_host(address="127.0.0.1", port=console_port, token=None, passwords=None, certificate=None,
                              key=None, lang="en")
        folder = resume or out or Path("out", f"live-{Path(scenario).stem}-{time.strftime('%Y%m%d-%H%M%S')}")
        result = run_live(
            LiveOptions(
                scenario=scenario, feeds=parse_feeds(feed or [], feeds, is_masked=masked),
                badges=parse_badges(badge or []),
                detector=detector, detector_options=_parse_options(option or []), kinds=parse_kinds(kind or []),
                is_exercise=exercise, start_s=start_of(scenario, at), duration_s=seconds, stand_in_s=stand_in,
                past_s=past if console else 0.0,
                badge_host=host, badge_port=port, broker=broker, seed=seed, folder=folder,
                is_resumed=resume is not None),
            show=show, is_quiet=quiet or as_json, host=place, with_browser=not no_browser, metrics_port=metrics,
            codes=known_codes)
        if as_json:
            print_json(result)


def _parse_options(texts: list[str]) -> dict[str, object]:
    """Return the options of ``NAME=VALUE`` words; a value that is JSON is taken as such."""
    options: dict[str, object] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise typer.BadParameter(f"--option {text}; expected NAME=VALUE")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options
