"""The commands that record feeds and look after recordings: ``record`` and ``recordings``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_show, make_table, print_json, print_table, stoppable

if TYPE_CHECKING:
    from hw.archive import Recording
    from hw.feeds import Feed

RECORD_EXAMPLES = """[bold]Examples[/bold]

An hour of one camera, what moves blurred: [cyan]watchfloor record rtsp://10.0.0.17/1 --seconds 3600[/cyan]

The small streams of many: [cyan]watchfloor record --feeds cams.csv --role sub --out recordings[/cyan]

For a detector's benchmark, the packets as they came:
[cyan]watchfloor record rtsp://10.0.0.17/1 --unmasked "benchmark of the left-object detector, order 31"[/cyan]
"""

app = typer.Typer(no_args_is_help=True, help=(
    "List, hold, release, export and expire recordings, and read who touched them."))

_SPAN = re.compile(r"(?P<number>\d+(\.\d+)?)(?P<unit>[smhd])")
_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Where the recordings are.")]
File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="A recording.")]
Who = Annotated[str | None, typer.Option(metavar="NAME", show_default=False, help=(
    "Who asks; $WATCHFLOOR_WHO or the login if not given."))]
Why = Annotated[str | None, typer.Option(metavar="REASON", show_default=False, help=(
    "Why; $WATCHFLOOR_WHY if not given. It is logged."))]


def record_command(
    source: Annotated[str | None, typer.Argument(metavar="[URL]", show_default=False, help=(
        "rtsp, rtmp, http or udp address, or a file, a folder of pictures, drawn:SCENE, sample:NAME."))] = None,
    feeds: Annotated[Path | None, typer.Option(metavar="FILE", show_default=False, help=(
        "Instead of one address: CSV with the columns url, camera_id and, if wanted, role."))] = None,
    role: Annotated[str, typer.Option(metavar="ROLE", help="Of cameras with two streams: main or sub.")] = "main",
    camera: Annotated[int, typer.Option(min=0, metavar="ID", help="The camera's number, for one address.")] = 0,
    out: Annotated[Path, typer.Option(metavar="DIR", help=(
        "Folder for recordings and access log."))] = Path("recordings"),
    seconds: Annotated[float | None, typer.Option(min=0.1, metavar="S", show_default=False, help=(
        "How long; until Ctrl-C or the end if not given."))] = None,
    keep: Annotated[str, typer.Option(metavar="SPAN", help=(
        "How long each file is kept unless held: 90m, 72h, 7d."))] = "72h",
    unmasked: Annotated[str | None, typer.Option(metavar="REASON", show_default=False, help=(
        "Keep the packets as they came instead of blurring what moves. The reason is logged."))] = None,
    who: Who = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Record feeds, with moving regions blurred; exit with 1 if a feed gave no picture."""
    with stoppable():
        from hw.access_log import make_access
        from hw.recorder import RecordingPlan
        from watchfloor.record import record_feeds

        chosen = _choose(source, feeds, role, camera)
        if unmasked is not None and not unmasked.strip():
            raise typer.BadParameter("--unmasked wants a reason in words: it is logged")
        plan = RecordingPlan(folder=out, access=make_access(who, unmasked or "masked recording"),
                             is_masked=unmasked is None, keep_s=read_span_s(keep))
        results = record_feeds(chosen, plan, duration_s=seconds, show=make_show(quiet=quiet, as_json=as_json))
        if as_json:
            print_json(results)
        elif not quiet:
            print_table(make_table(("camera", "files", "pictures", "MB", ""), [(
                str(result.camera_id), ", ".join(path.name for path in result.files) or "none", str(result.n_frames),
                f"{result.n_bytes / 1e6:.1f}", result.fault or ("masked" if result.is_masked else "NOT masked"),
            ) for result in results]))
        if not all(result.files for result in results):
            raise typer.Exit(1)


@app.command(name="list", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor recordings list recordings[/cyan]")
def list_command(folder: Folder = Path("recordings"), as_json: Json = False) -> None:
    """List a folder's recordings; those whose time is over are deleted first."""
    from hw.archive import Archive

    archive = Archive(folder)
    archive.expire()
    recordings = archive.recordings()
    if as_json:
        print_json(recordings)
    else:
        print_table(make_table(("file", "camera", "MB", "", "kept until", "by"), list(map(_row, recordings))))


@app.command(name="log", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor recordings log recordings[/cyan]")
def log_command(folder: Folder = Path("recordings"), as_json: Json = False) -> None:
    """Check the access log's chain and show who did what and why; exit with 1 if the log was changed."""
    from hw.archive import Archive

    rows = Archive(folder).log.load()
    if as_json:
        print_json(rows)
    else:
        print_table(make_table(("at", "who", "did", "what", "why"), [
            (row.at[:19], row.who, row.action.value, row.subject, row.why) for row in rows]))
        typer.echo(f"{len(rows)} rows, the chain is whole; last digest {rows[-1].digest if rows else 'none'}")


@app.command(name="hold", epilog=(
    "[bold]Example[/bold]\n\n[cyan]watchfloor recordings hold recordings/camera-17-….mcap --why 'case 12'[/cyan]"))
def hold_command(file: File, who: Who = None, why: Why = None) -> None:
    """Keep a recording as evidence, beyond its time."""
    from hw.access_log import make_access
    from hw.archive import Archive

    Archive(file.parent).hold(file.name, make_access(who, why))


@app.command(name="release", epilog=(
    "[bold]Example[/bold]\n\n[cyan]watchfloor recordings release recordings/camera-17-….mcap --why closed[/cyan]"))
def release_command(file: File, who: Who = None, why: Why = None) -> None:
    """Hold a recording no longer; if its time is over, it is deleted when next looked for."""
    from hw.access_log import make_access
    from hw.archive import Archive

    Archive(file.parent).release(file.name, make_access(who, why))


@app.command(name="export", epilog=(
    "[bold]Example[/bold]\n\n[cyan]watchfloor recordings export recordings/camera-17-….mcap clip.mp4 --why 'for the "
    "court'[/cyan]"))
def export_command(
    file: File,
    to: Annotated[Path, typer.Argument(metavar="CLIP", show_default=False, help=(
        "The new file; its suffix names the container: .mp4, .mkv."))],
    who: Who = None,
    why: Why = None,
    quiet: Quiet = False,
) -> None:
    """Copy a recording's video, as it is in the recording, into a file of its own."""
    from hw.access_log import make_access
    from hw.archive import Archive

    n_pictures = Archive(file.parent).export(file.name, to, make_access(who, why))
    if not quiet:
        typer.echo(f"{n_pictures} pictures written to {to}")


@app.command(name="expire", epilog="[bold]Example[/bold]\n\n[cyan]watchfloor recordings expire recordings[/cyan]")
def expire_command(folder: Folder = Path("recordings"), quiet: Quiet = False) -> None:
    """Delete the recordings whose time is over, for a timer to run; those held stay."""
    from hw.archive import Archive

    gone = Archive(folder).expire()
    if not quiet:
        typer.echo("\n".join(f"deleted {path.name}" for path in gone) or "nothing has expired")


def read_span_s(text: str) -> float:
    """Return the seconds of a span such as 72h.

    Raises:
        BadParameter: if it is none.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None or float(found["number"]) <= 0.0:
        raise typer.BadParameter(f"span = {text}; expected a number > 0 and s, m, h or d, for example 72h")
    return float(found["number"]) * _UNITS_S[found["unit"]]


def _choose(source: str | None, table: Path | None, role: str, camera_id: int) -> tuple[Feed, ...]:
    from hw.feed_role import FeedRole
    from hw.feeds import Feed, choose_streams, load_feeds

    if (source is None) == (table is None):
        raise typer.BadParameter("give one address or --feeds FILE")
    if role not in tuple(FeedRole):
        raise typer.BadParameter(f"--role = {role}; expected main or sub")
    if table is not None:
        return choose_streams(load_feeds(table), FeedRole(role))
    return (Feed(url=source or "", camera_id=camera_id, role=FeedRole(role)),)


def _row(recording: Recording) -> tuple[str, ...]:
    from datetime import UTC, datetime

    head = recording.head
    until = "held" if recording.is_held else datetime.fromtimestamp(head.expires_at_s, UTC).isoformat(" ", "minutes")
    return (recording.path.name, str(head.camera_id), f"{recording.n_bytes / 1e6:.1f}",
            "masked" if head.is_masked else f"NOT masked: {head.reason}", until, head.who)
