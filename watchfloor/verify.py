"""Files that prove themselves: which checker knows which schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.errors import InputError, UnknownNameError

Checker = Callable[[dict[str, Any], Path], str]
"""Called with a file's JSON and its path; returns a line on what was proved, or raises InputError."""


def _certificate(document: dict[str, Any], path: Path) -> str:
    from watchfloor.training.certificate import check_certificate

    return check_certificate(document, where=path.name)


def _evidence(document: dict[str, Any], path: Path) -> str:
    from watchfloor.console.evidence import check_evidence

    return check_evidence(document, path)


def _live_session(_: dict[str, Any], path: Path) -> str:
    from watchfloor.live.record import check_record

    return check_record(path)


CHECKERS: dict[str, Checker] = {"watchfloor.certificate/1": _certificate, "watchfloor.evidence/1": _evidence,
                                "watchfloor.live-session/1": _live_session}
"""By the ``schema`` that the file names; a kind of file registers itself here."""


def verify_file(path: Path) -> str:
    """Return a line on a file that is as it was made.

    Raises:
        InputError: if it is not, or cannot be read.
        UnknownNameError: if nobody knows how to check its schema.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(str(path), got=error.strerror, expected="a file to verify") from error
    except ValueError as error:
        raise InputError(str(path), got=str(error), expected="a JSON file that names its schema") from error
    if not isinstance(document, dict) or not isinstance(document.get("schema"), str):
        raise InputError(str(path), got="no schema", expected="one of " + ", ".join(CHECKERS))
    if document["schema"] not in CHECKERS:
        raise UnknownNameError(f"{path.name}: schema", got=document["schema"], known=CHECKERS)
    return CHECKERS[document["schema"]](document, path)
