"""What stages say of each other: opened where that cancels, named where a stage says it, and what they add up to."""

import pytest

import gradviz as gv

_NORM = "x, a ∈ ℝ^n; m = mean(x); c = x - m; v = mean(c²); "
FORMS = [
    ("z ∈ ℝ; p = σ(z); o = p/(1-p); L = ln o", "z", "1"),
    ("z ∈ ℝ; p = σ(z); q = 1-p; L = -ln p - ln q", "z", "p − q"),
    ("z ∈ ℝ; y ∈ {0,1}; p = σ(z); q = 1-p; L = -y ln p - (1-y) ln q", "z", "p − y"),
    ("z, y ∈ ℝ^n; p = σ(z); q = 1-p; L = -yᵀ ln p - (1-y)ᵀ ln q", "z", "p − y"),
    (_NORM + "L = v", "x", "(2/n) c"),
    (_NORM + "w = var(x); L = v w + m", "x", "(1/n)(1 + 2(v + w) c)"),
    (_NORM + "y = c/sqrt(v+ε); L = aᵀ y", "x", "(1/√(v + ε))(a − mean(a) − (aᵀ y/n) y)"),
    (
        "X ∈ ℝ^{n×d}; S ∈ ℝ^{d×d}; μ = colmean(X); C = (X-μ)ᵀ(X-μ)/n; L = tr(S C)",
        "X",
        "(1/n)(X − μ)(S + Sᵀ)",
    ),
    ("Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); E = exp(Z); P = E/rowsum(E); L = -sum(Y ⊙ ln P)", "Z", "P − Y"),
    ("Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); E = exp(Z); s = rowsum(E); P = E/s; L = -sum(Y ⊙ ln P)/n", "Z", "(1/n)(P − Y)"),
    ("z ∈ ℝ^k; y ∈ onehot(k); u = exp(z); p = u/sum(u); L = -yᵀ ln p", "z", "p − y"),
    ("A ∈ ℝ^{n×n}; B = A⁻¹; C = B⁻¹; L = tr(C) + tr(B)", "A", "I − Bᵀ Bᵀ"),
]


@pytest.mark.parametrize(("program", "name", "form"), FORMS)
def test_what_stages_say_of_each_other_is_used(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok
    for style in ("delta", "chain", "index"):
        assert not any("left out" in str(n) for n in graph.derivation(name, style=style, strict=True).notes)


@pytest.mark.parametrize(
    ("program", "name", "reason"),
    [
        (FORMS[0][0], "z", "o = p/(1 − p)"),
        (FORMS[2][0], "z", "q = 1 − p"),
        (FORMS[5][0], "x", "c = x − m"),
    ],
)
def test_the_last_step_says_what_it_uses(program, name, reason):
    assert str(gv.parse(program).derivation(name, strict=True).steps[-1].reason) == reason


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("x, w ∈ ℝ^n; m = mean(w); c = x - m; L = sum(c)²", "x"),
        ("E, F, G ∈ ℝ^{n×k}; P = E/rowsum(F); L = sum(G ⊙ P)", "E"),
        ("z, r ∈ ℝ; p = σ(z); q = 1-r; L = -ln p - ln q", "z"),
        ("X ∈ ℝ^{n×d}; S ∈ ℝ^{d×d}; μ = rowmean(X); C = (X - μ 𝟏ᵀ)ᵀ(X - μ 𝟏ᵀ); L = sum(S ⊙ C)", "X"),
    ],
)
def test_what_only_looks_like_it_keeps_its_form(program, name):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) != "0"
    assert graph.check(name, str(graph.gradient(name))).ok
    assert graph.derivation(name, strict=True).steps


def test_names_of_products_stay():
    graph = gv.parse("w, h0 ∈ ℝ; h1 = w h0; h2 = w h1; L = w h2")
    assert str(graph.gradient("w")) == "h₂ + w h₁ + w² h₀"


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        ("r ∈ ℝ^n; τ ∈ (0,1); L = sum(max(τ r, (τ-1) r))/n", "τ", "mean(r)"),
        ("a, b ∈ ℝ^n; L = sum(max(a, b) + min(a, b))", "a", "𝟏"),
        ("x ∈ ℝ; L = ln(1 + e^{ln(1 + e^x)})", "x", "e^x/(2 + e^x)"),
        ("s > 0; L = e^{ln(s)/2}", "s", "1/(2 √s)"),
        ("i, j, k ∈ ℝ; z ∈ ℝ^3; L = i j k ‖z‖²", "i", "j k ‖z‖²"),
        ("a, b, c, d ∈ ℝ; L = a b c d²", "a", "b c d²"),
    ],
)
def test_what_always_holds(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        ("x ∈ ℝ^n; u = layernorm(x, eps=0.01); L = sum(u)", "x", "0"),
        ("x ∈ ℝ^n; b ∈ ℝ; u = layernorm(x, eps=1); L = sum((u + b)²)", "b", "2n b"),
        ("x ∈ ℝ^n; b ∈ ℝ; u = layernorm(x, eps=1); L = sum((u + b)²)", "x", "(2/√(var(x) + 1))(u − ((u + b)ᵀ u/n) u)"),
    ],
)
def test_what_is_normalised_adds_up_to_nothing(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok


def test_a_cosine_of_named_norms_is_told_alike_for_both():
    graph = gv.parse("u, v ∈ ℝ^n; a = ‖u‖; b = ‖v‖; c = uᵀ v/(a b); L = 1 - c")
    forms = [str(graph.gradient(name)) for name in ("u", "v")]
    assert forms == ["(c/a²) u − (1/(a b)) v", "(c/b²) v − (1/(a b)) u"]
