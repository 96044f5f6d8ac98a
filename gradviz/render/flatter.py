"""Layouts with lower columns: what is used once may stand further from what uses it, where there is room.

Graphviz puts each input just before what uses it, so that the inputs of many stages make one tall column. Here the
columns are chosen anew, so that the picture is larger on a slide; Graphviz does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeGuard

from gradviz.render.cache import Store, key_of
from gradviz.render.layout import COLUMN_GAP, ROW_GAP, Item, Link, Placement
from gradviz.render.plan import Plan

_FORMAT = 1
_MOST = 260
"""Up to this many items columns are chosen anew."""
_MOVES = 60  # at most
_PAST = 18.0  # what a wire takes of a column that it runs past
_BETWEEN = 46.0  # between rows
_GAIN = 1e-3  # the least gain that a move is worth
_SHIFTS = (-4, -3, -2, -1, 1, 2, 3, 4, 6)

_Size = tuple[float, float]


class _Cone(NamedTuple):
    """Items that are moved together, and the links at them: coming in, going out, between them."""

    names: tuple[str, ...]
    coming: tuple[Link, ...]
    going: tuple[Link, ...]
    inner: tuple[Link, ...]


class _State(NamedTuple):
    """The column of each item, and how high each column is."""

    ranks: Mapping[str, int]
    loads: Mapping[int, float]


def flatter(plan: Plan, placement: Placement, room: _Size, rows: int, store: Store) -> tuple[Link, ...]:
    """The links of a plan with such spans that the picture in so many rows is larger; as they are where there is none.

    ``room`` is that for the picture: along the flow, and across it.
    """
    if len(plan.items) > _MOST:
        return plan.links
    items = {item.name: item for item in plan.items}
    state = _start(items, plan.links, placement)
    key = key_of("flatter", _FORMAT, plan.items, plan.links, tuple(state.ranks.values()), tuple(plan.tags), room, rows)
    kept = store.get(key)
    spans: list[int] = kept if _are_spans(kept, len(plan.links)) else _spans(plan, items, state, room, rows)
    if spans is not kept:
        store.put(key, spans)
    return tuple(link._replace(span=span) for link, span in zip(plan.links, spans, strict=True))


def _are_spans(kept: object, count: int) -> TypeGuard[list[int]]:
    return isinstance(kept, list) and len(kept) == count and all(type(n) is int and 0 < n < _MOST for n in kept)


def _spans(plan: Plan, items: Mapping[str, Item], state: _State, room: _Size, rows: int) -> list[int]:
    """How many columns each link runs on, once nothing can be moved so that the picture is larger."""
    cones = _cones(plan)
    score = first = _score(items, state, room, rows)
    for _ in range(_MOVES):
        options = _options(items, state, cones)
        tried = [(*_score(items, option, room, rows), n) for n, option in enumerate(options)]
        scale, evenness, n = max(tried, default=(0.0, 0.0, 0))
        if scale < score[0] or (scale < score[0] * (1 + _GAIN) and evenness < score[1] * (1 - _GAIN)):
            break
        score, state = (scale, evenness), options[n]
    if score[0] < first[0] * (1 + _GAIN):
        return [link.span for link in plan.links]
    ranks = state.ranks
    return [max(1, ranks[link.target] - ranks[link.source]) for link in plan.links]


def _start(items: Mapping[str, Item], links: Sequence[Link], placement: Placement) -> _State:
    """The columns of a placement."""
    at = {name: round(placement.centers[name][0]) for name in items}
    numbers: dict[int, int] = {}
    last = None
    for x in sorted(set(at.values())):
        numbers[x] = numbers[last] if last is not None and x - last < 2 else len(set(numbers.values()))
        last = x
    ranks = {name: numbers[x] for name, x in at.items()}
    loads: dict[int, float] = {}
    for name, rank in ranks.items():
        loads[rank] = loads.get(rank, 0.0) + items[name].height + ROW_GAP
    for link in links:
        for rank in range(ranks[link.source] + 1, ranks[link.target]):
            loads[rank] = loads.get(rank, 0.0) + _PAST
    return _State(ranks, loads)


def _cones(plan: Plan) -> list[_Cone]:
    """What can be moved: an item with all that only it uses. A box stays beside its labels."""
    users: dict[str, set[str]] = {}
    sources: dict[str, list[str]] = {}
    for link in plan.links:
        users.setdefault(link.source, set()).add(link.target)
        sources.setdefault(link.target, []).append(link.source)
    fixed = {plan.box(box) for box in plan.tags}
    found: dict[frozenset[str], None] = {}
    for head in (item.name for item in plan.items if item.name in users and item.name not in fixed):
        cone, open_ = {head}, [head]
        while open_:
            for source in sources.get(open_.pop(), ()):
                if source not in cone and users[source] <= cone:
                    cone.add(source)
                    open_.append(source)
        found.setdefault(frozenset(cone))
    order = [item.name for item in plan.items]
    return [_cone(tuple(name for name in order if name in cone), plan.links) for cone in found]


def _cone(names: tuple[str, ...], links: Sequence[Link]) -> _Cone:
    inside = frozenset(names)
    near = [link for link in links if link.source in inside or link.target in inside]
    return _Cone(
        names,
        tuple(link for link in near if link.source not in inside),
        tuple(link for link in near if link.target not in inside),
        tuple(link for link in near if link.source in inside and link.target in inside),
    )


def _options(items: Mapping[str, Item], state: _State, cones: Sequence[_Cone]) -> list[_State]:
    """Other columns: those with something moved out of the fullest one."""
    ranks = state.ranks
    full = max(state.loads, key=lambda rank: (state.loads[rank], -rank))
    found = []
    for cone in cones:
        if not any(ranks[name] == full for name in cone.names):
            continue
        least = -min((ranks[k.target] - ranks[k.source] - 1 for k in cone.coming), default=-_SHIFTS[0])
        most = min((ranks[k.target] - ranks[k.source] - 1 for k in cone.going), default=0)
        found += [_moved(items, state, cone, shift) for shift in _SHIFTS if least <= shift <= most]
    return found


def _moved(items: Mapping[str, Item], state: _State, cone: _Cone, shift: int) -> _State:
    ranks, loads = dict(state.ranks), dict(state.loads)
    for name in cone.names:
        height = items[name].height + ROW_GAP
        loads[ranks[name]] -= height
        ranks[name] += shift
        loads[ranks[name]] = loads.get(ranks[name], 0.0) + height
    for links in (cone.coming, cone.going, cone.inner):
        for link in links:
            for rank in range(state.ranks[link.source] + 1, state.ranks[link.target]):
                loads[rank] -= _PAST
            for rank in range(ranks[link.source] + 1, ranks[link.target]):
                loads[rank] = loads.get(rank, 0.0) + _PAST
    return _State(ranks, loads)


def _score(items: Mapping[str, Item], state: _State, room: _Size, rows: int) -> _Size:
    """How large the picture is about, and how even its columns are (more is better)."""
    wide: dict[int, float] = {}
    for name, rank in state.ranks.items():
        width = items[name].width
        if width > wide.get(rank, -1.0):
            wide[rank] = width
    whole = sum(wide.values()) + COLUMN_GAP * len(wide)
    heights, edge = [0.0] * rows, 0.0
    for rank in sorted(wide):
        row = min(rows - 1, int(rows * (edge + wide[rank] / 2) / whole))
        heights[row] = max(heights[row], state.loads[rank])
        edge += wide[rank] + COLUMN_GAP
    scale = fit((whole / rows, sum(heights) + _BETWEEN * (rows - 1)), room)
    return scale, -sum(load * load for load in state.loads.values())


def fit(size: _Size, room: _Size) -> float:
    """How large something becomes that fills its room.

    Examples
    --------
    >>> fit((200.0, 50.0), (100.0, 100.0))
    0.5
    """
    return min(room[0] / max(size[0], 1.0), room[1] / max(size[1], 1.0))


def covered(items: Sequence[Item], placement: Placement) -> _Size:
    """How much room items take where they stand: along the flow, and across it."""
    at = [(item, placement.centers[item.name]) for item in items]
    xs = [x + side * item.width / 2 for item, (x, _) in at for side in (-1, 1)]
    ys = [y + side * item.height / 2 for item, (_, y) in at for side in (-1, 1)]
    return max(xs) - min(xs), max(ys) - min(ys)
