"""Whether two expressions are equal, by numbers."""

from gradviz.equality.holds import Reading, close, holds, names_in, points, value_of
from gradviz.equality.points import Point
from gradviz.equality.step import confirms

__all__ = ["Point", "Reading", "close", "confirms", "holds", "names_in", "points", "value_of"]
