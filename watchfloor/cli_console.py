"""The commands about the operator's console: ``serve``, ``train``, ``passwords`` and ``evidence``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, Seed, make_show, print_json, stoppable

if TYPE_CHECKING:
    from watchfloor.console.hosting import Host

SERVE_EXAMPLES = """[bold]Examples[/bold]

A finished run, played back on the wall and the map:

[cyan]watchfloor run market_patrol --out out/market[/cyan], then [cyan]watchfloor serve out/market[/cyan]

For a class, on the room's own network, each with a name and a password:

[cyan]watchfloor passwords class.txt aigerim --role instructor[/cyan]
[cyan]watchfloor serve --host 0.0.0.0 --passwords class.txt --certificate room.pem --key room.key[/cyan]
"""
TRAIN_EXAMPLES = """[bold]Examples[/bold]

Two and a half minutes at the market, in the browser: [cyan]watchfloor train market_patrol --lang ru[/cyan]

An exercise that the instructor made, its result kept under a name:

[cyan]watchfloor exercises make market_patrol -o morning.toml --targets 8 --seed 4[/cyan]
[cyan]watchfloor train morning.toml --trainee Aigerim --records sessions.db[/cyan]

After the program was stopped: [cyan]watchfloor train --resume out/train-market_patrol-1[/cyan]
"""
EVIDENCE_EXAMPLE = """[bold]Example[/bold]

[cyan]watchfloor evidence out/market --camera 14 --at 2425 --seconds 30 -o butt.json[/cyan]
"""
PASSWORDS_EXAMPLE = "[bold]Example[/bold]\n\n[cyan]watchfloor passwords class.txt aigerim --role instructor[/cyan]"

Port = Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0 takes any that is free.")]
Address = Annotated[str, typer.Option("--host", metavar="ADDRESS", rich_help_panel="Who may come in", help=(
    "Where to listen; anything but the loopback needs --token or --passwords."))]
Token = Annotated[str | None, typer.Option(metavar="WORD", rich_help_panel="Who may come in", show_default=False, help=(
    "Lets its holder in, as admin."))]
Passwords = Annotated[Path | None, typer.Option(metavar="FILE", rich_help_panel="Who may come in", show_default=False,
                                                help="Names, roles and passwords, made by watchfloor passwords.")]
Certificate = Annotated[Path | None, typer.Option(metavar="FILE", rich_help_panel="Who may come in", show_default=False,
                                                  help="TLS certificate, PEM; with --key.")]
Key = Annotated[Path | None, typer.Option(metavar="FILE", rich_help_panel="Who may come in", show_default=False,
                                          help="Its private key, PEM.")]
Records = Annotated[str, typer.Option(metavar="FILE", help="The centre's records of training.")]
Codes = Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
    "The centre's table of offences, CSV: kind, code, title, authority."))]
NoBrowser = Annotated[bool, typer.Option("--no-browser", metavar="", help="Do not open the page in a browser.")]
Language = Annotated[str, typer.Option("--lang", metavar="en|ru|kk", help=(
    "Language in which the page begins; everybody can choose another there."))]


def serve_command(
    runs: Annotated[list[Path] | None, typer.Argument(metavar="[DIR...]", show_default=False, help=(
        "Folders that watchfloor run wrote; those under out/ can be opened from the page."))] = None,
    records: Records = "sessions.db",
    codes: Codes = None,
    port: Port = 8700,
    host: Address = "127.0.0.1",
    token: Token = None,
    passwords: Passwords = None,
    certificate: Certificate = None,
    key: Key = None,
    no_browser: NoBrowser = False,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Serve the console in the browser: finished runs, scenarios to practise in, and a planner's what-if page."""
    with stoppable():
        place = make_host(address=host, port=port, token=token, passwords=passwords, certificate=certificate, key=key,
                          lang=lang)
        from scenarios.catalog import list_shipped
        from watchfloor.console.launch import launch, open_replay, replay_offers
        from watchfloor.console.planner import Planner
        from watchfloor.console.practice import exercise_offers, practice_offers
        from watchfloor.training.exercise_shelf import EXERCISES, ExerciseShelf

        offers = replay_offers(Path("out")) | exercise_offers(ExerciseShelf(EXERCISES)) | practice_offers(
            {one.name: one.titles for one in list_shipped()})
        launch([open_replay(folder) for folder in runs or []], place, show=make_show(quiet=quiet, as_json=False),
               offers=offers, with_browser=not no_browser, records=records, planner=Planner(),
               codes=codes)


def train_command(
    what: Annotated[str | None, typer.Argument(metavar="SCENARIO", show_default=False, help=(
        "A scenario's name, or a TOML file with a scenario or an exercise."))] = None,
    resume: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Go on with the session of this folder."))] = None,
    minutes: Annotated[float, typer.Option(min=1.0, metavar="MIN", help="How long a scenario's exercise lasts.")] = 2.5,
    targets: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Incidents to find in it.")] = 6,
    tiles: Annotated[int, typer.Option(min=1, max=16, metavar="N", help="Cameras on the wall.")] = 9,
    trainee: Annotated[list[str] | None, typer.Option(metavar="NAME", show_default=False, help=(
        "Once for each seat; results are kept in the records. Nobody's name if not given."))] = None,
    on_watch: Annotated[float | None, typer.Option(min=0.0, max=1440.0, metavar="MIN", show_default=False, help=(
        "For how long trainees have been watching already, on duty; if not given, what the records know of sessions "
        "just before."))] = None,
    records: Records = "sessions.db",
    out: Annotated[Path | None, typer.Option(metavar="DIR", show_default=False, help=(
        "Folder of the session; out/train-NAME-NUMBER if not given."))] = None,
    seed: Seed = 1,
    codes: Codes = None,
    port: Port = 8700,
    host: Address = "127.0.0.1",
    token: Token = None,
    passwords: Passwords = None,
    certificate: Certificate = None,
    key: Key = None,
    no_browser: NoBrowser = False,
    lang: Language = "en",
    quiet: Quiet = False,
) -> None:
    """Practise: an exercise on the video wall in the browser, scored, with a debrief beside the reference.

    Every response is on disk before it is acknowledged; a stopped session goes on with --resume.
    """
    if (what is None) == (resume is None):
        raise typer.BadParameter("give a scenario or an exercise, or --resume DIR")
    with stoppable():
        place = make_host(address=host, port=port, token=token, passwords=passwords, certificate=certificate, key=key,
                          lang=lang)
        from watchfloor.console.launch import launch
        from watchfloor.console.practice import PracticeOptions, open_practice

        show = make_show(quiet=quiet, as_json=False)
        practice = open_practice(PracticeOptions(
            what=what, resume=resume, minutes=minutes, n_targets=targets, n_tiles=tiles, seed=seed,
            trainees=tuple(trainee or ()), records=records, out=out,
            on_watch_s=None if on_watch is None else 60.0 * on_watch), show=show)
        launch([practice.session], place, show=show, with_browser=not no_browser, records=records, codes=codes, kept=(
            f"every response is kept; watchfloor train --resume {practice.folder} goes on"))


def evidence_command(
    run: Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="A folder that watchfloor run wrote.")],
    camera: Annotated[int, typer.Option(min=0, metavar="N", show_default=False, help="Whose pictures.")],
    at: Annotated[float, typer.Option(min=0.0, metavar="S", show_default=False, help=(
        "Where the clip begins, in seconds from the start of the scenario."))],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", show_default=False, help=(
        "The manifest, .json; the clip is written beside it."))],
    seconds: Annotated[float, typer.Option(min=1.0, max=600.0, metavar="S", help="How long it is.")] = 30.0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Export a camera's clip and the log's rows beside it, chained, so that watchfloor verify tells any change."""
    with stoppable():
        check_console()
        from watchfloor.console.evidence import export_evidence
        from watchfloor.console.finished_run import load_run

        made = export_evidence(load_run(run), out, camera_id=camera, from_s=at, to_s=at + seconds)
        if as_json:
            print_json(made)
            return
        show = make_show(quiet=quiet, as_json=False)
        show.line(f"{made.clip}: {made.n_frames} frames; {made.manifest}: {made.n_rows} rows; check with: "
                  f"watchfloor verify {made.manifest}")
        show.line(f"head {made.head}")


def passwords_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="Is made if it is not there.")],
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="One word.")],
    role: Annotated[str, typer.Option(metavar="trainee|instructor|admin", help="What they may do.")] = "trainee",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, metavar="WORD",
                                          show_default=False, envvar="WATCHFLOOR_PASSWORD", help=(
                                              "Asked for if not given."))] = "",
) -> None:
    """Add somebody to a file of names, roles and passwords; only a hash (argon2) of the password is kept."""
    check_console()
    from watchfloor.console.access import password_line, write_password_line

    write_password_line(file, password_line(name, role, password))


def make_host(
    *, address: str, port: int, token: str | None, passwords: Path | None, certificate: Path | None, key: Path | None,
    lang: str,
) -> Host:
    """Return where the console listens, as the options say.

    Raises:
        InputError: if they contradict each other, or the console's packages are missing.
    """
    check_console()
    from sim.errors import UnknownNameError
    from watchfloor.console.hosting import Host
    from watchfloor.console.words import LANGUAGES

    if lang not in LANGUAGES:
        raise UnknownNameError("--lang", got=lang, known=LANGUAGES)
    return Host(address=address, port=port, token=token, passwords=passwords, certificate=certificate, key=key,
                language=lang)


def check_console() -> None:
    """Raise InputError if the packages that the console needs are not installed."""
    import importlib.util

    from sim.errors import InputError

    missing = [name for name in ("starlette", "uvicorn", "websockets", "argon2", "babel")
               if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError("the console", got=f"no {', '.join(missing)}", expected="its packages",
                         do="pip install 'watchfloor[console]'")
