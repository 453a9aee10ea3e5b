"""What the people of a live session are told by the bridge, line by line, in every language."""

from __future__ import annotations

from collections import deque

from hw.notice import FeedNotice, NoticeKind
from watchfloor.console.session import Text
from watchfloor.language import LANGUAGES, Language
from watchfloor.phrase import Phrase

N_KEPT = 200
_SPEAKERS = {code: Language(code) for code in LANGUAGES}


class Messages:
    """The newest lines; written by any thread of the bridge, read by terminal and console."""

    def __init__(self) -> None:
        self._lines: deque[tuple[float, str, Text]] = deque(maxlen=N_KEPT)
        self._n_said = 0

    def add(self, t_s: float, text: str) -> None:
        """Keep a line of a scenario second; a phrase is kept in all languages, plain text as it is."""
        said = {code: text.said(speaker) for code, speaker in _SPEAKERS.items()} if isinstance(text, Phrase) else text
        self._lines.append((t_s, text, said))
        self._n_said += 1

    def in_all_languages(self) -> list[tuple[float, Text]]:
        """Return (scenario second, line), the newest last."""
        return [(t_s, said) for t_s, _, said in tuple(self._lines)]

    def after(self, n_read: int) -> list[str]:
        """Return the lines after the first ``n_read`` in English, those that are still known."""
        n_new = self._n_said - n_read
        return [text for _, text, _ in tuple(self._lines)[-n_new:]] if n_new > 0 else []


def told_of(notice: FeedNotice) -> Phrase:
    """Return what happened to a feed, as a line for people."""
    value = f"{notice.value or 0.0:.1f}"
    match notice.kind:
        case NoticeKind.SIZE_CHANGED:
            return Phrase("camera {camera}: the picture has another size, {sizes}", camera=notice.camera_id,
                          sizes=notice.why)
        case NoticeKind.COVERAGE_LOST:
            return Phrase("camera {camera}: there was no clean picture for {seconds} s", camera=notice.camera_id,
                          seconds=value)
        case NoticeKind.PTS_JUMP:
            return Phrase("camera {camera}: the stream's time leapt by {seconds} s", camera=notice.camera_id,
                          seconds=value)
        case NoticeKind.RARE_KEY_FRAMES:
            return Phrase("camera {camera}: key frames lie {seconds} s apart; a loss stays in the picture until the "
                          "next, so set the camera to one every 1 or 2 s", camera=notice.camera_id, seconds=value)
        case NoticeKind.KEY_FRAME_ASKED if notice.value:
            return Phrase("camera {camera} was asked for a key frame", camera=notice.camera_id)
        case NoticeKind.KEY_FRAME_ASKED:
            return Phrase("camera {camera} was asked for a key frame and did not agree", camera=notice.camera_id)
        case NoticeKind.READER_ABANDONED:
            return Phrase("camera {camera}: a network call did not return, another thread reads",
                          camera=notice.camera_id)
        case NoticeKind.TAMPER:
            return Phrase("camera {camera} looks tampered with: {why}", camera=notice.camera_id, why=notice.why)
        case NoticeKind.STATE:
            return Phrase("camera {camera}: {state}", camera=notice.camera_id, state=notice.state.value)
