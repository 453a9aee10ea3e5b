"""The console's server on the loopback: who may come in, what goes out, and that one seat's fault is its own."""

from __future__ import annotations

import contextlib
import json
import socket as tcp
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sim.errors import InputError
from watchfloor.console.access import password_line, write_password_line
from watchfloor.console.floor import Floor
from watchfloor.console.frames import unpack_frame
from watchfloor.console.guards import HEADERS
from watchfloor.console.hosting import MAX_MESSAGE, Host, bind, serve_beside
from watchfloor.console.link import GONE
from watchfloor.console.replay import ReplaySession

WALL = {"type": "wall", "tiles": [{"tile": tile, "camera_id": 14 + tile, "size": "small"} for tile in range(4)]}


def sit(served: Any, **options: Any) -> ClientConnection:
    return connect(served.address(), origin=served.origin, **options)


def read_until(socket: ClientConnection, kind: str, *, timeout_s: float = 60.0) -> Any:
    """Return the next message of a kind: `picture`, `state` or `answer`."""
    until_s = time.monotonic() + timeout_s
    while True:
        message = socket.recv(timeout=until_s - time.monotonic())
        if isinstance(message, bytes):
            if kind == "picture":
                return unpack_frame(message)
        elif json.loads(message)["type"] == kind:
            return json.loads(message)


def code_of_close(socket: ClientConnection) -> int:
    """Read until the server closes, and return with which code it did."""
    try:
        while True:
            socket.recv(timeout=60)
    except ConnectionClosed as closed:
        return closed.rcvd.code


def send(socket: ClientConnection, **message: Any) -> None:
    socket.send(json.dumps(message))


@pytest.mark.parametrize("path", ["", "api/about", "web/main.js", "web/none.js", "api/words/kk", "nowhere"])
def test_every_answer_carries_the_headers_that_keep_the_page_to_itself(served: Any, path: str) -> None:
    headers = requests.get(served.url + path, timeout=60).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in headers


def test_another_name_for_this_machine_is_refused(served: Any) -> None:
    answer = requests.get(served.url, headers={"host": "evil.example"}, timeout=60)
    assert (answer.status_code, "loopback" in answer.text) == (421, True)


def test_another_sites_page_can_neither_post_nor_connect(served: Any) -> None:
    for origin in (None, "http://evil.example", "http://127.0.0.1:1"):
        headers = {} if origin is None else {"origin": origin}
        assert requests.post(served.url + "api/sessions", json={}, headers=headers, timeout=60).status_code == 403
        with pytest.raises(InvalidStatus, match="403"):
            connect(served.address(), origin=origin)


@pytest.mark.parametrize("path", ["web/../app.py", "web/%2e%2e/app.py", "web/..%2fapp.py", "web//etc/passwd"])
def test_no_address_leads_out_of_the_pages_own_folder(served: Any, path: str) -> None:
    request = requests.Request("GET", served.url).prepare()
    request.url = served.url + path
    assert requests.Session().send(request, timeout=60).status_code in (404, 405)


def test_sessions_and_seats_are_known_by_their_names_only(served: Any) -> None:
    assert requests.get(served.url + "api/sessions/none/city", timeout=60).status_code == 404
    with connect(served.address("nobody"), origin=served.origin) as socket:
        assert code_of_close(socket) == GONE


def test_the_map_arrives_as_the_arrays_of_the_city(served: Any) -> None:
    body = requests.get(f"{served.url}api/sessions/{served.session_id}/city", timeout=60).content
    length = int.from_bytes(body[:4], "little")
    head = json.loads(body[4:4 + length])
    layers = served.session.city()
    for array in head["arrays"]:
        start = 4 + length + array["at"]
        assert start % 4 == 0
        n = int(np.prod(array["shape"]))
        got = np.frombuffer(body, dtype=array["dtype"], count=n, offset=start).reshape(array["shape"])
        np.testing.assert_array_equal(got, getattr(layers, array["name"]))
    assert tuple(head["district_names"]) == layers.district_names


def test_one_socket_brings_the_state_and_a_picture_for_every_tile(served: Any) -> None:
    with sit(served) as socket:
        state = read_until(socket, "state")["state"]
        assert (state["phase"], state["clock"]) == ("paused", "10:40:36")
        socket.send(json.dumps(WALL))
        frames = [read_until(socket, "picture") for _ in range(4)]
    assert {frame.tile: frame.camera_id for frame in frames} == {0: 14, 1: 15, 2: 16, 3: 17}
    assert all(frame.jpeg[:2] == b"\xff\xd8" and abs(frame.t_s - 2436.0) < 0.1 for frame in frames)


def test_a_tile_gets_no_third_picture_before_the_page_has_shown_the_first(served: Any) -> None:
    served.session.act("viewer", {"do": "resume"})
    with sit(served) as socket:
        socket.send(json.dumps({"type": "wall", "tiles": WALL["tiles"][:1]}))
        first, second = (read_until(socket, "picture") for _ in range(2))
        with pytest.raises(TimeoutError):
            read_until(socket, "picture", timeout_s=1.0)
        send(socket, type="seen", seen=[[0, first.sequence]])
        assert read_until(socket, "picture").sequence > second.sequence + 5, "the latest, not the next"


def test_an_action_sent_again_is_answered_but_not_done_again(served: Any) -> None:
    with sit(served) as socket:
        for _ in range(2):
            send(socket, type="act", key="k1", action={"do": "bookmark", "camera_id": 3, "note": "x"})
            assert read_until(socket, "answer")["ok"]
    with sit(served) as socket:
        send(socket, type="act", key="k1", action={"do": "bookmark", "camera_id": 3, "note": "x"})
        assert read_until(socket, "answer")["ok"]
    assert len(served.session.state("viewer")["bookmarks"]) == 1


def test_what_a_seat_may_not_do_never_reaches_the_session(served: Any) -> None:
    with sit(served) as socket:
        send(socket, type="act", key="k2", action={"do": "inject", "kind": "litter", "camera_id": 3})
        answer = read_until(socket, "answer")
    assert (answer["ok"], answer["error"]) == (False, "inject: not for this seat")


@pytest.mark.parametrize(("message", "code"), [
    ("no json", 1007), ("[1, 2]", 1007), ('{"type": "fly"}', 1007), ('{"type": "act", "key": 7, "action": {}}', 1007),
    ('{"type": "wall", "tiles": [{"tile": 0, "camera_id": -5, "size": "small"}]}', 1007),
    ('{"type": "wall", "tiles": ' + json.dumps([{}] * 40) + "}", 1007), ("x" * (MAX_MESSAGE + 1), 1009),
    ("[" * 9000, 1007),
])
def test_a_message_that_may_not_be_closes_its_own_connection_only(served: Any, message: str, code: int) -> None:
    with sit(served) as good, sit(served, max_size=None) as bad:
        bad.send(message)
        assert code_of_close(bad) == code
        send(good, type="act", key="k", action={"do": "bookmark", "camera_id": 3})
        assert read_until(good, "answer")["ok"]


def test_a_flood_closes_its_own_connection_only(served: Any) -> None:
    with sit(served) as good, sit(served) as bad:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(2000):
                bad.send('{"type": "seen", "seen": [[0, 1]]}')
        assert code_of_close(bad) == 1008
        send(good, type="act", key="k", action={"do": "bookmark", "camera_id": 3})
        assert read_until(good, "answer")["ok"]


def unread_bytes(server_port: int, client_port: int) -> int:
    """Return what the server has handed to its socket and the other side has not taken."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if (int(local.split(":")[1], 16), int(remote.split(":")[1], 16)) == (server_port, client_port):
            return int(queues.split(":")[0], 16)
    return 0


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux's table of sockets is not on this machine")
def test_a_seat_that_reads_nothing_until_its_sockets_are_full_does_not_hold_up_another(served: Any) -> None:
    narrow = tcp.socket()
    narrow.setsockopt(tcp.SOL_SOCKET, tcp.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", served.listening.port))
    with sit(served, sock=narrow, max_queue=1, close_timeout=1) as slow, sit(served) as quick:
        port = narrow.getsockname()[1]
        full, until_s = 0, time.monotonic() + 120.0
        while full < 3:  # as much is left each time, however much more is asked for
            before = unread_bytes(served.listening.port, port)
            for size in ("large", "medium"):  # a tile of another size has its next picture at once
                for seat in (slow, quick):
                    send(seat, type="wall", tiles=[{**tile, "size": size} for tile in WALL["tiles"]])
                assert read_until(quick, "picture").jpeg
            full = full + 1 if 0 < before == unread_bytes(served.listening.port, port) else 0
            assert time.monotonic() < until_s, "its sockets never filled"
        served.session.act("viewer", {"do": "resume"})
        for number in range(12):
            frame = read_until(quick, "picture")
            send(quick, type="seen", seen=[[frame.tile, frame.sequence]])
            send(quick, type="act", key=f"k{number}", action={"do": "bookmark", "camera_id": 3})
            assert read_until(quick, "answer")["ok"]
        assert unread_bytes(served.listening.port, port) > 0, "the slow seat has still not read"


def test_a_session_is_closed_for_everybody_and_its_name_is_gone(served: Any) -> None:
    origin = {"origin": served.origin}
    address = f"{served.url}api/sessions/{served.session_id}/close"
    with sit(served) as socket:
        read_until(socket, "state")
        assert requests.post(address, headers=origin, timeout=60).status_code == 200
        assert code_of_close(socket) == GONE
    assert requests.post(address, headers=origin, timeout=60).status_code == 404
    assert served.about()["sessions"] == []


def test_beyond_the_loopback_somebody_must_say_who_may_come_in() -> None:
    with pytest.raises(InputError, match="--token WORD, or --passwords FILE"):
        Host(address="0.0.0.0")
    assert Host(address="::1").is_loopback
    assert not Host(address="0.0.0.0", token="word").is_loopback


def test_a_taken_port_is_told_at_once(served: Any) -> None:
    with pytest.raises(InputError, match="choose another"):
        bind(Host(port=served.listening.port))


def test_with_a_token_nothing_but_the_page_is_shown_without_it(replay: ReplaySession) -> None:
    floor = Floor()
    name = floor.add(replay)
    with serve_beside(floor, Host(port=0, token="open sesame")) as listening:
        url, origin = listening.url, listening.url.rstrip("/")
        assert requests.get(url + "api/about", timeout=60).status_code == 401
        assert requests.get(f"{url}api/sessions/{name}/city", timeout=60).status_code == 401
        with connect(f"ws://127.0.0.1:{listening.port}/ws/{name}/viewer", origin=origin) as socket, \
                pytest.raises(ConnectionClosed):
            socket.recv(timeout=60)
        browser = requests.Session()
        landed = browser.get(url, params={"token": "open sesame"}, timeout=60)
        assert "token" not in landed.url
        cookie = landed.history[0].headers["set-cookie"].lower()
        assert all(word in cookie for word in ("httponly", "samesite=strict"))
        assert browser.get(url + "api/about", timeout=60).json()["account"]["role"] == "admin"
        sealed = browser.cookies.get("watchfloor_console")
        forged = sealed[:-1] + ("1" if sealed.endswith("0") else "0")
        assert requests.get(url + "api/about", cookies={"watchfloor_console": forged}, timeout=60).status_code == 401


def test_names_and_passwords_give_roles_and_too_many_failures_bar_the_address(
    replay: ReplaySession, tmp_path: Path,
) -> None:
    file = tmp_path / "class.txt"
    write_password_line(file, password_line("aigerim", "trainee", "a long password"))
    floor = Floor()
    floor.add(replay)
    with serve_beside(floor, Host(port=0, passwords=file)) as listening:
        url, origin = listening.url, {"origin": listening.url.rstrip("/")}
        right = {"name": "aigerim", "password": "a long password"}
        answer = requests.post(url + "api/login", json=right, headers=origin, timeout=60)
        assert answer.json() == {"name": "aigerim", "role": "trainee"}
        trainee = requests.Session()
        trainee.post(url + "api/login", json=right, headers=origin, timeout=60)
        assert trainee.post(url + "api/sessions", json={"offer": "x"}, headers=origin, timeout=60).status_code == 403
        codes = [requests.post(url + "api/login", json=right | {"password": "wrong"}, headers=origin,
                               timeout=60).status_code for _ in range(6)]
        assert codes == [401] * 5 + [429]
        assert requests.post(url + "api/login", json=right, headers=origin, timeout=60).status_code == 429
