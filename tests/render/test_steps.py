"""Steps in a scene: nothing moves, nothing overlaps, and each frame shows what is known by then."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradviz.messages import UsageError, say
from gradviz.render import Step, compose, frame, frames, write_animation, write_frames, write_svg
from gradviz.render.shapes import Block, Curve, Head, Label, Oval, Scene, bounds

from .examples import product
from .geometry import problems
from .programs import difference, program, run


def stepped() -> Scene:
    wide = tuple(rf"\frac{{\partial f}}{{\partial x_{{{n}}}}} \cdot (x + y + z)" for n in range(12))
    matrix = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
    known = ("x", "y", "z")
    steps = (
        Step(
            "value",
            "q",
            (),
            (("x", "q", 0), ("y", "q", 1)),
            (*known, "q"),
            (),
            ("q", "x + y"),
            ("-2 + 5", "3"),
            say("no-steps"),
        ),
        Step("start", "f", (), (), (*known, "q", "f"), ("f",), (r"\frac{\partial f}{\partial f}", "1"), (), say("no-steps")),
        Step("local", "z", ("f",), (("z", "f", 1),), (*known, "q", "f"), ("f", "z"), wide, (matrix, "3"), say("no-steps")),
    )  # fmt: skip
    return compose(replace(product(), steps=steps))


def test_nothing_moves_between_steps() -> None:
    scene = stepped()
    whole = {(s.part, type(s)): bounds(s) for s in scene.shapes if not isinstance(s, Curve | Head)}
    for shot in frames(scene):
        assert (shot.width, shot.height) == (scene.width, scene.height)
        for shape in shot.shapes:
            if isinstance(shape, Block | Oval):
                x, y = (shape.x, shape.y)
                left, top, right, bottom = whole[shape.part, type(shape)]
                assert (x, y) == pytest.approx(((left + right) / 2, (top + bottom) / 2))
            elif isinstance(shape, Label) and shape.part not in {"caption"} and not shape.part.startswith("name-"):
                assert bounds(shape) == whole[shape.part, Label]


def test_nothing_overlaps_in_any_step() -> None:
    assert [problems(shot) for shot in frames(stepped())] == [[], [], []]


def test_sentence_and_formula_stand_on_the_same_lines_in_every_step() -> None:
    captions = [[s for s in shot.shapes if s.part == "caption" and isinstance(s, Label)] for shot in frames(stepped())]
    assert len({labels[0].y for labels in captions}) == 1
    assert len({labels[1].y for labels in captions}) == 1
    for labels in captions:
        signs = {round(label.x, 2) for label in labels if label.formula.latex.startswith("=")}
        assert len(signs) == 1  # what is equal stands below each other


def test_each_step_shows_what_is_known_and_names_what_is_not() -> None:
    first, second, third = frames(stepped())
    parts = {shape.part for shape in first.shapes}
    assert {"value-q", "value-x", "name-f"} <= parts
    assert not {"value-f", "gradient-f", "name-q"} & parts
    parts = {shape.part for shape in second.shapes}
    assert {"value-f", "gradient-f"} <= parts
    assert "gradient-z" not in parts
    assert "gradient-z" in {shape.part for shape in third.shapes}


def test_a_name_stands_where_it_will_stand_with_its_value() -> None:
    scene = stepped()
    name = next(s for s in frame(scene, 1).shapes if s.part == "name-f" and isinstance(s, Label))
    value = next(s for s in scene.shapes if s.part == "value-f" and isinstance(s, Label))
    assert (name.x, name.y) == (value.x, value.y)
    assert value.formula.path.startswith(name.formula.path)


def test_the_turn_is_shown_on_box_and_wires() -> None:
    scene = stepped()
    shot = frame(scene, 3)
    look = {shape.part: shape for shape in shot.shapes if not isinstance(shape, Label)}
    oval, block = look["box-z"], look["box-f"]
    assert isinstance(oval, Oval)
    assert isinstance(block, Block)
    assert (oval.fill, oval.line_width) == ("#ffe6a8", 3.4)
    assert (block.fill, block.line) == ("#f4f5fb", "#b34700")
    thick = {s.part for s in shot.shapes if isinstance(s, Curve) and s.line_width == 3.4}
    assert thick == {"wire-z-f-1"}


def test_a_frame_shares_what_it_does_not_change() -> None:
    scene = stepped()
    assert sum(a is b for a in frame(scene, 1).shapes for b in scene.shapes) > 10
    assert list(write_frames(scene)) == [write_svg(shot) for shot in frames(scene)]


@pytest.mark.parametrize("number", [0, 4, -4])
def test_there_is_no_such_step(number: int) -> None:
    with pytest.raises(UsageError, match="there are 3"):
        frame(stepped(), number)
    with pytest.raises(UsageError, match="no steps"):
        frame(compose(product()), 1)


def test_titles_tell_the_step() -> None:
    shot = frame(stepped(), 1)
    assert shot.title == "f = (x + y) z: step 1 of 3"
    assert shot.description.endswith("q = x + y = −2 + 5 = 3")


def test_animation_is_the_whole_picture_where_nothing_moves() -> None:
    scene = stepped()
    animated = write_animation(scene)
    bare = re.sub(r"<style>.*?</style>\n", "", animated, flags=re.DOTALL)
    bare = re.sub(r' class="[^"]*"', "", bare)
    bare = re.sub(r'<g opacity="0">\n(?:<(?:path|text|g)[^\n]*\n)+</g>\n', "", bare)
    bare = re.sub(r"<defs>.*?</defs>\n", "", bare)
    glyphs = re.compile(r'<g fill="(#\w+)">(?:<(?:use|path)[^>]*/>)+</g>')
    outlines = re.compile(r'<path d="M[^"Z]*" fill="(#\w+)"/>')
    assert glyphs.sub(r"\1", bare) == outlines.sub(r"\1", write_svg(scene))


def test_shared_glyphs_look_as_outlines_do(tmp_path: Path) -> None:
    scene = stepped()
    seen = []
    for name, svg in (("moving", write_animation(scene)), ("still", write_svg(scene))):
        (tmp_path / f"{name}.svg").write_text(svg, "utf-8")
        seen.append(run(program("rsvg-convert"), "-z", "2", tmp_path / f"{name}.svg"))
    assert difference(*seen) < 1e-3


def test_glyphs_are_shared() -> None:
    animated = write_animation(stepped())
    assert len(re.findall("<use", animated)) > 3 * len(re.findall('<path id="gv-o', animated))
    names = set(re.findall(r'<path id="([^"]+)"', animated))
    assert set(re.findall(r'href="#([^"]+)"', animated)) == names


def test_keyframes_say_all_that_changes() -> None:
    animated = write_animation(stepped())
    root = ElementTree.fromstring(animated)  # noqa: S314
    sheet = next(element.text or "" for element in root if element.tag.endswith("style"))
    used = set(re.findall(r'class="(gv-s\d+)"', animated))
    rules = dict(re.findall(r"@keyframes (gv-s\d+)\{(.*?)\}\n", sheet))
    assert set(rules) == used
    for rule in rules.values():
        said = [
            sorted(part.split(":")[0] for part in look.split(";")) for look in re.findall(r"%\{([^}]*)\}", rule + "}")
        ]
        assert all(names == said[0] for names in said), rule  # what a frame leaves out would keep its last look
    assert "prefers-reduced-motion" in sheet


def test_a_long_sentence_is_broken_and_no_formula_in_it() -> None:
    from gradviz.notation import tree

    long = say(
        "step-value", name=tree_formula(tree.Name("z1")), operands="so many things that one line is too short, " * 3
    )
    steps = (Step("value", "q", (), (), ("x", "y", "z", "q"), (), ("q", "x + y"), (), long),)
    shot = frame(compose(replace(product(), steps=steps)), 1)
    lines = [s for s in shot.shapes if isinstance(s, Label) and s.formula.latex.startswith(r"\text")]
    assert len(lines) == 2
    assert "z_1" in lines[0].formula.latex
    assert shot.width < 960
    middles = [(b[0] + b[2]) / 2 for b in map(bounds, lines)]
    assert middles == pytest.approx([shot.width / 2] * 2, abs=2)
    assert problems(shot) == []


def tree_formula(e: object) -> object:
    from gradviz.derivation import Formula

    return Formula((e,))  # type: ignore[arg-type]
