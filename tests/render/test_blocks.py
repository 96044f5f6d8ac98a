"""Blocks, closed and open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.drawings.picture import drawing
from gradviz.render import Step, compose, frames, style, write_svg
from gradviz.render.drawing import Drawing

from .geometry import problems
from .nets import BLOCKS, DEEP

EXPECTED = Path(__file__).parent / "expected"
TWO = "block two(x):\n  a = x^2\n  b = x^3\n  return a, b\np, q = two(x)\nL = p + 2q p"
VALUED = """
block neuron(x, w, b):
  z = w x + b
  h = σ(z)
data x, y
a = neuron(x, w1, b1)
p = neuron(a, w2, b2)
L = (p - y)^2
at x = 1, y = 1, w1 = 0.5, b1 = 0.25, w2 = -1, b2 = 0.5
"""
IN_EXPRESSION = "block sq(x):\n  a = x + 1\n  b = a^2\nL = sq(x)^3 + sq(y)"


def draw(text: str, **options: object) -> Drawing:
    return drawing(gv.parse(text).explain(wrt=()), style(view="blocks", **options))


def flows(picture: Drawing) -> set[str]:
    return {f"{w.source} → {w.target}" for w in picture.wires}


@pytest.mark.parametrize("direction", ["right", "up"])
@pytest.mark.parametrize("opened", [(), "all", "x2", ("x3.v", "x5")])
def test_nothing_overlaps(opened: object, direction: str) -> None:
    look = style(direction=direction, legend=True)
    assert problems(compose(draw(DEEP, open=opened), look)) == []


def test_closed_blocks() -> None:
    picture = draw(BLOCKS)
    assert {b.label for b in picture.boxes} == {
        "x", "W_1", "b_1", r"\text{dense}", "W_2", "b_2", "y", r"\lVert d_2 - y \rVert^2",
    }  # fmt: skip
    assert flows(picture) == {
        "x → block d1", "W1 → block d1", "b1 → block d1", "block d1 → block d2",
        "W2 → block d2", "b2 → block d2", "block d2 → L", "y → L",
    }  # fmt: skip
    assert [b.name for b in picture.boxes if b.id.startswith("block")] == ["d_1", "d_2"]


def test_an_open_block_holds_its_stages() -> None:
    picture = draw(BLOCKS, open="d1")
    assert [(g.id, g.label) for g in picture.groups] == [("d1", r"d_1 = \text{dense}")]
    assert {b.id for b in picture.boxes if b.group == "d1"} == {"d1.z", "d1"}
    assert "d1 → block d2" in flows(picture)


def test_wires_of_blocks_have_local_derivatives_where_they_are_wanted() -> None:
    picture = draw(BLOCKS, open="d1", show="locals")
    labels = {(w.source, w.target): w.label for w in picture.wires}
    assert labels["d1.z", "d1"] == r"d_1 \odot (1 - d_1)"
    assert labels["x", "d1.z"] == "W_1"
    assert labels["block d2", "L"] == "2(d_2 - y)"
    assert labels["W2", "block d2"] == ""  # several within the block
    assert problems(compose(picture)) == []
    assert not any(w.label for w in draw(BLOCKS, open="d1").wires)


def test_only_blocks_are_opened() -> None:
    with pytest.raises(gv.GradvizError, match="the view stages has no blocks to open: write --view blocks"):
        gv.parse(BLOCKS).explain(wrt=()).svg(open="d1")


def test_repeated_blocks_are_told_as_a_number() -> None:
    picture = draw(DEEP)
    assert {b.label for b in picture.boxes} == {
        "x_0", "y", r"\text{res}\times 6", r"W_1 \ldots W_6", r"V_1 \ldots V_6", r"b_1 \ldots b_6", r"c_1 \ldots c_6",
        r"\lVert x_6 - y \rVert^2",
    }  # fmt: skip
    assert len(picture.wires) == 7


def test_opening_one_block_of_a_run_leaves_the_others_together() -> None:
    labels = [b.label for b in draw(DEEP, open="x2").boxes if "res" in b.label or "dense" in b.label]
    assert labels == [r"\text{res}", r"\text{dense}", r"\text{dense}", r"\text{res}\times 4"]


def test_a_block_inside_opens_what_it_stands_in() -> None:
    picture = draw(DEEP, open="x3.v")
    assert [(g.id, g.parent) for g in picture.groups] == [("x3", ""), ("x3.v", "x3")]


def test_open_all_shows_every_stage() -> None:
    graph = gv.parse(DEEP)
    boxes = {b.id for b in draw(DEEP, open="all").boxes}
    assert boxes == {*graph.inputs, *graph.stages}


def test_several_results_are_told_on_their_wires() -> None:
    picture = draw(TWO)
    assert sorted(w.label for w in picture.wires) == ["", "p", "q"]


def test_blocks_within_expressions() -> None:
    assert flows(draw(IN_EXPRESSION)) == {"x → block sq1", "y → block sq2", "block sq1 → L", "block sq2 → L"}


def test_values_and_gradients_of_blocks() -> None:
    ex = gv.parse(
        BLOCKS + "at x ~ normal(0, 1), W1 ~ normal(0, 1), W2 ~ normal(0, 1), b1 = [0, 0, 0, 0], b2 = [1, 2], y = [0, 1]"
    ).explain(seed=3, wrt=())
    boxes = {b.id: b for b in drawing(ex, style(view="blocks")).boxes}
    stages = {b.id: b for b in drawing(ex, style(view="stages")).boxes}
    for block, stage in (("block d1", "d1"), ("block d2", "d2")):
        assert boxes[block].value == stages[stage].value
        assert boxes[block].gradient == stages[stage].gradient is not None


def steps_of(text: str, **options: object) -> tuple[Step, ...]:
    return depict(gv.parse(text).explain(), view="blocks", **options).all_steps


def test_steps_of_a_closed_block_are_counted() -> None:
    steps = steps_of(BLOCKS)
    first = steps[0]
    assert (first.box, first.formula) == ("block d1", ("d_1", r"\mathrm{dense}(x, W_1, b_1)"))
    assert str(first.reason) == "Forward: d₁ is computed from x, W₁, b₁. (One step inside d₁ is not shown.)"
    every = len(steps_of(BLOCKS, open="all"))
    left_out = [str(s.reason) for s in steps if "inside" in str(s.reason)]
    assert len(steps) + len(left_out) == every  # one at a time


def test_numbers_of_a_block_are_shown_when_they_are_known() -> None:
    picture = depict(gv.parse(VALUED).explain(), view="blocks")
    known = {part for part in (s.part for s in picture.whole.shapes) if part.startswith(("value-", "gradient-"))}
    looks = picture.stepped.steps
    assert {"value-block a", "gradient-block a"} <= known
    assert "value-block a" not in looks[0].hidden
    assert "value-block p" in looks[0].hidden
    assert not looks[-1].hidden
    assert any("wire-block a-block p-4" in look.outlined for look in looks)


def test_nothing_overlaps_in_steps_of_blocks() -> None:
    for wishes in ({}, {"open": "a"}, {"open": "all"}):
        scene = depict(gv.parse(VALUED).explain(), view="blocks", **wishes).stepped
        assert [p for shot in frames(scene) for p in problems(shot)] == []


def test_repeated_blocks_take_their_steps_together() -> None:
    reasons = [str(s.reason) for s in steps_of(DEEP)]
    assert "Forward: x₆ is computed. (29 steps inside x₁, …, x₆ are not shown.)" in reasons
    assert "Backward: 6 gradients are found (W₁, …, W₆), in 6 steps." in reasons
    told = [int(n) for r in reasons for n in re.findall(r"\((\d+) steps inside", r)]
    together = [int(n) for r in reasons for n in re.findall(r"in (\d+) steps\.", r)]
    alone = len(reasons) - len(together)
    assert sum(told) + sum(together) + alone == len(gv.parse(DEEP).explain().steps)


def test_a_block_that_is_not_there() -> None:
    with pytest.raises(gv.GradvizError, match="there is no block d9 to open; there are d1, d2"):
        draw(BLOCKS, open="d9")
    with pytest.raises(gv.GradvizError, match="calls no block"):
        draw("f = (x + y) z", open="d1")


def test_the_view_as_a_graph() -> None:
    view = gv.parse(DEEP).view("blocks")
    (run,) = [(n, d) for n, d in view.nodes(data=True) if d["block"]]
    assert run[0] == "block x1 … x6"
    assert (run[1]["block"], run[1]["times"]) == ("res", 6)
    assert view.number_of_edges() == 7
    assert "block x2.v" in gv.parse(DEEP).view("blocks", open=["x2"])


@pytest.mark.parametrize(("name", "opened"), [("closed", ""), ("open", "x2")])
def test_expected_picture(name: str, opened: str, renew: bool) -> None:
    svg = write_svg(compose(draw(DEEP, open=opened)))
    path = EXPECTED / f"blocks-{name}.svg"
    if renew:
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")


def test_open_blocks_go_on_in_rows() -> None:
    """A picture of open blocks that is too wide is cut between their frames, and each frame stays whole."""
    text = "block res(x, W):\n    z = W x\n    h = relu(z)\n    y = x + h\n"
    text += "".join(f"W{n} ∈ ℝ^{{3×3}}\n" for n in range(1, 6)) + "h0 ∈ ℝ^3\ndata h0\n"
    text += "".join(f"h{n} = res(h{n - 1}, W{n})\n" for n in range(1, 6)) + "L = ‖h5‖²\n"
    scene = compose(draw(text, open="all"), style(view="blocks", open="all"))
    assert problems(scene) == []
    assert 1280 / scene.width > 0.66  # in one row it would be 0.4
    assert {f"group-h{n}" for n in range(1, 6)} <= {shape.part for shape in scene.shapes}
