"""Activations as a table: what each function is, its derivative as gradviz finds it, and both in numbers.

Those that gradviz knows, and a program's own functions of one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from gradviz.api.activations.branches import by_cases, in_words
from gradviz.api.programs import parse
from gradviz.calculus.sweep import sweep
from gradviz.graph import build
from gradviz.messages import UsageError, say
from gradviz.notation import read_expression, tree, write
from gradviz.notation.walk import children, rebuild, substitute, within
from gradviz.numeric.evaluate import evaluate
from gradviz.ops import CALLED, OPERATIONS, WORDS, Operation
from gradviz.ops.activations import ACTIVATIONS

if TYPE_CHECKING:
    from gradviz.api.graph import Graph
    from gradviz.graph import Dag

_FIRST = ("step", "sigmoid", "tanh", "relu")
_SECOND = {"leaky_relu": 0.1, "elu_alpha": 2.0}
"""At which value of a second operand a function is plotted."""
_LONG, _WORTH = 44, 9
_VALUE, _OPERAND = "u", "v"
_MORE, _WHOLE = "q_0", "q_1"
_NEAR, _JUMP = 1e-9, 1e-6
_INTEGRALS: Mapping[str, Mapping[str, str]] = {
    "erf": {
        "unicode": "(2/√π) ∫₀ᵛ e^(−t²) dt",
        "latex": r"\frac{2}{\sqrt{\pi}} \int_0^{v} e^{-t^2}\, dt",
    },
}
"""What functions are that have no formula in other functions."""
_SHORTHANDS = ("t", "s", "r", "q")
_DECIMALS = 10_000
"""What the denominator of a number divides that is written with a point, where the function has points."""


@dataclass(frozen=True)
class Activation:
    """One activation.

    Attributes
    ----------
    name : str
    call : tree.Expr
        How it is written: ``σ(v)``.
    formula, derivative : tree.Expr
        In ``v``, and the derivative in its value ``u`` where that is shorter.
    shorthands : tuple of (str, tree.Expr)
        What stands for longer parts of the formula and the derivative.
    kinks : tuple of str
        What is taken where the derivative jumps.
    settings : tuple of (str, float)
        Values of other names where the function is plotted.
    at : callable
        Value and derivative at a number.

    Examples
    --------
    >>> sigmoid = activations(only=["sigmoid"])[0]
    >>> sigmoid.text("call"), sigmoid.text("formula"), sigmoid.text("derivative"), sigmoid.at(0.0)
    ('σ(v)', '1/(1 + e^(−v))', 'u(1 − u)', (0.5, 0.25))
    """

    name: str
    call: tree.Expr
    formula: tree.Expr
    derivative: tree.Expr
    shorthands: tuple[tuple[str, tree.Expr], ...]
    kinks: tuple[str, ...]
    settings: tuple[tuple[str, float], ...]
    at: Callable[[float], tuple[float, float]]

    def text(self, what: str, style: str = "unicode") -> str:
        """One of its expressions as text: ``call``, ``formula`` or ``derivative``."""
        e = getattr(self, what)
        return in_words(e) if style == "unicode" else write(e, style, WORDS)  # type: ignore[arg-type]

    def definition(self, style: str = "unicode") -> str:
        """What the function is, in Unicode or LaTeX: its formula, or an integral where it has no other."""
        told = _INTEGRALS.get(self.name) if self.formula == self.call else None
        return told[style] if told else self.text("formula", style)

    def where(self, style: str = "unicode") -> list[str]:
        """What the shorthands stand for, as equations."""
        return [
            write(tree.Comparison("=", tree.Name(name), e), style, WORDS)  # type: ignore[arg-type]
            for name, e in self.shorthands
        ]


def activations(graph: Graph | None = None, only: Iterable[str] = ()) -> list[Activation]:
    """The activations that gradviz knows, and a program's own functions of one number.

    Parameters
    ----------
    graph : Graph, optional
        A program whose functions are shown as well.
    only : iterable of str
        Names (in any spelling) of those that are wanted, in the order in which they are wanted; all where empty.

    Raises
    ------
    UsageError
        There is no such activation.

    Examples
    --------
    >>> import gradviz as gv
    >>> own = gv.parse("swish(v) = v σ(v)")
    >>> [a.name for a in activations(own)][:5], str(activations(own, only=["swish"])[0].text("derivative"))
    (['swish', 'step', 'sigmoid', 'tanh', 'relu'], 'u + σ(v)(1 − u)')
    """
    own = _own(graph) if graph is not None else {}
    known = {op.name: op for op in (OPERATIONS["step"], *ACTIVATIONS)}
    order = [*_FIRST, *(name for name in known if name not in _FIRST)]
    if not (chosen := list(only)):
        return [*(make() for make in own.values()), *(_registered(known[name]) for name in order)]
    return [_chosen(name, own, known) for name in chosen]


def _chosen(name: str, own: dict[str, Callable[[], Activation]], known: dict[str, Operation]) -> Activation:
    if name in own:
        return own[name]()
    found = WORDS[name].function if name in WORDS else name
    if found not in known:
        raise UsageError(say("no-such-activation", name=name, known=", ".join([*own, *known])))
    return _registered(known[found])


def _registered(op: Operation) -> Activation:
    """An operation that gradviz knows; a second operand is called ``a``."""
    arity = op.word.arity[0] if op.word else 1
    names = {"a": tree.Name(_OPERAND), "b": tree.Name("a")} if arity == 2 and "b" in op.formula else {}
    given = read_expression(op.formula, WORDS, ("a", "b", _OPERAND))
    formula = substitute(given, names) if names else given
    more = ("a",) if arity == 2 else ()
    call = tree.Call(CALLED.get(op.name, op.name), (tree.Name(_OPERAND), *map(tree.Name, more)))
    settings = tuple((n, _SECOND.get(op.name, 1.0)) for n in more)
    declared = ", ".join((_OPERAND, *more))
    dag = parse(f"{declared} ∈ ℝ; {_VALUE} = {write(call, 'ascii', WORDS)}").dag
    return _activation(op.name, call, formula, dag, settings)


def _own(graph: Graph) -> dict[str, Callable[[], Activation]]:
    """The functions of a program that take one number; other names have the program's values, or 1."""
    program = graph.program
    if program is None:
        return {}
    found: dict[str, Callable[[], Activation]] = {}
    functions = [s for s in program.statements if isinstance(s, tree.Function)]
    for f in functions:
        if not f.is_block and len(f.parameters) == 1:
            found[f.name.name] = lambda f=f: _own_function(graph, f, functions)  # type: ignore[misc]
    return found


def _own_function(graph: Graph, f: tree.Function, functions: list[tree.Function]) -> Activation:
    body = substitute(f.body[-1].value, {f.parameters[0].name: tree.Name(_OPERAND)})
    needed = _called(body, {g.name.name: g for g in functions})
    others = [g for g in functions if g.name.name in needed]
    statement = tree.Definition((tree.Name(_VALUE),), body)
    declared = tree.Declaration((tree.Name(_OPERAND),), (), tree.Domain("real"))
    dag = build(tree.Program((declared, *others, statement), tree.Source("")))
    more = [n for n in dag.leaves if n != _OPERAND]
    values = graph.dag.values
    settings = tuple((n, _number(values.get(n))) for n in more)
    return _activation(f.name.name, tree.Call(f.name.name, (tree.Name(_OPERAND),)), body, dag, settings)


def _called(e: tree.Expr, functions: Mapping[str, tree.Function]) -> set[str]:
    """The program's functions that an expression calls, and those that these call; one that nothing calls is none."""
    found: set[str] = set()
    pending = [e]
    while pending:
        inner = pending.pop()
        pending += children(inner)
        if isinstance(inner, tree.Call) and inner.function in functions and inner.function not in found:
            found.add(inner.function)
            pending += [d.value for d in functions[inner.function].body]
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | Fraction) else 1.0


def _activation(
    name: str, call: tree.Expr, formula: tree.Expr, dag: Dag, settings: tuple[tuple[str, float], ...]
) -> Activation:
    from gradviz.api.graph import Graph

    derivative = by_cases(Graph(dag).gradient(_OPERAND).expr, _OPERAND, _simplified)
    formula = by_cases(formula, _OPERAND, _simplified)
    if any(isinstance(e, tree.Number) and "." in e.text for e in within(formula)):
        derivative = _with_decimals(derivative)
    (formula, derivative), shorthands = _shortened([formula, derivative])
    swept = sweep(dag.nodes, dag.root)
    adjoint = swept.adjoints.get(dag.names[_OPERAND])
    others = {dag.names[n]: value for n, value in settings}

    @cache
    def at(v: float) -> tuple[float, float]:
        wanted = [dag.root] if adjoint is None else [dag.root, adjoint]
        found = evaluate(swept.nodes, {dag.names[_OPERAND]: v, **others}, wanted, {})
        return float(found[dag.root]), 0.0 if adjoint is None else float(found[adjoint])

    jumps = _jumps(derivative, at, dict(settings))
    kinks = _kinks(dag) or jumps if _alone(dag) else jumps or _kinks(dag)
    return Activation(name, call, formula, derivative, shorthands, kinks, settings, at)


def _simplified(e: tree.Expr) -> tree.Expr:
    """An expression as gradviz writes it as a derivative: of its product with one more number, by that."""
    return parse(f"{_MORE} ∈ ℝ; {_WHOLE} = {_MORE} ({write(e, 'ascii', WORDS)})").gradient(_MORE).expr


def _jumps(
    derivative: tree.Expr, at: Callable[[float], tuple[float, float]], settings: Mapping[str, float]
) -> tuple[str, ...]:
    """What the derivative of a function by cases is where it jumps."""
    found: dict[str, None] = {}
    for _, conditions in derivative.rows if isinstance(derivative, tree.Cases) else ():
        for place in (c.right for c in conditions):
            text = write(place, "unicode", WORDS)
            number = settings.get(text)
            with suppress(ValueError):
                v = number if number is not None else float(text.replace("−", "-"))
                if abs(at(v + _NEAR)[1] - at(v - _NEAR)[1]) > _JUMP:
                    found[str(say("kink-at", value=f"{at(v)[1]:g}".replace("-", "−"), place=text))] = None
    return tuple(found)


def _with_decimals(e: tree.Expr) -> tree.Expr:
    """Numbers with a point, as the function has them: ``0.1`` for ``1/10``."""
    value = None
    if isinstance(e, tree.Number):
        value = e.value
    elif isinstance(e, tree.Product) and e.operators == ("/",) and all(isinstance(x, tree.Number) for x in e.operands):
        over, under = (x.value for x in e.operands if isinstance(x, tree.Number))
        value = over / under
    if value is None:
        return rebuild(e, _with_decimals)
    short = value.denominator > 1 and _DECIMALS % value.denominator == 0
    return tree.Number(value, f"{float(value):g}") if short else e


def _alone(dag: Dag) -> bool:
    """Whether there is one operation only, whose own words say what is taken."""
    return len([n for n in dag.nodes if n.inputs]) == 1


def _kinks(dag: Dag) -> tuple[str, ...]:
    """What the operations inside take where their derivatives jump."""
    told: dict[str, None] = {}
    inside = [OPERATIONS[node.op] for node in dag.nodes if node.inputs and OPERATIONS[node.op].kinks]
    for op in inside:
        told[op.kinks if _alone(dag) or op.word is None else f"{op.word.unicode}: {op.kinks}"] = None
    return tuple(told)


# -- shorter forms


def _shortened(expressions: list[tree.Expr]) -> tuple[list[tree.Expr], tuple[tuple[str, tree.Expr], ...]]:
    """Expressions in which names stand for what makes a long one long: calls that are repeated, numbers."""
    found: list[tuple[str, tree.Expr]] = []
    for name in _SHORTHANDS:
        long = [e for e in expressions if len(write(e, "unicode", WORDS)) > _LONG]
        repeated = dict.fromkeys(c for e in long for c in _parts(e) if isinstance(c, tree.Number) or _count(e, c) > 1)
        if not repeated:
            break
        best = max(repeated, key=lambda c: len(write(c, "unicode", WORDS)))
        expressions = [_put(e, best, tree.Name(name)) for e in expressions]
        found.append((name, best))
    return expressions, tuple(found)


def _parts(e: tree.Expr) -> Iterator[tree.Expr]:
    """What may be long: calls, and numbers of many digits."""
    if isinstance(e, tree.Call | tree.Number) and len(write(e, "unicode", WORDS)) > _WORTH:
        yield e
    for c in children(e):
        yield from _parts(c)


def _count(e: tree.Expr, what: tree.Expr) -> int:
    return int(e == what) + sum(_count(c, what) for c in children(e))


def _put(e: tree.Expr, what: tree.Expr, name: tree.Name) -> tree.Expr:
    return name if e == what else rebuild(e, lambda c: _put(c, what, name))
