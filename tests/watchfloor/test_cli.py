"""The command line: help, options handed on whole, exit codes, and errors without tracebacks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer

from sim.errors import InputError, ModelError
from watchfloor import __version__, cli

HEAVY = ("numpy", "cv2", "av", "numba", "scipy", "matplotlib", "simpy", "onnxruntime", "pyarrow")


def commands(command: Any, name: str = "") -> dict[str, bool]:
    """Return every command by name, and whether it is a group of others."""
    below = getattr(command, "commands", {})
    found = {name: bool(below)}
    for part, one in below.items():
        found |= commands(one, f"{name} {part}".strip())
    return found


COMMANDS = commands(typer.main.get_command(cli.app))


@dataclass
class Front:
    """Stands behind the command line in place of watchfloor's own run, and notes what it was asked."""

    asked: list[dict[str, object]] = field(default_factory=list)
    answer: object = None
    error: BaseException | None = None

    def take(self, **asked: object) -> object:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return self.answer


@pytest.fixture
def front(monkeypatch: pytest.MonkeyPatch) -> Front:
    """The modules that do the work, replaced: here only the wiring is tried."""
    front = Front()
    job, run, show, bench = (types.ModuleType(f"watchfloor.{name}") for name in ("job", "run", "show", "bench"))
    vars(job).update(RunOptions=dict)
    vars(run).update(run_scenario=lambda options, *, show: front.take(options=options, show=show))
    vars(show).update(Show=lambda *, quiet: "silent" if quiet else "talking")
    vars(bench).update(bench_detector=lambda name, **rest: front.take(name=name, **rest), bench_engine=front.take)
    for module in (job, run, show, bench):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return front


def call(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    code = caught.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(watchfloor: Callable, command: str) -> None:
    done = watchfloor(*command.split(), "--help")
    assert done.returncode == 0
    assert f"Usage: watchfloor {command}".rstrip() in done.stdout
    is_group = COMMANDS[command]
    assert is_group or "Example" in done.stdout
    assert is_group or f"watchfloor {command}" in done.stdout.split("Example")[1]


@pytest.mark.parametrize("command", ["run", "bench detector", "bench engine", "bench drawn", "draw"])
def test_the_commands_that_compute_share_their_options(watchfloor: Callable, command: str) -> None:
    help_text = watchfloor(*command.split(), "--help").stdout
    assert all(option in help_text for option in ("--out", "--quiet", "--json"))
    assert "--seed" in help_text


def test_help_imports_nothing_heavy() -> None:
    code = ("import sys\nfrom watchfloor.cli import main\n"
            "try:\n    main(['run', '--help'])\nexcept SystemExit:\n    pass\n"
            f"print([name for name in {HEAVY!r} if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_printed(watchfloor: Callable) -> None:
    done = watchfloor("--version")
    assert (done.returncode, done.stdout) == (0, f"watchfloor {__version__}\n")


def test_run_hands_on_the_defaults(front: Front) -> None:
    assert call("run", "kostanay") == 0
    options = front.asked[0]["options"]
    assert isinstance(options, dict)
    assert options.pop("workers") >= 1
    assert options == {
        "scenario": "kostanay", "detector": None, "profile": "tabletop", "clip": None, "detector_model": None,
        "share": 0.01, "policy": None, "attention": None, "queue_order": None, "hours": None, "replications": 10,
        "seed": 1, "out": None,
    }


def test_run_hands_on_every_option(front: Front) -> None:
    assert call("run", "kostanay", "--detector", "left_object", "--profile", "street", "--clip", "bottle",
                "--detector-model", "m.json", "--share", "0.5", "--days", "2", "--replications", "3", "--seed", "9",
                "--out", "results", "--workers", "4", "--policy", "coverage", "--attention", "whittle",
                "--queue-order", "likelihood_and_load", "--quiet") == 0
    assert front.asked == [{"show": "silent", "options": {
        "scenario": "kostanay", "detector": "left_object", "profile": "street", "clip": "bottle",
        "detector_model": Path("m.json"), "share": 0.5, "policy": "coverage", "attention": "whittle",
        "queue_order": "likelihood_and_load", "hours": 48.0, "replications": 3, "seed": 9,
        "out": Path("results"), "workers": 4,
    }}]


def test_bench_hands_on_every_option(front: Front) -> None:
    assert call("bench", "detector", "left_object", "--clip", "car", "--save-model", "m.json", "--out", "o") == 0
    assert call("bench", "engine", "--seed", "4") == 0
    assert front.asked == [
        {"name": "left_object", "clip": "car", "profile": "tabletop", "seed": 1, "save_model": Path("m.json"),
         "out": Path("o"), "show": "talking"},
        {"seed": 4, "out": None, "show": "talking"},
    ]


def test_json_is_all_that_is_printed_and_not_a_number_is_null(front: Front, capsys: pytest.CaptureFixture[str]) -> None:
    front.answer = {"folder": Path("out"), "mean": float("nan")}
    assert call("run", "kostanay", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"folder": "out", "mean": None}
    assert front.asked[0]["show"] == "silent"


@pytest.mark.parametrize("arguments", [
    ("run",), ("run", "kostanay", "--share", "1.5"), ("run", "kostanay", "--share", "nan"),
    ("run", "kostanay", "--seed", "-1"), ("run", "kostanay", "--hours", "0"), ("run", "kostanay", "--hours", "inf"),
    ("run", "kostanay", "--hours", "1", "--days", "1"), ("run", "kostanay", "--replications", "0"),
    ("run", "kostanay", "--sead", "1"), ("fly",), ("bench", "detector"),
])
def test_bad_usage_exits_with_2_and_runs_nothing(
    front: Front, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(*arguments) == 2
    assert front.asked == []
    assert "Usage" in capsys.readouterr().err


@pytest.mark.parametrize(("error", "code"), [
    (InputError("clip", got="bottel", expected="one of bottle, car", do="did you mean bottle?"), 2),
    (ModelError("a world that ended cannot go on"), 1),
])
def test_an_error_of_ours_is_one_line(
    front: Front, error: Exception, code: int, capsys: pytest.CaptureFixture[str],
) -> None:
    front.error = error
    assert call("run", "kostanay") == code
    assert capsys.readouterr().err == f"watchfloor: {error}\n"


@pytest.mark.parametrize(("message", "said"), [
    ("", "nothing was saved"),
    ("3 of 10 replications are in out/kostanay-1", "3 of 10 replications are in out/kostanay-1"),
])
def test_ctrl_c_exits_with_130_and_says_what_was_saved(
    front: Front, message: str, said: str, capsys: pytest.CaptureFixture[str],
) -> None:
    front.error = KeyboardInterrupt(message) if message else KeyboardInterrupt()
    assert call("run", "kostanay") == 130
    assert capsys.readouterr().err == f"watchfloor: stopped by Ctrl-C; {said}\n"


def test_an_error_that_is_not_ours_keeps_its_traceback(front: Front) -> None:
    front.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        cli.main(["run", "kostanay"])


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_real_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    code = ("import sys, time, types\n"
            "job = types.ModuleType('watchfloor.job'); job.RunOptions = dict; sys.modules['watchfloor.job'] = job\n"
            "run = types.ModuleType('watchfloor.run')\n"
            "def wait(options, *, show): print('running', flush=True); time.sleep(60)\n"
            "run.run_scenario = wait; sys.modules['watchfloor.run'] = run\n"
            "show = types.ModuleType('watchfloor.show'); show.Show = dict; sys.modules['watchfloor.show'] = show\n"
            "from watchfloor.cli import main; main(['run', 'kostanay'])\n")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "watchfloor: stopped by Ctrl-C; nothing was saved\n"


def test_scenarios_list_names_those_shipped(watchfloor: Callable) -> None:
    assert "kostanay  " in watchfloor("scenarios", "list").stdout
    assert "kostanay" in [item["name"] for item in json.loads(watchfloor("scenarios", "list", "--json").stdout)]
    assert watchfloor("scenarios", "list", "--quiet").stdout == ""


def test_scenarios_coverage_tells_each_level_and_draws_a_map(watchfloor: Callable, tmp_path: Path) -> None:
    out = tmp_path / "map.png"
    done = watchfloor("scenarios", "coverage", "district_centre", "--buildings", "--out", str(out))
    assert [line.split()[0] for line in done.stdout.splitlines() if line.split()[1:2] in (
        ["12.5"], ["25"], ["62.5"], ["125"], ["250"], ["1000"])] == [
        "monitor", "detect", "observe", "recognise", "identify", "inspect"]
    assert "buildings stand in the way" in done.stdout
    assert out.read_bytes().startswith(b"\x89PNG")
    levels = json.loads(watchfloor("scenarios", "coverage", "district_centre", "--json").stdout)["levels"]
    assert [len(level["wide_m"]) for level in levels] == [72] * 6
    assert levels[0]["junction_share_wide"] >= levels[-1]["junction_share_wide"]
    refused = watchfloor("scenarios", "coverage", "district_centre", "--out", "map.doc")
    assert refused.returncode == 2
    assert "expected a file that ends in .png, .svg, .pdf" in refused.stderr


def test_scenarios_check_passes_a_shipped_one_and_prints_the_schema(watchfloor: Callable) -> None:
    done = watchfloor("scenarios", "check", "kostanay")
    assert done.returncode == 0, done.stderr
    assert "no fault" in done.stdout
    assert "roster" in json.loads(watchfloor("scenarios", "check", "--schema").stdout)["properties"]


def test_scenarios_check_names_every_fault_and_exits_with_2(watchfloor: Callable, tmp_path: Path, root: Path) -> None:
    text = (root / "scenarios/kostanay.toml").read_text(encoding="utf-8")
    text = text.replace("p_confirm", "p_confrm").replace("inspectors = 6", "inspectors = -2")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    done = watchfloor("scenarios", "check", "mine.toml")
    assert done.returncode == 2
    assert "did you mean p_confirm?" in done.stderr
    assert "mine.toml: roster.night.inspectors = -2; expected a whole number ≥ 0" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [("check", "none.toml"), ("check", "kostanai"), ("check",)])
def test_scenarios_check_refuses_what_is_not_there(watchfloor: Callable, arguments: tuple[str, ...]) -> None:
    done = watchfloor("scenarios", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
