"""Who moved lately: regions joined to movers, all at once as one by one."""

from __future__ import annotations

import numpy as np

from agents.motion import MovingRegion
from agents.movers import Movers
from agents.regions import gap_px


def longer_side(box):
    return max(box[2] - box[0], box[3] - box[1])


def joined_one_by_one(looks):
    """Return the boxes of each mover over time, every pair of mover and region looked at by itself."""
    movers = []
    for t_s, regions in looks:
        free = [mover for mover in movers if t_s - mover[-1][0] <= 1.0]
        for region in sorted(regions, key=lambda region: -region.share):
            box = region.box_xyxy
            near = [mover for mover in free if gap_px(mover[-1][1], box)
                    <= 0.25 * min(longer_side(mover[-1][1]), longer_side(box))]
            mover = min(near, default=None, key=lambda mover: (
                abs(mover[-1][1][0] + mover[-1][1][2] - box[0] - box[2])
                + abs(mover[-1][1][1] + mover[-1][1][3] - box[1] - box[3])))
            if mover is None:
                movers.append([(t_s, box)])
            else:
                free = [other for other in free if other is not mover]
                mover.append((t_s, box))
    return movers


def test_movers_are_those_that_one_gets_pair_by_pair():
    rng = np.random.default_rng(6)
    looks = []
    for number in range(40):
        left, top, width, height = (rng.uniform(0, 300, 25), rng.uniform(0, 200, 25), rng.uniform(4, 30, 25),
                                    rng.uniform(4, 60, 25))
        looks.append((0.3 * number, [
            MovingRegion(box_xyxy=(x, y, x + w, y + h), share=w * h / 60_000, contrast=2.0)
            for x, y, w, h in zip(left.tolist(), top.tolist(), width.tolist(), height.tolist(), strict=True)]))
    movers = Movers(memory_s=100.0)
    for t_s, regions in looks:
        movers.update(regions, t_s)
    assert [list(mover.path) for mover in movers.all] == joined_one_by_one(looks)
    assert len(movers.all) > 100


def test_where_nothing_moves_nobody_is_remembered():
    movers = Movers(memory_s=5.0)
    movers.update([], 0.0)
    assert list(movers.all) == []
