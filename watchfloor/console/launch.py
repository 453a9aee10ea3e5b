"""Starts a console for the command line: what it serves, where, and the browser that is opened."""

from __future__ import annotations

import functools
import json
import threading
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scenarios.catalog import list_shipped
from watchfloor.console.codes import load_codes
from watchfloor.console.finished_run import load_run
from watchfloor.console.floor import Floor, Offer
from watchfloor.console.hosting import Host, bind, serve, url_of
from watchfloor.console.reels import shared_reels
from watchfloor.console.replay import ReplaySession
from watchfloor.console.session import Session, Text
from watchfloor.show import Show

if TYPE_CHECKING:
    from watchfloor.console.planner import Planner


def launch(
    sessions: Sequence[Session], host: Host, *, show: Show, offers: Mapping[str, Offer] | None = None,
    planner: Planner | None = None, with_browser: bool = True, kept: str = "nothing that was shown changed",
    records: str = "sessions.db", codes: Path | None = None,
) -> None:
    """Serve sessions, and what more can be opened, until Ctrl-C.

    Args:
        sessions: those that run from the start.
        host: where to listen and who may come in.
        show: told of the address.
        offers: what the page can open, by a name shown there.
        planner: answers what-if questions; None leaves the page out.
        with_browser: open the page in the user's browser.
        kept: told at Ctrl-C: what of the sessions stays.
        records: the centre's records of training.
        codes: the centre's table of offences, if any.

    Raises:
        InputError: if the port is taken, or the table cannot be used.
        KeyboardInterrupt: at Ctrl-C, saying what is kept.
    """
    known_codes = load_codes(codes) if codes is not None else {}
    listener = bind(host)
    floor = Floor(offers=dict(offers or {}), records=records, planner=planner, codes=known_codes)
    names = [floor.add(session) for session in sessions]
    query = {} if host.token is None else {"token": host.token}
    if len(sessions) == 1 and len([seat for seat in sessions[0].seats if seat.role == "trainee"]) == 1:
        query |= {"session": names[0], "seat": sessions[0].seats[0].seat_id}
    url = url_of(host, int(listener.getsockname()[1])) + ("?" + urlencode(query) if query else "")
    show.line(f"the console is at {url} (Ctrl-C ends it)")
    if with_browser:
        threading.Thread(target=webbrowser.open, args=(url,), name="browser", daemon=True).start()
    try:
        with shared_reels().drawn_ahead():
            serve(floor, host, listener)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept) from None
    finally:
        floor.close()


def replay_offers(folder: Path) -> dict[str, Offer]:
    """Return the finished runs in a folder, by the name of their own folder."""
    runs = sorted(path.parent for path in folder.glob("*/events.parquet") if (path.parent / "manifest.json").is_file())
    titles = {one.name: one.titles for one in list_shipped()}
    return {f"replay:{run.name}": Offer(title=_title_of(run, titles), mode="replay",
                                        open=functools.partial(open_replay, run)) for run in runs}


def _title_of(run: Path, titles: Mapping[str, Text]) -> Text:
    """Return the title of the scenario that was run; the folder's name where its manifest tells none."""
    try:
        scenario = str(json.loads((run / "manifest.json").read_text(encoding="utf-8"))["scenario"])
    except (OSError, ValueError, KeyError, TypeError):
        return run.name
    return titles.get(scenario, scenario)


def open_replay(folder: Path) -> ReplaySession:
    """Return a finished run as a session.

    Raises:
        InputError: if the folder holds none.
    """
    return ReplaySession(load_run(folder))

