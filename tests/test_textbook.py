"""Problems of courses and books, with the form that they print."""

import numpy as np
import pytest

import gradviz as gv
from gradviz.equality import close, points, value_of
from gradviz.notation import read_expression
from gradviz.ops import WORDS

LOSS = "L = -y ln ŷ - (1 - y) ln(1 - ŷ)"

# (where it stands, program, by what, the gradient)
PROBLEMS = [
    ("chain rule, lecture eq. 12", "f = (x + y) z", "x", "z"),
    ("chain rule, lecture eq. 12", "f = (x + y) z", "z", "x + y"),
    ("lecture eq. 16", f"ŷ = σ(z); {LOSS}", "z", "ŷ − y"),
    ("lecture eq. 16", f"ŷ = σ(z); {LOSS}", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))"),
    ("lecture eq. 5 and 6", "P = ŷ^y (1 - ŷ)^(1 - y); L = -ln P", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))"),
    ("lecture eq. 1", r"z = \sum_{i=1}^{3} w_i x_i + b; ŷ = σ(z)", "w", "ŷ(1 − ŷ) x"),
    ("lecture eq. 7 and 8", r"y ∈ simplex(k); ŷ_i = e^{z_i}/\sum_j e^{z_j}; L = -\sum_j y_j ln ŷ_j", "z", "ŷ − y"),
    ("softmax, no fact", r"ŷ_i = e^{z_i}/\sum_j e^{z_j}; L = -\sum_j y_j ln ŷ_j", "z", "(𝟏ᵀ y) ŷ − y"),
    ("lecture eq. 9", r"L = \frac{1}{n} \sum_{i}^{n} (ŷ_i - y_i)^2", "ŷ", "(2/n)(ŷ − y)"),
    ("activations, figure 15", "h = σ(z)", "z", "h(1 − h)"),
    ("activations, figure 15", "h = tanh(z)", "z", "1 − h²"),
    ("activations, figure 15", "h = ReLU(z)", "z", "𝟙[z > 0]"),
    ("activations, spelled out", "h = 2/(1 + e^(-2x)) - 1", "x", "1 − h²"),
    ("activations, spelled out", "h = 1/(1 + e^(-x))", "x", "h(1 − h)"),
    ("absolute value", "L = |x|", "x", "sign(x)"),
    ("power rule", "f = x^3", "x", "3x²"),
    ("roots", "f = sqrt(x)", "x", "1/(2f)"),
    ("least squares", "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = ‖X w - y‖²", "w", "2Xᵀ(X w − y)"),
    ("linear regression", "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²", "w", "(2/n) Xᵀ(X w − y)"),
    ("mean squares", "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; ŷ = X w; L = mean((ŷ - y)^2)", "w", "(2/n) Xᵀ(ŷ − y)"),
    ("ridge", "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; ŷ = X w; L = ‖ŷ - y‖² + λ ‖w‖²", "w", "2Xᵀ(ŷ − y) + 2λ w"),
    ("logistic loss", "L = ln(1 + e^(-y z))", "z", "−y σ(−y z)"),
    ("logistic loss", "w, x ∈ ℝ^d; L = ln(1 + e^(-y wᵀ x))", "w", "−y σ(−y wᵀ x) x"),
    ("hinge loss", "w, x ∈ ℝ^d; L = max(0, 1 - y wᵀ x)", "w", "−𝟙[1 − y wᵀ x > 0] y x"),
    ("quadratic form", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "(A + Aᵀ) x"),
    ("quadratic form", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "A", "x xᵀ"),
    ("quadratic form", "x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "x", "2A x"),
    ("bilinear form", "a ∈ ℝ^n; b ∈ ℝ^m; X ∈ ℝ^{n×m}; L = aᵀ X b", "X", "a bᵀ"),
    ("inverse", "a, b ∈ ℝ^n; X ∈ ℝ^{n×n}; L = aᵀ X⁻¹ b", "X", "−X⁻ᵀ a bᵀ X⁻ᵀ"),
    ("trace", "X ∈ ℝ^{n×m}; B ∈ ℝ^{m×n}; L = tr(X B)", "X", "Bᵀ"),
    ("trace", "X ∈ ℝ^{n×m}; A ∈ ℝ^{n×n}; L = tr(Xᵀ A X)", "X", "(A + Aᵀ) X"),
    ("trace", "X ∈ ℝ^{n×n}; L = tr(X X X)", "X", "3Xᵀ Xᵀ"),
    ("matrix factorisation", "R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; L = ‖R - U Vᵀ‖²", "U", "−2(R − U Vᵀ) V"),
    ("matrix factorisation", "R ∈ ℝ^{m×n}; U ∈ ℝ^{m×k}; V ∈ ℝ^{n×k}; L = ‖R - U Vᵀ‖²", "V", "−2(R − U Vᵀ)ᵀ U"),
    ("norm", "x ∈ ℝ^n; L = ‖x‖²", "x", "2x"),
    ("normal density", "x, μ ∈ ℝ^n; s > 0; L = -‖x - μ‖²/(2s²) - n ln s", "μ", "(1/s²)(x − μ)"),
    (
        "batch, two layers",
        "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×h}; V ∈ ℝ^{h×k}; Y ∈ onehot(n×k)\n"
        "H = ReLU(X W); P = softmax(H V); L = -1/n sum(Y ⊙ ln P)",
        "V",
        "(1/n) Hᵀ(P − Y)",
    ),
    ("attention", "P ∈ ℝ^{n×m}; V ∈ ℝ^{m×p}; T ∈ ℝ^{n×p}; O = P V; L = 1/2 ‖O - T‖²", "P", "(O − T) Vᵀ"),
]


@pytest.mark.parametrize(("where", "program", "name", "expected"), PROBLEMS)
def test_the_form_and_the_numbers(where, program, name, expected):
    graph = gv.parse(program)
    gradient = graph.gradient(name)
    assert str(gradient) == expected
    graph.derivation(name, strict=True)
    assert gradient.shape == graph.shape(name)
    for point in points(graph.dag):
        wanted = point.adjoints[graph.dag.names[name]]
        for text in (str(gradient), gradient.latex(), gradient.ascii()):
            sizes = {d for node in graph.dag.nodes for d in node.shape if isinstance(d, str)}
            read = read_expression(text, WORDS, (*graph.dag.names, *sizes), sizes=sizes)
            assert close(value_of(read, point)[0], wanted), text


def test_jacobians():
    net = gv.parse("x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{2×4}; z1 = W1 x; h1 = tanh(z1); z2 = W2 h1; L = ‖z2‖²")
    assert str(net.jacobian("z2", "x")) == "W₂ diag(1 − h₁²) W₁"
    assert net.jacobian("z2", "x").shape == (2, 3)
    assert str(net.jacobian("h1", "z1")) == "diag(1 − h₁²)"
    entry = net.jacobian("z1", "W1")
    assert (str(entry), entry.letters) == ("δᵢⱼ xₖ", ("i", "j", "k"))
    softmax = gv.parse("z ∈ ℝ^k; ŷ = softmax(z); L = sum(ŷ)")
    assert str(softmax.jacobian("ŷ", "z")) == "diag(ŷ) − ŷ ŷᵀ"
    assert str(softmax.jacobian("ŷ", "z", form="index")) == "ŷᵢ(δᵢⱼ − ŷⱼ)"


@pytest.mark.parametrize(
    ("program", "name", "expected"),
    [
        ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = ‖X w - y‖² + λ ‖w‖²", "w", "2Xᵀ X + 2λ I"),
        (
            "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {0, 1}^n; z = X w; ŷ = σ(z); L = sum(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))",
            "w",
            "Xᵀ diag(ŷ ⊙ (1 − ŷ)) X",
        ),
        ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "A + Aᵀ"),
        ("f = x^3 y", "x", "6x y"),
        ("f = x^3 y", "y", "0"),
    ],
)
def test_second_derivatives(program, name, expected):
    graph = gv.parse(program)
    hessian = graph.hessian(name)
    assert str(hessian) == expected
    point = points(graph.dag)[0]
    value = np.atleast_1d(point.values[graph.dag.names[name]])
    size = len(value)
    found = (
        np.broadcast_to(value_of(hessian.expr, point)[0], (size, size)) if expected != "0" else np.zeros((size, size))
    )
    step = 1e-5
    for i in range(size):
        moved = []
        for sign in (1, -1):
            other = np.array(value)
            other[i] += sign * step
            inputs = {n: point.inputs[graph.dag.names[n]] for n in graph.inputs}
            moved.append(
                graph.explain({**inputs, name: other if graph.shape(name) else float(other[0])}, wrt=()).gradients[name]
            )
        assert np.allclose((np.asarray(moved[0]) - moved[1]) / (2 * step), found[i], atol=1e-6)
