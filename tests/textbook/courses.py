"""Problems of further courses and books: exercise sheets, lecture notes, papers."""

from tests.textbook.problem import Problem

# fmt: off

VMLS = "Boyd & Vandenberghe, Introduction to Applied Linear Algebra"
CVX = "Boyd & Vandenberghe, Convex Optimization"
CS229 = "CS229 lecture notes (Stanford)"
CS224N = "CS224n notes (Stanford)"
CS231N = "CS231n notes (Stanford)"
UDL = "Prince, Understanding Deep Learning"
PML = "Murphy, Probabilistic Machine Learning: An Introduction"
DL = "Goodfellow et al., Deep Learning"
BDL = "Bishop & Bishop, Deep Learning"
PRML = "Bishop, PRML"
COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"
GPML = "Rasmussen & Williams, Gaussian Processes for Machine Learning"
D2L = "Zhang et al., Dive into Deep Learning"
MML = "Deisenroth et al., Mathematics for Machine Learning"
SUTTON = "Sutton & Barto, Reinforcement Learning"
DATA = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n"

LEAST_SQUARES = (
    Problem("least squares", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; f = ‖A x - b‖²", "x", "2Aᵀ(A x − b)", f"{VMLS}, section 12.2"),
    Problem("least squares", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; λ > 0; f = ‖A x - b‖² + λ ‖x‖²", "x", "2Aᵀ(A x − b) + 2λ x", f"{VMLS}, section 15.3"),
    Problem("least squares", "A1, A2 ∈ ℝ^{m×n}; x ∈ ℝ^n; b1, b2 ∈ ℝ^m; λ > 0; J = ‖A1 x - b1‖² + λ ‖A2 x - b2‖²", "x", "2A₁ᵀ(A₁ x − b₁) + 2λ A₂ᵀ(A₂ x − b₂)", f"{VMLS}, section 15.1"),
    Problem("least squares", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; C ∈ ℝ^{p×n}; d, z ∈ ℝ^p; L = ‖A x - b‖² + zᵀ(C x - d)", "x", "2Aᵀ(A x − b) + Cᵀ z", f"{VMLS}, section 16.2"),
    Problem("least squares", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; C ∈ ℝ^{p×n}; d, z ∈ ℝ^p; L = ‖A x - b‖² + zᵀ(C x - d)", "z", "C x − d", f"{VMLS}, section 16.2"),
    Problem("least squares", f"{DATA}; u ∈ ℝ^n; J = 1/2 ∑_i u_i (y_i - ∑_j X_ij w_j)^2", "w", "−Xᵀ(u ⊙ (y − X w))", f"{CS229}, chapter 1: locally weighted regression"),
    Problem("least squares", f"{DATA}; J = 1/2 (X w - y)ᵀ (X w - y)", "w", "Xᵀ(X w − y)", f"{CS229}, chapter 1"),
    Problem("least squares", f"{DATA}; J = (1/2) yᵀ y - wᵀ Xᵀ y + (1/2) wᵀ Xᵀ X w", "w", "Xᵀ X w − Xᵀ y", f"{PML}, chapter 11"),
    Problem("least squares", "x, y ∈ ℝ^n; J = 1/n ∑_i (y_i - a - b x_i)^2", "a", "−(2/n) 𝟏ᵀ(y − a − b x)", f"{UDL}, chapter 2: linear regression"),
    Problem("least squares", "x, y ∈ ℝ^n; J = ∑_i (a + b x_i - y_i)^2", "b", "2(a + b x − y)ᵀ x", f"{UDL}, eq. (6.7)"),
    Problem("least squares", "x, y ∈ ℝ^n; J = ∑_i (a + b x_i - y_i)^2", "a", "2𝟏ᵀ(a + b x − y)", f"{UDL}, eq. (6.7)"),
    Problem("least squares", f"{DATA}; W ∈ ℝ^{{n×n}}; W symmetric; J = (X w - y)ᵀ W (X w - y)", "w", "2Xᵀ W(X w − y)", f"{MML}, chapter 9"),
    Problem("least squares", "A ∈ ℝ^{m×n}; X ∈ ℝ^{n×p}; B ∈ ℝ^{m×p}; f = ‖A X - B‖_F²", "X", "2Aᵀ(A X − B)", f"{VMLS}, section 12.3"),
)

CONVEX = (
    Problem("convex functions", "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; f = -∑_i ln(b_i - ∑_j A_ij x_j)", "x", "Aᵀ(1 ⊘ (b − A x))", f"{CVX}, chapter 9: analytic center"),
    Problem("convex functions", "x, c ∈ ℝ^n; t > 0; x > 0; f = t cᵀ x - sum(ln x)", "x", "t c − 1 ⊘ x", f"{CVX}, chapter 11: logarithmic barrier"),
    Problem("convex functions", "x ∈ ℝ^n; f = √(1 + ‖x‖²)", "x", "(1/f) x", f"{CVX}, chapter 3: norm"),
    Problem("convex functions", "x ∈ ℝ^n; x > 0; f = sum(x ⊙ ln x)", "x", "1 + ln x", f"{CVX}, chapter 3: negative entropy", also="ln x + 1"),
    Problem("convex functions", "x ∈ ℝ^n; y > 0; f = xᵀ x/y", "x", "(2/y) x", f"{CVX}, chapter 3: quadratic over linear"),
    Problem("convex functions", "x ∈ ℝ^n; y > 0; f = xᵀ x/y", "y", "−‖x‖²/y²", f"{CVX}, chapter 3: quadratic over linear", also="−f/y"),
    Problem("convex functions", "X ∈ ℝ^{n×n}; f = -ln det X", "X", "−X⁻ᵀ", f"{CVX}, section A.4.1"),
    Problem("convex functions", "P, Q ∈ ℝ^{n×n}; x ∈ ℝ^n; q ∈ ℝ^n; P symmetric; f = 1/2 xᵀ P x - qᵀ x", "x", "P x − q", f"{CVX}, chapter 9"),
    Problem("convex functions", "x, a ∈ ℝ^n; f = ‖x - a‖", "x", "(1/f)(x − a)", f"{CVX}, chapter 4"),
    Problem("convex functions", "A ∈ ℝ^{m×n}; x, g ∈ ℝ^n; b ∈ ℝ^m; f = ln(sum(e^(A x + b)))", "x", "Aᵀ softmax(A x + b)", f"{CVX}, section A.4.2"),
    Problem("convex functions", "x ∈ ℝ^n; λ > 0; c ∈ ℝ^n; f = 1/2 ‖x - c‖² + λ ‖x‖_1", "x", "x − c + λ sign(x)", f"{CVX}, chapter 6: lasso"),
    Problem("convex functions", "x, d ∈ ℝ^n; t ∈ ℝ; A ∈ ℝ^{m×n}; b ∈ ℝ^m; f = 1/2 ‖A(x + t d) - b‖²", "t", "(A(x + t d) − b)ᵀ A d", f"{CVX}, chapter 9: exact line search"),
)

CLASSIFIERS = (
    Problem("classifiers", "θ, x ∈ ℝ^d; h = σ(θᵀ x); l = y ln h + (1 - y) ln(1 - h)", "θ", "(y − h) x", f"{CS229}, chapter 2"),
    Problem("classifiers", "X ∈ ℝ^{n×d}; θ ∈ ℝ^d; y ∈ {-1, 1}^n; z = X θ; J = 1/n ∑_i ln(1 + e^{-y_i z_i})", "θ", "−(1/n) Xᵀ(y ⊙ σ(−y ⊙ z))", f"{CS229}, supplemental notes 1"),
    Problem("classifiers", "θ, x ∈ ℝ^d; η = θᵀ x; l = y η - e^η", "θ", "(y − e^η) x", f"{CS229}, chapter 3: Poisson regression"),
    Problem("classifiers", "w, x ∈ ℝ^d; y ∈ {-1, 1}; C > 0; J = 1/2 ‖w‖² + C max(0, 1 - y (wᵀ x + b))", "w", "w − C 𝟙[1 − y(wᵀ x + b) > 0] y x", f"{CS229}, chapter 6", also="w − y C 𝟙[1 − y(wᵀ x + b) > 0] x"),
    Problem("classifiers", "w, x ∈ ℝ^d; y ∈ {-1, 1}; C > 0; J = 1/2 ‖w‖² + C max(0, 1 - y (wᵀ x + b))", "b", "−C 𝟙[1 − y(wᵀ x + b) > 0] y", f"{CS229}, chapter 6", also="−y C 𝟙[1 − y(wᵀ x + b) > 0]"),
    Problem("classifiers", "s ∈ ℝ^k; y ∈ onehot(k); p = softmax(s); L = -ln(yᵀ p)", "p", "−(1/(yᵀ p)) y", f"{CS231N}, Linear classification"),
    Problem("classifiers", "W ∈ ℝ^{k×d}; x ∈ ℝ^d; y ∈ onehot(k); s = W x; p = softmax(s); L = -sum(y ⊙ ln p)", "W", "(p − y) xᵀ", f"{CS231N}, Neural networks case study"),
    Problem("classifiers", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k); S = X W + b; P = softmax(S); λ > 0; L = -1/n sum(Y ⊙ ln P) + λ/2 ‖W‖²", "b", "(1/n) (P − Y)ᵀ 𝟏", f"{CS231N}, Neural networks case study"),
    Problem("classifiers", "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k); S = X W + b; P = softmax(S); λ > 0; L = -1/n sum(Y ⊙ ln P) + λ/2 ‖W‖²", "W", "(1/n) Xᵀ(P − Y) + λ W", f"{CS231N}, Neural networks case study"),
    Problem("classifiers", "f1 ∈ ℝ; L = -ln(σ(f1))", "f1", "σ(f₁) − 1", f"{UDL}, chapter 5"),
    Problem("classifiers", "z ∈ ℝ^k; y ∈ onehot(k); α > 0; q = (1 - α) y + α/k; p = softmax(z); L = -qᵀ ln p", "z", "p − q", f"{DL}, section 7.5.1: label smoothing", also="(𝟏ᵀ q) p − q"),
    Problem("classifiers", "z ∈ ℝ^k; p = softmax(z); H = -sum(p ⊙ ln p)", "p", "−(1 + ln p)", f"{PML}, chapter 6"),
)

EMBEDDINGS = (
    Problem("embeddings", "U ∈ ℝ^{k×d}; v ∈ ℝ^d; y ∈ onehot(k); ŷ = softmax(U v); J = -yᵀ ln ŷ", "v", "Uᵀ(ŷ − y)", f"{CS224N}, assignment 2: naive softmax"),
    Problem("embeddings", "U ∈ ℝ^{k×d}; v ∈ ℝ^d; y ∈ onehot(k); ŷ = softmax(U v); J = -yᵀ ln ŷ", "U", "(ŷ − y) vᵀ", f"{CS224N}, assignment 2: naive softmax"),
    Problem("embeddings", "u, v ∈ ℝ^d; U ∈ ℝ^{k×d}; J = -ln σ(uᵀ v) - sum(ln(σ(-U v)))", "v", "−(1 − σ(uᵀ v)) u + Uᵀ(1 − σ(−U v))", f"{CS224N}, assignment 2: negative sampling", also="Uᵀ σ(U v) − (1 − σ(uᵀ v)) u"),
    Problem("embeddings", "u, v ∈ ℝ^d; U ∈ ℝ^{k×d}; J = -ln σ(uᵀ v) - sum(ln(σ(-U v)))", "u", "−(1 − σ(uᵀ v)) v", f"{CS224N}, assignment 2: negative sampling"),
    Problem("embeddings", "w, u ∈ ℝ^d; J = (wᵀ u + b + c - ln x)^2; x > 0", "w", "2(wᵀ u + b + c − ln x) u", "Pennington et al. 2014, GloVe, eq. (8)"),
    Problem("embeddings", "x ∈ ℝ^d; W ∈ ℝ^{h×d}; b, u ∈ ℝ^h; z = W x + b; a = σ(z); s = uᵀ a", "W", "(u ⊙ a ⊙ (1 − a)) xᵀ", f"{CS224N}, lecture 3: window classifier"),
    Problem("embeddings", "x ∈ ℝ^d; W ∈ ℝ^{h×d}; b, u ∈ ℝ^h; z = W x + b; a = σ(z); s = uᵀ a", "b", "u ⊙ a ⊙ (1 − a)", f"{CS224N}, lecture 3: window classifier"),
)

PROBABILITY = (
    Problem("likelihoods", "K ∈ ℝ^{n×n}; K symmetric; y ∈ ℝ^n; L = -1/2 yᵀ K⁻¹ y - 1/2 ln det K", "y", "−K⁻¹ y", f"{GPML}, eq. (5.8)"),
    Problem("likelihoods", "K ∈ ℝ^{n×n}; K symmetric; y ∈ ℝ^n; L = -1/2 yᵀ K⁻¹ y - 1/2 ln det K", "K", "(1/2)(K⁻¹ y yᵀ K⁻¹ − K⁻¹)", f"{GPML}, eq. (5.9)"),
    Problem("likelihoods", "X ∈ ℝ^{n×d}; μ ∈ ℝ^d; Λ ∈ ℝ^{d×d}; Λ symmetric; L = n/2 logdet(Λ) - 1/2 tr((X - μ) Λ (X - μ)ᵀ)", "μ", "Λ (X − μ)ᵀ 𝟏", f"{PRML}, eq. (2.120)"),
    Problem("likelihoods", "S, Σ ∈ ℝ^{d×d}; S symmetric; Σ symmetric; L = -n/2 (ln det Σ + tr(Σ⁻¹ S))", "Σ", "(n/2)(Σ⁻¹ S Σ⁻¹ − Σ⁻¹)", f"{PML}, chapter 4"),
    Problem("likelihoods", "θ, x ∈ ℝ^n; x > 0; L = sum(ln θ - θ ⊙ x); θ > 0", "θ", "1 ⊘ θ − x", f"{PML}, chapter 2"),
    Problem("likelihoods", "μ, s ∈ ℝ^d; s > 0; D = 1/2 ∑_i (s_i + μ_i^2 - 1 - ln s_i)", "s", "(1/2)(1 − 1 ⊘ s)", f"{BDL}, chapter 19: KL term", also="−(1/2)(1 − s) ⊘ s"),
    Problem("likelihoods", "a > 0; b > 0; λ > 0; L = (a - 1) ln λ - b λ", "λ", "(a − 1)/λ − b", f"{PRML}, eq. (2.146)"),
    Problem("likelihoods", "0 < μ < 1; a > 0; b > 0; L = (a - 1) ln μ + (b - 1) ln(1 - μ)", "μ", "(a − 1)/μ − (b − 1)/(1 − μ)", f"{PRML}, eq. (2.13)"),
    Problem("policy gradient", "θ ∈ ℝ^d; φ ∈ ℝ^{k×d}; a ∈ onehot(k); π = softmax(φ θ); J = aᵀ ln π", "θ", "φᵀ(a − π)", f"{SUTTON}, eq. (13.9), exercise 13.3"),
    Problem("policy gradient", "w, x, y ∈ ℝ^d; r ∈ ℝ; γ > 0; δ = r + γ wᵀ y - wᵀ x; L = 1/2 δ^2", "w", "δ(γ y − x)", f"{SUTTON}, section 11.5: residual gradient"),
)

NETWORKS = (
    Problem("networks", "x ∈ ℝ^d; W ∈ ℝ^{d×d}; h = x + tanh(W x); g ∈ ℝ^d; L = gᵀ h", "W", "(g ⊙ (1 − tanh(W x)²)) xᵀ", f"{UDL}, chapter 11: residual"),
    Problem("networks", "x, y ∈ ℝ^n; w, m ∈ ℝ^n; ŷ = wᵀ (m ⊙ x); L = 1/2 (ŷ - t)^2", "w", "(ŷ − t) m ⊙ x", f"{DL}, section 7.12: dropout"),
    Problem("networks", "x ∈ ℝ^d; W ∈ ℝ^{k×d}; c ∈ ℝ^d; h = W x; r = Wᵀ h; L = ‖r - x‖²", "x", "2(Wᵀ W − I)(r − x)", f"{DL}, chapter 14: linear autoencoder", also="2Wᵀ W(r − x) − 2(r − x)"),
    Problem("networks", "x ∈ ℝ^d; W ∈ ℝ^{k×d}; h = W x; r = Wᵀ h; L = ‖r - x‖²", "W", "2(h (r − x)ᵀ + W(r − x) xᵀ)", f"{DL}, chapter 14: tied weights", also="2h (r − x)ᵀ + 2W(r − x) xᵀ"),
    Problem("networks", "X ∈ ℝ^{n×d}; W1 ∈ ℝ^{d×h}; W2 ∈ ℝ^{h×k}; Y ∈ ℝ^{n×k}; H = X W1; O = H W2; J = 1/2 ‖O - Y‖²", "W1", "Xᵀ(O − Y) W₂ᵀ", f"{D2L}, chapter 5"),
    Problem("networks", "X ∈ ℝ^{n×d}; W1 ∈ ℝ^{d×h}; W2 ∈ ℝ^{h×k}; Y ∈ ℝ^{n×k}; H = X W1; O = H W2; J = 1/2 ‖O - Y‖²", "W2", "Hᵀ(O − Y)", f"{D2L}, chapter 5"),
    Problem("networks", "h0, x1, x2 ∈ ℝ; h1 = tanh(w h0 + u x1); h2 = tanh(w h1 + u x2); L = h2", "h0", "w(1 − h₁²) w(1 − h₂²)", f"{D2L}, chapter 9", also="(1 − h₂²) w²(1 − h₁²)"),
    Problem("networks", "w, x ∈ ℝ^d; a > 0; v = wᵀ x; ŷ = a v/‖w‖; L = ŷ", "a", "v/‖w‖", "Salimans & Kingma 2016, Weight normalization, eq. (3)"),
    Problem("networks", "v, x ∈ ℝ^d; L = xᵀ v/‖v‖", "v", "(1/‖v‖) x − (L/‖v‖²) v", "Salimans & Kingma 2016, Weight normalization, eq. (3)", also="(1/‖v‖²)(‖v‖ x − L v)"),
)

PROBLEMS = (*LEAST_SQUARES, *CONVEX, *CLASSIFIERS, *EMBEDDINGS, *PROBABILITY, *NETWORKS)
