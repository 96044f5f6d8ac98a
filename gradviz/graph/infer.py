"""Shapes of undeclared arrays, from the indices that a program reads them at.

In ``z = ∑_{i=1}^{3} w_i x_i`` nothing is declared, yet ``w`` and ``x`` can only be vectors of three entries; in
``L = −∑_j y_j ln ŷ_j`` they share a size that nobody named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from gradviz.notation import tree
from gradviz.notation.walk import children
from gradviz.ops import OPERATIONS
from gradviz.ops.operation import Shape
from gradviz.terms import Dim

_BY_LINES = frozenset({"softmax", "log_softmax"})
_FRESH = "nmkpqrst"


class _Classes:
    """Axes and indices that must have one size (union-find)."""

    def __init__(self) -> None:
        self.parent: dict[object, object] = {}
        self.size: dict[object, Dim] = {}

    def find(self, key: object) -> object:
        path = []
        while key in self.parent:
            path.append(key)
            key = self.parent[key]
        for p in path:
            self.parent[p] = key
        return key

    def join(self, a: object, b: object) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            if a in self.size:
                a, b = b, a
            self.parent[a] = b

    def fix(self, key: object, size: Dim) -> None:
        self.size.setdefault(self.find(key), size)


def infer(
    definitions: Iterable[tree.Definition],
    known: Mapping[str, Shape],
    defined: Iterable[str],
    square: Collection[str] = (),
) -> dict[str, Shape]:
    """Shapes of names that are read at indices, and neither declared nor defined.

    Parameters
    ----------
    definitions : iterable of tree.Definition
        The program's definitions in order.
    known : mapping of str to Shape
        Declared shapes, whose sizes go before all others.
    defined : iterable of str
        Names of stages: their shapes follow from their expressions.
    square : collection of str
        Names of what has two axes of one size, whichever that is: Kronecker's δ.
    """
    classes = _Classes()
    ranks: dict[str, int] = {}
    scalars: set[str] = set()
    stages = {*defined, *square}
    for name in square:
        classes.join((name, 0), (name, 1))
    for name, shape in known.items():
        for axis, dim in enumerate(shape):
            classes.fix((name, axis), dim)
    for n, definition in enumerate(definitions):
        scope = {i: ("index", n, i) for i in definition.indices}
        for target in definition.targets:
            for axis, i in enumerate(definition.indices):
                classes.join((target.name, axis), scope[i])
        for name, keys in _reads(definition.value, scope, classes, scalars):
            ranks[name] = len(keys)
            for axis, key in enumerate(keys):
                if key is not None:
                    classes.join((name, axis), key)
    taken = {d for shape in known.values() for d in shape} | set(known) | stages | scalars | set(ranks)
    free = (letter for letter in _names(taken))
    result: dict[str, Shape] = {}
    for name, rank in ranks.items():
        if name in known or name in stages:
            continue
        for axis in range(rank):
            key = classes.find((name, axis))
            if key not in classes.size:
                classes.size[key] = next(free)
        result[name] = tuple(classes.size[classes.find((name, a))] for a in range(rank))
    return result


def _names(taken: set[Dim]) -> Iterator[str]:
    yield from (letter for letter in _FRESH if letter not in taken)
    number = 1
    while True:
        yield f"n{number}"
        number += 1


def _same_axes(e: tree.Expr) -> tree.Expr:
    """What an expression has its axes from: ``z`` for ``softmax(z)``."""
    while isinstance(e, tree.Call) and len(e.arguments) == 1 and not e.options:
        operation = OPERATIONS.get(e.function)
        if operation is None or not (operation.elementwise or e.function in _BY_LINES):
            break
        e = e.arguments[0]
    return e


def _reads(
    e: tree.Expr, scope: Mapping[str, object], classes: _Classes, scalars: set[str]
) -> Iterator[tuple[str, list[object]]]:
    stack: list[tuple[tree.Expr, Mapping[str, object]]] = [(e, scope)]
    while stack:
        here, scope = stack.pop()
        match here:
            case tree.Big():
                key = ("index", id(here), here.index)
                inner = {**scope, here.index: key}
                match here.high:
                    case tree.Number() if here.high.value.denominator == 1:
                        classes.fix(key, int(here.high.value))
                    case tree.Name():
                        classes.fix(key, here.high.name)
                stack.append((here.body, inner))
                continue
            case tree.Entry() if isinstance(array := _same_axes(here.array), tree.Name):
                keys = [scope.get(i.name) if isinstance(i, tree.Name) else None for i in here.indices]
                if any(k is not None for k in keys):
                    yield array.name, keys
                    continue
            case tree.Name():
                scalars.add(here.name)
        stack.extend((c, scope) for c in reversed(children(here)))
