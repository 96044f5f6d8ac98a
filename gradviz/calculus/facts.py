"""Declared facts in terms: what may be written shorter where a declaration allows it.

Facts hold at the values that names have, not as identities: they are used after differentiating, since derivatives are
those of free variables. Each use is noted, so that a page can say it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.copies import by_one_name
from gradviz.calculus.cost import cost
from gradviz.calculus.signs import negative, nonnegative, positive
from gradviz.calculus.spread import spread, summand_by_summand
from gradviz.calculus.symmetry import is_symmetric
from gradviz.graph.dag import Dag
from gradviz.notation import tree
from gradviz.ops.shapes import core

Used: TypeAlias = "dict[tuple[str, int], None]"
"""The facts that were used: their kind, and the generator; in order."""
Rank: TypeAlias = Mapping[t.Index, int]
"""The order of indices in matrices: rows 0, columns 2, what is summed in between."""


@dataclass(frozen=True)
class Facts:
    """What declarations allow.

    Parameters
    ----------
    binary : frozenset of int
        Generators whose entries are 0 or 1: ``y² = y``.
    sums : mapping of int to int
        Generators whose entries add up to 1 along one axis.
    zeros : mapping of int to int
        Generators whose entries add up to 0 along one axis.
    symmetric : frozenset of int
        Generators with ``A[i, j] = A[j, i]``.
    onehot : frozenset of int
        Generators of which one entry along the last axis is 1: ``y[i] y[j] = y[i] δ[i, j]``.
    signs : frozenset of int
        Generators whose entries are 1 or −1: ``y² = 1``.
    orthogonal : frozenset of int
        Generators with ``QᵀQ = I`` and ``Q Qᵀ = I``.
    inverses : mapping of int to int
        Inverses of orthogonal generators, which are their transposes.
    positive, nonnegative : frozenset of int
        Generators whose entries are above 0, or not below it.
    negative : frozenset of int
        Generators whose entries are below 0.
    products : mapping of int to (tuple of Index, Term)
        Stages with an orthogonal generator in them, and what they are.
    copies : mapping of int to int
        Second names of generators (``ŷ = a``), and what each is another name of.
    """

    binary: frozenset[int] = frozenset()
    sums: Mapping[int, int] = field(default_factory=dict)
    zeros: Mapping[int, int] = field(default_factory=dict)
    symmetric: frozenset[int] = frozenset()
    onehot: frozenset[int] = frozenset()
    signs: frozenset[int] = frozenset()
    orthogonal: frozenset[int] = frozenset()
    inverses: Mapping[int, int] = field(default_factory=dict)
    positive: frozenset[int] = frozenset()
    nonnegative: frozenset[int] = frozenset()
    negative: frozenset[int] = frozenset()
    products: Mapping[int, tuple[tuple[t.Index, ...], t.Term]] = field(default_factory=dict)
    copies: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != _NOTHING


_CENTRED: Mapping[str, Callable[[int], int]] = {"layernorm": lambda axes: axes - 1, "batchnorm": lambda axes: 0}
"""What gives arrays whose entries add up to 0, and along which of so many axes."""


def facts_of(dag: Dag) -> Facts:
    """What the declarations of a graph allow."""
    kinds: dict[str, set[int]] = {}
    # What softmax gives adds up to 1, whether or not anybody says so.
    sums = {i: len(core(node.shape)) - 1 for i, node in enumerate(dag.nodes) if node.op == "softmax"}
    zeros = {i: _CENTRED[node.op](len(core(node.shape))) for i, node in enumerate(dag.nodes) if node.op in _CENTRED}
    for name, domains in dag.facts.items():
        position = dag.names.get(name)
        if position is None:
            continue
        for domain in domains:
            for kind in _kinds(domain):
                kinds.setdefault(kind, set()).add(position)
            if domain.kind in {"onehot", "simplex"}:
                sums[position] = len(core(dag.nodes[position].shape)) - 1
    copies = {i: n.inputs[0] for i, n in enumerate(dag.nodes) if n.op == "identity" and dag.nodes[n.inputs[0]].name}
    for copy, first in copies.items():
        if first in sums:
            sums.setdefault(copy, sums[first])
    inverse = {i: n.inputs[0] for i, n in enumerate(dag.nodes) if n.op == "inv"}
    symmetric = kinds.setdefault("symmetric", set())
    symmetric.update([i for i, j in inverse.items() if is_symmetric(dag.nodes, j, symmetric)])
    orthogonal = kinds.get("orthogonal", set())
    return Facts(
        sums=sums,
        zeros=zeros,
        inverses={i: j for i, j in inverse.items() if j in orthogonal},
        copies=copies,
        **{kind: frozenset(found) for kind, found in kinds.items()},  # type: ignore[arg-type]
    )


def _kinds(domain: tree.Domain) -> tuple[str, ...]:
    """What a domain says of the entries."""
    if domain.kind == "interval":
        low, high = domain.low, domain.high
        if low is not None and (low > 0 or (low == 0 and domain.strict[0])):
            return ("positive", "nonnegative")
        if low is not None and low >= 0:
            return ("nonnegative",)
        return ("negative",) if high is not None and (high < 0 or (high == 0 and domain.strict[1])) else ()
    if domain.kind == "set":
        signs = ("signs",) if {m * m for m in domain.members} == {1} else ()
        above = ("nonnegative",) if min(domain.members) >= 0 else ()
        return (*signs, *above, *(("positive",) if min(domain.members) > 0 else ()))
    return {
        "binary": ("binary", "nonnegative"),
        "onehot": ("binary", "onehot", "nonnegative"),
        "simplex": ("nonnegative",),
        "symmetric": ("symmetric",),
        "orthogonal": ("orthogonal",),
    }.get(domain.kind, ())


def use_facts(
    term: t.Term, facts: Facts, simplify: Callable[[t.Term], t.Term], axes: tuple[t.Index, ...] = ()
) -> tuple[t.Term, tuple[tuple[str, int], ...]]:
    """The term with declared facts used and simplified, and which were: (kind, generator).

    Kinds are ``"binary"``, ``"sum"``, ``"zero"``, ``"symmetric"``, ``"onehot"``, ``"signs"``, ``"orthogonal"``,
    ``"positive"``, ``"nonnegative"``, ``"negative"``, ``"copy"``, and ``"product"`` for a stage that had to be opened
    for them. A term that is no shorter with a fact stays as it is. A symmetric matrix is read from rows to columns of
    the whole: ``axes``.
    """
    if not facts:
        return term, ()
    one, copies = by_one_name(term, facts.copies)
    if copies:
        short = simplify(one)
        if cost(short) < cost(term):
            found, more = use_facts(short, facts, simplify, axes)
            return found, tuple(dict.fromkeys((*copies, *more)))
    best, how = term, ()
    rank = {i: 2 * n for n, i in enumerate(axes)} if len(axes) == 2 else dict.fromkeys(term.free, 0)
    for start in _starts(term, facts):
        for choose in (True, False) if facts.onehot else (False,):
            used: Used = {}
            changed = _Visit(facts, used, rank, choose=choose).term(start)
            if not used:
                break
            shorter = simplify(changed)
            if choose and not _divisors(shorter) <= _divisors(term):
                continue  # y[i]/v[i] has no value where both are 0
            if (cost(shorter), _marks(shorter, facts, rank)) < (cost(best), _marks(best, facts, rank)):
                opened = (("product", s) for s in _opened(term, start, facts))
                best, how = shorter, (*opened, *used)  # type: ignore[assignment]
            break
    return best, how


_NOTHING = Facts()


def _divisors(term: t.Term) -> set[frozenset[int | str]]:
    """What a term divides by, as the generators of each divisor."""
    powers = (t.base_exponent(x) for x in t.subterms(term) if isinstance(x, t.Pow))
    below = (b for b, e in powers if not isinstance(e, t.Number) or e.value < 0)
    return {frozenset(a.node for a in t.atoms(b)) for b in below}


def _starts(term: t.Term, facts: Facts) -> list[t.Term]:
    """The term; and with sums multiplied out and stages opened, where an orthogonal matrix may meet itself."""
    nodes = {a.node for a in t.atoms(term)}
    if not nodes.intersection(facts.orthogonal):
        return [term]
    starts = [term, spread(term)]
    if nodes.intersection(facts.products):
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if a.node in facts.products and isinstance(a.node, int):
                indices, what = facts.products[a.node]
                put[a] = t.rename(t.freshen(what), dict(zip(indices, a.indices, strict=True)))
        starts.append(spread(t.replace(term, put)))
    return list(dict.fromkeys(starts))


def _opened(term: t.Term, start: t.Term, facts: Facts) -> list[int]:
    """The stages that stand in a term and no longer where it was started from."""
    left = {a.node for a in t.atoms(start)}
    gone = (a.node for a in t.atoms(term) if a.node in facts.products and a.node not in left)
    return [node for node in dict.fromkeys(gone) if isinstance(node, int)]


def _marks(term: t.Term, facts: Facts, rank: Rank) -> int:
    """How many transposes and inverses a term has that its facts can do without."""
    count = 0
    for a in t.atoms(term):
        if a.node in facts.inverses:
            count += 1
        elif a.node in facts.symmetric and len(a.indices) == 2 and a.free & term.free:
            count += a.indices != _first(a, rank)
    return count


def _first(a: t.Atom, rank: Rank) -> tuple[t.Place, ...]:
    """The indices of a symmetric generator from rows to columns, what is summed between: A x and Aᵀ x are alike."""
    found = [i for i in a.indices if isinstance(i, t.Index)]
    return tuple(sorted(found, key=lambda i: (rank.get(i, 1), i)))


class _Visit:
    """Goes through a term, inside first, and applies what it may."""

    def __init__(self, facts: Facts, used: Used, rank: Rank, *, choose: bool = False) -> None:
        self.facts = facts
        self.choose = choose
        self.used = used
        self.rank = rank

    def use(self, kind: str, node: int | str) -> None:
        assert isinstance(node, int)
        self.used[kind, node] = None

    def term(self, x: t.Term) -> t.Term:
        if isinstance(x, t.Atom):
            return self.atom(x)
        parts = t.children(x)
        if parts:
            new = [self.term(p) for p in parts]
            if not all(map(is_, parts, new)):
                x = t.rebuild(x, new)
        if isinstance(x, t.Atom):
            return self.atom(x)
        if isinstance(x, t.Pow):
            return self.power(x)
        if isinstance(x, t.Apply):
            return self.applied(x)
        if isinstance(x, t.Mul):
            return self.product(x)
        return self.contracted(x) if isinstance(x, t.Contract) else x

    def atom(self, x: t.Atom) -> t.Term:
        if x.node in self.facts.inverses and len(x.indices) == 2:
            node = self.facts.inverses[x.node]  # type: ignore[index]
            self.use("orthogonal", node)
            return t.Atom(node, tuple(reversed(x.indices)))
        plain = all(isinstance(i, t.Index) for i in x.indices)
        if plain and x.node in self.facts.symmetric and len(x.free) == 2:
            indices = _first(x, self.rank)
            if indices != x.indices:
                self.use("symmetric", x.node)
                return t.Atom(x.node, indices)
        return x

    def power(self, x: t.Pow) -> t.Term:
        if not isinstance(x.exponent, t.Number):
            return x
        exponent = x.exponent.value
        node = _entry_of(x.base)
        if exponent > 1 and node in self.facts.binary:
            self.use("binary", node)
            return x.base
        if isinstance(x.base, t.Atom) and x.base.node in self.facts.signs and exponent.denominator == 1:
            self.use("signs", x.base.node)
            return t.ONE if exponent.numerator % 2 == 0 else x.base
        if exponent.denominator != 1:
            return self.root(x.base, x.exponent)
        return x

    def root(self, base: t.Term, exponent: t.Number) -> t.Term:
        """``√(x² s) = x √s`` where x is not below 0."""
        outside: list[t.Term] = []
        inside: list[t.Term] = []
        for f in t.factors_of(base):
            inner, times = t.base_exponent(f)
            whole = isinstance(times, t.Number) and times.value.denominator == 1 and times.value % 2 == 0
            why = nonnegative(inner, self.facts) if whole else None
            if why and isinstance(times, t.Number):
                self.used.update(why)
                outside.append(t.power(inner, t.number(times.value * exponent.value)))
            else:
                inside.append(f)
        return t.mul(*outside, t.power(t.mul(*inside), exponent)) if outside else t.power(base, exponent)

    def applied(self, x: t.Apply) -> t.Term:
        rule = _FUNCTIONS.get(x.function)
        return rule(self, x) if rule else x

    def absolute(self, x: t.Apply) -> t.Term:
        """``|λ v| = λ |v|``."""
        (v,) = x.arguments
        outside, inside = self.apart(v, nonnegative)
        if not outside:
            return x
        rest = t.mul(*inside)
        if isinstance(rest, t.Number):
            return t.mul(t.number(abs(rest.value)), *outside)
        return t.mul(*outside, t.apply("abs", rest))

    def sign(self, x: t.Apply) -> t.Term:
        """``sign(λ v) = sign(v)``, ``sign(−2λ v) = −sign(v)``."""
        (v,) = x.arguments
        outside, inside = self.apart(v, positive)
        if not outside:
            return x
        count, rest = t.split(t.mul(*inside))
        plus = t.ONE if rest == t.ONE else t.apply("sign", rest)
        return plus if count > 0 else t.negative(plus)

    def ramp(self, x: t.Apply) -> t.Term:
        """``ReLU(v) = v`` where v is not below 0, and 0 where it is."""
        (v,) = x.arguments
        for kind, value in ((nonnegative, v), (negative, t.ZERO)):
            why = kind(v, self.facts)
            if why:
                self.used.update(why)
                return value
        return x

    def above(self, x: t.Apply) -> t.Term:
        """``𝟙[v > 0]``."""
        v, bound = x.arguments
        for kind, value in ((positive, t.ONE), (negative, t.ZERO)):
            why = kind(v, self.facts) if bound == t.ZERO else None
            if why:
                self.used.update(why)
                return value
        return x

    def logarithm(self, x: t.Apply) -> t.Term:
        """``ln(λ² v) = 2 ln λ + ln v`` where λ is above 0."""
        (v,) = x.arguments
        outside, inside = self.apart(v, positive)
        if not outside:
            return x
        inside += [f for f in outside if isinstance(f, t.Number)]
        powers = [t.base_exponent(f) for f in outside if not isinstance(f, t.Number)]
        logarithms = [t.mul(e, t.apply("ln", b)) for b, e in powers]
        return t.add(*logarithms, *([t.apply("ln", t.mul(*inside))] if inside else []))

    def apart(self, v: t.Term, kind: Callable[..., Used | None]) -> tuple[list[t.Term], list[t.Term]]:
        """The factors of which something is known, and the others; where no declaration helps, none is apart."""
        outside: list[t.Term] = []
        inside: list[t.Term] = []
        found: Used = {}
        for f in t.factors_of(v):
            why = None if isinstance(f, t.Number) and f.value < 0 else kind(f, self.facts)
            (inside if why is None else outside).append(f)
            found.update(why or {})
        if not found:
            return [], [v]
        self.used.update(found)
        return outside, inside

    def product(self, x: t.Mul) -> t.Term:
        sums = [f for f in x.factors if isinstance(f, t.Add)]
        for n, f in enumerate(x.factors):
            if not isinstance(f, t.Atom):
                continue
            if f.node in self.facts.binary and sums and t.add(t.ONE, t.negative(f)) in sums:
                self.use("binary", f.node)
                return t.ZERO  # y(1 − y)
            if f.node in self.facts.onehot and f.indices and _plain(f):
                if self.choose and (chosen := self.chosen(x, n, f)) is not None:
                    return chosen
                for m, g in enumerate(x.factors[n + 1 :], n + 1):
                    same_row = isinstance(g, t.Atom) and g.node == f.node and g.indices[:-1] == f.indices[:-1]
                    if isinstance(g, t.Atom) and same_row and _plain(g):
                        self.use("onehot", f.node)
                        same = t.delta(f.indices[-1], g.indices[-1])
                        return t.mul(*(same if k == m else h for k, h in enumerate(x.factors)))
        return x

    def chosen(self, x: t.Mul, n: int, f: t.Atom) -> t.Term | None:
        """``y[i]/(Σ_j y[j] v[j]) = y[i]/v[i]``."""
        for m, g in enumerate(x.factors):
            base, exponent = t.base_exponent(g)
            if m == n or not isinstance(base, t.Contract) or not isinstance(exponent, t.Number):
                continue
            inner = t.factors_of(base.body)
            same = [
                y
                for y in inner
                if isinstance(y, t.Atom) and y.node == f.node and y.indices[:-1] == f.indices[:-1] and _plain(y)
            ]
            if len(same) == 1 and base.indices == (same[0].indices[-1],):
                rest = t.mul(*(h for h in inner if h is not same[0]))
                self.use("onehot", f.node)
                value = t.power(t.rename(rest, {same[0].indices[-1]: f.indices[-1]}), exponent)  # type: ignore[dict-item]
                return t.mul(*(value if k == m else h for k, h in enumerate(x.factors)))
        return None

    def contracted(self, x: t.Contract) -> t.Term:
        if isinstance(x.body, t.Add) and any(self.sums_to_one(x, y) or self.vanishes(x, y) for y in x.body.terms):
            return t.add(*(self.term(t.freshen(t.contract(x.indices, y))) for y in x.body.terms))  # Σ (p[i] − y[i])
        factors = t.factors_of(x.body)
        for n, f in enumerate(factors):
            if not isinstance(f, t.Atom) or not isinstance(f.node, int) or not _plain(f):
                continue
            others = [*factors[:n], *factors[n + 1 :]]
            if f.node in self.facts.zeros and self.vanishes(x, x.body):
                self.use("zero", f.node)
                return t.ZERO
            if f.node in self.facts.sums:
                i = f.indices[self.facts.sums[f.node]]
                if parts := summand_by_summand(x, f, others, i):
                    return t.add(*map(self.term, parts))
                if i in x.indices and f.indices.count(i) == 1 and all(i not in g.free for g in others):
                    self.use("sum", f.node)
                    return t.contract([j for j in x.indices if j != i], t.mul(*others))
            if f.node in self.facts.orthogonal:
                met = self.met(x, f, others)
                if met is not None:
                    return met
        return x

    def vanishes(self, x: t.Contract, summand: t.Term) -> bool:
        """Whether all that depends on one of the indices in a product is a generator that adds up to 0 over it."""
        factors = t.factors_of(summand)
        for f in factors:
            if isinstance(f, t.Atom) and isinstance(f.node, int) and f.node in self.facts.zeros and _plain(f):
                i = f.indices[self.facts.zeros[f.node]]
                others = (g for g in factors if g is not f)
                if i in x.indices and f.indices.count(i) == 1 and all(i not in g.free for g in others):
                    return True
        return False

    def sums_to_one(self, x: t.Contract, summand: t.Term) -> bool:
        """Whether a summand, but for a number, is all that is summed of a generator whose entries add up to 1."""
        _, f = t.split(summand)
        if not isinstance(f, t.Atom) or not isinstance(f.node, int) or f.node not in self.facts.sums or not _plain(f):
            return False
        return f.indices[self.facts.sums[f.node]] in x.indices

    def met(self, x: t.Contract, f: t.Atom, others: list[t.Term]) -> t.Term | None:
        """``Σ_k Q[k,i] Q[k,j] = δ[i,j]``."""
        for m, g in enumerate(others):
            if not isinstance(g, t.Atom) or g.node != f.node or not _plain(g):
                continue
            rest = [*others[:m], *others[m + 1 :]]
            for axis in (0, 1):
                k = f.indices[axis]
                alone = isinstance(k, t.Index) and all(k not in h.free for h in rest)
                once = f.indices.count(k) == g.indices.count(k) == 1
                if g.indices[axis] == k and k in x.indices and alone and once:
                    self.use("orthogonal", f.node)
                    same = t.delta(f.indices[1 - axis], g.indices[1 - axis])
                    return self.term(t.contract([j for j in x.indices if j != k], t.mul(same, *rest)))
        return None


_FUNCTIONS: Mapping[str, Callable[[_Visit, t.Apply], t.Term]] = {
    "abs": _Visit.absolute,
    "sign": _Visit.sign,
    "relu": _Visit.ramp,
    "greater": _Visit.above,
    "ln": _Visit.logarithm,
}


def _entry_of(x: t.Term) -> int | str | None:
    """The generator that a term is an entry of, or 1 less an entry."""
    if isinstance(x, t.Add) and len(x.terms) == 2 and t.ONE in x.terms:
        x = t.negative(next(y for y in x.terms if y != t.ONE))
    return x.node if isinstance(x, t.Atom) else None


def _plain(a: t.Atom) -> bool:
    """Whether an atom is read at indices and numbers alone, not at computed places."""
    return all(isinstance(i, t.Index | int) for i in a.indices)
