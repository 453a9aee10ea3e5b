"""What the person of a live session may know now, as the console shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario import Scenario
from watchfloor.console.session import Json

if TYPE_CHECKING:
    from watchfloor.live.session import LiveSession

N_KEPT = 200
"""Messages, spoken lines and bookmarks that are shown."""
_DAY_S = 86_400.0


def state_of(session: LiveSession) -> Json:
    """Return the state of a session's one seat."""
    now_s, board, notes = session.clock.now_s, session.board, session.notes
    with board.lock:
        plain = board.plain()
        version = board.version + notes.n_lines
    for call in plain["calls"]:
        call["clip"] = session.past.clip_round(call["camera_id"], call["create_s"], now_s=now_s)
    said = [{"t_s": t_s, "who": "bridge", "text": text} for t_s, text in session.messages.in_all_languages()]
    spoken = [{**line, "who": session.seats[0].name} for line in notes.of("radio")[-N_KEPT:]]
    return {
        "version": version, "t_s": now_s, "duration_s": session.options.start_s + session.options.duration_s,
        "clock": clock_text(session.scenario, now_s), "phase": "debrief" if session.is_over else "running",
        "speed": 1.0, "tiles": session.wall.tiles(), **plain,
        "radio": sorted([*said, *spoken], key=lambda line: float(line["t_s"])),
        "bookmarks": notes.of("bookmark")[-N_KEPT:], "freeze": None, "banner": session.banner,
    }


def clock_text(scenario: Scenario, t_s: float) -> str:
    """Return the time of day of a scenario second, HH:MM:SS."""
    second = int((scenario.start_hour_of_week * 3600.0 + t_s) % _DAY_S)
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
