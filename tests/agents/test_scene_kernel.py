"""The compiled passes of the scene memory give what plain array operations give."""

from __future__ import annotations

import numpy as np
import pytest

from agents.scene_kernel import compile_kernel, follow_lately, tell_unusual

SHAPE = (37, 53)
MIN_CONTRAST, DT_S, SETTLE_S, HOLD_S, AGE_S = 6.0, 0.3, 2.0, 1.0, 20.0
MARGINS = (3, 0, 1, 2)
SHARE, SLOW, WAVER = 0.3, 0.01, 0.02


@pytest.fixture(scope="module")
def state():
    """Planes and masks of a memory in which some pixels move, some are unknown and some have just settled."""
    compile_kernel()
    rng = np.random.default_rng(7)
    usual = rng.uniform(60.0, 180.0, SHAPE)
    planes = {
        "usual": usual, "lately": usual + rng.normal(0.0, 4.0, SHAPE), "picture": usual + rng.normal(0.0, 9.0, SHAPE),
        "variance": rng.uniform(1.0, 16.0, SHAPE), "lasting": rng.uniform(0.5, 9.0, SHAPE),
        "still_s": rng.uniform(0.0, 4.0, SHAPE), "learnt_at_s": rng.uniform(0.0, 9.0, SHAPE),
        "least": rng.uniform(3.0, 9.0, SHAPE), "local": rng.uniform(0.1, 3.0, SHAPE), "grey": np.zeros(SHAPE)}
    return {name: plane.astype(np.float32) for name, plane in planes.items()} | {
        "moved": rng.random(SHAPE) < 0.3, "is_known": rng.random(SHAPE) < 0.7}


def copied(state):
    return {name: plane.copy() for name, plane in state.items()}


def followed(before):
    """Return what follow_lately makes of a memory, by array operations."""
    now = copied(before)
    step = before["picture"] - before["lately"]
    now["moved"] = np.abs(step) > np.maximum(MIN_CONTRAST, 4.0 * np.sqrt(before["variance"]))
    now["lately"] = np.where(now["moved"], before["picture"], before["lately"] + SHARE * step)
    now["still_s"] = np.where(now["moved"], 0.0, before["still_s"] + DT_S)
    left, top, right, bottom = MARGINS
    outside = np.ones(SHAPE, np.bool_)
    outside[top:SHAPE[0] - bottom, left:SHAPE[1] - right] = False
    now["still_s"][outside], now["is_known"][outside] = 0.0, False
    settles = ~now["is_known"] & (now["still_s"] >= SETTLE_S)
    now["usual"][settles], now["learnt_at_s"][settles] = now["lately"][settles], AGE_S
    now["is_known"] |= settles
    now["grey"] = now["lately"] - now["usual"]
    return now


def told(before):
    """Return what tell_unusual makes of a memory, by array operations."""
    now = copied(before)
    counts = np.maximum(before["least"], np.maximum(4.0 * np.sqrt(before["lasting"]), 4.0 * before["local"]))
    ratio = np.abs(before["grey"]) / counts
    is_usual = ratio < 0.6
    most = np.maximum(2.0 * MIN_CONTRAST, 3.0 * np.sqrt(before["variance"])) ** 2
    share = np.select([~before["is_known"], before["moved"], is_usual], [0.0, SLOW, WAVER], 0.0)
    for plane, away in (("variance", before["picture"] - before["usual"]), ("lasting", before["grey"])):
        now[plane] = before[plane] + share * (np.minimum(away**2, most) - before[plane])
    follows = np.where(before["is_known"] & is_usual, SLOW, 0.0)
    now["usual"] = before["usual"] + follows * (before["lately"] - before["usual"])
    now["local"] = np.where(before["still_s"] >= HOLD_S, ratio, 0.0)
    return now


def test_what_is_there_lately_is_followed_as_by_array_operations(state):
    now = copied(state)
    follow_lately(now["picture"], now["variance"], now["usual"], now["lately"], now["still_s"], now["learnt_at_s"],
                  now["moved"], now["is_known"], now["grey"], MARGINS, MIN_CONTRAST, DT_S, SHARE, SETTLE_S, AGE_S)
    assert_alike(now, followed(state))


def test_what_is_unusual_is_told_as_by_array_operations(state):
    before = followed(state)
    before = {name: plane.astype(state[name].dtype) for name, plane in before.items()}
    now = copied(before)
    tell_unusual(now["picture"], now["variance"], now["usual"], now["lately"], now["still_s"], now["lasting"],
                 now["moved"], now["is_known"], now["grey"], now["least"], now["local"], MIN_CONTRAST, 4.0, 4.0, HOLD_S,
                 np.array([SLOW, WAVER], np.float32))
    assert_alike(now, told(before))


def assert_alike(now, expected):
    for name, plane in expected.items():
        assert now[name] == pytest.approx(plane, rel=1e-5, abs=1e-4), name
    assert 0.05 < now["moved"].mean() < 0.95
    assert 0.05 < now["is_known"].mean() < 0.95
