"""Activation functions, by name and spelled out."""

from tests.textbook.problem import Problem

# fmt: off

LECTURE = "Lecture L15-A, figure 15"
GOODFELLOW = "Goodfellow et al., Deep Learning"
T = "activations"

PROBLEMS = (
    Problem(T, "h = σ(z)", "z", "h(1 − h)", f"{LECTURE}; Bishop, PRML, eq. (4.88)"),
    Problem(T, "h = 1/(1 + e^(-z))", "z", "h(1 − h)", f"{LECTURE}, eq. (17)"),
    Problem(T, "h = e^z/(1 + e^z)", "z", "h(1 − h)", "Lecture L15-A, eq. (2)"),
    Problem(T, "h = tanh(z)", "z", "1 − h²", f"{LECTURE}; Bishop, PRML, eq. (5.60)"),
    Problem(T, "h = 2/(1 + e^(-2z)) - 1", "z", "1 − h²", f"{LECTURE}"),
    Problem(T, "h = (e^z - e^(-z))/(e^z + e^(-z))", "z", "1 − h²", "Bishop, PRML, eq. (5.59), (5.60)"),
    Problem(T, "h = 2σ(2z) - 1", "z", "1 − h²", f"{GOODFELLOW}, section 6.3.2"),
    Problem(T, "h = ReLU(z)", "z", "𝟙[z > 0]", f"{LECTURE}; {GOODFELLOW}, section 6.3.1"),
    Problem(T, "h = max(0, z)", "z", "𝟙[z > 0]", f"{LECTURE}; CS231n notes, Backpropagation"),
    Problem(T, "h = step(z)", "z", "0", f"{LECTURE}"),
    Problem(T, "h = leaky_relu(z, 0.01)", "z", "𝟙[z > 0] + 0.01 𝟙[z ≤ 0]", "Maas et al. 2013, Rectifier nonlinearities, section 2"),
    Problem(T, "h = leaky_relu(z, a)", "z", "𝟙[z > 0] + a 𝟙[z ≤ 0]", "He et al. 2015, Delving deep into rectifiers, eq. (1)"),
    Problem(T, "h = leaky_relu(z, a)", "a", "z 𝟙[z ≤ 0]", "He et al. 2015, Delving deep into rectifiers, eq. (3)"),
    Problem(T, "h = elu(z)", "z", "𝟙[z > 0] + (h + 1) 𝟙[z ≤ 0]", "Clevert et al. 2016, ELU, eq. (15)"),
    Problem(T, "h = softplus(z)", "z", "σ(z)", f"{GOODFELLOW}, eq. (3.37)"),
    Problem(T, "h = ln(1 + e^z)", "z", "σ(z)", f"{GOODFELLOW}, eq. (3.31), (3.37)"),
    Problem(T, "h = ln σ(z)", "z", "1 − σ(z)", f"{GOODFELLOW}, eq. (3.36), (3.37)"),
    Problem(T, "h = softsign(z)", "z", "1/(1 + |z|)²", "Glorot & Bengio 2010, section 3"),
    Problem(T, "h = z/(1 + |z|)", "z", "1/(1 + |z|)²", "Glorot & Bengio 2010, section 3"),
    Problem(T, "h = silu(z)", "z", "h + σ(z)(1 − h)", "Ramachandran et al. 2017, Swish, section 2"),
    Problem(T, "h = z σ(z)", "z", "h + σ(z)(1 − h)", "Ramachandran et al. 2017, Swish, section 2"),
    Problem(T, "h = z σ(β z)", "z", "β h + σ(β z)(1 − β h)", "Ramachandran et al. 2017, Swish, section 2"),
    Problem(T, "h = z σ(β z)", "β", "h(z − h)", "Ramachandran et al. 2017, Swish, section 2"),
    Problem(T, "swish(v) = v σ(v)\nh = swish(z)", "z", "h + σ(z)(1 − h)", "Ramachandran et al. 2017, Swish, section 2"),
    Problem(T, "h = gelu(z)", "z", "(1 + erf(z/√2))/2 + z e^(−z²/2)/√(2π)", "Hendrycks & Gimpel 2016, GELU, section 2: Φ(z) + z φ(z)"),
    Problem(T, "h = gelu_tanh(z)", "z", "(1 + tanh(√(2/π)(z + 0.044715z³)) + √(2/π) z(1 − tanh(√(2/π)(z + 0.044715z³))²)(1 + 0.134145z²))/2", "Hendrycks & Gimpel 2016, GELU, section 2: tanh form"),
    Problem(T, "u = sqrt(2/π) (z + 0.044715 z^3); h = 0.5 z (1 + tanh(u))", "z", "(1 + tanh(u))/2 + h(1 − tanh(u)) √(2/π)(1 + 0.134145z²)", "Hendrycks & Gimpel 2016, GELU, section 2: tanh form"),
    Problem(T, "h = erf(z)", "z", "2e^(−z²)/√π", "Bishop, PRML, eq. (4.115)"),
    Problem(T, "h = clip(z, -1, 1)", "z", "𝟙[z > −1] 𝟙[z < 1]", "Collobert 2004, hard tanh"),
    Problem(T, "h = clip(z, 0, 6)", "z", "𝟙[z > 0] 𝟙[z < 6]", "Howard et al. 2017, MobileNets: ReLU6"),
    Problem(T, "h = hard_sigmoid(z)", "z", "𝟙[z > −3] 𝟙[z < 3]/6", "Howard et al. 2019, MobileNetV3, section 5.2"),
    Problem(T, "h = |z|", "z", "sign(z)", f"{GOODFELLOW}, section 6.3.1: absolute value rectification"),
    Problem(T, "h = e^(-z^2)", "z", "−2z h", f"{GOODFELLOW}, section 6.3.3: radial basis"),
    Problem(T, "h = arctan(z)", "z", "1/(1 + z²)", "Stewart, Calculus, section 3.5"),
    Problem(T, "h = ln(cosh(z))", "z", "tanh(z)", "Hyvärinen & Oja 2000, ICA, eq. (26), (39)"),
    Problem(T, "h = ReLU(z)^2", "z", "2 ReLU(z)", "So et al. 2021, Primer, section 4"),
    Problem(T, "h = a σ(g)", "a", "σ(g)", "Dauphin et al. 2017, Gated convolutional networks, eq. (1), (3)"),
    Problem(T, "h = a σ(g)", "g", "a σ(g)(1 − σ(g))", "Dauphin et al. 2017, Gated convolutional networks, eq. (1), (3)", also="h(1 − σ(g))"),
    Problem(T, "z, c ∈ ℝ^n; h = σ(z); L = cᵀ h", "z", "c ⊙ h ⊙ (1 − h)", "Nielsen, Neural Networks and Deep Learning, eq. (BP1a)"),
    Problem(T, "z, c ∈ ℝ^n; h = tanh(z); L = cᵀ h", "z", "c ⊙ (1 − h²)", "Bishop, PRML, eq. (5.66)"),
    Problem(T, "z, c ∈ ℝ^n; h = ReLU(z); L = cᵀ h", "z", "c ⊙ 𝟙[z > 0]", "CS231n notes, Neural networks case study"),
)
