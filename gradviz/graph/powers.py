"""Powers of matrices: products of one matrix with itself."""

from __future__ import annotations

from gradviz.graph.making import Making, Operand, Scope, Unsized, Value
from gradviz.messages import ShapeError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS
from gradviz.ops.shapes import core, show

MOST = 64
"""The largest exponent, whatever its sign."""
_SHORT = 4


class Powers(Making):
    """Elaborates them."""

    def _matpow(self, e: tree.Call, scope: Scope) -> Operand:
        base, exponent = e.arguments
        times = whole(exponent)
        if times is None or abs(times) > MOST:
            raise self.fail(say("not-a-power", expression=write(exponent, "unicode", WORDS), most=MOST), exponent)
        matrix = self._plain(base, scope)
        if not core(self.shape(matrix)):
            return self.entrywise("power", (matrix, self._plain(exponent, scope)), e)
        return self.raised(matrix, times, e)

    def power_of_matrix(self, e: tree.Power, base: Value, exponent: Value) -> Operand:
        """``A³`` may be a product of matrices, or one of entries: it is asked which is meant."""
        entries = write(entry_by_entry(e), "unicode", WORDS)
        times = whole(e.exponent)
        rows, columns = core(self.shape(base))
        if rows == columns and times is not None:
            hint = say("write-instead", first=write(product_of(e, times), "unicode", WORDS), second=entries)
            raise ShapeError(say("power-of-matrix"), self.place(e.span), hint)
        problem = say("power-not-whole") if rows == columns else say("power-not-square", shape=show(self.shape(base)))
        raise ShapeError(problem, self.place(e.span), say("power-by-entries", suggestion=entries))

    def raised(self, matrix: Value, times: int, e: tree.Expr) -> Value:
        """A matrix times itself, so many times; for a negative number, its inverse."""
        if not times:
            return self.sized(Unsized("eye"), self.shape(matrix), e)
        if times < 0:
            matrix = self.apply("inv", (matrix,), e)
            self.remember(matrix.node, tree.Inverse(children(e)[0], e.span))  # A⁻¹, whatever its power is called
        result = matrix
        for _ in range(abs(times) - 1):
            result = self.apply("matmul", (result, matrix), e)
        if result is matrix:  # a square matrix, or an error
            self.apply("trace", (matrix,), e)
        return result


def whole(e: tree.Expr) -> int | None:
    """The whole number that an exponent is."""
    size = e.operand if isinstance(e, tree.Negative) else e
    if not isinstance(size, tree.Number) or size.value.denominator != 1:
        return None
    return int(size.value) if size is e else -int(size.value)


def product_of(e: tree.Power, times: int) -> tree.Expr:
    """``A A``; where that is long, ``matpow(A, 9)``."""
    short = 1 < times <= _SHORT
    return tree.Product((e.base,) * times, ("",) * (times - 1)) if short else tree.Call("matpow", (e.base, e.exponent))


def entry_by_entry(e: tree.Power) -> tree.Expr:
    """``A ⊙ A``; where that is long, ``power(A, 9)``."""
    times = whole(e.exponent)
    if times is None or not 1 < times <= _SHORT:
        return tree.Call("power", (e.base, e.exponent))
    return tree.Product((e.base,) * times, ("⊙",) * (times - 1))
