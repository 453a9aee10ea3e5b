"""The Makefile: every target is described, and a Python that is too old is refused before anything is made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="make is for POSIX; Windows has its own page")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=clean)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what set-up reads, and nothing set up."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fake_python(folder: Path, *, minor: int) -> Path:
    """A Python that says it is 3.<minor> and can do nothing else."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n[ \"$1\" = -c ] && exit {0 if minor >= 11 else 1}\nexit 3\n")
    python.chmod(0o755)
    return python


def test_help_describes_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    printed = make(ROOT).stdout
    assert {line.split()[1] for line in printed.splitlines()} == set(phony[1].split())


@pytest.mark.parametrize("target", ["demo", "test", "check"])
def test_an_old_python_is_refused_by_name(clone: Path, target: str) -> None:
    done = make(clone, target, f"PYTHON={fake_python(clone, minor=10)}")
    assert done.returncode != 0
    assert "expected Python 3.11 or newer" in done.stderr
    assert not (clone / ".venv").exists()


def test_a_python_that_is_not_there_is_refused(clone: Path) -> None:
    done = make(clone, "demo", "PYTHON=python-that-nobody-has")
    assert "python-that-nobody-has is missing or older than 3.11" in done.stderr


def test_a_python_without_venv_says_what_to_install(clone: Path) -> None:
    done = make(clone, "demo", f"PYTHON={fake_python(clone, minor=11)}")
    assert done.returncode != 0
    assert "install the package python3-venv" in done.stderr


def test_set_up_is_done_once_and_again_when_the_pins_change(clone: Path) -> None:
    ready = clone / ".venv" / ".ready"
    ready.parent.mkdir()
    ready.touch()
    assert "pip install" not in make(clone, "--dry-run", "test").stdout
    os.utime(clone / "constraints.txt", (ready.stat().st_mtime + 10,) * 2)
    assert "pip install" in make(clone, "--dry-run", "test").stdout


def test_a_peer_that_cannot_be_had_is_told_and_the_others_go_on(clone: Path) -> None:
    (clone / "benchmarks" / "peers").mkdir(parents=True)
    (clone / "benchmarks" / "peers" / "constraints.txt").touch()
    python = clone / "python"
    python.write_text("""#!/bin/sh
for folder; do :; done
mkdir -p "$folder/bin"
cat >"$folder/bin/python" <<'END'
#!/bin/sh
for name; do :; done
[ "$name" = cimba ] || exit 0
echo "ERROR: No matching distribution found for cimba" >&2
exit 1
END
chmod +x "$folder/bin/python"
""")
    python.chmod(0o755)
    done = make(clone, "peers", f"PYTHON={python}")
    assert done.returncode == 0
    assert "cimba cannot be had here: ERROR: No matching distribution" in done.stderr
    others = ("simpy", "ciw", "salabim", "dvr-scan-headless")
    assert all(f"{name} is installed in .venvs/peer-{name}" in done.stdout for name in others)
    assert (clone / ".venvs" / "peer-cimba" / "why.txt").read_text().startswith("ERROR")
    assert "cannot be had" not in make(clone, "peers", f"PYTHON={python}").stderr, "tried once"
