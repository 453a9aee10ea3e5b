"""Badges: a unit's live picture and position, orders to it, and its reports, each once."""

from hw.badge.badge import Badge, BadgeOptions
from hw.badge.badge_source import BadgeSource
from hw.badge.camera import BadgeCamera
from hw.badge.duty import Pace
from hw.badge.ends import BadgeEnd, Peer, StationEnd
from hw.badge.gate import OrderDraft, OrderGate, OrderRefusedError, check_order
from hw.badge.klv import KlvError, decode_positions, encode_position
from hw.badge.messages import BadgeOrder, BadgeReport, Origin, Telemetry
from hw.badge.order_book import BookedOrder, OrderBook, OrderState
from hw.badge.position import Position
from hw.badge.proof import KEY_VARIABLE, load_key
from hw.badge.route import HOME, Route, load_route, square_round
from hw.badge.station import BadgeStation

__all__ = [
    "HOME", "KEY_VARIABLE", "Badge", "BadgeCamera", "BadgeEnd", "BadgeOptions", "BadgeOrder", "BadgeReport",
    "BadgeSource", "BadgeStation", "BookedOrder", "KlvError", "OrderBook", "OrderDraft", "OrderGate",
    "OrderRefusedError", "OrderState", "Origin", "Pace", "Peer", "Position", "Route", "StationEnd", "Telemetry",
    "check_order", "decode_positions", "encode_position", "load_key", "load_route", "square_round",
]
