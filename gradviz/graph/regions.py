"""Which comparisons can hold together: what cases leave out, and where they overlap."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

from gradviz.notation import tree
from gradviz.notation.literals import number_of

_TURNED: Mapping[str, str] = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "=": "=", "≠": "≠"}
_HOLDS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
    "=": operator.eq,
    "≠": operator.ne,
}
_MOST = 5000

Condition = tuple[tree.Comparison, ...]
"""Comparisons that all hold."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A quantity compared with a number."""

    quantity: object
    operator: str
    number: Fraction

    def holds(self, at: Mapping[object, Fraction]) -> bool:
        return _HOLDS[self.operator](at[self.quantity], self.number)


def possible(
    held: Condition,
    broken: Iterable[Condition] = (),
    members: Callable[[str], Collection[Fraction] | None] = lambda name: None,
) -> bool:
    """Whether the comparisons may all hold where none of the other conditions does.

    The answer no is certain. Quantities are taken as independent of each other, and where there are too many to try,
    the answer is yes.

    Parameters
    ----------
    held : tuple of tree.Comparison
    broken : iterable of tuple of tree.Comparison
    members : callable
        The values that a name can have, where they are few.

    Examples
    --------
    >>> zero, v = tree.Number(Fraction(0)), tree.Name("v")
    >>> above, below = tree.Comparison(">", v, zero), tree.Comparison("<", v, zero)
    >>> possible((above, below)), possible((), [(above,), (below,)])
    (False, True)
    """
    true = [_bound(c) for c in held]
    false = [[_bound(c) for c in condition] for condition in broken]
    bounds = [*true, *(b for condition in false for b in condition)]
    quantities = list(dict.fromkeys(b.quantity for b in bounds))
    points = [_points(q, [b.number for b in bounds if b.quantity == q], members) for q in quantities]
    count = 1
    for choices in points:
        count *= len(choices)
    if count > _MOST:
        return True
    for values in product(*points):
        at = dict(zip(quantities, values, strict=True))
        if all(b.holds(at) for b in true) and not any(all(b.holds(at) for b in c) for c in false):
            return True
    return False


def _bound(c: tree.Comparison) -> _Bound:
    left, right = number_of(c.left), number_of(c.right)
    if right is not None:
        return _Bound(c.left, c.operator, right)
    if left is not None:
        return _Bound(c.right, _TURNED[c.operator], left)
    if repr(c.left) > repr(c.right):
        return _Bound((c.right, c.left), _TURNED[c.operator], Fraction(0))
    return _Bound((c.left, c.right), c.operator, Fraction(0))


def _points(
    quantity: object, numbers: Iterable[Fraction], members: Callable[[str], Collection[Fraction] | None]
) -> Sequence[Fraction]:
    """Values at which every way to lie between the numbers comes up."""
    array = quantity.array if isinstance(quantity, tree.Entry) else quantity
    few = members(array.name) if isinstance(array, tree.Name) else None
    if few is not None:
        return sorted(few)
    ends = sorted(set(numbers))
    return [ends[0] - 1, *ends, *((a + b) / 2 for a, b in pairwise(ends)), ends[-1] + 1]
