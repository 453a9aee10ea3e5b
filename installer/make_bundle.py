"""Builds the offline installer: a folder with all wheels, start scripts and a read-me, for machines without a network.

Run it with the environment that `make` sets up: the list of wheels is read from the distributions installed there.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from closure import Target, find_closure, load_pins
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SYSTEMS = ("linux", "windows")
PYTHONS = ("3.11", "3.12", "3.13")
OLDEST_TO_NEWEST_GLIBC = ("2_5", "2_12", "2_17", "2_24", "2_26", "2_27", "2_28")
"""glibc 2.28 (2018) is what the wheels need: Debian 10, Ubuntu 20.04, RHEL 8 and later."""


def find_platforms(system: str) -> list[str]:
    """Return the platform tags whose wheels run on a system, best first."""
    if system == "windows":
        return ["win_amd64"]
    tags = [f"manylinux_{version}_x86_64" for version in reversed(OLDEST_TO_NEWEST_GLIBC)]
    return [*tags, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]


def find_tags(target: Target) -> frozenset[Tag]:
    """Return the wheel tags that a target accepts."""
    major, minor = (int(part) for part in target.python.split("."))
    platforms = find_platforms(target.system)
    return frozenset([
        *cpython_tags((major, minor), platforms=platforms),
        *compatible_tags((major, minor), interpreter=f"cp{major}{minor}", platforms=platforms),
    ])


def build_own_wheel(folder: Path) -> Path:
    """Build watchfloor's wheel into a folder and return it."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, stdout=subprocess.DEVNULL,
    )
    return next(folder.glob("watchfloor-*.whl"))


def download(target: Target, folder: Path) -> None:
    """Download the wheels of every distribution that the target needs, at the pinned versions."""
    pins = load_pins(ROOT / "constraints.txt")
    names = find_closure(["watchfloor"], target) - {canonicalize_name("watchfloor")}
    wanted = [f"{name}=={pins[name]}" for name in sorted(names)]
    platforms = [word for tag in find_platforms(target.system) for word in ("--platform", tag)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *platforms,
         "--python-version", target.python, "--implementation", "cp", "--dest", str(folder), *wanted],
        check=True,
    )


def find_missing(target: Target, folder: Path) -> list[str]:
    """Return the distributions that the target needs and for which the folder holds no wheel that fits."""
    accepted = find_tags(target)
    present = {parts[0] for parts in map(parse_wheel_filename, (path.name for path in folder.glob("*.whl")))
               if parts[3] & accepted}
    return sorted(find_closure(["watchfloor"], target) - present)


def make_bundle(out: Path, targets: list[Target]) -> None:
    """Fill a new folder with the wheels of the targets and what installs them.

    Raises:
        SystemExit: if a wheel is missing for a target.
    """
    shutil.rmtree(out, ignore_errors=True)
    wheels = out / "wheels"
    wheels.mkdir(parents=True)
    build_own_wheel(wheels)
    for target in targets:
        download(target, wheels)
        if missing := find_missing(target, wheels):
            raise SystemExit(f"bundle: {target.system}, Python {target.python}: no wheel of {', '.join(missing)}")
    shutil.copy(ROOT / "constraints.txt", out)
    shutil.copy(ROOT / "LICENSE", out)
    pythons = " ".join(sorted({target.python for target in targets}, key=lambda text: int(text.split(".")[1])))
    systems = " and ".join(sorted({target.system.capitalize() for target in targets}))
    for name in ("install.sh", "install.bat", "README.txt"):
        text = (HERE / name).read_text(encoding="utf-8").replace("@PYTHONS@", pythons).replace("@SYSTEMS@", systems)
        newline = "\r\n" if name.endswith(".bat") else "\n"
        (out / name).write_text(text, encoding="utf-8", newline=newline)
    (out / "install.sh").chmod(0o755)
    write_sums(out)


def write_sums(out: Path) -> None:
    """Write SHA256SUMS, as ``sha256sum --check`` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out).as_posix()}"
        for path in sorted(out.rglob("*")) if path.is_file()
    ]
    (out / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "bundle", help="folder to make; an old one is replaced")
    parser.add_argument("--system", choices=SYSTEMS, action="append", help="repeat for several; default: all")
    parser.add_argument("--python", choices=PYTHONS, action="append", help="repeat for several; default: all")
    options = parser.parse_args()
    targets = [Target(system=system, python=python)
               for system in options.system or SYSTEMS for python in options.python or PYTHONS]
    make_bundle(options.out, targets)
    files = [path for path in options.out.rglob("*") if path.is_file()]
    total_mb = sum(path.stat().st_size for path in files) / 1e6
    sys.stdout.write(f"{options.out}: {len(files)} files, {total_mb:.0f} MB, for "
                     f"{', '.join(f'{target.system} Python {target.python}' for target in targets)}\n")


if __name__ == "__main__":
    main()
