"""What is divided by its own sum adds up to 1, whether or not anybody declares so."""

import gradviz as gv

STABLE = """
z ∈ ℝ^k; y ∈ onehot(k)
m = max(z); e_i = exp(z_i - m); s = ∑_j e_j; p_i = e_i/s
L = -∑_i y_i ln p_i
"""


def test_stable_softmax_with_cross_entropy():
    graph = gv.parse(STABLE)
    assert str(graph.gradient("z")) == "p − y"
    *_, before, last = graph.derivation("z", strict=True).steps
    assert str(before).endswith("= p − y − (𝟏ᵀ(p − y)/sum(𝟙[z = m])) 𝟙[z = m]")
    assert str(last.reason) == "the entries of p add up to 1, the entries of y add up to 1"


def test_a_target_that_adds_up_to_anything_keeps_its_sum():
    graph = gv.parse(STABLE.replace("y ∈ onehot(k)", "y ∈ ℝ^k"))
    assert str(graph.gradient("z")) != "p − y"
    assert not graph.check("z", "p - y").ok
    assert graph.derivation("z", strict=True).steps


def test_another_sum_below_does_not_count():
    graph = gv.parse("x, w, c ∈ ℝ^k; p = x/sum(w); q = p - c; L = sum(q)²")
    assert not graph.check("x", "0").ok
    assert graph.check("x", str(graph.gradient("x"))).ok


def test_attention_by_exponentials_over_their_sums():
    graph = gv.parse(
        "Q ∈ ℝ^{t×d}; K ∈ ℝ^{n×d}; V ∈ ℝ^{n×m}; G ∈ ℝ^{t×m}"
        "\nS = Q Kᵀ/√(d); E = exp(S); A = E/rowsum(E); O = A V; L = sum(G ⊙ O)"
    )
    assert str(graph.gradient("Q")) == "(1/√d)((G Vᵀ − rowsum(G ⊙ O) 𝟏ᵀ) ⊙ A) K"
    assert str(graph.gradient("S")) == "(G Vᵀ − rowsum(G ⊙ O) 𝟏ᵀ) ⊙ A"
    assert graph.check("Q", str(graph.gradient("Q"))).ok
