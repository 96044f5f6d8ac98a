"""Jacobians and Hessians."""

from tests.textbook.problem import Problem

# fmt: off

COOKBOOK = "Petersen & Pedersen, The Matrix Cookbook (2012)"
PRML = "Bishop, PRML"
BOYD = "Boyd & Vandenberghe, Convex Optimization, section A.4"
SOFTMAX = "z ∈ ℝ^k; ŷ = softmax(z); L = sum(ŷ)"
NET = "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{2×4}; z1 = W1 x; h1 = tanh(z1); z2 = W2 h1; L = ‖z2‖²"
LOGISTIC = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {0, 1}^n; z = X w; ŷ = σ(z); L = sum(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))"
J, H = "Jacobians", "Hessians"

PROBLEMS = (
    Problem(J, SOFTMAX, "ŷ/z", "diag(ŷ) − ŷ ŷᵀ", "Boyd & Vandenberghe, Convex Optimization, section 3.1.5", "jacobian"),
    Problem(J, SOFTMAX, "ŷ/z", "ŷᵢ(δᵢⱼ − ŷⱼ)", f"{PRML}, eq. (4.106)", "index"),
    Problem(J, r"z ∈ ℝ^k; ŷ_i = e^{z_i}/\sum_j e^{z_j}; L = sum(ŷ)", "ŷ/z", "diag(ŷ) − ŷ ŷᵀ", f"Lecture L15-A, eq. (7); {PRML}, eq. (4.106)", "jacobian"),
    Problem(J, "z ∈ ℝ^k; u = log_softmax(z); L = sum(u)", "u/z", "I − 𝟏 softmax(z)ᵀ", f"{PRML}, eq. (4.106)", "jacobian"),
    Problem(J, "z ∈ ℝ^k; u = log_softmax(z); L = sum(u)", "u/z", "δᵢⱼ − softmax(z)[j]", f"{PRML}, eq. (4.106)", "index"),
    Problem(J, "z ∈ ℝ^k; p = softmax(z); u = ln p; L = sum(u)", "u/z", "I − 𝟏 pᵀ", f"{PRML}, eq. (4.106)", "jacobian"),
    Problem(J, "z ∈ ℝ^k; p = softmax(z); u = ln p; L = sum(u)", "u/z", "δᵢⱼ − pⱼ", f"{PRML}, eq. (4.106)", "index"),
    Problem(J, "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y = A x; L = sum(y)", "y/x", "A", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9", "jacobian"),
    Problem(J, "A ∈ ℝ^{m×n}; x ∈ ℝ^m; y = Aᵀ x; L = sum(y)", "y/x", "Aᵀ", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9", "jacobian"),
    Problem(J, "A ∈ ℝ^{m×n}; x ∈ ℝ^n; b ∈ ℝ^m; y = A x + b; L = sum(y)", "y/b", "I", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9", "jacobian"),
    Problem(J, "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y = A x; L = sum(y)", "y/A", "δᵢⱼ xₖ", f"{COOKBOOK}, eq. (73), (74)", "index"),
    Problem(J, "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y = A x; L = sum(y)", "y/x", "Aᵢⱼ", "Magnus & Neudecker, Matrix Differential Calculus, chapter 9", "index"),
    Problem(J, NET, "z2/x", "W₂ diag(1 − h₁²) W₁", f"{PRML}, section 5.3.4", "jacobian"),
    Problem(J, NET, "h1/z1", "diag(1 − h₁²)", f"{PRML}, eq. (5.60)", "jacobian"),
    Problem(J, NET, "h1/z1", "δᵢⱼ(1 − h₁ᵢ²)", f"{PRML}, eq. (5.60)", "index"),
    Problem(J, NET, "z2/h1", "W₂", f"{PRML}, section 5.3.4", "jacobian"),
    Problem(J, NET, "z1/W1", "δᵢⱼ xₖ", f"{PRML}, eq. (5.52)", "index"),
    Problem(J, "z ∈ ℝ^n; h = σ(z); L = sum(h)", "h/z", "diag(h ⊙ (1 − h))", f"{PRML}, eq. (4.88)", "jacobian"),
    Problem(J, "z ∈ ℝ^n; h = ReLU(z); L = sum(h)", "h/z", "diag(𝟙[z > 0])", "Pascanu et al. 2013, eq. (5)", "jacobian"),
    Problem(J, "x ∈ ℝ^n; r = ‖x‖; u = x/r; L = sum(u)", "u/x", "(1/r)(I − u uᵀ)", f"{COOKBOOK}, eq. (130)", "jacobian", also="(1/r)(I − (1/r²) x xᵀ)"),
    Problem(J, "x, a ∈ ℝ^n; y = a ⊙ x; L = sum(y)", "y/x", "diag(a)", "Magnus & Neudecker, Matrix Differential Calculus, chapter 3", "jacobian"),
    Problem(J, "x ∈ ℝ^n; y = x - mean(x); L = sum(y)", "y/x", "I − (1/n) 𝟏 𝟏ᵀ", "Ioffe & Szegedy 2015, Batch normalization, section 3: centring", "jacobian"),
    Problem(J, "h ∈ ℝ^n; W ∈ ℝ^{n×n}; s = W tanh(h); L = sum(s)", "s/h", "W diag(1 − tanh(h)²)", "Pascanu et al. 2013, Difficulty of training recurrent networks, eq. (5)", "jacobian"),
    Problem(J, "x ∈ ℝ^n; L = ‖x‖²", "L/x", "2x", f"{COOKBOOK}, eq. (131)", "jacobian"),
    Problem(H, "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = ‖X w - y‖² + λ ‖w‖²", "w", "2Xᵀ X + 2λ I", "Hastie et al., The Elements of Statistical Learning, eq. (3.43), (3.44)", "hessian"),
    Problem(H, "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = ‖X w - y‖²", "w", "2Xᵀ X", "Hastie et al., The Elements of Statistical Learning, eq. (3.4)", "hessian"),
    Problem(H, "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²", "w", "(2/n) Xᵀ X", "Hastie et al., The Elements of Statistical Learning, eq. (3.4)", "hessian"),
    Problem(H, LOGISTIC, "w", "Xᵀ diag(ŷ ⊙ (1 − ŷ)) X", f"{PRML}, eq. (4.97), (4.98)", "hessian"),
    Problem(H, "x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "A + Aᵀ", f"{COOKBOOK}, eq. (98)", "hessian"),
    Problem(H, "x, q ∈ ℝ^n; P ∈ ℝ^{n×n}; P symmetric; f = 1/2 xᵀ P x + qᵀ x + r", "x", "P", f"{BOYD}.3", "hessian"),
    Problem(H, "x ∈ ℝ^n; L = ‖x‖²", "x", "2I", f"{BOYD}.3", "hessian"),
    Problem(H, "z ∈ ℝ^k; f = logsumexp(z)", "z", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ", "Boyd & Vandenberghe, Convex Optimization, section 3.1.5", "hessian"),
    Problem(H, "z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -yᵀ ln p", "z", "diag(p) − p pᵀ", f"{PRML}, eq. (4.110)", "hessian"),
    Problem(H, "f = x^3 y", "x", "6x y", "Stewart, Calculus, section 14.3", "hessian"),
    Problem(H, "f = x^3 y", "y", "0", "Stewart, Calculus, section 14.3", "hessian"),
    Problem(H, "L = ln(1 + e^z) - y z", "z", "σ(z)(1 − σ(z))", f"{PRML}, eq. (4.98)", "hessian"),
    Problem(H, "ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)", "z", "ŷ(1 − ŷ)", f"{PRML}, eq. (4.98)", "hessian"),
    Problem(H, "h = tanh(z)", "z", "−2h(1 − h²)", f"{PRML}, section 5.4", "hessian"),
    Problem(H, "f = (1 - x)^2 + 100(y - x^2)^2", "y", "200", "Nocedal & Wright, Numerical Optimization, exercise 2.1", "hessian"),
    Problem(H, "x ∈ ℝ^n; x > 0; f = xᵀ ln x", "x", "diag(1 ⊘ x)", "Boyd & Vandenberghe, Convex Optimization, section 3.1.5", "hessian"),
    Problem(H, "x, a ∈ ℝ^n; f = e^(aᵀ x)", "x", "f a aᵀ", f"{BOYD}.4", "hessian"),
)
