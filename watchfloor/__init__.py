"""The front door: command line, runs, studies, reports; and three names for use from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios import load_scenario
    from watchfloor.notebook import simulate, staffing_study

__version__ = "0.1.0"
__all__ = ["__version__", "load_scenario", "simulate", "staffing_study"]


def __getattr__(name: str) -> object:
    """Import what is asked for only then: the command line must start without it."""
    if name == "load_scenario":
        from scenarios import load_scenario

        return load_scenario
    if name in ("simulate", "staffing_study"):
        from watchfloor import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
