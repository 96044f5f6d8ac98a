"""Derivations as people hand them in: prose between lines, reasons with equations, other quantities on the way."""

import pytest

import gradviz as gv
from tests.checking.problems import BCE

GRAPH = gv.parse(BCE)
SIGMA = "(since σ′ = σ(1−σ))"

RIGHT = [
    (f"dL/dW2 = ∂L/∂z2 h1\n{SIGMA}\n= (ŷ - y) h1", 2),
    (f"dL/dW2 = ∂L/∂ŷ ∂ŷ/∂z2 ∂z2/∂W2   (chain rule)\n = (ŷ-y)/(ŷ(1-ŷ)) ŷ(1-ŷ) h1 {SIGMA}\n= (ŷ - y) h1", 3),
    ("We use the chain rule:\n\ndL/dW2 = ∂L/∂z2 h1\n\nNow we know that ∂L/∂z2 = ŷ - y, so\n\n= (ŷ - y) h1.", 3),
    (
        "# Derivation\n\nFirst, the chain rule.\n\n$$\\frac{\\partial L}{\\partial W_2} = \\frac{\\partial L}{\\partial z_2} h_1$$\n\n"
        "Since $\\sigma'(z) = \\sigma(z)(1-\\sigma(z))$ we get\n\n$$= (\\hat y - y) h_1$$\n",
        2,
    ),
    (
        r"\begin{aligned}\nabla_{W_2} L &= \frac{\partial L}{\partial z_2}\,h_1 \\[4pt]"
        r"&= (\hat{y}-y)\,h_1 \qquad \text{(since $\sigma' = \sigma(1-\sigma)$)}.\end{aligned}",
        2,
    ),
    (
        r"\Rightarrow \frac{\partial L}{\partial W_2} = \delta_2 h_1 \Rightarrow \frac{\partial L}{\partial W_2} = (\hat y - y) h_1",
        2,
    ),
    ("dL/dW2 =\n∂L/∂z2 h1 =\n(ŷ - y) h1", 2),
    ("dL/dW2 = ∂L/∂z2 h1\n⇒ dL/dW2 = (ŷ - y) h1 ∎", 2),
    (
        r"\begin{equation}\begin{split}\frac{\partial L}{\partial W_2} &= \delta_2 h_1\\&\stackrel{(a)}{=} (\hat y - y) h_1"
        r"\end{split}\end{equation}",
        2,
    ),
    ("dL/dW2 = δ2 h1   # chain rule\n= (ŷ - y) h1   // simplify", 2),
    ("dL/dW2 = δ2 h1 [chain rule]\n= (ŷ - y) h1 [δ2 = ŷ - y]", 2),
    ("dL/dW2 = δ2 h1, where δ2 = ŷ - y\n= (ŷ - y) h1", 2),
    ("∂L/∂z2 = ŷ - y\n∂z2/∂W2 = h1\ndL/dW2 = (ŷ - y) h1", 3),
    ("z2 = W2ᵀ h1 and hence ∂z2/∂W2 = h1, therefore dL/dW2 = (ŷ - y) h1.", 3),
    ("δ2 := ∂L/∂z2 = ŷ - y\n\ndL/dW2 = δ2 h1 = (ŷ - y) h1, since ∂z2/∂W2 = h1", 3),
    ("dL/dW2 = δ2 h1 = ... = (ŷ - y) h1", 2),
    ("dL/dW2 ≡ δ2 h1 := (ŷ - y) h1", 2),
]


@pytest.mark.parametrize(("text", "count"), RIGHT)
def test_right(text, count):
    found = GRAPH.check_derivation("W2", text)
    right = sum(line.verdict.ok for line in found.lines)
    assert (right, len(found.lines), found.first_wrong) == (count, count, None), [x.text for x in found.lines]


@pytest.mark.parametrize(("text", "count"), RIGHT)
def test_the_same_with_a_wrong_end(text, count):
    place = max(text.rfind(y) for y in ("ŷ - y) h1", r"\hat y - y) h_1", r"\hat{y}-y)"))
    wrong = text[:place] + text[place:].replace("-", "+", 1)
    found = GRAPH.check_derivation("W2", wrong)
    assert found.first_wrong is not None
    assert sum(line.verdict.ok for line in found.lines) == len(found.lines) - 1
    assert "sign" in found.message


@pytest.mark.parametrize(
    ("text", "right", "total", "first"),
    [
        ("∂L/∂z2 = ŷ + y\n∂z2/∂W2 = h1\ndL/dW2 = (ŷ - y) h1", 2, 3, 1),
        ("δ2 = ŷ - y, so dL/dW2 = δ2 h1 = (ŷ + y) h1", 2, 3, 3),
        ("dL/dz2 = ŷ - y", 1, 1, None),
    ],
)
def test_other_quantities_on_the_way(text, right, total, first):
    found = GRAPH.check_derivation("W2", text)
    assert (found.right, len(found.lines), found.first_wrong) == (right, total, first)
