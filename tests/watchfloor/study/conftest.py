"""A small town's study, played once for all tests that only look at what came out."""

from __future__ import annotations

import pytest

from watchfloor.show import Show
from watchfloor.study.options import StudyOptions
from watchfloor.study.study import study_staffing

QUIET = Show(quiet=True)


@pytest.fixture(scope="session")
def small_study(tmp_path_factory):
    """(options, result) of a day in a district centre."""
    options = StudyOptions(
        scenario="district_centre", targets=("p90 response_time_s <= 900", "found_share >= 0.5"), hours=24.0,
        warm_up_h=3.0, replications=24, share_of_days=0.7, most_inspectors=5, most_units=4, seed=3,
        out=tmp_path_factory.mktemp("study") / "out")
    return options, study_staffing(options, show=QUIET)
