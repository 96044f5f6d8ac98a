"""Expressions → nodes: what shapes decide.

A syntax tree says that two things stand side by side; only their shapes tell whether that is a scaling, a
matrix product, or a mistake. Inside ``∑_i`` and definitions by entries, values carry labels: the axes of
their node are the bound indices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from gradviz.graph.arranged import ARRANGED
from gradviz.graph.beside import Beside
from gradviz.graph.cases import Piecewise
from gradviz.graph.columns import Columns
from gradviz.graph.entries import Entries
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.named import Named
from gradviz.graph.node import Node
from gradviz.graph.partials import partial_name
from gradviz.graph.primes import Primes
from gradviz.graph.products import Products
from gradviz.messages import AmbiguousError, GradvizError, NamingError, ShapeError, UsageError, say
from gradviz.notation import read_expression, tree, write
from gradviz.notation.words import apart
from gradviz.ops import OPERATIONS, WORDS, shapes
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.elementwise import RELATIONS
from gradviz.ops.shapes import core, show
from gradviz.terms import plus

_E = tree.Constant("e")
_UNSIZED: Mapping[str, str] = {"I": "eye", "Id": "eye", apart("I"): "eye", "𝟏": "ones"}
_TWO = tree.Number(Fraction(2), "2")
ZERO = tree.Number(Fraction(0), "0")


class Elaborator(Products, Named, Entries, Piecewise, Primes, Beside, Columns):
    """Turns expressions into nodes of a table."""

    def expression(self, e: tree.Expr, scope: Scope) -> Operand:
        """The operand that an expression stands for.

        Raises
        ------
        ShapeError
            The shapes of an operation's operands do not fit.
        AmbiguousError
            The text has two readings that both fit.
        NamingError
            A name is unknown where no new one may come up.
        """
        result = METHODS[type(e)](self, e, scope)
        if type(result) is Value and self.table.nodes[result.node].op not in {"leaf", "number", "size"}:
            self.remember(result.node, e)
        return result

    def remember(self, node: int, e: tree.Expr) -> None:
        """Note the text that a node came from."""
        if not self.inside:
            self.origins.setdefault(node, e)

    def _number(self, e: tree.Number, scope: Scope) -> Operand:
        return self.number(e.value)

    def _name(self, e: tree.Name, scope: Scope) -> Operand:
        found = scope.names.get(e.name)
        if found is not None:
            return found
        label = scope.labels.get(e.name)
        if isinstance(label, int):
            return self.number(label)
        if isinstance(label, str):
            size = self.size_of(label, e, scope)
            counted = Value(self.table.put(Node("ordinal", (), (size,), size)), (label,))
            before = plus(self.label_starts.get(label, 1), -1)
            if before == 0:
                return counted
            more = (
                self.number(before) if isinstance(before, int) else Value(self.table.put(Node("size", (), (), before)))
            )
            return self.entrywise("add", (counted, more), e)
        if e.name in scope.sizes:
            return Value(self.table.put(Node("size", (), (), e.name)))
        return self.unknown(e)

    def _constant(self, e: tree.Constant, scope: Scope) -> Operand:
        kind = _UNSIZED.get(e.name)
        return Value(self.table.put(Node("constant", (), (), e.name))) if kind is None else Unsized(kind)

    def _negative(self, e: tree.Negative, scope: Scope) -> Operand:
        operand = self.expression(e.operand, scope)
        if isinstance(operand, Unsized):
            return self._scaled(self.number(-1), operand, e)
        return self.entrywise("neg", (operand,), e)

    def _sum(self, e: tree.Sum, scope: Scope) -> Operand:
        items = e.items
        if len(items) == 2 and type(items[0]) is not tree.Negative:
            a, b = items
            op, b = ("sub", b.operand) if isinstance(b, tree.Negative) else ("add", b)
            return self.entrywise(op, (self.expression(a, scope), self.expression(b, scope)), e)
        operands = tuple([self.expression(i.operand if type(i) is tree.Negative else i, scope) for i in items])
        negative = [type(i) is tree.Negative for i in items]
        if True not in negative:
            return self.entrywise("add", operands, e)
        sized = self.fit(operands, e)
        if negative == [True, True]:
            first = self._as_value(self.entrywise("neg", (sized[0],), items[0]))
            return self.entrywise("sub", (first, sized[1]), e)
        signed = tuple(
            self._as_value(self.entrywise("neg", (o,), i)) if isinstance(i, tree.Negative) else o
            for o, i in zip(sized, items, strict=True)
        )
        return self.entrywise("add", signed, e)

    def _power(self, e: tree.Power, scope: Scope) -> Operand:
        if e.base == _E:
            return self.entrywise("exp", (self.value(e.exponent, scope),), e)
        if isinstance(e.base, tree.Call) and e.base.function == "norm" and e.exponent == _TWO:
            return self.apply("sqnorm", (self._normed_array(e.base, scope),), e)
        base = self.value(e.base, scope)
        if type(e.exponent) is tree.Name and e.exponent.name == "T" and "T" not in scope.names:
            return self.apply("transpose", (base,), e)
        exponent = self.value(e.exponent, scope)
        if len(core(self.shape(base))) == 2 and not base.labels and not self.by_entries:
            return self.power_of_matrix(e, base, exponent)
        return self.entrywise("power", (base, exponent), e)

    def _transpose(self, e: tree.Transpose, scope: Scope) -> Operand:
        operand = self.expression(e.operand, scope)
        if isinstance(operand, Unsized):
            if operand.beside is not None:
                return replace(operand, beside=self.apply("transpose", (Value(operand.beside),), e).node)
            return replace(operand, row=not operand.row)
        if operand.labels or not core(self.shape(operand)):
            if e.text == "'" and len(self.shape(operand)) == len(operand.labels):
                shown = write(e.operand, "unicode", WORDS)
                named = shown if isinstance(e.operand, tree.Name | tree.Entry | tree.Call) else f"({shown})"
                problem = say("prime-of-number", name=named)
                raise UsageError(problem, self.place(e.span), say("prime-of-number-hint"))
            return operand
        return self.apply("transpose", (operand,), e)

    def _inverse(self, e: tree.Inverse, scope: Scope) -> Operand:
        operand = self.value(e.operand, scope)
        if operand.labels or len(core(self.shape(operand))) < 2:
            return self.entrywise("power", (operand, self.number(-1)), e)
        return self.apply("inv", (operand,), e)

    def _call(self, e: tree.Call, scope: Scope) -> Operand:
        if e.function in ARRANGED:
            return self.arranged(e, scope)
        if e.order:
            return self._derivative(e, scope)
        if e.function in scope.functions:
            return scope.functions[e.function](self, e, scope)
        named = self.named(e, scope)
        if named is not None:
            return named
        if e.options:
            raise UsageError(say("not-available", name=f"{e.function}(…, {e.options[0][0]}=…)"), self.place(e.span))
        name, extra = _CALLS.get((e.function, len(e.arguments)), (e.function, ()))
        if name == "ones":
            return self._ones(e, scope)
        if name == "inv" and len(e.arguments) == 1:
            return self._inverse(tree.Inverse(e.arguments[0], e.span), scope)
        if name not in OPERATIONS:
            raise UsageError(say("not-available", name=e.function), self.place(e.span))
        if OPERATIONS[name].elementwise:
            operands = tuple(self.expression(a, scope) for a in e.arguments) + tuple(map(self.number, extra))
            if name not in {"maximum", "minimum"}:
                return self.entrywise(name, operands, e)
            if name == "maximum" and len(operands) == 2 and ZERO in e.arguments:
                return self.entrywise("relu", (operands[1 - e.arguments.index(ZERO)],), e)
            result = operands[0]
            for operand in operands[1:]:
                result = self.entrywise(name, (result, operand), e)
            return result
        if name == "sqrt":
            return self.entrywise(name, (self.value(e.arguments[0], scope),), e)
        if name == "norm":
            return self.apply(name, (self._normed_array(e, scope),), e)
        plain = tuple(self._plain(a, scope) for a in e.arguments)
        of_column = self.of_column(name, plain[0], e) if len(plain) == 1 else None
        return of_column or self.apply(name, plain, e)

    def _normed_array(self, e: tree.Call, scope: Scope) -> Value:
        """What stands between the bars of a norm; ``‖A‖_2`` of a matrix is its largest singular value to most."""
        array = self._plain(e.arguments[0], scope)
        if e.text == "2" and len(core(self.shape(array))) > 1:
            shown = write(e.arguments[0], "unicode", WORDS)
            hint = say("hint-norm-of-matrix", matrix=shown)
            raise AmbiguousError(say("norm-of-matrix", matrix=shown), self.place(e.span), hint)
        return array

    def _derivative(self, e: tree.Call, scope: Scope) -> Operand:
        """``σ'(z)``: the derivative of a function of one argument."""
        known = e.function not in scope.functions and e.function not in self.own
        if known and len(DERIVATIVES.get(e.function, ())) != 1:
            raise UsageError(say("no-prime", name=e.function), self.place(e.span))
        if not known or e.order > 1:
            return self.derivative(e, scope)
        formula = read_expression(DERIVATIVES[e.function][0], WORDS, ("u", "v"))
        argument = self.value(e.arguments[0], scope)
        result = self.value(replace(e, order=0), scope)
        with self.unseen(), self.entries_only():
            return self.expression(formula, Scope({"u": result, "v": argument}))

    def _ones(self, e: tree.Call, scope: Scope) -> Operand:
        shape = shapes.canonical(tuple(self.dim(a, scope) for a in e.arguments))
        return Value(self.table.put(Node("ones", (), shape, shape)))

    def _indicator(self, e: tree.Indicator, scope: Scope) -> Operand:
        c = e.condition
        return self.entrywise(
            RELATIONS[c.operator], (self.expression(c.left, scope), self.expression(c.right, scope)), e
        )

    def _comparison(self, e: tree.Comparison, scope: Scope) -> Operand:
        raise self.fail(say("comparison-alone"), e, say("write-one", text=f"𝟙[{write(e, 'unicode', WORDS)}]"))

    def _array(self, e: tree.Array, scope: Scope) -> Operand:
        dims, leaves = _array_items(e)
        if dims is None:
            raise self.fail(say("ragged-array"), e)
        operands = tuple(self._plain(x, scope) for x in leaves)
        arrays = [self.shape(o) for o in operands if core(self.shape(o))]
        if arrays:
            raise self.fail(say("array-of-arrays", shape=show(arrays[0])), e)
        if len(operands) == 1:
            return operands[0]
        return self.apply("stack", operands, e, dims)

    def _partial(self, e: tree.Partial, scope: Scope) -> Operand:
        name = partial_name(e)
        if name in scope.names:
            return scope.names[name]
        raise NamingError(say("partial-in-program", name=name), self.place(e.span))

    def _either(self, e: tree.Either, scope: Scope) -> Operand:
        fitting: dict[Operand, tree.Expr] = {}
        problems: list[GradvizError] = []
        for reading in e.readings:
            try:
                fitting.setdefault(self.expression(reading, scope), reading)
            except ShapeError as problem:
                problems.append(problem)
        if not fitting:
            raise problems[0]
        if len(fitting) > 1:
            first, second = (write(r, "unicode", WORDS) for r in list(fitting.values())[:2])
            raise AmbiguousError(
                say("two-readings-plain"), self.place(e.span), say("write-instead", first=first, second=second)
            )
        operand, reading = next(iter(fitting.items()))
        self.taken[id(e)] = reading
        return operand


METHODS: Mapping[type, Callable[..., Operand]] = {
    tree.Number: Elaborator._number,
    tree.Name: Elaborator._name,
    tree.Constant: Elaborator._constant,
    tree.Negative: Elaborator._negative,
    tree.Sum: Elaborator._sum,
    tree.Product: Elaborator._product,
    tree.Power: Elaborator._power,
    tree.Transpose: Elaborator._transpose,
    tree.Inverse: Elaborator._inverse,
    tree.Call: Elaborator._call,
    tree.Entry: Elaborator._entry,
    tree.Slice: Elaborator._slice,
    tree.Big: Elaborator._big,
    tree.Indicator: Elaborator._indicator,
    tree.Comparison: Elaborator._comparison,
    tree.Cases: Elaborator._cases,
    tree.Array: Elaborator._array,
    tree.Partial: Elaborator._partial,
    tree.Either: Elaborator._either,
}

# One word, more than one operation: by how many arguments it has.
_CALLS: Mapping[tuple[str, int], tuple[str, tuple[Fraction | int, ...]]] = {
    **{(word, n): (many, ()) for word, many in (("max", "maximum"), ("min", "minimum")) for n in range(2, 60)},
    ("leaky_relu", 1): ("leaky_relu", (Fraction(1, 100),)),
    ("elu", 2): ("elu_alpha", ()),
    ("logistic", 1): ("sigmoid", ()),
}


def _array_items(e: tree.Array) -> tuple[tuple[int, ...] | None, list[tree.Expr]]:
    """The dimensions of a literal and its entries; None where its rows differ in length."""
    if not any(isinstance(i, tree.Array) for i in e.items):
        return (len(e.items),), list(e.items)
    parts = [_array_items(i) if isinstance(i, tree.Array) else (None, []) for i in e.items]
    dims = {d for d, _ in parts}
    inner = next(iter(dims))
    if len(dims) > 1 or inner is None:
        return None, []
    return (len(e.items), *inner), [x for _, items in parts for x in items]
