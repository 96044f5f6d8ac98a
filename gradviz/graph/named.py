"""Words that stand for more than one operation: what they open into, as shapes and arguments decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node
from gradviz.graph.powers import Powers
from gradviz.messages import UsageError, say
from gradviz.notation import read_expression, tree
from gradviz.ops import DEFINITIONS, WORDS, shapes
from gradviz.ops.shapes import core, show
from gradviz.terms import times as times_of

_EPSILON = Fraction(1, 100_000)


class Named(Powers):
    """Elaborates such words."""

    def product(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        """Two operands with a sign between them."""
        raise NotImplementedError

    def named(self, e: tree.Call, scope: Scope) -> Operand | None:
        """What the call opens into; None where it is one operation, called by its name."""
        if e.function in DEFINITIONS:
            return self._defined(e, scope)
        opened = _OPENED.get(e.function)
        return opened(self, e, scope) if opened else None

    def _defined(self, e: tree.Call, scope: Scope) -> Operand:
        """A loss: its text, with the arguments for its parameters."""
        definition = DEFINITIONS[e.function]
        given = [self.expression(a, scope) for a in e.arguments]
        first, second = self.fit((given[0], given[1]), e)
        both = self._outer(first), self._outer(second)
        if both[0] != both[1] or bool(first.labels) != bool(second.labels):
            raise self.fail(say("loss-shapes", name=e.function, left=show(both[0]), right=show(both[1])), e)
        axes = len(core(both[0]))
        if axes > 2 and not definition.each:
            raise self.fail(say("not-a-matrix", shape=show(both[0])), e)
        names: dict[str, Operand] = dict(zip(definition.parameters, (first, second, *given[2:]), strict=False))
        for a, operand in zip(e.arguments[2:], given[2:], strict=True):
            if isinstance(operand, Unsized) or core(self._outer(operand)):
                raise self.fail(say("not-a-number", shape=show(self.shape(operand))), a)
        for name, text in zip(reversed(definition.parameters), reversed(definition.defaults), strict=False):
            names.setdefault(name, self.number(Fraction(text)))
        body = read_expression(definition.text(axes), WORDS, definition.parameters)
        self.by_entries += 1
        try:
            with self.unseen():
                return self.expression(body, Scope(names))
        finally:
            self.by_entries -= 1

    def _outer(self, operand: Value) -> tuple[int | str, ...]:
        """The shape of an operand; entries of an array are numbers."""
        return () if operand.labels else self.shape(operand)

    def _solve(self, e: tree.Call, scope: Scope) -> Operand:
        a, b = e.arguments
        inverse = tree.Inverse(a, a.span)
        both = tree.Product((inverse, b), ("",), e.span)
        return self.product("@", self.expression(inverse, scope), self._plain(b, scope), both)

    def _cross(self, e: tree.Call, scope: Scope) -> Operand:
        a, b = (self._plain(x, scope) for x in e.arguments)
        for operand in (a, b):
            if core(self.shape(operand)) != (3,):
                raise self.fail(say("not-of-three", shape=show(self.shape(operand))), e)
        body = read_expression(_CROSS, WORDS, ("a", "b"))
        with self.unseen():
            return self.expression(body, Scope({"a": a, "b": b}))

    def _normed(self, e: tree.Call, scope: Scope) -> Operand:
        """``layernorm(x)``, and scaled and moved: ``layernorm(x, γ, β)``; ε may stand last in both, or as ``eps=``."""
        x, *rest = e.arguments
        epsilon = dict(e.options).get("eps")
        if epsilon is not None and len(rest) in {1, 3}:
            raise self.fail(say("given-twice", name="eps"), e)
        last = (rest.pop(),) if len(rest) in {1, 3} else ()
        given = epsilon or next(iter(last), None)
        by = self.number(_EPSILON) if given is None else self._plain(given, scope)
        result: Operand = self.apply(e.function, (self._plain(x, scope), by), e)
        assert isinstance(result, Value)
        self.remember(result.node, replace(e, arguments=(x, *last)))
        for op, argument in zip(("mul", "add"), rest, strict=False):
            result = self.entrywise(op, (self.expression(argument, scope), result)[:: -1 if op == "add" else 1], e)
        return result

    def _diag(self, e: tree.Call, scope: Scope) -> Operand:
        operand = self._plain(e.arguments[0], scope)
        if len(core(self.shape(operand))) < 2:
            return self.apply("diag", (operand,), e)
        result = self.apply("diagonal", (operand,), e)
        # Under a name of its own, since only a matrix is its own transpose.
        self.remember(result.node, replace(e, function="diagonal"))
        return result

    def _determinant(self, e: tree.Call, scope: Scope) -> Operand:
        operand = self._plain(e.arguments[0], scope)
        if core(self.shape(operand)):
            return self.apply(e.function, (operand,), e)
        return operand if e.function == "det" else self.entrywise("ln", (operand,), e)

    def _batched(self, e: tree.Call, scope: Scope) -> Operand:
        a, b = (self._plain(x, scope) for x in e.arguments)
        return self.apply(times(len(self.shape(a)), len(self.shape(b))) or "bmm", (a, b), e)

    def _kron(self, e: tree.Call, scope: Scope) -> Operand:
        """Each entry of the first times the second as a whole: a product with four axes, two and two of them joined."""
        a, b = (self._plain(x, scope) for x in e.arguments)
        if not core(self.shape(a)) or not core(self.shape(b)):
            return self.entrywise("mul", (a, b), e)
        try:
            first, second = shapes.matrix(self.shape(a)), shapes.matrix(self.shape(b))
        except shapes.Misfit as misfit:
            raise self.fail(misfit.message, e) from None
        dims = {0: first[0], 1: second[0], 2: first[1], 3: second[1]}
        axes = tuple(n for n, d in dims.items() if d != 1)
        specs = tuple(tuple(n for n in axes if n % 2 == which) for which in (0, 1))
        both = Node("einsum", (a.node, b.node), tuple(dims[n] for n in axes), (specs, axes))
        result = shapes.canonical((times_of(dims[0], dims[1]), times_of(dims[2], dims[3])))
        value = Value(self.table.put(both))
        return value if both.shape == result else self.apply("reshape", (value,), e, result)

    def _inner(self, e: tree.Call, scope: Scope) -> Operand | None:
        """``⟨A, B⟩`` of two matrices: the sum of products of entries, tr(AᵀB)."""
        a, b = (self._plain(x, scope) for x in e.arguments)
        if e.text != "⟨" or self.shape(a) != self.shape(b) or len(core(self.shape(a))) < 2:
            return None
        form = tree.Call("sum", (tree.Product(e.arguments, ("⊙",), e.span),), 0, e.span)
        self.taken[id(e)] = form
        return self.expression(form, scope)

    def _place_of(self, e: tree.Call, scope: Scope) -> Operand:
        raise UsageError(say("a-place", name=e.function), self.place(e.span))


_CROSS = "[a[2] b[3] - a[3] b[2], a[3] b[1] - a[1] b[3], a[1] b[2] - a[2] b[1]]"

_OPENED: Mapping[str, Callable[[Named, tree.Call, Scope], Operand | None]] = {
    "dot": Named._inner,
    "solve": Named._solve,
    "matpow": Named._matpow,
    "cross": Named._cross,
    "layernorm": Named._normed,
    "batchnorm": Named._normed,
    "diag": Named._diag,
    "det": Named._determinant,
    "logdet": Named._determinant,
    "bmm": Named._batched,
    "kron": Named._kron,
    "argmax": Named._place_of,
    "argmin": Named._place_of,
}


def times(left: int, right: int) -> str | None:
    """The matrix product for operands of so many axes; None where neither is a batch."""
    if max(left, right) < 3:
        return None
    return "bmm" if left == right else "bmm_right" if left == 3 else "bmm_left"
