"""A line that is typed while the screen above it is drawn anew."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager

_ERASE = ("\x7f", "\b")
_ERASE_LINE = "\x15"
_END = "\x04"


class TypedLines:
    """Yields lines from a terminal character by character, so that what is typed can be shown at any time.

    Args:
        descriptor: of the terminal.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.partial = ""
        """What is typed of the next line."""

    def __iter__(self) -> Iterator[str]:
        """Yield each line when it is finished, to the end of the input."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while chunk := os.read(self._descriptor, 64):
            for character in decoder.decode(chunk):
                if character == _END:
                    return
                if character in "\r\n":
                    line, self.partial = self.partial, ""
                    yield line
                else:
                    self._take(character)

    def _take(self, character: str) -> None:
        if character in _ERASE:
            self.partial = self.partial[:-1]
        elif character == _ERASE_LINE:
            self.partial = ""
        elif character.isprintable():
            self.partial += character


@contextmanager
def unbuffered(descriptor: int) -> Iterator[None]:
    """Let a terminal give characters as they are typed, without showing them; Ctrl-C stays what it is."""
    import termios  # not on Windows
    import tty

    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
