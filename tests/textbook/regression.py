"""Linear and logistic models, one example and a batch."""

from tests.textbook.problem import Problem

# fmt: off

XWY = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n"
ESL = "Hastie et al., The Elements of Statistical Learning"
COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"
LOGISTIC = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {0, 1}^n; z = X w; ŷ = σ(z)"
LIN = "linear regression"
LOG = "logistic regression"

LINEAR = (
    Problem(LIN, f"{XWY}; L = ‖X w - y‖²", "w", "2Xᵀ(X w − y)", f"{ESL}, eq. (3.4); Boyd & Vandenberghe, section A.4.2"),
    Problem(LIN, f"{XWY}; L = 1/2 ‖X w - y‖²", "w", "Xᵀ(X w − y)", "CS229 notes 1, section 1.2.2: normal equations"),
    Problem(LIN, f"{XWY}; L = (X w - y)ᵀ (X w - y)", "w", "2Xᵀ(X w − y)", f"{ESL}, eq. (3.4)"),
    Problem(LIN, f"{XWY}; L = 1/n ‖X w - y‖²", "w", "(2/n) Xᵀ(X w − y)", "Goodfellow et al., Deep Learning, eq. (5.7)–(5.10)"),
    Problem(LIN, f"{XWY}; L = 1/(2n) ‖X w - y‖²", "w", "(1/n) Xᵀ(X w − y)", "CS229 notes 1, section 1.2.2"),
    Problem(LIN, f"{XWY}; ŷ = X w; L = mean((ŷ - y)^2)", "w", "(2/n) Xᵀ(ŷ − y)", "Goodfellow et al., Deep Learning, eq. (5.7)–(5.10)"),
    Problem(LIN, f"{XWY}; ŷ = X w + b; L = 1/n ‖ŷ - y‖²", "w", "(2/n) Xᵀ(ŷ − y)", f"{ESL}, section 3.2"),
    Problem(LIN, f"{XWY}; ŷ = X w + b; L = 1/n ‖ŷ - y‖²", "b", "(2/n) 𝟏ᵀ(ŷ − y)", f"{ESL}, section 3.2"),
    Problem(LIN, f"{XWY}; L = ‖y - X w‖²", "w", "−2Xᵀ(y − X w)", f"{ESL}, eq. (3.4)"),
    Problem(LIN, f"{XWY}; L = ‖X w - y‖²", "y", "−2(X w − y)", "Boyd & Vandenberghe, Convex Optimization, section A.4.2"),
    Problem(LIN, f"{XWY}; L = ‖X w - y‖²", "X", "2(X w − y) wᵀ", f"{COOKBOOK}, eq. (83)"),
    Problem(LIN, "w, x ∈ ℝ^d; L = 1/2 (wᵀ x - y)^2", "w", "(wᵀ x − y) x", "CS229 notes 1, section 1.1: LMS rule"),
    Problem("ridge and lasso", f"{XWY}; λ > 0; L = ‖X w - y‖² + λ ‖w‖²", "w", "2Xᵀ(X w − y) + 2λ w", f"{ESL}, eq. (3.43)"),
    Problem("ridge and lasso", f"{XWY}; λ > 0; ŷ = X w; L = ‖ŷ - y‖² + λ ‖w‖²", "w", "2Xᵀ(ŷ − y) + 2λ w", f"{ESL}, eq. (3.43)"),
    Problem("ridge and lasso", f"{XWY}; λ > 0; L = 1/2 ‖X w - y‖² + λ/2 ‖w‖²", "w", "Xᵀ(X w − y) + λ w", "Bishop, PRML, eq. (3.27), (3.28)"),
    Problem("ridge and lasso", f"{XWY}; λ > 0; L = 1/2 ‖X w - y‖² + λ ‖w‖_1", "w", "Xᵀ(X w − y) + λ sign(w)", f"{ESL}, eq. (3.52)"),
    Problem("ridge and lasso", f"{XWY}; λ > 0; μ > 0; L = 1/2 ‖X w - y‖² + λ ‖w‖_1 + μ/2 ‖w‖²", "w", "Xᵀ(X w − y) + λ sign(w) + μ w", f"{ESL}, eq. (3.54)", also="Xᵀ(X w − y) + μ w + λ sign(w)"),
    Problem("weighted least squares", f"{XWY}; s ∈ ℝ^n; ŷ = X w; L = \\sum_i s_i (ŷ_i - y_i)^2", "w", "2Xᵀ(s ⊙ (ŷ − y))", "CS229 notes 1, section 1.4"),
    Problem("weighted least squares", f"{XWY}; S ∈ ℝ^{{n×n}}; S symmetric; L = (X w - y)ᵀ S (X w - y)", "w", "2Xᵀ S(X w − y)", f"{COOKBOOK}, eq. (84)"),
    Problem("weighted least squares", f"{XWY}; s ∈ ℝ^n; L = (X w - y)ᵀ diag(s) (X w - y)", "w", "2Xᵀ(s ⊙ (X w − y))", "CS229 notes 1, section 1.4", also="2Xᵀ((X w − y) ⊙ s)"),
    Problem(LIN, "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ ℝ^{n×k}; L = ‖X W - Y‖²", "W", "2Xᵀ(X W − Y)", f"{ESL}, eq. (3.38)"),
    Problem(LIN, "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ ℝ^{n×k}; L = tr((Y - X W)ᵀ (Y - X W))", "W", "−2Xᵀ(Y − X W)", f"{ESL}, eq. (3.38)"),
    Problem(LIN, "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ ℝ^{n×k}; λ > 0; L = 1/n ‖X W - Y‖² + λ ‖W‖²", "W", "(2/n) Xᵀ(X W − Y) + 2λ W", f"{ESL}, section 3.4.1"),
    Problem(LIN, "K ∈ ℝ^{n×n}; K symmetric; α, y ∈ ℝ^n; L = 1/2 ‖K α - y‖² + λ/2 αᵀ K α", "α", "K(K α − y + λ α)", "Bishop, PRML, eq. (6.5), (6.7)"),
)

BINARY = (
    Problem(LOG, "w, x ∈ ℝ^d; y ∈ {0, 1}; ŷ = σ(wᵀ x + b); L = -y ln ŷ - (1 - y) ln(1 - ŷ)", "w", "(ŷ − y) x", "CS229 notes 1, section 2.1; Bishop, PRML, eq. (4.91)"),
    Problem(LOG, "w, x ∈ ℝ^d; y ∈ {0, 1}; ŷ = σ(wᵀ x + b); L = -y ln ŷ - (1 - y) ln(1 - ŷ)", "b", "ŷ − y", "Bishop, PRML, eq. (4.91)"),
    Problem(LOG, f"{LOGISTIC}; L = sum(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))", "w", "Xᵀ(ŷ − y)", "Bishop, PRML, eq. (4.96)"),
    Problem(LOG, f"{LOGISTIC}; L = -1/n sum(y ⊙ ln ŷ + (1 - y) ⊙ ln(1 - ŷ))", "w", "(1/n) Xᵀ(ŷ − y)", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(LOG, f"{LOGISTIC}; L = mean(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))", "z", "(1/n)(ŷ − y)", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(LOG, f"{LOGISTIC}; λ > 0; L = mean(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ)) + λ ‖w‖²", "w", "(1/n) Xᵀ(ŷ − y) + 2λ w", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.7"),
    Problem(LOG, f"{XWY}; z = X w; L = sum(ln(1 + e^(-y ⊙ z)))", "w", "−Xᵀ(y ⊙ σ(−y ⊙ z))", f"{ESL}, section 10.6"),
    Problem(LOG, f"{XWY}; z = X w; L = 1/n \\sum_i ln(1 + e^(-y_i z_i))", "z", "−(1/n) y ⊙ σ(−y ⊙ z)", f"{ESL}, section 10.6"),
    Problem(LOG, f"{XWY}; L = sum(softplus(X w)) - yᵀ X w", "w", "Xᵀ(σ(X w) − y)", f"{ESL}, eq. (4.20), (4.21)"),
)

SOFTMAX = (
    Problem("softmax regression", "x ∈ ℝ^d; W ∈ ℝ^{k×d}; b ∈ ℝ^k; y ∈ onehot(k); z = W x + b; ŷ = softmax(z); L = -yᵀ ln ŷ", "W", "(ŷ − y) xᵀ", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.3.2"),
    Problem("softmax regression", "x ∈ ℝ^d; W ∈ ℝ^{k×d}; b ∈ ℝ^k; y ∈ onehot(k); z = W x + b; ŷ = softmax(z); L = -yᵀ ln ŷ", "b", "ŷ − y", "CS231n notes, Neural networks case study"),
    Problem("softmax regression", "x ∈ ℝ^d; W ∈ ℝ^{k×d}; b ∈ ℝ^k; y ∈ onehot(k); z = W x + b; ŷ = softmax(z); L = -yᵀ ln ŷ", "x", "Wᵀ(ŷ − y)", "Bishop, PRML, eq. (4.109)"),
    Problem("softmax regression", "x ∈ ℝ^d; W ∈ ℝ^{d×k}; y ∈ onehot(k); ŷ = softmax(Wᵀ x); L = -yᵀ ln ŷ", "W", "x (ŷ − y)ᵀ", "CS229 notes 1, section 2.3"),
    Problem("softmax regression", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ onehot(n×k); Ŷ = softmax(X W); L = -1/n sum(Y ⊙ ln Ŷ)", "W", "(1/n) Xᵀ(Ŷ − Y)", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.3.2"),
    Problem("softmax regression", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k); Ŷ = softmax(X W + b); L = -1/n sum(Y ⊙ ln Ŷ)", "b", "(1/n) (Ŷ − Y)ᵀ 𝟏", "CS231n notes, Neural networks case study"),
    Problem("softmax regression", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ onehot(n×k); λ > 0; Ŷ = softmax(X W); L = -1/n sum(Y ⊙ ln Ŷ) + λ/2 ‖W‖²", "W", "(1/n) Xᵀ(Ŷ − Y) + λ W", "CS231n notes, Neural networks case study"),
    Problem("softmax regression", "z ∈ ℝ^k; y ∈ onehot(k); L = -yᵀ log_softmax(z)", "z", "softmax(z) − y", "Bishop, PRML, eq. (4.108), (4.109)"),
    Problem("softmax regression", "z ∈ ℝ^k; y ∈ onehot(k); L = logsumexp(z) - yᵀ z", "z", "softmax(z) − y", "Goodfellow et al., Deep Learning, eq. (6.30)"),
    Problem("softmax regression", "Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); P = softmax(Z); L = -sum(Y ⊙ ln P)", "Z", "P − Y", "CS231n notes, Neural networks case study"),
    Problem("softmax regression", "z ∈ ℝ^k; L = logsumexp(z)", "z", "softmax(z)", "Boyd & Vandenberghe, Convex Optimization, section A.4.1"),
    Problem("softmax regression", "z ∈ ℝ^k; L = ln(sum(e^z))", "z", "softmax(z)", "Boyd & Vandenberghe, Convex Optimization, section A.4.1"),
    Problem("softmax regression", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; z = e^(A x + b); f = ln(sum(z))", "x", "(1/(𝟏ᵀ z)) Aᵀ z", "Boyd & Vandenberghe, Convex Optimization, section A.4.2"),
    Problem("softmax regression", "z, c ∈ ℝ^k; p = softmax(z); L = cᵀ p", "z", "p ⊙ (c − cᵀ p)", "Bishop, PRML, eq. (4.106)"),
)

PROBLEMS = LINEAR + BINARY + SOFTMAX
