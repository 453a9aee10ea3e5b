"""The offline installer: complete for every system it claims, and installed here with the network off."""

from __future__ import annotations

import os
import shutil
import socketserver
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="install.sh needs a POSIX shell"),
    pytest.mark.xdist_group("bundle"),
    pytest.mark.long,
]

Note = Callable[[str, object], None]


def make_bundle(out: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "installer/make_bundle.py"), "--out", str(out), *arguments], check=True)


def cut_off() -> tuple[list[str], dict[str, str]]:
    """Return what to put before a command, and the environment, so that it reaches no network.

    A network namespace without any interface if the system lets us make one; else a proxy that is not there.
    """
    left_out = ("PIP_", "PYTHON", "no_proxy", "NO_PROXY")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    unshare = ["unshare", "--map-root-user", "--net", "--"]
    if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        return unshare, clean
    nowhere = "http://127.0.0.1:9"
    return [], clean | {"http_proxy": nowhere, "https_proxy": nowhere, "all_proxy": nowhere}


def install(bundle: Path, into: Path, python: str) -> subprocess.CompletedProcess[str]:
    before, environment = cut_off()
    return subprocess.run([*before, "sh", str(bundle / "install.sh"), str(into)], env=environment | {"PYTHON": python},
                          capture_output=True, text=True, check=False, cwd=into.parent)


def call(into: Path, *arguments: str) -> str:
    before, environment = cut_off()
    return subprocess.run([*before, str(into / "bin/watchfloor"), *arguments], env=environment, capture_output=True,
                          text=True, check=True, cwd=into.parent).stdout


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installer for this system and this Python only."""
    out = tmp_path_factory.mktemp("installer") / "bundle"
    make_bundle(out, "--system", "linux", "--python", HERE)
    return out


def test_the_installer_installs_with_the_network_off(bundle: Path, tmp_path: Path, record_property: Note) -> None:
    began_s = time.monotonic()
    done = install(bundle, tmp_path / "venv", sys.executable)
    record_property("install_s", round(time.monotonic() - began_s, 1))
    assert done.returncode == 0, done.stdout + done.stderr
    assert call(tmp_path / "venv", "--version").startswith("watchfloor ")
    assert "kostanay" in call(tmp_path / "venv", "scenarios", "list")


def test_the_network_is_off_indeed() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        port = server.server_address[1]
        code = f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}', timeout=3)"
        before, environment = cut_off()
        done = subprocess.run([*before, sys.executable, "-c", code], env=environment, capture_output=True, text=True,
                              check=False)
    assert done.returncode != 0
    assert "URLError" in done.stderr


def test_a_python_that_is_not_served_is_refused_by_name(bundle: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 3.9\n")
    python.chmod(0o755)
    done = install(bundle, tmp_path / "venv", str(python))
    assert done.returncode == 2
    assert f"is Python 3.9; expected one of {HERE}" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_wheel_that_did_not_arrive_is_named_before_anything_is_made(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(bundle, copy, copy_function=os.link)
    next((copy / "wheels").glob("simpy-*.whl")).unlink()
    done = install(copy, tmp_path / "venv", sys.executable)
    assert done.returncode == 1
    assert "wheels/simpy-" in done.stderr + done.stdout
    assert "missing or damaged" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_the_folder_holds_both_start_scripts_and_sums_that_are_right(bundle: Path) -> None:
    assert {"install.sh", "install.bat", "README.txt", "LICENSE", "constraints.txt", "wheels", "SHA256SUMS"} == {
        path.name for path in bundle.iterdir()}
    text = (bundle / "install.bat").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n")
    for name in ("install.sh", "install.bat", "README.txt"):
        assert b"@" not in (bundle / name).read_bytes().replace(b"@echo", b"")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=bundle, check=True)


def test_the_whole_installer_serves_both_systems_and_every_python_here(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    make_bundle(bundle)  # it stops where a wheel is missing for one of the six
    for python in ("3.11", "3.12", "3.13"):
        for platform in ("manylinux_2_28_x86_64", "win_amd64"):
            resolve(bundle, python=python, platform=platform, into=tmp_path / "none")
        program = shutil.which(f"python{python}")
        if program and runs(program):
            done = install(bundle, tmp_path / python, program)
            assert done.returncode == 0, done.stdout + done.stderr
            assert call(tmp_path / python, "--version").startswith("watchfloor ")


def runs(program: str) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def resolve(bundle: Path, *, python: str, platform: str, into: Path) -> None:
    """Let pip choose the wheels for another system from the bundle alone; it fails if one is missing."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--quiet", "--no-index", "--find-links",
         str(bundle / "wheels"), "--only-binary=:all:", "--platform", platform, "--platform", "manylinux_2_27_x86_64",
         "--platform", "manylinux2014_x86_64", "--python-version", python, "--implementation", "cp",
         "--target", str(into), "--constraint", str(bundle / "constraints.txt"), "watchfloor"],
        check=True,
    )
