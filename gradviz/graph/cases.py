"""Functions by cases: a sum of values, each times the indicators of its condition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from gradviz.graph.making import Making, Operand, Scope, Unsized, Value
from gradviz.graph.regions import Condition, possible
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.notation.cursor import OPPOSITE
from gradviz.notation.walk import settle
from gradviz.ops.shapes import core

Few: TypeAlias = Callable[[str], Collection[Fraction] | None]
_MOST = 40
_ONE = tree.Number(Fraction(1), "1")


def few_values(facts: Iterable[tree.Domain]) -> tuple[Fraction, ...] | None:
    """The values that a name with these domains can have, where they are few."""
    for fact in facts:
        if fact.kind in ("binary", "onehot"):
            return (Fraction(0), Fraction(1))
        if fact.kind == "set":
            return fact.members
    return None


class Piecewise(Making):
    """Elaborates cases."""

    members: Few = staticmethod(lambda name: None)
    """The values that a name can have, where its domain says that they are few."""

    def _cases(self, e: tree.Cases, scope: Scope) -> Operand:
        def few(name: str) -> Collection[Fraction] | None:  # whatever it is called here
            operand = scope.names.get(name)
            return self.members(self.table.nodes[operand.node].name) if isinstance(operand, Value) else None

        if sum(len(condition) for _, condition in e.rows) > _MOST:
            raise self.fail(say("too-many-cases", limit=_MOST), e)
        if e.rows[-1][1] and possible((), [condition for _, condition in e.rows], few):
            raise self.fail(say("cases-left-out"), e, say("hint-otherwise"))
        items: list[tree.Expr] = []
        before: list[Condition] = []
        for value, condition in e.rows:
            own: list[tree.Expr] = [tree.Indicator(c, c.span) for c in condition]
            factors = own + self._unless(condition, before, few, scope)
            before.append(condition)
            negative = isinstance(value, tree.Negative)
            size = value.operand if isinstance(value, tree.Negative) else value
            if isinstance(size, tree.Number) and not size.value:
                continue
            item = self._times(size, factors, scope)
            items.append(tree.Negative(item, value.span) if negative else item)
        form = tree.Sum(tuple(items), e.span) if len(items) > 1 else (*items, tree.Number(Fraction(0), "0"))[0]
        self.taken[id(e)] = form
        return self.expression(form, scope)

    def _unless(self, condition: Condition, before: list[Condition], few: Few, scope: Scope) -> list[tree.Expr]:
        """Factors that are 0 where an earlier case counts; none for what the condition excludes already."""
        held = condition
        factors: list[tree.Expr] = []
        for earlier in reversed(before):
            if not possible((*held, *earlier), (), few):
                continue
            if len(earlier) == 1:
                (c,) = earlier
                opposite = tree.Comparison(OPPOSITE[c.operator], c.left, c.right, c.span)
                held = (*held, opposite)
                factors.append(tree.Indicator(opposite, c.span))
            else:
                all_hold = self._times(_ONE, [tree.Indicator(c, c.span) for c in earlier], scope)
                factors.append(tree.Sum((_ONE, tree.Negative(all_hold)), earlier[0].span))
        return factors[::-1]

    def _times(self, value: tree.Expr, factors: Sequence[tree.Expr], scope: Scope) -> tree.Expr:
        """The product entry by entry: arrays with ``⊙`` between them, scalars side by side."""
        scalars: list[tree.Expr] = []
        arrays: list[tree.Expr] = []
        for part in (*(() if value == _ONE and factors else (value,)), *factors):
            operand = self.expression(part, scope)
            whole = isinstance(operand, Unsized) or (not operand.labels and bool(core(self.shape(operand))))
            # What is settled is not decided again: cases inside of cases would double the work each time.
            (arrays if whole else scalars).append(settle(part, self.taken))
        first = scalars[0] if scalars else None
        if isinstance(first, tree.Product) and not any(first.operators):
            scalars[:1] = first.operands
        if scalars:
            arrays = [_product([*scalars, *arrays[:1]], ""), *arrays[1:]]
        return _product(arrays, "⊙")


def _product(parts: list[tree.Expr], sign: str) -> tree.Expr:
    if len(parts) == 1:
        return parts[0]
    return tree.Product(tuple(parts), (sign,) * (len(parts) - 1), parts[0].span)
