"""Options of pictures: what is shown, how numbers are written, colours, legends, rows."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.picture import drawing
from gradviz.render import THEMES, Drawing, Style, compose, style, write_svg
from gradviz.render.shapes import Curve, Label, Oval, Scene, bounds

from .geometry import problems
from .nets import BCE

EXPECTED = Path(__file__).parent / "expected"
PRODUCT = "q = x + y; f = q z; at x = -2, y = 5, z = -1/4"


def draw(text: str, **options: object) -> Drawing:
    return drawing(gv.parse(text).explain(wrt=()), style(**options))


def scene(text: str, **options: object) -> Scene:
    look = style(**options)
    return compose(drawing(gv.parse(text).explain(wrt=()), look), look)


def titles(picture: Scene, start: str) -> list[str]:
    return [s.title for s in picture.shapes if isinstance(s, Label) and s.part.startswith(start)]


@pytest.mark.parametrize(
    ("show", "value", "gradient", "local", "space"),
    [
        (None, "3", "-0.25", "", ""),
        ("values", "3", None, "", ""),
        ("gradients", None, "-0.25", "", ""),
        ("locals", None, None, "z", ""),
        ("shapes", None, None, "", r"\mathbb{R}"),
        ("values,locals,shapes", "3", None, "z", r"\mathbb{R}"),
        ((), None, None, "", ""),
    ],
)
def test_any_combination_is_shown(show, value, gradient, local: str, space: str) -> None:
    picture = draw(PRODUCT, show=show)
    (q,) = [b for b in picture.boxes if b.id == "q"]
    (wire,) = [w for w in picture.wires if w.source == "q"]
    assert (q.value, q.gradient, q.space, wire.label) == (value, gradient, space, local)
    assert problems(compose(picture)) == []


def test_shapes_stand_behind_the_value() -> None:
    picture = scene(BCE, show="values,shapes")
    assert "W₁ = [0.1, 0.2, 0.3, 0.4; 0.5, −0.6, 0.7, 0.8; −0.9, 1, 1.1, −1.2] ∈ ℝ³ˣ⁴" in titles(picture, "value-")
    assert "x ∈ ℝ³" in titles(scene(BCE, show="shapes"), "value-")


def test_digits_and_fractions() -> None:
    values = {b.id: (b.value, b.gradient) for b in draw(PRODUCT, fractions=True).boxes}
    assert values["z"] == ("-1/4", "3")
    assert values["x"] == ("-2", "-1/4")
    (loss,) = [b for b in draw(BCE, digits=2).boxes if b.id == "L"]
    assert loss.value == "0.086"
    (loss,) = [b for b in draw(BCE, digits=9, fractions=True).boxes if b.id == "L"]
    assert loss.value == "0.0864810158", "what is no small rational stays a decimal"


def test_pictures_that_run_upwards() -> None:
    picture = scene(PRODUCT, direction="up")
    at = {s.part: s for s in picture.shapes if hasattr(s, "y")}
    assert at["box-f"].y < at["box-q"].y < at["box-x"].y
    assert at["box-x"].x < at["box-y"].x, "operands stand in reading order"
    value, gradient = (bounds(at[f"{what}-q"]) for what in ("value", "gradient"))
    (trunk,) = [s for s in picture.shapes if isinstance(s, Curve) and s.part == "wire-q-f-0"][:1]
    assert value[2] < trunk.points[0][0] < gradient[0]


@pytest.mark.parametrize("view", ["stages", "ops", "neurons"])
def test_legends_tell_what_occurs(view: str) -> None:
    told = titles(scene(BCE, view=view, legend=True), "legend-")
    expected = {
        "stages": ["data", "parameter", "stage", "value", "gradient of L"],
        "ops": ["data", "parameter", "operation", "value", "gradient of L", "local derivative"],
        "neurons": ["data", "neuron", "stage", "value", "gradient of L"],
    }
    assert told == expected[view]
    assert titles(scene(BCE, view=view), "legend-") == []
    assert problems(scene(BCE, view=view, legend=True)) == []


def test_larger_type_makes_larger_labels() -> None:
    small, large = scene(PRODUCT), scene(PRODUCT, size=44)
    for part in ("box-q", "value-q"):
        a, b = (
            next(s for s in p.shapes if isinstance(s, Label) and s.part == part).formula.height for p in (small, large)
        )
        assert b == pytest.approx(2 * a, rel=0.02)
    assert problems(large) == []


# -- rows


def test_a_wide_picture_goes_on_in_rows() -> None:
    picture = scene(BCE, view="ops")
    assert 1280 / picture.width > 0.68
    ends = [s for s in picture.shapes if isinstance(s, Label) and "→" in s.part and s.part.startswith("box-")]
    names = sorted(e.formula.latex for e in ends)
    assert names[::2] == names[1::2], "each sign stands at the end of a wire and where it goes on"
    assert problems(picture) == []


def test_cutting_drops_no_box_and_no_wire() -> None:
    content = draw(BCE, view="ops")
    picture = compose(content, style(view="ops"))
    parts = {s.part for s in picture.shapes}
    assert {f"box-{b.id}" for b in content.boxes} <= parts
    assert {f"wire-{w.ends}" for w in content.wires} <= parts
    assert {f"local-{w.ends}" for w in content.wires if w.label} <= parts


# -- themes


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_what_is_read_stands_out(name: str) -> None:
    theme = THEMES[name]
    for colour in (theme.value, theme.gradient, theme.local, theme.ink):
        assert _contrast(colour, theme.background) >= 4.5
        assert _contrast(colour, theme.group) >= 4.5
    for fill in (theme.box, theme.data, theme.parameter, theme.active):
        assert _contrast(theme.ink, fill) >= 4.5


# How people without one kind of cones see linear colours (Viénot, Brettel and Mollon 1999), as mixtures of channels.
_BLIND = {
    "no long": ((0.1121, 0.8853, -0.0005), (0.1127, 0.8897, -0.0001), (0.0045, 0.0001, 1.0019)),
    "no middle": ((0.2920, 0.7054, -0.0003), (0.2934, 0.7089, 0.0000), (-0.0210, 0.0255, 1.0012)),
}


@pytest.mark.parametrize("name", ["default", "dark"])
@pytest.mark.parametrize("kind", _BLIND)
def test_values_and_gradients_differ_for_the_colour_blind(name: str, kind: str) -> None:
    theme = THEMES[name]
    seen = []
    for colour in (theme.value, theme.gradient):
        linear = [(int(colour[n : n + 2], 16) / 255) ** 2.2 for n in (1, 3, 5)]
        mixed = (sum(m * c for m, c in zip(row, linear, strict=True)) for row in _BLIND[kind])
        seen.append([max(0.0, channel) ** (1 / 2.2) for channel in mixed])
    assert sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5 > 0.3


def test_the_print_theme_has_no_colours() -> None:
    theme = THEMES["print"]
    for colour in (theme.ink, theme.value, theme.gradient, theme.local, theme.box, theme.data, theme.parameter):
        assert colour[1:3] == colour[3:5] == colour[5:7]


# -- refusals and goldens


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"view": "ships"}, "there is no view ships; there are stages, ops, blocks, neurons"),
        ({"show": "value"}, "value is nothing that a picture shows; there are values, gradients, locals, shapes"),
        ({"direction": "down"}, "there is no direction down; there are right, up"),
        ({"digits": 0}, "digits is 0, and may be from 1 to 17"),
        ({"size": 500.0}, "size is 500"),
    ],
)
def test_refusals(options: dict[str, object], message: str) -> None:
    with pytest.raises(gv.GradvizError, match=message):
        style(**options)


def test_a_style_is_data() -> None:
    assert style("dark") == Style(theme="dark")
    assert style(Style(theme="dark"), legend=True) == Style(theme="dark", legend=True)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ops", {"view": "ops", "legend": True}),
        ("up", {"direction": "up", "theme": "dark"}),
        ("print", {"theme": "print"}),
    ],
)
def test_expected_picture(name: str, options: dict[str, object], renew: bool) -> None:
    svg = write_svg(scene(BCE, **options))
    path = EXPECTED / f"style-{name}.svg"
    if renew:
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")


def test_circles_of_data_and_parameters_differ() -> None:
    fills = {s.part: s.fill for s in scene(BCE).shapes if isinstance(s, Oval)}
    assert fills["box-x"] != fills["box-W1"]
