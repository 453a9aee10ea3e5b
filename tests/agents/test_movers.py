"""Who moved lately: regions joined to movers, all at once as one by one."""

from __future__ import annotations

import numpy as np

from agents.motion import MovingRegion
from agents.movers import Mover, Movers
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


def test_who_walks_there_and_back_went_about_and_what_flickers_in_its_place_did_not():
    movers = Movers(memory_s=60.0)
    for number in range(20):
        x = 10.0 * min(number, 19 - number)
        movers.update([MovingRegion(box_xyxy=(x, 100.0, x + 20.0, 160.0), share=0.02, contrast=2.0),
                       MovingRegion(box_xyxy=(200.0 + number % 3, 5.0, 240.0, 20.0), share=0.01, contrast=2.0)],
                      0.3 * number)
    assert [(mover.went_about, mover.has_travelled) for mover in movers.all] == [(True, False), (False, False)]


def test_who_came_to_a_place_is_told_from_who_stood_there_and_who_comes_later():
    place, steps = (100.0, 50.0, 110.0, 60.0), [(0.2 * number, (5.0 * number, 20.0, 5.0 * number + 20.0, 60.0))
                                                for number in range(40)]
    comes, goes = Mover(box_xyxy=steps[-1][1], seen_s=8.0), Mover(box_xyxy=steps[-1][1], seen_s=8.0)
    comes.path.extend(steps)
    goes.path.extend(step for step in steps if step[1][2] > place[0])
    assert comes.came_to(place, to_s=5.0, reach_px=4.0, from_px=30.0)
    assert not comes.came_to(place, to_s=2.0, reach_px=4.0, from_px=30.0)
    assert not goes.came_to(place, to_s=8.0, reach_px=4.0, from_px=30.0)
