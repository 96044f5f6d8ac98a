"""A picture that is too wide for a slide, cut into rows that go on below each other.

A wire that is cut ends at a small sign, which stands again where the wire goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from string import ascii_uppercase

from gradviz.render.drawing import Box, Drawing, Wire
from gradviz.render.layout import Placement
from gradviz.render.plan import Plan
from gradviz.render.shapes import Bounds

_NEAR = 0.35  # of a row's length: how far from equal lengths it may be cut
_CROSSING = 0.25  # what a cut wire counts, beside being off the middle; twice where it has no name


def cut(drawing: Drawing, plan: Plan, placement: Placement, count: int) -> list[Drawing]:
    """A drawing in so many rows, or fewer where it cannot be cut well."""
    cuts = _cuts(drawing, plan, placement, count) if drawing.wires else []
    if not cuts:
        return [drawing]
    return _split(drawing, _rows(drawing, plan, placement, cuts), len(cuts) + 1)


def _cuts(drawing: Drawing, plan: Plan, placement: Placement, count: int) -> list[float]:
    """Where to cut: near equal lengths, where few wires run and no box or frame stands."""
    centers = {box.id: placement.centers[plan.box(box.id)][0] for box in drawing.boxes}
    sources = {w.source: max(centers[v.target] for v in drawing.wires if v.source == w.source) for w in drawing.wires}
    inputs = {box.id for box in drawing.boxes} - {wire.target for wire in drawing.wires}
    start, frames = min(centers.values()), tuple(placement.frames.values())
    length = max(centers.values()) - start
    named = {box.id for box in drawing.boxes if box.name}
    places = sorted(set(centers.values()))
    found: list[float] = []
    for n in range(1, count):
        ideal = start + n * length / count
        choices = []
        for x in (x for a, b in pairwise(places) for x in _free(a, b, frames)):
            if found and x <= found[-1]:
                continue
            off = abs(x - ideal) / (length / count)
            crossed = [s for s, far in sources.items() if centers[s] < x < far and s not in inputs]
            crossing = len(crossed) + sum(s not in named for s in crossed)
            if off <= _NEAR and crossing:
                choices.append((off + _CROSSING * crossing, x))
        if choices:
            found.append(min(choices)[1])
    return found


def _free(low: float, high: float, frames: Sequence[Bounds]) -> list[float]:
    """Where there is no frame between two boxes: in the middle, else in each gap between frames."""
    inside = [(left, right) for left, _, right, _ in frames if left < high and right > low]
    middle = (low + high) / 2
    if not any(left < middle < right for left, right in inside):
        return [middle]
    found, edge = [], low
    for left, right in sorted(inside):
        if left > edge:
            found.append((edge + left) / 2)
        edge = max(edge, right)
    return [*found, (edge + high) / 2] if high > edge else found


def _rows(drawing: Drawing, plan: Plan, placement: Placement, cuts: list[float]) -> dict[str, int]:
    """The row of each box; inputs stand in the first row that they are used in."""
    rows = {b.id: sum(placement.centers[plan.box(b.id)][0] > x for x in cuts) for b in drawing.boxes}
    inputs = rows.keys() - {wire.target for wire in drawing.wires}
    for box in inputs:
        rows[box] = min((rows[w.target] for w in drawing.wires if w.source == box), default=rows[box])
    return rows


def _split(drawing: Drawing, rows: dict[str, int], count: int) -> list[Drawing]:
    boxes: list[list[Box]] = [[b for b in drawing.boxes if rows[b.id] == n] for n in range(count)]
    wires: list[list[Wire]] = [[] for _ in range(count)]
    by_id = {box.id: box for box in drawing.boxes}
    taken = {box.name for box in drawing.boxes if box.name}
    signs: dict[str, str] = {}
    ends: set[tuple[str, int]] = set()
    for wire in drawing.wires:
        here, there = rows[wire.source], rows[wire.target]
        if here == there:
            wires[here].append(wire)
            continue
        box = by_id[wire.source]
        sign = signs.setdefault(wire.source, _sign(box, len(signs), taken))
        for row, id in ((here, f"{box.id} →"), (there, f"→ {box.id} {there}")):  # noqa: A001
            if (wire.source, row) not in ends:
                ends.add((wire.source, row))
                role = box.role if box.role in {"data", "parameter"} else "intermediate"
                boxes[row].append(Box(id, sign, role, title=f"{box.title or box.id} →", link=True))
                if row == here:
                    wires[here].append(Wire(box.id, id))
        wires[there].append(replace(wire, source=f"→ {box.id} {there}", origin=wire.source))
    groups = [tuple(g for g in drawing.groups if any(b.group == g.id for b in row)) for row in boxes]
    return [
        replace(drawing, boxes=tuple(b), wires=tuple(w), groups=g)
        for b, w, g in zip(boxes, wires, groups, strict=True)
        if b
    ]


def _sign(box: Box, number: int, taken: Collection[str]) -> str:
    """What a wire is called at its ends: the name of what it carries, else a letter that is no name here."""
    if box.name or box.role in {"data", "parameter"}:
        return box.name or box.label
    letters = [c for c in ascii_uppercase if c not in taken] or ascii_uppercase
    turn, place = divmod(number, len(letters))
    letter = letters[place] + (str(turn) if turn else "")
    return rf"\mathrm{{{letter}}}"
