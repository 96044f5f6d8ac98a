"""Mistakes that need more than one look: in one term, by rows or columns, in indices, in inverses, in Jacobians."""

import pytest

import gradviz as gv

RIDGE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; r = X w - y; L = ‖r‖²/(2n) + λ/2 ‖w‖²"
TANH = "x ∈ ℝ^3; W ∈ ℝ^{3×4}; v ∈ ℝ^4; z = Wᵀ x; h = tanh(z); ŷ = vᵀ h; L = (ŷ - 1)^2/2"
INVERSE = "X ∈ ℝ^{3×3}; a, b ∈ ℝ^3; L = aᵀ X⁻¹ b"

MEETING = "x, w, v ∈ ℝ; a = σ(w x); b = tanh(v a); f = a b + a²"
CLASSES = (
    "x ∈ ℝ^3; y ∈ onehot(5); W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^{4×5}; h = σ(W1ᵀ x); z = W2ᵀ h; p = softmax(z); L = -sum(y ⊙ ln p)"
)

ATTENTION = "Q, K, V, T ∈ ℝ^{n×d}; S = Q Kᵀ/sqrt(d); A = softmax(S); O = A V; L = ‖O - T‖²/2"


@pytest.mark.parametrize(
    ("program", "target", "answer", "mistake", "told"),
    [
        (MEETING, "w", "(b + 2a + a v (1-b²)) x", "missing-factor", "the factor a(1 − a) is missing"),
        (MEETING, "w", "(b + 2a) a v (1-b²) a(1-a) x", "multiplied-paths", "2 paths from a are multiplied"),
        (MEETING, "w", "(b + 2a - a v (1-b²)) a(1-a) x", "term-sign", "in 2 + (1 − b²) v, the sign of (1 − b²) v is"),
        (CLASSES, "W2", "h (-y/p)ᵀ", "missing-factor", "∂p/∂z is missing"),
        (CLASSES, "W2", "h (-y ⊙ (1-p))ᵀ", "wrong-derivative", "p(1 − p) is its diagonal alone"),
        (CLASSES, "W2", "h ((p-y) ⊙ p ⊙ (1-p))ᵀ", "extra-factor", "a factor p(1 − p) too many"),
        (RIDGE, "w", "2Xᵀ r/n + λ w", "constant-factor", "the term (1/n) Xᵀ r is 2 times what it should be"),
        (RIDGE, "w", "Xᵀ r/n + λ/2 w", "constant-factor", "the term λ w is 1/2 times what it should be"),
        (RIDGE, "w", "(Xᵀ r + λ w)/n", "missing-mean", "there is a factor 1/n too many in the term λ w"),
        (RIDGE, "w", "Xᵀ r + λ w", "missing-mean", "1/n is missing"),
        (ATTENTION, "Q", "sqrt(d) ∂L/∂S K", "constant-factor", "the answer is d times what is right"),
        (ATTENTION, "Q", "∂L/∂S K", "constant-factor", "the answer is √d times what is right"),
        (RIDGE, "w", "Xᵀ r/d + λ w", "wrong-variable", "d stands where n belongs"),
        (TANH, "W", "(ŷ - 2) x (v ⊙ (1 - h²))ᵀ", "constant-factor", "the term 1 is 2 times"),
        (TANH, "W", "(ŷ - 1) x (v ⊙ (1 - h²) ⊙ h)ᵀ", "extra-factor", "a factor h too many"),
        (TANH, "W", "(ŷ - 1) (x ⊙ x) (v ⊙ (1 - h²))ᵀ", "squared-factor", "the factor x stands there twice"),
        (TANH, "W", "dL/dW_ij = (ŷ - 1) x_i v_j (1 - h_i^2)", "wrong-index", "hᵢ stands where hⱼ belongs"),
        (
            TANH,
            "dh/dz",
            "diag(h ⊙ (1 - h))",
            "wrong-derivative",
            "h(1 − h) is the derivative of σ, and ∂h/∂z is 1 − h²",
        ),
        (TANH, "dh/dx", "diag(h ⊙ (1 - h)) Wᵀ", "wrong-derivative", "∂h/∂z is 1 − h²"),
        (TANH, "dh/dz", "diag(1 - h)", "wrong-derivative", "h stands where h² belongs"),
        (INVERSE, "X", "-X⁻¹ a bᵀ X⁻¹", "transposed", "X⁻¹ is transposed, or should be"),
        (INVERSE, "X", "-X⁻ᵀ b aᵀ X⁻ᵀ", "transposed", "a bᵀ is transposed, or should be"),
        (INVERSE, "X", "-a bᵀ X⁻ᵀ X⁻ᵀ", "wrong-order", "in the wrong order"),
        ("X ∈ ℝ^{3×3}; L = logdet(X)", "X", "Xᵀ", "wrong-derivative", "X stands where its inverse belongs"),
    ],
)
def test_a_slip_is_told(program, target, answer, mistake, told):
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status == "unequal_proved"
    assert "problem" not in verdict.evidence
    assert [m.mistake for m in verdict.diagnosis] == [mistake], verdict
    assert told in verdict.diagnosis[0].message
    hinted = gv.parse(program).check(target, answer, feedback="hint")
    assert told not in str(hinted)
    assert hinted.diagnosis[0].message


def test_what_is_turned_upside_down_is_told_without_ones():
    verdict = gv.parse(RIDGE).check("w", "n Xᵀ r + λ w")
    assert "∂L/∂r is (1/n) r, not n r" in [m.message for m in verdict.diagnosis]


def test_the_local_derivative_is_named_in_hints():
    for program, target, answer, local in (
        (TANH, "W", "(ŷ - 1) x (v ⊙ (1 - h))ᵀ", "∂h/∂z"),
        (MEETING, "w", "(b + 2a + a v (1-b)) a(1-a) x", "∂b/∂a"),
        (RIDGE, "w", "n Xᵀ r + λ w", "∂L/∂r"),
    ):
        verdict = gv.parse(program).check(target, answer, feedback="hint")
        assert f"look at {local} again" in [m.message for m in verdict.diagnosis]


@pytest.mark.parametrize("seed", range(6))
def test_one_side_of_a_kink_names_no_function(seed):
    graph = gv.parse("x, w, v ∈ ℝ; a = σ(w x); b = tanh(v a); f = a b + a²")
    verdict = graph.check("w", "(b + 2a + a v (1-b²)) x", seed=seed)
    assert [m.mistake for m in verdict.diagnosis] == ["missing-factor"]
