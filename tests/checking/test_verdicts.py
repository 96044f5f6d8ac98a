"""Verdicts: statuses, evidence, feedback, JSON."""

import json

import pytest

import gradviz as gv
from gradviz.api.checking import MOST_KEPT
from gradviz.messages import UsageError
from tests.checking.problems import BCE

GRAPH = gv.parse(BCE)


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("W2", "(ŷ - y) h1"),
        ("dL/dW2", "-(y/ŷ - (1-y)/(1-ŷ)) ŷ (1-ŷ) h1"),
        ("W2", "(1/(1 + exp(-z2)) - y) σ(W1ᵀ x)"),
        ("W2", r"$\frac{\partial L}{\partial \hat{y}} \frac{\partial \hat y}{\partial z_2} h_1$"),
        ("δ1", "δ2 W2 h1 (1 - h1)"),
        ("W1", "x δ1ᵀ"),
        ("z2", "(1 + tanh(z2/2))/2 - y"),
        ("z2", "sqrt(ŷ)^2 - y"),
        ("dŷ/dz2", "ŷ(1-ŷ)"),
        ("dh1/dz1", "diag(h1 ⊙ (1 - h1))"),
        ("W1", "x ((ŷ - y) W2 ⊙ h1 ⊙ (1 - h1))ᵀ"),
    ],
)
def test_right(target, answer):
    verdict = GRAPH.check(target, answer)
    assert verdict.status == "equal_proved", verdict
    assert verdict.ok


@pytest.mark.parametrize("ones", ["1ᵀ", "1^T", "1.T", "1^{T}", r"1^\top", r"1^{\top}", "𝟏ᵀ", r"\mathbf{1}^\top"])
def test_a_one_with_a_transpose_is_a_row_of_ones(ones):
    graph = gv.parse("z, y ∈ ℝ^k; ŷ = softmax(z); L = -yᵀ ln ŷ")
    verdict = graph.check("z", f"({ones} y) ŷ - y")
    assert verdict.status == "equal_proved", verdict
    assert verdict.parsed is not None
    assert str(verdict.parsed) == "(𝟏ᵀ y) ŷ − y"
    assert graph.check("z", f"{ones} y ŷ - y").ok
    assert not graph.check("z", f"({ones} ŷ) ŷ - y").ok
    program = gv.parse(f"X ∈ ℝ^{{n×d}}; r = {ones} X; L = ‖r‖²")
    assert program.shape("r") == (1, "d")
    assert str(program.gradient("X")) == "2𝟏 r"


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        ("a, b ∈ ℝ; L = ln a + √b + |a|", "a", "1/a + 1"),
        ("x ∈ ℝ^n; L = sum(ln x) + sum(|x|)", "x", "1/x + 1"),
    ],
)
def test_only_where_the_graph_has_values(program, target, answer):
    verdict = gv.parse(program).check(target, answer)
    assert verdict.ok, verdict


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("W2", "(ŷ + y) h1"),
        ("W2", "(ŷ - y) h1ᵀ"),
        ("z2", "ŷ - y + 10^-13"),
        ("z2", "(ŷ - y) ln(z2)/ln(z2)"),
        ("dŷ/dz2", "ŷ(1+ŷ)"),
    ],
)
def test_wrong(target, answer):
    verdict = GRAPH.check(target, answer)
    assert verdict.status == "unequal_proved", verdict
    assert not verdict.ok


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("foo", "invalid"),
        (")(", "invalid"),
        ("", "invalid"),
        ("dL/dW2", "invalid"),
        ("(ŷ - y) h1 + x", "invalid"),
        ("x" * 5000, "resource"),
        ("repeat(h1, 999999999)", "resource"),
        (None, "invalid"),
    ],
)
def test_refused(answer, status):
    assert GRAPH.check("W2", answer).status == status


def test_a_fact_that_is_needed_is_told():
    verdict = GRAPH.check("W2", "(ŷ - y^2) h1")
    assert verdict.status == "equal_proved"
    assert "y ∈ {0, 1}" in verdict.message


def test_the_witness_is_one():
    verdict = GRAPH.check("z2", "ŷ + y", seed=5)
    assert set(verdict.witness) == {"x", "W1", "W2", "y"}
    values = GRAPH.explain(verdict.witness).values
    assert values["ŷ"] + values["y"] != pytest.approx(values["ŷ"] - values["y"])


def test_points_are_seeded_or_secret():
    first, second = (GRAPH.check("z2", "y", seed=3).json() for _ in range(2))
    assert first == second
    assert first["witness"] != gv.parse(BCE).check("z2", "y").json()["witness"]


def test_json_has_the_keys_of_the_format():
    found = json.loads(json.dumps(GRAPH.check("W2", "h1").json()))
    assert list(found) == ["status", "message", "parsed", "expected", "witness", "diagnosis", "evidence"]
    assert found["parsed"] == {"unicode": "h₁", "latex": "h_1"}


@pytest.mark.parametrize(("level", "tells"), [("none", False), ("verdict", False), ("hint", False), ("full", True)])
def test_feedback_gives_nothing_away(level, tells):
    verdict = GRAPH.check("z2", "ŷ + y", feedback=level)
    assert verdict.status == "unequal_proved"
    assert ("ŷ − y" in str(verdict.json())) is tells
    assert bool(verdict.witness) is tells


@pytest.mark.parametrize(
    ("target", "answer", "ok"),
    [
        ("L", "0.127", True),
        ("L", "0.12693", True),
        ("L", "0.13", False),
        ("w", "-0.119", True),
        ("w", "-0.118", False),
        ("ŷ", "0.881", True),
        ("w", "(ŷ - y) x", True),
    ],
)
def test_numbers(target, answer, ok):
    graph = gv.parse("z = w x; ŷ = σ(z); L = -y ln ŷ - (1-y) ln(1-ŷ)")
    assert graph.check(target, answer, at={"w": 2, "x": 1, "y": 1}).ok is ok


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (" + relu(z - 100)", "unequal_proved"),
        (" + sqrt((z - 100)^2) - (100 - z)", "unequal_proved"),
        (" + |z - 100000| - (100000 - z)", "unequal_proved"),
        (" + e^(-1000)", "unequal_proved"),
        (" + 10^(-29)", "unequal_proved"),
        (" + 0 sqrt(z)", "unequal_proved"),
        (" + 0/(z - z)", "unequal_proved"),
        (" + 𝟙[z > 10^20]", "unequal_proved"),
        (" + relu(-z/7 - 10^15)", "unequal_proved"),
        (" + 𝟙[z^2 > e^30]", "unequal_proved"),
        (" + sin(z)^2 + cos(z)^2 - 1", "equal_proved"),
        (" + sin(2z) - 2 sin z cos z", "equal_proved"),
        (" z/z", "equal_proved"),
        (" sqrt(4 + z^2)/sqrt(1 + z^2/4)/2", "equal_proved"),
    ],
)
def test_what_hides_far_away_or_far_behind_the_point(answer, status):
    graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    assert graph.check("z", "2(ŷ - y) ŷ (1 - ŷ)" + answer).status == status


def test_a_prime_on_a_number_is_no_transpose():
    """Read as one it would be h, where a derivative is meant."""
    graph = gv.parse("z = w x; h = relu(z); L = (h - y)^2")
    verdict = graph.check("w", "2(h - y) h' x")
    assert verdict.status == "invalid"
    assert "line 1, column 10: h' is no transpose, as h is a number" in str(verdict)
    assert graph.check("w", "2(h - y) relu'(z) x").ok
    assert gv.parse("W ∈ ℝ^{2×3}; x ∈ ℝ^3; y ∈ ℝ^2; L = y' W x").check("x", "W' y").ok


def test_a_gradient_that_is_zero():
    graph = gv.parse("x ∈ ℝ^3; a = sum(x); L = y^2")
    assert graph.check("x", "0").ok
    assert graph.check("x", "[0, 0, 0]").ok
    assert not graph.check("x", "x").ok


@pytest.mark.parametrize(
    ("answer", "definition"),
    [("(σ(z2) - y) h1", "ŷ = "), ("(ŷ - y) σ(z1)", "h₁ = "), ("(ŷ - y) σ(W1ᵀ x)", "z₁ = W₁ᵀ x"), ("(ŷ - y) h1", "")],
)
def test_definitions_that_are_needed_are_told(answer, definition):
    message = GRAPH.check("W2", answer).message
    assert definition in message
    assert ("because" in message) is bool(definition)


@pytest.mark.parametrize(
    ("answer", "asked", "has"),
    [
        ("(ŷ - y) h1", {"form": "simplified"}, True),
        ("(ŷ(1 - y) - y(1 - ŷ)) h1", {"form": "simplified"}, False),
        ("ŷ h1 - y h1", {"form": "factored"}, False),
        ("h1 (ŷ - y)", {"form": "factored"}, True),
        ("∂L/∂z2 h1", {"in_terms_of": ["ŷ", "y", "h_1"]}, False),
        ("∂L/∂z2 h1", {"in_terms_of": ["dL/dz2", "h_1"]}, True),
        ("∂L/∂z2 h1", {"in_terms_of": ["δ2", "h_1"]}, True),
        ("δ2 h1", {"in_terms_of": ["dL/dz2", "h_1"]}, True),
        ("δ2 h1", {"in_terms_of": ["ŷ", "h_1"]}, False),
    ],
)
def test_a_form_is_judged_apart(answer, asked, has):
    verdict = GRAPH.check("W2", answer, **asked)
    assert verdict.ok
    assert verdict.form is has
    assert verdict.json()["form"] is has


@pytest.mark.parametrize("names", ["W2", ["ŷ", "foo"], ["dL/dq"], ["x y"], [3]])
def test_names_that_an_answer_may_use_are_names_of_the_program(names):
    with pytest.raises(UsageError):
        GRAPH.check("W2", "(ŷ - y) h1", in_terms_of=names)


DERIVATION = r"""
\begin{align*}
\frac{\partial L}{\partial W_2} &= \frac{\partial L}{\partial \hat y} \cdot \frac{\partial \hat y}{\partial z_2}
  \cdot \frac{\partial z_2}{\partial W_2} && \text{chain rule} \\
 &= \frac{\hat y - y}{\hat y (1 - \hat y)} \hat y (1 - \hat y) h_1 \tag{2} \\
 &= (\hat y + y) h_1 \\
 &= (\hat y - y) h_1
\end{align*}
"""


def test_a_derivation_in_latex():
    found = GRAPH.check_derivation("W2", DERIVATION)
    assert (found.first_wrong, found.right, len(found.lines)) == (3, 3, 4)
    assert "sign" in found.message
    assert found.json()["first_wrong"] == 3


def test_a_derivation_in_text_may_skip_steps():
    text = """dL/dW1 = ∂L/∂h1 · ∂h1/∂z1 · ∂z1/∂W1
              = x ((ŷ - y) W2 ⊙ h1 ⊙ (1 - h1))ᵀ"""
    found = GRAPH.check_derivation("W1", text)
    assert found.ok
    assert found.score == 1


def test_strict_asks():
    graph = gv.parse("L = x^2/2")
    assert graph.check("x", "1/1x").ok
    assert graph.check("x", "1/1x", strict=True).status == "invalid"


def test_a_target_that_is_none_is_an_error():
    with pytest.raises(gv.GradvizError, match="nothing that an answer"):
        GRAPH.check("foo", "1")


def test_numbers_are_held_against_one_checker_and_do_not_disturb_each_other():
    at = "x=[1,2,3], y=1, W1=[[0.1,0.2,0.3,0.4],[0,0,0,0],[0.1,0.1,0.1,0.1]], W2=[1,-1,0.5,0.2]"
    graph = gv.parse(GRAPH.program.source.text)
    asked = [
        ("W2", a) for a in ("(ŷ - y) h1", "dL/dz2 h1", "[-0.236, -0.245, -0.254, -0.263]", "[1, 2, 3, 4]", "h1", "[1")
    ]
    asked += [("L", "1/2 + 0 z2"), ("L", "0.499"), ("L", "ln 2")]
    alone = [gv.parse(GRAPH.program.source.text).check(t, a, at=at).json() for t, a in asked]
    for _ in range(2):
        assert [graph.check(t, a, at=at).json() for t, a in asked] == alone
    assert len({v["status"] for v in alone}) == 3
    for n in range(3 * MOST_KEPT):
        assert graph.check("L", "0.5", at=at.replace("W2=[1,", f"W2=[0.{n}1,")).status == "unequal_proved"
    assert len(graph.room().numbers) == MOST_KEPT
    assert graph.check("L", "0.4", at=at, tolerance=0.2).ok
    assert not graph.check("L", "0.4", at=at, tolerance=0.01).ok


def test_no_answer_is_wrong_where_what_is_right_is_no_number():
    graph = gv.parse("L = -y ln ŷ - (1 - y) ln(1 - ŷ)")
    for answer in ("0", "1", "ŷ"):
        verdict = graph.check("L", answer, at="y=1, ŷ=1")
        assert (verdict.status, verdict.message.partition(":")[0]) == (
            "undecided",
            "L is no finite number at these values",
        )
