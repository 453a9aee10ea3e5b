"""The terminal's view of a live session, and the words that a person types."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from hw.access_log import make_access
from sim.errors import WatchfloorError
from watchfloor.live.desk import Json
from watchfloor.live.keys import TypedLines, unbuffered
from watchfloor.live.session import SEAT_ID, LiveSession

HELP = ("c ALERT [KIND] confirm | r ALERT reject | d CALL UNIT send | s CAMERA KIND sighting | "
        "j, g, l badge pictures | q end")
_N_SHOWN = 8
_SHOW_S = 0.25


class Person:
    """Reads what a person types and does it, on a thread of its own, to the end of the input.

    Args:
        session: where it is done.
        lines: what is typed.
        tell: called with each answer.
    """

    def __init__(self, session: LiveSession, lines: Iterable[str], tell: Callable[[str], None]) -> None:
        self._session, self._lines, self._tell = session, lines, tell
        self.has_left = threading.Event()
        """Whether they typed q."""
        threading.Thread(target=self._run, name="person", daemon=True).start()

    def _run(self) -> None:
        for line in self._lines:
            words = line.split()
            if words == ["q"]:
                self.has_left.set()
                return
            if words:
                self._tell(f"{line.strip()}: {self._do(words)}")

    def _do(self, words: list[str]) -> str:
        if words[0] in ("j", "g", "l"):
            try:
                return self._share(words)
            except WatchfloorError as error:
                return str(error)
        actions = read_words(words)
        for action in actions:
            answer = self._session.act(SEAT_ID, action)
            if not answer["ok"]:
                return str(answer["error"])
            if "sighting_id" in answer and len(actions) == 1:  # what a person saw, they confirm by the same word
                return self._do(["confirm-sighting", str(answer["sighting_id"])])
        return "done" if actions else HELP


    def _share(self, words: list[str]) -> str:
        """Let somebody see a badge's live picture, or end that."""
        match words:
            case ["j", unit, url, *why] if unit.isdecimal():
                self._session.share_of(int(unit)).join(url, make_access(why=" ".join(why)))
            case ["g", unit, url, guest, *why] if unit.isdecimal():
                self._session.share_of(int(unit)).grant(url, make_access(why=" ".join(why)), guest=guest)
            case ["l", unit, url] if unit.isdecimal():
                self._session.share_of(int(unit)).leave(url)
            case _:
                return "j UNIT URL WHY join a badge's picture | g UNIT URL GUEST WHY let an outsider | l UNIT URL leave"
        return "done"


def read_words(words: list[str]) -> list[Json]:
    """Return the actions that a line of words asks for; none if it is not understood."""
    match words:
        case ["c", alert, *kind] if alert.isdecimal() and len(kind) <= 1:
            return [{"do": "confirm", "alert_id": int(alert), "kind": kind[0] if kind else None}]
        case ["r", alert] if alert.isdecimal():
            return [{"do": "reject", "alert_id": int(alert)}]
        case ["d", call, unit] if call.isdecimal() and unit.isdecimal():
            return [{"do": "dispatch", "call_id": int(call), "unit_id": int(unit)}]
        case ["s", camera, kind_name] if camera.isdecimal():
            return [{"do": "sighting", "camera_id": int(camera), "kind": kind_name}]
        case ["confirm-sighting", sighting] if sighting.isdecimal():
            return [{"do": "confirm", "sighting_id": int(sighting)}]
    return []


def draw(session: LiveSession) -> RenderableType:
    """Return the whole view."""
    state = session.state(SEAT_ID)
    inbox = session.inbox()
    late = "" if inbox.p99_s is None else f"   inbox p99 {1e3 * inbox.p99_s:.1f} ms"
    head = Text.assemble((f" {state['banner']} ", "bold white on red") if state["banner"] else "",
                         f" {session.scenario.name}, live   {state['clock']}   badges at port "
                         f"{session.courier.station.port}{late}")
    return Group(head, _feeds(session), _alerts(state), _calls(state), _badges(session, state), _messages(state),
                 Text(HELP, style="dim"))


def _feeds(session: LiveSession) -> Table:
    table = _table("Feeds", "camera", "state", "frames", "withheld", "net lost", "corrupt", "dropped", "restarts",
                   "why")
    for status in session.workers.status():
        counters = status.counters
        table.add_row(str(status.camera_id), status.state.value, str(status.n_frames), str(status.n_withheld),
                      str(counters.net_lost), str(counters.corrupt),
                      f"{counters.dropped_before} + {counters.dropped_after}", str(status.n_restarts), Text(status.why))
    return table


def _alerts(state: Json) -> Table:
    """Show the alerts that wait: the likeliest first, of these the oldest; how many more there are is said."""
    waiting = [alert for alert in state["alerts"] if alert["state"] in ("waiting", "taken")]
    waiting.sort(key=lambda alert: (-alert["level"], alert["alert_id"]))
    more = len(waiting) - _N_SHOWN
    title = "Alerts" + (f" (and {more} more)" if more > 0 else "")
    table = _table(title, "alert", "camera", "kind", "level", "waits s")
    for alert in waiting[:_N_SHOWN]:
        table.add_row(str(alert["alert_id"]), str(alert["camera_id"]), alert["kind"], str(alert["level"]),
                      f"{state['t_s'] - alert['detect_s']:.0f}")
    return table


def _calls(state: Json) -> Table:
    table = _table("Calls", "call", "camera", "kind", "priority", "state", "units", "nearest (unit: s)")
    for call in state["calls"][-_N_SHOWN:]:
        nearest = sorted(call["travel_s"].items(), key=lambda item: item[1])[:4] if call["state"] == "waiting" else []
        table.add_row(str(call["call_id"]), str(call["camera_id"]), call["kind"], str(call["priority"]), call["state"],
                      " ".join(map(str, call["units"])), "  ".join(f"{unit}: {s:.0f}" for unit, s in nearest))
    return table


def _badges(session: LiveSession, state: Json) -> Table:
    up = session.courier.up
    table = _table("Badges", "unit", "worn by", "link", "state", "call", "at")
    for badge in session.options.badges:
        unit = next((unit for unit in state["units"] if unit["unit_id"] == badge.unit_id), None)
        table.add_row(
            str(badge.unit_id), "a person" if badge.is_real else "a program",
            "up" if badge.unit_id in up else "none", unit["state"] if unit else "off duty",
            "" if unit is None or unit["call_id"] is None else str(unit["call_id"]),
            f"{unit['x_m']:.0f}, {unit['y_m']:.0f}" if unit else "")
    return table


def _messages(state: Json) -> Panel:
    texts = [line["text"] for line in state["radio"][-_N_SHOWN:]]
    lines = [text if isinstance(text, str) else text["en"] for text in texts]
    return Panel(Text("\n".join(lines)), title="Messages", title_align="left")


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False,
                 header_style="dim", expand=True)


def watch(session: LiveSession, *, duration_s: float, is_quiet: bool) -> None:
    """Show a session and do what is typed, until its end, for so long, or until q.

    On a terminal the view is drawn anew four times a second; else each message is a line.
    """
    console = Console(highlight=False)
    if console.is_terminal and sys.stdin.isatty() and os.name == "posix" and not is_quiet:
        _watch_screen(session, console, duration_s)
        return
    person = Person(session, sys.stdin, session.say)
    told = _Teller(session, console if not is_quiet else Console(quiet=True))
    _wait(session, person, duration_s, told.tell)
    told.tell()


def _watch_screen(session: LiveSession, console: Console, duration_s: float) -> None:
    typed = TypedLines(sys.stdin.fileno())

    def view() -> RenderableType:
        return Group(draw(session), Text(f"> {typed.partial}_", style="bold"))

    with unbuffered(sys.stdin.fileno()), Live(view(), console=console, auto_refresh=False, screen=True) as live:
        person = Person(session, typed, session.say)
        _wait(session, person, duration_s, lambda: live.update(view(), refresh=True))


class _Teller:
    """Prints what a session says, a line each."""

    def __init__(self, session: LiveSession, console: Console) -> None:
        self._session, self._console = session, console
        self._n_messages = 0
        self._alerts: set[int] = set()

    def tell(self) -> None:
        """Print what is new."""
        state = self._session.state(SEAT_ID)
        for alert in state["alerts"]:
            if alert["alert_id"] not in self._alerts:
                self._alerts.add(alert["alert_id"])
                self._print(state, f"alert {alert['alert_id']}: {alert['kind']} at camera {alert['camera_id']}, "
                                   f"level {alert['level']}")
        for line in self._session.messages.after(self._n_messages):
            self._print(state, line)
            self._n_messages += 1

    def _print(self, state: Json, text: str) -> None:
        self._console.print(Text(f"{state['banner']} {state['clock']} {text}".strip()), soft_wrap=True)


def _wait(session: LiveSession, person: Person, duration_s: float, show: Callable[[], None]) -> None:
    end_s = session.options.start_s + duration_s
    while not session.is_over and session.clock.now_s < end_s and not person.has_left.wait(_SHOW_S):
        show()
