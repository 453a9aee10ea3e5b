"""What a study prints when it is over."""

from __future__ import annotations

from watchfloor.language import Language
from watchfloor.phrase import Phrase
from watchfloor.show import Show
from watchfloor.study.judge import Verdict
from watchfloor.study.measure_words import measure_text, measure_title
from watchfloor.study.result import StudyResult
from watchfloor.study.sensitivity import STEP
from watchfloor.study.sentences import make_sentences
from watchfloor.study.sobol import SobolIndex
from watchfloor.study.wording import days_text, per_cent

N_EFFECTS = 10
"""Rows of the tornado; the tables hold all."""


def show_study(result: StudyResult, show: Show, language: Language) -> None:
    """Print the answer, the rosters it names, and where the rest lies."""
    for sentence in make_sentences(result):
        (show.warn if sentence.is_warning else show.line)(language.say(sentence.text))
    if result.answers is not None:
        _show_rosters(result, show, language)
    if result.growth is not None:
        _show(show, language, Phrase("Growth ({source})", source=result.growth.plan.source), (
            Phrase("quarter"), Phrase("cameras"), Phrase("posts"), Phrase("people"), Phrase("hires"),
            Phrase("to approve")), [
            [language.quarter(item.name), *map(language.number, (
                item.cameras, item.posts, item.people, item.hires, item.approvals))]
            for item in result.growth.quarters])
    for what_if in result.what_ifs:
        _show(show, language, Phrase("What if: {change}", change=what_if.name), (
            Phrase("paired by trace"), Phrase("without"), Phrase("difference")), [
            [language.say(measure_title(name)), language.estimate(what_if.base[name]), language.estimate(difference)]
            for name, difference in what_if.differences.items()])
    if result.theory:
        _show(show, language, Phrase("Theory beside the simulation, for the smallest roster"), (
            "", Phrase("theory"), Phrase("simulated")), [
            [language.say(item.name), language.number(float(f"{item.theory:.3g}")), language.estimate(item.simulated)]
            for item in result.theory])
    _show_effects(result, show, language)
    show.line(language.say(Phrase(
        "written to {folder}: report.html, study.xlsx, answer.csv, curve.csv, manifest.json ({played} replications "
        "played, {known} known; {seconds} s, peak memory {memory} MiB)", folder=str(result.folder),
        played=result.n_played, known=result.n_known, seconds=round(result.wall_s, 1),
        memory=round(result.peak_memory_mib))))


def _show(show: Show, language: Language, title: str, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    show.table(language.value(title), [language.value(column) for column in columns], rows)


def _show_rosters(result: StudyResult, show: Show, language: Language) -> None:
    if result.answers is None:
        return
    share = per_cent(result.share_of_days)
    rows = [(Phrase("present"), result.present), (Phrase("smallest, mean day"), result.answers.smallest),
            (Phrase("smallest, {share} % of days", share=share), result.answers.surest)]
    columns = (Phrase("roster"), Phrase("inspectors"), Phrase("units"),
               Phrase("cost a day ({currency})", currency=result.currency),
               *(measure_title(target.measure) for target in result.targets), Phrase("days that meet all"))
    title = Phrase("{title}: mean day ± 95 % half width, {number} replications", title=result.title,
                   number=result.answered_with)
    _show(show, language, title, columns, [_row(name, verdict, result, language)
                                           for name, verdict in rows if verdict is not None])


def _row(name: str, verdict: Verdict, result: StudyResult, language: Language) -> list[str]:
    values = [language.estimate(verdict.values[str(target)]) if str(target) in verdict.values else "–"
              for target in result.targets]
    return [language.say(name), language.number(verdict.staff.inspectors), language.number(verdict.staff.units),
            language.number(verdict.cost_per_day, 0), *values, language.say(days_text(verdict.days))]


def _show_effects(result: StudyResult, show: Show, language: Language) -> None:
    for measure, effects in result.effects.items():
        title = Phrase("What decides {measure}, {step} % lower and higher", step=per_cent(STEP),
                       measure=measure_text(measure))
        _show(show, language, title, (Phrase("assumption"), Phrase("lower"), Phrase("higher")), [
            [language.say(item.name), *("–" if end is None else language.estimate(end)
                                        for end in (item.down, item.up))] for item in effects[:N_EFFECTS]])
    if result.sobol.indices:
        title = Phrase("Moved together: share of the variance (Sobol)")
        _show(show, language, title, (Phrase("assumption"), Phrase("by itself"), Phrase("in total")), [
            _index_row(item, language) for item in result.sobol.indices])


def _index_row(item: SobolIndex, language: Language) -> list[str]:
    def pair(value: float, half_width: float) -> str:
        return f"{language.number(value, 2)} ± {language.number(half_width, 2)}"

    return [language.say(item.name), pair(item.first, item.first_half_width), pair(item.total, item.total_half_width)]
