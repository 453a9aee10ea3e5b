"""Near repeats: an incident may be followed, soon and nearby, by another of its kind."""

from __future__ import annotations

import math

import numpy as np

from sim.demand import DemandTables, Happenings, joined
from sim.occasions import NearRepeat
from sim.rng import KeyedStreams, Purpose, offspring_entity


def with_repeats(
    drawn: Happenings, near: NearRepeat, streams: KeyedStreams, tables: DemandTables, *, until_s: float
) -> Happenings:
    """Return the incidents with their offspring, the whole as frequent as the drawn ones alone.

    An incident has one offspring with probability p, and that may have one again, so each first incident stands for
    1/(1 − p) in the mean. A share p of the drawn ones is therefore left out by a keyed uniform: ``per_day`` stays the
    mean. The Knox test behind such numbers (Johnson et al. 2007) says that pairs within a band of time and distance
    are too many, and no more; so the delay is uniform in the window and the place uniform in the disc.

    Args:
        drawn: incidents that may be first of a chain.
        near: probability, window and radius.
        streams: the replication's.
        tables: the scenario's.
        until_s: where the chains are cut.
    """
    generation = drawn.only(streams.uniform(Purpose.FIRST_OF_CHAIN, drawn.entity) >= near.probability)
    generations = [generation]
    while generation.n:
        has_offspring = streams.uniform(Purpose.NEAR_REPEAT, generation.entity) < near.probability
        generation = _offspring(generation.only(has_offspring), near, streams, tables)
        generation = generation.only(generation.occur_s < until_s)
        generations.append(generation)
    return joined(generations)


def _offspring(parent: Happenings, near: NearRepeat, streams: KeyedStreams, tables: DemandTables) -> Happenings:
    """Draw one offspring of each parent; units drive to it by its parent's junction."""
    entity = offspring_entity(parent.entity)
    away_m = near.radius_m * np.sqrt(streams.uniform(Purpose.REPEAT_PLACE, entity))
    bearing = 2.0 * math.pi * streams.uniform(Purpose.REPEAT_PLACE, entity, 1)
    return Happenings(
        entity=entity, kind=parent.kind, junction=parent.junction,
        occur_s=parent.occur_s + near.window_s * streams.uniform(Purpose.REPEAT_DELAY, entity),
        x_m=parent.x_m + away_m * np.cos(bearing), y_m=parent.y_m + away_m * np.sin(bearing),
        visible_s=tables.visible_s(parent.kind, streams.normal(Purpose.REPEAT_VISIBLE, entity)))
