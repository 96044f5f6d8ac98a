"""Are two expressions equal?"""

from gradviz.equality.holds import close, holds, points, value_of
from gradviz.equality.points import Point
from gradviz.equality.step import confirms

__all__ = ["Point", "close", "confirms", "holds", "points", "value_of"]
