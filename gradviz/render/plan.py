"""How much room everything in a drawing takes: the items and links that are to be laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import hypot
from types import MappingProxyType
from typing import NamedTuple

from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing, Wire
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.layout import Cluster, Item, Link
from gradviz.render.sides import equated, is_set
from gradviz.render.theme import Theme

_PAD_X, _PAD_Y, _LEAST = 14.0, 11.0, 46.0
_TAG_SIDE, TAG_GAP = 2.0, 5.0
_LOCAL_SIDE, _LOCAL_GAP = 5.0, 3.0
_TWIN = 22.0
"""Room for one of several wires between the same two boxes."""
_SHORT = 40.0
_STRAIGHT = 60
"""Weight of the link from a box to its labels: it is always level."""


class Tag(NamedTuple):
    """The labels on the wire behind a box: value above, gradient below (where it runs upwards: left and right).

    ``width`` and ``height`` are along the wire and across it.
    """

    above: Formula | None
    below: Formula | None
    width: float
    height: float

    def above_by(self, size: float) -> float:
        """How far the value's baseline is above the wire."""
        return TAG_GAP + max(self.above.depth if self.above else 0.0, 0.22 * size)

    def below_by(self, size: float) -> float:
        """How far the gradient's baseline is below the wire."""
        return TAG_GAP + 1.0 + max(self.below.height if self.below else 0.0, 0.68 * size)


class Plan(NamedTuple):
    """Everything that is to be placed.

    Parameters
    ----------
    items, links, groups : tuple
        For the layout, which runs to the right: what is to run upwards is turned.
    routes : tuple
        What each link is: ``("tag", box id)`` from a box to its labels, ``("to", n)`` to the label
        of wire n, ``("wire", n)`` the rest of wire n.
    formulas : mapping
        The label of each box.
    tags : mapping
        What stands on the wire behind a box.
    locals : mapping
        The label of each wire that has one; None for a wire that is only kept apart from others.
    names : mapping
        The label of each group that has one.
    up : bool
        Whether the picture runs upwards.
    """

    items: tuple[Item, ...]
    links: tuple[Link, ...]
    routes: tuple[tuple[str, object], ...]
    formulas: Mapping[str, Formula]
    tags: Mapping[str, Tag]
    locals: Mapping[int, Formula | None]
    groups: tuple[Cluster, ...] = ()
    names: Mapping[str, Formula] = MappingProxyType({})
    up: bool = False

    def box(self, box: str) -> str:
        """Name of a box's item."""
        return f"box {box}"

    def tag(self, box: str) -> str:
        """Name of the item that holds the labels behind a box."""
        return f"tag {box}"

    def local(self, wire: int) -> str:
        """Name of the item that holds a wire's label."""
        return f"local {wire}"

    def name(self, group: str) -> str:
        """Name of the item that holds a group's label."""
        return f"name {group}"

    def turned(self, point: Point) -> Point:
        """Where a point of the layout is in the picture."""
        return (point[1], -point[0]) if self.up else point


def make_plan(drawing: Drawing, theme: Theme, typesetter: Typesetter, *, up: bool = False) -> Plan:
    """Typeset every label, and find the size of everything."""
    consumed = {wire.source for wire in drawing.wires}
    formulas = {b.id: typesetter.formula(b.label, theme.box_size) for b in drawing.boxes}
    tags: dict[str, Tag] = {}
    for box in drawing.boxes:
        tag = _make_tag(box, theme, typesetter, up=up)
        leaves = box.id in consumed
        if (tag.above or tag.below) or (box.id == drawing.output and not leaves):
            tags[box.id] = tag
    ends = Counter((wire.source, wire.target) for wire in drawing.wires)
    entering = Counter(wire.target for wire in drawing.wires)
    local = {
        number: typesetter.formula(wire.label, theme.label_size) if wire.label else None
        for number, wire in enumerate(drawing.wires)
        if wire.label or ends[wire.source, wire.target] > 1
    }
    bare = Plan((), (), (), formulas, tags, local, up=up)
    ordered = _ordered(drawing)
    items: list[Item] = []
    links: list[Link] = []
    routes: list[tuple[str, object]] = []
    members: dict[str, list[str]] = {}
    for box in drawing.boxes:
        item = _turned(_box_item(bare.box(box.id), box, formulas[box.id]), up=up)
        items.append(item._replace(ordered=box.id in ordered))
        members.setdefault(box.group, []).append(item.name)
        if box.id in tags:
            members[box.group].append(bare.tag(box.id))
            items.append(Item(bare.tag(box.id), tags[box.id].width, tags[box.id].height))
            links.append(Link(bare.box(box.id), bare.tag(box.id), True, True, False, _STRAIGHT))
            routes.append(("tag", box.id))
    for number, wire in enumerate(drawing.wires):
        source = bare.tag(wire.source) if wire.source in tags else bare.box(wire.source)
        if number in local:
            items.append(_turned(_local_item(bare.local(number), local[number]), up=up))
            members.setdefault(_inside(drawing, wire), []).append(bare.local(number))
            links.append(Link(source, bare.local(number), True, True, False, 2))
            routes.append(("to", number))
            source = bare.local(number)
        alone = entering[wire.target] == 1
        links.append(Link(source, bare.box(wire.target), enters=alone, weight=6 if alone else 2))
        routes.append(("wire", number))
    names = {g.id: typesetter.formula(g.label, theme.label_size) for g in drawing.groups if g.label}
    for group, label in names.items():  # a group's label is an item inside, so that wires keep clear of it
        items.append(_turned(Item(bare.name(group), label.width, label.height + label.depth), up=up))
        members.setdefault(group, []).append(bare.name(group))
    groups = tuple(Cluster(g.id, tuple(members.get(g.id, ())), g.parent) for g in drawing.groups)
    found = tuple(items), tuple(links), tuple(routes)
    return Plan(*found, formulas, tags, local, groups, names, up)


def _inside(drawing: Drawing, wire: Wire) -> str:
    """The group that both ends of a wire stand in, or ""."""
    groups = {box.id: box.group for box in drawing.boxes}
    return groups[wire.source] if groups[wire.source] == groups[wire.target] else ""


def _turned(item: Item, *, up: bool) -> Item:
    return item._replace(width=item.height, height=item.width) if up else item


def _ordered(drawing: Drawing) -> frozenset[str]:
    """Boxes whose operands can stand in reading order: mostly inputs, and of nothing else."""
    inputs = {box.id for box in drawing.boxes if box.role in {"data", "parameter"}}
    uses = Counter(wire.source for wire in drawing.wires)
    operands: dict[str, list[str]] = {}
    for wire in drawing.wires:
        operands.setdefault(wire.target, []).append(wire.source)
    return frozenset(
        target
        for target, sources in operands.items()
        if len(sources) > 1
        and sum(source not in inputs for source in sources) <= 1
        and sum(uses[source] > 1 for source in sources) <= 1
    )


def _make_tag(box: Box, theme: Theme, typesetter: Typesetter, *, up: bool) -> Tag:
    is_input = box.role in {"data", "parameter"}
    name = "" if is_input and box.value is None and box.name == box.label else box.name
    text = equated((name, box.value or ""))
    if box.space and not is_set(box.value or ""):
        text = rf"{text or box.name} \in {box.space}"
    size = theme.label_size
    above = typesetter.formula(text, size) if text else None
    below = typesetter.formula(box.gradient, size) if box.gradient else None
    bare = Tag(above, below, 0.0, 0.0)
    over = bare.above_by(size) + above.height if above else 0.0
    under = bare.below_by(size) + below.depth if below else 0.0
    wide = max(formula.width if formula else 0.0 for formula in (above, below))
    if up:
        high = max(formula.height + formula.depth if formula else 0.0 for formula in (above, below))
        return Tag(above, below, high + 2 * _LOCAL_SIDE, 2 * (wide + TAG_GAP + 1.0))
    # The wire runs through the middle of the item, so it is as high below as above.
    return Tag(above, below, wide + 2 * _TAG_SIDE, 2 * max(over, under, 4.0) + 2.0)


def _local_item(name: str, formula: Formula | None) -> Item:
    if formula is None:
        return Item(name, _TWIN, _TWIN)
    height = formula.height + formula.depth
    return Item(name, formula.width + 2 * _LOCAL_SIDE, height + 2 * _LOCAL_GAP)


def _box_item(name: str, box: Box, formula: Formula) -> Item:
    width, height = formula.width, formula.height + formula.depth
    if box.bare:
        return Item(name, max(width, 1.0), max(height, 1.0))
    if box.link:
        return Item(name, max(width + 1.4 * _PAD_X, 30.0), height + 12.0)
    if not (box.round or box.role in {"data", "parameter"}):
        return Item(name, max(width + 2 * _PAD_X, _LEAST), max(height + 2 * _PAD_Y, 44.0))
    if width <= _SHORT:
        across = max(_LEAST, hypot(width, height) + 10.0)
        return Item(name, across, across, round=True)
    # An ellipse through the corners of what it holds, with some air.
    return Item(name, 1.24 * width + 12.0, max(_LEAST, 1.95 * height), round=True)
