"""The detector of left objects by its profile: a table seen from near by, or a street."""

from __future__ import annotations

from agents.left_object import PROFILES, LeftObjectDetector
from agents.street import StreetDetector
from agents.street_profile import STREET_PROFILES
from sim.errors import UnknownNameError


def make_left_object(*, profile: str = "tabletop", network: str = "yolox_nano") -> LeftObjectDetector | StreetDetector:
    """Make the detector that a profile is for.

    Args:
        profile: ``tabletop`` for things that fill a hundredth of the picture, ``street`` for small ones that people
            drop.
        network: of the street profile only: by it people are told from things; "none" for no network.

    Raises:
        UnknownNameError: if there is no such profile.
    """
    if profile in STREET_PROFILES:
        return StreetDetector(profile=STREET_PROFILES[profile], network=network)
    if profile not in PROFILES:
        raise UnknownNameError("left_object: profile", got=profile, known=[*PROFILES, *STREET_PROFILES])
    return LeftObjectDetector(profile=profile)
