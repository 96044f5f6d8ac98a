"""Differences that take a minus away: ``Σ⁻¹(x − μ)`` for ``−Σ⁻¹(μ − x)``, where the program says ``x − μ``.

Where nothing but the minus stands before it, the difference of two inputs is turned though the program has it so:
``Σ⁻¹(μ − x)`` for ``−Σ⁻¹(x − μ)``, but ``−2Aᵀ(x − y)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradviz import terms as t
from gradviz.graph.node import Node


class Differences:
    """Turns differences that stand after a minus.

    Parameters
    ----------
    nodes : sequence of Node
        The operations of a graph; each difference of two of its names is one that the program has.

    Examples
    --------
    >>> x, m = Node("leaf", (), (), (), "x"), Node("leaf", (), (), (), "μ")
    >>> turn = Differences([x, m, Node("sub", (0, 1), ())])
    >>> a, b, s = t.Atom(0), t.Atom(1), t.Atom(2)
    >>> turned = turn(t.mul(t.MINUS_ONE, s, t.add(b, t.negative(a))))
    >>> turned == t.mul(s, t.add(a, t.negative(b)))
    True
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.pairs = frozenset([n.inputs for n in nodes if n.op == "sub" and all(nodes[j].name for j in n.inputs)])
        self.of_inputs = frozenset([p for p in self.pairs if not any(nodes[j].inputs for j in p)])

    def __call__(self, term: t.Term, *, last: bool = False) -> t.Term:
        """The term with such differences turned; each takes the minus of its product away.

        Those that the program has are turned at the `last` only, where nothing more can change what stands before them.
        """
        if not self.pairs:
            return term
        if isinstance(term, t.Add):
            new = [self(x, last=last) for x in term.terms]
            return term if all(map(_same, new, term.terms)) else t.add(*sorted(new, key=t.has_minus))
        if isinstance(term, t.Contract):
            body = self(term.body, last=last)
            return term if body is term.body else t.Contract(term.indices, body)
        if not isinstance(term, t.Mul) or not t.has_minus(term):
            return term
        for n, factor in enumerate(term.factors):
            turned = self.turned(factor, bare=last and t.split(term)[0] == -1)
            if turned is not None:
                return t.mul(t.MINUS_ONE, *term.factors[:n], turned, *term.factors[n + 1 :])
        return term

    def turned(self, factor: t.Term, *, bare: bool) -> t.Term | None:
        """The negative of a factor, where it is such a difference, or a sum of products with one."""
        if isinstance(factor, t.Add):
            pair = _pair(factor)
            known = pair is not None and pair not in self.pairs and pair[::-1] in self.pairs
            known = known or (bare and pair in self.of_inputs)
            return t.Add(tuple(map(t.negative, reversed(factor.terms)))) if known else None
        if isinstance(factor, t.Contract):
            parts = t.factors_of(factor.body)
            for n, part in enumerate(parts):
                turned = self.turned(part, bare=bare)
                if turned is not None:
                    return t.Contract(factor.indices, t.mul(*parts[:n], turned, *parts[n + 1 :]))
        return None


def _same(one: t.Term, other: t.Term) -> bool:
    return one is other


def _pair(term: t.Add) -> tuple[int, int] | None:
    """What has a plus and what has a minus in a difference of two names."""
    if len(term.terms) != 2:
        return None
    (one, a), (other, b) = map(t.split, term.terms)
    if {one, other} != {1, -1} or not isinstance(a, t.Atom) or not isinstance(b, t.Atom):
        return None
    if not isinstance(a.node, int) or not isinstance(b.node, int):
        return None
    return (a.node, b.node) if one == 1 else (b.node, a.node)
