"""Terms of the index style: derivatives as atoms, Kronecker deltas that are summed away one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradviz import terms as t
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import write_entry
from gradviz.derivation.placing import direct_part
from gradviz.notation import tree
from gradviz.notation.walk import rebuild
from gradviz.ops.shapes import core
from gradviz.terms.eliminate import elimination

MARK = "∂"


def marker(stage: int, operand: int | None = None) -> str:
    """The name behind which a derivative is hidden: of the output by a stage, or of a stage by an operand."""
    return f"{MARK}{stage}" if operand is None else f"{MARK}{stage},{operand}"


def marked(name: str) -> tuple[int, int | None] | None:
    """What a hidden derivative is of.

    Examples
    --------
    >>> marked(marker(7, 3)), marked(marker(7)), marked("x")
    ((7, 3), (7, None), None)
    """
    if not name.startswith(MARK) or not name[1:2].isdigit():
        return None
    stage, _, operand = name[1:].partition(",")
    return int(stage), int(operand) if operand else None


class EntryWriter:
    """Writes terms entry by entry, with ``∂L/∂zₖ`` for the adjoint of an entry and ``∂zₖ/∂xⱼ`` between stages.

    Parameters
    ----------
    gradients : Gradients
        Names; the output of its graph may be an array.
    """

    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.root = gradients.dag.root
        self.outer = len(core(gradients.dag.nodes[self.root].shape))

    def write(self, term: t.Term, free: tuple[t.Index, ...]) -> tuple[tree.Expr, tuple[str, ...]]:
        """An expression in which derivatives are hidden, and its letters."""
        e, letters = write_entry(term, free, self._named, self.gradients.letters)
        return self.gradients.spelled(e), letters

    def _named(self, node: int | str) -> tuple[tree.Expr, bool]:
        if isinstance(node, int) and node < 0:
            return tree.Name(marker(~node)), False
        return self.gradients.named(node)

    def shown(self, e: tree.Expr) -> tree.Expr:
        """The expression with derivatives as people write them."""
        if isinstance(e, tree.Entry) and isinstance(e.array, tree.Name) and marked(e.array.name):
            return self._partial(e.array.name, e.indices)
        if isinstance(e, tree.Name) and marked(e.name):
            return self._partial(e.name, ())
        return rebuild(e, self.shown)

    def _partial(self, name: str, indices: tuple[tree.Expr, ...]) -> tree.Expr:
        found = marked(name)
        assert found is not None
        stage, operand = found
        if operand is None:
            if not indices and stage in self.gradients.deltas:
                return self.gradients.adjoint_name(stage)
            return tree.Partial(
                self._entry(self.root, indices[: self.outer]), self._entry(stage, indices[self.outer :])
            )
        count = len(core(self.gradients.dag.nodes[stage].shape))
        if stage == self.root:
            # ∂u/∂x would be the whole: the output's own part is named by its expression.
            whole = direct_part(self.gradients, operand)
            of = tree.Entry(whole, indices[:count]) if count else whole
            return tree.Partial(of, self._entry(operand, indices[count:]))
        return tree.Partial(self._entry(stage, indices[:count]), self._entry(operand, indices[count:]))

    def _entry(self, position: int, indices: tuple[tree.Expr, ...]) -> tree.Expr:
        e = tree.Name(self.gradients.dag.output) if position == self.root else self.gradients.name(position)
        return tree.Entry(e, indices) if indices else e


def product(factors: Iterable[t.Term]) -> t.Term:
    """A product as it stands: flat, numbers first, nothing collected."""
    flat: list[t.Term] = []
    for f in factors:
        flat.extend(t.factors_of(f))
    number = t.mul(*(f for f in flat if isinstance(f, t.Number)))
    rest = [f for f in flat if not isinstance(f, t.Number)]
    if number == t.ZERO or not rest:
        return number
    if number != t.ONE:
        rest.insert(0, number)
    return rest[0] if len(rest) == 1 else t.Mul(tuple(rest))


def total(indices: tuple[t.Index, ...], body: t.Term) -> t.Term:
    """A sum over indices as it stands."""
    used = tuple(i for i in indices if i in body.free)
    outside = [t.size(i.size) for i in indices if i not in body.free]
    count, rest = t.split(body)
    if used and count != 1:
        outside.append(t.number(count))
        body = rest
    inner = t.Contract(used, body) if used else body
    return product((*outside, inner)) if outside else inner


def spread_deltas(term: t.Term) -> t.Term:
    """Products with a sum that holds a bound delta, multiplied out."""
    if isinstance(term, t.Add):
        return t.Add(tuple(x for part in term.terms for x in _summands(spread_deltas(part))))
    if isinstance(term, t.Mul):
        return _over_sum(term.factors) or _rebuilt(term)
    if isinstance(term, t.Contract):
        body = spread_deltas(term.body)
        if isinstance(body, t.Add):
            return t.Add(tuple(t.freshen(total(term.indices, x)) for x in body.terms))
        return total(term.indices, body) if body is not term.body else term
    return term


def _summands(term: t.Term) -> tuple[t.Term, ...]:
    return term.terms if isinstance(term, t.Add) else (term,)


def _rebuilt(term: t.Mul) -> t.Term:
    parts = [spread_deltas(f) for f in term.factors]
    if all(a is b for a, b in zip(parts, term.factors, strict=True)):
        return term
    return _over_sum(tuple(parts)) or product(parts)


def _over_sum(factors: tuple[t.Term, ...]) -> t.Term | None:
    for n, f in enumerate(factors):
        if isinstance(f, t.Add) and any(isinstance(d, t.Delta) for d in t.subterms(f)):
            parts = (product((*factors[:n], x, *factors[n + 1 :])) for x in f.terms)
            return t.Add(tuple(y for x in parts for y in _summands(spread_deltas(x))))
    return None


def without_delta(term: t.Term) -> t.Term | None:
    """The term with one delta summed away; None where there is none to be.

    Examples
    --------
    >>> j, k = t.index(3), t.index(3)
    >>> summed = t.Contract((k,), t.Mul((t.Atom("x", (k,)), t.Delta(k, j))))
    >>> without_delta(summed) == t.Atom("x", (j,))
    True
    """
    if isinstance(term, t.Add | t.Mul):
        parts = list(t.children(term))
        for n, part in enumerate(parts):
            found = without_delta(part)
            if found is not None:
                parts[n] = found
                return t.Add(tuple(parts)) if isinstance(term, t.Add) else product(parts)
        return None
    if not isinstance(term, t.Contract):
        return None
    factors = t.factors_of(term.body)
    for n, f in enumerate(factors):
        names = _gone(f, term.indices, factors) if isinstance(f, t.Delta) else None
        if names:
            rest = product(_moved(x, names) for m, x in enumerate(factors) if m != n)
            return total(tuple(i for i in term.indices if i not in names), rest)
    inner = without_delta(term.body)
    return None if inner is None else total(term.indices, inner)


def _moved(term: t.Term, names: Mapping[t.Index, t.Place]) -> t.Term:
    """A factor read elsewhere: as it stands where the places are plain."""
    plain = all(isinstance(p, t.Index | int) for p in names.values())
    return t.rename(term, names) if plain else t.rename_product(term, names)


def _gone(delta: t.Delta, bound: tuple[t.Index, ...], factors: Sequence[t.Term]) -> Mapping[t.Index, t.Place] | None:
    """What a delta puts in the place of an index that is summed over; None where it has to stay."""
    if delta.free.isdisjoint(bound):
        return None
    if not isinstance(delta.right, t.Index | int):
        return elimination(delta, bound, factors)
    if delta.left in bound:
        return {delta.left: delta.right}
    return {delta.right: delta.left} if isinstance(delta.right, t.Index) else None


def at_stage(term: t.Term, stage: tuple[t.Index, ...], operand: tuple[t.Index, ...]) -> t.Term:
    """An entry of a Jacobian, beside each delta read at the stage's index: ``ŷᵢ(δᵢⱼ − ŷⱼ)``, not ``ŷⱼ(δᵢⱼ − ŷᵢ)``."""
    summands = []
    for x in _summands(spread_deltas(term)):
        factors = list(x.factors) if isinstance(x, t.Mul) else [x]
        for d in [f for f in factors if isinstance(f, t.Delta)]:
            ends = [i for i in (d.left, d.right) if isinstance(i, t.Index)]
            here, there = ([i for i in ends if i in side] for side in (stage, operand))
            if here and there and any(f is d for f in factors):  # one that was read elsewhere meanwhile says no more
                factors = [f if f is d else t.rename(f, {there[0]: here[0]}) for f in factors]
        summands.append(t.mul(*factors))
    return t.add(*map(t.freshen, summands))


def placed(term: t.Term, put: Mapping[t.Term, t.Term]) -> t.Term:
    """Terms in the place of others, and nothing else done."""
    found = put.get(term)
    if found is not None:
        return decided(t.freshen(found))
    parts = t.children(term)
    new = [placed(p, put) for p in parts]
    if all(a is b for a, b in zip(parts, new, strict=True)):
        return term
    if isinstance(term, t.Add):
        return t.Add(tuple(y for x in new for y in _summands(x)))
    if isinstance(term, t.Mul):
        return product(new)
    return total(term.indices, new[0]) if isinstance(term, t.Contract) else t.rebuild(term, new)


def decided(term: t.Term) -> t.Term:
    """A term without the summands and factors that are 0 or 1 since a delta of numbers is."""
    if isinstance(term, t.Contract):
        body = decided(term.body)
        return term if body is term.body else t.ZERO if body == t.ZERO else total(term.indices, body)
    if not isinstance(term, t.Add | t.Mul):
        return term
    old = t.children(term)
    parts = [decided(x) for x in old]
    if isinstance(term, t.Mul):
        same = all(a is b for a, b in zip(parts, old, strict=True))
        return term if same and t.ONE not in parts and t.ZERO not in parts else product(parts)
    left = [x for x in parts if x != t.ZERO]
    return t.Add(tuple(left)) if len(left) > 1 else left[0] if left else t.ZERO


def collected(term: t.Term) -> t.Term:
    """A term as it stands, with equal factors and summands collected: what may be compared and simplified."""
    parts = t.children(term)
    return t.rebuild(term, [collected(p) for p in parts]) if parts else term
