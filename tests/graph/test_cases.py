"""Functions by cases: their values and gradients, and what they are written as."""

from __future__ import annotations

import time

import numpy as np
import pytest

import gradviz as gv
from gradviz.notation import write
from gradviz.ops import WORDS


def cases(*rows: str) -> str:
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def stage(graph: gv.Graph, name: str) -> str:
    return write(graph.dag.trees[name], "unicode", WORDS)


V = np.array([-2.0, -0.6, 0.3, 0.9, 1.7])

# cases of v, what they are written as, the function
OF_A_VECTOR = [
    (("v & v > 0", r"0 & \text{otherwise}"), "v ⊙ 𝟙[v > 0]", lambda v: np.where(v > 0, v, 0)),
    (
        ("v, & \\text{if } v > 0,", "e^v - 1, & \\text{if } v \\le 0."),
        "v ⊙ 𝟙[v > 0] + (e^v − 1) ⊙ 𝟙[v ≤ 0]",
        lambda v: np.where(v > 0, v, np.exp(v) - 1),
    ),
    (
        ("-1 & v < -1", r"v & -1 \leq v \leq 1", "1 & v > 1"),
        "−𝟙[v < −1] + v ⊙ 𝟙[−1 ≤ v] ⊙ 𝟙[v ≤ 1] + 𝟙[v > 1]",
        lambda v: np.clip(v, -1, 1),
    ),
    (
        ("-v & v < -1", "v^2 & v < 1", r"v^3 & \text{else}"),
        "−v ⊙ 𝟙[v < −1] + v² ⊙ 𝟙[v < 1] ⊙ 𝟙[v ≥ −1] + v³ ⊙ 𝟙[v ≥ 1]",
        lambda v: np.where(v < -1, -v, np.where(v < 1, v**2, v**3)),
    ),
    (
        ("2 v & 0 < v < 1", r"v^2 & \text{otherwise}"),
        "2v ⊙ 𝟙[0 < v] ⊙ 𝟙[v < 1] + v² ⊙ (1 − 𝟙[0 < v] ⊙ 𝟙[v < 1])",
        lambda v: np.where((v > 0) & (v < 1), 2 * v, v**2),
    ),
    (
        (r"\frac{1}{2} v^2 & |v| \leq d", r"d (|v| - d/2) & \text{otherwise}"),
        "(1/2) v² ⊙ 𝟙[|v| ≤ d] + d(|v| − d/2) ⊙ 𝟙[|v| > d]",
        lambda v: np.where(abs(v) <= 0.8, v**2 / 2, 0.8 * (abs(v) - 0.4)),
    ),
    (
        ("v & v > 0 \\text{ and } d > 1", r"\sin v & \text{otherwise}"),
        "𝟙[d > 1] v ⊙ 𝟙[v > 0] + sin v ⊙ (1 − 𝟙[d > 1] 𝟙[v > 0])",
        np.sin,
    ),
    (("𝟏 & d > 0", "v & d <= 0"), "𝟙[d > 0] 𝟏 + 𝟙[d ≤ 0] v", np.ones_like),
]


@pytest.mark.parametrize(
    ("rows", "written", "function"), OF_A_VECTOR, ids=lambda case: None if callable(case) else str(case)[:40]
)
def test_cases_of_a_vector(rows, written, function) -> None:
    graph = gv.parse(f"v ∈ ℝ^5; w ∈ ℝ^5; d ∈ ℝ\nh = {cases(*rows)}\nL = wᵀ h")
    w = np.array([1.0, -2.0, 3.0, 0.5, -1.5])
    found = graph.explain(at={"v": V, "w": w, "d": 0.8})
    step = 1e-6
    slope = (function(V + step) - function(V - step)) / (2 * step)
    assert np.allclose(found.values["h"], function(V), atol=1e-12)
    assert np.allclose(found.gradients["v"], w * slope, atol=1e-7)
    assert stage(graph, "h") == written


def test_cases_of_scalars_matrices_and_entries() -> None:
    rows = ("x & x > 0", "0.1 x & x ≤ 0")
    assert stage(gv.parse(f"f = {cases(*rows)}"), "f") == "x 𝟙[x > 0] + 0.1x 𝟙[x ≤ 0]"
    matrix = gv.parse(f"x ∈ ℝ^{{2×2}}\nh = {cases(*rows)}\nL = ‖h‖²")
    x = np.array([[1.0, -2.0], [-3.0, 4.0]])
    slope = np.where(x > 0, 1, 0.1)
    assert np.allclose(matrix.explain(at={"x": x}).gradients["x"], 2 * x * slope**2)
    entries = gv.parse(f"h_i = {cases('x_i & x_i > 0', '0.1 x_i & x_i ≤ 0')}\nL = sum(h)")
    assert np.allclose(entries.explain(at={"x": x[0]}).gradients["x"], slope[0])
    function = gv.parse(f"g(x) = {cases(*rows)}\nz ∈ ℝ^2\nL = sum(g(z)) + g(t)")
    found = function.explain(at={"z": x[0], "t": -1})
    assert np.allclose(found.gradients["z"], slope[0])
    assert found.gradients["t"] == pytest.approx(0.1)


def test_the_values_that_a_name_can_have_complete_the_cases() -> None:
    rows = ("p & y = 1", "1 - p & y = 0")
    found = gv.parse(f"y ∈ {{0, 1}}; p = σ(z); h = {cases(*rows)}").explain(at={"y": 0, "z": 1})
    assert found.values["h"] == pytest.approx(1 - found.values["p"])
    assert gv.parse(f"s ∈ {{-1, 1}}; h = {cases('a & s = 1', 'b & s < 0')}").inputs
    shadowed = f"y ∈ {{0, 1}}\ng(y, p) = {cases(*rows)}\nL = g(y, q)"
    assert gv.parse(shadowed).inputs
    with pytest.raises(gv.GradvizError):
        gv.parse(shadowed.replace("g(y, q)", "g(r, q)"))


@pytest.mark.parametrize(
    "rows",
    [
        ("p & y = 1", "1 - p & y = 0"),
        ("1 & z > 0", "0 & z < 0"),
        ("1 & z > 0", "0 & w <= 0"),
        ("1 & z > 1", "0 & z <= 0"),
        ("1 & z > 0 \\text{ and } w > 0", "0 & z <= 0"),
    ],
)
def test_cases_that_leave_something_out_are_refused(rows) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(f"a = 1\nh = {cases(*rows)}")
    assert caught.value.message.kind == "cases-left-out"
    assert caught.value.hint.kind == "hint-otherwise"
    assert (caught.value.place.line, caught.value.place.column) == (2, 5)


def test_many_cases_are_read_in_time_or_refused() -> None:
    rows = [f"v + {n} & v < {n}" for n in range(40)]
    start = time.perf_counter()
    assert gv.parse(f"f = {cases(*rows, '0 & else')}").explain(at={"v": 20.5}).values["f"] == 41.5
    assert time.perf_counter() - start < 20
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(f"f = {cases(*rows, 'v & v < 50', '0 & else')}")
    assert caught.value.message.kind == "too-many-cases"


def test_cases_inside_of_cases_take_no_more_than_their_text() -> None:
    text = "v"
    for n in range(25):
        text = cases(f"{text} & v > {n}", f"v^2 & v <= {n}")
    start = time.perf_counter()
    assert gv.parse(f"f = {text}").explain(at={"v": 30}).values["f"] == 30
    assert time.perf_counter() - start < 20
