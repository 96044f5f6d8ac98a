"""Problems that answers are given to."""

BCE = """
x  ∈ ℝ^3
W1 ∈ ℝ^{3×4}
W2 ∈ ℝ^4
y  ∈ {0, 1}
z1 = W1ᵀ x
h1 = e^z1 / (1 + e^z1)
z2 = W2ᵀ h1
ŷ  = e^z2 / (1 + e^z2)
L  = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""
