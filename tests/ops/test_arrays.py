"""Operations that move entries, convolve and pool, one line each, against NumPy, autograd and central differences."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import pytest

import gradviz as gv
from tests.agreement import by_differences, check, numbers, same
from tests.strategies import Program

# All sizes differ. One letter says what an array is: x a vector, X a matrix, T and K arrays of three and four axes.
SHAPES = {
    "a": (), "x": (7,), "y": (2,), "w": (3,), "u": (2,), "r": (1, 4),
    "X": (5, 6), "Y": (5, 3), "V": (4, 6), "M": (3, 2), "N": (2, 3), "O": (7, 1),
    "T": (2, 5, 6), "S": (3, 5, 6), "B": (3, 2, 5), "Q": (2, 4, 5, 6), "P": (2, 1, 6), "F": (1, 5, 4),
    "K": (3, 2, 2, 3), "H": (4, 5, 2), "J": (3, 4, 2, 3), "G1": (4, 2, 1, 1), "c": (3,), "d": (4,), "E": (4, 3),
}  # fmt: skip


def conv(image: Any, kernel: Any, stride: tuple[int, ...], padding: tuple[int, ...], bias: Any = None) -> Any:
    """Cross-correlation by its definition; channels and a batch where the kernel has them."""
    n = len(stride)
    plain = np.ndim(kernel) == n
    image, kernel = (image[None, None], kernel[None, None]) if plain else (image, kernel)
    single = np.ndim(image) == n + 1
    image = image[None] if single else image
    image = np.pad(image, [(0, 0), (0, 0), *((p, p) for p in padding)], "constant")
    sizes = [(d - k) // s + 1 for d, k, s in zip(image.shape[2:], kernel.shape[2:], stride, strict=True)]
    total = 0.0
    for place in np.ndindex(*kernel.shape[2:]):
        window = tuple(slice(a, a + s * (m - 1) + 1, s) for a, s, m in zip(place, stride, sizes, strict=True))
        part = image[(slice(None), slice(None), *window)]
        total = total + np.einsum("bc...,oc->bo...", part, kernel[(slice(None), slice(None), *place)])
    if bias is not None:
        total = total + np.reshape(bias, (1, -1) + (1,) * n)
    total = total[0] if single or plain else total
    return total[0] if plain else total


def windows(
    image: Any, size: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...] = (0, 0), beside: float = 0.0
) -> Any:
    """All windows of the last axes, what is inside of them last."""
    n = len(size)
    for axis, p in zip(range(np.ndim(image) - n, np.ndim(image)), padding, strict=False):
        edge = np.full([p if a == axis else d for a, d in enumerate(np.shape(image))], beside)
        image = np.concatenate([edge, image, edge], axis) if p else image
    sizes = [(d - k) // s + 1 for d, k, s in zip(image.shape[-n:], size, stride, strict=True)]
    parts = []
    for place in np.ndindex(*size):
        window = tuple(slice(a, a + s * (m - 1) + 1, s) for a, s, m in zip(place, stride, sizes, strict=True))
        parts.append(image[(..., *window)])
    return np.stack(parts, axis=-1)


def max_pool(image: Any, size: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...] = (0, 0)) -> Any:
    return np.max(windows(image, size, stride, padding, -np.inf), axis=-1)


def avg_pool(image: Any, size: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...] = (0, 0)) -> Any:
    return np.mean(windows(image, size, stride, padding), axis=-1)


ROWS: list[tuple[str, Callable[..., Any]]] = [
    # entries and ranges
    ("x[2]", lambda x: x[1]),
    ("x[2:5]", lambda x: x[1:5]),
    ("x[:3]", lambda x: x[:3]),
    ("x[4:]", lambda x: x[3:]),
    ("x[3:3]", lambda x: x[2]),
    ("X[:, 1]", lambda X: X[:, 0]),
    ("X[2, :]", lambda X: X[1]),
    ("X[1:2, :]", lambda X: X[:2]),
    ("X[2:4, 3:5]", lambda X: X[1:4, 2:5]),
    ("X[2:2, :]", lambda X: X[1:2]),
    ("X[5, 6]", lambda X: X[4, 5]),
    ("T[2, :, 3]", lambda T: T[1, :, 2]),
    ("T[:, 2:4, :]", lambda T: T[:, 1:4]),
    ("x[1:6] - x[2:7]", lambda x: x[:6] - x[1:]),
    ("σ(x[2:5])^2", lambda x: 1 / (1 + np.exp(-x[1:5])) ** 2),
    ("X[:, 2:4] M", lambda X, M: X[:, 1:4] @ M),
    ("∑_i i x_i", lambda x: np.sum(np.arange(1, 8) * x)),
    ("∑_i x_i / i^2", lambda x: np.sum(x / np.arange(1, 8) ** 2)),
    ("∑_{i=2}^{7} x[i] x[i-1]", lambda x: np.sum(x[1:] * x[:-1])),
    ("∑_{i=1}^{3} x[2i] w_i", lambda x, w: np.sum(x[1::2] * w)),
    ("∑_i ∑_j x[i + j - 1] w_i u_j", lambda x, w, u: sum(x[i + j] * w[i] * u[j] for i in range(3) for j in range(2))),
    # end to end
    ("stack(y, u)", lambda y, u: np.stack([y, u])),
    ("stack(M, Nᵀ, 2M)", lambda M, N: np.stack([M, N.T, 2 * M])),
    ("concat(x, w, y)", lambda x, w, y: np.concatenate([x, w, y])),
    ("concat(x, a)", lambda x, a: np.append(x, a)),
    ("concat(X, Y, axis=2)", lambda X, Y: np.concatenate([X, Y], axis=1)),
    ("hstack(X, Y)", lambda X, Y: np.concatenate([X, Y], axis=1)),
    ("hstack(y, u)", lambda y, u: np.stack([y, u], axis=1)),
    ("vstack(X, V)", lambda X, V: np.concatenate([X, V])),
    ("vstack(x, w)", lambda x, w: np.concatenate([x, w])),
    ("concat(r, r)", lambda r: np.concatenate([r, r])),
    ("concat(T, S)", lambda T, S: np.concatenate([T, S])),
    ("concat(x, w)[3:9]", lambda x, w: np.concatenate([x, w])[2:9]),
    ("concat(tanh(y), u)^2", lambda y, u: np.concatenate([np.tanh(y), u]) ** 2),
    # another shape
    ("reshape(X, 3, 10)", lambda X: np.reshape(X, (3, 10))),
    ("reshape(X, 2, 3, 5)", lambda X: np.reshape(X, (2, 3, 5))),
    ("reshape(T, 10, 6)", lambda T: np.reshape(T, (10, 6))),
    ("reshape(T, 4, 15)", lambda T: np.reshape(T, (4, 15))),
    ("reshape(concat(x, w), 5, 2)", lambda x, w: np.reshape(np.concatenate([x, w]), (5, 2))),
    ("flatten(X)", lambda X: np.reshape(X, -1)),
    ("flatten(T)", lambda T: np.reshape(T, -1)),
    ("flatten(σ(X))", lambda X: np.reshape(1 / (1 + np.exp(-X)), -1)),
    ("reshape(flatten(X), 6, 5)", lambda X: np.reshape(X, (6, 5))),
    ("reshape(X, 6, 5) Y", lambda X, Y: np.reshape(X, (6, 5)) @ Y),
    ("permute(T, 2, 3, 1)", lambda T: np.transpose(T, (1, 2, 0))),
    ("permute(X, 2, 1)", lambda X: X.T),
    ("permute(Q, 4, 2, 1, 3)", lambda Q: np.transpose(Q, (3, 1, 0, 2))),
    ("flatten(permute(T, 3, 1, 2))", lambda T: np.reshape(np.transpose(T, (2, 0, 1)), -1)),
    ("repeat(x, 3)", lambda x: np.stack([x] * 3)),
    ("repeat(X, 2)", lambda X: np.stack([X] * 2)),
    ("repeat(a, 4)", lambda a: a * np.ones(4)),
    ("pad(x, 1, 2)", lambda x: np.pad(x, (1, 2), "constant")),
    ("pad(X, 1)", lambda X: np.pad(X, 1, "constant")),
    ("pad(X, 1, 0, 0, 2)", lambda X: np.pad(X, [(1, 0), (0, 2)], "constant")),
    ("pad(cos(x), 2)", lambda x: np.pad(np.cos(x), 2, "constant")),
    ("pad(pad(x, 1), 1)", lambda x: np.pad(x, 2, "constant")),
    ("pad(x, 2)[2:4]", lambda x: np.pad(x, 2, "constant")[1:4]),
    ("pad(x[2:4], 3)[2:5]", lambda x: np.pad(x[1:4], 3, "constant")[1:5]),
    ("pad(X, 1)[:, 1:3]", lambda X: np.pad(X, 1, "constant")[:, :3]),
    ("flip(x)", lambda x: x[::-1]),
    ("flip(X)", lambda X: X[::-1, ::-1]),
    ("flip(X, axis=2)", lambda X: X[:, ::-1]),
    ("flip(x)[2:4] ⊙ w", lambda x, w: x[::-1][1:4] * w),
    ("dropout(x, flip(x), 0.25)", lambda x: x * x[::-1] / 0.75),
    # Kronecker's product
    ("kron(X, M)", lambda X, M: np.kron(X, M)),
    ("kron(N, Y)", lambda N, Y: np.kron(N, Y)),
    ("kron(x, w)", lambda x, w: np.kron(x, w)),
    ("kron(wᵀ, M)", lambda w, M: np.kron(w[None], M)),
    ("kron(M, r)", lambda M, r: np.kron(M, r)),
    ("kron(a, M) + kron(M, a)", lambda a, M: 2 * a * M),
    ("kron(x, wᵀ) w", lambda x, w: np.outer(x, w) @ w),
    ("kron(M, I N) kron(u, w)", lambda M, N, u, w: np.kron(M, N) @ np.kron(u, w)),
    # convolution
    ("conv1d(x, w)", lambda x, w: conv(x, w, (1,), (0,))),
    ("conv1d(x, w, stride=2)", lambda x, w: conv(x, w, (2,), (0,))),
    ("conv1d(x, w, padding=2)", lambda x, w: conv(x, w, (1,), (2,))),
    ("conv1d(x, w, stride=3, padding=1)", lambda x, w: conv(x, w, (3,), (1,))),
    ("conv1d(tanh(x), w, padding=1)", lambda x, w: conv(np.tanh(x), w, (1,), (1,))),
    ("conv1d(x, w, a)", lambda x, w, a: conv(x, w, (1,), (0,)) + a),
    ("conv1d(conv1d(x, w), u, stride=2, padding=1)", lambda x, w, u: conv(conv(x, w, (1,), (0,)), u, (2,), (1,))),
    ("conv1d(X, H)", lambda X, H: conv(X, H, (1,), (0,))),
    ("conv1d(X, H, stride=2, padding=1)", lambda X, H: conv(X, H, (2,), (1,))),
    ("conv1d(S, H, d, stride=2)", lambda S, H, d: conv(S, H, (2,), (0,), d)),
    ("conv2d(X, M)", lambda X, M: conv(X, M, (1, 1), (0, 0))),
    ("conv2d(X, M, stride=2)", lambda X, M: conv(X, M, (2, 2), (0, 0))),
    ("conv2d(X, M, padding=[1, 2])", lambda X, M: conv(X, M, (1, 1), (1, 2))),
    ("conv2d(X, M, stride=[2, 3], padding=1)", lambda X, M: conv(X, M, (2, 3), (1, 1))),
    ("conv2d(X, w)", lambda X, w: conv(X, w[:, None], (1, 1), (0, 0))),
    ("conv2d(T, K)", lambda T, K: conv(T, K, (1, 1), (0, 0))),
    ("conv2d(T, K, c, stride=2, padding=1)", lambda T, K, c: conv(T, K, (2, 2), (1, 1), c)),
    ("conv2d(relu(T), K, padding=1)", lambda T, K: conv(T * (T > 0), K, (1, 1), (1, 1))),
    ("conv2d(T, G1)", lambda T, G1: conv(T, G1, (1, 1), (0, 0))),
    ("conv2d(Q, J, stride=2)", lambda Q, J: conv(Q, J, (2, 2), (0, 0))),
    ("conv2d(Q, J, padding=1)", lambda Q, J: conv(Q, J, (1, 1), (1, 1))),
    # pooling
    ("max_pool1d(x, 2)", lambda x: max_pool(x, (2,), (2,))),
    ("max_pool1d(x, 3, stride=1)", lambda x: max_pool(x, (3,), (1,))),
    ("max_pool2d(X, 2)", lambda X: max_pool(X, (2, 2), (2, 2))),
    ("max_pool2d(X, 2, 3)", lambda X: max_pool(X, (2, 3), (2, 3))),
    ("max_pool2d(T, 3, stride=2)", lambda T: max_pool(T, (3, 3), (2, 2))),
    ("max_pool2d(Q, 2, stride=1)", lambda Q: max_pool(Q, (2, 2), (1, 1))),
    ("max_pool2d(sin(X), 2)", lambda X: max_pool(np.sin(X), (2, 2), (2, 2))),
    ("max_pool1d(x, 3, padding=1)", lambda x: max_pool(x, (3,), (3,), (1,))),
    ("max_pool1d(x - 2, 2, stride=1, padding=1)", lambda x: max_pool(x - 2, (2,), (1,), (1,))),
    ("max_pool1d(X, 4, stride=3, padding=2)", lambda X: max_pool(X, (4,), (3,), (2,))),
    ("max_pool2d(X - 2, 3, stride=2, padding=1)", lambda X: max_pool(X - 2, (3, 3), (2, 2), (1, 1))),
    ("max_pool2d(X, 2, 4, stride=[1, 3], padding=[0, 2])", lambda X: max_pool(X, (2, 4), (1, 3), (0, 2))),
    ("max_pool2d(T, 2, padding=1)", lambda T: max_pool(T, (2, 2), (2, 2), (1, 1))),
    ("max_pool2d(Q, 3, stride=1, padding=1)", lambda Q: max_pool(Q, (3, 3), (1, 1), (1, 1))),
    ("avg_pool1d(x, 3)", lambda x: avg_pool(x, (3,), (3,))),
    ("avg_pool1d(X, 4, stride=1, padding=1)", lambda X: avg_pool(X, (4,), (1,), (1,))),
    ("avg_pool2d(X, 2)", lambda X: avg_pool(X, (2, 2), (2, 2))),
    ("avg_pool2d(T, 3, stride=2, padding=1)", lambda T: avg_pool(T, (3, 3), (2, 2), (1, 1))),
    ("avg_pool2d(Q, 2, 3)", lambda Q: avg_pool(Q, (2, 3), (2, 3))),
    ("global_avg_pool(X)", lambda X: np.mean(X)),
    ("global_avg_pool(T)", lambda T: np.mean(T, axis=(1, 2))),
    ("global_avg_pool(Q)", lambda Q: np.mean(Q, axis=(2, 3))),
    # arrays entry by entry
    ("2T ⊙ T - a", lambda T, a: 2 * T * T - a),
    ("σ(Q)/3", lambda Q: 1 / (1 + np.exp(-Q)) / 3),
    ("sum(T^3)", lambda T: np.sum(T**3)),
    ("mean(Q)", lambda Q: np.mean(Q)),
    ("∑_i ∑_j ∑_k T_{ijk} X_{jk}", lambda T, X: np.sum(T * X)),
    ("conv2d(T, K)[2, :, 1]", lambda T, K: conv(T, K, (1, 1), (0, 0))[1, :, 0]),
    ("max_pool2d(relu(conv2d(T, K, padding=1)), 2)",
     lambda T, K: max_pool(np.maximum(conv(T, K, (1, 1), (1, 1)), 0), (2, 2), (2, 2))),
]  # fmt: skip


def program_of(text: str, value: Callable[..., Any]) -> Program:
    """``Z = …; L = ∑ G ⊙ Z``: every entry of the result counts, each differently."""
    used = list(inspect.signature(value).parameters)
    inputs: dict[str, tuple[int, ...]] = {n: SHAPES[n] for n in used}

    def forward(env: Any) -> Any:
        return value(*(env[n] for n in used))

    shape = np.shape(forward({n: np.ones(s) for n, s in inputs.items()}))
    inputs["G"] = shape
    declared = "".join(f"{n} ∈ ℝ^{{{'×'.join(map(str, s))}}}\n" if s else f"{n} ∈ ℝ\n" for n, s in inputs.items())
    last = "L = sum(G ⊙ Z)" if shape else "L = G Z"
    stages = (("Z", shape, forward), ("L", (), lambda env: np.sum(env["G"] * env["Z"])))
    return Program(f"{declared}Z = {text}\n{last}", inputs, stages)


@pytest.mark.parametrize(("text", "value"), ROWS, ids=[text for text, _ in ROWS])
def test_operation(text: str, value: Callable[..., Any]) -> None:
    program = program_of(text, value)
    inputs = numbers(program, 1, -1.4, 1.4)
    check(program, inputs)
    gradients = gv.parse(program.text).explain(at=inputs).gradients
    for name in program.inputs:
        if name != "G" and np.size(inputs[name]) <= 60:
            assert same(gradients[name], by_differences(program, name, inputs, inputs[name]), 1e-5), name
