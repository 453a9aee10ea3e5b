"""What is built and pinned: the wheel's contents, the constraints, and the names that must not be in the repository."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from closure import Target, find_closure, load_pins
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sim", "scenarios", "hw", "agents", "benchmarks", "watchfloor")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TARGETS = [Target(system=system, python=python) for system in ("linux", "windows") for python in ("3.11", "3.13")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """watchfloor's wheel, built from the tree without a network."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
                   check=True, capture_output=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


def test_the_wheel_holds_the_six_typed_packages_and_nothing_else_at_its_top(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name.split("/")[0]}
    assert tops == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)


def test_the_wheel_holds_every_file_of_the_packages(wheel: zipfile.ZipFile) -> None:
    files = {path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob("*")
             if path.is_file() and "__pycache__" not in path.parts}
    assert files - set(wheel.namelist()) == set()


def test_the_wheel_carries_licence_and_entry_point(wheel: zipfile.ZipFile) -> None:
    by_name = {name.partition("/")[2]: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "licenses/LICENSE" in by_name
    assert "watchfloor = watchfloor.cli:main" in wheel.read(by_name["entry_points.txt"]).decode()


def test_constraints_are_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []
    assert len(load_pins(ROOT / "constraints.txt")) == len(lines)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.system}-{target.python}")
def test_everything_that_make_installs_is_pinned(target: Target) -> None:
    needed = find_closure(["watchfloor[dev]"], target) - {canonicalize_name("watchfloor")}
    assert sorted(needed - set(load_pins(ROOT / "constraints.txt"))) == []


def test_the_pins_fit_the_requirements() -> None:
    pins = load_pins(ROOT / "constraints.txt")
    lines = [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"],
             *PROJECT["project"]["optional-dependencies"]["dev"]]
    unfit = [line for line in lines
             if not Requirement(line).specifier.contains(pins[canonicalize_name(Requirement(line).name)])]
    assert unfit == []


def test_windows_gets_what_only_windows_needs() -> None:
    linux, windows = (find_closure(["watchfloor"], Target(system=system, python="3.12")) for system in
                      ("linux", "windows"))
    assert "colorama" in windows - linux


@pytest.mark.parametrize("path", [
    "Makefile", "constraints.txt", "pyproject.toml", ".ci/run", "installer/make_bundle.py", "installer/install.sh",
])
def test_nothing_names_a_package_index(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.findall(r"--(?:extra-)?index-url|--find-links \w+://|https?://", text) == []
