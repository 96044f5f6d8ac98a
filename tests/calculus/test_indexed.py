"""Letters of indices: none that a name or a size beside them has, and enough of them."""

import numpy as np
import pytest

import gradviz as gv
from tests.agreement import point_at, read_back, same

NETWORK = """
x ∈ ℝ^3; T ∈ ℝ^{2×5×6}; K, M ∈ ℝ^{3×2×2×3}
u = max_pool2d(ReLU(conv2d(T, tanh(mean(σ(x)) K) + M, padding=1)), 2)
L = sum(tanh(u))
"""


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("X ∈ ℝ^{2×5×6}; K ∈ ℝ^{3×2×2×3}; p, q ∈ ℝ; Z = conv2d(X, K); L = sum(sin(q p Z))", {}),
        ("x ∈ ℝ^n; k ∈ ℝ^m; i, j ∈ ℝ; z = conv1d(x, k); L = i sum(sin(j z))", {"n": 6, "m": 3}),
        ("T ∈ ℝ^{n×m×j}; w ∈ ℝ^m; L = ∑_a ∑_b ∑_c sin(T_{abc} w_b / j)", {"n": 2, "m": 3, "j": 4}),
        ("x ∈ ℝ^j; L = ∑_{i=2}^{j} (x_i - x_{i-1})^2 tanh(x_i)", {"j": 5}),
        ("x ∈ ℝ^n; q ∈ ℝ^k; L = ∑_j ∏_{i=2}^{n} x_i x_j + sum(q)", {"n": 5, "k": 3}),
        (NETWORK, {}),
    ],
)
def test_indices_have_letters_of_their_own(text: str, sizes: dict[str, int]) -> None:
    graph = gv.parse(text)
    rng = np.random.default_rng(0)
    at = {n: rng.uniform(0.5, 1.5, [sizes.get(str(d), d) for d in graph.shape(n)]) for n in graph.inputs}
    found = graph.explain(at=at, wrt=()).gradients
    for name in graph.inputs:
        gradient = graph.gradient(name)
        assert same(read_back(graph, gradient, "unicode", point_at(graph, at, sizes)), found[name]), str(gradient)


def test_no_sum_has_the_letter_of_a_name_inside_it() -> None:
    graph = gv.parse("X ∈ ℝ^{2×5×6}; K ∈ ℝ^{3×2×2×3}; p, q ∈ ℝ; Z = conv2d(X, K); L = sum(sin(q p Z))")
    assert str(graph.gradient("K")) == "q p Σₘ ∑_r cos(q p Zᵢₘᵣ) X[j, k + m − 1, l + r − 1]"
