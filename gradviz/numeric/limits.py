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


def unlimited(value: Any, unknown: Any) -> Any:
    """A value with limits where it was unknown: what came of ln 0 is infinite, and what 1/0 had a part in is no number.

    Parameters
    ----------
    value : float or ndarray
        Computed with the `limited` library.
    unknown : float or ndarray
        Computed without it; its numbers stay.

    Examples
    --------
    >>> unlimited(-1e300, math.nan), unlimited(0.0, math.nan), unlimited(math.inf, math.nan), unlimited(1.0, 2.0)
    (-inf, 0.0, nan, 2.0)
    """
    import numpy as np

    found = np.where(np.abs(value) > _BEYOND, np.copysign(np.inf, value), value)
    found = np.where(np.isinf(value), np.nan, found)
    found = np.where(np.isnan(unknown), found, unknown)
    return found + 0.0 if np.ndim(value) else float(found) + 0.0


def is_unknown(value: Any) -> bool:
    """Whether some entry is no number."""
    if isinstance(value, float):
        return math.isnan(value)  # a graph of scalars does not wait for NumPy
    import numpy as np

    return bool(np.isnan(value).any())
