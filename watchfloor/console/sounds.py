"""Words that were spoken on the radio, as files in a session's folder, and nowhere else."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import InputError

ENDINGS = {"audio/webm": ".webm", "audio/ogg": ".ogg", "audio/mp4": ".m4a"}
"""File endings of what browsers record."""
MAX_SOUND_S = 120.0
_NUMBERED = "[0-9][0-9][0-9][0-9].*"


class Sounds:
    """Numbers and keeps spoken words.

    Args:
        folder: is made with the first of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def keep(self, sound: bytes, media_type: str) -> str:
        """Write words, flushed to the disk, and return the name of their file.

        Raises:
            InputError: if it is no sound that a browser records.
        """
        suffix = ENDINGS.get(media_type.partition(";")[0].strip().lower())
        if suffix is None or not sound:
            raise InputError("radio", got=f"{len(sound)} bytes of {media_type[:40]}",
                             expected="one of " + ", ".join(ENDINGS))
        with self._lock:
            self._folder.mkdir(exist_ok=True)
            number = max((int(file.stem) for file in self._folder.glob(_NUMBERED)), default=0) + 1
            path = self._folder / f"{number:04d}{suffix}"
            with path.open("xb") as file:
                file.write(sound)
                file.flush()
                os.fsync(file.fileno())
        return path.name

    def find(self, name: str) -> Path | None:
        """Return the file of words; None if there is none of that name."""
        return next((file for file in sorted(self._folder.glob(_NUMBERED)) if file.name == name), None)

    def told(self, action: Mapping[str, Any]) -> dict[str, str | float]:
        """Return what a line on the radio says of the words that it names; nothing if it names none.

        Raises:
            InputError: if they were not kept.
        """
        if action.get("sound") is None:
            return {}
        name, lasts_s = str(action["sound"]), action.get("sound_s")
        match lasts_s:
            case int() | float() if self.find(name) is not None and 0.0 <= lasts_s <= MAX_SOUND_S:
                return {"sound": name, "sound_s": round(float(lasts_s), 1)}
        raise InputError("radio: sound", got=name[:40], expected="one that was kept, and its seconds")
