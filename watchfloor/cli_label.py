"""The commands ``label`` and ``review``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watchfloor.cli_accuracy import split_pairs
from watchfloor.cli_options import Json, Quiet, make_show, print_json, stoppable

LABEL_EXAMPLES = """[bold]Examples[/bold]

Mark what happens in a clip: [cyan]watchfloor label yard.mp4[/cyan]

A second pair of eyes, then both compared and joined:
[cyan]watchfloor label yard.mp4 --by second[/cyan]
[cyan]watchfloor label yard.mp4 --compare yard.mp4.first.labels.json yard.mp4.second.labels.json[/cyan]

Truth that another program wrote:
[cyan]watchfloor label yard.mp4 --from yard.xml --kind LeftLuggage=object_placed[/cyan]

A video of changedetection.net: [cyan]watchfloor label sofa.avi --from intermittentObjectMotion/sofa[/cyan]
"""
REVIEW_EXAMPLES = """[bold]Examples[/bold]

Judge what a detector raised: [cyan]watchfloor review out/accuracy-left_object-yard/alerts.csv[/cyan]

Also look into thirty pieces of silent footage: [cyan]watchfloor review alerts.csv --audit 30[/cyan]

What was said so far: [cyan]watchfloor review alerts.csv --summary[/cyan]
"""
Port = Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="0 takes any free one.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")]


def label_command(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", show_default=False, help="The video.")],
    by: Annotated[str, typer.Option(metavar="WORD", show_default=False, help=(
        "A word for who labels, not a name; the labels are then kept apart from the clip's truth."))] = "",
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND", show_default=False, help=(
        "Offer this kind too; with --from, LABEL=KIND renames, and LABEL= leaves out."))] = None,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE|FOLDER", show_default=False, help=(
        "Convert another program's truth instead: ViPER, CVAT, MOT or COCO; or a video's folder of CDnet, of whose "
        "pictures CLIP is made."))] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="NAME", show_default=False, help=(
        "Its format, if it is not told from the file."))] = None,
    compare: Annotated[tuple[Path, Path] | None, typer.Option(metavar="FILE FILE", show_default=False, help=(
        "Compare two labellers' files, and write the events both have as the clip's truth."))] = None,
    port: Port = 0,
    browser: Browser = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Mark what truly happens in a clip, on a page in this machine's browser: kind, start, end and box."""
    with stoppable():
        from watchfloor import label as work

        show = make_show(quiet=quiet, as_json=as_json)
        if compare is not None:
            agreement = work.compare(*compare, clip=clip, show=show)
            if as_json:
                print_json(agreement)
        elif source is not None:
            truth = work.convert_truth(clip, source, form=form, kinds=split_pairs(kind, "--kind"), show=show)
            if as_json:
                print_json(truth)
        else:
            work.label(clip, by=by, kinds=kind or (), port=port, opens_browser=browser, show=show)


def review_command(
    alerts: Annotated[Path, typer.Argument(metavar="ALERTS.csv", show_default=False, help=(
        "A table of alerts: bench accuracy writes one, and another program may."))],
    audit: Annotated[int, typer.Option(min=0, metavar="N", help=(
        "Also show so many pieces of footage without alert, chosen at random."))] = 0,
    seconds: Annotated[float, typer.Option(min=1.0, metavar="S", help="Length of such a piece.")] = 20.0,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Of the choice.")] = 1,
    summary: Annotated[bool, typer.Option("--summary", metavar="", help="Only sum up what was said so far.")] = False,
    port: Port = 0,
    browser: Browser = True,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Judge alerts one key each, on a page in this machine's browser, and sum up: precision and false alarms."""
    with stoppable():
        from watchfloor import label as work

        show = make_show(quiet=quiet, as_json=as_json)
        if not summary:
            work.review(alerts, n_audit=audit, audit_s=seconds, seed=seed, port=port, opens_browser=browser, show=show)
            return
        told = work.sum_up(alerts, n_audit=audit, audit_s=seconds, seed=seed)
        work.show_summary(told, show)
        if as_json:
            print_json(told)
