"""The commands ``label`` and ``review``: a person's eye on clips and on alerts."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from benchmarks.accuracy.alerts_file import read_alerts
from benchmarks.accuracy.reviewed import Audited, Reviewed, sum_up_alerts, sum_up_audit
from benchmarks.truth import read_foreign_truth
from benchmarks.truth.agreement import Agreement, compare_labels, join_labels
from benchmarks.truth.cdnet import unjudged_share, write_clip
from benchmarks.truth.kinds import KNOWN_KINDS
from hw.stills import ClipStills
from hw.truth import ClipTruth, TruthEvent, parse_truth, truth_path, write_truth
from sim.errors import InputError
from watchfloor.labelling.label_desk import LabelDesk, label_path
from watchfloor.labelling.review_desk import ReviewDesk, VerdictFile, alert_items, audit_items
from watchfloor.labelling.server import Desk, DeskServer
from watchfloor.show import Show
from watchfloor.wording import words

CDNET_FPS = Fraction(25)
"""The set does not say how fast its pictures follow each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """What people said so far."""

    kinds: tuple[Reviewed, ...]
    audit: Audited | None


def label(clip: Path, *, by: str, kinds: Sequence[str], port: int, opens_browser: bool, show: Show) -> None:
    """Serve the labeller of a clip until Ctrl-C."""
    path = label_path(clip, by)
    desk = LabelDesk(clip, path, by=by, kinds=kinds)
    _serve(desk, port=port, opens_browser=opens_browser, kept=f"what was saved is in {path}", show=show)


def convert_truth(clip: Path, path: Path, *, form: str | None, kinds: dict[str, str], show: Show) -> ClipTruth:
    """Turn another program's truth of a clip into ``CLIP.truth.json``; a clip of CDnet is made of its pictures.

    Raises:
        InputError: if either file cannot be used.
    """
    if path.is_dir():
        _write_cdnet_clip(path, clip, show)
    stills = ClipStills(clip)
    fps, duration_s = stills.fps or Fraction(25), stills.duration_s
    events = read_foreign_truth(path, form=form, fps=float(fps), kinds=kinds)
    late = [event for event in events if event.end_s > duration_s + 1.0]
    if late:
        raise InputError(f"{path.name}: {late[0].kind}", got=f"until {late[0].end_s:.2f} s",
                         expected=f"an end within the clip's {duration_s:.2f} s", do="take the truth of this very clip")
    truth = ClipTruth(
        name=clip.name, events=tuple(_cut(event, stills.size_wh, path) for event in events),
        size_wh=stills.size_wh, fps=fps, n_frames=max(1, round(duration_s * float(fps))),
        duration_s=max([duration_s, *(event.end_s for event in events)]), negative_for=(), timing_tolerance_s=0.0,
        end_tolerance_s=0.0, source=f"converted from {path.name}")
    write_truth(truth, truth_path(clip))
    show.line(f"{truth_path(clip)}: {len(truth.events)} events of {', '.join(truth.kinds) or 'no kind'}")
    for kind in sorted(set(truth.kinds) - set(KNOWN_KINDS)):
        show.warn(f"{kind}: no known detector tells of it; --kind {kind}=KIND names it otherwise")
    return truth


def _write_cdnet_clip(folder: Path, clip: Path, show: Show) -> None:
    """Make a clip of the pictures that are judged, unless it is there."""
    if not clip.exists():
        n = write_clip(folder, clip, fps=CDNET_FPS)
        show.line(f"{clip}: the {n} judged pictures of {folder}; {CDNET_FPS} a second are assumed")
    if (share := unjudged_share(folder)) > 0.0:
        show.warn(f"{folder}: nothing is said about {100.0 * share:.0f} % of the picture; alerts there count as false")


def _cut(event: TruthEvent, size_wh: tuple[int, int], path: Path) -> TruthEvent:
    """Return an event with its box cut at the picture's edge; some programs draw beyond it."""
    if event.box_xyxy is None:
        return event
    left, top, right, bottom = event.box_xyxy
    cut = (max(0.0, left), max(0.0, top), min(float(size_wh[0]), right), min(float(size_wh[1]), bottom))
    if not (cut[0] < cut[2] and cut[1] < cut[3]):
        raise InputError(f"{path.name}: {event.kind} at {event.start_s:.2f} s", got=event.box_xyxy,
                         expected=f"a box within the picture, {size_wh[0]} × {size_wh[1]}",
                         do="take the truth of this very clip")
    return replace(event, box_xyxy=cut)


def compare(first: Path, second: Path, *, clip: Path | None, show: Show) -> Agreement:
    """Print how far two labellers agree and, if a clip is named, write the truth that both stand for beside it."""
    one, two = (parse_truth(path.read_text(encoding="utf-8"), where=str(path)) for path in (first, second))
    agreement = compare_labels(one, two)
    f1 = "–" if agreement.f1 is None else f"{agreement.f1:.2f}"
    show.table("Two labellers", ["", "events"], [
        ["both", str(len(agreement.pairs))], [f"only {first.name}", str(len(agreement.only_first))],
        [f"only {second.name}", str(len(agreement.only_second))], ["agreement (F1)", f1]])
    if agreement.start_spread_s is not None:
        show.line(f"95 % of the starts differ by at most {agreement.start_spread_s:.2f} s, "
                  f"of the ends by {agreement.end_spread_s:.2f} s")
    if clip is not None:
        write_truth(join_labels(one, two, agreement), truth_path(clip))
        show.line(f"agreed events written to {truth_path(clip)}")
    return agreement


def review(path: Path, *, n_audit: int, audit_s: float, seed: int, port: int, opens_browser: bool, show: Show,
           ) -> ReviewSummary:
    """Serve the alerts of a table, and silent footage, until Ctrl-C; then sum up."""
    table, verdicts = read_alerts(path), verdicts_beside(path)
    items = alert_items(table) + (audit_items(table, n_audit, length_s=audit_s, seed=seed) if n_audit else [])
    try:
        _serve(ReviewDesk(items, verdicts), port=port, opens_browser=opens_browser, show=show,
               kept=f"verdicts are in {verdicts.path}")
    finally:
        summary = sum_up(path, n_audit=n_audit, audit_s=audit_s, seed=seed)
        show_summary(summary, show)
    return summary


def verdicts_beside(path: Path) -> VerdictFile:
    """Return the verdicts on a table's alerts: beside it."""
    return VerdictFile(path.with_name(path.name + ".verdicts.jsonl"))


def sum_up(path: Path, *, n_audit: int, audit_s: float, seed: int) -> ReviewSummary:
    """Sum up what people said of a table's alerts and of silent footage."""
    table, verdicts = read_alerts(path), verdicts_beside(path).load()
    items = alert_items(table)
    hours = sum(table.durations_s.values()) / 3600.0
    audit = audit_items(table, n_audit, length_s=audit_s, seed=seed) if n_audit else []
    return ReviewSummary(
        kinds=tuple(sum_up_alerts(kind, [verdicts.get(item.key) for item in items if item.kind == kind],
                                  camera_hours=hours) for kind in sorted({item.kind for item in items})),
        audit=sum_up_audit([verdicts.get(item.key) for item in audit], length_s=audit_s) if audit else None)


def show_summary(summary: ReviewSummary, show: Show) -> None:
    """Print what people said so far."""
    show.table("Alerts as people judged them", ["kind", "true", "false", "unsure", "open", "precision (95 %)",
                                                "false/h (90 %)"], [
        [words(item.kind), str(item.n_true), str(item.n_false), str(item.n_unsure), str(item.n_open),
         _span(item.precision_95), _span(item.false_per_h_90)] for item in summary.kinds])
    if summary.audit is not None:
        show.line(f"silent footage: {summary.audit.n_with_event} of {summary.audit.n_pieces} pieces show something "
                  f"missed; {_span(summary.audit.missed_per_h_90)} in an hour of it (90 %)")


def _span(bounds: tuple[float, float] | None) -> str:
    return "–" if bounds is None else f"{bounds[0]:.3g} to {bounds[1]:.3g}"


def _serve(desk: Desk, *, port: int, opens_browser: bool, kept: str, show: Show) -> None:
    try:
        server = DeskServer(desk, port=port)
    except OSError as error:
        raise InputError("--port", got=port, expected="a free port", do=f"{error.strerror}; 0 takes any") from error
    show.line(f"open {server.address} in this machine's browser; Ctrl-C ends; {kept}")
    if opens_browser:
        webbrowser.open(server.address)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept) from None
    finally:
        server.server_close()
