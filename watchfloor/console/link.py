"""One page's connection to one seat: states and pictures go out, actions come in."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from watchfloor.console.access import Account, may_do
from watchfloor.console.frames import TileFrame, pack_frame
from watchfloor.console.look_back import LookBack, past_of
from watchfloor.console.past import Past
from watchfloor.console.session import Json, Seat, Session
from watchfloor.console.shelf import PictureShelf

STATE_EVERY_S = 0.1
PICTURE_EVERY_S = 0.1
LOOK_EVERY_S = 0.02
"""How often it is looked which tiles may have their next picture."""
MAX_UNSEEN = 2
"""Pictures of a tile that may be on their way to the page, or not shown yet."""
SIZES_WH = {"small": (320, 180), "medium": (640, 360), "large": (1280, 720)}
MAX_TILES = 17
"""Sixteen of the wall and the spot view."""
MAX_SEEN = 4 * MAX_TILES
"""Pictures that one message may say to have been shown."""
MAX_MESSAGES_PER_S = 60.0
MAX_BURST = 240.0
UNSEEN_S = 5.0
"""A picture that the page has not said to have shown after so long is taken for lost."""
_ANSWERS_KEPT = 512

TOO_MANY, MALFORMED, GONE = 1008, 1007, 4404
"""WebSocket close codes; the last one: there is no such session or seat, or not for this account."""


class Answers:
    """What was answered to a seat's latest actions, so that one that is sent again is not done again."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Json] = OrderedDict()
        self.lock = asyncio.Lock()

    def known(self, key: str) -> Json | None:
        """Return the answer that was given, None if the action is new."""
        return self._known.get(key)

    def keep(self, key: str, answer: Json) -> None:
        """Remember an answer."""
        self._known[key] = answer
        while len(self._known) > _ANSWERS_KEPT:
            self._known.popitem(last=False)


class MalformedError(ValueError):
    """A message of the page is not one that it may send."""


@dataclass(slots=True)
class _Tile:
    camera_id: int
    size_wh: tuple[int, int]
    sent: int | None = None
    """Sequence of the latest picture that was sent."""
    sent_s: float = 0.0
    """When that was."""
    due_s: float = 0.0
    """When the next one may go."""
    unseen: deque[int] = field(default_factory=deque)
    """Sequences of those that the page has not said to have shown."""
    is_asked: bool = False
    """Whether its next picture is being drawn."""

    def is_due(self, now_s: float) -> bool:
        """Say whether the page may have its next picture."""
        if self.is_asked or now_s < self.due_s:
            return False
        return len(self.unseen) < MAX_UNSEEN or now_s - self.sent_s > UNSEEN_S

    def note_sent(self, sequence: int, asked_s: float) -> None:
        """Take in that a picture goes to the page, and when the next one may: the time it took is not added."""
        if len(self.unseen) >= MAX_UNSEEN:
            self.unseen.clear()
        self.unseen.append(sequence & 0xFFFFFFFF)
        self.sent, self.sent_s = sequence, asked_s
        is_in_time = asked_s - self.due_s < PICTURE_EVERY_S / 2.0
        self.due_s = PICTURE_EVERY_S + (self.due_s if is_in_time else asked_s)


@dataclass(kw_only=True)
class Link:
    """Serves one connection until it closes; a fault of it closes it alone."""

    socket: WebSocket
    session: Session
    seat: Seat
    account: Account
    shelf: PictureShelf
    answers: Answers
    workers: Executor
    _tiles: dict[int, _Tile] = field(default_factory=dict)
    _look: LookBack | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _credit: float = MAX_BURST
    _credited_s: float = 0.0

    async def serve(self) -> None:
        """Run until the page goes, or sends what it may not."""
        self._credited_s = time.monotonic()
        tasks = [asyncio.create_task(work) for work in (self._send_states(), self._send_pictures(), self._receive())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except* (WebSocketDisconnect, ConnectionError, RuntimeError):
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send_states(self) -> None:
        """Send what changed of the state, key by key."""
        sent: dict[str, str] = {}
        while True:
            self._changed.clear()
            if self.shelf.is_closed:
                await self.socket.close(GONE, "the session was closed")
                return
            state = await self._work(self._state)
            parts = {key: json.dumps(value, ensure_ascii=False, separators=(",", ":")) for key, value in state.items()}
            changed = [f"{json.dumps(key)}:{text}" for key, text in parts.items() if sent.get(key) != text]
            if changed:
                await self.socket.send_text('{"type":"state","state":{' + ",".join(changed) + "}}")
                sent = parts
            try:
                await asyncio.wait_for(self._changed.wait(), STATE_EVERY_S)
            except TimeoutError:
                continue

    def _state(self) -> Json:
        """Return the session's state with what this seat looks back at, where it may."""
        state = self.session.state(self.seat.seat_id)
        past = past_of(self._past_span_s(), self._look, time.monotonic())
        return {**state, "past": past} if isinstance(self.session, Past) else state

    def _past_span_s(self) -> tuple[float, float] | None:
        return self.session.past_span_s(self.seat.seat_id) if isinstance(self.session, Past) else None

    async def _send_pictures(self) -> None:
        """Send each tile its latest picture, as fast as the page shows them."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                now_s = time.monotonic()
                for number, tile in self._tiles.items():
                    if tile.is_due(now_s):
                        tile.is_asked = True
                        under_way.create_task(self._send_picture(number, tile))
                await asyncio.sleep(LOOK_EVERY_S)

    async def _send_picture(self, number: int, tile: _Tile) -> None:
        asked_s, look = time.monotonic(), self._look
        span_s = None if look is None else self._past_span_s()
        try:
            if look is None or span_s is None:
                shown = await self.shelf.picture(tile.camera_id, tile.size_wh)
            else:
                shown = await self.shelf.past_picture(tile.camera_id, look.at_s(span_s, asked_s), tile.size_wh)
        finally:
            tile.is_asked = False
        if shown is None or self._tiles.get(number) is not tile or self._look is not look:
            return
        if shown.sequence == tile.sent:
            tile.due_s = asked_s + LOOK_EVERY_S
            return
        tile.note_sent(shown.sequence, asked_s)
        await self.socket.send_bytes(pack_frame(TileFrame(
            tile=number, camera_id=tile.camera_id, sequence=shown.sequence, t_s=shown.t_s, wall_s=shown.wall_s,
            state=shown.state, label=shown.label, jpeg=shown.jpeg)))

    async def _receive(self) -> None:
        while True:
            text = await self.socket.receive_text()
            if not self._is_within_rate():
                await self.socket.close(TOO_MANY, "too many messages")
                return
            try:
                await self._take(_parse(text))
            except MalformedError as error:
                await self.socket.close(MALFORMED, str(error)[:100])
                return

    def _is_within_rate(self) -> bool:
        now_s = time.monotonic()
        self._credit = min(MAX_BURST, self._credit + (now_s - self._credited_s) * MAX_MESSAGES_PER_S) - 1.0
        self._credited_s = now_s
        return self._credit > 0.0

    async def _take(self, message: Json) -> None:
        takers: dict[str, Callable[[Json], Awaitable[None]]] = {
            "act": self._act, "wall": self._lay_out, "seen": self._note_seen, "look": self._look_back}
        taker = takers.get(str(message.get("type")))
        if taker is None:
            raise MalformedError(f"type {message.get('type')!r}")
        await taker(message)

    async def _act(self, message: Json) -> None:
        key, action = message.get("key"), message.get("action")
        if not isinstance(key, str) or not 0 < len(key) <= 64 or not isinstance(action, dict):
            raise MalformedError("act: expected key and action")
        async with self.answers.lock:
            answer = self.answers.known(key)
            if answer is None:
                answer = await self._answer(action)
                self.answers.keep(key, answer)
        self._changed.set()
        await self.socket.send_text(json.dumps({"type": "answer", "key": key, **answer}, ensure_ascii=False))

    async def _answer(self, action: Json) -> Json:
        do = str(action.get("do"))
        if not may_do(self.account, self.seat, self.session.mode, do):
            return {"ok": False, "error": f"{do[:40]}: not for this seat"}
        return await self._work(lambda: self.session.act(self.seat.seat_id, action))

    async def _lay_out(self, message: Json) -> None:
        """Take in which cameras the page shows, and how large."""
        wanted = message.get("tiles")
        if not isinstance(wanted, list) or len(wanted) > MAX_TILES:
            raise MalformedError(f"wall: expected at most {MAX_TILES} tiles")
        tiles = {}
        for one in wanted:
            number, camera, size = _three(one)
            old = self._tiles.get(number)
            is_same = old is not None and old.camera_id == camera and old.size_wh == SIZES_WH[size]
            tiles[number] = old if is_same and old is not None else _Tile(camera, SIZES_WH[size])
        self._tiles = tiles

    async def _look_back(self, message: Json) -> None:
        """Take in which instant the page wants to see on all of its tiles; None is now."""
        match message:
            case {"t_s": None}:
                self._look = None
            case {"t_s": int() | float() as t_s, "is_paused": bool(is_paused)} if math.isfinite(t_s):
                self._look = LookBack(from_s=float(t_s), began_s=time.monotonic(), is_paused=is_paused)
            case _:
                raise MalformedError("look: expected t_s, is_paused")
        for tile in self._tiles.values():
            tile.sent = None
        self._changed.set()

    async def _note_seen(self, message: Json) -> None:
        """Take in which tiles' pictures the page has shown, each with all earlier ones: the next ones may come."""
        pairs = message.get("seen")
        if not isinstance(pairs, list) or len(pairs) > MAX_SEEN:
            raise MalformedError(f"seen: expected at most {MAX_SEEN} of [tile, sequence]")
        for pair in pairs:
            number, sequence = _two(pair)
            tile = self._tiles.get(number)
            while tile is not None and sequence in tile.unseen:
                tile.unseen.popleft()

    async def _work(self, do: Callable[[], Json]) -> Json:
        return await asyncio.get_running_loop().run_in_executor(self.workers, do)


def _parse(text: str) -> Json:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedError("no JSON") from None
    if not isinstance(message, dict):
        raise MalformedError("no object")
    return message


def _three(one: object) -> tuple[int, int, str]:
    match one:
        case {"tile": int(number), "camera_id": int(camera), "size": str(size)} if (
                size in SIZES_WH and 0 <= number < MAX_TILES and 0 <= camera < 2**31):
            return number, camera, size
    raise MalformedError("wall: expected tile, camera_id, size")


def _two(pair: object) -> tuple[int, int]:
    match pair:
        case [int(number), int(sequence)]:
            return number, sequence
    raise MalformedError("seen: expected [tile, sequence]")
