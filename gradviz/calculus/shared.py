"""What summands share, and what a factor shares with the one sum beside it: drawn out, or multiplied in."""

from __future__ import annotations

from gradviz import terms as t
from gradviz.calculus.cost import cost, denominators


def outer(term: t.Term) -> t.Term:
    """With what stands along an axis of its own in all summands of a sum before it: ``(softmax(z) − 1/n) wᵀ``."""
    if not isinstance(term, t.Add) or len(set(map(adjoints, term.terms))) > 1:
        return term  # the sum over paths is told path by path
    first, *others = [t.factors_of(x) for x in term.terms]
    common = [f for f in first if f.free and all(f in fs for fs in others)]
    rests = [[f for f in fs if f not in common] for fs in (first, *others)]
    axes = frozenset().union(*(f.free for f in common))
    if not common or any(axes & f.free for rest in rests for f in rest):
        return term
    return t.mul(*common, t.add(*(t.mul(*rest) for rest in rests)))


def divided_out(term: t.Term) -> t.Term:
    """Factors multiplied into the one sum that divides by them: ``s(1/s² − r²/s⁴)`` is ``1/s − r²/s³``."""
    sums = [f for f in t.factors_of(term) if isinstance(f, t.Add)]
    if not isinstance(term, t.Mul) or len(sums) != 1:
        return term
    below = denominators(sums[0])
    others = [f for f in term.factors if t.base_exponent(f)[0] in below and not t.has_minus(t.base_exponent(f)[1])]
    if not others:
        return term
    rest = [f for f in term.factors if f is not sums[0] and f not in others]
    spread = t.mul(*rest, t.add(*(t.mul(*others, x) for x in sums[0].terms)))
    return spread if cost(spread) < cost(term) else term


def told_apart(term: t.Term) -> t.Term:
    """``(1/(a² b))(b c u − a v)`` as ``(c/a²) u − (1/(a b)) v``: arrays apart, where what they share cancels."""
    factors = t.factors_of(term)
    sums = [f for f in factors if isinstance(f, t.Add)]
    if len(sums) != 1 or not all(x.free == sums[0].free != frozenset() for x in sums[0].terms):
        return term
    others = [f for f in factors if f is not sums[0]]
    if any(f.free for f in others) or not any(isinstance(f, t.Pow) for f in others):
        return term
    apart = t.add(*(t.mul(*others, x) for x in sums[0].terms))
    return apart if cost(apart) < cost(term) else term


def completed(term: t.Term) -> t.Term:
    """``p + p(u − v)`` as ``p(1 + u − v)``, which is no longer."""
    if not isinstance(term, t.Add) or len(term.terms) != 2:
        return term
    for x, y in (term.terms, term.terms[::-1]):
        count, f = t.split(x)
        factors = t.factors_of(y)
        group = next((g for g in factors if isinstance(g, t.Add)), None)
        if group and f.free and t.mul(*(g for g in factors if g is not group)) == f:
            inner = t.add(t.number(count), *group.terms) if x is term.terms[0] else t.add(*group.terms, t.number(count))
            found = t.mul(f, inner)
            return found if cost(found) <= cost(term) else term
    return term


def multiplied_out(term: t.Term, rational: t.Term) -> bool:
    """Whether groups that stood as factors of summands are gone, with no quotient to show for it."""
    if not isinstance(term, t.Add) or denominators(term):
        return False
    return bool(_groups(term)) and not _keeps_groups(term, rational)


def _groups(term: t.Term) -> list[t.Term]:
    """The sums that are factors of summands."""
    factors = (f for x in (term.terms if isinstance(term, t.Add) else ()) if isinstance(x, t.Mul) for f in x.factors)
    return [b for f in factors if isinstance(b := t.base_exponent(f)[0], t.Add)]


def _keeps_groups(term: t.Term, rational: t.Term) -> bool:
    """Whether the sums that are factors of summands are among those of a shorter form."""
    groups = _groups(term)
    sums = [x for x in t.subterms(rational) if isinstance(x, t.Add)]
    return bool(groups) and all(any(_within(g, x) for x in sums) for g in groups)


def _within(group: t.Term, whole: t.Add) -> bool:
    """Whether the summands of a group are among those of a sum."""
    return isinstance(group, t.Add) and all(x in whole.terms for x in group.terms)


def adjoints(term: t.Term) -> frozenset[int | str]:
    """The adjoints that a term speaks of."""
    return frozenset([a.node for a in t.atoms(term) if isinstance(a.node, int) and a.node < 0])
