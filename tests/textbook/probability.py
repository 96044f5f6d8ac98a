"""Likelihoods."""

from tests.textbook.problem import Problem

# fmt: off

PRML = "Bishop, PRML"
GAUSS = "log-likelihood"
COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"

PROBLEMS = (
    Problem(GAUSS, "σ > 0; L = -(x - μ)^2/(2σ^2) - ln σ", "μ", "(x − μ)/σ²", f"{PRML}, eq. (1.54)"),
    Problem(GAUSS, "σ > 0; L = -(x - μ)^2/(2σ^2) - ln σ", "σ", "(x − μ)²/σ³ − 1/σ", f"{PRML}, eq. (1.54)"),
    Problem(GAUSS, "σ > 0; L = -(x - μ)^2/(2σ^2) - ln σ", "x", "(μ − x)/σ²", f"{PRML}, eq. (1.54)"),
    Problem(GAUSS, "v > 0; L = -(x - μ)^2/(2v) - 1/2 ln v", "v", "(x − μ)²/(2v²) − 1/(2v)", f"{PRML}, eq. (1.54)"),
    Problem(GAUSS, "x ∈ ℝ^n; s > 0; L = -(\\sum_i (x_i - μ)^2)/(2s^2) - n ln s", "μ", "𝟏ᵀ(x − μ)/s²", f"{PRML}, eq. (1.54), (1.55)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; s > 0; L = -‖x - μ‖²/(2s^2) - n ln s", "μ", "(1/s²)(x − μ)", f"{PRML}, eq. (1.54), (1.55)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; s > 0; L = -‖x - μ‖²/(2s^2) - n ln s", "s", "‖x − μ‖²/s³ − n/s", f"{PRML}, eq. (1.54), (1.56)", also="(‖x − μ‖² − n s²)/s³"),
    Problem(GAUSS, "β > 0; X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = n/2 ln β - β/2 ‖y - X w‖²", "w", "β Xᵀ(y − X w)", f"{PRML}, eq. (3.11)–(3.13)"),
    Problem(GAUSS, "β > 0; X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = n/2 ln β - β/2 ‖y - X w‖²", "β", "n/(2β) − (1/2) ‖y − X w‖²", f"{PRML}, eq. (3.11), (3.21)", also="(n − β ‖y − X w‖²)/(2β)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; S ∈ ℝ^{n×n}; S symmetric; L = -1/2 (x - μ)ᵀ S⁻¹ (x - μ)", "μ", "S⁻¹(x − μ)", f"{PRML}, eq. (2.118), (2.120)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; S ∈ ℝ^{n×n}; S symmetric; L = -1/2 (x - μ)ᵀ S⁻¹ (x - μ)", "x", "S⁻¹(μ − x)", f"{PRML}, eq. (2.118)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; S ∈ ℝ^{n×n}; S symmetric; L = -1/2 (x - μ)ᵀ S⁻¹ (x - μ)", "S", "(1/2) S⁻¹(x − μ) (x − μ)ᵀ S⁻¹", f"{COOKBOOK}, eq. (61)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; Λ ∈ ℝ^{n×n}; L = -1/2 (x - μ)ᵀ Λ (x - μ)", "Λ", "−(1/2)(x − μ) (x − μ)ᵀ", f"{PRML}, eq. (2.118)"),
    Problem(GAUSS, "x, μ ∈ ℝ^n; S ∈ ℝ^{n×n}; S symmetric; L = -1/2 logdet(S) - 1/2 (x - μ)ᵀ S⁻¹ (x - μ)", "S", "(1/2)(S⁻¹(x − μ) (x − μ)ᵀ S⁻¹ − S⁻¹)", f"{PRML}, eq. (2.118), (2.122)"),
    Problem(GAUSS, "S, C ∈ ℝ^{n×n}; S symmetric; C symmetric; L = -1/2 logdet(S) - 1/2 tr(S⁻¹ C)", "S", "(1/2)(S⁻¹ C S⁻¹ − S⁻¹)", f"{PRML}, eq. (2.118), (2.122)"),
    Problem(GAUSS, "S, Θ ∈ ℝ^{n×n}; S symmetric; Θ symmetric; L = logdet(Θ) - tr(S Θ)", "Θ", "Θ⁻¹ − S", "Hastie et al., The Elements of Statistical Learning, eq. (17.11)"),
    Problem("log-likelihood", "0 < p < 1; L = k ln p + (n - k) ln(1 - p)", "p", "(k − n p)/(p(1 − p))", f"{PRML}, eq. (2.6), (2.7)", also="(k − p n)/(p(1 − p))"),
    Problem("log-likelihood", "λ > 0; L = x ln λ - λ", "λ", "x/λ − 1", "McCullagh & Nelder, Generalized Linear Models, section 6.2"),
    Problem("log-likelihood", "λ > 0; L = ln λ - λ x", "λ", "1/λ − x", "Murphy, Probabilistic Machine Learning: An Introduction, section 2.7"),
    Problem("log-likelihood", "x ∈ ℝ^n; λ > 0; L = n ln λ - λ sum(x)", "λ", "n/λ − 𝟏ᵀ x", "Murphy, Probabilistic Machine Learning: An Introduction, section 2.7"),
    Problem("log-likelihood", "m, π ∈ ℝ^k; π > 0; L = mᵀ ln π + λ(sum(π) - 1)", "π", "m ⊘ π + λ", f"{PRML}, eq. (2.31), (2.32)"),
    Problem("variational autoencoder", "μ, s ∈ ℝ^d; s > 0; L = 1/2 sum(μ^2 + s^2 - 1 - 2ln s)", "μ", "μ", "Kingma & Welling 2014, Auto-encoding variational Bayes, appendix B"),
    Problem("variational autoencoder", "μ, s ∈ ℝ^d; s > 0; L = 1/2 sum(μ^2 + s^2 - 1 - 2ln s)", "s", "s − 1 ⊘ s", "Kingma & Welling 2014, Auto-encoding variational Bayes, appendix B"),
    Problem("variational autoencoder", "μ, l ∈ ℝ^d; L = -1/2 sum(1 + l - μ^2 - e^l)", "l", "(1/2)(e^l − 1)", "Kingma & Welling 2014, Auto-encoding variational Bayes, appendix B", also="−(1/2)(1 − e^l)"),
    Problem("variational autoencoder", "μ, s, ε, c ∈ ℝ^d; z = μ + s ⊙ ε; L = cᵀ z", "s", "c ⊙ ε", "Kingma & Welling 2014, Auto-encoding variational Bayes, eq. (10)"),
    Problem("policy gradient", "z ∈ ℝ^k; a ∈ onehot(k); π = softmax(z); J = R aᵀ ln π", "z", "R(a − π)", "Sutton & Barto, Reinforcement Learning, eq. (2.12), exercise 13.3"),
)
