"""A derivative entry by entry, rule by rule: where sums stand in sums, one line would be a leap."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradviz import terms as t
from gradviz.calculus.differentiate import differentiate, local_derivatives
from gradviz.derivation.entries import product, total, without_delta
from gradviz.notation import tree
from gradviz.notation.walk import rebuild
from gradviz.ops.entry import operand as operand_name
from gradviz.record import record

_TO_COME = "∂"
"""The function behind which a derivative that is still to come stands: of its first argument by its second."""


class _Beyond(Exception):  # noqa: N818 - caught in this file
    """What no rule here differentiates."""


@record
class Spelled:
    """A line: its term, with derivatives to come in it, and the rules that led there, by the kinds of their messages.

    Parameters
    ----------
    term : Term
    rules : tuple of (str, str or None)
        The kind, and the function where it is a function's derivative.
    """

    term: t.Term
    rules: tuple[tuple[str, str | None], ...]


def sums_in_sums(definition: t.Term, node: int | str) -> bool:
    """Whether a generator stands below a sum over what it is not read at, inside another; or twice below two sums.

    Examples
    --------
    >>> i, j = t.index(3), t.index(3)
    >>> x, A = t.Atom("x", (j,)), t.Atom("A", (i, j))
    >>> both = t.contract((i, j), t.mul(A, x))
    >>> sums_in_sums(both, "x"), sums_in_sums(both, "A"), sums_in_sums(t.contract((j,), x), "x")
    (True, False, False)
    """
    found: list[bool] = []

    def look(term: t.Term, above: tuple[t.Index, ...]) -> None:
        if isinstance(term, t.Atom) and term.node == node and len(above) > 1:
            found.append(bool(set(above) - term.free))
        inner = (*above, *term.indices) if isinstance(term, t.Contract) else above
        for x in t.children(term):
            look(x, inner)

    look(definition, ())
    return any(found) or len(found) > 1


def spelled(definition: t.Term, by: t.Atom) -> tuple[Spelled, ...]:
    """The lines from the definition to one with Kronecker's δ for each derivative of an entry by another.

    Parameters
    ----------
    definition : Term
        One entry of a stage.
    by : Atom
        An entry of what it is differentiated by.

    Returns
    -------
    tuple of Spelled
        Empty where a rule is wanted that is not here.
    """
    try:
        return tuple(_lines(t.freshen(definition), by))
    except _Beyond:
        return ()


def _lines(definition: t.Term, by: t.Atom) -> Iterator[Spelled]:
    term: t.Term = _marked(definition, by)
    while True:
        for rule in (_linear, _bent):
            used: list[tuple[str, str | None]] = []
            new = _everywhere(term, lambda x, used=used, rule=rule: rule(x, by, used))  # type: ignore[misc]
            if used:
                term = new
                yield Spelled(term, tuple(dict.fromkeys(used)))
        if all(isinstance(x.arguments[0], t.Atom) for x in _to_come(term)):
            break
    yield Spelled(known(term), ())


def known(term: t.Term) -> t.Term:
    """The term with all derivatives to come worked out."""

    def slope(inner: t.Term, by: t.Atom) -> t.Term:
        return differentiate(inner, by.node, tuple(i for i in by.indices if isinstance(i, t.Index)))

    if isinstance(term, t.Apply) and term.function == _TO_COME:
        inner, by = term.arguments
        assert isinstance(by, t.Atom)
        return slope(inner, by)
    return _raw(term, [known(x) for x in t.children(term)])


def shown(e: tree.Expr) -> tree.Expr:
    """The expression with derivatives to come as people write them."""
    if isinstance(e, tree.Call) and e.function == _TO_COME:
        of, by = e.arguments
        return tree.Partial(of, by)
    return rebuild(e, shown)


def summed_away(term: t.Term) -> Iterator[t.Term]:
    """Deltas summed away, one at a time."""
    while (rest := without_delta(term)) is not None:
        term = rest
        yield term


def _marked(inner: t.Term, by: t.Atom) -> t.Apply:
    return t.Apply(_TO_COME, (inner, by))


def _to_come(term: t.Term) -> list[t.Apply]:
    return [x for x in t.subterms(term) if isinstance(x, t.Apply) and x.function == _TO_COME]


def _everywhere(term: t.Term, change: Callable[[t.Term], t.Term]) -> t.Term:
    """A change made to each derivative to come."""
    if isinstance(term, t.Apply) and term.function == _TO_COME:
        return change(term.arguments[0])
    return _raw(term, [_everywhere(x, change) for x in t.children(term)])


def _raw(term: t.Term, parts: list[t.Term]) -> t.Term:
    """A term of other parts, as it stands."""
    if all(a is b for a, b in zip(t.children(term), parts, strict=True)):
        return term
    if isinstance(term, t.Add):
        return _plus(parts)
    if isinstance(term, t.Mul):
        return product(parts)
    return total(term.indices, parts[0]) if isinstance(term, t.Contract) else t.rebuild(term, parts)


def _plus(parts: list[t.Term]) -> t.Term:
    flat = [y for x in parts for y in (x.terms if isinstance(x, t.Add) else (x,))]
    return flat[0] if len(flat) == 1 else t.Add(tuple(flat))


def _depends(term: t.Term, by: t.Atom) -> bool:
    return any(a.node == by.node for a in t.atoms(term))


def _linear(inner: t.Term, by: t.Atom, used: list[tuple[str, str | None]]) -> t.Term:
    """The derivative of a sum is the sum of the derivatives, and what does not depend stands before it."""
    if isinstance(inner, t.Add):
        used.append(("rule-sum", None))
        return _plus([_linear(x, by, used) for x in inner.terms if _depends(x, by)])
    if isinstance(inner, t.Contract):
        used.append(("rule-sum", None))
        return total(inner.indices, _linear(inner.body, by, used))
    if isinstance(inner, t.Mul):
        there = [f for f in inner.factors if _depends(f, by)]
        if len(there) == 1:
            used.append(("rule-constant", None))
            return product(_linear(f, by, used) if f is there[0] else f for f in inner.factors)
    return _marked(inner, by)


def _bent(inner: t.Term, by: t.Atom, used: list[tuple[str, str | None]]) -> t.Term:
    """The product rule, and the chain rule through a power or a function."""
    if isinstance(inner, t.Mul):
        used.append(("rule-product", None))
        places = [n for n, f in enumerate(inner.factors) if _depends(f, by)]
        return _plus([t.freshen(product(_at(inner.factors, n, by))) for n in places])
    if isinstance(inner, t.Pow) and not _depends(inner.exponent, by):
        used.append(("rule-power", None))
        less = t.power(t.freshen(inner.base), t.add(inner.exponent, t.MINUS_ONE))
        return product((inner.exponent, less, _marked(inner.base, by)))
    if isinstance(inner, t.Apply) and len(inner.arguments) == 1:
        used.append(("rule-function", inner.function))
        put: dict[t.Term, t.Term] = {t.Atom("u"): inner, t.Atom(operand_name(0)): inner.arguments[0]}
        slope = t.freshen(t.replace(local_derivatives(inner.function)[0], put))
        return product((slope, _marked(inner.arguments[0], by)))
    if isinstance(inner, t.Atom):
        return _marked(inner, by)
    raise _Beyond


def _at(factors: tuple[t.Term, ...], place: int, by: t.Atom) -> list[t.Term]:
    return [_marked(f, by) if n == place else f for n, f in enumerate(factors)]
