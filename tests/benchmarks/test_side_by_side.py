"""Peers play the same queue in processes of their own; who is not here or answers wrongly has no figure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks import describe_machine, load_result, save_result
from benchmarks.peers.workload import WARM_UP, answer_line
from benchmarks.side_by_side import PEERS, Entrant, compare, find_peers

SCRIPTS = Path(__file__).resolve().parents[2] / "benchmarks" / "peers"
SIMPY = Entrant(name="SimPy", command=(sys.executable, str(SCRIPTS / "mm10_simpy.py")))
FIGURE = {"name", "version", "run_s", "customers_per_s", "played_customers_per_s", "ratio", "cpu_ratio",
          "run_cpu_s", "set_up_s", "peak_memory_mib", "mean_wait", "errors_off"}


def saying(text: str, *, code: int = 0) -> Entrant:
    """A simulator that only says something and ends."""
    return Entrant(name="told", command=(sys.executable, "-c", f"import sys; sys.stdout.write({text!r}); "
                                                               f"sys.exit({code})"))


def line(*, n: int, mean_wait: float) -> str:
    return answer_line(version="1", n_customers=n, mean_wait=mean_wait, set_up_s=0.0, run_s=1.0, run_cpu_s=1.0)


def test_simpy_plays_the_queue_that_theory_solves(tmp_path: Path) -> None:
    n = 8 * WARM_UP
    beside = compare([SIMPY], n_customers=n, n_rounds=2)
    [figure] = beside.figures
    assert beside.theory_mean_wait == pytest.approx(0.66873, abs=1e-5)
    assert figure.errors_off <= 4.0
    assert figure.ratio == 1.0
    assert figure.customers_per_s == pytest.approx(n / figure.run_s)
    assert 1.0 < figure.peak_memory_mib < 100.0, "its own memory, not that of the process that started it"

    save_result(tmp_path / "beside.json", "beside", beside, describe_machine())
    saved = load_result(tmp_path / "beside.json").values
    assert set(saved) == {"workload", "n_customers", "n_rounds", "theory_mean_wait", "standard_error", "figures",
                          "missing"}
    assert set(saved["figures"][0]) == FIGURE


def test_peers_that_are_not_here_are_listed_with_how_to_get_them(tmp_path: Path) -> None:
    refused = tmp_path / "peer-cimba" / "why.txt"
    refused.parent.mkdir()
    refused.write_text("ERROR: No matching distribution\n", encoding="utf-8")
    found, missing = find_peers(tmp_path)
    assert found == []
    assert [item.name for item in missing] == list(PEERS.values())
    assert {item.do for item in missing} == {"make peers"}
    assert "No matching distribution" in missing[-1].why


def test_every_peer_has_its_script() -> None:
    assert {path.stem.removeprefix("mm10_") for path in SCRIPTS.glob("mm10_*.py")} == set(PEERS)


@pytest.mark.parametrize(("entrant", "why"), [
    (saying("", code=3), "it failed"),
    (saying("hello"), "it gave no answer"),
    (saying(json.dumps({"version": "1"})), "it gave no answer"),
    (saying(line(n=7, mean_wait=0.669)), "it played 7 customers; expected 3000"),
    (saying(line(n=3000, mean_wait=9.0)), "mean wait = 9.000"),
    (saying(line(n=3000, mean_wait=float("nan"))), "mean wait = nan"),
    (Entrant(name="told", command=("a-program-that-nobody-has",)), "it gave no answer"),
])
def test_who_fails_or_answers_wrongly_has_no_figure(entrant: Entrant, why: str) -> None:
    beside = compare([entrant], n_customers=3000, n_rounds=1)
    assert beside.figures == ()
    assert [item.name for item in beside.missing] == ["told"]
    assert why in beside.missing[0].why


def test_a_right_answer_is_kept_beside_a_failure_of_the_first() -> None:
    first = Entrant(name="first", command=saying("", code=1).command)
    beside = compare([first, saying(line(n=3000, mean_wait=0.669))], n_customers=3000, n_rounds=2)
    assert [(item.name, item.ratio, item.customers_per_s) for item in beside.figures] == [("told", None, 3000.0)]
