"""Loss functions, spelled out and by name."""

from tests.textbook.problem import Problem

# fmt: off

LECTURE = "Lecture L15-A"
ESL = "Hastie et al., The Elements of Statistical Learning"
T = "losses"
BCE = "L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
VECTORS = "y, ŷ ∈ ℝ^n"
SOFTMAX = r"ŷ_i = e^{z_i}/\sum_j e^{z_j}; L = -\sum_j y_j ln ŷ_j"

SPELLED = (
    Problem(T, f"ŷ = σ(z); {BCE}", "z", "ŷ − y", f"{LECTURE}, eq. (6), (16); Bishop, PRML, eq. (5.18)"),
    Problem(T, f"0 < ŷ < 1; {BCE}", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))", f"{LECTURE}, eq. (6), (16)"),
    Problem(T, "0 < ŷ < 1; P = ŷ^y (1 - ŷ)^(1 - y); L = -ln P", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))", f"{LECTURE}, eq. (5), (6)"),
    Problem(T, "L = -y ln σ(z) - (1 - y) ln(1 - σ(z))", "z", "σ(z) − y", f"{LECTURE}, eq. (6), (16)"),
    Problem(T, "L = -ln σ(-z)", "z", "σ(z)", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(T, "w, x ∈ ℝ^n; L = -ln σ(-wᵀ x)", "w", "σ(wᵀ x) x", "Mikolov et al. 2013, Distributed representations of words, eq. (4)"),
    Problem(T, "L = ln(1 + e^z) - y z", "z", "σ(z) − y", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(T, f"y ∈ simplex(k); {SOFTMAX}", "z", "ŷ − y", f"{LECTURE}, eq. (7), (8); Bishop, PRML, eq. (4.109)"),
    Problem(T, f"y ∈ onehot(k); {SOFTMAX}", "z", "ŷ − y", f"{LECTURE}, eq. (7), (8); Bishop, PRML, eq. (4.109)"),
    Problem(T, SOFTMAX, "z", "(𝟏ᵀ y) ŷ − y", f"{LECTURE}, eq. (7), (8), for any y"),
    Problem(T, "y, ŷ ∈ ℝ^k; ŷ > 0; L = -yᵀ ln ŷ", "ŷ", "−y ⊘ ŷ", f"{LECTURE}, eq. (8)"),
    Problem(T, r"L = \frac{1}{n} \sum_{i}^{n} (ŷ_i - y_i)^2", "ŷ", "(2/n)(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, f"{VECTORS}; L = mean((ŷ - y)^2)", "ŷ", "(2/n)(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, f"{VECTORS}; L = 1/n ‖ŷ - y‖²", "ŷ", "(2/n)(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, f"{VECTORS}; L = 1/2 ‖ŷ - y‖²", "ŷ", "ŷ − y", "Bishop, PRML, eq. (5.11)"),
    Problem(T, "L = (ŷ - y)^2", "ŷ", "2(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, "L = |ŷ - y|", "ŷ", "sign(ŷ − y)", f"{ESL}, table 10.2"),
    Problem(T, f"{VECTORS}; L = 1/n ‖ŷ - y‖_1", "ŷ", "(1/n) sign(ŷ − y)", f"{ESL}, table 10.2"),
    Problem(T, f"{VECTORS}; L = mean(|ŷ - y|)", "ŷ", "(1/n) sign(ŷ − y)", f"{ESL}, table 10.2"),
    Problem(T, "L = ln(1 + e^(-y z))", "z", "−y σ(−y z)", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(T, "w, x ∈ ℝ^d; L = ln(1 + e^(-y wᵀ x))", "w", "−y σ(−y wᵀ x) x", "Shalev-Shwartz & Ben-David, Understanding Machine Learning, section 9.3"),
    Problem(T, "L = max(0, 1 - y z)", "z", "−y 𝟙[1 − y z > 0]", f"{ESL}, eq. (12.25)"),
    Problem(T, "w, x ∈ ℝ^d; L = max(0, 1 - y wᵀ x)", "w", "−𝟙[1 − y wᵀ x > 0] y x", "Shalev-Shwartz & Ben-David, Understanding Machine Learning, section 15.5"),
    Problem(T, "L = max(0, 1 - y z)^2", "z", "−2y ReLU(1 − y z)", f"{ESL}, table 12.1: squared hinge"),
    Problem(T, "w, x ∈ ℝ^d; L = max(0, -y wᵀ x)", "w", "−𝟙[−y wᵀ x > 0] y x", "Bishop, PRML, eq. (4.54): perceptron criterion"),
    Problem(T, "L = e^(-y f)", "f", "−y L", f"{ESL}, eq. (10.8)"),
    Problem(T, "p, q ∈ ℝ^n; p > 0; q > 0; L = sum(p ⊙ ln(p ⊘ q))", "q", "−p ⊘ q", "Bishop, PRML, eq. (1.113)"),
    Problem(T, "p, q ∈ ℝ^n; p > 0; q > 0; L = sum(p ⊙ ln(p ⊘ q))", "p", "ln(p ⊘ q) + 1", "Bishop, PRML, eq. (1.113)"),
    Problem(T, "z ∈ ℝ^n; p ∈ simplex(n); p > 0; q = softmax(z); L = sum(p ⊙ ln(p ⊘ q))", "z", "q − p", "Bishop, PRML, eq. (1.113), (4.109)"),
    Problem(T, "z, y ∈ ℝ^k; L = -yᵀ log_softmax(z)", "z", "(𝟏ᵀ y) softmax(z) − y", f"{LECTURE}, eq. (7), (8), for any y"),
    Problem(T, "r = ŷ - y; L = 1[|r| ≤ 1] r^2/2 + 1[|r| > 1](|r| - 1/2)", "r", "𝟙[|r| ≤ 1] r + 𝟙[|r| > 1] sign(r)", f"{ESL}, eq. (10.23), table 10.2"),
    Problem(T, "p ∈ ℝ^n; p > 0; H = -pᵀ ln p", "p", "−(1 + ln p)", "Bishop, PRML, eq. (1.98), (1.99)"),
    Problem(T, "z ∈ ℝ^n; p = softmax(z); H = -pᵀ ln p", "z", "−p ⊙ (ln p + H)", "Bishop, PRML, eq. (1.98), (4.106)", also="p ⊙ (pᵀ ln p − ln p)"),
    Problem(T, "z ∈ ℝ^n; λ = e^z; y ∈ ℝ^n; L = sum(λ - y ⊙ ln λ)", "z", "λ − y", "McCullagh & Nelder, Generalized Linear Models, section 6.2: Poisson"),
    Problem(T, "0 < p < 1; γ > 0; L = -(1 - p)^γ ln p", "p", "γ (1 − p)^(γ − 1) ln p − (1 − p)^γ/p", "Lin et al. 2017, Focal loss, eq. (4) and appendix B", also="−L γ/(1 − p) − (1 − p)^γ/p"),
    Problem(T, "L = ln(cosh(ŷ - y))", "ŷ", "tanh(ŷ − y)", "Hyvärinen & Oja 2000, ICA, eq. (26), (39)"),
    Problem(T, "s ∈ ℝ^k; y ∈ onehot(k); L = sum(max(0, s - yᵀ s + 1)) - 1", "s", "𝟙[s − yᵀ s + 1 > 0] − sum(𝟙[s − yᵀ s + 1 > 0]) y", "CS231n notes, Optimization: gradient of the SVM loss"),
    Problem(T, "a, p, n ∈ ℝ^d; L = max(0, ‖a - p‖² - ‖a - n‖² + m)", "a", "2𝟙[‖a − p‖² − ‖a − n‖² + m > 0](n − p)", "Schroff et al. 2015, FaceNet, section 3.1"),
    Problem(T, "x, y ∈ ℝ^d; c = xᵀ y/(‖x‖ ‖y‖)", "x", "(1/(‖x‖ ‖y‖)) y − (c/‖x‖²) x", "Wang et al. 2017, NormFace, section 3"),
    Problem(T, "z ∈ ℝ^k; y ∈ simplex(k); T > 0; ŷ = softmax(z/T); L = -yᵀ ln ŷ", "z", "(1/T)(ŷ − y)", "Hinton et al. 2015, Distilling the knowledge, eq. (2)"),
    Problem(T, "z ∈ ℝ^k; y ∈ ℝ^k; p = softmax(z); L = 1/2 ‖p - y‖²", "z", "p ⊙ (p − y − (p − y)ᵀ p)", "Bishop, PRML, eq. (4.106): Brier score"),
    Problem(T, "z ∈ ℝ^k; p = softmax(z); L = -ln p[2]", "z", "pᵢ − δᵢ₂", "CS231n notes, Neural networks case study"),
    Problem(T, "0 < ŷ < 1; L = -(y ln ŷ + (1 - y) ln(1 - ŷ))", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))", f"{LECTURE}, eq. (6)"),
    Problem(T, r"ŷ, y ∈ ℝ^n; ŷ > 0; L = -\frac{1}{n} \sum_i y_i \ln ŷ_i", "ŷ", "−(1/n) y ⊘ ŷ", f"{LECTURE}, eq. (8)"),
    Problem(T, r"y, z ∈ ℝ^n; L = \frac{1}{2} \sum_i (z_i - y_i)^2", "z", "z − y", "Bishop, PRML, eq. (5.14), (5.18)"),
    Problem(T, "y, ŷ ∈ ℝ^n; L = sqrt(mean((ŷ - y)^2))", "ŷ", "(1/(L n))(ŷ − y)", f"{LECTURE}, eq. (9): its root"),
    Problem(T, "Y, Ŷ ∈ ℝ^{n×k}; L = 1/(n k) ‖Ŷ - Y‖²", "Ŷ", "(2/(n k))(Ŷ − Y)", f"{LECTURE}, eq. (9)"),
    Problem(T, "z ∈ ℝ^n; y ∈ {0, 1}^n; L = sum(softplus(z) - y ⊙ z)", "z", "σ(z) − y", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(T, "0 < ŷ < 1; L = -ln ŷ", "ŷ", "−1/ŷ", "Goodfellow et al., Deep Learning, section 6.2.2"),
    Problem(T, "u = y - q; L = u(τ - 1[u < 0])", "u", "τ − 𝟙[u < 0]", "Koenker & Bassett 1978: quantile regression"),
)

NAMED = (
    Problem(T, "ŷ = σ(z); L = bce(ŷ, y)", "z", "ŷ − y", f"{LECTURE}, eq. (6), (16)"),
    Problem(T, "0 < ŷ < 1; L = bce(ŷ, y)", "ŷ", "(ŷ − y)/(ŷ(1 − ŷ))", f"{LECTURE}, eq. (6), (16)"),
    Problem(T, "z ∈ ℝ^k; y ∈ onehot(k); ŷ = softmax(z); L = cross_entropy(ŷ, y)", "z", "ŷ − y", f"{LECTURE}, eq. (8)"),
    Problem(T, f"{VECTORS}; L = mse(ŷ, y)", "ŷ", "(2/n)(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, f"{VECTORS}; L = mae(ŷ, y)", "ŷ", "(1/n) sign(ŷ − y)", f"{ESL}, table 10.2"),
    Problem(T, "L = huber(ŷ, y)", "ŷ", "𝟙[|ŷ − y| ≤ 1](ŷ − y) + 𝟙[|ŷ − y| > 1] sign(ŷ − y)", f"{ESL}, eq. (10.23), table 10.2", also="𝟙[|ŷ − y| > 1] sign(ŷ − y) + 𝟙[|ŷ − y| ≤ 1](ŷ − y)"),
    Problem(T, "L = hinge(z, y)", "z", "−y 𝟙[1 − y z > 0]", f"{ESL}, eq. (12.25)"),
    Problem(T, "L = bce_logits(z, y)", "z", "σ(z) − y", "Murphy, Probabilistic Machine Learning: An Introduction, section 10.2.3"),
    Problem(T, "y ∈ {0, 1}^n; z ∈ ℝ^n; ŷ = σ(z); L = bce(ŷ, y)", "z", "(1/n)(ŷ − y)", f"{LECTURE}, eq. (6), (9)"),
    Problem(T, "Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); P = softmax(Z); L = cross_entropy(P, Y)", "Z", "(1/n)(P − Y)", "CS231n notes, Neural networks case study"),
    Problem(T, "z ∈ ℝ^k; y ∈ onehot(k); L = cross_entropy_logits(z, y)", "z", "softmax(z) − y", "Goodfellow et al., Deep Learning, eq. (6.30)"),
    Problem(T, "l ∈ ℝ^k; y ∈ onehot(k); L = nll(l, y)", "l", "−y", "Murphy, Probabilistic Machine Learning: An Introduction, section 4.2"),
    Problem(T, "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; ŷ = X w; L = mse(ŷ, y)", "w", "(2/n) Xᵀ(ŷ − y)", f"{LECTURE}, eq. (9)"),
    Problem(T, "p, q ∈ ℝ^n; p > 0; q > 0; L = kl(p, q)", "q", "−p ⊘ q", "Bishop, PRML, eq. (1.113)"),
)

PROBLEMS = SPELLED + NAMED
