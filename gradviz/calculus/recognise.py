"""Sums that a stage already has a name for: ``Σ_k P[i,k] V[k,j]`` is ``O[i,j]`` where ``O = P V``.

A stage whose definition is one sum, perhaps times a number or a size (``μ = mean(x)``), is a pattern. Where a sum in a
term holds the factors of a pattern, and what the pattern sums over stands nowhere else, they are the stage's entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from gradviz import terms as t
from gradviz.calculus.cost import cost, denominators
from gradviz.calculus.fold import matches
from gradviz.calculus.form import WorkedOut
from gradviz.calculus.inverses import Inverses
from gradviz.calculus.links import Links
from gradviz.calculus.pattern import Reference
from gradviz.calculus.said import Long, Said
from gradviz.ops.shapes import core

_MEANS = {"mean": slice(None), "rowmean": slice(1, 2), "colmean": slice(0, 1)}
"""For each mean, the axes that it goes along."""
_KEPT = {"prod": slice(0), "rowprod": slice(1), "colprod": slice(1, None)}
"""For each product, the axes of its operand that it keeps."""


class Pattern(NamedTuple):
    """One stage's definition: ``value`` is what the sum of the factors over the bound indices comes to."""

    bound: tuple[t.Index, ...]
    factors: tuple[t.Term, ...]
    value: t.Term


class Recogniser:
    """Puts the names of stages in the place of the sums that define them.

    Parameters
    ----------
    links : Links
        Of a graph; its stages are the names.
    stages : sequence of int
        The named stages.
    simplify : callable
        What shortens a term.
    """

    def __init__(self, links: Links, stages: Sequence[int], simplify: Callable[[t.Term], t.Term]) -> None:
        self.links = links
        self.stages = stages
        self.simplify = simplify

    @cached_property
    def inverses(self) -> Inverses:
        """What is known of inverses."""
        return Inverses(self.links.nodes, self.links.reader)

    @cached_property
    def definitions(self) -> tuple[tuple[t.Atom, t.Term], ...]:
        """The stages that may be names for sums, each with what it is made of."""
        found = []
        for stage in self.stages:
            factors, _, group = _names(self.links.form(stage))
            if factors is not None or group:
                entry = t.Atom(stage, self.links.reader.indices(stage))
                definition = self.links.definition(stage, entry.indices)
                assert definition is not None
                found.append((entry, definition))
        return tuple(found)

    @cached_property
    def patterns(self) -> Mapping[int | str, tuple[Pattern, ...]]:
        """The patterns by the generator that their first factor is an entry of."""
        found: dict[int | str, list[Pattern]] = {}
        for pair in self.inverses.pairs:
            found.setdefault(pair.factors[0].node, []).append(Pattern(*pair))
        for stage, definition in self.definitions:
            pattern = _pattern(definition, stage)
            if pattern is not None:
                first = pattern.factors[0]
                assert isinstance(first, t.Atom)
                found.setdefault(first.node, []).append(pattern)
        return {node: tuple(patterns) for node, patterns in found.items()}

    @property
    def idle(self) -> bool:
        """Whether no stage is a name for a sum."""
        return not self.patterns and not self.groups and not self.products

    @cached_property
    def _needed(self) -> tuple[frozenset[int], ...]:
        """For each pattern, the generators that a sum has to be of; an empty one where anything may be named."""
        found = [frozenset([a.node for a in p.factors if isinstance(a.node, int)]) for p in self.inverses.pairs]
        found += [frozenset([i]) for i in self.inverses.parts]
        for stage in self.stages:
            factors, _, group = _names(self.links.form(stage))
            if group:
                return (frozenset(),)
            if factors is not None:
                standing = self.links.standing(stage)
                found.append(frozenset([standing[n] for n in factors]))
        return tuple(found)

    @cached_property
    def _has_differences(self) -> bool:
        """Whether a stage is a name for a difference."""
        return any(_names(self.links.form(stage))[1] for stage in self.stages)

    def is_idle_on(self, said: Said) -> bool:
        """Whether no stage is a name for anything in a term, as far as its generators tell."""
        if self.products:
            return False
        if not self._needed or (self._needed[0] and not self._has_differences and not said.has_sums()):
            return True
        if isinstance(said, Long):
            return all(map(self.is_idle_on, said.parts))
        return isinstance(said, Reference) and not any(n.issubset(said.generators) for n in self._needed)

    def __call__(self, term: t.Term) -> t.Term:
        """The term with the names of stages where it spells out the sums behind them."""
        if self.idle:
            return term
        if self.products:
            term = self._divided(term)
        if self.inverses.parts:
            apart = self.inverses.apart(term)
            shorter = self.simplify(self._summed(apart)) if apart is not term else term
            term = shorter if cost(shorter) < cost(term) else term
        return self._grouped(self._summed(term) if self.patterns else term)

    @cached_property
    def products(self) -> Mapping[int | str, tuple[int, int, slice]]:
        """Products of all entries but one: the products of all, what they are of, and which axes those keep."""
        nodes = self.links.nodes
        whole = {(n.op, n.inputs): i for i, n in enumerate(nodes) if n.op in _KEPT and self.links.generators[i]}
        found: dict[int | str, tuple[int, int, slice]] = {}
        for i, node in enumerate(nodes):
            op = node.op.removesuffix("_others")
            if op != node.op and (op, node.inputs) in whole:
                found[i] = whole[op, node.inputs], node.inputs[0], _KEPT[op]
        return found

    def _divided(self, term: t.Term) -> t.Term:
        """``1/x`` for the product of the others over the product of all, which is not 0 where it divides."""
        parts = t.children(term)
        if parts:
            new = [self._divided(p) for p in parts]
            if any(a is not b for a, b in zip(parts, new, strict=True)):
                term = t.rebuild(term, new)
        if not isinstance(term, t.Mul):
            return term
        for n, factor in enumerate(term.factors):
            # Beside its axis a product of others is 0, and the inverse of an entry is nothing.
            if (
                isinstance(factor, t.Atom)
                and factor.node in self.products
                and all(map(t.always_inside, factor.indices))
            ):
                whole, operand, kept = self.products[factor.node]
                entry = t.Atom(whole, factor.indices[kept])
                for m, other in enumerate(term.factors):
                    base, exponent = t.base_exponent(other)
                    if base == entry and isinstance(exponent, t.Number) and exponent.value <= -1:
                        rest = [f for k, f in enumerate(term.factors) if k not in (n, m)]
                        left = t.power(base, t.add(exponent, t.ONE))
                        inverse = t.power(self.links.reader.entry(operand, factor.indices), t.MINUS_ONE)
                        return self._divided(t.mul(*rest, left, inverse))
        return term

    @cached_property
    def groups(self) -> tuple[tuple[t.Add | t.Atom | t.Apply, t.Term], ...]:
        """What a stage scales, with what it is by the stage's name: ``x − μ = s u`` where ``u = (x − μ)/s``."""
        found = [_group(definition, stage) for stage, definition in self.definitions]
        groups = [group for group in found if group is not None]
        # What the derivative of a variance calls mean(x), a stage may spell out.
        named = [(self._in_means(group), value) for group, value in groups]
        groups += [(group, value) for group, value in named if isinstance(group, t.Add)]
        return tuple(dict.fromkeys(groups))

    @cached_property
    def _spoken(self) -> tuple[frozenset[int | str], ...]:
        """For each group, the generators that it speaks of."""
        return tuple([frozenset([a.node for a in t.atoms(group)]) for group, _ in self.groups])

    @cached_property
    def _by_generator(self) -> Mapping[int | str, tuple[int, ...]]:
        """The groups by one of their generators."""
        found: dict[int | str, list[int]] = {}
        for n, spoken in enumerate(self._spoken):
            found.setdefault(max(spoken, key=str, default=""), []).append(n)
        return {node: tuple(places) for node, places in found.items()}

    def _groups_in(self, term: t.Term) -> Iterator[tuple[t.Add | t.Atom | t.Apply, t.Term]]:
        """The groups all of whose generators stand in a term."""
        if not self.groups:
            return
        nodes = {a.node for a in t.atoms(term)}
        places = (n for node in (*nodes, "") for n in self._by_generator.get(node, ()))
        for n in sorted(places):
            if self._spoken[n] <= nodes:
                yield self.groups[n]

    @cached_property
    def _means(self) -> Mapping[tuple[int | str, tuple[int, ...]], int]:
        """The means that the graph has, by what they are of and the axes that they go along."""
        found: dict[tuple[int | str, tuple[int, ...]], int] = {}
        for i, node in enumerate(self.links.nodes):
            if node.op in _MEANS and (axes := len(core(self.links.nodes[node.inputs[0]].shape))):
                found[node.inputs[0], tuple(range(axes))[_MEANS[node.op]]] = i
        return found

    def _in_means(self, term: t.Term) -> t.Term:
        """The term with the sums of arrays, and of their rows and columns, by their means."""
        put: dict[t.Term, t.Term] = {}
        for x in t.subterms(term):
            if isinstance(x, t.Contract) and isinstance(x.body, t.Atom):
                places = x.body.indices
                along = tuple(n for n, p in enumerate(places) if p in x.indices)
                mean = self._means.get((x.body.node, along))
                if mean is not None and len(set(places)) == len(places) and len(along) == len(x.indices):
                    kept = tuple(p for n, p in enumerate(places) if n not in along)
                    put[x] = t.mul(*(t.size(i.size) for i in x.indices), t.Atom(mean, kept))
        return t.replace(term, put) if put else term

    def _grouped(self, term: t.Term) -> t.Term:
        for group, value in self._groups_in(term):
            if isinstance(group, t.Atom):
                candidate = self._scaled(term, group, value)
                if cost(candidate) < cost(term) and _as_defined(candidate, term):
                    return self._grouped(candidate)
                continue
            for x in t.subterms(term):
                for sign, y in _both_signs(group, x):
                    names = matches(group, y)
                    if names is not None:
                        candidate = self.simplify(t.replace(term, {x: t.mul(sign, t.rename(value, names))}))
                        if cost(candidate) < cost(term) and _as_defined(candidate, term):
                            return self._grouped(candidate)
        return term

    def _scaled(self, term: t.Term, entry: t.Atom, value: t.Term) -> t.Term:
        """The term with ``x = r u`` at all places that it reads x at, where ``u = x/r``."""
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if a.node == entry.node:
                names = matches(entry, a)
                if names is None:
                    return term
                put[a] = t.rename(value, names)
        return self.simplify(t.replace(term, put)) if put else term

    def _summed(self, term: t.Term) -> t.Term:
        parts = t.children(term)
        if parts:
            new = [self._summed(p) for p in parts]
            if any(a is not b for a, b in zip(parts, new, strict=True)):
                term = t.rebuild(term, new)
        if not isinstance(term, t.Contract):
            return term
        if isinstance(term.body, t.Add):
            # 𝟏ᵀ(x − μ) is 0 where μ is the mean of x: summand by summand, where all have names.
            summed = [self._summed(t.contract(term.indices, t.freshen(x))) for x in term.body.terms]
            if not any(isinstance(x, t.Contract) for s in summed for x in t.subterms(s)):
                return t.add(*summed)
        return t.ZERO if self._has_zero_sum(term) else self._named(term)

    def _has_zero_sum(self, term: t.Contract) -> bool:
        """Whether a factor adds up to 0 over an index that nothing else speaks of: ``𝟏ᵀ(X − μ) W``."""
        factors = t.factors_of(term.body)
        for n, f in enumerate(factors):
            if isinstance(f, t.Add) and any(map(t.has_minus, f.terms)):
                others = [g for m, g in enumerate(factors) if m != n]
                for i in f.free.intersection(term.indices):
                    if any(i in g.free for g in others):
                        continue
                    parts = (self._summed(t.contract((i,), t.freshen(x))) for x in f.terms)
                    if t.add(*parts) == t.ZERO:
                        return True
        return False

    def _named(self, term: t.Contract) -> t.Term:
        factors = t.factors_of(term.body)
        for factor in factors:
            if isinstance(factor, t.Atom):
                for pattern in self.patterns.get(factor.node, ()):
                    for names, used in _occurrences(pattern, factors, {}, ()):
                        others = [f for f in factors if not any(f is u for u in used)]
                        first = next(n for n, f in enumerate(factors) if any(f is u for u in used))
                        gone = [names[i] for i in pattern.bound]
                        if _is_apart(pattern, names, gone) and _bound_here(gone, term.indices, others):
                            value = t.rename(pattern.value, {i: j for i, j in names.items() if i not in pattern.bound})
                            rest = [i for i in term.indices if i not in gone]
                            return self._summed(t.contract(rest, t.mul(*others[:first], value, *others[first:])))
        return term


@lru_cache(maxsize=4096)
def _names(form: WorkedOut) -> tuple[frozenset[int] | None, bool, bool]:
    """Whether a stage of a form is a name for a sum.

    Of the product or the difference of which operands, by rank, None where it is none; whether it is a difference; and
    whether it scales a sum.
    """
    if form.definition is None:
        return None, False, False
    axes, definition = form.definition
    stage = t.Atom("stage", axes)
    pattern = _pattern(definition, stage)
    factors = None
    if pattern is not None:
        factors = frozenset([f.node for f in pattern.factors if isinstance(f, t.Atom) and isinstance(f.node, int)])
    group = _group(definition, stage)
    if group is not None and isinstance(definition, t.Add):
        return frozenset([a.node for a in t.atoms(definition) if isinstance(a.node, int)]), True, False
    return factors, False, group is not None


def _group(definition: t.Term, stage: t.Atom) -> tuple[t.Add | t.Atom | t.Apply, t.Term] | None:
    """The sum or the vector that a stage scales, and what it is by the stage's name."""
    if isinstance(definition, t.Add):
        return _difference(definition, stage)
    factors = definition.factors if isinstance(definition, t.Mul) else ()
    sums: list[t.Add | t.Atom | t.Apply] = [f for f in factors if isinstance(f, t.Add)]
    sums = sums or [f for f in factors if isinstance(f, t.Apply) and f.free]
    sums = sums or [f for f in factors if isinstance(f, t.Atom) and f.free and f.indices == stage.indices]
    if len(sums) != 1 or sums[0].free != frozenset(stage.free):
        return None
    if not all(f.free < stage.free and (not f.free or _divides(f)) for f in factors if f is not sums[0]):
        return None  # what scales it has a number for each row, or one for all
    if isinstance(sums[0], t.Atom) and not any(t.atoms(t.mul(*(f for f in factors if f is not sums[0])))):
        return None  # 2x is no shorter name for x
    rest = (t.power(f, t.MINUS_ONE) for f in factors if f is not sums[0])
    return sums[0], t.mul(stage, *rest)


def _difference(definition: t.Add, stage: t.Atom) -> tuple[t.Add, t.Term] | None:
    """A stage that is a difference of entries, as its own name: ``x − μ`` is ``c``."""
    plain = len(definition.terms) == 2 and all(isinstance(t.split(x)[1], t.Atom | t.Number) for x in definition.terms)
    whole = plain and definition.free == frozenset(stage.free) and any(map(t.has_minus, definition.terms))
    return (definition, stage) if whole else None


def _as_defined(candidate: t.Term, term: t.Term) -> bool:
    """Whether a form divides by nothing new: ``v/ReLU(a)`` is no name for ``tanh(w)``, ReLU being 0 half the time."""
    new = denominators(candidate) - denominators(term)
    return all(isinstance(x, t.Number | t.Size) for x in new)


def _both_signs(group: t.Add | t.Apply, term: t.Term) -> Iterator[tuple[t.Term, t.Term]]:
    """A part of a term that may be a group, as it is and with the other sign."""
    if isinstance(group, t.Apply):
        if isinstance(term, t.Apply) and term.function == group.function:
            yield t.ONE, term
    elif isinstance(term, t.Add) and len(term.terms) == len(group.terms):
        yield t.ONE, _in_the_order_of(group, term)
        yield t.MINUS_ONE, _in_the_order_of(group, t.negative(term))


def _in_the_order_of(group: t.Add, term: t.Term) -> t.Term:
    """A sum with its summands in the order of another, as far as the generators tell."""
    firsts = [next((a.node for a in t.atoms(x)), None) for x in group.terms]
    if not isinstance(term, t.Add) or len(set(firsts)) < len(firsts):
        return term
    places = {node: n for n, node in enumerate(firsts)}
    return t.Add(tuple(sorted(term.terms, key=lambda x: places.get(next((a.node for a in t.atoms(x)), None), 0))))


def _divides(factor: t.Term) -> bool:
    """Whether a factor is one over something: it is not 0."""
    _, exponent = t.base_exponent(factor)
    return isinstance(exponent, t.Number) and exponent.value < 0


def _pattern(definition: t.Term, stage: t.Atom) -> Pattern | None:
    """A definition that is a number or a size times the sum of a product of entries."""
    scale: list[t.Term] = []
    sums: list[t.Term] = []
    for f in t.factors_of(definition):
        (sums if isinstance(f, t.Contract) else scale).append(f)
    if len(sums) != 1 or any(not isinstance(t.base_exponent(f)[0], t.Number | t.Size) for f in scale):
        return None
    (found,) = sums
    assert isinstance(found, t.Contract)
    factors = t.factors_of(found.body)
    if not all(isinstance(f, t.Atom) and len(f.free) == len(f.indices) for f in factors):
        return None
    if found.free != frozenset(stage.indices):
        return None  # spread over an axis that it does not depend on
    return Pattern(found.indices, factors, t.mul(stage, *(t.power(f, t.MINUS_ONE) for f in scale)))


def _occurrences(
    pattern: Pattern, factors: Sequence[t.Term], names: dict[t.Index, t.Place], used: tuple[t.Term, ...]
) -> Iterator[tuple[dict[t.Index, t.Place], tuple[t.Term, ...]]]:
    """The ways to find the factors of a pattern among others, each once."""
    if len(used) == len(pattern.factors):
        yield names, used
        return
    wanted = pattern.factors[len(used)]
    assert isinstance(wanted, t.Atom)
    for f in factors:
        if isinstance(f, t.Atom) and f.node == wanted.node and not any(f is u for u in used):
            new = dict(names)
            pairs = zip(wanted.indices, f.indices, strict=True)
            if all(isinstance(i, t.Index) and new.setdefault(i, j) == j for i, j in pairs):
                yield from _occurrences(pattern, factors, new, (*used, f))


def _is_apart(pattern: Pattern, names: Mapping[t.Index, t.Place], gone: Sequence[t.Place]) -> bool:
    """Whether what is summed stands nowhere else in the pattern: ``Σ_i A⁻¹[k,i] A[i,i]`` is no entry of I."""
    kept = [p for i, p in names.items() if i not in pattern.bound]
    return not any(p in gone or any(i in gone for i in t.indices_in(p)) for p in kept)


def _bound_here(gone: Sequence[t.Place], bound: Sequence[t.Index], others: Sequence[t.Term]) -> bool:
    """Whether indices are different ones that the sum binds, and nothing else speaks of."""
    return len(set(gone)) == len(gone) and all(
        isinstance(i, t.Index) and i in bound and not any(i in f.free for f in others) for i in gone
    )
