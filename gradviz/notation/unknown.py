"""Functions that gradviz has no word for, and how it says them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "pinv": "inv(Aᵀ A) Aᵀ where the columns of A are independent, Aᵀ inv(A Aᵀ) where its rows are",
        "softmin": "softmax(-x)",
        "normalize": "x/‖x‖",
        "rmsnorm": "x/sqrt(mean(x²) + ε)",
        "cosine_similarity": "xᵀ y/(‖x‖ ‖y‖)",
        "cos_sim": "xᵀ y/(‖x‖ ‖y‖)",
        "rmse": "sqrt(mse(ŷ, y))",
        "cumsum": "c_i = ∑_{j≤i} x_j",
        "square": "x²",
        "rsqrt": "1/sqrt(x)",
        "reciprocal": "1/x",
        "inverse": "inv(A)",
        "determinant": "det(A)",
        "tanhshrink": "x - tanh(x)",
        "softplus_inv": "ln(e^x - 1)",
        "inv_softplus": "ln(e^x - 1)",
        "logcosh": "ln(cosh(x))",
        "log_cosh": "ln(cosh(x))",
        "sinc": "sin(x)/x",
        "prelu": "leaky_relu(x, a)",
        "heaviside": "step(x)",
        "onehot": "y ∈ onehot(k) as a declaration",
        "one_hot": "y ∈ onehot(k) as a declaration",
        "mean_squared_error": "mse(ŷ, y)",
        "binary_cross_entropy": "bce(ŷ, y)",
        "crossentropy": "cross_entropy(p, y)",
        "CE": "cross_entropy(p, y)",
        "matmul": "A B",
        "triu": "A ⊙ M with a declared M of ones and zeros",
        "tril": "A ⊙ M with a declared M of ones and zeros",
        "normcdf": "(1 + erf(x/sqrt(2)))/2",
        "Φ": "(1 + erf(x/sqrt(2)))/2",
        "sec": "1/cos(x)",
        "csc": "1/sin(x)",
        "cot": "1/tan(x)",
        "sech": "1/cosh(x)",
        "coth": "1/tanh(x)",
    }
)
"""What is written for a function that has no word."""

LETTERS = frozenset({"Φ", "Γ"})
"""Letters that are functions where nothing declares them."""
