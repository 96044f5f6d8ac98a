"""The options of pictures as keywords."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict


class Options(TypedDict, total=False):
    """How a picture is to look, see `gradviz.render.Style`, and what is shown of it, see `Explanation.save`."""

    view: str
    show: str | Iterable[str]
    open: str | Iterable[str]
    theme: str
    direction: str
    digits: int
    fractions: bool
    legend: bool
    size: float
    limit: int
    boxes: int
    step: int | None
    steps: bool
    dpi: float
