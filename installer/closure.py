"""Which distributions an installation consists of, on a given platform and Python, at the pinned versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A platform and a Python that the installer serves."""

    system: str
    """"linux" or "windows"."""
    python: str
    """For example "3.12"."""

    def environment(self) -> dict[str, str]:
        """Return the values that requirement markers are judged by there."""
        names = {"linux": ("posix", "linux", "Linux"), "windows": ("nt", "win32", "Windows")}[self.system]
        return {
            "os_name": names[0], "sys_platform": names[1], "platform_system": names[2],
            "platform_machine": {"linux": "x86_64", "windows": "AMD64"}[self.system],
            "python_version": self.python, "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython", "platform_python_implementation": "CPython",
        }


def load_pins(constraints: Path) -> Mapping[NormalizedName, str]:
    """Read ``name==version`` lines into canonical name → version."""
    lines = (line.strip() for line in constraints.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def find_closure(requirements: Iterable[str], target: Target) -> frozenset[NormalizedName]:
    """Follow requirements through the installed distributions' metadata, as they would be on the target.

    A distribution that is not installed here (one that only the other platform needs) is taken to need nothing.
    """
    found: set[tuple[NormalizedName, str]] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) not in found:
                found.add((name, extra))
                waiting.extend(_needs_of(name, extra, target))
    return frozenset(name for name, _ in found)


def _needs_of(name: NormalizedName, extra: str, target: Target) -> list[Requirement]:
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    environment = target.environment() | {"extra": extra}
    requirements = (Requirement(line) for line in lines)
    return [item for item in requirements if item.marker is None or item.marker.evaluate(environment)]
