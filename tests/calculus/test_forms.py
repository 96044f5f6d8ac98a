"""Forms as books print them: signs, numbers drawn out, traces, letters that are taken; each read back by the checker."""

import pytest

import gradviz as gv

FORMS = [
    ("x, μ ∈ ℝ^d; S ∈ ℝ^{d×d}; L = -(x - μ)ᵀ S (x - μ)", "μ", "(S + Sᵀ)(x − μ)"),
    ("x, y ∈ ℝ^d; A ∈ ℝ^{n×d}; L = -‖A(x - y)‖²", "y", "2Aᵀ A(x − y)"),
    ("X ∈ ℝ^{n×d}; μ ∈ ℝ^d; Λ ∈ ℝ^{d×d}; L = -1/2 tr((X - μ) Λ (X - μ)ᵀ)", "X", "−(1/2)(X − μ)(Λ + Λᵀ)"),
    ("X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; L = ‖X - X W Wᵀ‖²", "W", "−2(Xᵀ(X − X W Wᵀ) W + (X − X W Wᵀ)ᵀ X W)"),
    ("u ∈ ℝ^k; S, V ∈ ℝ^{k×k}; L = 1/2 (tr(V⁻¹ S) + uᵀ V⁻¹ u)", "V", "−(1/2) V⁻ᵀ(Sᵀ + u uᵀ) V⁻ᵀ"),
    ("S, V ∈ ℝ^{d×d}; L = n (ln det V + tr(V⁻¹ S))", "n", "ln(det(V)) + tr(V⁻¹ S)"),
    ("w ∈ ℝ^d; S, B ∈ ℝ^{d×d}; S symmetric; B symmetric; L = wᵀ B w/(wᵀ S w)", "w", "(2/(wᵀ S w))(B − L S) w"),
    (
        "Q ∈ ℝ^{t×d}; K, V ∈ ℝ^{n×d}; M ∈ ℝ^{t×n}; G ∈ ℝ^{t×d}; L = sum(G ⊙ (softmax(Q Kᵀ + M) V))",
        "M",
        "softmax(Q Kᵀ + M) ⊙ (G Vᵀ − rowsum(G Vᵀ ⊙ softmax(Q Kᵀ + M)) 𝟏ᵀ)",
    ),
    ("μ, σ, h ∈ ℝ^k; L = sum(sigmoid(h) ⊙ σ)", "h", "σ ⊙ logistic(h) ⊙ (1 − logistic(h))"),
    ("x, y ∈ ℝ^e; L = xᵀ exp(y)/e", "y", "(1/e) x ⊙ exp(y)"),
    ("X ∈ ℝ^{n×n}; L = tr(X)²/det(X)", "X", "(2 tr(X)/det(X)) I − L X⁻ᵀ"),
    ("A ∈ ℝ^{3×3}; x ∈ ℝ^3; L = xᵀ A⁻¹ (s diag(A))", "s", "xᵀ A⁻¹ diag(A)"),
    ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; L = logsumexp(X w) - mean(X w)", "X", "(softmax(X w) − 1/n) wᵀ"),
    ("X, G ∈ ℝ^{n×d}; L = sum(G ⊙ softmax(Xᵀ)ᵀ)", "X", "softmax(Xᵀ)ᵀ ⊙ (G − 𝟏 𝟏ᵀ(G ⊙ softmax(Xᵀ)ᵀ))"),
    (
        "X ∈ ℝ^{n×d}; V ∈ ℝ^{d×d}; S = X V Xᵀ; P = softmax(S); L = sum(P X)",
        "V",
        "Xᵀ(P ⊙ (𝟏 𝟏ᵀ Xᵀ − P X 𝟏 𝟏ᵀ)) X",
    ),
    ("y, m ∈ ℝ; s > 0; L = 1/2 ln(2π s²) + (y - m)²/(2s²)", "s", "1/s − (y − m)²/s³"),
    ("y, m, l ∈ ℝ; L = l/2 + (y - m)²/(2e^l)", "l", "1/2 − (y − m)²/(2e^l)"),
    ("y, m ∈ ℝ; b > 0; L = ln(2b) + |y - m|/b", "b", "(b − |y − m|)/b²"),
    ("A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = x^T (A^T)^{-1} x", "x", "(A⁻¹ + A⁻ᵀ) x"),
    ("A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = x^T (A^T)^{-1} x", "A", "−A⁻ᵀ x xᵀ A⁻ᵀ"),
    (
        "h, c ∈ ℝ^n; W, U ∈ ℝ^{n×n}; f = σ(W h); d = f ⊙ c + (1 - f) ⊙ tanh(U h); g = f ⊙ d; L = ‖g‖² + ‖d‖²",
        "h",
        "Uᵀ(∂L/∂d ⊙ (1 − f) ⊙ (1 − tanh(U h)²)) + Wᵀ(∂L/∂f ⊙ f ⊙ (1 − f))",
    ),
    ("x ∈ ℝ; L = (x² + 1)/(x³ - 2)", "x", "−x(4 + x³ + 3x)/(x³ − 2)²"),
]


@pytest.mark.parametrize(("program", "name", "form"), FORMS)
def test_a_form_is_as_in_books_and_read_back(program: str, name: str, form: str) -> None:
    graph = gv.parse(program)
    gradient = graph.gradient(name)
    assert str(gradient) == form
    for text in (form, gradient.ascii(), gradient.latex()):
        assert graph.check(name, text).status in {"equal_proved", "equal_numeric"}, text
    for style in ("delta", "chain", "index"):
        assert not graph.derivation(name, style=style, strict=True).notes


def test_what_two_summands_share_is_drawn_out_of_entries_too() -> None:
    graph = gv.parse("T ∈ ℝ^{2×3×4}; L = sum(softmax(T) ⊙ T)")
    form = "softmax(T)[i, j, k](1 + Tᵢⱼₖ − Σₗ Tᵢⱼₗ softmax(T)[i, j, l])"
    assert str(graph.gradient("T")) == form
    assert str(graph.derivation("T", strict=True).steps[-1]).endswith(form)


def test_letters_that_are_taken_are_not_written_entry_by_entry() -> None:
    graph = gv.parse("e, h ∈ ℝ^k; L = eᵀ exp(h)")
    assert str(graph.derivation("h", style="index").steps[0]) == "∂L/∂hᵢ = eᵢ exp(hᵢ)"


def test_a_window_that_is_summed_has_no_zeros_around_it() -> None:
    program = "X ∈ ℝ^{5×6}; W ∈ ℝ^{3×4}; v = avg_pool1d(X, 4, stride=1, padding=1); L = sum(mean(σ(v)) W)"
    assert str(gv.parse(program).gradient("X")) == "(1/4) ∑_{k=1}^{4} (∂L/∂v)[i, j − k + 2]"


def test_a_size_called_d_is_none_in_a_derivative() -> None:
    graph = gv.parse("Q ∈ ℝ^{t×d}; K ∈ ℝ^{n×d}; S = softmax(Q Kᵀ/√d) ⊙ softmax(Q Kᵀ); L = ‖S‖²")
    for answer in (
        "dL/dS dS/dQ",
        "dL/d(softmax(Q K^T/√d)) d(softmax(Q K^T/√d))/dQ + dL/d(softmax(Q K^T)) d(softmax(Q K^T))/dQ",
    ):
        assert graph.check("Q", answer).status in {"equal_proved", "equal_numeric"}, answer


@pytest.mark.parametrize(
    ("program", "name", "lines"),
    [
        (
            "W ∈ ℝ^{m×n}; x ∈ ℝ^n; λ > 0; L = sum(ReLU(W x)) + λ ‖W‖²",
            "W",
            ["𝟏 · ∂(ReLU(W x))/∂W + λ · ∂(‖W‖²)/∂W", "(𝟏 ⊙ 𝟙[W x > 0]) xᵀ + 2λ W", "𝟙[W x > 0] xᵀ + 2λ W"],
        ),
        ("A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = sum(A A x)", "A", ["𝟏 · ∂(A A x)/∂A", "𝟏 xᵀ Aᵀ + Aᵀ 𝟏 xᵀ"]),
        ("W ∈ ℝ^{3×4}; x ∈ ℝ^4; v = W x; L = sum(v)", "W", ["𝟏 · ∂v/∂W", "𝟏 xᵀ"]),
        (
            "X ∈ ℝ^{n×n}; L = tr(X)²/det(X)",
            "X",
            ["1/det(X) · ∂(tr(X)²)/∂X − tr(X)²/det(X)² · ∂(det(X))/∂X", "(2 tr(X)/det(X)) I − L X⁻ᵀ"],
        ),
    ],
)
def test_a_line_is_an_equation_of_arrays_of_one_shape(program: str, name: str, lines: list[str]) -> None:
    derivation = gv.parse(program).derivation(name, strict=True)
    written = [str(step).split(" = ", 1)[1] for step in derivation.steps]
    assert [line for line in lines if line not in written] == []
    assert len(set(written)) == len(written)


def test_losses_at_time_steps_add_in_forward_names() -> None:
    steps = [f"h{t} = tanh(W h{t - 1} + U x{t}); p{t} = softmax(V h{t}); L{t} = -y{t}ᵀ ln p{t}" for t in (1, 2, 3)]
    declared = "W ∈ ℝ^{m×m}; U ∈ ℝ^{m×d}; V ∈ ℝ^{k×m}; h0 ∈ ℝ^m; x1, x2, x3 ∈ ℝ^d; y1, y2, y3 ∈ onehot(k)"
    graph = gv.parse("; ".join([declared, *steps, "L = L1 + L2 + L3"]))
    assert str(graph.gradient("V")) == "(p₃ − y₃) h₃ᵀ + (p₂ − y₂) h₂ᵀ + (p₁ − y₁) h₁ᵀ"
    assert str(graph.gradient("h1")) == "Wᵀ(∂L/∂h₂ ⊙ (1 − h₂²)) + Vᵀ(p₁ − y₁)"
    assert str(graph.derivation("h1", strict=True).steps[-1]).endswith("= Wᵀ(∂L/∂h₂ ⊙ (1 − h₂²)) + Vᵀ(p₁ − y₁)")
    assert not graph.derivation("V", strict=True).notes
