"""The order of factors and summands: what a model says first stands first, a plus before a minus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradviz import terms as t


def in_order(term: t.Term, model: t.Term) -> t.Term:
    """Factors, summands and signs as the model has them; ``p(1 − p)`` has its name first.

    Examples
    --------
    >>> x, y = t.Atom("x"), t.Atom("y")
    >>> in_order(t.mul(y, x), t.mul(x, t.add(y, x))).factors == (x, y)
    True
    """
    first: dict[t.Term, int] = {}
    for n, x in enumerate(t.subterms(model)):
        first.setdefault(x, n)

    def known(x: t.Term) -> list[int]:
        leaves = (y for y in t.subterms(x) if not t.children(y) and not isinstance(y, t.Number))
        return [first.get(y, -1) for y in leaves] or [-1]  # what is new is the stage's own value

    def place(x: t.Term) -> tuple[int, int]:
        """Where the model speaks of a summand: of all of its names, else of one of its factors."""
        return max(known(x)), min(first.get(f, len(first)) for f in t.factors_of(x))

    def arranged(x: t.Term) -> t.Term:
        if isinstance(x, t.Add):
            return _sorted_sum(x, place)
        if isinstance(x, t.Pow):
            return t.power(arranged(x.base), x.exponent) if isinstance(x.base, t.Add) else x
        if isinstance(x, t.Mul):
            coefficient, rest = t.split(t.mul(*map(arranged, _as_model(x, first).factors)))
            factors = t.factors_of(rest)
            placed = groups_last(sorted(factors, key=lambda f: (min(known(t.base_exponent(f)[0])), _is_group(f))))
            return t.Mul((t.number(coefficient), *placed)) if coefficient != 1 else t.Mul(placed)
        return x

    return arranged(term)


def _as_model(term: t.Mul, first: dict[t.Term, int]) -> t.Mul:
    """A product that has a minus, without it where the model has a difference the other way: ``x − μ``.

    What is squared is turned in any case: ``(x³ − 2)²``, not ``(2 − x³)²``.
    """
    term = t.Mul(tuple([_squared_as_model(f, first) for f in term.factors]))
    if not t.has_minus(term):
        return term
    for f in term.factors:
        base, exponent = t.base_exponent(f)
        if not isinstance(base, t.Add) or exponent not in (t.ONE, t.MINUS_ONE):
            continue
        if base not in first and t.negative(base) in first:
            other = t.power(_as_there(t.negative(base), first), exponent)
            turned = t.mul(t.MINUS_ONE, *(other if g is f else g for g in term.factors))
            return turned if isinstance(turned, t.Mul) else term
    return term


def _squared_as_model(f: t.Term, first: dict[t.Term, int]) -> t.Term:
    base, exponent = t.base_exponent(f)
    if not isinstance(base, t.Add) or not isinstance(exponent, t.Number) or exponent.value % 2:
        return f
    other = t.negative(base)
    return t.power(_as_there(other, first), exponent) if base not in first and other in first else f


def _as_there(x: t.Term, first: dict[t.Term, int]) -> t.Term:
    """A term with its parts in the order that they have in the model."""
    return next(y for y in first if y == x)


def _sorted_sum(term: t.Add, place: Callable[[t.Term], tuple[int, int]]) -> t.Term:
    """Summands of one sign in the order of the model; signs and plain numbers stand where they stood."""
    kinds = [(t.has_minus(x), isinstance(x, t.Number)) for x in term.terms]
    runs = {
        kind: iter(sorted((x for x, k in zip(term.terms, kinds, strict=True) if k == kind), key=place))
        for kind in dict.fromkeys(kinds)
    }
    return t.Add(tuple(next(runs[k]) for k in kinds))


def groups_last(factors: Sequence[t.Term]) -> tuple[t.Term, ...]:
    """A factor that a group before it holds goes before the group: ``p(1 − p)``."""
    done: list[t.Term] = []
    for f in factors:
        base = t.base_exponent(f)[0]
        holding = (n for n, g in enumerate(done) if isinstance(g, t.Add) and not isinstance(base, t.Add))
        place = next((n for n in holding if any(_same_name(x, base) for x in t.subterms(done[n]))), len(done))
        done.insert(place, f)
    return tuple(done)


def plus_first(term: t.Term) -> t.Term:
    """A sum whose summands with a minus come last."""
    return (
        t.Add(tuple(sorted(term.terms, key=t.has_minus)))
        if isinstance(term, t.Add) and t.has_minus(term.terms[0])
        else term
    )


def _is_group(factor: t.Term) -> bool:
    return isinstance(t.base_exponent(factor)[0], t.Add)


def _same_name(one: t.Term, other: t.Term) -> bool:
    """Whether two terms are the same, or entries of one generator."""
    return one == other or (isinstance(one, t.Atom) and isinstance(other, t.Atom) and one.node == other.node)


def names_first(term: t.Term) -> t.Term:
    """A product of names, functions and sums with the inputs first: ``2x cos(x²)``, ``−x f``, ``b c ‖z‖²``."""
    if isinstance(term, t.Add):
        return t.Add(tuple(map(names_first, term.terms)))
    if not isinstance(term, t.Mul) or term.free:
        return term
    if any(map(_is_group, term.factors)):
        return t.Mul(groups_last(term.factors)) if sum(map(_is_group, term.factors)) == 1 else term

    def key(f: t.Term) -> tuple[int, int]:
        base, exponent = t.base_exponent(f)
        if isinstance(base, t.Atom) and not base.indices and isinstance(base.node, int):
            return (1, base.node) if isinstance(exponent, t.Number) and exponent.value > 0 else (3, 0)
        return (0 if isinstance(f, t.Number) or (isinstance(f, t.Atom) and isinstance(f.node, str)) else 2, 0)

    return t.Mul(tuple(sorted(term.factors, key=key)))
