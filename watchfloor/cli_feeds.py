"""The commands that look at real cameras: ``probe``, ``discover`` and ``feeds``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watchfloor.cli_options import Json, Quiet, make_table, print_json, print_table, stoppable

if TYPE_CHECKING:
    from hw.probe import ProbeReport, Spread

PROBE_EXAMPLES = """[bold]Examples[/bold]

A camera; its name and password come from the environment or a netrc file, not from the address:

[cyan]WATCHFLOOR_NETRC=~/.cameras watchfloor probe rtsp://10.0.0.17/stream1[/cyan]

A file, a folder of pictures, a drawn scene: [cyan]watchfloor probe drawn:street_corner --json[/cyan]
"""
DISCOVER_EXAMPLES = """[bold]Example[/bold]

[cyan]watchfloor discover eth0[/cyan], then for each: [cyan]watchfloor probe onvif://10.0.0.17[/cyan]
"""
FEEDS_EXAMPLES = """[bold]Example[/bold]

[cyan]watchfloor feeds cams.csv --metrics 9464[/cyan], where cams.csv has the columns url, camera_id and role.
"""

Seconds = Annotated[float, typer.Option(min=0.5, metavar="S", help="How long, after the first picture.")]


def probe_command(
    address: Annotated[str, typer.Argument(metavar="URL", show_default=False, help=(
        "onvif, rtsp, rtmp, http or udp address, usb:N, or a file, a recording, a folder of pictures, drawn:SCENE, "
        "sample:NAME."))],
    seconds: Seconds = 5.0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Say what a camera is, what it sends, how late and how healthy; exit with 1 if no picture comes."""
    with stoppable():
        from hw.probe import probe

        report = probe(address, duration_s=seconds)
        if as_json:
            print_json(report)
        elif not quiet:
            print_table(make_table(("what", "found"), _probe_rows(report)))


def discover_command(
    interface: Annotated[str, typer.Argument(metavar="INTERFACE", show_default=False, help=(
        "The network interface to ask through: its name, or this machine's IPv4 address on it."))],
    seconds: Annotated[float, typer.Option(min=0.1, metavar="S", help="How long to listen for answers.")] = 3.0,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """List the ONVIF cameras of the local network that answer; exit with 1 if none does."""
    with stoppable():
        from hw.discovery import discover

        found = discover(interface, duration_s=seconds)
        if as_json:
            print_json(found)
        elif not quiet:
            if found.cameras:
                print_table(make_table(("address", "name", "hardware", "place"), [
                    (camera.address, camera.name, camera.hardware, camera.location) for camera in found.cameras]))
            malformed = f"; {found.n_malformed} answers made no sense" if found.n_malformed else ""
            typer.echo(f"{len(found.cameras)} cameras answered on {found.interface}{malformed}")
        if not found.cameras:
            raise typer.Exit(1)


def feeds_command(
    table: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help=(
        "CSV with the columns url, camera_id and, if wanted, role (main or sub)."))],
    seconds: Annotated[float | None, typer.Option(min=0.5, metavar="S", show_default=False, help=(
        "How long; until Ctrl-C if not given."))] = None,
    metrics: Annotated[int | None, typer.Option(min=1, max=65535, metavar="PORT", show_default=False, help=(
        "Serve counters and states to Prometheus on this port of the loopback."))] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Keep many feeds open and show state, rate, losses and faults of each."""
    with stoppable():
        from watchfloor.feeds import watch_feeds

        rows = watch_feeds(table, duration_s=seconds, metrics_port=metrics, is_shown=not (quiet or as_json))
        if as_json:
            print_json(rows)


def try_faults(*, quiet: bool, as_json: bool) -> None:
    """Run the fault table and print it; exit with 1 if a row missed."""
    with stoppable():
        from hw.fault_files import FAULT_ROWS
        from hw.faults import Outcome, run_rows
        from watchfloor.live.fault_rows import DETECTOR_ROWS

        results = (*run_rows(FAULT_ROWS), *run_rows(DETECTOR_ROWS, n_at_once=1))
        if as_json:
            print_json(results)
        elif not quiet:
            print_table(make_table(("fault", "promise", "", "found"), [
                (result.name, result.promise, result.outcome.value, result.found) for result in results]))
        missed = [result.name for result in results if result.outcome is Outcome.MISSED]
        if missed:
            typer.echo("watchfloor: missed: " + ", ".join(missed), err=True)
            raise typer.Exit(1)


def _probe_rows(report: ProbeReport) -> list[tuple[str, str]]:
    condition, counters = report.condition, report.counters
    rows = [
        ("is", " ".join(filter(None, (report.kind, report.format, report.codec)))),
        ("sends", ", ".join(filter(None, (
            f"{report.size_wh[0]}×{report.size_wh[1]}",
            _number(report.measured_fps, "{:.1f} frames/s"), _number(report.stated_fps, "{:.2f} stated"),
            _number(report.bit_rate, "{:.0f} bit/s"), _number(report.key_interval_s, "a key frame every {:.1f} s"))))),
        ("opens in", ", ".join(filter(None, (
            _number(report.open_s, "{:.2f} s"), f"first picture after {report.first_frame_s:.2f} s")))),
        ("late", "; ".join(filter(None, (
            _spread("capture to arrival", report.capture_to_arrival),
            _spread("arrival to pixels", report.arrival_to_pixels))))),
        ("lost", f"{counters.net_lost} by the network, {counters.corrupt} corrupt, {counters.tainted} tainted, "
                 f"{counters.dropped_before} + {counters.dropped_after} dropped, of {counters.decoded} taken"),
        ("health", ", ".join(filter(None, (
            _number(condition.brightness, "brightness {:.0f}"), _number(condition.sharpness, "sharpness {:.2f}"),
            _number(condition.jitter if report.measured_fps else None, "jitter {:.2f}"),
            *(f"{event.tamper}" for event in report.tampers))))),
    ]
    return rows + [("warning", text) for text in report.warnings]


def _number(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _spread(name: str, spread: Spread | None) -> str:
    return "" if spread is None or spread.n == 0 else (
        f"{name} p50 {1e3 * spread.p50_s:.1f} ms, p99 {1e3 * spread.p99_s:.1f} ms ({spread.n} frames)")
