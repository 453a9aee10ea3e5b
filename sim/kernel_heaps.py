"""The heaps of the compiled engine: the agenda, waiting calls, and the looks to come of each inspector."""

from __future__ import annotations

from sim.compiled import Records, compiled_in_place
from sim.kernel_layout import N_DUE, SERIAL, Out, Record
from sim.trace import I8


@compiled_in_place
def _before(t_s: float, key: int, serial: int, other: Record) -> bool:
    if t_s != other.t_s:
        return t_s < other.t_s
    if key != other.key:
        return key < other.key
    return serial < other.serial


@compiled_in_place
def due_push(out: Out, t_s: float, order: int, ident: int, version: int) -> None:
    """Make an event due."""
    key = (order << 32) | ident
    out.number[SERIAL] += 1
    serial = out.number[SERIAL]
    place = out.number[N_DUE]
    out.number[N_DUE] = place + 1
    due = out.due
    while place > 0:
        parent = (place - 1) >> 1
        if not _before(t_s, key, serial, due[parent]):
            break
        due[place] = due[parent]
        place = parent
    due[place].t_s = t_s
    due[place].key = key
    due[place].serial = serial
    due[place].version = version


@compiled_in_place
def due_pop(out: Out) -> tuple[float, int, int, int]:
    """Take the first event off; return (t_s, order, ident, version).

    The gap goes down to a leaf and what was last rises from there, as it seldom belongs higher (Wegener 1993).
    """
    due = out.due
    t_s, key, version = due[0].t_s, due[0].key, due[0].version
    size = out.number[N_DUE] - 1
    out.number[N_DUE] = size
    last_t_s, last_key, last_serial = due[size].t_s, due[size].key, due[size].serial
    place, child = 0, 1
    while child < size:
        if child + 1 < size and _before(due[child + 1].t_s, due[child + 1].key, due[child + 1].serial, due[child]):
            child += 1
        due[place] = due[child]
        place, child = child, 2 * child + 1
    while place > 0 and _before(last_t_s, last_key, last_serial, due[(place - 1) >> 1]):
        due[place] = due[(place - 1) >> 1]
        place = (place - 1) >> 1
    due[place] = due[size]
    return t_s, key >> 32, key & 0xFFFFFFFF, version


@compiled_in_place
def waiting_push(waiting: I8, number: I8, entry: int, key: int) -> None:
    """Add a waiting call to a heap whose size is an entry of ``number``."""
    place = number[entry]
    number[entry] = place + 1
    while place > 0 and key < waiting[(place - 1) >> 1]:
        waiting[place] = waiting[(place - 1) >> 1]
        place = (place - 1) >> 1
    waiting[place] = key


@compiled_in_place
def waiting_pop(waiting: I8, number: I8, entry: int) -> None:
    """Take the first waiting call off a heap whose size is an entry of ``number``."""
    number[entry] -= 1
    size = number[entry]
    last, place = waiting[size], 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and waiting[child + 1] < waiting[child]:
            child += 1
        if last <= waiting[child]:
            break
        waiting[place] = waiting[child]
        place = child
    waiting[place] = last


@compiled_in_place
def _joined(lines: Records, one: int, other: int) -> int:
    if one < 0:
        return other
    if other < 0:
        return one
    ahead, behind = lines[one].target, lines[other].target
    if behind < ahead or (behind == ahead and other < one):
        one, other = other, one
    lines[other].sibling = lines[one].child
    lines[one].child = other
    return one


@compiled_in_place
def look_insert(lines: Records, root: int, line: int, target: float) -> int:
    """Add a look to a pairing heap ordered by (target, line); return the new root, −1 standing for none."""
    lines[line].target = target
    lines[line].child = -1
    lines[line].sibling = -1
    return _joined(lines, root, line)


@compiled_in_place
def look_pop(lines: Records, root: int) -> int:
    """Take the root off its heap and return the new one (Fredman et al. 1986: join in pairs, then from the right)."""
    pairs = -1
    rest = lines[root].child
    while rest >= 0:
        one = rest
        other = lines[one].sibling
        rest = lines[other].sibling if other >= 0 else -1
        lines[one].sibling = -1
        if other >= 0:
            lines[other].sibling = -1
        joined = _joined(lines, one, other)
        lines[joined].sibling = pairs
        pairs = joined
    fresh = -1
    while pairs >= 0:
        following = lines[pairs].sibling
        lines[pairs].sibling = -1
        fresh = _joined(lines, fresh, pairs)
        pairs = following
    return fresh
