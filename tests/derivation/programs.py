"""The programs whose derivations are compared, word for word, with files."""

from __future__ import annotations

from typing import Any

NET = "x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}\n"
LOSS = "L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
SPELLED = NET + f"z1 = W1ᵀ x; h1 = e^z1/(1 + e^z1); z2 = W2ᵀ h1; ŷ = e^z2/(1 + e^z2); {LOSS}"
SIGMOID = NET + f"z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = sigmoid(z2); {LOSS}"

PROGRAMS = {
    "product": "f = (x + y) z",
    "product-named": "q = x + y; f = q z",
    "bce-spelled": SPELLED,
    "bce-sigmoid": SIGMOID,
    "bce-biases": NET + f"b1 ∈ ℝ^4; b2 ∈ ℝ; z1 = W1ᵀ x + b1; h1 = σ(z1); z2 = W2ᵀ h1 + b2; ŷ = σ(z2); {LOSS}",
    "bce-tanh": NET + f"z1 = W1ᵀ x; h1 = tanh(z1); z2 = W2ᵀ h1; ŷ = σ(z2); {LOSS}",
    "bce-relu": NET + f"z1 = W1ᵀ x; h1 = ReLU(z1); z2 = W2ᵀ h1; ŷ = σ(z2); {LOSS}",
    "residual": "x ∈ ℝ^3; V ∈ ℝ^{4×3}; W ∈ ℝ^{4×4}; w ∈ ℝ^4; h = V x; r = h + ReLU(W h); ŷ = wᵀ r; L = (ŷ - y)²",
    "three-layers": (
        "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{5×4}; W3 ∈ ℝ^{2×5}; w ∈ ℝ^2; y ∈ {0, 1}\n"
        "z1 = W1 x; h1 = σ(z1); z2 = W2 h1; h2 = tanh(z2); z3 = W3 h2; h3 = ReLU(z3); z4 = wᵀ h3; ŷ = σ(z4); " + LOSS
    ),
    "batch": (
        "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; w ∈ ℝ^k; y ∈ {0, 1}^n\n"
        "Z1 = X W; H1 = σ(Z1); z2 = H1 w; ŷ = σ(z2); L = mean(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))"
    ),
    "softmax": "z ∈ ℝ^k; y ∈ onehot(k); ŷ = softmax(z); L = -yᵀ ln ŷ",
    "softmax-entries": r"y ∈ simplex(k); ŷ_i = e^{z_i} / \sum_j e^{z_j}; L = -\sum_j y_j ln ŷ_j",
    "regression": "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = 1/n ‖X w - y‖² + λ ‖w‖²",
    "quadratic": "x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; b ∈ ℝ^n; L = 1/2 xᵀ A x - bᵀ x",
    "logistic-loss": "L = ln(1 + e^(-y z))",
    "one-line": "x ∈ ℝ^3; W ∈ ℝ^{5×3}; b ∈ ℝ^5; y ∈ ℝ^5; L = ‖σ(W x + b) - y‖²",
}
"""Every name of these is derived, in the style that is taken where none is asked for."""

ATTENTION = (
    "Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×k}; T ∈ ℝ^{n×k}\nS = Q Kᵀ / sqrt(d); P = softmax(S); O = P V; L = ‖O - T‖²"
)
LAYER_NORM = (
    "x ∈ ℝ^d; γ ∈ ℝ^d; β ∈ ℝ^d; t ∈ ℝ^d; ε > 0\n"
    "μ = mean(x); v = mean((x - μ)²); x̂ = (x - μ)/sqrt(v + ε); o = γ ⊙ x̂ + β; L = ‖o - t‖²"
)
RNN = (
    "h0 ∈ ℝ^4; x1 ∈ ℝ^3; x2 ∈ ℝ^3; x3 ∈ ℝ^3; W ∈ ℝ^{4×4}; U ∈ ℝ^{4×3}\n"
    "h1 = tanh(W h0 + U x1); h2 = tanh(W h1 + U x2); h3 = tanh(W h2 + U x3); L = ‖h3‖²"
)
LSTM = (
    "x ∈ ℝ^3; h0 ∈ ℝ^4; c0 ∈ ℝ^4; y ∈ ℝ^4\n"
    + "".join(f"W{g} ∈ ℝ^{{4×3}}; U{g} ∈ ℝ^{{4×4}}\n" for g in "fioc")
    + "f = σ(Wf x + Uf h0); i = σ(Wi x + Ui h0); o = σ(Wo x + Uo h0); g = tanh(Wc x + Uc h0)\n"
    "c = f ⊙ c0 + i ⊙ g; h = o ⊙ tanh(c); L = ‖h - y‖²"
)
RESIDUAL_NET = (
    "x ∈ ℝ^3; V ∈ ℝ^{4×3}; W1 ∈ ℝ^{4×4}; W2 ∈ ℝ^{4×4}; W3 ∈ ℝ^{4×4}; w ∈ ℝ^4\n"
    "h0 = V x; h1 = h0 + ReLU(W1 h0); h2 = h1 + ReLU(W2 h1); h3 = h2 + ReLU(W3 h2); ŷ = wᵀ h3; L = (ŷ - y)²"
)
SOFTMAX_REGRESSION = (
    "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k)\nZ = X W + b; Ŷ = softmax(Z); L = -1/n sum(Y ⊙ ln Ŷ)"
)
SOFTMAX_LINEAR = "x ∈ ℝ^n; W ∈ ℝ^{m×n}; z = W x; ŷ = softmax(z); L = sum(ŷ)"
FUNCTIONS = "f1(v) = v^2; f2(v) = sin v; f3(v) = e^v; f4(v) = v + 1; f5(v) = 1/v; L = f5(f4(f3(f2(f1(x)))))"
SWISH = "swish(v) = v σ(v); z1 = w x + b; h = swish(z1); L = (h - y)²"

CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "attention-q": (ATTENTION, "Q", {}),
    "layer-norm-x": (LAYER_NORM, "x", {}),
    "rnn-w": (RNN, "W", {}),
    "rnn-w-chain": (RNN, "W", {"style": "chain"}),
    "lstm-h0": (LSTM, "h0", {}),
    "residual-net-v": (RESIDUAL_NET, "V", {}),
    "softmax-regression-w": (SOFTMAX_REGRESSION, "W", {}),
    "softmax-regression-w-index": (SOFTMAX_REGRESSION, "W", {"style": "index"}),
    "bce-w1-index": (SIGMOID, "W1", {"style": "index"}),
    "bce-w1-chain": (SIGMOID, "W1", {"style": "chain"}),
    "bce-w1-sizes": (SIGMOID, "W1", {"sizes": True}),
    "softmax-linear-jacobian": (SOFTMAX_LINEAR, "x", {"of": "ŷ", "sizes": True}),
    "functions-nested": (FUNCTIONS, "x", {}),
    "swish-w": (SWISH, "w", {}),
    "swish-array": ("f(v) = v σ(v)\nx ∈ ℝ^n; W ∈ ℝ^{m×n}; z = W x; h = f(z); L = ‖h‖²", "W", {}),
    "swish-nested": ("f(v) = v^2 + 1; g(v) = sin v; swish(v) = v σ(v); L = swish(g(f(x)))", "x", {}),
    "elastic-net": ("X ∈ ℝ^{m×n}; y ∈ ℝ^m; w ∈ ℝ^n; λ > 0\nL = ‖X w - y‖² + λ ‖w‖₁ + (1 - λ) ‖w‖²", "w", {}),
    "kl-of-softmax": ("a, b ∈ ℝ^k; L = kl(softmax(a), softmax(b))", "a", {}),
    "unit-of-x": ("unit(v) = v / ‖v‖\nx, c ∈ ℝ^n; u = unit(x); L = cᵀ u", "x", {}),
}
"""One derivation each: a program, a name, and how it is asked for."""
