"""What a pullback is beside the adjoint that it pulls."""

from __future__ import annotations

from gradviz import terms as t

ADJOINT = "g"
"""What stands for the adjoint of a stage in its pullbacks."""


def unit(term: t.Term) -> t.Term:
    """The term with 1 for ``g``."""
    return t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == ADJOINT})


def scales(term: t.Term, indices: tuple[t.Index, ...]) -> bool:
    """Whether a pullback only scales: ``g`` times something, entry by entry, or a scalar ``g``."""
    if isinstance(term, t.Add):
        return all(scales(x, indices) for x in term.terms)
    places = [a.indices for a in t.atoms(term) if a.node == ADJOINT]
    inside = any(isinstance(x, t.Contract) and any(a.node == ADJOINT for a in t.atoms(x)) for x in t.subterms(term))
    return not inside and all(p in ((), indices) for p in places)
