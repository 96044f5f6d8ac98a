"""Scalars: the chain rule, products, quotients, powers; neurons."""

from tests.textbook.problem import Problem

# fmt: off

LECTURE = "Lecture L15-A"
CS231N = "CS231n notes, Backpropagation, Intuitions"
NET3 = (
    "x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}; z1 = W1ᵀ x; h1 = e^z1/(1 + e^z1); z2 = W2ᵀ h1\n"
    "ŷ = e^z2/(1 + e^z2); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
)
STAGED = "s = σ(y); a = x + s; r = σ(x); t = x + y; q = t^2; b = r + q; f = a/b"

CHAIN = (
    Problem("chain rule", "f = (x + y) z", "x", "z", f"{LECTURE}, eq. (12)"),
    Problem("chain rule", "f = (x + y) z", "y", "z", f"{LECTURE}, eq. (12)"),
    Problem("chain rule", "f = (x + y) z", "z", "x + y", f"{LECTURE}, eq. (12)"),
    Problem("chain rule", "q = x + y; f = q z", "z", "q", f"{LECTURE}, eq. (12)"),
    Problem("chain rule", "q = x + y; f = q z", "q", "z", f"{LECTURE}, eq. (11) and (12)"),
    Problem("chain rule", "f = x y", "x", "y", f"{CS231N}: simple expressions"),
    Problem("chain rule", "f = x + y", "x", "1", f"{CS231N}: simple expressions"),
    Problem("chain rule", "x = tanh(w); y = tanh(x); z = tanh(y)", "w", "(1 − z²)(1 − y²)(1 − x²)", "Goodfellow et al., Deep Learning, eq. (6.50)–(6.52)"),
    Problem("chain rule", "f = ln x1 + x1 x2 - sin x2", "x1", "1/x₁ + x₂", "Baydin et al. 2018, Automatic differentiation in machine learning, Table 3"),
    Problem("chain rule", "f = ln x1 + x1 x2 - sin x2", "x2", "x₁ − cos x₂", "Baydin et al. 2018, Automatic differentiation in machine learning, Table 3"),
    Problem("chain rule", "f = (1 - x)^2 + 100(y - x^2)^2", "y", "200(y − x²)", "Nocedal & Wright, Numerical Optimization, exercise 2.1"),
    Problem("chain rule", "f = (1 - x)^2 + 100(y - x^2)^2", "x", "−2(1 − x) − 400x(y − x²)", "Nocedal & Wright, Numerical Optimization, exercise 2.1"),
    Problem("chain rule", STAGED, "a", "1/b", f"{CS231N}: staged computation"),
    Problem("chain rule", STAGED, "b", "−a/b²", f"{CS231N}: staged computation"),
    Problem("chain rule", STAGED, "t", "−2a t/b²", f"{CS231N}: staged computation"),
    Problem("chain rule", STAGED, "r", "−a/b²", f"{CS231N}: staged computation"),
)

RULES = (
    Problem("powers and quotients", "f = x^3", "x", "3x²", "Stewart, Calculus, section 3.1: power rule"),
    Problem("powers and quotients", "f = x x", "x", "2x", "Stewart, Calculus, section 3.1: power rule"),
    Problem("powers and quotients", "f = sqrt(x)", "x", "1/(2f)", "Stewart, Calculus, section 3.1: power rule"),
    Problem("powers and quotients", "f = 1/x", "x", "−1/x²", f"{CS231N}: gates of the sigmoid neuron"),
    Problem("powers and quotients", "f = x/y", "x", "1/y", "Stewart, Calculus, section 3.2: quotient rule"),
    Problem("powers and quotients", "f = x/y", "y", "−x/y²", "Stewart, Calculus, section 3.2: quotient rule"),
    Problem("powers and quotients", "f = x/(1 + x^2)", "x", "(1 − x²)/(1 + x²)²", "Stewart, Calculus, section 3.2: quotient rule"),
    Problem("powers and quotients", "x > 0; f = x^y", "x", "y x^(y − 1)", "Stewart, Calculus, section 14.3"),
    Problem("powers and quotients", "x > 0; f = x^y", "y", "f ln x", "Stewart, Calculus, section 14.3"),
    Problem("powers and quotients", "f = 2^x", "x", "f ln 2", "Stewart, Calculus, section 3.4"),
    Problem("powers and quotients", "x > 0; f = ln x", "x", "1/x", "Stewart, Calculus, section 3.6"),
    Problem("powers and quotients", "f = e^(-x^2/2)", "x", "−x f", "Bishop, PRML, section 1.2.4: derivative of a Gaussian"),
    Problem("powers and quotients", "f = sin(x^2)", "x", "2x cos(x²)", "Stewart, Calculus, section 3.4: chain rule"),
    Problem("powers and quotients", "0 < x < 1; f = ln(sin x)", "x", "cos(x)/sin x", "Stewart, Calculus, section 3.6"),
    Problem("powers and quotients", "f = x sin x", "x", "sin x + x cos x", "Stewart, Calculus, section 3.3"),
    Problem("powers and quotients", "f = tan x", "x", "1 + f²", "Stewart, Calculus, section 3.3"),
    Problem("powers and quotients", "r = sqrt(x^2 + y^2)", "x", "x/r", "Stewart, Calculus, section 14.3"),
    Problem("powers and quotients", "0 < p < 1; f = ln(p/(1 - p))", "p", "1/(p(1 − p))", "Bishop, PRML, eq. (4.90): logit"),
    Problem("powers and quotients", "f = max(x, y)", "x", "𝟙[x > y]", f"{CS231N}: simple expressions", also="𝟙[x > y] + 𝟙[x = y]/2"),
)

NEURONS = (
    Problem("neurons", r"z = \sum_{i=1}^{3} w_i x_i; ŷ = e^z/(1 + e^z)", "z", "ŷ(1 − ŷ)", f"{LECTURE}, eq. (1), (2)"),
    Problem("neurons", r"z = \sum_{i=1}^{3} w_i x_i + b; ŷ = σ(z)", "w", "ŷ(1 − ŷ) x", f"{LECTURE}, eq. (1), (2)"),
    Problem("neurons", r"z = \sum_{i=1}^{3} w_i x_i + b; ŷ = σ(z)", "b", "ŷ(1 − ŷ)", f"{LECTURE}, eq. (1), (2)"),
    Problem("neurons", "f = 1/(1 + e^(-(w0 x0 + w1 x1 + w2)))", "w0", "f(1 − f) x₀", f"{CS231N}: sigmoid example"),
    Problem("neurons", "f = 1/(1 + e^(-(w0 x0 + w1 x1 + w2)))", "x1", "f(1 − f) w₁", f"{CS231N}: sigmoid example"),
    Problem("neurons", "f = 1/(1 + e^(-(w0 x0 + w1 x1 + w2)))", "w2", "f(1 − f)", f"{CS231N}: sigmoid example"),
    Problem("neurons", "w, x ∈ ℝ^d; a = σ(wᵀ x + b); C = 1/2 (y - a)^2", "w", "(a − y) a(1 − a) x", "Nielsen, Neural Networks and Deep Learning, eq. (55)"),
    Problem("neurons", "w, x ∈ ℝ^d; a = σ(wᵀ x + b); C = 1/2 (y - a)^2", "b", "(a − y) a(1 − a)", "Nielsen, Neural Networks and Deep Learning, eq. (56)"),
    Problem("neurons", "w, x ∈ ℝ^d; o = wᵀ x; E = 1/2 (t - o)^2", "w", "(o − t) x", "Mitchell, Machine Learning, eq. (4.6): delta rule"),
)

LECTURE_NET = (
    Problem("three layers", NET3, "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))", f"{LECTURE}, eq. (16)"),
    Problem("three layers", NET3, "z2", "ŷ − y", f"{LECTURE}, eq. (16)"),
    Problem("three layers", NET3, "W2", "(ŷ − y) h₁", f"{LECTURE}, eq. (16)"),
    Problem("three layers", NET3, "h1", "(ŷ − y) W₂", f"{LECTURE}, eq. (14), (16)"),
    Problem("three layers", NET3, "z1", "(ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁)", f"{LECTURE}, eq. (14), (16)"),
    Problem("three layers", NET3, "W1", "x ((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ", f"{LECTURE}, eq. (14), (16)"),
    Problem("three layers", NET3, "x", "W₁((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))", f"{LECTURE}, eq. (14), (16)"),
    Problem("three layers", NET3, "W2", "δ₂ h₁", f"{LECTURE}, eq. (16)", "later"),
    Problem("three layers", NET3, "W1", "x δ₁ᵀ", f"{LECTURE}, eq. (16)", "later"),
    Problem("three layers", NET3, "z1", "δ₂ W₂ ⊙ h₁ ⊙ (1 − h₁)", f"{LECTURE}, eq. (16)", "later"),
)

PROBLEMS = CHAIN + RULES + NEURONS + LECTURE_NET
