"""Results by name, in whatever spelling a name is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from gradviz.notation import canonical

T = TypeVar("T")


class ByName(Mapping[str, T]):
    """A mapping whose keys are names: ``W1``, ``W_1`` and ``W₁`` are one key.

    Examples
    --------
    >>> found = ByName({"W1": 3})
    >>> found["W_1"], found["W₁"], "W2" in found
    (3, 3, False)
    """

    def __init__(self, items: Mapping[str, T]) -> None:
        self._items = dict(items)

    def __getitem__(self, name: str) -> T:
        if name in self._items:
            return self._items[name]
        return self._items[resolve(name, self._items)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._items or resolve(name, self._items) in self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


def resolve(name: str, known: Mapping[str, object]) -> str:
    """The canonical spelling of a name; as it stands where it cannot be read as one."""
    from gradviz.messages import GradvizError

    try:
        return canonical(name, known)
    except GradvizError:
        return name
