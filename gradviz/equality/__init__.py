"""Whether two expressions are equal, by numbers."""

from gradviz.equality.holds import Reading, close, holds, names_in, points, value_of
from gradviz.equality.points import Point, pulled_at
from gradviz.equality.shared import Shared, name_of
from gradviz.equality.step import confirms, moved, on_kink

__all__ = [
    "Point",
    "Reading",
    "Shared",
    "close",
    "confirms",
    "holds",
    "moved",
    "name_of",
    "names_in",
    "on_kink",
    "points",
    "pulled_at",
    "value_of",
]
