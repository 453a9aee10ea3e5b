"""What single values of a scenario file may be: their bounds, and what a message says was expected."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from scenarios.file_errors import Expected


def _check_source(text: str) -> str:
    stated = text.strip()
    if not stated or (stated.startswith("assumption") and not stated.startswith("assumption: ")):
        raise ValueError("no source")
    return stated


Count = Annotated[int, Field(ge=0, le=10_000_000), Expected("a whole number ≥ 0")]
CountFrom1 = Annotated[int, Field(ge=1, le=10_000_000), Expected("a whole number ≥ 1")]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1), Expected("a whole number ≥ 0")]
StaffCount = Annotated[int, Field(ge=0, le=100_000), Expected("a whole number ≥ 0")]
Probability = Annotated[float, Field(ge=0.0, le=1.0), Expected("a probability from 0 to 1")]
Share = Annotated[float, Field(ge=0.0, le=1.0), Expected("a share from 0 to 1")]
PerDay = Annotated[float, Field(ge=0.0, le=1e6), Expected("a number ≥ 0")]
Weight = Annotated[float, Field(ge=0.0, le=1e9), Expected("a number ≥ 0")]
Seconds = Annotated[float, Field(ge=0.0, le=1e7), Expected("a number of seconds ≥ 0")]
PositiveSeconds = Annotated[float, Field(gt=0.0, le=1e7), Expected("a number of seconds > 0")]
Positive = Annotated[float, Field(gt=0.0, le=1e6), Expected("a number > 0")]
Amount = Annotated[float, Field(ge=0.0, le=1e9), Expected("a number ≥ 0")]
Level = Annotated[int, Field(ge=1, le=4), Expected("a whole number from 1 to 4")]
ClockHour = Annotated[float, Field(ge=0.0, lt=24.0), Expected("an hour of day, 0 ≤ h < 24")]
ShiftLength = Annotated[float, Field(gt=0.0, le=24.0), Expected("a number of hours, 0 < h ≤ 24")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000), Expected("a text that is not empty")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60),
                 Expected("a name of small letters, digits and _ that starts with a letter")]
Source = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_check_source),
                   Expected("a fact's source, or 'assumption: ' and why")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
