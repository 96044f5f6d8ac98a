"""Answers as NumPy: truth values in products, axes that stay, axes of size one. What is wrong in them stays wrong."""

from __future__ import annotations

import pytest

import gradviz as gv

HINGE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {-1, 1}^n; λ ∈ ℝ; s = X w; L = 1/n sum(max(0, 1 - y ⊙ s)) + λ‖w‖²"
CLASSES = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k); Z = X W + b; P = softmax(Z); L = -1/n sum(Y ⊙ ln P)"
SQUARE = "Z ∈ ℝ^{n×n}; P = softmax(Z); Y ∈ onehot(n×n); L = -sum(Y ⊙ ln P)"
LAYER = "x ∈ ℝ^n; W ∈ ℝ^{m×n}; t ∈ ℝ^m; z = W x; a = relu(z); L = 1/2 ‖a - t‖²"

RIGHT = [
    (HINGE, "w", "-(1/n) * X.T @ (y * (y*s < 1)) + 2*λ*w"),
    (HINGE, "w", "-(1/n) * X.T @ (y * (y*(X@w) < 1).astype(float)) + 2*λ*w"),
    (HINGE, "w", "-np.mean(((y*s<1)*y)[:,None]*X, axis=0) + 2*λ*w"),
    (HINGE, "w", "-np.sum((y*s<1)[:,None]*y[:,None]*X, axis=0)/n + 2*λ*w"),
    (HINGE, "w", "-np.sum(y[:, np.newaxis]*X*(y*s<1)[:,None], axis=0)/n + 2*λ*w"),
    (CLASSES, "W", "X.T @ (np.exp(Z)/np.sum(np.exp(Z), axis=1, keepdims=True) - Y)/n"),
    (CLASSES, "W", "X.T @ (np.exp(Z)/np.exp(Z).sum(axis=1, keepdims=True) - Y)/n"),
    (CLASSES, "W", "X.T @ (np.exp(Z)/np.exp(Z).sum(1)[:,None] - Y)/n"),
    (CLASSES, "b", "np.sum(P - Y, axis=0, keepdims=True)/n"),
    (CLASSES, "b", "(P - Y).mean(0)"),
    (SQUARE, "Z", "np.exp(Z)/np.sum(np.exp(Z), axis=1, keepdims=True) - Y"),
    (LAYER, "W", "((a-t)*(z>0))[:,None] * x[None,:]"),
    (LAYER, "W", "((a-t)*(z>0)).reshape(-1,1) @ x.reshape(1,-1)"),
    (LAYER, "W", "np.outer(np.multiply(np.maximum(0, z) - t, z > 0), x)"),
]


@pytest.mark.parametrize(("program", "target", "answer"), RIGHT)
def test_right(program: str, target: str, answer: str) -> None:
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status in ("equal_proved", "equal_numeric"), (answer, verdict.message)


WRONG = [
    (HINGE, "w", "-(1/n) * X.T @ (y * (y*s > 1)) + 2*λ*w"),
    (HINGE, "w", "-(1/n) * X.T @ (y*s < 1) + 2*λ*w"),
    (HINGE, "w", "-np.mean((y*s<1)[:,None]*X, axis=0) + 2*λ*w"),
    (HINGE, "w", "-np.sum(((y*s<1)*y)[:,None]*X, axis=0) + 2*λ*w"),
    (CLASSES, "W", "X.T @ (np.exp(Z)/np.sum(np.exp(Z), axis=0, keepdims=True) - Y)/n"),
    (CLASSES, "W", "X.T @ (np.exp(Z)/np.sum(np.exp(Z), axis=1, keepdims=True) + Y)/n"),
    (CLASSES, "b", "np.sum(P - Y, axis=1, keepdims=True)/n"),
    (SQUARE, "Z", "np.exp(Z)/np.sum(np.exp(Z), axis=0, keepdims=True) - Y"),
    (SQUARE, "Z", "np.exp(Z)/np.sum(np.exp(Z), axis=0) - Y"),
    (LAYER, "W", "x[:,None]*((a-t)*(z>0))[None,:]"),
    (LAYER, "W", "((a-t)*(z<0))[:,None] * x[None,:]"),
]


@pytest.mark.parametrize(("program", "target", "answer"), WRONG)
def test_wrong(program: str, target: str, answer: str) -> None:
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status == "unequal_proved", (answer, verdict.message)


def test_what_is_not_known_is_named() -> None:
    graph = gv.parse(HINGE)
    assert "np.roll is not known here" in graph.check("w", "np.roll(w, 1)").message
    misfit = graph.check("w", "-np.mean(((y*s<1)*y)[:,None]*X, axis=1) + 2*λ*w")
    assert misfit.status == "invalid"
    assert "the shapes n and d differ" in misfit.message
