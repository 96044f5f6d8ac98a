"""What is asked about, since it is written both ways."""

import pytest

import gradviz as gv


@pytest.mark.parametrize("word", ["sum", "mean", r"\operatorname{sum}", "max"])
def test_a_space_before_what_is_summed_and_raised(word: str) -> None:
    with pytest.raises(gv.GradvizError, match="two readings") as problem:
        gv.parse(f"x, y ∈ ℝ^n; L = {word} (x - y)^2")
    assert "(x − y)², or" in str(problem.value)
    assert "((x − y)²)" in str(problem.value)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("sum(x - y)^2", "2(𝟏ᵀ(x − y)) 𝟏"),
        ("sum((x - y)^2)", "2(x − y)"),
        (r"\sum (x - y)^2", "2(x − y)"),
        ("sum (x - y)", "𝟏"),
    ],
)
def test_what_has_one(text: str, form: str) -> None:
    assert str(gv.parse(f"x, y ∈ ℝ^n; L = {text}").gradient("x")) == form


def test_an_answer_may_have_either() -> None:
    graph = gv.parse("x, y ∈ ℝ^n; λ ∈ ℝ; L = λ sum((x - y)^2)")
    assert graph.check("λ", "sum (x - y)^2").ok
    assert not graph.check("λ", "sum(x - y)^2").ok


@pytest.mark.parametrize(("term", "told"), [("b", "b 𝟏ᵀ"), ("(b + c)", "(b + c) 𝟏ᵀ")])
def test_a_column_beside_samples_in_columns(term: str, told: str) -> None:
    program = "X ∈ ℝ^{d×n}; W ∈ ℝ^{h×d}; b ∈ ℝ^{h×1}; c ∈ ℝ^h; L = sum(W X - %s)"
    with pytest.raises(gv.GradvizError, match="to go with every column, write") as problem:
        gv.parse(program % term)
    assert told in str(problem.value)
    assert str(gv.parse(program % told).gradient("b")) == "−n 𝟏"
