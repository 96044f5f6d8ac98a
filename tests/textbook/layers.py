"""Attention, normalisation, recurrent steps."""

from tests.textbook.problem import Problem

# fmt: off

VASWANI = "Vaswani et al. 2017, Attention is all you need, eq. (1)"
DAO = "Dao et al. 2022, FlashAttention, appendix B.2"
BA = "Ba et al. 2016, Layer normalization, section 3"
IOFFE = "Ioffe & Szegedy 2015, Batch normalization, section 3"
LSTM = "Hochreiter & Schmidhuber 1997; Goodfellow et al., Deep Learning, eq. (10.40)–(10.44)"
GRU = "Cho et al. 2014, RNN encoder-decoder, eq. (5)–(8)"
RNN = "Goodfellow et al., Deep Learning, eq. (10.8)–(10.11), (10.17)–(10.28)"

ATTENTION = "Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×p}; T ∈ ℝ^{n×p}; S = Q Kᵀ/√d; P = softmax(S); O = P V; L = 1/2 ‖O - T‖²"
GENERIC = "G ∈ ℝ^{n×p}; Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×p}; S = Q Kᵀ/√d; P = softmax(S); O = P V; L = sum(G ⊙ O)"
CELL = (
    "a1, a2, a3, a4, c0, y ∈ ℝ^h; f = σ(a1); i = σ(a2); g = tanh(a3); o = σ(a4)\n"
    "c = f ⊙ c0 + i ⊙ g; h = o ⊙ tanh(c); L = 1/2 ‖h - y‖²"
)
LSTM_STEP = (
    "x ∈ ℝ^d; s, c0, y ∈ ℝ^h; W1, W2, W3, W4 ∈ ℝ^{h×d}; U1, U2, U3, U4 ∈ ℝ^{h×h}\n"
    "a1 = W1 x + U1 s; a2 = W2 x + U2 s; a3 = W3 x + U3 s; a4 = W4 x + U4 s\n"
    "f = σ(a1); i = σ(a2); g = tanh(a3); o = σ(a4); c = f ⊙ c0 + i ⊙ g; h = o ⊙ tanh(c); L = 1/2 ‖h - y‖²"
)
STACKED = (
    "x ∈ ℝ^d; s, c0, y ∈ ℝ^m; W ∈ ℝ^{4m×(d+m)}; a = W concat(x, s)\n"
    "i = σ(a[1:m]); f = σ(a[m+1:2m]); o = σ(a[2m+1:3m]); g = tanh(a[3m+1:4m])\n"
    "c = f ⊙ c0 + i ⊙ g; h = o ⊙ tanh(c); L = 1/2 ‖h - y‖²"
)
GRU_STEP = (
    "x ∈ ℝ^d; s, y ∈ ℝ^h; W1, W2, W3 ∈ ℝ^{h×d}; U1, U2, U3 ∈ ℝ^{h×h}\n"
    "a1 = W1 x + U1 s; r = σ(a1); a2 = W2 x + U2 s; z = σ(a2); q = r ⊙ s; a3 = W3 x + U3 q; g = tanh(a3)\n"
    "h = z ⊙ s + (1 - z) ⊙ g; L = 1/2 ‖h - y‖²"
)
RNN3 = (
    "x1, x2, x3 ∈ ℝ^d; h0 ∈ ℝ^h; W ∈ ℝ^{h×d}; U ∈ ℝ^{h×h}; y ∈ ℝ^h\n"
    "a1 = W x1 + U h0; h1 = tanh(a1); a2 = W x2 + U h1; h2 = tanh(a2); a3 = W x3 + U h2; h3 = tanh(a3); L = 1/2 ‖h3 - y‖²"
)
NORM = "x, γ, β, y ∈ ℝ^d; ε > 0; μ = mean(x); v = var(x); s = sqrt(v + ε); u = (x - μ)/s; h = γ ⊙ u + β; L = 1/2 ‖h - y‖²"
UNIT = "x, c ∈ ℝ^d; ε > 0; s = sqrt(var(x) + ε); u = (x - mean(x))/s; L = cᵀ u"
BATCH = (
    "X, C ∈ ℝ^{n×d}; γ, β ∈ ℝ^d; U = X; H = U diag(γ) + ones(n) βᵀ; L = sum(C ⊙ H)"
)

CS231N = "Stanford CS231n, Neural networks case study: the gradient of the scores"
ROWS = "Z ∈ ℝ^{m×n}; Y ∈ onehot(m×n); "
BY_ROWS = "X, C ∈ ℝ^{n×d}; ε > 0; "

PROBLEMS = (
    Problem("attention", ATTENTION, "O", "O − T", VASWANI),
    Problem("attention", ATTENTION, "V", "Pᵀ(O − T)", f"{DAO}: dV"),
    Problem("attention", ATTENTION, "P", "(O − T) Vᵀ", f"{DAO}: dP"),
    Problem("attention", ATTENTION, "S", "P ⊙ (∂L/∂P − rowsum(∂L/∂P ⊙ P) 𝟏ᵀ)", f"{DAO}: dS", "later"),
    Problem("attention", ATTENTION, "Q", "(1/√d)(∂L/∂S) K", f"{DAO}: dQ", "later"),
    Problem("attention", ATTENTION, "K", "(1/√d) (∂L/∂S)ᵀ Q", f"{DAO}: dK", "later"),
    Problem("attention", GENERIC, "V", "Pᵀ G", f"{DAO}: dV"),
    Problem("attention", GENERIC, "P", "G Vᵀ", f"{DAO}: dP"),
    Problem("attention", GENERIC, "S", "P ⊙ (G Vᵀ − rowsum(G ⊙ O) 𝟏ᵀ)", f"{DAO}: dS"),
    Problem("attention", "q ∈ ℝ^d; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×r}; c ∈ ℝ^r; s = K q; p = softmax(s); o = Vᵀ p; L = cᵀ o", "p", "V c", "Bahdanau et al. 2015, section 3.1"),
    Problem("attention", "q ∈ ℝ^d; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×r}; c ∈ ℝ^r; s = K q; p = softmax(s); o = Vᵀ p; L = cᵀ o", "s", "p ⊙ (V c − cᵀ o)", "Bahdanau et al. 2015, section 3.1"),
    Problem("attention", "q ∈ ℝ^d; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×r}; c ∈ ℝ^r; s = K q; p = softmax(s); o = Vᵀ p; L = cᵀ o", "V", "p cᵀ", "Bahdanau et al. 2015, section 3.1"),
    Problem("attention", "q ∈ ℝ^d; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×r}; c ∈ ℝ^r; s = K q; p = softmax(s); o = Vᵀ p; L = cᵀ o", "q", "Kᵀ(p ⊙ (V c − cᵀ o))", "Bahdanau et al. 2015, section 3.1"),
    Problem("layer norm", NORM, "γ", "(h − y) ⊙ u", BA),
    Problem("layer norm", NORM, "β", "h − y", BA),
    Problem("layer norm", NORM, "u", "(h − y) ⊙ γ", BA),
    Problem("layer norm", UNIT, "x", "(1/s)(c − mean(c) − (cᵀ u/d) u)", BA),
    Problem("layer norm", "x, c ∈ ℝ^d; u = layernorm(x); L = cᵀ u", "x", "(1/√(var(x) + 0.00001))(c − mean(c) − (cᵀ u/d) u)", BA),
    Problem("layer norm", "x, c ∈ ℝ^d; u = x - mean(x); L = cᵀ u", "x", "c − mean(c)", BA),
    Problem("layer norm", "x, c ∈ ℝ^d; ε > 0; r = sqrt(mean(x ⊙ x) + ε); u = x/r; L = cᵀ u", "x", "(1/r)(c − (cᵀ u/d) u)", "Zhang & Sennrich 2019, RMSNorm, eq. (4)"),
    Problem("batch norm", "x, c ∈ ℝ^n; ε > 0; μ = mean(x); v = mean((x - μ)^2); s = sqrt(v + ε); u = (x - μ)/s; L = cᵀ u", "u", "c", IOFFE),
    Problem("batch norm", "x, c ∈ ℝ^n; ε > 0; μ = mean(x); v = mean((x - μ)^2); u = (x - μ)/sqrt(v + ε); L = cᵀ u", "v", "−cᵀ u/(2(v + ε))", IOFFE),
    Problem("batch norm", "x, c ∈ ℝ^n; ε > 0; μ = mean(x); v = mean((x - μ)^2); s = sqrt(v + ε); u = (x - μ)/s; L = cᵀ u", "x", "(1/s)(c − mean(c) − (cᵀ u/n) u)", IOFFE),
    Problem("batch norm", "u, c, y ∈ ℝ^n; h = γ u + β; L = 1/2 ‖h - y‖²", "γ", "(h − y)ᵀ u", IOFFE),
    Problem("batch norm", "u, c, y ∈ ℝ^n; h = γ u + β; L = 1/2 ‖h - y‖²", "β", "𝟏ᵀ(h − y)", IOFFE),
    Problem("batch norm", BATCH.replace("ones(n)", "𝟏"), "β", "Cᵀ 𝟏", IOFFE),
    Problem("batch norm", BATCH, "γ", "(C ⊙ U)ᵀ 𝟏", IOFFE),
    Problem("batch norm", BATCH, "β", "Cᵀ 𝟏", IOFFE),
    Problem("softmax by rows", ROWS + "P = e^Z/rowsum(e^Z); L = -1/m sum(Y ⊙ ln P)", "Z", "(1/m)(P − Y)", CS231N),
    Problem("softmax by rows", ROWS + "s = rowsum(e^Z); P = e^Z/s; L = -1/m sum(Y ⊙ ln P)", "Z", "(1/m)(P − Y)", CS231N),
    Problem("softmax by rows", ROWS + "E = e^Z; s = rowsum(E); P = E/s; L = -1/m sum(Y ⊙ ln P)", "Z", "(1/m)(P − Y)", CS231N),
    Problem("softmax by columns", "Z, Y ∈ ℝ^{m×n}; P = e^Z/colsum(e^Z); L = -sum(Y ⊙ ln P)", "Z", "P diag(Yᵀ 𝟏) − Y", CS231N),
    Problem("softmax by rows", "Z, C ∈ ℝ^{m×n}; P = e^Z/rowsum(e^Z); L = sum(C ⊙ P)", "Z", "(C − rowsum(C ⊙ P) 𝟏ᵀ) ⊙ P", f"{DAO}: dS"),
    Problem("layer norm by rows", BY_ROWS + "μ = rowmean(X); v = rowvar(X); s = sqrt(v + ε); U = (X - μ)/s; L = sum(C ⊙ U)", "X", "diag(1 ⊘ s)(C − (1/d) C 𝟏 𝟏ᵀ − (1/d) diag(rowsum(C ⊙ U)) U)", BA),
    Problem("layer norm by rows", BY_ROWS + "μ = rowmean(X); v = rowmean((X - μ) ⊙ (X - μ)); s = sqrt(v + ε); U = (X - μ)/s; L = sum(C ⊙ U)", "X", "diag(1 ⊘ s)(C − (1/d) C 𝟏 𝟏ᵀ − (1/d) diag(rowsum(C ⊙ U)) U)", BA),
    Problem("layer norm by rows", BY_ROWS + "s = sqrt(rowvar(X) + ε); U = (X - rowmean(X))/s; L = sum(C ⊙ U)", "X", "diag(1 ⊘ s)(C − (1/d) C 𝟏 𝟏ᵀ − (1/d) diag(rowsum(C ⊙ U)) U)", BA),
    Problem("batch norm by columns", BY_ROWS + "μ = colmean(X); v = colvar(X); s = sqrt(v + ε); U = (X - μ)/s; L = sum(C ⊙ U)", "X", "(C − (1/n) 𝟏 𝟏ᵀ C − (1/n) U diag((C ⊙ U)ᵀ 𝟏)) diag(1 ⊘ s)", IOFFE),
    Problem("normalised rows", "X, C ∈ ℝ^{n×d}; r = rownorm(X); U = X/r; L = sum(C ⊙ U)", "X", "diag(1 ⊘ r)(C − diag(rowsum(C ⊙ U)) U)", "Salimans & Kingma 2016, Weight normalization, eq. (3)"),
    Problem("softmax", "z ∈ ℝ^n; y ∈ simplex(n); s = sum(e^z); ŷ = e^z/s; L = -yᵀ ln ŷ", "z", "ŷ − y", CS231N),
    Problem("LSTM", CELL, "o", "(h − y) ⊙ tanh(c)", LSTM),
    Problem("LSTM", CELL, "c", "(h − y) ⊙ o ⊙ (1 − tanh(c)²)", LSTM),
    Problem("LSTM", CELL, "f", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ c₀", LSTM),
    Problem("LSTM", CELL, "i", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ g", LSTM),
    Problem("LSTM", CELL, "g", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ i", LSTM),
    Problem("LSTM", CELL, "c0", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ f", LSTM),
    Problem("LSTM", CELL, "a1", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ c₀ ⊙ f ⊙ (1 − f)", LSTM),
    Problem("LSTM", CELL, "a3", "(h − y) ⊙ o ⊙ (1 − tanh(c)²) ⊙ i ⊙ (1 − g²)", LSTM),
    Problem("LSTM", STACKED, "a", "concat(∂L/∂i ⊙ i ⊙ (1 − i), ∂L/∂f ⊙ f ⊙ (1 − f), ∂L/∂o ⊙ o ⊙ (1 − o), ∂L/∂g ⊙ (1 − g²))", LSTM, "later"),
    Problem("LSTM", STACKED, "W", "δ concat(x, s)ᵀ", LSTM, "later"),
    Problem("LSTM", STACKED, "s", "W[:, d + 1:]ᵀ δ", LSTM, "later"),
    Problem("LSTM", STACKED, "c", "(h − y) ⊙ o ⊙ (1 − tanh(c)²)", LSTM),
    Problem("LSTM", LSTM_STEP, "W1", "δ₁ xᵀ", LSTM, "later"),
    Problem("LSTM", LSTM_STEP, "U4", "δ₄ sᵀ", LSTM, "later"),
    Problem("LSTM", LSTM_STEP, "s", "U₁ᵀ δ₁ + U₂ᵀ δ₂ + U₃ᵀ δ₃ + U₄ᵀ δ₄", LSTM, "later"),
    Problem("LSTM", LSTM_STEP, "x", "W₁ᵀ δ₁ + W₂ᵀ δ₂ + W₃ᵀ δ₃ + W₄ᵀ δ₄", LSTM, "later"),
    Problem("GRU", GRU_STEP, "z", "(h − y) ⊙ (s − g)", GRU),
    Problem("GRU", GRU_STEP, "g", "(h − y) ⊙ (1 − z)", GRU),
    Problem("GRU", GRU_STEP, "a2", "(h − y) ⊙ (s − g) ⊙ z ⊙ (1 − z)", GRU),
    Problem("GRU", GRU_STEP, "a3", "(h − y) ⊙ (1 − z) ⊙ (1 − g²)", GRU),
    Problem("GRU", GRU_STEP, "r", "U₃ᵀ δ₃ ⊙ s", GRU, "later"),
    Problem("GRU", GRU_STEP, "U3", "δ₃ qᵀ", GRU, "later"),
    Problem("GRU", GRU_STEP, "s", "(h − y) ⊙ z + U₁ᵀ δ₁ + U₂ᵀ δ₂ + U₃ᵀ δ₃ ⊙ r", GRU, "later", also="(h − y) ⊙ z + U₃ᵀ δ₃ ⊙ r + U₁ᵀ δ₁ + U₂ᵀ δ₂"),
    Problem("RNN", RNN3, "a3", "(h₃ − y) ⊙ (1 − h₃²)", RNN),
    Problem("RNN", RNN3, "h2", "Uᵀ δ₃", f"{RNN}: eq. (10.21)", "later"),
    Problem("RNN", RNN3, "a2", "Uᵀ δ₃ ⊙ (1 − h₂²)", f"{RNN}: eq. (10.21)", "later"),
    Problem("RNN", RNN3, "U", "δ₁ h₀ᵀ + δ₂ h₁ᵀ + δ₃ h₂ᵀ", f"{RNN}: eq. (10.26)", "later"),
    Problem("RNN", RNN3, "W", "δ₁ x₁ᵀ + δ₂ x₂ᵀ + δ₃ x₃ᵀ", f"{RNN}: eq. (10.28)", "later"),
    Problem("RNN", "h1 = w h0; h2 = w h1; h3 = w h2", "h0", "w³", "Pascanu et al. 2013, Difficulty of training recurrent networks, eq. (5)"),
    Problem("RNN", "h1 = w h0; h2 = w h1; h3 = w h2", "w", "h₂ + w h₁ + w² h₀", "Pascanu et al. 2013, Difficulty of training recurrent networks, eq. (3)–(5)"),
)
