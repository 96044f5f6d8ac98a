"""The table of activations: derivatives as gradviz finds them, held against differences, in every format."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import gradviz as gv
from gradviz.api.activations import Activation, activations
from gradviz.api.activations.table import curves, draw_table, plot_scene
from gradviz.api.activations.texts import write_html, write_latex
from gradviz.cli import main
from gradviz.ops.activations import ACTIVATIONS
from gradviz.render import style
from gradviz.render.shapes import Curve, Label, Oval, bounds
from gradviz.render.theme import theme_of

ALL = activations(gv.parse("swish(v) = v σ(β v); clipped(x) = min(max(x, -1), 1); at β = 2"))
POINTS = (-3.7, -2.2, -0.9, -0.3, 0.4, 1.3, 2.6, 3.9)


def test_every_registered_activation_is_there() -> None:
    assert {a.name for a in ALL} >= {op.name for op in ACTIVATIONS} | {"step", "swish", "clipped"}


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_the_derivative_is_that_of_the_function(activation: Activation) -> None:
    for v in POINTS:
        difference = (activation.at(v + 1e-5)[0] - activation.at(v - 1e-5)[0]) / 2e-5
        assert activation.at(v)[1] == pytest.approx(difference, abs=1e-6)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_what_is_written_is_what_is_plotted(activation: Activation) -> None:
    """Formula and derivative as they are written give the numbers of the curves."""
    where = "; ".join(reversed(activation.where("ascii")))
    settings = dict(activation.settings)
    program = "\n".join(
        [
            where,
            f"u = {activation.text('formula', 'ascii')}",
            f"D = {activation.text('derivative', 'ascii')}",
            "L = u + D",
        ]
    )
    graph = gv.parse(f"v ∈ ℝ\n{program}")
    for v in POINTS:
        ex = graph.explain({"v": v, **settings}, wrt=())
        assert (ex.values["u"], ex.values["D"]) == pytest.approx(activation.at(v), abs=1e-9)


def test_kinks_are_told_as_they_are_taken() -> None:
    known = {a.name: a for a in ALL}
    assert known["relu"].kinks == ("0 at v = 0",)
    assert known["relu"].at(0.0) == (0.0, 0.0)
    assert known["leaky_relu"].at(0.0)[1] == 0.1
    assert known["clipped"].kinks == ("0.5 at v = 1", "0.5 at v = −1")


def test_names_in_any_spelling_and_in_the_order_that_is_asked_for() -> None:
    assert [a.name for a in activations(only=["tanh", "σ", "ReLU"])] == ["tanh", "sigmoid", "relu"]
    with pytest.raises(gv.GradvizError, match="there is no activation sigmund"):
        activations(only=["sigmund"])


def test_a_curve_is_broken_where_it_jumps_and_a_dot_shows_the_value_there() -> None:
    step, tanh = activations(only=["step", "tanh"])
    assert [len(line.stretches) for line in curves(step)[1:]] == [2, 1]
    assert [len(line.stretches) for line in curves(tanh)[1:]] == [1, 1]
    dots = [s for s in plot_scene(step, style()).shapes if isinstance(s, Oval)]
    assert len(dots) == 1
    (frame, *_), (dot,) = curves(step), dots
    assert dot.x - (frame.at(0, 1)[0]) == pytest.approx(18, abs=0.1)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_curves_stay_in_their_frames_and_pass_through_the_values(activation: Activation) -> None:
    frame, *drawn = curves(activation)
    for which, (pieces, _) in enumerate(drawn):
        assert pieces
        for x, y in (point for piece in pieces for point in piece):
            assert frame.bottom - 1e-9 <= y <= frame.ceiling + 1e-9
            assert y == pytest.approx(activation.at(x)[which], abs=0.01 * (frame.ceiling - frame.bottom))


def test_nothing_overlaps_in_the_table() -> None:
    scene = draw_table(ALL, style())
    labels = [s for s in scene.shapes if isinstance(s, Label)]
    boxes = [bounds(label) for label in labels]
    for n, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[2] <= scene.width
        assert 0 <= a[1] < a[3] <= scene.height
        for m in range(n):
            b = boxes[m]
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (labels[n].part, labels[m].part)
    for curve in (s for s in scene.shapes if isinstance(s, Curve) and not s.part.startswith("rule")):
        for x, y in curve.points[::3]:
            assert not any(b[0] < x < b[2] and b[1] < y < b[3] for b in boxes), curve.part


# -- the command


def run(*args: str) -> str:
    result = CliRunner().invoke(main, ["activations", *args], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_terminal() -> None:
    lines = run("swish(v) = v σ(v)", "--only", "swish,relu").splitlines()
    assert lines[1].split("  ")[0] == "swish"
    assert "u + σ(v)(1 − u)" in lines[1]
    assert lines[2].rstrip().endswith("0 at v = 0")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.rows = 0
        self.svgs = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rows += tag == "tr"
        self.svgs += tag == "svg"
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_every_format(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    names = [f"a{suffix}" for suffix in (".svg", ".png", ".html", ".md", ".tex", ".txt")]
    run("--only", "relu,gelu_tanh,elu_alpha", *(arg for name in names for arg in ("-o", str(tmp_path / name))))
    root = ElementTree.fromstring((tmp_path / "a.svg").read_text("utf-8"))  # noqa: S314
    assert root.tag.endswith("svg")
    page = _Page()
    html = (tmp_path / "a.html").read_text("utf-8")
    page.feed(html)
    assert (page.rows, page.links) == (4, [])
    assert page.svgs >= 3 * 4
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    rows = (tmp_path / "a.md").read_text("utf-8").splitlines()
    assert len(rows) == 5
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_headings_have_the_colours_of_the_curves() -> None:
    rows, look = activations(only=["tanh"]), style()
    colours = theme_of(look)
    head = write_html(rows, look).partition("<thead>")[2].partition("</thead>")[0]
    assert head.index(colours.value) < head.index(colours.gradient)
    assert r"{\color{value} u = f(v)} & {\color{slope} \frac{du}{dv}}" in write_latex(rows, look)


def test_latex_compiles(tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("needs pdflatex")
    run("s2(v) = σ(v)²", "-o", str(tmp_path / "a.tex"))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],  # noqa: S607
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    log = (tmp_path / "a.log").read_text("latin-1")
    assert done.returncode == 0, log[-2000:]
    wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert all(w < 40 for w in wide), wide


def test_refusals(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["activations", "-o", str(tmp_path / "a.docx")])
    assert (result.exit_code, "there is no writer for .docx" in result.output) == (2, True)


def test_numbers_at_the_ends() -> None:
    sigmoid = activations(only=["sigmoid"])[0]
    assert sigmoid.at(0.0) == (0.5, 0.25)
    assert sigmoid.at(4.0)[0] == pytest.approx(1 / (1 + math.exp(-4)))


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_each_has_an_equation_that_is_not_its_own_name(activation: Activation) -> None:
    for style_ in ("unicode", "latex"):
        assert activation.definition(style_)
        assert activation.definition(style_) != activation.text("call", style_)
        assert not re.search(r"𝟙|mathbb", activation.definition(style_) + activation.text("derivative", style_))


def test_erf_is_an_integral() -> None:
    (erf,) = activations(only=["erf"])
    assert erf.definition() == "(2/√π) ∫₀ᵛ e^(−t²) dt"
    for v in (-1.5, 0.3, 2.0):
        steps = [v * (n + 0.5) / 2000 for n in range(2000)]
        area = 2 / math.sqrt(math.pi) * sum(math.exp(-t * t) for t in steps) * v / 2000
        assert erf.at(v)[0] == pytest.approx(area, abs=1e-6)


OWN = [
    ("f(v) = v 1[v > 2] - v 1[v ≤ -1]", "{ v, v > 2; 0, v > −1 and v ≤ 2; −v, v ≤ −1 }", "{ 1, v > 2; 0, v > −1 and v ≤ 2; −1, v ≤ −1 }"),
    ("f(v) = max(v, 0.1v)", "max(v, 0.1v)", "{ 1, v > 0; 0.55, v = 0; 0.1, v < 0 }"),
    ("f(v) = v 1[v > a]; at a = 2", "{ v, v > a; 0, v ≤ a }", "{ 1, v > a; 0, v ≤ a }"),
    ("f(v) = v 1[1 - 2v < 0]", "{ v, v > 1/2; 0, v ≤ 1/2 }", "{ 1, v > 1/2; 0, v ≤ 1/2 }"),
    ("f(v) = v 1[v > a] 1[v < b]; at a = 1, b = 2", "v 𝟙[v > a] 𝟙[v < b]", "𝟙[v < b] 𝟙[v > a]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "formula", "derivative"), OWN)
def test_own_functions_by_cases(text: str, formula: str, derivative: str) -> None:
    made = activations(gv.parse(text))[0]
    assert made.text("formula") == formula
    assert sorted(made.text("derivative")) == sorted(derivative)


def test_the_derivative_at_a_jump_is_told_for_own_functions() -> None:
    assert activations(gv.parse("f(v) = v 1[v > 2] - v 1[v ≤ -1]"))[0].kinks == ("0 at v = 2", "−1 at v = −1")
    assert activations(gv.parse("f(v) = v 1[v > a]; at a = 2"))[0].kinks == ("0 at v = a",)


def test_own_functions_say_what_is_taken_at_their_kinks() -> None:
    program = "cap(v) = min(max(v, -1), 2); leak(v) = max(0.1 v, v)"
    cap, leak = activations(gv.parse(program), only=["cap", "leak"])
    assert cap.kinks == ("0.5 at v = 2", "0.5 at v = −1")
    assert leak.kinks == ("0.55 at v = 0",)
    assert leak.text("derivative") == "{ 1, v > 0; 0.55, v = 0; 0.1, v < 0 }"


def test_latex_has_the_numbers_at_axes_and_the_dots_of_the_picture() -> None:
    (cap,) = activations(gv.parse("cap(v) = min(max(v, -1), 2)"), only=["cap"])
    text = write_latex([cap], style())
    assert r"\fill[slope]" in text
    assert text.count(r"\node[number") == 4
    assert "0.5 at v $=$ $-$1" in text
