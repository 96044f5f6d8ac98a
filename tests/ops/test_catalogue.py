"""Every operation, one line each: values and gradients against NumPy, autograd and central differences."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import pytest
from autograd.extend import defvjp, primitive

import gradviz as gv
from gradviz.ops import OPERATIONS
from tests.agreement import by_differences, check, numbers, same
from tests.ops import test_arrays
from tests.strategies import Program, normal, sigmoid, softmax

# All sizes differ: 3, 4, 5. S is square, r and q are rows, k is a column declared with an axis of size one.
SHAPES = {
    "a": (), "b": (), "c": (),
    "u": (3,), "v": (3,), "w": (4,),
    "A": (3, 4), "B": (3, 4), "C": (4, 5), "S": (3, 3),
    "r": (1, 3), "q": (1, 4), "k": (4, 1), "l": (1, 1),
    "E": (2, 3, 4), "F": (2, 4, 5),
}  # fmt: skip


@primitive
def erf(v: Any) -> Any:
    return np.array(np.vectorize(math.erf)(v))


defvjp(erf, lambda _, v: lambda g: g * 2 / math.sqrt(math.pi) * np.exp(-(v**2)))


def norm(v: Any, e: Any) -> Any:
    """Along the last axis, to mean 0 and variance 1."""
    c = v - np.mean(v, -1, keepdims=True)
    return c / np.sqrt(np.mean(c**2, -1, keepdims=True) + e)


def gelu_tanh(v: Any) -> Any:
    return v * (1 + np.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))) / 2


def elu(v: Any) -> Any:
    return np.where(v > 0, v, np.exp(v) - 1)


def mish(v: Any) -> Any:
    return v * np.tanh(np.logaddexp(0, v))


def selu(v: Any) -> Any:
    return 1.0507009873554805 * np.where(v > 0, v, 1.6732632423543772 * (np.exp(v) - 1))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp, "ln": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "expm1": np.expm1,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "arcsinh": np.arcsinh, "arctanh": np.arctanh, "tanh": np.tanh,
    "sigmoid": sigmoid, "relu": lambda v: np.maximum(v, 0), "elu": elu, "softplus": lambda v: np.logaddexp(0, v),
    "softsign": lambda v: v / (1 + np.abs(v)), "silu": lambda v: v * sigmoid(v), "erf": erf,
    "gelu": lambda v: v * (1 + erf(v / math.sqrt(2))) / 2, "gelu_tanh": gelu_tanh,
    "abs": np.abs, "sign": lambda v: np.sign(v) + 0 * v, "cbrt": lambda v: np.sign(v) * np.abs(v) ** (1 / 3),
    "selu": selu, "mish": mish, "log_sigmoid": lambda v: -np.logaddexp(0, -v), "erfc": lambda v: 1 - erf(v),
    "hard_sigmoid": lambda v: np.clip(v / 6 + 0.5, 0, 1), "hard_tanh": lambda v: np.clip(v, -1, 1),
    "hard_swish": lambda v: v * np.clip(v / 6 + 0.5, 0, 1), "logit": lambda v: np.log(v / (1 - v)),
    "relu6": lambda v: np.clip(v, 0, 6), "step": lambda v: 1.0 * (v >= 0) + 0 * v, "sqrt": np.sqrt,
}  # fmt: skip

# An expression, and the same in NumPy; the arguments say which inputs it has.
ROWS: list[tuple[str, Callable[..., Any]]] = [
    # arithmetic, and who is broadcast over whom
    ("a + b", lambda a, b: a + b),
    ("a - b + c", lambda a, b, c: a - b + c),
    ("a b c", lambda a, b, c: a * b * c),
    ("a / b", lambda a, b: a / b),
    ("-a", lambda a: -a),
    ("a^2", lambda a: a**2),
    ("a^-2", lambda a: a**-2),
    ("a^b", lambda a, b: a**b),
    ("2^a", lambda a: 2**a),
    ("a^0.5", lambda a: a**0.5),
    ("a^(2/3)", lambda a: a ** (2 / 3)),
    ("a * a * a", lambda a: a**3),
    ("u + v", lambda u, v: u + v),
    ("u - v", lambda u, v: u - v),
    ("u ⊙ v", lambda u, v: u * v),
    ("u .* v", lambda u, v: u * v),
    ("u ⊘ v", lambda u, v: u / v),
    ("u / v", lambda u, v: u / v),
    ("u * v", lambda u, v: u * v),
    ("u^3", lambda u: u**3),
    ("u^a", lambda u, a: u**a),
    ("u⁻¹", lambda u: 1 / u),
    ("a + u", lambda a, u: a + u),
    ("u - a", lambda u, a: u - a),
    ("a u", lambda a, u: a * u),
    ("u / a", lambda u, a: u / a),
    ("a / u", lambda a, u: a / u),
    ("a^u", lambda a, u: a**u),
    ("2A - B/3", lambda A, B: 2 * A - B / 3),
    ("A ⊙ B", lambda A, B: A * B),
    ("A ⊘ B", lambda A, B: A / B),
    ("a + A", lambda a, A: a + A),
    ("a A", lambda a, A: a * A),
    ("A / a", lambda A, a: A / a),
    ("a / A", lambda a, A: a / A),
    ("A + w", lambda A, w: A + w),
    ("w - A", lambda w, A: w - A),
    ("A + q", lambda A, q: A + q),
    ("A ⊙ w", lambda A, w: A * w),
    ("A ⊘ w", lambda A, w: A / w),
    ("r + r", lambda r: r + r),
    ("a r", lambda a, r: a * r),
    ("r ⊙ uᵀ", lambda r, u: r * u),
    # products: scalar, column, row and matrix in every combination that fits
    ("a @ b", lambda a, b: a * b),
    ("A w", lambda A, w: A @ w),
    ("A @ C", lambda A, C: A @ C),
    ("q C", lambda q, C: q @ C),
    ("r A", lambda r, A: r @ A),
    ("r u", lambda r, u: np.sum(r[0] * u)),
    ("u r", lambda u, r: u[:, None] * r),
    ("u q", lambda u, q: u[:, None] * q),
    ("uᵀ v", lambda u, v: np.sum(u * v)),
    ("u · v", lambda u, v: np.sum(u * v)),
    ("dot(u, v)", lambda u, v: np.sum(u * v)),
    ("dot(r, u)", lambda r, u: np.sum(r[0] * u)),
    ("u wᵀ", lambda u, w: np.outer(u, w)),
    ("u ⊗ w", lambda u, w: np.outer(u, w)),
    ("outer(w, u)", lambda w, u: np.outer(w, u)),
    ("r ⊗ w", lambda r, w: np.outer(r[0], w)),
    ("uᵀ A w", lambda u, A, w: u @ A @ w),
    ("uᵀ A", lambda u, A: (u @ A)[None]),
    ("Aᵀ u", lambda A, u: A.T @ u),
    ("Cᵀ Aᵀ", lambda C, A: (A @ C).T),
    ("(A C)ᵀ", lambda A, C: (A @ C).T),
    ("A Bᵀ", lambda A, B: A @ B.T),
    ("uᵀ", lambda u: u[None]),
    ("rᵀ", lambda r: r[0]),
    ("aᵀ", lambda a: a),
    ("transpose(A)", lambda A: A.T),
    ("S S S", lambda S: S @ S @ S),
    ("uᵀ S u", lambda u, S: u @ S @ u),
    # sizes of one
    ("k + w", lambda k, w: k[:, 0] + w),
    ("A k", lambda A, k: A @ k[:, 0]),
    ("kᵀ w", lambda k, w: np.sum(k[:, 0] * w)),
    ("kᵀ", lambda k: k.T),
    ("w kᵀ", lambda w, k: np.outer(w, k[:, 0])),
    ("sum(k) + rowsum(q)", lambda k, q: np.sum(k) + np.sum(q)),
    ("l u", lambda l, u: l[0, 0] * u),
    ("l + A", lambda l, A: l[0, 0] + A),
    ("‖l‖ + tr(l)", lambda l: np.abs(l[0, 0]) + l[0, 0]),
    ("softmax(q)", lambda q: softmax(q)),
    ("diag(k) C", lambda k, C: k * C),
    # literals and entries
    ("[a, b, 2c]", lambda a, b, c: np.array([a, b, 2 * c])),
    ("[[a, b], [b, 1], [c, a]]", lambda a, b, c: np.array([[a, b], [b, 1.0], [c, a]])),
    ("[[a, b]]", lambda a, b: np.array([[a, b]])),
    ("[1, 2, 3] ⊙ u", lambda u: np.array([1.0, 2, 3]) * u),
    (r"\begin{bmatrix} a \\ b \end{bmatrix}", lambda a, b: np.array([a, b])),
    ("u[2]", lambda u: u[1]),
    ("A[2,3]", lambda A: A[1, 2]),
    ("r[3] q[1]", lambda r, q: r[0, 2] * q[0, 0]),
    ("u[1] u[3] u", lambda u: u[0] * u[2] * u),
    ("k[2]", lambda k: k[1, 0]),
    # sums by index
    ("∑_i u_i v_i", lambda u, v: np.sum(u * v)),
    (r"\sum_{i=1}^{3} u_i^2", lambda u: np.sum(u**2)),
    (r"\sum_{i=2}^{3} u_i", lambda u: np.sum(u[1:])),
    ("∑_i ∑_j u_i A_{i,j} w_j", lambda u, A, w: u @ A @ w),
    ("∑_i σ(∑_j A_{i,j} w_j)", lambda A, w: np.sum(sigmoid(A @ w))),
    ("∑_i S_{i,i} u_i", lambda S, u: np.sum(np.diag(S) * u)),
    ("∑_j A_{2,j} w_j", lambda A, w: np.sum(A[1] * w)),
    ("∑_i a u_i/2", lambda a, u: a * np.sum(u) / 2),
    # of arrays
    ("sum(A)", lambda A: np.sum(A)),
    ("sum(a)", lambda a: a),
    ("mean(A)", lambda A: np.mean(A)),
    ("mean(u)", lambda u: np.mean(u)),
    ("rowsum(A)", lambda A: np.sum(A, 1)),
    ("colsum(A)", lambda A: np.sum(A, 0)),
    ("rowmean(A)", lambda A: np.mean(A, 1)),
    ("colmean(A)", lambda A: np.mean(A, 0)),
    ("rowmax(A)", lambda A: np.max(A, 1)),
    ("colmax(A)", lambda A: np.max(A, 0)),
    ("rowmax(q) + colmax(q)", lambda q: (np.max(q) + q)[0]),
    ("max(a) + logsumexp(b) + ‖c‖_∞ + var(a)", lambda a, b, c: a + b + np.abs(c)),
    ("inv(a) + ‖b‖", lambda a, b: 1 / a + np.abs(b)),
    ("max(A)", lambda A: np.max(A)),
    ("min(u)", lambda u: np.min(u)),
    ("max(u, v)", lambda u, v: np.maximum(u, v)),
    ("min(A, B)", lambda A, B: np.minimum(A, B)),
    ("max(0, u - a)", lambda u, a: np.maximum(0, u - a)),
    ("max(a, b, c)", lambda a, b, c: np.maximum(np.maximum(a, b), c)),
    ("clip(u, 0.3, 0.6)", lambda u: np.clip(u, 0.3, 0.6)),
    ("leaky_relu(u - a)", lambda u, a: np.where(u - a > 0, u - a, 0.01 * (u - a))),
    ("leaky_relu(u - a, 0.2)", lambda u, a: np.where(u - a > 0, u - a, 0.2 * (u - a))),
    ("hard_sigmoid(7u - 4v) + hard_tanh(3u - 2v) + relu6(9v - 5u)",
     lambda u, v: np.clip((7 * u - 4 * v) / 6 + 0.5, 0, 1) + np.clip(3 * u - 2 * v, -1, 1) + np.clip(9 * v - 5 * u, 0, 6)),
    ("elu(u - a)", lambda u, a: elu(u - a)),
    ("elu(u - a, b)", lambda u, a, b: np.where(u - a > 0, u - a, b * (np.exp(u - a) - 1))),
    ("arccosh(1 + A)", lambda A: np.arccosh(1 + A)),
    ("atan2(u, v)", lambda u, v: np.arctan2(u, v)),
    ("arctan2(A, a)", lambda A, a: np.arctan2(A, a)),
    ("hypot(u, v)", lambda u, v: np.sqrt(u**2 + v**2)),
    ("hypot(a, A)", lambda a, A: np.sqrt(a**2 + A**2)),
    ("logaddexp(u, v)", lambda u, v: np.logaddexp(u, v)),
    ("logaddexp(A, b)", lambda A, b: np.logaddexp(A, b)),
    ("pow(A, B)", lambda A, B: A**B),
    ("pow(A, 5/2) + pow(B, -1)", lambda A, B: A**2.5 + 1 / B),
    ("a^A", lambda a, A: a**A),
    ("u^v", lambda u, v: u**v),
    ("𝟙[u > a] ⊙ v", lambda u, a, v: (u > a) * v),
    ("1[a < b] c", lambda a, b, c: (a < b) * c),
    ("𝟙[u ≤ v] + u", lambda u, v: (u <= v) + u),
    ("𝟙[u ≥ v] a", lambda u, v, a: (u >= v) * a),
    ("𝟙[u = v] + 𝟙[u ≠ v] a", lambda u, v, a: 1.0 * (u == v) + (u != v) * a),
    ("var(u)", lambda u: np.var(u)),
    ("var(A)", lambda A: np.var(A)),
    ("norm(u)", lambda u: np.sqrt(np.sum(u**2))),
    ("‖u‖²", lambda u: np.sum(u**2)),
    ("‖u - v‖", lambda u, v: np.sqrt(np.sum((u - v) ** 2))),
    ("‖A‖", lambda A: np.sqrt(np.sum(A**2))),
    ("‖A‖_F^2", lambda A: np.sum(A**2)),
    ("‖u‖_1", lambda u: np.sum(np.abs(u))),
    ("‖u‖_∞", lambda u: np.max(np.abs(u))),
    ("logsumexp(u)", lambda u: np.log(np.sum(np.exp(u)))),
    ("rowlogsumexp(A)", lambda A: np.log(np.sum(np.exp(A), 1))),
    ("collogsumexp(A)", lambda A: np.log(np.sum(np.exp(A), 0))),
    ("logsumexp(A) + logsumexp(q) + rowlogsumexp(q)", lambda A, q: np.log(np.sum(np.exp(A))) + 2 * np.log(np.sum(np.exp(q)))),
    ("collogsumexp(q)", lambda q: q[0]),
    ("std(u) + std(A)", lambda u, A: np.std(u) + np.std(A)),
    ("rowstd(A)", lambda A: np.std(A, 1)),
    ("colstd(A)", lambda A: np.std(A, 0)),
    ("rowvar(A)", lambda A: np.var(A, 1)),
    ("colvar(A)", lambda A: np.var(A, 0)),
    ("rowvar(q) + var(q)", lambda q: 2 * np.var(q)),
    ("prod(u)", lambda u: np.prod(u)),
    ("prod(A) + prod(a)", lambda A, a: np.prod(A) + a),
    ("rowprod(A)", lambda A: np.prod(A, 1)),
    ("colprod(A)", lambda A: np.prod(A, 0)),
    ("rowprod(q)", lambda q: np.prod(q)),
    ("prod_others(u)", lambda u: np.prod(u) / u),
    ("prod_others(S)", lambda S: np.prod(S) / S),
    ("rowprod_others(A)", lambda A: np.prod(A, 1)[:, None] / A),
    ("colprod_others(A)", lambda A: np.prod(A, 0) / A),
    ("rowprod_others(r)", lambda r: np.prod(r) / r),
    ("rowmin(A)", lambda A: np.min(A, 1)),
    ("colmin(A)", lambda A: np.min(A, 0)),
    ("rownorm(A)", lambda A: np.sqrt(np.sum(A**2, 1))),
    ("colnorm(A)", lambda A: np.sqrt(np.sum(A**2, 0))),
    ("rownorm1(A)", lambda A: np.sum(np.abs(A), 1)),
    ("colnorm1(A)", lambda A: np.sum(np.abs(A), 0)),
    ("rownorm_inf(A)", lambda A: np.max(np.abs(A), 1)),
    ("colnorm_inf(A)", lambda A: np.max(np.abs(A), 0)),
    ("rowsqnorm(A)", lambda A: np.sum(A**2, 1)),
    ("colsqnorm(A)", lambda A: np.sum(A**2, 0)),
    ("sqnorm(A)", lambda A: np.sum(A**2)),
    ("softmax(u)", lambda u: softmax(u)),
    ("softmax(A)", lambda A: softmax(A)),
    ("log_softmax(u)", lambda u: np.log(softmax(u))),
    ("log_softmax(A)", lambda A: np.log(softmax(A))),
    ("tr(S)", lambda S: np.trace(S)),
    ("tr(A Bᵀ)", lambda A, B: np.trace(A @ B.T)),
    ("diag(u)", lambda u: np.diag(u)),
    ("diag(S)", lambda S: np.diag(S)),
    ("diag(A Bᵀ)", lambda A, B: np.sum(A * B, 1)),
    ("diag(diag(S)) u", lambda S, u: np.diag(S) * u),
    ("det(S)", lambda S: np.linalg.det(S)),
    ("det(l) + logdet(l)", lambda l: l[0, 0] + np.log(l[0, 0])),
    ("logdet(S Sᵀ + I)", lambda S: np.linalg.slogdet(S @ S.T + np.eye(3))[1]),
    ("ln det(S Sᵀ + I)", lambda S: np.linalg.slogdet(S @ S.T + np.eye(3))[1]),
    ("solve(S, u)", lambda S, u: np.linalg.solve(S, u)),
    ("solve(S, A)", lambda S, A: np.linalg.solve(S, A)),
    ("matpow(S, 3)", lambda S: S @ S @ S),
    ("matpow(S, -2) u", lambda S, u: np.linalg.inv(S @ S) @ u),
    ("matpow(S, 4) u", lambda S, u: S @ S @ S @ S @ u),
    ("matpow(S, 0) u + matpow(S, 1) u", lambda S, u: u + S @ u),
    ("cross(u, v)", lambda u, v: np.array([u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]])),
    ("E F", lambda E, F: E @ F),
    ("bmm(E, F)", lambda E, F: E @ F),
    ("E C", lambda E, C: E @ C),
    ("bmm(S, E)", lambda S, E: S @ E),
    ("E w", lambda E, w: E @ w),
    ("layernorm(u)", lambda u: norm(u, 1e-5)),
    ("layernorm(q, 0.1)", lambda q: norm(q, 0.1)),
    ("layernorm(u, v, w[2])", lambda u, v, w: v * norm(u, 1e-5) + w[1]),
    ("layernorm(A)", lambda A: norm(A, 1e-5)),
    ("layernorm(A, w, k, a)", lambda A, w, k, a: w * norm(A, a) + k[:, 0]),
    ("layernorm(E)", lambda E: norm(E, 1e-5)),
    ("batchnorm(A)", lambda A: norm(A.T, 1e-5).T),
    ("batchnorm(A, w, w)", lambda A, w: w * norm(A.T, 1e-5).T + w),
    ("batchnorm(A, w, w, 0.2)", lambda A, w: w * norm(A.T, 0.2).T + w),
    ("layernorm(A, w, w, eps=a)", lambda A, w, a: w * norm(A, a) + w),
    ("batchnorm(u, a)", lambda u, a: norm(u, a)),
    # losses by name
    ("mse(a, b)", lambda a, b: (a - b) ** 2),
    ("mse(u, v)", lambda u, v: np.mean((u - v) ** 2)),
    ("mse(A, B)", lambda A, B: np.mean((A - B) ** 2)),
    ("mse(E, E + 1) + mse(r, uᵀ)", lambda E, r, u: 1 + 0 * np.sum(E) + np.mean((r - u) ** 2)),
    ("mae(A, B)", lambda A, B: np.mean(np.abs(A - B))),
    ("huber(2u, v)", lambda u, v: np.mean(np.where(np.abs(2 * u - v) <= 1, (2 * u - v) ** 2 / 2, np.abs(2 * u - v) - 0.5))),
    ("huber(u, v, a)", lambda u, v, a: np.mean(np.where(np.abs(u - v) <= a, (u - v) ** 2 / 2, a * (np.abs(u - v) - a / 2)))),
    ("bce(a, b)", lambda a, b: -(b * np.log(a) + (1 - b) * np.log(1 - a))),
    ("bce(A, B)", lambda A, B: -np.mean(B * np.log(A) + (1 - B) * np.log(1 - A))),
    ("bce_logits(u, v)", lambda u, v: np.mean(np.logaddexp(0, u) - u * v)),
    ("hinge(3A, B)", lambda A, B: np.mean(np.maximum(0, 1 - 3 * A * B))),
    ("cross_entropy(u, v)", lambda u, v: -np.sum(v * np.log(u))),
    ("cross_entropy(A, B)", lambda A, B: -np.sum(B * np.log(A)) / 3),
    ("cross_entropy_logits(u, v)", lambda u, v: -np.sum(v * np.log(softmax(u)))),
    ("cross_entropy_logits(A, B)", lambda A, B: -np.sum(B * np.log(softmax(A))) / 3),
    ("nll(A, B)", lambda A, B: -np.sum(A * B) / 3),
    ("kl(u, v)", lambda u, v: np.sum(u * np.log(u / v))),
    ("kl(A, B)", lambda A, B: np.sum(A * np.log(A / B)) / 3),
    ("∑_i huber(u_i, v_i)", lambda u, v: np.sum(np.where(np.abs(u - v) <= 1, (u - v) ** 2 / 2, np.abs(u - v) - 0.5))),
    ("diag(u) A", lambda u, A: u[:, None] * A),
    ("S⁻¹ u", lambda S, u: np.linalg.inv(S) @ u),
    ("inv(S)", lambda S: np.linalg.inv(S)),
    ("S^{-1} A", lambda S, A: np.linalg.inv(S) @ A),
    ("uᵀ S⁻ᵀ v", lambda u, S, v: u @ np.linalg.inv(S).T @ v),
    ("ones(3) aᵀ + u", lambda a, u: a + u),
    ("𝟏ᵀ u", lambda u: np.sum(u)),
    ("A 𝟏", lambda A: np.sum(A, 1)),
    ("S + a I", lambda S, a: S + a * np.eye(3)),
    ("(S + 2I) u", lambda S, u: (S + 2 * np.eye(3)) @ u),
    ("I u", lambda u: u),
    # put together
    ("|u| + |a|", lambda u, a: np.abs(u) + np.abs(a)),
    ("tanh²u + sin(a)^2", lambda u, a: np.tanh(u) ** 2 + np.sin(a) ** 2),
    ("σ'(u)", lambda u: sigmoid(u) * (1 - sigmoid(u))),
    ("tanh'(a) relu'(b)", lambda a, b: (1 - np.tanh(a) ** 2) * (b > 0)),
    ("e^u/(1 + e^u)", lambda u: sigmoid(u)),
    ("u / ‖u‖", lambda u: normal(u)),
    ("π a + e^b", lambda a, b: math.pi * a + np.exp(b)),
    ("sqrt(a^2 + b^2)", lambda a, b: np.sqrt(a**2 + b**2)),
    ("√(uᵀ u)", lambda u: np.sqrt(np.sum(u**2))),
]  # fmt: skip
ROWS += [(f"{name}(u)", lambda u, f=f: f(u)) for name, f in FUNCTIONS.items()]
ROWS += [(f"{name}(a) {name}(A)", lambda a, A, f=f: f(a) * f(A)) for name, f in FUNCTIONS.items()]


def program_of(text: str, value: Callable[..., Any]) -> Program:
    """``Z = …; L = ∑ G ⊙ Z``: every entry of the result counts, each differently."""
    used = [n for n in inspect.signature(value).parameters if n != "f"]
    used = used if set(used) <= SHAPES.keys() else ["u"]
    inputs = {n: SHAPES[n] for n in used}

    def forward(env: Any) -> Any:
        return value(*(env[n] for n in used))

    shape = np.shape(
        forward({n: np.full(s, 0.5) + 0.1 * np.eye(*s) if len(s) == 2 else np.full(s, 0.5) for n, s in inputs.items()})
    )
    inputs["G"] = shape
    declared = "".join(f"{n} ∈ ℝ^{{{'×'.join(map(str, s))}}}\n" if s else f"{n} ∈ ℝ\n" for n, s in inputs.items())
    last = "L = sum(G ⊙ Z)" if shape else "L = G Z"
    stages = (("Z", shape, forward), ("L", (), lambda env: np.sum(env["G"] * env["Z"])))
    return Program(f"{declared}Z = {text}\n{last}", inputs, stages)


@pytest.mark.parametrize(("text", "value"), ROWS, ids=[text for text, _ in ROWS])
def test_operation(text: str, value: Callable[..., Any]) -> None:
    program = program_of(text, value)
    for seed, low, high in ((1, 0.15, 0.85), (2, -1.4, 1.4)):
        inputs = numbers(program, seed, low, high)
        with np.errstate(all="ignore"):
            finite = bool(np.isfinite(program.output(inputs)))
        assert finite or seed == 2
        if not finite:
            continue
        check(program, inputs)
        gradients = gv.parse(program.text).explain(at=inputs).gradients
        for name in program.inputs:
            wanted = by_differences(program, name, inputs, inputs[name])
            assert same(gradients[name], wanted, 1e-5), name


def test_every_operation_has_a_row() -> None:
    used: set[str] = set()
    texts = [program_of(*row).text for row in ROWS] + [test_arrays.program_of(*row).text for row in test_arrays.ROWS]
    for text in texts:
        used |= {node.op for node in gv.parse(text).dag.nodes}
    # Second and third derivatives of a product; and what the sweep alone makes.
    later = {line + name for line in ("", "row", "col") for name in ("prod_pairs", "prod_triples")}
    assert used | {"identity", "size", "gather", "unpool", "cofactors"} | later >= OPERATIONS.keys()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("relu(x)", 0), ("abs(x)", 0), ("‖[x, 0]‖_1", 0), ("sign(x)", 0), ("step(x)", 0), ("leaky_relu(x)", 0.01),
        ("max(x, 0)", 0), ("max(x, 1 - 1)", 0.5), ("min(0, x)", 0.5), ("max([x, 0, 0, 0])", 0.25), ("softplus(x)", 0.5), ("elu(x)", 1),
        ("elu(x, 3)", 3), ("selu(x)", 1.0507009873554805 * 1.6732632423543772), ("hard_sigmoid(x - 3)", 0), ("hard_sigmoid(3 + x)", 0),
        ("hard_tanh(x + 1)", 0), ("relu6(x)", 0), ("relu6(x + 6)", 0), ("clip(x, 0, 1)", 0),
    ],
)  # fmt: skip
def test_at_a_kink(text: str, wanted: float) -> None:
    assert gv.parse(f"f = {text}").explain(at={"x": 0}).gradients["x"] == pytest.approx(wanted, rel=1e-15)


def test_no_quotient_by_an_operand_that_may_be_zero() -> None:
    ex = gv.parse("x, m ∈ ℝ^3; L = sum(dropout(x, m, 0.5))").explain(at={"x": [0, 1, 2], "m": [1, 0, 1]})
    assert list(ex.gradients["x"]) == [2, 0, 2]
    assert list(ex.gradients["m"]) == [0, 2, 4]


def test_large_arguments_stay_finite() -> None:
    for text, wanted in (("σ(x)", 0.0), ("softplus(x)", 0.0), ("tanh(x)", 0.0), ("elu(x)", 0.0), ("silu(x)", 0.0)):
        assert gv.parse(f"f = {text}").explain(at={"x": -800}).gradients["x"] == wanted, text
    for text, wanted in (("elu(x)", 1.0), ("selu(x)", 1.0507009873554805), ("log_sigmoid(x)", 0.0), ("mish(x)", 1.0)):
        assert gv.parse(f"f = {text}").explain(at={"x": 800}).gradients["x"] == wanted, text
    ex = gv.parse("f = logaddexp(a, b) + hypot(c, d)").explain(at={"a": 900, "b": 899, "c": 3e200, "d": 4e200})
    assert ex.values["f"] == pytest.approx(5e200)
    assert ex.gradients["a"] == pytest.approx(1 / (1 + math.exp(-1)))
    assert gv.parse("f = gelu(x)").explain(at={"x": -9}).values["f"] == pytest.approx(
        -9 * math.erfc(9 / 2**0.5) / 2, rel=1e-14
    )
    ex = gv.parse("v ∈ ℝ^3; f = logsumexp(v)").explain(at={"v": [1000, 1000, -1000]})
    assert ex.values["f"] == pytest.approx(1000 + math.log(2))
    assert ex.gradients["v"] == pytest.approx([0.5, 0.5, 0.0])
    ex = gv.parse("v ∈ ℝ^2; f = log_softmax(v)[2]").explain(at={"v": [1000, 0]})
    assert ex.values["f"] == -1000
