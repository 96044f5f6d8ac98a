"""Values where floating point meets ``0 · ln 0``, which is 0: the limit of ``p ln p``."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from gradviz.numeric.adapted import Adapted

_LOWEST = -1e300
"""Stands for ln 0: times 0 it is 0, and what it is part of is as good as infinite."""

_BEYOND = 1e280


@cache
def limited(library: Any) -> Limited:
    """The library that computes with ln 0 as a very low number."""
    return Limited(library)


class Limited(Adapted):
    """A library in which 0 has a logarithm."""

    def log(self, v: Any) -> Any:
        """The logarithm; a very low number at 0."""
        if isinstance(v, float | int):
            return self.library.log(v) if v else _LOWEST
        import numpy as np

        found = self.library.log(v)
        return np.where(v == 0, _LOWEST, found)


def unlimited(value: Any) -> Any:
    """A value in which what came of ln 0 is infinite again.

    Examples
    --------
    >>> unlimited(-1e300), unlimited(2.0)
    (-inf, 2.0)
    """
    import numpy as np

    found = np.where(np.abs(value) > _BEYOND, np.copysign(np.inf, value), value)
    return found + 0.0 if np.ndim(value) else float(found) + 0.0


def is_unknown(value: Any) -> bool:
    """Whether some entry is no number."""
    if isinstance(value, float):
        return math.isnan(value)  # a graph of scalars does not wait for NumPy
    import numpy as np

    return bool(np.isnan(value).any())
