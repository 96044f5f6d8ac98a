"""Graphs that are too large to be drawn whole."""

from __future__ import annotations

import random
import re

import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.drawings.picture import drawing
from gradviz.api.drawings.steps import steps
from gradviz.api.writers.page import write_html
from gradviz.render import compose, style

from .geometry import problems
from .nets import scalar_net


def named_net(*sizes: int) -> gv.Graph:
    """The same, every number with a name of its own."""
    layer = [f"x_{i}" for i in range(1, sizes[0] + 1)]
    data = [*layer, "y"]
    lines = []
    for k, width in enumerate(sizes[1:], 1):
        for j in range(1, width + 1):
            products = " + ".join(f"w_{{{k},{j},{i}}} {h}" for i, h in enumerate(layer, 1))
            lines += [f"z_{{{k},{j}}} = {products} + b_{{{k},{j}}}", f"h_{{{k},{j}}} = tanh(z_{{{k},{j}}})"]
        layer = [f"h_{{{k},{j}}}" for j in range(1, width + 1)]
    return gv.parse("\n".join([f"{', '.join(data)} ∈ ℝ", f"data {', '.join(data)}", *lines, f"L = ({layer[0]} - y)^2"]))


def values(graph: gv.Graph) -> dict[str, float]:
    pick = random.Random(1)  # noqa: S311
    return {name: pick.uniform(-1, 1) for name in graph.inputs}


@pytest.mark.parametrize(
    ("make", "view"), [(scalar_net, "ops"), (scalar_net, "stages"), (named_net, "stages"), (named_net, "neurons")]
)
def test_three_thousand_scalars_read_well(make, view: str) -> None:
    graph = make(26, 26, 26, 1)
    assert len(graph.dag.nodes) > 2900
    ex = graph.explain(values(graph), wrt=())
    look = style(view=view)
    picture = drawing(ex, look)
    scene = compose(picture, look)
    assert len(picture.boxes) <= 60
    assert problems(scene) == []


def test_every_operation_is_told() -> None:
    """The numbers in the picture add up to the operations and inputs of the graph."""
    graph = scalar_net(26, 26, 26, 1)
    picture = drawing(graph.explain(wrt=()), style(view="ops"))
    told = 0
    for box in picture.boxes:
        found = re.search(r"\((\d+)\\,\\times\)", box.label)
        told += int(found[1]) if found else int(box.title.rpartition(": ")[2]) if r"\ldots" in box.label else 1
    assert told == len([n for n in graph.dag.nodes if n.op != "number"])


def test_a_deep_chain() -> None:
    lines = [f"h{i} = tanh(w{i} h{i - 1} + b{i})" for i in range(1, 1001)]
    graph = gv.parse("\n".join(["h0 ∈ ℝ; data h0", *lines, "L = h1000^2"]))
    for view in ("stages", "ops"):
        picture = drawing(graph.explain(wrt=()), style(view=view))
        assert len(picture.boxes) < 25
        (run,) = [b for b in picture.boxes if "more" in b.label]
        assert int(re.findall(r"(\d+) more", run.label)[0]) > 2900
        assert problems(compose(picture)) == []


def test_values_of_many_are_told_by_their_ends() -> None:
    graph = scalar_net(26, 26, 26, 1)
    at = values(graph)
    picture = drawing(graph.explain(at, wrt=()), style(view="ops", digits=12))
    (box,) = [b for b in picture.boxes if b.label.startswith("x_0")]
    low, high = (float(text) for text in box.value.removeprefix(r"\in [").removesuffix("]").split(",\\ "))
    xs = [at[f"x{i}"] for i in range(26)]
    assert (low, high) == pytest.approx((min(xs), max(xs)))


def test_long_expressions_are_cut_with_an_ellipsis() -> None:
    terms = " + ".join(f"w{i} x{i}" for i in range(1, 40))
    (box,) = [b for b in drawing(gv.parse(f"L = {terms}").explain(wrt=()), style(boxes=200)).boxes if b.id == "L"]
    assert box.label == r"w_1 x_1 + w_2 x_2 + \dots + w_{38} x_{38} + w_{39} x_{39}"
    nested = "x"
    for _ in range(30):
        nested = f"sin(1 + {nested} y)"
    (box,) = [b for b in drawing(gv.parse(f"L = {nested}").explain(wrt=())).boxes if b.id == "L"]
    assert r"\dots" in box.label
    assert len(box.label) < 160


def test_the_number_of_boxes_can_be_asked_for() -> None:
    graph = scalar_net(4, 3, 1)
    whole = drawing(graph.explain(wrt=()), style(view="ops", boxes=500))
    assert len(whole.boxes) == len(graph.dag.nodes)
    assert len(drawing(graph.explain(wrt=()), style(view="ops", boxes=20)).boxes) <= 20


def test_steps_of_what_is_drawn_as_one_are_taken_together() -> None:
    graph = scalar_net(3, 4, 4, 1)
    picture = depict(graph.explain(values(graph)), view="ops", boxes=20)
    boxes = {b.id for b in picture.bare.boxes}
    assert {s.box for s in picture.all_steps} <= boxes
    assert {s.box for s in picture.all_steps if not s.forward} == boxes
    told = [int(n) for s in picture.all_steps for n in re.findall(r"in (\d+) steps\.", str(s.reason))]
    backward = [s for s in steps(picture.ex, "ops") if not s.forward]
    assert sum(told) + sum("steps." not in str(s.reason) for s in picture.all_steps if not s.forward) == len(backward)
    assert not picture.stepped.steps[-1].hidden


def test_what_is_shortened_is_said() -> None:
    long = "L = " + " + ".join(f"w{n} x{n}" for n in range(1, 26))
    for view in ("stages", "blocks"):
        picture = depict(gv.parse(long).explain(), view=view, boxes=100)
        assert [note.kind for note in picture.bare.notes] == ["shortened"]
        assert any(shape.title.startswith("… stands for parts") for shape in picture.whole.shapes)
        assert "too long for a box" in picture.whole.description
        assert problems(picture.whole) == []
    assert not depict(gv.parse("f = (x + y) z").explain()).bare.notes


def test_gradients_that_have_no_room_are_said() -> None:
    graph = gv.parse("f = e^(x y z) sin(x + y) cos(x z)")
    picture = depict(graph.explain())
    assert [note.kind for note in picture.bare.notes] == ["gradients-left-out"]
    assert not depict(graph.explain(at="x=1, y=2, z=3")).bare.notes
    assert not depict(graph.explain(), show="values").bare.notes


def test_a_tangle_is_drawn_in_fewer_boxes() -> None:
    """Where all hangs with all, boxes are joined until wires can be followed; what they stand for is counted."""
    pick = random.Random(3)  # noqa: S311
    build = gv.Builder()
    made = [build.input(f"x{i}") for i in range(20)]
    for _ in range(400):
        a, b = pick.choice(made[-40:]), pick.choice(made[-40:])
        made.append(build.apply("tanh", a) if pick.random() < 0.4 else build.apply(pick.choice(["add", "mul"]), a, b))
    build.stage("L", build.add(*made[-40:]))
    graph = build.graph("L")
    picture = drawing(graph.explain(dict.fromkeys(graph.inputs, 0.1), wrt=()), style(view="ops"))
    assert len(picture.boxes) <= 30
    assert len(picture.wires) <= 60
    inside = [node for box in picture.boxes for node in box.inside or (box.id,)]
    assert len(inside) == len(set(inside)) > 250
    assert problems(compose(picture)) == []


def test_the_page_of_a_large_graph_says_what_it_leaves_out() -> None:
    graph = scalar_net(10, 12, 1)
    html = write_html(depict(graph.explain(values(graph), wrt=()), view="ops"))
    assert "too many of them to be changed here" in html
    (left,) = re.findall(r"(\d+) more names are not drawn by themselves", html)
    rows = html.count('<th scope="row">')
    assert int(left) + rows == len(graph.dag.names)
