"""The files a study leaves: the report, the tables and a manifest."""

from __future__ import annotations

import datetime as dt
import platform

from xlsxwriter.exceptions import XlsxFileError

from sim.errors import InputError
from sim.scenario import Scenario
from watchfloor import __version__
from watchfloor.language import Language
from watchfloor.results import write_json
from watchfloor.study.calendar_file import make_calendar, next_monday
from watchfloor.study.options import StudyOptions
from watchfloor.study.page import write_page
from watchfloor.study.result import StudyResult
from watchfloor.study.spreadsheet import write_csv, write_parquet, write_xlsx
from watchfloor.study.table import said
from watchfloor.study.table_rows import make_tables


def write_study(result: StudyResult, scenario: Scenario, options: StudyOptions) -> None:
    """Write everything into the study's folder: what people read in the language asked for, Parquet with the keys.

    Raises:
        InputError: if the folder cannot hold it; what was played stays in the journal.
    """
    tables, language = make_tables(result), Language(options.lang)
    try:
        for table in tables:
            write_csv(said(table, language), result.folder)
            write_parquet(table, result.folder)
        write_xlsx([said(table, language) for table in tables], result.folder / "study.xlsx")
        if result.roster is not None:
            made = dt.datetime.fromisoformat(result.machine.date)
            (result.folder / "roster.ics").write_text(make_calendar(
                result.roster.people, result.roster.shifts, made=made, language=language, first_monday=next_monday(
                    made.date()), name=language.say("{title}: roster", title=result.title)),
                encoding="utf-8", newline="")
        write_page(result.folder / "report.html", result=result, scenario=scenario, options=options)
        write_json(_manifest(result, options), result.folder / "manifest.json")
    except (OSError, XlsxFileError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError("--out", got=result.folder, expected="room for the report and its tables",
                         do=f"{reason}: what was played is in the journal; give the same command again with room "
                            "enough") from error


def _manifest(result: StudyResult, options: StudyOptions) -> dict[str, object]:
    return {
        "schema": "watchfloor.study/1",
        "watchfloor": __version__,
        "python": platform.python_version(),
        "date": result.machine.date,
        "machine": result.machine.summary,
        "versions": dict(result.machine.versions),
        "scenario": result.scenario,
        "scenario_digest": result.scenario_digest,
        "targets": [str(target) for target in result.targets],
        "share_of_days": result.share_of_days,
        "seed": result.seed,
        "judged_h": result.judged_h,
        "warm_up_h": result.warm_up_h,
        "replications": result.replications,
        "answered_with": result.answered_with,
        "stopped": result.stopped,
        "n_played": result.n_played,
        "n_known": result.n_known,
        "detector_model": str(options.detector_model) if options.detector_model else None,
        "wall_s": result.wall_s,
        "peak_memory_mib": result.peak_memory_mib,
    }
