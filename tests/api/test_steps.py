"""The steps of programs: their order, their formulas, and the numbers below these."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import GradvizError, UsageError

EXAMPLES = Path(__file__).parents[2] / "examples"
CHAIN = (
    "x ∈ ℝ; W1 ∈ ℝ; b1 ∈ ℝ; W2 ∈ ℝ; b2 ∈ ℝ; y ∈ {0,1}; λ > 0; data x, y; z1 = W1 x + b1; h1 = σ(z1); z2 = W2 h1 + b2;"
    "ŷ = σ(z2); L = -(y log ŷ + (1 - y) log(1 - ŷ)); R = λ (W1^2 + W2^2); J = L + R"
)
AT = "x=1.5, W1=.8, b1=-.4, W2=-1.2, b2=.3, y=1, λ=.1"


def chain() -> gv.Explanation:
    return gv.parse(CHAIN).explain(at=AT)


def test_forward_in_topological_order_then_backward() -> None:
    steps = chain().steps
    assert [s.box for s in steps if s.kind == "value"] == ["z1", "h1", "z2", "ŷ", "L", "R", "J"]
    kinds = [s.kind for s in steps]
    assert kinds[7] == "start"
    assert "value" not in kinds[8:]
    assert len(steps) == 25


def test_paths_are_added_when_the_last_of_them_is_known() -> None:
    steps = [s for s in chain().steps if s.box == "W2"]
    assert [s.kind for s in steps] == ["path", "path", "sum"]
    assert ["W2" in s.gradients for s in steps] == [False, False, True]
    assert steps[2].formula[1] == (
        r"\frac{\partial J}{\partial R} \cdot 2W_2 \lambda + \frac{\partial J}{\partial z_2} \cdot h_1"
    )
    assert steps[2].numbers == ("-0.24 - 0.434", "-0.674")
    assert {w[1] for w in steps[2].wires} == {"R", "z2"}


def test_a_gradient_is_shown_only_after_those_that_it_is_made_of() -> None:
    ex = chain()
    for step in ex.steps:
        for box in step.beside:
            assert box in step.gradients
        if step.kind == "value":
            assert all(source in step.values for source, _, _ in step.wires)
    assert set(ex.steps[-1].gradients) == set(ex.steps[-1].values) == set(ex.values)


PROGRAMS = {
    "chain": (CHAIN, AT),
    "square": ("f = x x + 3 / x", "x=-1.5"),
    "shared": ("a = x y; b = a + x; f = a b e^(-b)", "x=0.3, y=-0.7"),
    "cases": ("h = max(0, w x); L = (h - y)^2 / 2 - |w|", "w=-0.5, x=-3, y=2"),
}


@pytest.mark.parametrize("view", ["stages", "ops"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_below_a_formula_come_to_its_result(name: str, view: str) -> None:
    from gradviz.api.drawings.steps import steps

    text, at = PROGRAMS[name]
    seen = 0
    for step in steps(gv.parse(text).explain(at=at), view):
        results = [float(gv.parse(f"f = {side}").explain().values["f"]) for side in step.numbers]
        seen += len(results)
        assert results == pytest.approx([results[-1]] * len(results), rel=0.02, abs=2e-4) if results else True
    assert seen >= 4


@pytest.mark.parametrize("example", ["bce", "softmax", "regression", "residual"])
@pytest.mark.parametrize("convention", ["shape", "numerator"])
@pytest.mark.parametrize("view", ["stages", "ops"])
def test_contributions_add_up_to_the_gradient(example: str, convention: str, view: str) -> None:
    from gradviz.api.drawings.steps import _Steps

    ex = gv.load(EXAMPLES / f"{example}.grad").explain(seed=1, convention=convention)
    made = _Steps(ex, view)
    assert list(made.all())
    for operand, links in made.into.items():
        total = sum(np.asarray(made.contributed(way)) for way in links)
        assert total == pytest.approx(np.asarray(ex.gradient_at(operand)), rel=1e-9, abs=1e-12)


def test_steps_without_numbers() -> None:
    steps = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; r = X w - y; L = ‖r‖²").explain().steps
    assert all(step.numbers == () for step in steps)
    (step,) = [s for s in steps if s.box == "w"]
    assert step.formula[-1] == "2X^\\top r"


def test_a_file_for_each_step(tmp_path: Path) -> None:
    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4")
    ex.save(tmp_path / "steps" / "step-{n:02}.svg")
    names = sorted(path.name for path in (tmp_path / "steps").iterdir())
    assert names == [f"step-{n:02}.svg" for n in range(1, 8)]
    ex.save(tmp_path / "three.svg", step=3)
    assert (tmp_path / "three.svg").read_bytes() == (tmp_path / "steps" / "step-03.svg").read_bytes()
    ex.save(tmp_path / "moving.svg", steps=True)
    assert "@keyframes" in (tmp_path / "moving.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "wishes", "message"),
    [
        ("f-{m}.svg", {}, "place for the number"),
        ("f-{n}-{n:x}.svg", {}, "place for the number"),
        ("f-{n}.svg", {"step": 2}, "choose one"),
        ("f-{n}.txt", {}, "step by step"),
        ("f.svg", {"step": 99}, "there is no step 99"),
        ("f.json", {"step": 1}, "no single step"),
        ("f.txt", {"steps": True}, "do not show steps"),
    ],
)
def test_what_cannot_be_written(name: str, wishes: dict[str, int], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message):
        gv.parse("f = x^2").explain(at="x=2").save(tmp_path / name, **wishes)
    assert not list(tmp_path.iterdir())


def test_steps_backward_ask_for_a_scalar() -> None:
    assert [step.kind for step in gv.parse("x ∈ ℝ^3; y = 2 x").explain().steps] == ["value"]
    with pytest.raises(GradvizError, match="scalar"):
        gv.parse("x ∈ ℝ^3; y = 2 x").explain(at={"x": [1, 2, 3]}, wrt=["x"])


def test_a_picture_without_steps_has_no_frames(tmp_path: Path) -> None:
    from gradviz.api.drawings.depiction import Depiction
    from gradviz.api.files import save

    class Still(Depiction):
        @property
        def all_steps(self) -> tuple[()]:  # type: ignore[override]
            return ()

    for name in ("f.pdf", "f.pptx", "f.svg", "f-{n}.png"):
        with pytest.raises(UsageError, match="no steps"):
            save(Still(gv.parse("f = x^2").explain(at="x=2"), steps="{" not in name), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_large_arrays_are_told_not_written_out() -> None:
    import numpy as np

    graph = gv.parse("w ∈ ℝ^n; y ∈ ℝ^n; data y; r = w - y; L = ‖r‖²")
    steps = graph.explain(at={"w": np.arange(8.0), "y": np.ones(8)}).steps
    assert steps[0].numbers == (r"\in \mathbb{R}^{8}\text{: }\text{min }{-1},\ \text{mean }{2.5},\ \text{max }{6}",)


def test_what_nobody_named_is_short_in_derivatives() -> None:
    """A derivative by a long operation has an ellipsis, and the numbers below are those of that operation."""
    from gradviz.render.plain import plain

    terms = " + ".join(f"w{n} x{n}" for n in range(1, 13))
    graph = gv.parse(f"f = tanh({terms})^2")
    ex = graph.explain({name: 0.01 + 0.01 * k for k, name in enumerate(graph.inputs)}, wrt=())
    from gradviz.api.drawings.steps import steps

    found = steps(ex, "ops")
    for step in found:
        assert len(str(step.reason)) < 220
        for side in (plain(s) for s in step.formula):
            assert all(len(slope) < 110 for slope in side.split(" · ") if slope.startswith("∂"))
    (slope,) = [s for s in found if s.kind == "local" and plain(s.formula[0]).startswith("∂f/∂(w₁ x₁ + w₂ x₂ + …")]
    total = sum(ex.values[f"w{n}"] * ex.values[f"x{n}"] for n in range(1, 13))
    assert float(slope.numbers[-1]) == pytest.approx(2 * np.tanh(total) * (1 - np.tanh(total) ** 2), rel=1e-3)


def test_arrays_are_shown_in_their_shape() -> None:
    """A gradient of zeros, a row, and a large array are not shown as a number, a column, or a size."""
    from gradviz.api.drawings.picture import drawing
    from gradviz.render import compose

    text = "x ∈ ℝ^2; r ∈ ℝ^{1×3}; W ∈ ℝ^{3×7}; v ∈ ℝ^7; u ∈ ℝ^7; L = 0 ‖x‖² + r W v + 0 ‖u‖²"
    at = {"x": [1, 2], "r": [[1, -2, 3]], "W": [[-1.0] * 7] * 3, "v": [-3.0] * 6 + [-1.0], "u": [1.0] * 7}
    ex = gv.parse(text).explain(at=at, wrt=())
    boxes = {box.id: box for box in drawing(ex).boxes}
    assert boxes["x"].gradient == r"\begin{bmatrix} 0 \\ 0 \end{bmatrix}"
    assert boxes["r"].value == r"\begin{bmatrix} 1 & -2 & 3 \end{bmatrix}"
    assert boxes["r"].gradient == r"\begin{bmatrix} 19 & 19 & 19 \end{bmatrix}"
    assert boxes["W"].value == r"\in \mathbb{R}^{3 \times 7}\text{: }\text{all }{-1}"
    assert boxes["u"].gradient == r"\in \mathbb{R}^{7}\text{: }\text{all }{0}"
    whole = {shape.part: shape.title for shape in compose(drawing(ex)).shapes}
    assert whole["value-v"] == "v ∈ ℝ⁷: min −3, mean −2.714, max −1"
    assert whole["gradient-u"] == "∂L/∂u ∈ ℝ⁷: all 0"
    assert "W ∈ ℝ³ˣ⁷: all −1" in ex.text()


def test_cases_are_drawn_as_they_were_written() -> None:
    from gradviz.api.drawings.picture import drawing

    text = r"""
    block act(v, a):
      u = \begin{cases} v & v > 0 \\ a v & v \le 0 \end{cases}
    x ∈ ℝ^3
    data x
    h = act(x, α)
    L = sum(h)
    """
    ex = gv.parse(text.replace("\n    ", "\n")).explain(at={"x": [1, -2, 3], "α": 0.1}, wrt=())
    labels = {box.id: box.label for box in drawing(ex).boxes}
    assert labels["h"] == r"\begin{cases} x & x > 0 \\ \alpha x & x \leq 0 \end{cases}"
    assert ex.steps[0].formula == ("h", labels["h"])
    assert labels["h"] in ex.latex()
    assert ex.values["h"].tolist() == [1, -0.2, 3]


@pytest.mark.parametrize(
    ("program", "box", "formula"),
    [
        ("x ∈ ℝ^3; f = sum(x)", "x", r"\mathbf{1}"),
        ("X ∈ ℝ^{4×3}; w ∈ ℝ^3; r = X w; L = sum(r)", "w", r"X^\top \mathbf{1}"),
        (
            "x ∈ ℝ^3; m = mean(x); f = sin m",
            "x",
            r"\frac{\partial f}{\partial m} \cdot \frac{1}{3} \mathbf{1}",
        ),
    ],
)
def test_ones_have_no_size_where_it_is_told(program: str, box: str, formula: str) -> None:
    """As in texts: what a derivative is taken by says how many ones there are."""
    step = next(s for s in gv.parse(program).explain(wrt=()).steps if s.box == box and not s.forward)
    assert formula in step.formula
    assert not any("ones" in side for side in step.formula)
