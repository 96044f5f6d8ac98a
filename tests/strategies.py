"""Random well-shaped programs, each with a twin in NumPy that knows nothing of gradviz."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import autograd.numpy as np
from hypothesis import strategies as st

Shape: TypeAlias = tuple[int, ...]
Env: TypeAlias = Mapping[str, Any]
SIZES = (2, 3, 4, 5)


@dataclass(frozen=True)
class Part:
    """An expression: its text, its value in NumPy, and whether it binds as tightly as a name."""

    text: str
    value: Callable[[Env], Any]
    atom: bool = False

    @property
    def tight(self) -> str:
        return self.text if self.atom else f"({self.text})"


@dataclass(frozen=True)
class Program:
    """A program with the shapes of its inputs and its stages in NumPy."""

    text: str
    inputs: Mapping[str, Shape]
    stages: tuple[tuple[str, Shape, Callable[[Env], Any]], ...]

    def values(self, inputs: Env) -> dict[str, Any]:
        """All stages, from the inputs."""
        env = dict(inputs)
        for name, _, value in self.stages:
            env[name] = value(env)
        return env

    def output(self, inputs: Env) -> Any:
        """The last stage."""
        return self.values(inputs)[self.stages[-1][0]]

    def after(self, name: str, inputs: Env) -> Callable[[Any], Any]:
        """The output as a function of one input or stage."""
        before = self.values(inputs)

        def output(v: Any) -> Any:
            env = {**before, name: v}
            known = name in self.inputs
            for stage, _, value in self.stages:
                if known:
                    env[stage] = value(env)
                known = known or stage == name
            return env[self.stages[-1][0]]

        return output


# Functions of entries: text, NumPy. Smooth, or with kinks that random numbers do not hit.
def sigmoid(v: Any) -> Any:
    return 1 / (1 + np.exp(-v))


ENTRYWISE: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("σ({})", sigmoid),
    ("tanh({})", np.tanh),
    ("relu({})", lambda v: v * (v > 0)),
    ("e^(-({})^2)", lambda v: np.exp(-(v**2))),
    ("exp(tanh({}))", lambda v: np.exp(np.tanh(v))),
    ("e^({})/(1 + e^({}))", sigmoid),
    ("sin({})", np.sin),
    ("ln(1 + ({})^2)", lambda v: np.log(1 + v**2)),
    ("softplus({})", lambda v: np.logaddexp(0, v)),
    ("1/(1 + ({})^2)", lambda v: 1 / (1 + v**2)),
    ("sqrt(1 + ({})^2)", lambda v: np.sqrt(1 + v**2)),
    ("abs({})", np.abs),
    ("1 - ({})", lambda v: 1 - v),
    ("2({})", lambda v: 2 * v),
    ("-({})", lambda v: -v),
    ("silu({})", lambda v: v * sigmoid(v)),
)
# Powers of matrices are written out, so that what squares its argument is for scalars and columns.
_NO_POWERS = tuple(f for f in ENTRYWISE if ")^2" not in f[0])


class Maker:
    """Makes one program with a source of random numbers."""

    def __init__(self, rng: random.Random, stages: int, depth: int) -> None:
        self.rng = rng
        self.count = stages
        self.depth = depth
        self.inputs: dict[str, Shape] = {}
        self.known: dict[str, Shape] = {}
        self.sizes = tuple(rng.sample(SIZES, 3))

    # -- what there is

    def leaf(self, shape: Shape) -> Part:
        """Something of this shape: mostly what is there already, the newest first."""
        fitting = [n for n, s in self.known.items() if s == shape]
        if fitting and self.rng.random() < 0.8:
            return self.name(self.rng.choice(fitting[-3:]))
        name = f"{'sx'[len(shape) == 1] if len(shape) < 2 else 'W'}{len(self.inputs) + 1}"
        self.inputs[name] = self.known[name] = shape
        return self.name(name)

    def name(self, name: str) -> Part:
        return Part(name, lambda env: env[name], atom=True)

    def size(self) -> int:
        return self.rng.choice(self.sizes)

    # -- expressions

    def expr(self, shape: Shape, depth: int) -> Part:
        if depth <= 0 or self.rng.random() < 0.2:
            return self.leaf(shape)
        makers = (
            self.scalar if not shape else self.column if len(shape) == 1 else self.row if shape[0] == 1 else self.matrix
        )(shape, depth - 1)
        return self.rng.choice(makers)()

    def common(self, shape: Shape, d: int) -> list[Callable[[], Part]]:
        """What every shape has."""
        return [
            lambda: self.two("{} + {}", shape, shape, d, lambda a, b: a + b),
            lambda: self.two("{} - {}", shape, shape, d, lambda a, b: a - b),
            lambda: self.function(shape, d),
            lambda: self.function(shape, d),
            lambda: self.two("{} {}", (), shape, d, lambda a, b: a * b),
        ]

    def scalar(self, shape: Shape, d: int) -> list[Callable[[], Part]]:
        n, m = self.size(), self.size()
        two = [self.size(), self.size()]
        return [
            *self.common((), d),
            lambda: self.two("{} / (2 + ({})^2)", (), (), d, lambda a, b: a / (2 + b**2)),
            lambda: self.one("({})^2", (), d, lambda a: a**2),
            lambda: self.one("sum({})", (n,), d, np.sum),
            lambda: self.one("mean({})", (n,), d, np.mean),
            lambda: self.two("{}ᵀ {}", (n,), (n,), d, lambda a, b: np.sum(a * b)),
            lambda: self.two("{} · {}", (n,), (n,), d, lambda a, b: np.sum(a * b)),
            lambda: self.two("{} {}", (1, n), (n,), d, lambda a, b: np.sum(a[0] * b)),
            lambda: self.one("‖{}‖²", (n,), d, lambda a: np.sum(a * a)),
            lambda: self.one("norm({})", (n,), d, lambda a: np.sqrt(np.sum(a * a))),
            lambda: self.one("logsumexp({})", (n,), d, lambda a: np.log(np.sum(np.exp(a)))),
            lambda: self.one("var({})", (n,), d, np.var),
            lambda: self.one("max({})", (n,), d, np.max),
            lambda: self.two("max({}, {})", (), (), d, np.maximum, tight=False),
            lambda: self.one("sum({})", (n, m), d, np.sum),
            lambda: self.one("mean({})", (n, m), d, np.mean),
            lambda: self.one("‖{}‖²", (n, m), d, lambda a: np.sum(a * a)),
            lambda: self.one("tr({})", (n, n), d, np.trace),
            lambda: self.three("{}ᵀ {} {}", (n,), (n, m), (m,), d, lambda a, b, c: np.dot(a, np.dot(b, c))),
            lambda: self.place((n,), f"[{n}]", lambda a: a[n - 1]),
            lambda: self.place((n, m), f"[1,{m}]", lambda a: a[0, m - 1]),
            lambda: self.indexed(two),
            lambda: self.windowed(n, m),
            lambda: self.one("global_avg_pool({})", (n, m), d, np.mean),
        ]

    def column(self, shape: Shape, d: int) -> list[Callable[[], Part]]:
        (n,) = shape
        m = self.size()
        return [
            *self.common(shape, d),
            lambda: self.two("{} ⊙ {}", shape, shape, d, lambda a, b: a * b),
            lambda: self.two("{} ⊘ (2 + ({})^2)", shape, shape, d, lambda a, b: a / (2 + b**2)),
            lambda: self.two("{} + {}", shape, (), d, lambda a, b: a + b),
            lambda: self.two("{} / (1 + ({})^2)", shape, (), d, lambda a, b: a / (1 + b**2)),
            lambda: self.two("{} {}", (n, m), (m,), d, np.dot),
            lambda: self.two("{} @ {}", (n, m), (m,), d, np.dot),
            lambda: self.two("{}ᵀ {}", (m, n), (m,), d, lambda a, b: np.dot(a.T, b)),
            lambda: self.two("({}ᵀ {})ᵀ", (m,), (m, n), d, np.dot),
            lambda: self.one("{}ᵀ", (1, n), d, lambda a: a[0], tight=True),
            lambda: self.one("({})^2", shape, d, lambda a: a**2),
            lambda: self.one("softmax({})", shape, d, softmax),
            lambda: self.one("log_softmax({})", shape, d, lambda a: np.log(softmax(a))),
            lambda: self.one("rowsum({})", (n, m), d, lambda a: np.sum(a, 1)),
            lambda: self.one("colmean({})", (m, n), d, lambda a: np.mean(a, 0)),
            lambda: self.normalised(shape, d),
            lambda: self.centred(shape, d),
            lambda: self.two("diag({}) {}", shape, shape, d, lambda a, b: a * b),
            lambda: self.two("𝟙[{} > 0] ⊙ {}", shape, shape, d, lambda a, b: (a > 0) * b),
            lambda: self.two("max({}, {})", shape, shape, d, np.maximum, tight=False),
            lambda: self.one(f"({{}})[2:{n + 1}]", (n + 2,), d, lambda a: a[1 : n + 1]),
            lambda: self.one("pad({}, 1, 0)", (n + 1,), d, lambda a: np.append(0.0, a[: n - 1]), tail=f"[1:{n}]"),
            lambda: self.one("flip({})", shape, d, lambda a: a[::-1]),
            lambda: self.two("concat({}, {})", (n,), (), d, lambda a, b: np.append(a[1:], b), tail=f"[2:{n + 1}]"),
            lambda: self.two("concat({}, {})", (2,), (n,), d, lambda a, b: np.concatenate([a, b])[:n], tail=f"[1:{n}]"),
            lambda: self.two("conv1d({}, {})", (n + 1,), (2,), d, _conv, tight=False),
            lambda: self.two("conv1d({}, {}, padding=1)", (n,), (3,), d, lambda a, b: _conv(_zeros(a, 1), b)),
            lambda: self.two("conv1d({}, {}, stride=2)", (2 * n + 1,), (3,), d, lambda a, b: _conv(a, b)[::2]),
            lambda: self.one(
                "max_pool1d({}, 2)", (2 * n + 1,), d, lambda a: np.maximum(a[: 2 * n : 2], a[1 : 2 * n : 2])
            ),
            lambda: self.one("avg_pool1d({}, 2, stride=1)", (n + 1,), d, lambda a: (a[1:] + a[:-1]) / 2),
            lambda: self.one("flatten({})", (n, 2), d, lambda a: np.reshape(a, -1)[:n], tail=f"[1:{n}]"),
            lambda: self.one("({})[:, 1]", (n, m), d, lambda a: a[:, 0]),
            lambda: self.one("({})[2, :]", (m, n), d, lambda a: a[1]),
        ]

    def row(self, shape: Shape, d: int) -> list[Callable[[], Part]]:
        n, m = shape[1], self.size()
        return [
            *self.common(shape, d),
            lambda: self.two("{} ⊙ {}", shape, shape, d, lambda a, b: a * b),
            lambda: self.one("{}ᵀ", (n,), d, lambda a: a[None], tight=True),
            lambda: self.two("{} {}", (1, m), (m, n), d, np.dot),
            lambda: self.two("{}ᵀ {}", (m,), (m, n), d, lambda a, b: np.dot(a[None], b)),
            lambda: self.one("softmax({})", shape, d, softmax),
        ]

    def matrix(self, shape: Shape, d: int) -> list[Callable[[], Part]]:
        n, m = shape
        k = self.size()
        return [
            *self.common(shape, d),
            lambda: self.two("{} ⊙ {}", shape, shape, d, lambda a, b: a * b),
            lambda: self.two("{} {}", (n, k), (k, m), d, np.dot),
            lambda: self.two("{}ᵀ {}", (k, n), (k, m), d, lambda a, b: np.dot(a.T, b)),
            lambda: self.two("{} {}ᵀ", (n, k), (m, k), d, lambda a, b: np.dot(a, b.T)),
            lambda: self.two("{} {}ᵀ", (n,), (m,), d, np.outer),
            lambda: self.two("{} ⊗ {}", (n,), (m,), d, np.outer),
            lambda: self.two("{} {}", (n,), (1, m), d, lambda a, b: np.dot(a[:, None], b)),
            lambda: self.two("{} + {}", shape, (1, m), d, lambda a, b: a + b),
            lambda: self.one("{}ᵀ", (m, n), d, lambda a: a.T, tight=True),
            lambda: self.two("{} + {}", shape, (m,), d, lambda a, b: a + b),
            lambda: self.two("{} + {}", shape, (), d, lambda a, b: a + b),
            lambda: self.two("diag({}) {}", (n,), shape, d, lambda a, b: a[:, None] * b),
            lambda: self.two("{} diag({})", shape, (m,), d, lambda a, b: a * b),
            lambda: self.one("softmax({})", shape, d, softmax),
            lambda: self.one(f"reshape({{}}, {n}, {m})", (m, n), d, lambda a: np.reshape(a, shape)),
            lambda: self.one(f"reshape({{}}, {n}, {m})", (n * m,), d, lambda a: np.reshape(a, shape)),
            lambda: self.one("flip({}, axis=2)", shape, d, lambda a: a[:, ::-1]),
            lambda: (
                self.two("concat({}, {}, axis=2)", (n, m - 1), (n,), d, lambda a, b: np.column_stack([a, b]))
                if m > 2
                else self.two("stack({}, {})ᵀ", (n,), (n,), d, lambda a, b: np.stack([a, b], axis=1), tight=False)
            ),
            lambda: self.one(f"repeat({{}}, {n})", (m,), d, lambda a: np.stack([a] * n)),
            lambda: self.one(f"({{}})[1:{n}, 2:{m + 1}]", (n + 1, m + 1), d, lambda a: a[:n, 1:]),
            lambda: self.two("conv2d({}, {})", (n + 1, m + 1), (2, 2), d, _conv2d, tight=False),
        ]

    # -- forms

    def one(
        self, form: str, shape: Shape, d: int, f: Callable[[Any], Any], *, tight: bool = False, tail: str = ""
    ) -> Part:
        a = self.expr(shape, d)
        return Part(form.format(a.tight if tight else a.text) + tail, lambda env: f(a.value(env)))

    def two(
        self,
        form: str,
        first: Shape,
        second: Shape,
        d: int,
        f: Callable[..., Any],
        *,
        tight: bool = True,
        tail: str = "",
    ) -> Part:
        a, b = self.expr(first, d), self.expr(second, d)
        text = form.format(*(p.tight if tight else p.text for p in (a, b))) + tail
        return Part(text, lambda env: f(a.value(env), b.value(env)))

    def three(self, form: str, first: Shape, second: Shape, third: Shape, d: int, f: Callable[..., Any]) -> Part:
        a, b, c = (self.expr(s, d) for s in (first, second, third))
        text = form.format(a.tight, b.tight, c.tight)
        return Part(text, lambda env: f(a.value(env), b.value(env), c.value(env)))

    def function(self, shape: Shape, d: int) -> Part:
        form, f = self.rng.choice(_NO_POWERS if len(shape) == 2 else ENTRYWISE)
        a = self.expr(shape, d)
        return Part(form.replace("{}", a.text), lambda env: f(a.value(env)))

    def place(self, shape: Shape, text: str, f: Callable[[Any], Any]) -> Part:
        a = self.leaf(shape)
        return Part(a.text + text, lambda env: f(a.value(env)), atom=True)

    def normalised(self, shape: Shape, d: int) -> Part:
        a = self.expr(shape, d)
        return Part(f"{a.tight} / norm({a.text})", lambda env: normal(a.value(env)))

    def centred(self, shape: Shape, d: int) -> Part:
        a = self.expr(shape, d)
        return Part(f"{a.tight} - mean({a.text})", lambda env: a.value(env) - np.mean(a.value(env)))

    def indexed(self, sizes: Sequence[int]) -> Part:
        n, m = sizes
        a, b, c = self.leaf((n,)), self.leaf((n, m)), self.leaf((m,))
        if self.rng.random() < 0.5:
            text = f"∑_i {a.text}_i σ(∑_j {b.text}_{{i,j}} {c.text}_j)"
            return Part(text, lambda env: np.sum(a.value(env) * sigmoid(np.dot(b.value(env), c.value(env)))))
        text = f"∑_i ∑_j {a.text}_i {b.text}_{{i,j}}^2 {c.text}_j"
        return Part(text, lambda env: np.dot(a.value(env), np.dot(b.value(env) ** 2, c.value(env))))

    def windowed(self, n: int, m: int) -> Part:
        a, b = self.leaf((n + m - 1,)), self.leaf((m,))
        text = f"∑_{{i=1}}^{{{n}}} i (∑_j {a.text}[i + j - 1] {b.text}_j)^2"
        return Part(text, lambda env: np.sum(np.arange(1, n + 1) * _conv(a.value(env), b.value(env)) ** 2))

    # -- the whole

    def program(self) -> Program:
        stages: list[tuple[str, Shape, Callable[[Env], Any]]] = []
        lines = []
        for n in range(1, self.count + 1):
            rows, columns = self.size(), self.size()
            shape = self.rng.choice(((), (rows,), (rows,), (rows, columns), (rows, columns), (1, columns)))
            part = self.expr(shape, self.depth)
            name = f"{self.rng.choice('zhabcq')}{n}"
            stages.append((name, shape, part.value))
            self.known[name] = shape
            lines.append(f"{name} = {part.text}")
        last = self.ending([(name, shape) for name, shape, _ in stages])
        stages.append(("L", (), last.value))
        lines.append(f"L = {last.text}")
        declared = [f"{n} ∈ {_set(s)}" for n, s in self.inputs.items()]
        return Program("\n".join([*declared, *lines]), dict(self.inputs), tuple(stages))

    def ending(self, stages: list[tuple[str, Shape]]) -> Part:
        """A scalar of the last stages."""
        parts = []
        for name, shape in stages[-2:]:
            a = self.name(name)
            if not shape:
                parts.append(a)
            elif self.rng.random() < 0.5:
                parts.append(Part(f"sum(tanh({name}))", lambda env, a=a: np.sum(np.tanh(a.value(env)))))
            else:
                parts.append(Part(f"‖{name}‖²", lambda env, a=a: np.sum(a.value(env) ** 2)))
        if len(parts) == 1:
            return self.rng.choice([parts[0], Part(f"sin({parts[0].text})", lambda env: np.sin(parts[0].value(env)))])
        a, b = parts
        return self.rng.choice(
            [
                Part(f"{a.text} + {b.text}", lambda env: a.value(env) + b.value(env)),
                Part(f"({a.text})({b.text})", lambda env: a.value(env) * b.value(env)),
            ]
        )


def softmax(v: Any) -> Any:
    t = np.exp(v - np.max(v, axis=-1, keepdims=True))
    return t / np.sum(t, axis=-1, keepdims=True)


def _conv(a: Any, w: Any) -> Any:
    n = len(a) - len(w) + 1
    return sum(a[k : k + n] * w[k] for k in range(len(w)))


def _zeros(a: Any, count: int) -> Any:
    return np.concatenate([np.zeros(count), a, np.zeros(count)])


def _conv2d(a: Any, w: Any) -> Any:
    n, m = a.shape[0] - w.shape[0] + 1, a.shape[1] - w.shape[1] + 1
    return sum(a[i : i + n, j : j + m] * w[i, j] for i in range(w.shape[0]) for j in range(w.shape[1]))


def normal(v: Any) -> Any:
    return v / np.sqrt(np.sum(v * v))


def _set(shape: Shape) -> str:
    return "ℝ^{" + "×".join(map(str, shape)) + "}" if shape else "ℝ"


def make(rng: random.Random, most: int = 11, depth: int = 2) -> Program:
    """One program of up to `most` stages and the output."""
    return Maker(rng, rng.randint(2, most), rng.randint(1, depth)).program()


programs = st.randoms(use_true_random=False).map(make)
