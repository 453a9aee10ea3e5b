"""The types of keys that several files of the schema share: each with its bounds and what it must hold, in words."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from scenarios.file_errors import Expected


def _check_source(text: str) -> str:
    stated = text.strip()
    if not stated or (stated.startswith("assumption") and not stated.startswith("assumption: ")):
        raise ValueError("no source")
    return stated


CountFrom1 = Annotated[int, Field(ge=1, le=10_000_000), Expected("a whole number ≥ 1")]
Share = Annotated[float, Field(ge=0.0, le=1.0), Expected("a share from 0 to 1")]
Positive = Annotated[float, Field(gt=0.0, le=1e6), Expected("a number > 0")]
Amount = Annotated[float, Field(ge=0.0, le=1e9), Expected("a number ≥ 0")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60),
                 Expected("a name of small letters, digits and _ that starts with a letter")]
Source = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_check_source),
                   Expected("a fact's source, or 'assumption: ' and why")]
