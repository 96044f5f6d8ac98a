"""To and from sympy. Only scalars and entries: sympy is never handed a matrix expression."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gradviz import terms as t
from gradviz.graph.dag import Dag
from gradviz.graph.expression import node_expr
from gradviz.messages import UsageError, say
from gradviz.notation import write
from gradviz.ops import WORDS

if TYPE_CHECKING:
    from gradviz.api.builder import Builder, Ref

_NAMES = {
    "exp": "exp", "ln": "log", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arcsinh": "asinh", "arctanh": "atanh",
    "abs": "Abs", "sign": "sign", "erf": "erf", "maximum": "Max", "minimum": "Min",
}  # fmt: skip


def to_sympy(term: t.Term, indices: tuple[t.Index, ...], dag: Dag) -> Any:
    """A term as a sympy expression.

    Parameters
    ----------
    term : Term
    indices : tuple of Index
        Its free indices; they become integer symbols ``i``, ``j``, … that count from 1.
    dag : Dag
        Whose nodes the atoms are.
    """
    import sympy

    letters = {
        index: sympy.Symbol(letter, integer=True, positive=True)
        for index, letter in zip(indices, "ijklpq", strict=False)
    }
    return _Converter(dag, letters).convert(term)


class _Converter:
    def __init__(self, dag: Dag, letters: dict[t.Index, Any]) -> None:
        self.dag = dag
        self.letters = letters

    def place(self, place: t.Place) -> Any:
        import sympy

        if isinstance(place, t.Index):
            return self.letters[place]
        if isinstance(place, int):
            return sympy.Integer(place + 1)
        if isinstance(place, t.Digit):
            below = self.size(t.times(*place.radices[place.axis + 1 :]))
            digit = sympy.floor((self.place(place.flat) - 1) / below)
            return sympy.Mod(digit, self.size(place.size)) + 1
        total = sum((self.size(c) * (self.place(u) - 1) for u, c in place.terms), self.size(place.offset))
        return total / place.divisor + 1

    def size(self, dim: t.Dim) -> Any:
        return self.convert(t.size(dim))

    def convert(self, term: t.Term) -> Any:
        import sympy

        if isinstance(term, t.Number):
            return sympy.Rational(term.value.numerator, term.value.denominator)
        if isinstance(term, t.Size):
            if isinstance(term.name, t.Extent) and term.name.quotient is not None:
                inner, divisor = term.name.quotient
                return sympy.floor(self.size(inner) / divisor)
            return sympy.Symbol(term.name, integer=True, positive=True)
        if isinstance(term, t.Ordinal):
            return self.place(term.place)
        if isinstance(term, t.Atom):
            return self.atom(term)
        if isinstance(term, t.Delta):
            return sympy.KroneckerDelta(self.place(term.left), self.place(term.right))
        if isinstance(term, t.Add):
            return sympy.Add(*map(self.convert, term.terms))
        if isinstance(term, t.Mul):
            return sympy.Mul(*map(self.convert, term.factors))
        if isinstance(term, t.Pow):
            return sympy.Pow(self.convert(term.base), self.convert(term.exponent))
        if isinstance(term, t.Contract):
            return self.contract(term)
        assert isinstance(term, t.Apply)
        return self.applied(term)

    def atom(self, term: t.Atom) -> Any:
        import sympy

        node = term.node
        if isinstance(node, str):
            return {"e": sympy.E, "π": sympy.pi}[node]
        if node < 0:
            name = f"d{self.dag.output}_d{write(node_expr(self.dag, ~node), 'ascii', WORDS)}"
        else:
            name = (
                write(node_expr(self.dag, node), "unicode", WORDS)
                if not self.dag.nodes[node].name
                else self.dag.nodes[node].name
            )
            constant = {"e": sympy.E, "π": sympy.pi}.get(name) if self.dag.nodes[node].op == "constant" else None
            if constant is not None:
                return constant
        if not term.indices:
            return sympy.Symbol(name, real=True)
        places = tuple(map(self.place, term.indices))
        entry = sympy.IndexedBase(name)[places]
        # Beside its axes an array is 0.
        inside: list[Any] = []
        for p, at in zip(places, term.indices, strict=True):
            if isinstance(at, t.Affine) and not t.always_inside(at):
                inside += [sympy.Ge(p, 1), sympy.Le(p, self.size(at.size))]
                inside += [sympy.Eq(sympy.floor(p), p)] if at.divisor > 1 else []
        return sympy.Piecewise((entry, sympy.And(*inside)), (0, True)) if inside else entry

    def contract(self, term: t.Contract) -> Any:
        import sympy

        fresh = t.freshen(term)
        assert isinstance(fresh, t.Contract)
        ranges = []
        for n, index in enumerate(fresh.indices):
            self.letters[index] = sympy.Symbol(f"k{len(self.letters) + n}", integer=True, positive=True)
            ranges.append((self.letters[index], 1, self.size(index.size)))
        return sympy.Sum(self.convert(fresh.body), *ranges)

    def applied(self, term: t.Apply) -> Any:
        import sympy

        from gradviz.ops import OPERATIONS
        from gradviz.ops.formula import operand_names, scalar_formula

        arguments = [self.convert(a) for a in term.arguments]
        if term.function in _NAMES:
            return getattr(sympy, _NAMES[term.function])(*arguments)
        relation = {
            "greater": sympy.Gt,
            "less": sympy.Lt,
            "greater_equal": sympy.Ge,
            "less_equal": sympy.Le,
            "equal": sympy.Eq,
            "unequal": sympy.Ne,
        }.get(term.function)
        if relation is not None:
            return sympy.Piecewise((1, relation(*arguments)), (0, True))
        op = OPERATIONS[term.function]
        put = dict(zip(map(t.Atom, operand_names(op)), term.arguments, strict=False))
        return self.convert(t.replace(scalar_formula(op.formula), put))


def from_sympy(expression: Any, builder: Builder) -> Ref:
    """Add a sympy expression to a builder: its symbols become inputs, its functions operations.

    Raises
    ------
    UsageError
        The expression holds what gradviz has no operation for.
    """
    import sympy

    known: dict[Any, Ref] = {}
    functions = {getattr(sympy, theirs): ours for ours, theirs in _NAMES.items()}

    def convert(e: Any) -> Ref:
        if e.is_Symbol:
            return builder.input(e.name)
        if e.is_Rational:
            return builder.number(Fraction(int(e.p), int(e.q)))
        if e.is_Float:
            return builder.number(Fraction(str(e)))
        if e is sympy.E or e is sympy.pi:
            return builder.constant("e" if e is sympy.E else "π")
        if any(a not in known for a in e.args):
            raise UsageError(say("not-from-sympy", name=e.func.__name__))
        parts = [known[a] for a in e.args]
        if e.is_Add:
            return builder.add(*parts)
        if e.is_Mul:
            return _product(builder, e, known)
        if e.is_Pow:
            if e.base is sympy.E:
                return builder.apply("exp", known[e.exp])
            return builder.apply("sqrt", parts[0]) if e.exp == sympy.Rational(1, 2) else parts[0] ** parts[1]
        if e.func in functions:
            return builder.apply(functions[e.func], *parts)
        raise UsageError(say("not-from-sympy", name=e.func.__name__))

    if not isinstance(expression, sympy.Expr):
        raise UsageError(say("not-from-sympy", name=type(expression).__name__))
    for e in sympy.postorder_traversal(expression):
        if e in known:
            continue
        if not isinstance(e, sympy.Expr) or not e.is_commutative:
            raise UsageError(say("not-from-sympy", name=type(e).__name__))
        known[e] = convert(e)
    return known[expression]


def _product(builder: Builder, e: Any, known: dict[Any, Ref]) -> Ref:
    """A product; factors with a power of −1 stand below."""
    result: Ref | None = None
    below: list[Any] = []
    for factor in e.args:
        if factor.is_Pow and factor.exp == -1:
            below.append(factor.base)
            continue
        result = known[factor] if result is None else result * known[factor]
    for base in below:
        result = known[base].__rtruediv__(1) if result is None else result / known[base]
    assert result is not None
    return result
