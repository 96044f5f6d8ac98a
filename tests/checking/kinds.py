"""Right answers in forms that are hard to tell, each beside wrong ones as near as a slip: softplus, shifted softmax, many kinks.

A problem is a program and what is asked for; a pair is a right answer and a neighbour of it that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    program: str
    target: str
    pairs: tuple[tuple[str, str], ...]


SOFTPLUS = "z = w x; L = ln(1 + e^z)"
TANH = "z = w x; h = tanh(z); L = (h - y)^2"
LOGITS = "z ∈ ℝ^4; y ∈ ℝ^4; L = logsumexp(z) - yᵀ z"
CROSS = "z ∈ ℝ^4; y ∈ onehot(4); ŷ = softmax(z); L = -∑_i y_i ln ŷ_i"
LOG_SOFTMAX = "z ∈ ℝ^3; g ∈ ℝ^3; l = log_softmax(z); L = gᵀ l"
DEEP_RELU = """W1 ∈ ℝ^{8×3}; b ∈ ℝ^8; x ∈ ℝ^3; w ∈ ℝ^8; y ∈ ℝ
z = W1 x + b; h = relu(z); ŷ = wᵀ h; L = (ŷ - y)^2"""
LEAKY = "x ∈ ℝ^9; a ∈ ℝ^9; L = ∑_i a_i max(x_i, x_i/10)"
BATCH = """X ∈ ℝ^{5×3}; W ∈ ℝ^{3×4}; b ∈ ℝ^4; Y ∈ onehot(5×4)
Z = X W + 𝟏 bᵀ; P = softmax(Z); L = -1/5 sum(Y ⊙ ln P)"""
RIDGE = """X ∈ ℝ^{5×3}; w ∈ ℝ^3; y ∈ ℝ^5; λ > 0
r = X w - y; L = 1/5 ‖r‖² + λ ‖w‖²"""
NORM = "w ∈ ℝ^3; x ∈ ℝ^3; λ ∈ ℝ; L = wᵀ x + λ ‖w‖"
SINE = "z = w x; L = sin(2 z)"
COSINE = "L = cos(a + b)"
LOG = "L = a ln a - a"
BCE_LOGIT = "z = w x; L = ln(1 + e^-z) + (1 - y) z"
LOGISTIC = """X ∈ ℝ^{5×3}; w ∈ ℝ^3; y ∈ {0, 1}^5
z = X w; p = σ(z); L = -1/5 ∑_i (y_i ln p_i + (1 - y_i) ln(1 - p_i))"""
GAUSS = "x ∈ ℝ; μ ∈ ℝ; s > 0; L = (x - μ)²/(2 s²) + ln s"
HINGE = "w ∈ ℝ^3; x ∈ ℝ^3; y ∈ {-1, 1}; m = y wᵀ x; L = max(0, 1 - m)"
ABSOLUTE = "w ∈ ℝ^8; λ ∈ ℝ; L = λ ‖w‖_1"
SWISH = "z = w x; L = z σ(z)"

KINDS = (
    Kind(
        SOFTPLUS,
        "L",
        (
            ("softplus(z)", "softplus(-z)"),
            ("z + ln(1 + e^-z)", "z - ln(1 + e^-z)"),
            ("ln(1 + e^(w x))", "ln(1 + e^(w + x))"),
            ("z/2 + ln(e^(z/2) + e^(-z/2))", "z/2 + ln(e^(z/2) - e^(-z/2))"),
            ("z/2 + ln(2 cosh(z/2))", "z/2 + ln(cosh(z/2))"),
            ("-ln(1 - σ(z))", "-ln(σ(z))"),
            ("-ln σ(-z)", "ln σ(-z)"),
            ("max(0, z) + ln(1 + e^(-|z|))", "max(0, z) + ln(1 + e^(|z|))"),
            ("1/2 ln((1 + e^z)²)", "1/2 ln(1 + e^(2z))"),
            ("logsumexp([0, z])", "logsumexp([1, z])"),
        ),
    ),
    Kind(
        TANH,
        "w",
        (
            ("2(h - y)(1 - h²) x", "2(h - y)(1 - h)² x"),
            ("2(h - y) 4/(e^z + e^-z)² x", "2(h - y) 2/(e^z + e^-z)² x"),
            ("2((e^(2z) - 1)/(e^(2z) + 1) - y) · 4 e^(2z)/(1 + e^(2z))² · x", "2((e^(2z) - 1)/(e^(2z) + 1) - y) · 4 e^z/(1 + e^(2z))² · x"),
            ("2(2σ(2z) - 1 - y)(1 - h²) x", "2(2σ(z) - 1 - y)(1 - h²) x"),
            ("8 (h - y) σ(2z) σ(-2z) x", "8 (h - y) σ(z) σ(-z) x"),
            ("2 (h - y) x / cosh(z)^2", "2 (h - y) x / cosh(z)"),
        ),
    ),
    Kind(
        LOGITS,
        "z",
        (
            ("softmax(z) - y", "y - softmax(z)"),
            ("e^(z - logsumexp(z)) - y", "e^(logsumexp(z) - z) - y"),
            ("e^(z - max(z))/sum(e^(z - max(z))) - y", "e^(z - max(z))/sum(e^z) - y"),
            ("e^z/(𝟏ᵀ e^z) - y", "e^z/(yᵀ e^z) - y"),
            ("softmax(z - 3) - y", "softmax(z - 3) - 3 y"),
            ("softmax(z - mean(z)) - y", "softmax(z/mean(z)) - y"),
            ("e^(log_softmax(z)) - y", "log_softmax(z) - y"),
            ("softmax(z + z[1]) - y", "softmax(z z[1]) - y"),
        ),
    ),
    Kind(
        CROSS,
        "z",
        (
            ("ŷ - y", "ŷ + y"),
            ("ŷ sum(y) - y", "ŷ sum(ŷ²) - y"),
            ("(diag(ŷ) - ŷ ŷᵀ)(-y/ŷ)", "(diag(ŷ) - ŷ ŷᵀ)(y/ŷ)"),
            ("e^(z - max(z))/sum(e^(z - max(z))) - y²", "e^(z - max(z))/sum(e^(z - max(z))) - y/2"),
            ("-y ⊙ (1 - ŷ) + (1 - y) ⊙ ŷ", "-y ⊙ (1 - ŷ) - (1 - y) ⊙ ŷ"),
        ),
    ),
    Kind(
        LOG_SOFTMAX,
        "z",
        (
            ("g - sum(g) softmax(z)", "g - softmax(z)"),
            ("g - (𝟏ᵀ g) e^l", "g - (𝟏ᵀ g) l"),
            ("(I - e^l 𝟏ᵀ) g", "(I - 𝟏 (e^l)ᵀ) g"),
            ("g - sum(g) e^(z - logsumexp(z))", "g + sum(g) e^(z - logsumexp(z))"),
            ("g - sum(g) e^z/sum(e^z)", "g - mean(g) e^z/sum(e^z)"),
        ),
    ),
    Kind(
        DEEP_RELU,
        "W1",
        (
            ("2(ŷ - y) (w ⊙ 𝟙[z > 0]) xᵀ", "2(ŷ - y) (w ⊙ 𝟙[z < 0]) xᵀ"),
            ("2(ŷ - y) (w ⊙ step(z)) xᵀ", "2(ŷ - y) (w ⊙ sign(z)) xᵀ"),
            ("2(wᵀ max(0, z) - y) (w ⊙ 𝟙[z ≥ 0]) xᵀ", "2(wᵀ max(0, z) - y) (w ⊙ z) xᵀ"),
            ("(ŷ - y) (w ⊙ (1 + sign(z))) xᵀ", "(ŷ - y) (w ⊙ (1 - sign(z))) xᵀ"),
            ("2(ŷ - y) diag(w) 𝟙[h > 0] xᵀ", "(ŷ - y) diag(w) 𝟙[h > 0] xᵀ"),
            ("2(ŷ - y) (w ⊙ relu'(z)) xᵀ", "2(ŷ - y) (w ⊙ relu'(h - 1)) xᵀ"),
            ("2(ŷ - y) (w ⊙ (z + |z|)/(2 z)) xᵀ", "2(ŷ - y) (w ⊙ (z - |z|)/(2 z)) xᵀ"),
        ),
    ),
    Kind(
        LEAKY,
        "x",
        (
            ("a ⊙ (𝟙[x > 0] + 𝟙[x < 0]/10)", "a ⊙ (𝟙[x > 0] - 𝟙[x < 0]/10)"),
            ("a ⊙ (1/10 + 9/10 𝟙[x > 0])", "a ⊙ (1/10 + 𝟙[x > 0])"),
            ("a (11 + 9 sign(x))/20", "a (9 + 11 sign(x))/20"),
            ("0.1 a + 0.9 a ⊙ step(x)", "0.9 a + 0.1 a ⊙ step(x)"),
        ),
    ),
    Kind(
        BATCH,
        "W",
        (
            ("1/5 Xᵀ (P - Y)", "Xᵀ (P - Y)"),
            ("Xᵀ (P - Y)/5", "Xᵀ (Y - P)/5"),
            ("1/5 Xᵀ (softmax(Z) - Y)", "1/5 Xᵀ (softmax(Z - Y))"),
            ("1/5 Xᵀ (e^Z ⊘ (rowsum(e^Z) 𝟏ᵀ) - Y)", "1/5 Xᵀ (e^Z ⊘ (𝟏 colsum(e^Z)ᵀ) - Y)"),
            ("1/5 Xᵀ (e^Z ⊘ (e^Z 𝟏 𝟏ᵀ) - Y)", "1/5 Xᵀ (e^Z ⊘ (e^Z 𝟏 𝟏ᵀ) + Y)"),
            ("1/5 Xᵀ (softmax(Z - 𝟏 bᵀ + 𝟏 bᵀ) - Y)", "1/5 Xᵀ (softmax(Z - 𝟏 bᵀ) - Y)"),
            ("1/5 Xᵀ (softmax(Z - rowmax(Z) 𝟏ᵀ) - Y)", "1/5 Xᵀ (softmax(Z ⊘ (rowmax(Z) 𝟏ᵀ)) - Y)"),
        ),
    ),
    Kind(
        BATCH,
        "b",
        (
            ("1/5 (P - Y)ᵀ 𝟏", "1/5 (P - Y) 𝟏"),
            ("1/5 colsum(P - Y)", "1/4 colsum(P - Y)"),
            ("colmean(P) - colmean(Y)", "colmean(P) + colmean(Y)"),
            ("1/5 (Pᵀ 𝟏 - Yᵀ 𝟏)", "1/5 (Pᵀ 𝟏 - 𝟏)"),
        ),
    ),
    Kind(
        RIDGE,
        "w",
        (
            ("2/5 Xᵀ r + 2 λ w", "2/5 Xᵀ r + λ w"),
            ("2/5 (Xᵀ X w - Xᵀ y) + 2 λ w", "2/5 (Xᵀ X w - Xᵀ y) - 2 λ w"),
            ("2 (1/5 Xᵀ X + λ I) w - 2/5 Xᵀ y", "2 (1/5 Xᵀ X + λ I) w - 1/5 Xᵀ y"),
            ("2/5 Xᵀ (X w - y) + 2 sqrt(λ²) w", "2/5 Xᵀ (X w - y) + 2 λ² w"),
            ("2/5 Xᵀ r + 2 |λ| w", "2/5 Xᵀ r + 2 λ |w|"),
        ),
    ),
    Kind(
        NORM,
        "w",
        (
            ("x + λ w/‖w‖", "x + λ w/‖w‖²"),
            ("x + λ w/sqrt(wᵀ w)", "x + λ w/sqrt(xᵀ w)"),
            ("x + λ (wᵀ w)^(-1/2) w", "x + λ (wᵀ w)^(1/2) w"),
            ("x + λ w ‖w‖/(wᵀ w)", "x - λ w ‖w‖/(wᵀ w)"),
        ),
    ),
    Kind(
        SINE,
        "w",
        (
            ("2 x cos(2z)", "x cos(2z)"),
            ("2 x (cos²z - sin²z)", "2 x (cos²z + sin²z)"),
            ("2 x (1 - 2 sin²z)", "2 x (1 - sin²z)"),
            ("2 x (2 cos²z - 1)", "2 x (2 cos²z + 1)"),
            ("2 x (1 - tan²z)/(1 + tan²z)", "2 x (1 + tan²z)/(1 - tan²z)"),
            ("2 x sin(2 w x + π/2)", "2 x sin(2 w x - π/2)"),
        ),
    ),
    Kind(
        SINE,
        "L",
        (
            ("2 sin z cos z", "sin z cos z"),
            ("2 tan(z)/(1 + tan²z)", "2 tan(z)/(1 - tan²z)"),
            ("(sin z + cos z)² - 1", "(sin z - cos z)² - 1"),
        ),
    ),
    Kind(
        COSINE,
        "a",
        (
            ("-sin(a + b)", "sin(a + b)"),
            ("-sin a cos b - cos a sin b", "-sin a cos b + cos a sin b"),
            ("-(sin(a + 2b) cos b - cos(a + 2b) sin b)", "-(sin(a + 2b) cos b + cos(a + 2b) sin b)"),
            ("-2 sin((a + b)/2) cos((a + b)/2)", "-sin((a + b)/2) cos((a + b)/2)"),
        ),
    ),
    Kind(
        LOG,
        "a",
        (
            ("ln a", "ln a - 1"),
            ("ln |a|", "|ln a|"),
            ("1/2 ln(a²)", "ln(a²)"),
            ("-ln(1/a)", "1/ln a"),
            ("2 ln sqrt(a)", "ln sqrt(a)"),
        ),
    ),
    Kind(
        BCE_LOGIT,
        "w",
        (
            ("(σ(z) - y) x", "(σ(z) + y) x"),
            ("(1/(1 + e^-z) - y) x", "(1/(1 + e^z) - y) x"),
            ("(1 - y) x - x/(1 + e^z)", "(1 - y) x - x/(1 + e^-z)"),
            ("((1 + tanh(z/2))/2 - y) x", "((1 + tanh(z))/2 - y) x"),
        ),
    ),
    Kind(
        LOGISTIC,
        "w",
        (
            ("1/5 Xᵀ (p - y)", "1/3 Xᵀ (p - y)"),
            ("-1/5 Xᵀ (y ⊙ (1 - p) - (1 - y) ⊙ p)", "-1/5 Xᵀ (y ⊙ (1 - p) + (1 - y) ⊙ p)"),
            ("1/5 Xᵀ (e^z ⊘ (1 + e^z) - y)", "1/5 Xᵀ (e^z ⊘ (1 - e^z) - y)"),
            ("-1/5 Xᵀ ((2y - 1) ⊙ σ(-(2y - 1) ⊙ z))", "-1/5 Xᵀ ((2y - 1) ⊙ σ((2y - 1) ⊙ z))"),
        ),
    ),
    Kind(
        GAUSS,
        "s",
        (
            ("1/s - (x - μ)²/s³", "1/s - (x - μ)²/s²"),
            ("(s² - (x - μ)²)/s³", "((x - μ)² - s²)/s³"),
            ("1/|s| - (x - μ)²/sqrt(s^6)", "1/|s| + (x - μ)²/sqrt(s^6)"),
        ),
    ),
    Kind(
        HINGE,
        "w",
        (
            ("-y 𝟙[m < 1] x", "-y 𝟙[m > 1] x"),
            ("-y step(1 - m) x", "y step(1 - m) x"),
            ("-𝟙[y wᵀ x < 1] y x", "-𝟙[wᵀ x < 1] y x"),
        ),
    ),
    Kind(
        ABSOLUTE,
        "w",
        (
            ("λ sign(w)", "λ w"),
            ("λ w ⊘ |w|", "λ |w| ⊘ w²"),
            ("λ (𝟙[w > 0] - 𝟙[w < 0])", "λ (𝟙[w > 0] + 𝟙[w < 0])"),
            ("λ (2 𝟙[w > 0] - 1)", "λ (𝟙[w > 0] - 1)"),
        ),
    ),
    Kind(
        SWISH,
        "w",
        (
            ("(σ(z) + z σ(z)(1 - σ(z))) x", "(σ(z) + σ(z)(1 - σ(z))) x"),
            ("σ(z)(1 + z - L) x", "σ(z)(1 - z + L) x"),
            ("(e^z (1 + e^z + z)/(1 + e^z)²) x", "(e^z (1 + e^z - z)/(1 + e^z)²) x"),
            ("(L + σ(z)(1 - L)) x", "(L + σ(z)(1 + L)) x"),
        ),
    ),
)  # fmt: skip
