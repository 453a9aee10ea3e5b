"""The command ``bench plan``: what a claim about a detector takes."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.accuracy.plan import EventsPlan, HoursPlan, hours_without_alarm, plan_events, plan_hours
from watchfloor.show import Show


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPlan:
    """What to watch and to stage."""

    hours_without_alarm: float
    hours: HoursPlan
    events: EventsPlan


def bench_plan(*, far_per_h: float, true_per_h: float, recall: float, half_width: float, acts_per_camera: int,
               between_camera_sd: float, n_cameras: int, level: float, show: Show) -> BenchPlan:
    """Make the plan and print it.

    Raises:
        InputError: if the claim cannot be shown.
    """
    hours = plan_hours(far_per_h, true_per_h=true_per_h, level=level)
    events = plan_events(recall, half_width=half_width, acts_per_camera=acts_per_camera,
                         between_camera_sd=between_camera_sd, n_cameras=n_cameras, level=level)
    plan = BenchPlan(hours_without_alarm=hours_without_alarm(far_per_h, level=level), hours=hours, events=events)
    show.table(f"To show fewer than {far_per_h:g} false alarms in a camera-hour ({100 * level:g} %)",
               ["if", "camera-hours", f"hours on {n_cameras} cameras", "chance to show it"], [
        ["none comes", f"{plan.hours_without_alarm:.1f}", f"{plan.hours_without_alarm / n_cameras:.1f}", "–"],
        [f"the true rate is {true_per_h:.3g}: at most {hours.n_allowed} may come", f"{hours.camera_hours:.1f}",
         f"{hours.camera_hours / n_cameras:.1f}", f"{100 * hours.p_shown:.0f} %"]])
    clustered = events.n_events_clustered
    show.table(f"To know a recall of {recall:g} to ± {half_width:g} ({100 * level:g} %)", ["how", "staged acts"], [
        ["were all acts independent", f"{events.n_events}"],
        [f"on {n_cameras} cameras that differ by {between_camera_sd:g}",
         "no number is enough: more cameras are needed" if clustered is None
         else f"{clustered}, {clustered // n_cameras} before each"],
        [f"with {acts_per_camera} acts before each camera",
         f"{acts_per_camera * events.n_cameras} on {events.n_cameras} cameras"]])
    return plan
