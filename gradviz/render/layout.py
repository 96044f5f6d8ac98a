"""Where boxes of fixed size stand, and how the wires run: by Graphviz, from left to right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from gradviz.messages import GradvizError, say
from gradviz.render.cache import Store, key_of, locate, versions
from gradviz.render.crossings import Point, count_crossings

_FORMAT = 2
ROW_GAP, COLUMN_GAP = 16.0, 28.0
_BEND = 5.0
_TALL, _CLIMB, _FAR = 220.0, 0.08, 60.0  # the height from which on an item asks for room beside it
_FRAME = 14
_SMALL = 120
"""Up to this many items a layout costs little, and is tried twice."""
_ARROW = 0.85  # of Graphviz' own arrow head, which is 10 pixels long


class Item(NamedTuple):
    """A box that takes room.

    Parameters
    ----------
    name : str
        Unique.
    width, height : float
        In pixels.
    round : bool
        Whether wires end at an ellipse.
    ordered : bool
        Whether what comes in should stand in the order of the links, where that costs no crossing.
    """

    name: str
    width: float
    height: float
    round: bool = False
    ordered: bool = False


class Link(NamedTuple):
    """A wire between two items.

    Parameters
    ----------
    source, target : str
        Names of items.
    leaves, enters : bool
        Whether it leaves from the middle of the right side, whether it enters at the middle of the
        left side; otherwise it enters wherever it arrives.
    arrow : bool
        Whether room is left for an arrow head.
    weight : int
        How much it wants to be short and straight.
    span : int
        How many columns it runs on at least.
    """

    source: str
    target: str
    leaves: bool = True
    enters: bool = False
    arrow: bool = True
    weight: int = 1
    span: int = 1


class Cluster(NamedTuple):
    """Items that stand together in a frame; ``parent`` is the name of the cluster that it stands in, or ""."""

    name: str
    members: tuple[str, ...]
    parent: str = ""


class Placement(NamedTuple):
    """Where everything stands; y grows downwards.

    Parameters
    ----------
    centers : mapping
        Middle of each item.
    wires : tuple
        For each link the points of its cubic spline (1 + 3n of them), and the tip of its arrow or
        None.
    frames : mapping
        Left, top, right and bottom of each cluster.
    """

    centers: Mapping[str, Point]
    wires: tuple[tuple[tuple[Point, ...], Point | None], ...]
    frames: Mapping[str, tuple[float, float, float, float]] = MappingProxyType({})


def place(
    items: tuple[Item, ...], links: tuple[Link, ...], store: Store, clusters: tuple[Cluster, ...] = ()
) -> Placement:
    """Place items and wires, or return what is kept of an earlier run.

    Raises
    ------
    GradvizError
        Where there is no Graphviz.

    Examples
    --------
    >>> placed = place((Item("a", 40, 30), Item("b", 40, 30)), (Link("a", "b"),), Store(""))
    >>> (ax, ay), (bx, by) = placed.centers["a"], placed.centers["b"]
    >>> ax < bx and ay == by
    True
    """
    dots = [_write(items, links, clusters, ordered=False)]
    if any(item.ordered for item in items) and len(items) <= _SMALL:
        dots.insert(0, _write(items, links, clusters, ordered=True))
    key = key_of("layout", _FORMAT, versions(locate, "pygraphviz"), dots)
    kept = _read(store.get(key), items, links, clusters)
    if kept is not None:
        return kept
    found = []
    for dot in dots:
        data = _extract(json.loads(_run(dot)))
        placement = _read(data, items, links, clusters)
        if placement is None:
            raise GradvizError(say("layout-failed"))
        crossings = count_crossings([points for points, _ in placement.wires]) if dots[1:] else 0
        found.append((crossings, data, placement))
        if crossings == 0:
            break
    _, data, placement = min(found, key=itemgetter(0))
    store.put(key, data)
    return placement


def _write(items: tuple[Item, ...], links: tuple[Link, ...], clusters: tuple[Cluster, ...], *, ordered: bool) -> str:
    names = {item.name: f"n{number}" for number, item in enumerate(items)}
    lines = [
        "digraph g {",
        f"rankdir=LR; nodesep={ROW_GAP / 72:.3f}; ranksep={_column_gap(items, links) / 72:.3f};",
        f'node [shape=box, fixedsize=true, label="", fontsize=10]; edge [arrowsize={_ARROW}];',
    ]
    for item in items:
        shape = ", shape=ellipse" if item.round else ""
        shape += ", ordering=in" if item.ordered and ordered else ""
        width, height = item.width / 72, item.height / 72
        lines.append(f"{names[item.name]} [width={width:.4f}, height={height:.4f}{shape}];")
    for cluster in clusters:
        if not cluster.parent:
            lines += _write_cluster(cluster, clusters, names)
    for number, link in enumerate(links):
        ports = (":e" if link.leaves else "", ":w" if link.enters else "")
        ends = f"{names[link.source]}{ports[0]} -> {names[link.target]}{ports[1]}"
        head = "" if link.arrow else ", arrowhead=none"
        span = f", minlen={link.span}" if link.span > 1 else ""
        lines.append(f"{ends} [id=e{number}, weight={link.weight}{head}{span}];")
    return "\n".join([*lines, "}"])


def _write_cluster(cluster: Cluster, clusters: tuple[Cluster, ...], names: Mapping[str, str]) -> list[str]:
    inner = [line for c in clusters if c.parent == cluster.name for line in _write_cluster(c, clusters, names)]
    return [
        f"subgraph cluster_{clusters.index(cluster)} {{",
        f"margin={_FRAME};",
        *(f"{names[member]};" for member in cluster.members),
        *inner,
        "}",
    ]


def _column_gap(items: tuple[Item, ...], links: tuple[Link, ...]) -> float:
    """Wires that part need room to bend: the more of them, and the further from each other, the more room."""
    leaving = Counter(link.source for link in links)
    tallest = max((item.height for item in items), default=0.0)
    more = _BEND * max(0, min(8, max(leaving.values(), default=0)) - 2)
    return COLUMN_GAP + more + min(_FAR, _CLIMB * max(0.0, tallest - _TALL))


def _run(dot: str) -> bytes:
    """Graphviz' answer as JSON: from the library where it is there, else from the program."""
    try:
        import pygraphviz
    except ImportError:
        return _run_program(dot)
    answer = pygraphviz.AGraph(string=dot).draw(format="json0", prog="dot")
    return bytes(answer)


def _run_program(dot: str) -> bytes:
    import shutil
    import subprocess

    program = shutil.which("dot")
    if program is None:
        raise GradvizError(say("no-graphviz"), hint=say("no-graphviz-hint"))
    try:
        done = subprocess.run(  # noqa: S603
            [program, "-Tjson0"], input=dot.encode(), capture_output=True, check=True, timeout=120
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise GradvizError(say("layout-failed")) from problem
    return done.stdout


def _extract(answer: dict[str, Any]) -> object:
    """Keep what matters: [x, y] of each item; [tip or None, [[x, y], …]] of each link."""
    top = float(answer["bb"].split(",")[3])

    def point(text: str) -> list[float]:
        x, y = text.split(",")
        return [round(float(x), 2), round(top - float(y), 2)]

    wires = []
    for edge in sorted(answer.get("edges", ()), key=lambda edge: int(edge["id"][1:])):
        tip, points = None, []
        for text in edge["pos"].split():
            if text.startswith("e,"):
                tip = point(text[2:])
            else:
                points.append(point(text))
        wires.append([tip, points])
    objects = answer.get("objects", ())
    frames = []
    for item in sorted((o for o in objects if "bb" in o), key=lambda o: int(o["name"].rpartition("_")[2])):
        left, low, right, high = map(float, item["bb"].split(","))
        frames.append([round(n, 2) for n in (left, top - high, right, top - low)])
    ordered = sorted((o for o in objects if "bb" not in o), key=lambda item: int(item["name"][1:]))
    return [[point(item["pos"]) for item in ordered], wires, frames]


def _read(
    data: object, items: tuple[Item, ...], links: tuple[Link, ...], clusters: tuple[Cluster, ...]
) -> Placement | None:
    """Make a placement of what was kept; None where it is damaged or of another picture."""
    try:
        centers, wires, frames = cast(list[Any], data)
        placed = {item.name: (float(x), float(y)) for item, (x, y) in zip(items, centers, strict=True)}
        routed = tuple(
            (tuple((float(x), float(y)) for x, y in points), tip and (float(tip[0]), float(tip[1])))
            for _, (tip, points) in zip(links, wires, strict=True)
        )
        framed = {
            c.name: (float(x0), float(y0), float(x1), float(y1))
            for c, (x0, y0, x1, y1) in zip(clusters, frames, strict=True)
        }
    except (TypeError, ValueError, IndexError):
        return None
    if any(len(points) % 3 != 1 or len(points) < 4 for points, _ in routed):
        return None
    return Placement(placed, routed, framed)
