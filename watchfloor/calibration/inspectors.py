"""Training records become an inspector model: the simulator then staffs a room with the centre's own people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios import write_inspector_model
from sim.errors import InputError
from sim.inspector_model import DRAWN, InspectorModel, Measured
from watchfloor.calibration.deciding import (
    Judgement,
    draw_share,
    draw_times,
    measure_compliance,
    measure_share,
    measure_times,
)
from watchfloor.calibration.noticing import INFORMED_BELOW, NAMES, Noticed, infer_noticing
from watchfloor.show import Show
from watchfloor.training.records import Records, Where, records_exist
from watchfloor.training.tables import JudgementRow, ResponseRow, SessionRow

MIN_TRAINEES = 5
MIN_RESPONSES = 60
R_HAT_MAX = 1.05
CONFIRM_PRIOR = (9.0, 1.0)
"""Of the share of true cases that are confirmed: worth ten cases, about the simulator's default."""
WRONG_PRIOR = (0.5, 9.5)
"""Of the share of false alerts that are confirmed."""
N_DRAWS = 500
"""Of the posterior, kept in the model's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorCalibration:
    """What came of it."""

    model: InspectorModel
    out: Path
    n_left_out: int
    """Trainees who have played and do not consent."""
    r_hat: float
    """Agreement of the chains; above 1.05 they should be longer."""


def calibrate_inspectors(where: Where, *, out: Path, date: str, seed: int, show: Show) -> InspectorCalibration:
    """Fit the simulated inspector to consenting trainees' records and write the pooled model.

    Args:
        where: the records.
        out: file of the inspector model.
        date: ISO 8601, for the model's provenance.
        seed: of the draws.
        show: where to report.

    Raises:
        InputError: if there are too few consenting trainees or responses.
    """
    if not records_exist(where):
        raise InputError("--from", got=str(where), expected="records of training sessions",
                         do="train first: watchfloor train writes them")
    records = Records(where)
    try:
        consenting = records.consenting()
        everybody = records.sessions()
        sessions = [row for row in everybody if row.trainee_id in consenting]
        responses = [row for row in records.responses() if row.trainee_id in consenting]
        judged = [row for row in records.judgements() if row.trainee_id in consenting]
    finally:
        records.close()
    model, r_hat = fit_inspectors(sessions, responses, judged, name=Path(str(where)).stem, date=date, seed=seed)
    write_inspector_model(model, out)
    calibration = InspectorCalibration(model=model, out=out, r_hat=r_hat,
                                       n_left_out=len({row.trainee_id for row in everybody} - consenting))
    _report(calibration, show)
    return calibration


def fit_inspectors(
    sessions: Sequence[SessionRow], responses: Sequence[ResponseRow], judged: Sequence[JudgementRow], *, name: str,
    date: str, seed: int,
) -> tuple[InspectorModel, float]:
    """Return the pooled model, and how well the chains agreed.

    Args:
        sessions: of consenting trainees.
        responses: of those sessions.
        judged: of those sessions.
        name: of the model.
        date: of the fit.
        seed: of the draws.

    Raises:
        InputError: if there are too few trainees or responses.
    """
    people = {trainee: index for index, trainee in enumerate(sorted({row.trainee_id for row in responses}))}
    if len(people) < MIN_TRAINEES:
        raise InputError("trainees", got=f"{len(people)} who consent and have played", do="pool more of them",
                         expected=f"at least {MIN_TRAINEES}, so that nobody can be told from the rest")
    alone = [row for row in responses if row.alert_s is None]
    if len(alone) < MIN_RESPONSES:
        raise InputError("responses", got=f"{len(alone)} to targets that no detector claimed",
                         expected=f"at least {MIN_RESPONSES}", do="practise without a detector too")
    before_s = {(row.session_id, row.trainee_id): row.before_s for row in sessions}
    posterior = infer_noticing(_noticed(alone, people, before_s), seed=seed)
    noticing = {
        key: Measured(value=float(np.median(values)), low=float(np.quantile(values, 0.025)),
                      high=float(np.quantile(values, 0.975)), is_informed=bool(spread < INFORMED_BELOW))
        for key, values, spread in zip(NAMES, posterior.draws.T, posterior.spread, strict=True)}
    cases = [Judgement(trainee=people[row.trainee_id], session=row.session_id, is_alert=row.is_alert,
                       is_true=row.is_true, is_confirmed=row.is_confirmed, time_s=row.judged_s - row.opened_s)
             for row in judged if row.trainee_id in people]
    if len({case.trainee for case in cases}) < MIN_TRAINEES:
        raise InputError("judgements", got=f"of {len({case.trainee for case in cases})} trainees",
                         expected=f"of at least {MIN_TRAINEES}")
    middle, slow = measure_times(cases)
    true = _counts([case for case in cases if case.is_true and not case.is_alert])
    false = _counts([case for case in cases if not case.is_true and case.is_alert])
    compliance = measure_compliance(cases, confirms=(CONFIRM_PRIOR[0] + true[0], CONFIRM_PRIOR[1] + true[1] - true[0]))
    rng = np.random.Generator(np.random.Philox(key=[seed, 11]))
    columns = dict(zip(NAMES, posterior.draws[:: max(1, len(posterior.draws) // N_DRAWS)][:N_DRAWS].T, strict=True))
    times = draw_times(middle, slow, n_people=len({case.trainee for case in cases}), n_draws=N_DRAWS, rng=rng)
    curves = compliance.draw(N_DRAWS, rng)
    columns |= {"verify_median_s": times[:, 0], "verify_p95_s": times[:, 1], "compliance_slope": curves[:, 0],
                "compliance_middle": curves[:, 1],
                "p_confirm": draw_share(*true, prior=CONFIRM_PRIOR, n_draws=N_DRAWS, rng=rng),
                "p_false_confirm": draw_share(*false, prior=WRONG_PRIOR, n_draws=N_DRAWS, rng=rng)}
    return InspectorModel(
        name=name, n_trainees=len(people), n_sessions=len(sessions), n_responses=len(responses), date=date,
        **noticing, verify_median_s=middle, verify_p95_s=slow, p_confirm=measure_share(*true, prior=CONFIRM_PRIOR),
        p_false_confirm=measure_share(*false, prior=WRONG_PRIOR), compliance_slope=compliance.slope,
        compliance_middle=compliance.middle,
        draws=tuple(tuple(float(f"{value:.6g}") for value in row)
                    for row in np.column_stack([columns[name] for name in DRAWN]).tolist())), posterior.r_hat


def _counts(cases: Sequence[Judgement]) -> tuple[int, int]:
    return sum(case.is_confirmed for case in cases), len(cases)


def _noticed(rows: Sequence[ResponseRow], people: dict[str, int], before_s: dict[tuple[str, str], float]) -> Noticed:
    return Noticed(
        trainee=np.array([people[row.trainee_id] for row in rows], dtype=np.int64),
        exposure_s=np.array([max(0.05, row.exposure_s) for row in rows]),
        is_noticed=np.array([row.seen_s is not None and row.seen_s <= row.end_s for row in rows]),
        n_tiles=np.array([max(1, row.n_tiles) for row in rows], dtype=np.float64),
        px=np.array([row.px for row in rows]),
        watch_s=np.array([row.onset_s + before_s.get((row.session_id, row.trainee_id), 0.0) for row in rows]))


def _report(calibration: InspectorCalibration, show: Show) -> None:
    model = calibration.model
    rows = [[name, f"{value.value:.3g}", f"{value.low:.3g} to {value.high:.3g}",
             "" if value.is_informed else "hardly informed: little but the assumption"]
            for name in ("look_s", "p_noticed_at_best", "px_half", "px_slope", "verify_median_s", "verify_p95_s",
                         "p_confirm", "p_false_confirm", "compliance_slope", "compliance_middle", "vigilance_delta",
                         "between_sd") for value in [getattr(model, name)]]
    show.table("How your inspectors watch", ["parameter", "value", "95 % interval", ""], rows)
    show.line(f"{model.n_trainees} trainees who consent, {model.n_sessions} sessions, {model.n_responses} targets "
              f"shown; pooled model written to {calibration.out}")
    if calibration.n_left_out:
        show.line(f"{calibration.n_left_out} more have played and do not consent: nothing of theirs was used")
    look = model.look_s
    show.line("each replication of a run or study draws its inspectors from these intervals; what one alone is worth "
              f"is told by --what-if watching.look_s={look.low:.3g} and --what-if watching.look_s={look.high:.3g}")
    if calibration.r_hat > R_HAT_MAX:
        show.warn(f"the chains agree only to {calibration.r_hat:.2f}; take more sessions before trusting the intervals")
