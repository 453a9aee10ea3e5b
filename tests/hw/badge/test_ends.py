"""Both ends over a carrier that loses, repeats and reorders, with restarts: once is once, and in order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hw.badge.ends import Peer
from hw.badge.messages import BadgeOrder, Message, decode, encode
from sim.input_records import UnitStep
from tests.hw.badge.both_ends import SIMULATED, Room, Unit, draft

PICK = st.integers(0, 2**16)


class Conversation(RuleBasedStateMachine):
    """A room and a badge, and the messages on their way, as bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.room = Room(path=Path(self.folder.name, "book.sqlite"))
        self.unit = Unit(path=Path(self.folder.name, "badge.sqlite"))
        self.to_badge: list[bytes] = []
        self.to_room: list[bytes] = []
        self.issued: list[BadgeOrder] = []
        self.noted: list[tuple[str, UnitStep]] = []

    @property
    def peer(self) -> Peer:
        return Peer(unit_id=17, badge_id=self.unit.memory.badge_id, is_simulated=True)

    @rule()
    def issue(self) -> None:
        self.issued.append(self.room.gate.issue(draft(len(self.issued)), SIMULATED, wall_s=1.0))

    @rule()
    def speak(self) -> None:
        """Both sides say what they say on a new link, or when no answer came."""
        self.to_badge += map(encode, self.room.end.opening(self.peer))
        self.to_room += map(encode, self.unit.end.opening())

    @rule(pick=PICK, step=st.sampled_from(UnitStep))
    def act(self, pick: int, step: UnitStep) -> None:
        if self.unit.shown:
            order = self.unit.shown[pick % len(self.unit.shown)]
            self.unit.memory.note(order.order_id, step, wall_s=2.0)
            if (order.order_id, step) not in self.noted:
                self.noted.append((order.order_id, step))

    @rule(pick=PICK, n_times=st.integers(0, 2))
    def carry_to_badge(self, pick: int, n_times: int) -> None:
        """Any message on its way arrives once, twice or never."""
        for line in self._pick(self.to_badge, pick, n_times):
            self.to_room += map(encode, self.unit.end.receive(_from_station(decode(line))))

    @rule(pick=PICK, n_times=st.integers(0, 2))
    def carry_to_room(self, pick: int, n_times: int) -> None:
        for line in self._pick(self.to_room, pick, n_times):
            self.to_badge += map(encode, self.room.end.receive(self.peer, _from_badge(decode(line))))

    @rule()
    def restart_badge(self) -> None:
        self.unit.memory.close()
        self.unit.open()

    @rule()
    def restart_room(self) -> None:
        self.room.book.close()
        self.room.open()

    @invariant()
    def once_and_in_order(self) -> None:
        shown = [order.order_id for order in self.unit.shown]
        assert len(shown) == len(set(shown))
        taken = [(report.order_id, report.step) for _, report in self.room.reports]
        assert taken == self.noted[: len(taken)]

    def teardown(self) -> None:
        """Once nothing is lost any more, everything arrives."""
        for _ in range(2 * len(self.noted) + 2):
            self.to_badge, self.to_room = [], []
            self.speak()
            while self.to_badge or self.to_room:
                self.carry_to_badge(0, 1)
                self.carry_to_room(0, 1)
        assert self.unit.shown == self.unit.memory.orders()
        assert {order.order_id for order in self.unit.shown} == {order.order_id for order in self.issued}
        assert [(report.order_id, report.step) for _, report in self.room.reports] == self.noted
        self.room.book.close()
        self.unit.memory.close()
        self.folder.cleanup()

    @staticmethod
    def _pick(lines: list[bytes], pick: int, n_times: int) -> list[bytes]:
        return [lines.pop(pick % len(lines))] * n_times if lines else []


def _from_station(message: Message) -> Message:
    assert message.type in {"order", "taken", "ping"}
    return message


def _from_badge(message: Message) -> Message:
    assert message.type in {"received", "refused", "report", "telemetry", "pong"}
    return message


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
