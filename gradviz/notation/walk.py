"""Going through syntax trees: what is inside an expression, and putting something else there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import attrgetter, is_
from typing import Any

from gradviz.notation import tree


def children(e: tree.Expr) -> tuple[tree.Expr, ...]:
    """The expressions directly inside an expression.

    Examples
    --------
    >>> children(tree.Negative(tree.Name("x")))
    (Name(name='x'),)
    """
    return _PARTS[type(e)](e)


def _operand(e: Any) -> tuple[tree.Expr, ...]:
    return (e.operand,)


_LEAVES = frozenset({tree.Name, tree.Constant, tree.Number})

_PARTS: Mapping[type, Callable[[Any], tuple[tree.Expr, ...]]] = {
    **dict.fromkeys((tree.Name, tree.Constant, tree.Number), lambda e: ()),
    **dict.fromkeys((tree.Negative, tree.Transpose, tree.Inverse), _operand),
    **dict.fromkeys((tree.Sum, tree.Array), attrgetter("items")),
    tree.Product: attrgetter("operands"),
    tree.Power: attrgetter("base", "exponent"),
    tree.Call: lambda e: (*e.arguments, *[value for _, value in e.options]),
    tree.Entry: lambda e: (e.array, *e.indices),
    tree.Slice: lambda e: tuple([x for x in (e.low, e.high) if x is not None]),
    tree.Big: lambda e: (*[x for x in (e.low, e.high) if x is not None], e.body),
    tree.Comparison: attrgetter("left", "right"),
    tree.Indicator: lambda e: (e.condition,),
    tree.Cases: lambda e: tuple([x for value, conditions in e.rows for x in (value, *conditions)]),
    tree.Partial: attrgetter("of", "by"),
    tree.Either: attrgetter("readings"),
}


def within(e: tree.Expr) -> list[tree.Expr]:
    """An expression and all that is inside it, the outer before the inner.

    Examples
    --------
    >>> within(tree.Negative(tree.Name("x")))
    [Negative(operand=Name(name='x')), Name(name='x')]
    """
    found = [e]
    for x in found:  # it grows meanwhile
        kind = type(x)
        if kind not in _LEAVES:
            found += _PARTS[kind](x)
    return found


def rebuild(e: tree.Expr, change: Callable[[tree.Expr], tree.Expr]) -> tree.Expr:
    """The expression with each one directly inside it changed; the limits of a sum stay.

    Where nothing changes, it is the expression itself.

    Examples
    --------
    >>> rebuild(tree.Negative(tree.Name("x")), lambda c: tree.Name("y"))
    Negative(operand=Name(name='y'))
    """
    kind = type(e)
    if kind in _LEAVES:
        return e
    if isinstance(e, tree.Big):
        return replace(e, body=change(e.body))
    old = children(e)
    new = tuple([change(c) for c in old])
    return e if all(map(is_, old, new)) else _MADE[kind](e, new)


_MADE: Mapping[type, Callable[[Any, tuple[Any, ...]], tree.Expr]] = {
    **dict.fromkeys(
        (tree.Negative, tree.Transpose, tree.Inverse, tree.Power, tree.Partial, tree.Indicator),
        lambda e, new: type(e)(*new, e.span),
    ),
    **dict.fromkeys((tree.Sum, tree.Array, tree.Either), lambda e, new: type(e)(new, e.span)),
    tree.Product: lambda e, new: tree.Product(new, e.operators, e.span),
    tree.Call: lambda e, new: tree.Call(
        e.function,
        new[: len(e.arguments)],
        e.order,
        e.span,
        tuple([(name, x) for (name, _), x in zip(e.options, new[len(e.arguments) :], strict=True)]),
        e.text,
    ),
    tree.Entry: lambda e, new: tree.Entry(new[0], new[1:], e.span),
    tree.Slice: lambda e, new: replace(e, **dict(zip([n for n in ("low", "high") if getattr(e, n)], new, strict=True))),
    tree.Comparison: lambda e, new: tree.Comparison(e.operator, new[0], new[1], e.span),
    tree.Cases: lambda e, new: replace(e, rows=_rows(e, iter(new))),
}


def _rows(e: tree.Cases, new: Iterator[Any]) -> tuple[tuple[tree.Expr, tuple[tree.Comparison, ...]], ...]:
    return tuple([(next(new), tuple([next(new) for _ in conditions])) for _, conditions in e.rows])


def substitute(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """Put expressions in the place of names; indices bound by a sum are left alone.

    Examples
    --------
    >>> substitute(tree.Negative(tree.Name("v")), {"v": tree.Name("z")})
    Negative(operand=Name(name='z'))
    """
    kind = type(e)
    if isinstance(e, tree.Name):
        return put.get(e.name, e)
    if isinstance(e, tree.Big):
        return replace(e, body=substitute(e.body, {n: x for n, x in put.items() if n != e.index}))
    old = _PARTS[kind](e)
    new = tuple([substitute(c, put) for c in old])
    return e if all(map(is_, old, new)) else _MADE[kind](e, new)


def settle(e: tree.Expr, taken: Mapping[int, tree.Expr], *, cases: bool = True) -> tree.Expr:
    """Put what shapes decided on in the place of what was written: a reading, a case, ``s 𝟏ᵀ``.

    Parameters
    ----------
    e : tree.Expr
    taken : mapping of int to tree.Expr
        By ``id`` of what it is taken for.
    cases : bool
        Whether cases are put in their sums; else they stay as they were written.
    """
    if not taken:
        return e
    if id(e) in taken and (cases or not isinstance(e, tree.Cases)):
        return settle(taken[id(e)], taken, cases=cases)
    return rebuild(e, lambda c: settle(c, taken, cases=cases))


def with_parts(e: tree.Expr, part: Callable[[str], tree.Expr | None]) -> tree.Expr:
    """Put parts of arrays, ``x[1]`` or ``vec(A)``, in the place of the names that say them; not in derivatives.

    Examples
    --------
    >>> with_parts(tree.Negative(tree.Name("x_1")), lambda name: tree.Name("first") if name == "x_1" else None)
    Negative(operand=Name(name='first'))
    """
    if isinstance(e, tree.Name):
        found = part(e.name)
        return e if found is None else _at(found, e.span)
    return e if isinstance(e, tree.Partial) else rebuild(e, lambda c: with_parts(c, part))


def _at(e: tree.Expr, span: tree.Span) -> tree.Expr:
    """An expression, and all inside it, at one place of a text."""
    return replace(rebuild(e, lambda c: _at(c, span)), span=span)
