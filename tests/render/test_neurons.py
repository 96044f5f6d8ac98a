"""Networks as layers of circles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import Depiction, depict
from gradviz.api.drawings.picture import drawing
from gradviz.render import compose, frames, style, write_svg
from gradviz.render.drawing import Drawing
from gradviz.render.plain import plain
from gradviz.render.shapes import Block, Head, Label, Oval, bounds

from .geometry import problems
from .nets import BCE, NETS, ONE, RECURRENT, RESIDUAL, SCALARS, SOFTMAX

EXPECTED = Path(__file__).parent / "expected"
DIRECTIONS = ("right", "up")


def draw(text: str, **options: object) -> Drawing:
    return drawing(gv.parse(text).explain(wrt=()), style(view="neurons", **options))


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", NETS)
def test_nothing_overlaps(name: str, direction: str) -> None:
    assert problems(compose(draw(NETS[name]), style(direction=direction))) == []


def test_the_network_of_the_lecture() -> None:
    picture = draw(BCE)
    assert [len(column.boxes) for column in picture.columns] == [3, 4, 1, 1]
    assert [column.heading for column in picture.columns][:3] == [
        r"\text{input layer}", r"\text{hidden layer}", r"\text{output layer}",
    ]  # fmt: skip
    assert len([w for w in picture.wires if w.label]) == 3 * 4 + 4
    assert picture.columns[1].notes == (r"z_1 = W_1^\top x", r"h_1 = \frac{e^{z_1}}{1 + e^{z_1}}")


def test_each_weight_stands_on_its_own_connection() -> None:
    ex = gv.parse(BCE).explain(wrt=())
    picture = drawing(ex, style(view="neurons", show="values, gradients", digits=12))
    names = {b.id: b.label for b in picture.boxes}
    weights, gradients = ex.values["W1"], ex.gradients["W1"]
    seen = 0
    for wire in picture.wires:
        source, target = names[wire.source], names[wire.target]
        if target.startswith("h_{1,") and source.startswith("x_"):
            j, k = int(source[-1]) - 1, int(target[-2]) - 1
            assert float(wire.label) == pytest.approx(weights[j, k])
            assert float(wire.gradient) == pytest.approx(gradients[j, k], rel=1e-6)
            seen += 1
    assert seen == 12
    values = {b.label: b.value for b in picture.boxes}
    assert float(values["h_{1,3}"]) == pytest.approx(ex.values["h1"][2])


@pytest.mark.parametrize(
    ("program", "place"),
    [
        ("W ∈ ℝ^{4×3}; z = W x", lambda j, k: (k, j)),
        ("W ∈ ℝ^{3×4}; z = Wᵀ x", lambda j, k: (j, k)),
        ("W ∈ ℝ^{3×4}; z = (xᵀ W)ᵀ", lambda j, k: (j, k)),
        ("W ∈ ℝ^{4×3}; z_i = ∑_j W_{i,j} x_j", lambda j, k: (k, j)),
        ("W ∈ ℝ^{3×4}; z_i = ∑_j W_{j,i} x_j", lambda j, k: (j, k)),
    ],
)
def test_weights_are_read_by_rows_or_columns_as_the_product_says(program: str, place) -> None:
    """The weight on a connection is how the neuron at its end changes with the one at its start."""
    graph = gv.parse(f"x ∈ ℝ^3; data x; {program}; h = tanh(z); L = sum(h)")
    shape = graph.shape("W")
    weights = np.arange(1.0, 13.0).reshape(shape)
    ex = graph.explain({"W": weights, "x": [1, 2, 3]}, wrt=())
    jacobian = np.reshape(ex.jacobian("z", "x"), (4, 3))
    picture = drawing(ex, style(view="neurons"))
    names = {b.id: b.label for b in picture.boxes}
    wires = [w for w in picture.wires if names[w.source].startswith("x_")]
    assert len(wires) == 12
    for wire in wires:
        j, k = int(names[wire.source][-1]) - 1, int(names[wire.target][-1]) - 1
        assert float(wire.label) == jacobian[k, j] == weights[place(j, k)]


def test_a_single_neuron_shows_its_sum_and_its_function() -> None:
    picture = draw(ONE)
    assert [b.label for b in picture.boxes] == ["x_1", "x_2", "x_3", "1", r"\Sigma", r"\sigma"]
    assert [w.label for w in picture.wires] == ["w_1 = 0.5", "w_2 = -1", "w_3 = 2", "b = 0.1", ""]
    (group,) = picture.groups
    assert [b.label for b in picture.boxes if b.group == group.id] == [r"\Sigma", r"\sigma"]


def test_scalars_that_form_layers() -> None:
    picture = draw(SCALARS)
    assert [len([b for b in c.boxes if b]) for c in picture.columns] == [2, 2, 1, 1]
    assert [w.label for w in picture.wires][:2] == ["a_1 = 0.5", "a_2 = 0.25"]


def test_what_is_left_out_is_said() -> None:
    picture = draw(SOFTMAX, limit=6)
    (rest,) = [b for b in picture.boxes if b.bare]
    assert rest.label == r"h_{2,5} \ldots h_{2,19}"
    texts = [s.title for s in compose(picture).shapes if isinstance(s, Label)]
    assert any("h₂,₅" in t or "h_(2,5)" in t for t in texts)
    assert len([b for b in draw(SOFTMAX, limit=30).boxes if b.round]) == 3 + 4 + 20 + 3


def test_sizes_that_are_symbols() -> None:
    labels = [b.label for b in draw(NETS["batch"]).boxes]
    assert labels[:5] == ["X_{i1}", "X_{i2}", "X_{i3}", r"X_{i4} \ldots X_{i,d-1}", "X_{id}"]


def test_softmax_is_a_frame_around_its_layer() -> None:
    picture = draw(SOFTMAX)
    (group,) = picture.groups
    assert group.label == r"\operatorname{softmax}"
    assert len([b for b in picture.boxes if b.group == group.id]) == 3


def test_several_products_into_one_layer() -> None:
    assert draw(RECURRENT).columns[1].entering == r"W \in \mathbb{R}^{4 \times 3},\ U \in \mathbb{R}^{4 \times 4}"


@pytest.mark.parametrize(
    ("program", "named"),
    [
        ("f = (x + y) z", "no stage of this program is a layer of neurons"),
        ("x ∈ ℝ^3; V ∈ ℝ^{4×3}; W ∈ ℝ^{4×4}; w ∈ ℝ^4; data x; h = tanh(V x); r = h ⊙ ReLU(W h); f = wᵀ r", "r = h ⊙ ReLU"),
        ("x ∈ ℝ^3; V ∈ ℝ^{3×3}; W, U ∈ ℝ^{3×3}; data x; z = V x; h = tanh(z); g = tanh(W h + U z); f = sum(g)", "z is used beside h"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_named(program: str, named: str) -> None:
    with pytest.raises(gv.GradvizError, match=r"--view stages") as caught:
        draw(program)
    assert named in str(caught.value)
    with pytest.raises(gv.GradvizError):
        gv.parse(program).view("neurons")


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("program", "arches", "layers"),
    [
        ("h = tanh(V x); r = h + ReLU(W h); f = wᵀ r", [("h", "r", "+ h")], {"x": 0, "h": 1, "r": 2, "f": 3}),
        ("h = tanh(V x); g = tanh(W h); f = sum(U x + W g)", [("x", "U x + W g", "U ∈ ℝ³ˣ³")], {"x": 0, "h": 1, "g": 2}),
        ("h = tanh(V x); r = h + W tanh(U h); s = r + tanh(W r); f = wᵀ s", [("h", "r", "+ h"), ("r", "s", "+ r")], {"h": 1, "r": 3, "s": 4}),
        ("h = tanh(V x); g = tanh(W h); r = tanh(U g) + h + x; f = wᵀ r", [("x", "r", "+ x"), ("h", "r", "+ h")], {"r": 3, "f": 4}),
        ("h = tanh(V x); ŷ = wᵀ h; f = ŷ^2 + ‖h‖²", [("h", "f", "")], {"x": 0, "h": 1, "ŷ": 2, "f": 3}),
    ],
)  # fmt: skip
def test_what_runs_past_layers(
    program: str, arches: list[tuple[str, str, str]], layers: dict[str, int], direction: str
) -> None:
    text = f"x ∈ ℝ^3; V, W, U ∈ ℝ^{{3×3}}; w ∈ ℝ^3; data x; {program}"
    values = {
        n: np.random.default_rng(1).normal(size=(3, 3) if n < "a" else 3).round(2) for n in "xVWUw" if n in program
    }
    ex = gv.parse(text).explain(at=values, wrt=())
    picture = drawing(ex, style(view="neurons"))
    names = {b.id: (b.title.split(" = ")[0].split("[")[0]) for b in picture.boxes}
    found = [(names[w.source], names[w.target], plain(w.label)) for w in picture.wires if w.over]
    assert sorted(found) == sorted(arches)
    assert any("over the columns" in str(note) for note in picture.notes)
    assert problems(compose(picture, style(direction=direction))) == []
    view = gv.parse(text).view("neurons")
    assert {n: d["layer"] for n, d in view.nodes(data=True) if n in layers} == layers
    shown = depict(ex, view="neurons").stepped
    lined = {part for look in shown.steps for part in look.outlined}
    assert all(f"wire-{w.ends}" in lined for w in picture.wires if w.over)


def test_the_view_as_a_graph() -> None:
    import networkx as nx

    view = gv.parse(SOFTMAX).view("neurons")
    assert [(n, d.get("count"), d["layer"]) for n, d in view.nodes(data=True)] == [
        ("x", 3, 0), ("h1", 4, 1), ("h2", 20, 2), ("ŷ", 3, 3), ("L", None, 4),
    ]  # fmt: skip
    assert [d["weight"] for *_, d in view.edges(data=True)] == ["W1", "W2", "W3", ""]
    assert nx.is_frozen(view)


@pytest.mark.parametrize("name", ["bce", "one", "softmax"])
def test_expected_picture(name: str, renew: bool) -> None:
    svg = write_svg(compose(draw(NETS[name])))
    path = EXPECTED / f"neurons-{name}.svg"
    if renew:
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")


def test_circles_of_a_picture_are_of_one_size() -> None:
    scene = compose(draw(SOFTMAX))
    assert len({s.width for s in scene.shapes if isinstance(s, Oval)}) == 1


def stepped(name: str) -> Depiction:
    ex = gv.parse(NETS[name]).explain(seed=1)
    return depict(ex, view="neurons")


@pytest.mark.parametrize("name", ["bce", "one", "scalars", "softmax", "batch", "recurrent"])
def test_steps_go_by_layers_and_nothing_overlaps(name: str) -> None:
    picture = stepped(name)
    assert len(picture.all_steps) == len(picture.ex.steps)
    for shot in frames(picture.stepped):
        assert problems(shot) == []
    last = picture.stepped.steps[-1]
    assert not last.hidden
    shown = {s.part for s in picture.stepped.shapes}
    for look in picture.stepped.steps:
        assert look.filled | look.outlined
        assert {p for p in look.outlined if p.startswith("wire-") and p.count("-") > 1} <= shown


def test_a_layer_is_found_at_once_and_weights_on_their_wires() -> None:
    picture = stepped("bce")
    steps = {(s.forward, s.name or s.box): s for s in picture.all_steps}
    hidden = steps[True, "9:1"]
    assert hidden.also == ("9:2", "9:3", "9:4")
    weights = steps[False, "W_2"]
    assert len(weights.wires) == 4
    look = picture.stepped.steps[picture.all_steps.index(weights)]
    before = picture.stepped.steps[picture.all_steps.index(weights) - 1]
    parts = {f"local-gradient-{a}-{b}-{n}" for a, b, n in weights.wires}
    assert parts <= before.hidden
    assert not parts & look.hidden


def test_steps_of_neurons_that_are_not_drawn_are_counted() -> None:
    names = ", ".join(f"w{n}" for n in range(1, 13))
    hidden = "\n".join(f"h{n} = tanh(w{n} x)" for n in range(1, 13))
    total = " + ".join(f"v{n} h{n}" for n in range(1, 13))
    text = f"x ∈ ℝ; data x; {names} ∈ ℝ\n{hidden}\ny = {total}"
    picture = depict(gv.parse(text).explain(), view="neurons")
    left = [int(n) for s in picture.all_steps for n in re.findall(r"\((\d+) steps of what is not drawn", str(s.reason))]
    assert left
    singles = sum("One step of what" in str(s.reason) for s in picture.all_steps)
    assert sum(left) + singles + len(picture.all_steps) == len(picture.ex.steps)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_deep_network_goes_on_in_rows(direction: str) -> None:
    found = draw(RESIDUAL)
    scene = compose(found, style(direction=direction))
    assert problems(scene) == []
    assert min(1280 / scene.width, 720 / scene.height) > 0.5  # 0.3 in one row
    ovals = [shape.part for shape in scene.shapes if isinstance(shape, Oval)]
    assert sorted(ovals) == sorted(f"box-{box.id}" for box in found.boxes if box.round)  # each neuron once
    drawn = {shape.part for shape in scene.shapes}
    assert {f"wire-{wire.ends}" for wire in found.wires} <= drawn
    signs = [shape for shape in scene.shapes if isinstance(shape, Block) and shape.part.startswith("box-→")]
    assert len(signs) in {3, 6}
    weights = {f"local-{wire.ends}" for wire in found.wires if wire.label and not wire.over}
    assert weights <= drawn or weights.isdisjoint(drawn)  # weights stand on the wires of all rows, or of none


def test_gradients_in_rows_are_those_of_the_output() -> None:
    scene = compose(draw(RESIDUAL))
    told = [shape.title for shape in scene.shapes if shape.part.startswith("gradient-")]
    assert told
    assert all(title.startswith("∂L/∂") for title in told)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_wires_enter_a_box_at_the_side_they_come_to(direction: str) -> None:
    found = draw(SOFTMAX)
    scene = compose(found, style(direction=direction))
    loss = f"box-{found.output}"
    left, top, right, bottom = next(bounds(s) for s in scene.shapes if isinstance(s, Block) and s.part == loss)
    wires = {f"wire-{wire.ends}" for wire in found.wires if wire.target == found.output}
    tips = [s.points[0] for s in scene.shapes if isinstance(s, Head) and s.part in wires]
    assert tips
    for x, y in tips:
        assert abs(y - bottom) < 3 if direction == "up" else abs(x - left) < 3
        assert left < x < right or top < y < bottom
