"""Networks: two and three layers, batches, weight decay, shared weights, residuals."""

from tests.textbook.problem import Problem

# fmt: off

NIELSEN = "Nielsen, Neural Networks and Deep Learning"
GOODFELLOW = "Goodfellow et al., Deep Learning"
PRML = "Bishop, PRML"
CASE = "CS231n notes, Neural networks case study"

TWO = (
    "x ∈ ℝ^d; W1 ∈ ℝ^{h×d}; b1 ∈ ℝ^h; W2 ∈ ℝ^{k×h}; b2, y ∈ ℝ^k; z1 = W1 x + b1; a1 = σ(z1); z2 = W2 a1 + b2\n"
    "a2 = σ(z2); C = 1/2 ‖a2 - y‖²"
)
CLASSES = (
    "x ∈ ℝ^d; W1 ∈ ℝ^{h×d}; b1 ∈ ℝ^h; W2 ∈ ℝ^{k×h}; b2 ∈ ℝ^k; y ∈ onehot(k); z1 = W1 x + b1; h1 = ReLU(z1)\n"
    "z2 = W2 h1 + b2; ŷ = softmax(z2); L = -yᵀ ln ŷ"
)
THREE = (
    "x ∈ ℝ^d; W1 ∈ ℝ^{p×d}; W2 ∈ ℝ^{q×p}; W3 ∈ ℝ^{k×q}; y ∈ ℝ^k; z1 = W1 x; h1 = tanh(z1); z2 = W2 h1; h2 = tanh(z2)\n"
    "ŷ = W3 h2; L = 1/2 ‖ŷ - y‖²"
)
BATCH = (
    "X ∈ ℝ^{n×d}; W1 ∈ ℝ^{d×h}; b1 ∈ ℝ^h; W2 ∈ ℝ^{h×k}; b2 ∈ ℝ^k; Y ∈ onehot(n×k); Z = X W1 + b1; H = ReLU(Z)\n"
    "S = H W2 + b2; P = softmax(S); L = -1/n sum(Y ⊙ ln P)"
)
REGRESSION = (
    "x ∈ ℝ^d; W1 ∈ ℝ^{m×d}; w2 ∈ ℝ^m; z = W1 x; h = tanh(z); ŷ = w2ᵀ h; E = 1/2 (ŷ - t)^2"
)
RESIDUAL = "x ∈ ℝ^d; W1 ∈ ℝ^{h×d}; W2 ∈ ℝ^{d×h}; y ∈ ℝ^d; z = W1 x; h = ReLU(z); o = x + W2 h; L = 1/2 ‖o - y‖²"
SHARED = "x, y ∈ ℝ^d; W ∈ ℝ^{d×d}; h1 = W x; h2 = W h1; L = 1/2 ‖h2 - y‖²"
ONE = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ ℝ^{n×k}; A = X W + 𝟏 bᵀ; L = 1/2 ‖A - Y‖²"
MEAN = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ ℝ^{n×k}; Z = X W + b; A = tanh(Z); L = 1/(2n) ‖A - Y‖²"

PROBLEMS = (
    Problem("two layers", TWO, "a2", "a₂ − y", f"{NIELSEN}, eq. (BP1)"),
    Problem("two layers", TWO, "z2", "(a₂ − y) ⊙ a₂ ⊙ (1 − a₂)", f"{NIELSEN}, eq. (BP1), (30)"),
    Problem("two layers", TWO, "W2", "δ₂ a₁ᵀ", f"{NIELSEN}, eq. (BP4)", "later"),
    Problem("two layers", TWO, "b2", "δ₂", f"{NIELSEN}, eq. (BP3)", "later"),
    Problem("two layers", TWO, "a1", "W₂ᵀ δ₂", f"{NIELSEN}, eq. (BP2)", "later"),
    Problem("two layers", TWO, "z1", "W₂ᵀ δ₂ ⊙ a₁ ⊙ (1 − a₁)", f"{NIELSEN}, eq. (BP2)", "later"),
    Problem("two layers", TWO, "W1", "δ₁ xᵀ", f"{NIELSEN}, eq. (BP4)", "later"),
    Problem("two layers", TWO, "b1", "δ₁", f"{NIELSEN}, eq. (BP3)", "later"),
    Problem("two layers", TWO, "x", "W₁ᵀ δ₁", f"{NIELSEN}, eq. (BP2)", "later"),
    Problem("two layers", CLASSES, "z2", "ŷ − y", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "W2", "(ŷ − y) h₁ᵀ", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "b2", "ŷ − y", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "h1", "W₂ᵀ(ŷ − y)", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "z1", "W₂ᵀ(ŷ − y) ⊙ 𝟙[z₁ > 0]", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "W1", "(W₂ᵀ(ŷ − y) ⊙ 𝟙[z₁ > 0]) xᵀ", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", CLASSES, "b1", "W₂ᵀ(ŷ − y) ⊙ 𝟙[z₁ > 0]", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("two layers", REGRESSION, "w2", "(ŷ − t) h", f"{PRML}, eq. (5.65)–(5.67)"),
    Problem("two layers", REGRESSION, "z", "(ŷ − t) w₂ ⊙ (1 − h²)", f"{PRML}, eq. (5.66)"),
    Problem("two layers", REGRESSION, "W1", "(ŷ − t)(w₂ ⊙ (1 − h²)) xᵀ", f"{PRML}, eq. (5.67)"),
    Problem("three layers", THREE, "W3", "(ŷ − y) h₂ᵀ", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("three layers", THREE, "h2", "W₃ᵀ(ŷ − y)", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("three layers", THREE, "z2", "W₃ᵀ(ŷ − y) ⊙ (1 − h₂²)", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("three layers", THREE, "W2", "(W₃ᵀ(ŷ − y) ⊙ (1 − h₂²)) h₁ᵀ", f"{GOODFELLOW}, algorithm 6.4"),
    Problem("three layers", THREE, "z1", "W₂ᵀ δ₂ ⊙ (1 − h₁²)", f"{PRML}, eq. (5.56)", "later"),
    Problem("three layers", THREE, "W1", "δ₁ xᵀ", f"{GOODFELLOW}, algorithm 6.4", "later"),
    Problem("batch, two layers", BATCH, "S", "(1/n)(P − Y)", CASE),
    Problem("batch, two layers", BATCH, "W2", "(1/n) Hᵀ(P − Y)", CASE),
    Problem("batch, two layers", BATCH, "b2", "(1/n) (P − Y)ᵀ 𝟏", CASE),
    Problem("batch, two layers", BATCH, "H", "(1/n)(P − Y) W₂ᵀ", CASE),
    Problem("batch, two layers", BATCH, "Z", "(1/n)(P − Y) W₂ᵀ ⊙ 𝟙[Z > 0]", CASE),
    Problem("batch, two layers", BATCH, "W1", "(1/n) Xᵀ((P − Y) W₂ᵀ ⊙ 𝟙[Z > 0])", CASE),
    Problem("batch, two layers", BATCH, "b1", "(1/n) ((P − Y) W₂ᵀ ⊙ 𝟙[Z > 0])ᵀ 𝟏", CASE),
    Problem("batch, two layers", BATCH, "W1", "Xᵀ (∂L/∂Z)", CASE, "later", also="Xᵀ((∂L/∂S) W₂ᵀ ⊙ 𝟙[Z > 0])"),
    Problem("weight decay", TWO.replace("C = 1/2 ‖a2 - y‖²", "C = 1/2 ‖a2 - y‖² + λ/2 ‖W2‖²"), "W2", "δ₂ a₁ᵀ + λ W₂", f"{NIELSEN}, eq. (87), (88)", "later"),
    Problem("weight decay", BATCH.replace("ln P)", "ln P) + λ/2 ‖W2‖²"), "W2", "(1/n) Hᵀ(P − Y) + λ W₂", CASE),
    Problem("weight decay", "w ∈ ℝ^d; λ > 0; Ω = λ/2 wᵀ w", "w", "λ w", f"{GOODFELLOW}, eq. (7.2), (7.3)"),
    Problem("weight decay", "w ∈ ℝ^d; λ > 0; Ω = λ ‖w‖_1", "w", "λ sign(w)", f"{GOODFELLOW}, eq. (7.18)–(7.20)"),
    Problem("weight decay", "W ∈ ℝ^{m×n}; λ > 0; Ω = λ ‖W‖²", "W", "2λ W", f"{GOODFELLOW}, section 6.5.7"),
    Problem("weight decay", "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; C = 1/(2n) ‖X w - y‖² + λ/(2n) ‖w‖²", "w", "(1/n)(Xᵀ(X w − y) + λ w)", f"{NIELSEN}, eq. (85), (88)"),
    Problem("tied weights", SHARED, "W", "(h₂ − y) h₁ᵀ + Wᵀ(h₂ − y) xᵀ", f"{GOODFELLOW}, section 10.2.2"),
    Problem("tied weights", SHARED, "x", "Wᵀ Wᵀ(h₂ − y)", f"{GOODFELLOW}, section 8.2.5"),
    Problem("tied weights", "x, y ∈ ℝ^d; W ∈ ℝ^{k×d}; h = W x; x̂ = Wᵀ h; L = 1/2 ‖x̂ - y‖²", "W", "h (x̂ − y)ᵀ + W(x̂ − y) xᵀ", f"{GOODFELLOW}, section 14.2"),
    Problem("residual", RESIDUAL, "W2", "(o − y) hᵀ", "He et al. 2016, Identity mappings, eq. (5)"),
    Problem("residual", RESIDUAL, "x", "o − y + W₁ᵀ(W₂ᵀ(o − y) ⊙ 𝟙[z > 0])", "He et al. 2016, Identity mappings, eq. (5)"),
    Problem("residual", RESIDUAL, "x", "o − y + W₁ᵀ δ", "He et al. 2016, Identity mappings, eq. (5)", "later"),
    Problem("residual", "x ∈ ℝ^d; f(v) = tanh(v)\ny = x + f(x); L = sum(y)", "x", "2 − tanh(x)²", "He et al. 2016, Identity mappings, eq. (5)"),
    Problem("dropout", "h, m, c ∈ ℝ^n; 0 < p < 1; d = m ⊙ h/p; L = cᵀ d", "h", "(1/p) c ⊙ m", "Srivastava et al. 2014, Dropout, section 4"),
    Problem("gates", "x, t, y ∈ ℝ^d; g = σ(t); h = tanh(x); o = g ⊙ h + (1 - g) ⊙ x; L = 1/2 ‖o - y‖²", "g", "(o − y) ⊙ (h − x)", "Srivastava et al. 2015, Highway networks, eq. (3)"),
    Problem("gates", "x, t, y ∈ ℝ^d; g = σ(t); h = tanh(x); o = g ⊙ h + (1 - g) ⊙ x; L = 1/2 ‖o - y‖²", "t", "(o − y) ⊙ (h − x) ⊙ g ⊙ (1 − g)", "Srivastava et al. 2015, Highway networks, eq. (3)"),
    Problem("gates", "x, t, y ∈ ℝ^d; g = σ(t); h = tanh(x); o = g ⊙ h + (1 - g) ⊙ x; L = 1/2 ‖o - y‖²", "x", "(o − y) ⊙ (1 − g ⊙ h²)", "Srivastava et al. 2015, Highway networks, eq. (3)"),
    Problem("batch, one layer", ONE, "W", "Xᵀ(A − Y)", "Goodfellow et al., Deep Learning, section 6.5.6, dense layers in a batch"),
    Problem("batch, one layer", ONE, "b", "(A − Y)ᵀ 𝟏", "Goodfellow et al., Deep Learning, section 6.5.6, dense layers in a batch"),
    Problem("batch, one layer", ONE, "X", "(A − Y) Wᵀ", "Goodfellow et al., Deep Learning, section 6.5.6, dense layers in a batch"),
    Problem("batch, one layer", ONE.replace("𝟏", "ones(n)"), "b", "(A − Y)ᵀ 𝟏", "Goodfellow et al., Deep Learning, section 6.5.6, dense layers in a batch"),
    Problem("batch, one layer", MEAN, "W", "(1/n) Xᵀ((A − Y) ⊙ (1 − A ⊙ A))", "Goodfellow et al., Deep Learning, section 6.5.6"),
    Problem("batch, one layer", MEAN, "b", "(1/n) ((A − Y) ⊙ (1 − A ⊙ A))ᵀ 𝟏", "Goodfellow et al., Deep Learning, section 6.5.6"),
    Problem("blocks", "block dense(x, W, b):\n    z = W x + b\n    h = σ(z)\n    return h\nx ∈ ℝ^d; W ∈ ℝ^{h×d}; b, y ∈ ℝ^h\na = dense(x, W, b)\nL = 1/2 ‖a - y‖²", "b", "(a − y) ⊙ a ⊙ (1 − a)", f"{NIELSEN}, eq. (BP3)"),
    Problem("blocks", "block dense(x, W, b):\n    z = W x + b\n    h = tanh(z)\nx ∈ ℝ^d; W ∈ ℝ^{h×d}; b, y ∈ ℝ^h\na = dense(x, W, b)\nL = 1/2 ‖a - y‖²", "W", "((a − y) ⊙ (1 − a²)) xᵀ", f"{NIELSEN}, eq. (BP4)"),
)
