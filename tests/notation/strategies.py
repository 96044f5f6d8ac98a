"""Random syntax trees, of the forms that the reader gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from gradviz.notation.tree import (
    Array,
    Big,
    Call,
    Cases,
    Comparison,
    Constant,
    Either,
    Entry,
    Expr,
    Indicator,
    Inverse,
    Name,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Slice,
    Sum,
    Transpose,
)
from gradviz.notation.walk import children

KNOWN = ("x", "y", "z", "w", "W", "W1", "W2", "h1", "ŷ", "λ", "δ2", "θ̂", "loss", "x_train", "L")
KNOWN += ("𝐯", "W^{(t)}", "d1.z", "s_{t,k}", "v")
BOUND = ("i", "j", "k")

names = st.sampled_from([*map(Name, KNOWN), *map(Constant, ("e", "π", "𝟏"))])
variables = st.sampled_from(KNOWN).map(Name)
numbers = st.one_of(
    st.integers(0, 99).map(lambda n: Number(Fraction(n), str(n))),
    st.sampled_from(["0.5", "0.25", "1e-3", "2.50"]).map(lambda t: Number(Fraction(t), t)),
)
indices = st.sampled_from(BOUND).map(Name)
_ARRAYS = [name for name in KNOWN if not any(char in name for char in "^.{")]


def _number(n: int) -> Expr:
    return Number(Fraction(n), str(n))


@st.composite
def _computed(draw: st.DrawFn) -> Expr:
    """An index that is computed: ``i - 1``, ``2i + k``, ``x(i + 1) - 3``."""
    index, number = draw(indices), _number(draw(st.integers(1, 9)))
    other = draw(st.one_of(st.just(number), indices, st.sampled_from(["x", "L", "W1", "loss", "ŷ"]).map(Name)))
    stride = draw(st.sampled_from("xyw").map(Name))
    inner = Sum((index, number))
    scaled = draw(
        st.sampled_from([index, index, Product((number, index), ("",)), Product((stride, inner), ("",))]),
    )
    forms = [Sum((scaled, other)), Sum((scaled, Negative(other))), Sum((other, Negative(scaled), number))]
    return draw(st.sampled_from([*forms, Sum((Negative(scaled), other)), Product((number, index), ("",))]))


computed = _computed()


@st.composite
def _slices(draw: st.DrawFn) -> Expr:
    end = st.one_of(st.none(), st.integers(1, 9).map(_number), names, computed)
    return Slice(draw(end), draw(end))


slices = _slices()
entries = st.one_of(
    st.builds(lambda a, i: Entry(a, (i,)), st.sampled_from(_ARRAYS).map(Name), indices),
    st.builds(lambda a, i, j: Entry(a, (i, j)), st.sampled_from(_ARRAYS).map(Name), indices, indices),
    st.builds(lambda a, n: Entry(a, (Number(Fraction(n)),)), names, st.integers(1, 9)),
    st.builds(lambda a, i: Entry(a, (i,)), names, computed),
    st.builds(lambda a, i, j: Entry(a, (i, j)), names, st.one_of(computed, indices), st.one_of(computed, slices)),
)
atoms = st.one_of(names, names, numbers, entries)
_exponents = st.one_of(
    names,
    entries,
    st.integers(0, 3).map(lambda n: Number(Fraction(n))),
    st.integers(2, 3).map(lambda n: Negative(Number(Fraction(n)))),
    names.map(Negative),
    st.builds(lambda a, b: Sum((a, Negative(b))), names, names),
    st.builds(lambda a, b: Product((a, b), ("",)), names, names),
    st.builds(lambda a, b: Product((Negative(a), b), ("/",)), names, names),
)
_ONE = ("sigmoid", "ln", "tanh", "sqrt", "trace", "abs", "norm", "norm1", "norm_inf", "det")


def needs_dot(e: Expr) -> bool:
    """Whether a factor would be read as something else after another one."""
    while isinstance(e, Power | Transpose | Inverse | Entry):
        e = children(e)[0]
    lone = isinstance(e, Array) and len(e.items) == 1 and not isinstance(e.items[0], Array)
    return lone or isinstance(e, Number | Indicator)


def _may_vary(e: Expr) -> bool:
    """Whether this can be differentiated: no constant, and no entry of one."""
    array = e.array if isinstance(e, Entry) else e
    return not isinstance(array, Name) or array.name in KNOWN


def _juxtaposed(items: list[Expr]) -> Expr:
    kept = [items[0], *(item for item in items[1:] if not needs_dot(item))]
    return Product(tuple(kept), ("",) * (len(kept) - 1)) if len(kept) > 1 else kept[0]


def _written(items: list[Expr], operators: list[str]) -> Expr:
    return Product(tuple(items), tuple(operators[: len(items) - 1]))


def _options(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[dict[str, Expr]]:
    return st.dictionaries(st.sampled_from(["stride", "padding"]), parts, max_size=2)


def _cases(drawn: tuple[str, Expr, Expr, Expr, bool]) -> Expr:
    """Two or three cases; the last for the rest, or with two conditions."""
    sign, a, b, c, rest = drawn
    first = (a, (Comparison(sign, b, c),))
    last = (b, (Comparison("<", a, c), Comparison("=", b, a)))
    return Cases((first, (c, ())) if rest else (first, last))


def _compound(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    lists = st.lists(parts, min_size=2, max_size=4)
    signs = st.lists(st.sampled_from("·*×/⊙⊘@⊗//"), min_size=4, max_size=4)
    shorts = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        parts.map(Negative),
        lists.map(lambda items: Sum(tuple(items))),
        lists.map(_juxtaposed),
        st.builds(_written, lists, signs),
        st.builds(Power, parts.filter(lambda e: not isinstance(e, Number)), _exponents),
        parts.map(Transpose),
        parts.map(Inverse),
        st.builds(lambda f, a, o: Call(f, (a,), o), st.sampled_from(_ONE), parts, st.integers(0, 0)),
        st.builds(lambda a, o: Call("sigmoid", (a,), o), parts, st.integers(1, 2)),
        shorts.map(lambda items: Call("max", tuple(items))),
        st.builds(lambda a, b, o: Call("conv2d", (a, b), options=tuple(o.items())), parts, parts, _options(parts)),
        st.builds(lambda a, i, j: Entry(a, (i, j)), parts, st.one_of(slices, parts), st.one_of(slices, parts)).filter(
            lambda e: not isinstance(e.array, Number)
        ),
        st.builds(lambda a: Entry(a, (Number(Fraction(1)), Number(Fraction(2)))), parts).filter(
            lambda e: not isinstance(e.array, Number)
        ),
        st.builds(lambda i, b: Big("sum", i, None, None, b), st.sampled_from(BOUND), parts),
        st.builds(
            lambda i, b, h: Big("prod", i, Number(Fraction(1)), h, b),
            st.sampled_from("ib"),
            parts,
            names,
        ),
        st.builds(lambda s, a, b: Indicator(Comparison(s, a, b)), st.sampled_from("<>≤≥=≠"), parts, parts),
        st.tuples(parts.filter(lambda e: not isinstance(e, Number)), st.one_of(indices, computed), indices).map(
            lambda drawn: Entry(drawn[0], drawn[1:])
        ),
        st.tuples(st.sampled_from("<>≤≥=≠"), parts, parts, parts, st.booleans()).map(_cases),
        shorts.map(lambda items: Array(tuple(items))),
        st.builds(lambda a, b: Array((Array((a, b)), Array((b, a)))), parts, parts),
        st.builds(Partial, variables, variables),
        st.builds(Partial, parts.filter(_may_vary), variables),
        st.builds(Partial, entries.filter(_may_vary), parts.filter(_may_vary)),
    )


trees = st.recursive(atoms, _compound, max_leaves=12)


def plain(e: Expr) -> Expr:
    """The form in which what was written and what is read are compared.

    The first operand of a product of written operators is part of the product; ``·`` is ``*``.
    """
    match e:
        case Product() if any(e.operators):
            operands = [plain(item) for item in e.operands]
            operators = ["*" if sign == "·" else sign for sign in e.operators]
            first = operands[0]
            if isinstance(first, Product) and any(first.operators):
                operands[:1] = first.operands
                operators[:0] = first.operators
            return Product(tuple(operands), tuple(operators))
        case Product():
            return Product(tuple(plain(item) for item in e.operands), e.operators)
        case Sum() | Array():
            return replace(e, items=tuple(plain(item) for item in e.items))
        case Negative() | Transpose() | Inverse():
            return replace(e, operand=plain(e.operand))
        case Power():
            return Power(plain(e.base), plain(e.exponent))
        case Call():
            options = tuple((name, plain(value)) for name, value in e.options)
            return replace(e, arguments=tuple(plain(item) for item in e.arguments), options=options)
        case Slice():
            low, high = (x and plain(x) for x in (e.low, e.high))
            return Slice(low, high)
        case Entry():
            return Entry(plain(e.array), tuple(plain(item) for item in e.indices))
        case Big():
            return replace(e, body=plain(e.body))
        case Indicator():
            left, right = plain(e.condition.left), plain(e.condition.right)
            return Indicator(Comparison(e.condition.operator, left, right))
        case Cases():
            return Cases(tuple((plain(v), tuple(map(plain, cs))) for v, cs in e.rows))
        case Comparison():
            return Comparison(e.operator, plain(e.left), plain(e.right))
        case Partial():
            return Partial(plain(e.of), plain(e.by))
        case Either():
            return replace(e, readings=tuple(plain(item) for item in e.readings))
    return e
