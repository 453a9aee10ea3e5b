"""The console beside a live session: the same server as elsewhere, for as long as the session runs."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from watchfloor.live.session import SEAT_ID, LiveSession
from watchfloor.show import Show

if TYPE_CHECKING:
    from watchfloor.console.codes import OffenceCode
    from watchfloor.console.hosting import Host


@contextmanager
def console_beside(
    session: LiveSession, host: Host, *, show: Show, with_browser: bool,
    codes: Mapping[str, OffenceCode] | None = None,
) -> Iterator[str]:
    """Serve a session on the wall, map and lists of the console, and yield the address of the person's seat.

    Args:
        session: what is shown.
        host: where.
        show: told of the address.
        with_browser: open the page in the user's browser.
        codes: of offences, by kind of incident; those of the centre's table.

    Raises:
        InputError: if the port is taken.
        WatchfloorError: if the server does not come up.
    """
    from watchfloor.console.floor import Floor
    from watchfloor.console.hosting import serve_beside

    floor = Floor(codes=codes or {})
    query = {"session": floor.add(session), "seat": SEAT_ID}
    if host.token is not None:
        query = {"token": host.token, **query}
    with serve_beside(floor, host) as listening:
        url = f"{listening.url}?{urlencode(query)}"
        show.line(f"{session.banner} the console is at {url}".strip())
        if with_browser:
            webbrowser.open(url)
        yield url
    floor.workers.shutdown(wait=False, cancel_futures=True)
