"""Random programs over all operations: each stage is a row of the tables of operations, made to fit what stands before.

The tables of `tests.ops` say each operation as a text and in NumPy; a row's arguments are replaced by earlier stages, by new
inputs, or by something between the two.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as np

from gradviz.notation import read_expression, tree, write
from gradviz.notation.walk import children, substitute
from gradviz.ops import WORDS
from tests.ops import test_arrays, test_catalogue
from tests.strategies import Env, Part, Program, Shape, sigmoid, softmax

MOST, LEAST = 40.0, 1e-9
"""Values beyond this, and those below it that are not 0, are drawn anew: numbers are to be compared."""


@dataclass(frozen=True)
class Row:
    """An operation: what is written, in NumPy, and the shapes of its arguments.

    Parameters
    ----------
    e : tree.Expr
    value : callable
    arguments : mapping of str to Shape
    before : str
        Statements that it needs: a function or block of its own.
    inner : tuple of (str, callable)
        For a block, its stages by the names that they have inside. The result is not among them, and computed from them too.
    entries : str
        For a definition by entries, its index.
    """

    e: tree.Expr
    value: Callable[..., Any]
    arguments: Mapping[str, Shape]
    before: str = ""
    inner: tuple[tuple[str, Callable[..., Any]], ...] = ()
    entries: str = ""

    @property
    def kinked(self) -> bool:
        """Whether it has kinks that operands may hit: those have to be of no particular value."""
        return any(word in write(self.e, "ascii", WORDS) for word in _KINKS)

    @property
    def positive(self) -> bool:
        """Whether its NumPy twin takes more than it does: ``ln(p/q)`` of negative numbers."""
        return isinstance(self.e, tree.Call) and self.e.function == "kl"


_KINKS = (
    "max", "min", "relu", "elu", "abs", "|", "sign", "step", "clip", "hard", "1[", "huber", "hinge", "mae", "pool", "norm_inf", "norm1",
)  # fmt: skip

OWN: tuple[tuple[str, str, Callable[..., Any], dict[str, Shape]], ...] = (
    ("own(t) = t σ(t)", "own(u)", lambda u: u * sigmoid(u), {"u": (3,)}),
    ("own2(t) = t^2 tanh(t)", "own2(A)", lambda A: A**2 * np.tanh(A), {"A": (3, 4)}),
    ("own3(t, p, q) = (t + p) q", "own3(a, b, c)", lambda a, b, c: (a + b) * c, {"a": (), "b": (), "c": ()}),
    ("own4(t, M) = M t / (1 + tᵀ t)", "own4(w, A)", lambda w, A: A @ w / (1 + w @ w), {"w": (4,), "A": (3, 4)}),
    ("own5(t) = sin(t) t", "own5'(u)", lambda u: np.cos(u) * u + np.sin(u), {"u": (3,)}),
)
BLOCKS: tuple[
    tuple[str, str, Callable[..., Any], dict[str, Shape], tuple[tuple[str, Callable[..., Any]], ...]], ...
] = (
    (
        "block dense(t, M, p):\n  s = M t + p\n  r = tanh(s)",
        "dense(w, A, u)",
        lambda w, A, u, s: np.tanh(s),
        {"w": (4,), "A": (3, 4), "u": (3,)},
        (("s", lambda w, A, u: A @ w + u),),
    ),
    (
        "block gated(t, p):\n  s = σ(p t)\n  r = t s",
        "gated(u, a)",
        lambda u, a, s: u * s,
        {"u": (3,), "a": ()},
        (("s", lambda u, a: sigmoid(a * u)),),
    ),
)
ENTRIES: tuple[tuple[str, Callable[..., Any], dict[str, Shape]], ...] = (
    ("e^{u[i]} / ∑_j e^{u[j]}", softmax, {"u": (3,)}),
    ("∑_j A_{i,j} w_j + u_i^2", lambda A, w, u: A @ w + u**2, {"A": (3, 4), "w": (4,), "u": (3,)}),
    ("u_i v_i - a", lambda u, v, a: u * v - a, {"u": (3,), "v": (3,), "a": ()}),
    ("ln(1 + u_i^2) + max(v)", lambda u, v: np.log(1 + u**2) + np.max(v), {"u": (3,), "v": (3,)}),
)


def _rows() -> Iterator[Row]:
    for module in (test_catalogue, test_arrays):
        for text, value in module.ROWS:
            used = [n for n in inspect.signature(value).parameters if n != "f"]
            used = used if set(used) <= module.SHAPES.keys() else ["u"]
            e = read_expression(text, WORDS, used)
            if not _holds(e, tree.Either) and not (_holds(e, tree.Call) and "gather" in text):
                yield Row(e, value, {n: module.SHAPES[n] for n in used})
    for before, text, value, arguments in OWN:
        name = before[: before.index("(")]
        yield Row(read_expression(text, WORDS, arguments, functions={name: len(arguments)}), value, arguments, before)
    for before, text, value, arguments, inner in BLOCKS:
        name = before[len("block ") : before.index("(")]
        e = read_expression(text, WORDS, arguments, functions={name: len(arguments)})
        yield Row(e, value, arguments, before, inner)
    for text, value, arguments in ENTRIES:
        yield Row(read_expression(text, WORDS, arguments, bound=("i",)), value, arguments, entries="i")


def _holds(e: tree.Expr, kind: type) -> bool:
    return isinstance(e, kind) or any(_holds(c, kind) for c in children(e))


ROWS = tuple(_rows())


class Weaver:
    """Makes one program, stage by stage, with numbers for its inputs.

    Parameters
    ----------
    rng : random.Random
    count : int
        How many stages there are before the output.
    rows : sequence of Row
        What they are drawn from.
    """

    def __init__(self, rng: random.Random, count: int, rows: tuple[Row, ...] = ROWS) -> None:
        self.rng = rng
        self.count = count
        self.rows = rows
        self.inputs: dict[str, Any] = {}
        self.stages: list[tuple[str, Shape, Callable[[Env], Any]]] = []
        self.values: dict[str, Any] = {}
        self.lines: list[str] = []
        self.before: dict[str, None] = {}
        self.used: set[str] = set()
        self.ends: list[str] = []

    # -- operands

    def leaf(self, shape: Shape) -> Part:
        """A new input."""
        kind = "s" if not shape else "x" if len(shape) == 1 else "W" if len(shape) == 2 else "T"
        name = f"{kind}{len(self.inputs) + 1}"
        count = int(np.prod(shape))
        drawn = np.array([self.rng.uniform(0.15, 0.85) * self.rng.choice((1, 1, -1)) for _ in range(count)])
        self.inputs[name] = np.reshape(drawn, shape) if shape else np.float64(drawn[0])
        self.values[name] = self.inputs[name]
        return self.named(name)

    def named(self, name: str) -> Part:
        return Part(name, lambda env: env[name], atom=True)

    def operand(self, shape: Shape, fresh: bool) -> Part:
        """Something of this shape; where it is to be fresh, no two entries are equal and none is 0."""
        if len(shape) == 2 and 1 in shape:
            if shape[0] > 1 or fresh or self.rng.random() < 0.3:
                return self.leaf(shape)
            part = self.operand((shape[1],), fresh)
            return Part(f"{part.tight}ᵀ", lambda env: part.value(env)[None])
        part = self.found(shape)
        if fresh and part.text not in self.inputs:
            other = self.leaf(shape)
            return Part(f"tanh({part.text}) + {other.text}", lambda env: np.tanh(part.value(env)) + other.value(env))
        return _positive(part) if self.rng.random() < 0.3 else part

    def found(self, shape: Shape) -> Part:
        """What is there already, the newest first; or something made of it."""
        fitting = [n for n, v in self.values.items() if np.shape(v) == shape]
        if fitting and self.rng.random() < 0.75:
            return self.taken(self.rng.choice(fitting[-4:]))
        if not self.stages or self.rng.random() < 0.3:
            return self.leaf(shape)
        return self.made(self.rng.choice(self.stages[-4:])[0], shape)

    def taken(self, name: str) -> Part:
        self.used.add(name)
        return self.named(name)

    def made(self, name: str, shape: Shape) -> Part:
        """An operand of one shape out of a stage of another."""
        part, have = self.taken(name), np.shape(self.values[name])
        if have == shape:
            return part
        if have == shape[::-1] and len(shape) == 2:
            return Part(f"{name}ᵀ", lambda env: part.value(env).T, atom=True)
        if not shape:
            return Part(f"mean(σ({name}))", lambda env: np.mean(sigmoid(part.value(env))), atom=True)
        if len(have) == len(shape) == 1:
            matrix = self.leaf((*shape, *have))
            return Part(f"{matrix.text} {name}", lambda env: matrix.value(env) @ part.value(env))
        other = self.leaf(shape)
        if not have:
            return Part(f"{name} {other.text}", lambda env: part.value(env) * other.value(env))
        if len(have) == 2 and len(shape) == 1 and have[1] != 1 and have[0] == shape[0]:
            return Part(f"rowsum({name})", lambda env: np.sum(part.value(env), 1), atom=True)
        return Part(f"mean(σ({name})) {other.text}", lambda env: np.mean(sigmoid(part.value(env))) * other.value(env))

    # -- stages

    def stage(self, number: int) -> None:
        """One more stage; what gives no numbers to compare is drawn anew."""
        for _ in range(30):
            before = (dict(self.inputs), dict(self.values), set(self.used))
            if self.tried(number):
                return
            self.inputs, self.values, self.used = before
        raise AssertionError("no row gives numbers")

    def tried(self, number: int) -> bool:
        row = self.rng.choice(self.rows)
        name = f"{self.rng.choice('zhpquv')}{number}"
        parts = {n: self.operand(shape, row.kinked) for n, shape in row.arguments.items()}
        if row.positive:
            parts = {n: _positive(p) for n, p in parts.items()}
        put = {n: read_expression(p.text, WORDS, self.values) for n, p in parts.items()}
        text = write(substitute(row.e, put), "unicode", WORDS)

        def applied(value: Callable[..., Any], inner: tuple[str, ...] = ()) -> Callable[[Env], Any]:
            return lambda env: value(*(p.value(env) for p in parts.values()), *(env[n] for n in inner))

        found = [(f"{name}.{n}", applied(f)) for n, f in row.inner]
        found.append((name, applied(row.value, tuple(n for n, _ in found))))
        values: dict[str, Any] = {}
        try:
            with np.errstate(all="ignore"):
                for n, f in found:
                    values[n] = f({**self.values, **values})
        except np.linalg.LinAlgError:
            return False
        if not all(_comparable(v) for v in values.values()):
            return False
        for n, f in found:
            self.stages.append((n, np.shape(values[n]), f))
        self.values.update(values)
        if row.before:
            self.before[row.before] = None
        self.lines.append(f"{name}{'_i' if row.entries else ''} = {text}")
        self.ends.append(name)
        return True

    def program(self) -> tuple[Program, dict[str, Any]]:
        """The program, and the numbers that its inputs have."""
        for n in range(1, self.count + 1):
            self.stage(n)
        ends = [n for n in self.ends if n not in self.used][-4:]
        parts = [self.ending(n) for n in ends]
        self.stages.append(("L", (), lambda env: sum(p.value(env) for p in parts)))
        self.lines.append("L = " + " + ".join(p.text for p in parts))
        sets = [f"{n} ∈ {_set(np.shape(v))}" for n, v in self.inputs.items()]
        shapes = {n: np.shape(v) for n, v in self.inputs.items()}
        return Program("\n".join([*sets, *self.before, *self.lines]), shapes, tuple(self.stages)), dict(self.inputs)

    def ending(self, name: str) -> Part:
        """A number of a stage that nothing else uses."""
        part, shape = self.named(name), np.shape(self.values[name])
        if not shape:
            return part
        if self.rng.random() < 0.5:
            weights = self.leaf(shape)
            return Part(f"sum({weights.text} ⊙ {name})", lambda env: np.sum(weights.value(env) * part.value(env)))
        return Part(f"sum(tanh({name}))", lambda env: np.sum(np.tanh(part.value(env))))


def _comparable(value: Any) -> bool:
    """Whether a value is a number like others: what is 0 but for rounding is not to be divided by."""
    sizes = np.abs(value)
    return bool(np.isfinite(value).all() and sizes.max() < MOST and not ((sizes > 0) & (sizes < LEAST)).any())


def _positive(part: Part) -> Part:
    return Part(f"σ({part.text})", lambda env: sigmoid(part.value(env)), atom=True)


def _set(shape: Shape) -> str:
    return "ℝ^{" + "×".join(map(str, shape)) + "}" if shape else "ℝ"


def weave(seed: int, least: int = 3, most: int = 12) -> tuple[Program, dict[str, Any]]:
    """One program with its numbers."""
    rng = random.Random(seed)  # noqa: S311
    return Weaver(rng, rng.randint(least, most)).program()
