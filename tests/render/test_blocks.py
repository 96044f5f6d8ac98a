"""Blocks, closed and open."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.picture import drawing
from gradviz.render import compose, style, write_svg
from gradviz.render.drawing import Drawing

from .geometry import problems
from .nets import BLOCKS, DEEP

EXPECTED = Path(__file__).parent / "expected"
TWO = "block two(x):\n  a = x^2\n  b = x^3\n  return a, b\np, q = two(x)\nL = p + 2q p"
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
