"""Functions whose words a program has for names of its own: what is printed of them reads back."""

import pytest

import gradviz as gv

PROGRAMS = [
    ("softmax, x ∈ ℝ^n; L = softmaxᵀ exp(x)/sum(exp(x))", "x", "softmax_fn(x) ⊙ (softmax − L)"),
    ("softmax, x ∈ ℝ^n; L = softmaxᵀ exp(x)/sum(exp(x))", "softmax", "softmax_fn(x)"),
    ("mean ∈ ℝ; x ∈ ℝ^n; L = (mean - 1/n 𝟏ᵀx)²", "mean", "2(mean − mean_fn(x))"),
    ("sign, x ∈ ℝ^n; L = signᵀ|x|", "x", "sign ⊙ sgn(x)"),
    ("sign, sgn, x ∈ ℝ^n; L = (sign + sgn)ᵀ|x|", "x", "(sign + sgn) ⊙ sign_fn(x)"),
    ("X ∈ ℝ^{n×k}; diag ∈ ℝ^k; L = ‖X ⊙ 𝟏 diagᵀ‖²", "X", "2X diag_fn(diag²)"),
    ("norm ∈ ℝ; x ∈ ℝ^n; L = norm ‖x‖", "x", "(norm/‖x‖) x"),
    ("x, y ∈ ℝ^norm; L = ‖x‖ + ‖y‖/norm", "y", "(1/(norm ‖y‖)) y"),
    ("relu, x ∈ ℝ^n; L = reluᵀ max(0, x)", "relu", "relu_fn(x)"),
    ("ReLU, x ∈ ℝ^n; L = ReLUᵀ max(0, x)", "ReLU", "relu_fn(x)"),
    ("tr ∈ ℝ; A ∈ ℝ^{n×n}; L = tr trace(A)²", "A", "2 tr trace_fn(A) I"),
    ("ln, x > 0; L = ln log(x)", "ln", "log(x)"),
    ("sigmoid, σ, logistic, x ∈ ℝ; L = sigmoid σ logistic/(1 + exp(-x))", "x", "L sigmoid_fn(−x)"),
    ("I ∈ ℝ; Id, A ∈ ℝ^{n×n}; L = I tr(A)² + tr(Id A)", "A", "2I tr(A) I_fn + Idᵀ"),
]


@pytest.mark.parametrize(("program", "by", "form"), PROGRAMS)
def test_reads_back(program: str, by: str, form: str) -> None:
    graph = gv.parse(program.replace("; ", "\n"))
    gradient = graph.gradient(by)
    assert str(gradient) == form
    for text in (form, gradient.ascii(), gradient.latex()):
        assert graph.check(by, text).ok, text


def test_apart_only_where_the_word_is_taken() -> None:
    with pytest.raises(gv.GradvizError, match="there is no function mean_fn"):
        gv.parse("x ∈ ℝ^n\nL = mean_fn(x)")
    graph = gv.parse("x ∈ ℝ^n\nmean ∈ ℝ\nL = mean_fn(x) mean")
    assert str(graph.gradient("mean")) == "mean_fn(x)"
    assert str(gv.parse("x ∈ ℝ^n\nmean_fn, mean ∈ ℝ\nL = mean_fn mean sum(x)").gradient("mean_fn")) == "mean 𝟏ᵀ x"


@pytest.mark.parametrize("answer", ["T T^T", "T Tᵀ", "T T.T"])
def test_a_matrix_called_t(answer: str) -> None:
    assert gv.parse("S, T ∈ ℝ^{n×n}\nL = tr(Sᵀ T Tᵀ)").check("S", answer).ok


def test_a_named_power_of_entries_in_an_answer() -> None:
    assert gv.parse("P ∈ ℝ^{n×m}\nγ > 0\nL = sum(pow(P, γ))").check("P", "γ P^(γ - 1)").ok
