"""Programs of networks that tests draw."""

from __future__ import annotations

from pathlib import Path

import gradviz as gv

EXAMPLES = Path(__file__).parents[2] / "examples"
BCE = (EXAMPLES / "bce.grad").read_text(encoding="utf-8")
ONE = """
w ∈ ℝ^3; x ∈ ℝ^3
data x
z = ∑_i w_i x_i + b
ŷ = σ(z)
at w = [0.5, -1, 2], x = [1, 2, 0.5], b = 0.1
"""
SINGLE_LAYER = "x ∈ ℝ^3; W ∈ ℝ^{2×3}; data x; z = σ(W x); L = sum(z)"
SOFTMAX = """
x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{20×4}; W3 ∈ ℝ^{3×20}; b1 ∈ ℝ^4; y ∈ onehot(3)
data x, y
h1 = relu(W1 x + b1)
h2 = tanh(W2 h1)
ŷ = softmax(W3 h2)
L = -∑_j y_j ln ŷ_j
"""
SCALARS = """
x1, x2, y ∈ ℝ
data x1, x2, y
h1 = σ(a1 x1 + a2 x2 + c1)
h2 = σ(b1 x1 + b2 x2 + c2)
p = σ(v1 h1 + v2 h2)
L = (p - y)^2
at x1 = 1, x2 = -2, y = 1, a1 = 0.5, a2 = 0.25, c1 = 0, b1 = -1, b2 = 1, c2 = 0.5, v1 = 2, v2 = -1
"""
BATCH = """
X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; v ∈ ℝ^k; y ∈ ℝ^n
data X, y
H = tanh(X W)
ŷ = H v
L = 1/n ‖ŷ - y‖²
"""
RECURRENT = """
x1, x2 ∈ ℝ^3; h0 ∈ ℝ^4; W ∈ ℝ^{4×3}; U ∈ ℝ^{4×4}
data x1, x2, h0
h1 = tanh(W x1 + U h0)
h2 = tanh(W x2 + U h1)
L = sum(h2)
"""
BLOCKS = """
block dense(x, W, b):
  z = W x + b
  h = σ(z)
x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; b1 ∈ ℝ^4; W2 ∈ ℝ^{2×4}; b2 ∈ ℝ^2; y ∈ ℝ^2
data x, y
d1 = dense(x, W1, b1)
d2 = dense(d1, W2, b2)
L = ‖d2 - y‖²
"""
NETS = {
    "bce": BCE,
    "one": ONE,
    "single_layer": SINGLE_LAYER,
    "softmax": SOFTMAX,
    "scalars": SCALARS,
    "batch": BATCH,
    "recurrent": RECURRENT,
    "blocks": BLOCKS,
}
DEEP = "\n".join(
    [
        "block dense(x, W, b):\n  z = W x + b\n  h = tanh(z)",
        "block res(x, W, b, V, c):\n  u = dense(x, W, b)\n  v = dense(u, V, c)\n  r = x + v",
        "x0, y ∈ ℝ^n; data x0, y",
        *(f"W{i}, V{i} ∈ ℝ^{{n×n}}; b{i}, c{i} ∈ ℝ^n" for i in range(1, 7)),
        *(f"x{i} = res(x{i - 1}, W{i}, b{i}, V{i}, c{i})" for i in range(1, 7)),
        "L = ‖x6 - y‖²",
    ]
)


def scalar_net(*sizes: int) -> gv.Graph:
    """A net of tanh layers, written out in scalars without names."""
    build = gv.Builder()
    layer = [build.input(f"x{i}", data=True) for i in range(sizes[0])]
    weights = 0
    for width in sizes[1:]:
        following = []
        for _ in range(width):
            products = []
            for h in layer:
                products.append(build.input(f"w{weights}") * h)
                weights += 1
            following.append(build.apply("tanh", build.add(*products, build.input(f"b{weights}"))))
        layer = following
    error = layer[0] - build.input("y", data=True)
    build.stage("L", error * error)
    return build.graph()


RESIDUAL = "\n".join(
    [
        "h0, t ∈ ℝ^3; data h0, t",
        *(f"W{k} ∈ ℝ^{{3×3}}; h{k} = h{k - 1} + relu(W{k} h{k - 1})" for k in range(1, 13)),
        "L = ‖h12 - t‖²",
        "at h0 = [1, 2, 3], t = [0, 0, 1]",
        *(f"at W{k} = [[0.1, 0.2, -0.1], [0.3, -0.2, 0.1], [0, 0.1, 0.2]]" for k in range(1, 13)),
    ]
)
