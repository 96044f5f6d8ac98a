"""Arrays with structure: convolution, pooling, slices, lookup."""

from tests.textbook.problem import Problem

# fmt: off

GOODFELLOW = "Goodfellow et al., Deep Learning"
DUMOULIN = "Dumoulin & Visin 2016, A guide to convolution arithmetic"
NUMPY = "CS231n notes, Backpropagation, vectorized operations"
CONV = r"x ∈ ℝ^5; w, c ∈ ℝ^3; z_i = \sum_{k=1}^{3} w_k x_{i+k-1}; L = cᵀ z"
CONV1 = "x ∈ ℝ^7; w ∈ ℝ^3; c ∈ ℝ^5; z = conv1d(x, w); L = cᵀ z"
LAYER = "x ∈ ℝ^7; w ∈ ℝ^3; c ∈ ℝ^5; z = conv1d(x, w) + b; h = ReLU(z); L = cᵀ h"
STRIDE = "x ∈ ℝ^8; w ∈ ℝ^2; c ∈ ℝ^4; z = conv1d(x, w, stride=2); L = cᵀ z"
CONV2 = "X ∈ ℝ^{6×9}; K ∈ ℝ^{2×3}; C ∈ ℝ^{5×7}; Z = conv2d(X, K); L = sum(C ⊙ Z)"

PROBLEMS = (
    Problem("entries", "A ∈ ℝ^{3×4}; L = A[1,2] A[2,3]", "A", "[[0, A[2, 3], 0, 0], [0, 0, A[1, 2], 0], [0, 0, 0, 0]]", "Petersen & Pedersen, The Matrix Cookbook (2012), eq. (73): the single-entry matrix"),
    Problem("entries", "A ∈ ℝ^{6×4}; L = A[1,2]", "A", "δᵢ₁ δⱼ₂", "Petersen & Pedersen, The Matrix Cookbook (2012), eq. (73): the single-entry matrix"),
    Problem("convolution", CONV, "w", "Σⱼ cⱼ x[i + j − 1]", f"{GOODFELLOW}, eq. (9.3), (9.11)"),
    Problem("convolution", CONV, "x", "Σⱼ c[i − j + 1] wⱼ", f"{GOODFELLOW}, eq. (9.3), (9.13)"),
    Problem("convolution", CONV1, "w", "Σⱼ cⱼ x[i + j − 1]", f"{GOODFELLOW}, eq. (9.3), (9.11)"),
    Problem("convolution", CONV1, "x", "Σⱼ c[i − j + 1] wⱼ", f"{GOODFELLOW}, eq. (9.3), (9.13); {DUMOULIN}, section 4"),
    Problem("convolution", LAYER, "b", "cᵀ 𝟙[z > 0]", f"{GOODFELLOW}, section 9.1"),
    Problem("convolution", LAYER, "z", "c ⊙ 𝟙[z > 0]", f"{GOODFELLOW}, section 9.1"),
    Problem("convolution", LAYER, "w", "Σⱼ δⱼ x[i + j − 1]", f"{GOODFELLOW}, eq. (9.11)", "later"),
    Problem("convolution", STRIDE, "w", "Σⱼ cⱼ x[i + 2j − 2]", f"{GOODFELLOW}, eq. (9.8), (9.11)"),
    Problem("convolution", CONV2, "K", "Σₖ Σₗ Cₖₗ X[i + k − 1, j + l − 1]", f"{GOODFELLOW}, eq. (9.6), (9.11)"),
    Problem("convolution", CONV2, "X", "Σₖ Σₗ C[i − k + 1, j − l + 1] Kₖₗ", f"{GOODFELLOW}, eq. (9.6), (9.13)"),
    Problem("pooling", "x ∈ ℝ^6; c ∈ ℝ^3; p = max_pool1d(x, 2); L = cᵀ p", "x", "c[ceil(i/2)] 𝟙[xᵢ = p[ceil(i/2)]]", f"{GOODFELLOW}, section 9.3", also="c[ceil(i/2)] 𝟙[xᵢ = p[ceil(i/2)]]/(∑_{j=1}^{2} 𝟙[x[j + 2 ceil(i/2) − 2] = p[ceil(i/2)]])"),
    Problem("pooling", "x ∈ ℝ^6; c ∈ ℝ^3; p = avg_pool1d(x, 2); L = cᵀ p", "x", "(1/2) c[ceil(i/2)]", f"{GOODFELLOW}, section 9.3", status="form"),
    Problem("pooling", "X ∈ ℝ^{n×d}; c ∈ ℝ^d; p = colmean(X); L = cᵀ p", "X", "(1/n) 𝟏 cᵀ", "Lin et al. 2014, Network in network, section 3.2"),
    Problem("pooling", "X ∈ ℝ^{n×d}; c ∈ ℝ^n; p = rowsum(X); L = cᵀ p", "X", "c 𝟏ᵀ", "Lin et al. 2014, Network in network, section 3.2"),
    Problem("pooling", "x ∈ ℝ^n; L = max(x)", "x", "𝟙[x = L]", "Boyd & Vandenberghe, Convex Optimization, section 3.1.5", also="(1/sum(𝟙[x = L])) 𝟙[x = L]"),
    Problem("lookup", "E ∈ ℝ^{v×d}; y ∈ ℝ^d; s ∈ onehot(v); e = Eᵀ s; L = 1/2 ‖e - y‖²", "E", "s (e − y)ᵀ", "Mikolov et al. 2013, Efficient estimation of word representations, section 3"),
    Problem("lookup", "E ∈ ℝ^{v×d}; y ∈ ℝ^d; s ∈ onehot(v); e = Eᵀ s; L = 1/2 ‖e - y‖²", "e", "e − y", "Mikolov et al. 2013, Efficient estimation of word representations, section 3"),
    Problem("lookup", "u, v ∈ ℝ^d; L = -ln σ(uᵀ v)", "v", "−(1 − σ(uᵀ v)) u", "Mikolov et al. 2013, Distributed representations, eq. (4)"),
    Problem("lookup", "U ∈ ℝ^{k×d}; v ∈ ℝ^d; y ∈ onehot(k); ŷ = softmax(U v); L = -yᵀ ln ŷ", "v", "Uᵀ(ŷ − y)", "CS224n notes 1, word2vec"),
    Problem("lookup", "U ∈ ℝ^{k×d}; v ∈ ℝ^d; y ∈ onehot(k); ŷ = softmax(U v); L = -yᵀ ln ŷ", "U", "(ŷ − y) vᵀ", "CS224n notes 1, word2vec"),
    Problem("entries", "x ∈ ℝ^4; L = x[1] x[3]", "x", "[x[3], 0, x[1], 0]", "CS231n notes, Backpropagation"),
    Problem("entries", "x ∈ ℝ^6; c ∈ ℝ^3; p = x[2:4]; L = cᵀ p", "x", "pad(c, 1, 2)", NUMPY),
    Problem("entries", "a ∈ ℝ^3; b ∈ ℝ^2; c ∈ ℝ^5; p = concat(a, b); L = cᵀ p", "a", "c[1:3]", NUMPY),
    Problem("entries", "a ∈ ℝ^3; b ∈ ℝ^2; c ∈ ℝ^5; p = concat(a, b); L = cᵀ p", "b", "c[4:5]", NUMPY),
    Problem("entries", "X ∈ ℝ^{2×3}; c ∈ ℝ^6; p = flatten(X); L = cᵀ p", "X", "reshape(c, 2, 3)", NUMPY),
    Problem("entries", "x ∈ ℝ^5; L = 1/2 ‖x[2:5] - x[1:4]‖²", "x", "pad(x[2:5] − x[1:4], 1, 0) − pad(x[2:5] − x[1:4], 0, 1)", "Boyd & Vandenberghe, Convex Optimization, section 6.3.3", status="form"),
    Problem("entries", "x ∈ ℝ^n; L = x[2]^2", "x", "2x[2] δᵢ₂", NUMPY, also="2δᵢ₂ x[2]"),
    Problem("lookup", "E ∈ ℝ^{7×3}; c ∈ ℝ^3; e = E[4, :]; L = cᵀ e", "E", "[0, 0, 0, 1, 0, 0, 0] cᵀ", "Mikolov et al. 2013, Efficient estimation of word representations, section 3"),
    Problem("dropout", "h, m, c ∈ ℝ^n; d = dropout(h, m, 0.5); L = cᵀ d", "h", "2c ⊙ m", "Srivastava et al. 2014, Dropout, section 10"),
)
