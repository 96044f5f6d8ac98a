from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gradviz.messages import UsageError
from gradviz.render import THEMES, Box, Drawing, Wire, compose
from gradviz.render.shapes import Block, Curve, Head, Label, Oval, bounds

from .examples import EXAMPLES, chain, operations, product, square
from .geometry import problems


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_overlaps_or_leaves_the_canvas(name: str) -> None:
    assert problems(compose(EXAMPLES[name]())) == []


def some_drawing(seed: int) -> Drawing:
    pick = random.Random(seed)  # noqa: S311
    labels = ["x", "W_{1} x + b_{1}", r"\sigma(z)", r"\frac{a}{b + c}", "+", r"\text{损失}"]
    values = [None, "3", "-0.528", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"]
    on_wires = ["", "", r"\frac{\partial f}{\partial x} = 1", "0.5"]
    boxes: list[Box] = []
    wires: list[Wire] = []
    for number in range(pick.randint(2, 14)):
        is_input = number < 2 or pick.random() < 0.3
        role = pick.choice(["data", "parameter"]) if is_input else "intermediate"
        value, gradient = pick.choice(values), pick.choice([None, "-2.695", "1"])
        name, round_ = f"z_{{{number}}}", pick.random() < 0.2
        label = pick.choice(labels)
        boxes.append(Box(f"n{number}", label, role, name, value, gradient, "", round_))  # type: ignore[arg-type]
        for place in range(0 if is_input else pick.randint(1, 3)):
            source = f"n{pick.randrange(number)}"
            wires.append(Wire(source, f"n{number}", place, pick.choice(on_wires)))
    return Drawing(tuple(boxes), tuple(wires), boxes[-1].id, "some", "some drawing")


@pytest.mark.parametrize("seed", range(40))
def test_nothing_overlaps_in_random_drawings(seed: int) -> None:
    assert problems(compose(some_drawing(seed))) == []


def test_value_stands_above_the_wire_and_gradient_below() -> None:
    scene = compose(product())
    wires = {s.part: s for s in scene.shapes if isinstance(s, Curve)}
    labels = {s.part: s for s in scene.shapes if isinstance(s, Label)}
    level = wires["wire-f"].points[0][1]
    assert bounds(labels["value-f"])[3] < level < bounds(labels["gradient-f"])[1]
    assert labels["value-f"].fill == "#005a8d"
    assert labels["gradient-f"].fill == "#b34700"
    assert labels["gradient-f"].title == "∂f/∂f = 1"
    assert labels["value-q"].formula.latex == "q = 3"


def test_wires_leave_from_the_middle_of_the_right_side() -> None:
    scene = compose(chain())
    boxes = {s.part: s for s in scene.shapes if isinstance(s, Block | Oval)}
    wires = {s.part: s for s in scene.shapes if isinstance(s, Curve)}
    for box, wire in (("z1", "wire-z1-h1-0"), ("W1", "wire-W1"), ("J", "wire-J")):
        at, start = boxes[f"box-{box}"], wires[wire].points[0]
        assert start == pytest.approx((at.x + at.width / 2, at.y), abs=1)


def test_inputs_stand_beside_what_they_go_into_and_in_the_order_of_operands() -> None:
    ovals = {s.part: s for s in compose(chain()).shapes if isinstance(s, Oval)}
    assert ovals["box-W1"].y < ovals["box-x"].y < ovals["box-b1"].y
    assert ovals["box-W2"].x > ovals["box-W1"].x + 200


def test_a_value_that_is_used_twice_has_two_wires() -> None:
    scene = compose(square())
    heads = [s for s in scene.shapes if isinstance(s, Head)]
    assert len(heads) == 2
    assert abs(heads[0].points[0][1] - heads[1].points[0][1]) > 10


def test_a_label_on_a_wire_interrupts_it() -> None:
    scene = compose(operations())
    label = next(s for s in scene.shapes if s.part == "local-x-q-0" and isinstance(s, Label))
    pieces = [s for s in scene.shapes if s.part == "wire-x-q-0" and isinstance(s, Curve)]
    left, _, right, _ = bounds(label)
    assert pieces[0].points[-1][0] <= left
    assert right <= pieces[-1].points[0][0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_arrow_grazes_the_side_that_it_enters(name: str) -> None:
    scene = compose(EXAMPLES[name]())
    blocks = [s for s in scene.shapes if isinstance(s, Block)]
    for head in (s for s in scene.shapes if isinstance(s, Head)):
        (x, y), *base = head.points
        back_x, back_y = (sum(p[i] for p in base) / 2 for i in (0, 1))
        for block in blocks:
            left, right = block.x - block.width / 2 + 3, block.x + block.width / 2 - 3
            if left < x < right and abs(abs(y - block.y) - block.height / 2) < 3:
                assert abs(back_y - y) > 0.4 * abs(back_x - x), head.part


@pytest.mark.parametrize("name", EXAMPLES)
def test_labels_are_centred_in_their_boxes(name: str) -> None:
    scene = compose(EXAMPLES[name]())
    boxes = {s.part: s for s in scene.shapes if isinstance(s, Block | Oval)}
    for label in scene.shapes:
        if isinstance(label, Label) and label.part in boxes:
            left, top, right, bottom = bounds(label)
            box = boxes[label.part]
            assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((box.x, box.y), abs=0.1)


def test_the_active_box_stands_out_and_nothing_moves() -> None:
    active, plain = compose(chain("z2")), compose(chain(""))
    boxes = {s.part: s for s in active.shapes if isinstance(s, Block)}
    assert boxes["box-z2"].line_width > boxes["box-z1"].line_width
    assert boxes["box-z2"].fill != boxes["box-z1"].fill
    assert [bounds(s)[0] for s in active.shapes if isinstance(s, Label)] == [
        bounds(s)[0] for s in plain.shapes if isinstance(s, Label)
    ]


def test_output_without_labels_still_leaves_the_picture() -> None:
    boxes = Box("x", "x", "data", "x"), Box("f", "x^2", "output")
    scene = compose(Drawing(boxes, (Wire("x", "f"),), "f", "", ""))
    parts = {s.part for s in scene.shapes}
    assert "wire-f" in parts
    assert "value-x" not in parts  # it would only repeat what the circle says


def test_nothing_to_draw() -> None:
    scene = compose(Drawing((), (), "", "", "", caption="x"))
    assert [s.part for s in scene.shapes] == ["caption"]


@pytest.mark.parametrize("theme", THEMES)
def test_themes_differ_in_colours_only(theme: str) -> None:
    scene = compose(product(), theme)
    assert (scene.width, scene.height) == (compose(product()).width, compose(product()).height)
    assert scene.background == THEMES[theme].background


def test_unknown_theme() -> None:
    with pytest.raises(UsageError, match="there is no theme 'drak'; there are default, dark"):
        compose(product(), "drak")


def test_an_unreadable_label_is_shown_as_it_is() -> None:
    drawing = replace(product(), caption=r"\frac{1}{")
    assert problems(compose(drawing)) == []
