"""The guard lets only watchfloor's own packages in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import InputError
from watchfloor import guard


def run_with_path(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run watchfloor with a folder before everything else on the import path."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from watchfloor.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
                          cwd=folder)


@pytest.mark.parametrize("package", guard.SISTERS)
def test_a_foreign_package_before_ours_is_named_and_never_run(tmp_path: Path, package: str) -> None:
    foreign = tmp_path / package
    foreign.mkdir()
    (foreign / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    done = run_with_path(tmp_path, "doctor")
    assert done.returncode == 2
    assert f"package {package} = {foreign.resolve()}" in done.stderr
    assert str(guard.HOME) in done.stderr
    assert "fresh environment" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ran").exists()


def test_a_folder_of_that_name_without_code_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "hw").mkdir()
    assert run_with_path(tmp_path, "--version").returncode == 0


def test_own_packages_pass() -> None:
    guard.check_own_packages()
    assert guard.find_origins() == {package: guard.HOME / package for package in guard.SISTERS}


def test_a_missing_package_says_how_to_install_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SISTERS", ("package_that_nobody_has",))
    with pytest.raises(InputError, match=r"package_that_nobody_has = missing; expected it in .*; install watchfloor"):
        guard.check_own_packages()
