"""Places for labels on straight wires, where they meet nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradviz.render.crossings import Point
from gradviz.render.shapes import Bounds

_ALONG = (0.3, 0.26, 0.34, 0.22, 0.38, 0.42, 0.18, 0.46, 0.5, 0.54, 0.58, 0.62, 0.66, 0.7, 0.74, 0.78, 0.82)
_AIR = 3.0


class Segment(NamedTuple):
    """A straight wire, or the part of it outside the boxes at its ends."""

    start: Point
    end: Point

    def at(self, t: float) -> Point:
        """The point a part of the way along."""
        (x0, y0), (x1, y1) = self.start, self.end
        return x0 + t * (x1 - x0), y0 + t * (y1 - y0)


def find_spots(
    sizes: Mapping[int, tuple[float, float]], wires: Sequence[Segment], taken: Sequence[Bounds]
) -> dict[int, Bounds]:
    """Where labels of some wires may stand: on their own wire, clear of every other one and of what is taken.

    Parameters
    ----------
    sizes : mapping
        Width and height of the label of a wire, by its number.
    wires : sequence
        All wires that might be met.
    taken : sequence
        What is there already.

    Returns
    -------
    dict
        The bounds of each label that found a place.

    Examples
    --------
    >>> level = Segment((0, 0), (200, 0)), Segment((0, 100), (200, 100))
    >>> find_spots({0: (20, 10)}, level, [])
    {0: (50.0, -5.0, 70.0, 5.0)}
    >>> find_spots({0: (20, 10)}, level, [(0, -50, 200, 50)])
    {}
    """
    found: dict[int, Bounds] = {}
    for number, (width, height) in sizes.items():
        for t in _ALONG:
            x, y = wires[number].at(t)
            spot = x - width / 2, y - height / 2, x + width / 2, y + height / 2
            room = spot[0] - _AIR, spot[1] - _AIR, spot[2] + _AIR, spot[3] + _AIR
            if any(_meet(room, other) for other in (*taken, *found.values())):
                continue
            if any(clip(wire, room) for n, wire in enumerate(wires) if n != number):
                continue
            found[number] = spot
            break
    return found


def clip(wire: Segment, box: Bounds) -> tuple[float, float] | None:
    """From where to where a wire runs through a rectangle, as parts of its length; None where it does not.

    Examples
    --------
    >>> clip(Segment((0, 0), (10, 0)), (2, -1, 4, 1)), clip(Segment((0, 0), (10, 0)), (2, 1, 4, 2))
    ((0.2, 0.4), None)
    """
    (x0, y0), (x1, y1) = wire
    low, high = 0.0, 1.0
    for start, step, least, most in ((x0, x1 - x0, box[0], box[2]), (y0, y1 - y0, box[1], box[3])):
        if abs(step) < 1e-9:
            if not least < start < most:
                return None
            continue
        a, b = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, a), min(high, b)
    return (low, high) if low < high else None


def pieces(wire: Segment, spot: Bounds | None) -> Iterator[Segment]:
    """What is left of a wire beside its label."""
    through = clip(wire, spot) if spot else None
    if through is None:
        yield wire
        return
    low, high = through
    if low > 0.0:
        yield Segment(wire.start, wire.at(low))
    if high < 1.0:
        yield Segment(wire.at(high), wire.end)


def _meet(a: Bounds, b: Bounds) -> bool:
    return min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
