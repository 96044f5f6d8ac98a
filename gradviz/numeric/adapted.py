"""A library that computes, with some of its functions in other words."""

from __future__ import annotations

from typing import Any


class Adapted:
    """A library; what a subclass defines stands in the place of the library's own.

    Parameters
    ----------
    library : module or object
        Its names are looked up once, so that they cost no more than its own.
    """

    def __init__(self, library: Any) -> None:
        own = set(dir(type(self)))
        vars(self).update({name: part for name, part in vars(library).items() if name not in own})
        self.library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)
