"""Formulas with indicators by cases: what a function is on each side of its thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from gradviz.messages import GradvizError
from gradviz.notation import tree, write
from gradviz.notation.walk import children, rebuild
from gradviz.ops import WORDS

_ZERO, _ONE = tree.Number(Fraction(0), "0"), tree.Number(Fraction(1), "1")
_LARGER = {"max": ">", "maximum": ">", "min": "<", "minimum": "<"}
"""When the first of two is taken."""
_DEEPEST = 6
_TURNED = {">": "<", "<": ">", "≥": "≤", "≤": "≥"}
_HOLDS: Mapping[str, Callable[[int], bool]] = {
    ">": lambda side: side > 0,
    "<": lambda side: side < 0,
    "≥": lambda side: side >= 0,
    "≤": lambda side: side <= 0,
    "=": lambda side: side == 0,
    "≠": lambda side: side != 0,
}
"""Whether a comparison with a threshold holds below it (-1), at it (0), above it (1)."""


def by_cases(e: tree.Expr, variable: str, simplified: Callable[[tree.Expr], tree.Expr]) -> tree.Expr:
    """An expression with indicators of a variable as cases, the largest values first.

    It stays as it is where an indicator compares something else, or thresholds cannot be put in order.

    Parameters
    ----------
    e : tree.Expr
    variable : str
    simplified : callable
        What makes an expression without indicators shorter.

    Examples
    --------
    >>> from gradviz.notation import read_expression
    >>> e = read_expression("v 1[v > 0] + (e^v - 1) 1[v ≤ 0]", WORDS, ("v",))
    >>> in_words(by_cases(e, "v", lambda e: e))
    '{ v, v > 0; e^v − 1, v ≤ 0 }'
    """
    if not _conditions(e):
        return e
    ordered = _thresholds(e, variable)
    if ordered is None:
        return e
    regions = _regions(e, variable, ordered)
    rows = tuple((_shorter(inner, simplified), _between(variable, ordered, low, high)) for inner, low, high in regions)
    return tree.Cases(rows) if len(rows) > 1 else rows[0][0]


def _thresholds(e: tree.Expr, variable: str) -> list[tree.Expr] | None:
    """The places where something changes, in order; None where they cannot be told.

    What a comparison of a maximum says is known only between the places where the maximum changes: so they are looked
    for until no new one comes up.
    """
    ordered: list[tree.Expr] = []
    for _ in range(_DEEPEST):
        found: dict[tree.Expr, None] = {}
        for at in range(2 * len(ordered) + 1):
            open_ = dict.fromkeys(_conditions(_decided(e, variable, ordered, at)))
            places = [_threshold(c, variable) for c in open_]
            found |= {place[1]: None for place in places if place}
            if open_ and not any(places):
                return None
        if not found:
            return ordered
        known = _ordered([*ordered, *(p for p in found if _position(p, ordered) is None)])
        if known is None:
            return None
        ordered = known
    return None


def in_words(e: tree.Expr) -> str:
    """An expression as plain text; cases in braces."""
    if not isinstance(e, tree.Cases):
        return write(e, "unicode", WORDS)
    rows = (", ".join([in_words(value), _said(conditions)]) for value, conditions in e.rows)
    return f"{{ {'; '.join(rows)} }}"


def _said(conditions: Sequence[tree.Comparison]) -> str:
    return " and ".join(write(c, "unicode", WORDS) for c in conditions) or "else"


def _conditions(e: tree.Expr) -> list[tree.Comparison]:
    """The comparisons inside, those that a maximum makes among them where there are others."""
    inside = [c for inner in children(e) for c in _conditions(inner)]
    if isinstance(e, tree.Indicator):
        return [e.condition, *_choices(e.condition)]
    return inside


def _choices(e: tree.Expr) -> list[tree.Comparison]:
    """The comparisons of maxima and minima."""
    found = [c for inner in children(e) for c in _choices(inner)]
    if isinstance(e, tree.Call) and e.function in _LARGER and len(e.arguments) == 2:
        found.append(tree.Comparison(_LARGER[e.function], *e.arguments))
    return found


def _threshold(c: tree.Comparison, variable: str) -> tuple[str, tree.Expr] | None:
    """A comparison as one of the variable with something that does not depend on it."""
    here = tree.Name(variable)
    if c.operator in _HOLDS and c.left == here and not _names(c.right, variable):
        return c.operator, c.right
    if c.operator in _HOLDS and c.right == here and not _names(c.left, variable):
        return _TURNED.get(c.operator, c.operator), c.left
    return _solved(c, variable)


Line = tuple[Fraction, Fraction]
"""Slope and height at 0."""


def _solved(c: tree.Comparison, variable: str) -> tuple[str, tree.Expr] | None:
    """A comparison of two straight lines in the variable, as one of the variable with the place where they meet."""
    left, right = _line(c.left, variable), _line(c.right, variable)
    if left is None or right is None or c.operator not in _HOLDS or left[0] == right[0]:
        return None
    slope = left[0] - right[0]
    place = (right[1] - left[1]) / slope
    size = tree.Number(abs(place), str(abs(place)))
    turned = _TURNED.get(c.operator, c.operator) if slope < 0 else c.operator
    return turned, tree.Negative(size) if place < 0 else size


def _line(e: tree.Expr, variable: str) -> Line | None:
    """An expression as a straight line, where it is one with numbers."""
    if isinstance(e, tree.Number):
        return Fraction(0), e.value
    if e == tree.Name(variable):
        return Fraction(1), Fraction(0)
    parts = [_line(part, variable) for part in children(e)]
    lines = [line for line in parts if line is not None]
    if len(lines) < len(parts):
        return None
    if isinstance(e, tree.Negative):
        return -lines[0][0], -lines[0][1]
    if isinstance(e, tree.Sum):
        return sum((s for s, _ in lines), Fraction(0)), sum((h for _, h in lines), Fraction(0))
    return _product_of_lines(lines, e.operators) if isinstance(e, tree.Product) else None


def _product_of_lines(lines: list[Line], operators: Sequence[str]) -> Line | None:
    slope, height = lines[0]
    for (s, h), operator in zip(lines[1:], operators, strict=True):
        if (operator == "/" and (s or not h)) or (s and slope):
            return None
        slope, height = (slope / h, height / h) if operator == "/" else (slope * h + height * s, height * h)
    return slope, height


def _names(e: tree.Expr, name: str) -> bool:
    return e == tree.Name(name) or any(_names(c, name) for c in children(e))


def _value(e: tree.Expr) -> Fraction | None:
    if isinstance(e, tree.Negative):
        inner = _value(e.operand)
        return None if inner is None else -inner
    return e.value if isinstance(e, tree.Number) else None


def _ordered(places: list[tree.Expr]) -> list[tree.Expr] | None:
    """Thresholds from the least on; None where nobody knows."""
    values = [_value(place) for place in places]
    if len(places) == 1:
        return places
    known = {value: place for value, place in zip(values, places, strict=True) if value is not None}
    return [known[value] for value in sorted(known)] if len(known) == len(places) else None


# A region is told by where it begins and ends: twice the number of a threshold for the place itself, odd numbers for
# what lies between.


def _regions(e: tree.Expr, variable: str, ordered: list[tree.Expr]) -> list[tuple[tree.Expr, int, int]]:
    """What the expression is, from the right to the left, where neighbours differ."""
    found: list[tuple[tree.Expr, int, int]] = []
    for at in range(2 * len(ordered), -1, -1):
        inner = _folded(_decided(e, variable, ordered, at))
        if found and found[-1][0] == inner:
            found[-1] = inner, at, found[-1][2]
        else:
            found.append((inner, at, at))
    return found


def _decided(e: tree.Expr, variable: str, ordered: list[tree.Expr], at: int) -> tree.Expr:
    """The expression with each indicator decided."""
    e = rebuild(e, lambda c: _decided(c, variable, ordered, at))
    if isinstance(e, tree.Indicator):
        holds = _holds(e.condition, variable, ordered, at)
        return e if holds is None else _ONE if holds else _ZERO
    if isinstance(e, tree.Call) and e.function in _LARGER and len(e.arguments) == 2:
        holds = _holds(tree.Comparison(_LARGER[e.function], *e.arguments), variable, ordered, at)
        return e if holds is None else e.arguments[0 if holds else 1]
    return e


def _holds(c: tree.Comparison, variable: str, ordered: list[tree.Expr], at: int) -> bool | None:
    """Whether a comparison holds on a region; None where that is not known."""
    left, right = _line(c.left, variable), _line(c.right, variable)
    if left and right and left[0] == right[0]:
        return _HOLDS[c.operator]((left[1] > right[1]) - (left[1] < right[1])) if c.operator in _HOLDS else None
    found = _threshold(c, variable)
    place = None if found is None else _position(found[1], ordered)
    return None if found is None or place is None else _HOLDS[found[0]](at - (2 * place + 1))


def _position(place: tree.Expr, ordered: list[tree.Expr]) -> int | None:
    """Which threshold this is, in whatever spelling."""
    value = _value(place)
    same = (known == place or (value is not None and _value(known) == value) for known in ordered)
    return next((n for n, equal in enumerate(same) if equal), None)


def _between(variable: str, ordered: list[tree.Expr], low: int, high: int) -> tuple[tree.Comparison, ...]:
    """The comparisons that hold on a region."""
    name = tree.Name(variable)
    if low == high and low % 2:
        return (tree.Comparison("=", name, ordered[low // 2]),)
    found = []
    if low > 0:
        operator = "≥" if low % 2 else ">"
        found.append(tree.Comparison(operator, name, ordered[(low - 1) // 2]))
    if high < 2 * len(ordered):
        operator = "≤" if high % 2 else "<"
        found.append(tree.Comparison(operator, name, ordered[high // 2]))
    return tuple(found)


def _folded(e: tree.Expr) -> tree.Expr:
    """Without summands that are 0, factors that are 1, and products with 0."""
    e = rebuild(e, _folded)
    if isinstance(e, tree.Sum):
        items = tuple(i for i in e.items if i != _ZERO and i != tree.Negative(_ZERO))
        return replace(e, items=items) if len(items) > 1 else items[0] if items else _ZERO
    if isinstance(e, tree.Negative) and e.operand == _ZERO:
        return _ZERO
    if isinstance(e, tree.Product):
        return _product(e)
    return e


def _product(e: tree.Product) -> tree.Expr:
    signs = ("", *e.operators)
    if any(o == _ZERO and s != "/" for o, s in zip(e.operands, signs, strict=True)):
        return _ZERO
    kept = [(s, o) for s, o in zip(signs, e.operands, strict=True) if o != _ONE]
    if not kept:
        return _ONE
    if kept[0][0] == "/":
        kept.insert(0, ("", _ONE))
    if len(kept) == 1:
        return kept[0][1]
    return tree.Product(tuple(o for _, o in kept), tuple(s for s, _ in kept[1:]))


def _shorter(e: tree.Expr, simplified: Callable[[tree.Expr], tree.Expr]) -> tree.Expr:
    try:
        found = simplified(e)
    except GradvizError:
        return e
    return found if len(write(found, "unicode", WORDS)) < len(write(e, "unicode", WORDS)) else e
