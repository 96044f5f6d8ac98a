from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest

from gradviz.render.formula import Formula
from gradviz.render.plain import plain
from gradviz.render.typeset import typeset


def gap(left: str, sign: str, right: str) -> float:
    """How much wider a sign makes a formula than its own ink."""
    size = 20.0
    widths = [typeset(text, size).width for text in (f"{left} {sign} {right}", left, sign, right)]
    return widths[0] - sum(widths[1:])


def places(formula: Formula) -> list[tuple[float, float]]:
    """Where the pen has been."""
    opened = x, y = formula.start
    seen = [(x, y)]
    for command, numbers in re.findall(r"([mlhvqz])([^mlhvqz]*)", formula.path):
        values = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        if command in "mlq":
            x, y = x + values[-2], y + values[-1]
        elif command == "h":
            x += values[0]
        elif command == "v":
            y += values[0]
        else:
            x, y = opened
        if command == "m":
            opened = (x, y)
        seen.append((x, y))
    return seen


def outlines(formula: Formula) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every closed outline."""
    found = []
    pen: list[tuple[float, float]] = []
    pieces = re.split("(?<=z)", formula.path)
    x, y = formula.start
    for piece in pieces[:-1]:
        pen = places(Formula("", 0, 0, 0, (x, y), piece))
        if piece.startswith("m"):
            pen = pen[1:]
        x, y = pen[-1]
        xs, ys = zip(*pen, strict=True)
        found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def reach(formula: Formula, left: float, right: float) -> tuple[float, float]:
    """How high and how low the outlines between two places go, without gaps."""
    within = [(top, bottom) for a, top, b, bottom in outlines(formula) if a >= left and b <= right]
    within.sort()
    high, low = within[0]
    for top, bottom in within[1:]:
        assert top <= low
        low = max(low, bottom)
    return high, low


def matrix(rows: int, columns: int, kind: str = "bmatrix", entry: str = "-0.7365") -> str:
    body = r" \\ ".join(" & ".join([entry] * columns) for _ in range(rows))
    return rf"\begin{{{kind}}} {body} \end{{{kind}}}"


@pytest.mark.parametrize("kind", ["bmatrix", "pmatrix", "vmatrix"])
@pytest.mark.parametrize("columns", [1, 3, 6])
@pytest.mark.parametrize("rows", range(1, 11))
def test_matrices_have_brackets_of_their_height(rows: int, columns: int, kind: str) -> None:
    formula = typeset(matrix(rows, columns, kind), 20)
    edge = 10.0
    for left, right in ((-0.1, edge), (formula.width - edge, formula.width + 0.1)):
        top, bottom = reach(formula, left, right)
        assert -top == pytest.approx(formula.height, abs=0.1)
        assert bottom == pytest.approx(formula.depth, abs=0.1)
    inside = [o for o in outlines(formula) if edge < o[0] and o[2] < formula.width - edge]
    above = min(o[1] for o in inside) + formula.height
    below = formula.depth - max(o[3] for o in inside)
    assert 0 <= above < 9
    assert 0 <= below < 9
    assert abs(above - below) < 3


def test_a_bracket_is_as_high_as_what_it_encloses() -> None:
    alone = typeset(r"\lVert w \rVert", 20)
    beside = typeset(r"\lVert w \rVert + \frac{1}{n}", 20)
    left = min(outlines(beside))
    assert left[1] == pytest.approx(-alone.height, abs=0.1)
    tall = typeset(r"\lVert \frac{x}{y} \rVert", 20)
    assert -min(outlines(tall))[1] == pytest.approx(tall.height, abs=0.1)


@pytest.mark.parametrize("sign", [r"\lVert", r"\lvert"])
def test_a_letter_with_a_hat_does_not_stretch_bars(sign: str) -> None:
    close = sign.replace("l", "r", 1)
    hat, none = (typeset(f"{sign} {x} {close}", 20) for x in (r"\hat{y}", "y"))
    assert min(outlines(hat))[1] == pytest.approx(min(outlines(none))[1])


@pytest.mark.parametrize("script", ["^{2}", "_{i}", "_{i}^{2}", r"^{\top}"])
@pytest.mark.parametrize("inner", [r"\frac{e^{z_i}}{\sum_j e^{z_j}}", matrix(5, 1), r"\hat{y}"])
def test_scripts_stay_beside_their_bracket(inner: str, script: str) -> None:
    bare = typeset(rf"\left[{inner}\right]", 20)
    scripted = typeset(rf"\left[{inner}\right]{script}", 20)
    assert scripted.height < bare.height + 15
    assert scripted.depth < bare.depth + 10
    assert bare.width < scripted.width < bare.width + 20


@pytest.mark.parametrize("script", ["^{2}", r"^{\top}", "_{1}"])
def test_a_matrix_can_have_scripts(script: str) -> None:
    bare, scripted = typeset(matrix(2, 2), 20), typeset(matrix(2, 2) + script, 20)
    assert bare.width < scripted.width < bare.width + 20


def test_a_sum_does_not_stretch_the_brackets_around_it() -> None:
    assert typeset(r"\left(\sum_j x_j\right)", 20).height < 40


def test_rows_are_evenly_apart() -> None:
    rows = [r"\ldots", "-", "1", "x"]
    formula = typeset(r"\begin{matrix} 1 \\ " + r" & 1 \\ ".join(rows) + r" & 1 \end{matrix}", 20)
    right = formula.width
    bottoms = sorted(o[3] for o in outlines(formula) if o[2] > right - 4)
    gaps = [b - a for a, b in pairwise(bottoms)]
    assert max(gaps) - min(gaps) < 0.1


def test_columns_are_centred() -> None:
    formula = typeset(r"\begin{matrix} 1111 \\ 11 \\ 111111 \end{matrix}", 20)
    rows: dict[float, list[float]] = {}
    for left, _, right, bottom in outlines(formula):
        rows.setdefault(round(bottom), []).extend([left, right])
    middles = [(min(xs) + max(xs)) / 2 for xs in rows.values()]
    assert len(middles) == 3
    assert max(middles) - min(middles) < 0.6


def test_hats_are_as_wide_as_their_place_asks_for() -> None:
    for letter in "yWh":
        base, hat = typeset(letter, 20), typeset(rf"\hat{{{letter}}}", 20)
        assert hat.width == pytest.approx(base.width, abs=1.5)
        top = min(outlines(hat), key=lambda o: o[1])
        assert top[2] - top[0] < 0.35 * 20
        assert abs((top[0] + top[2]) / 2 - hat.width / 2) < 0.2 * 20
    word = typeset(r"\widehat{\mathrm{out}}", 20)
    top = min(outlines(word), key=lambda o: o[1])
    assert top[2] - top[0] > 0.4 * word.width
    assert (top[0] + top[2]) / 2 == pytest.approx(word.width / 2, abs=1)


def test_bold_digits_are_bold() -> None:
    assert typeset(r"\mathbf{1}", 20).path != typeset("1", 20).path
    assert typeset(r"\mathbf{1}", 20).runs == ()


def test_a_minus_behind_a_space_is_that_of_a_number() -> None:
    assert typeset(r"2:\, -1", 20).width < typeset(r"2: 1", 20).width + 0.9 * 20


def test_nested_bars() -> None:
    assert gap(r"\lvert \lvert x \rvert", "+", r"y \rvert") > 0.35 * 20


@pytest.mark.parametrize("sign", [r"\odot", r"\oslash", r"\times", r"\otimes", r"\oplus", "-", "+"])
def test_signs_between_two_terms_have_space(sign: str) -> None:
    assert gap("H", sign, "H") > 0.35 * 20


@pytest.mark.parametrize("before", ["", "(", "="])
def test_a_sign_before_a_term_has_none(before: str) -> None:
    alone = typeset(f"{before} H", 20).width
    signed = typeset(f"{before} -H", 20).width
    assert signed - alone < typeset("-", 20).width + 0.25 * 20


def test_no_space_behind_nabla_and_partial() -> None:
    assert gap("", r"\nabla", "H") < 0.15 * 20
    assert gap("", r"\partial", "L") < 0.15 * 20


def test_functions_touch_their_bracket_but_not_a_name() -> None:
    assert gap("", r"\log", "(x)") < 0.12 * 20
    assert gap("", r"\log", "x") > 0.1 * 20
    assert gap("", r"\operatorname{softmax}", "(x)") < 0.12 * 20


def test_an_upright_word_is_one_word() -> None:
    assert typeset(r"\mathrm{ReLU}", 20).width < sum(typeset(c, 20).width for c in "ReLU") + 4


def test_scripts_of_one_base_stand_above_each_other() -> None:
    both = typeset(r"h_{1}^{\top}", 20).width
    assert both < typeset(r"h_{1}", 20).width + 0.4 * 20


@pytest.mark.parametrize(
    "latex",
    [
        r"\lVert x \rVert_{2}^{2}",
        r"\mathbb{1}_{[z > 0]}",
        r"\begin{bmatrix} 1 & -2 \\ 3 & 4 \end{bmatrix}",
        r"\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}",
        r"\frac{e^{z_{2}}}{1 + e^{z_{2}}}",
        r"\text{out_proj}",
        r"\sigma'(z)",
        r"\sum_{i=1}^{n} x_{i}",
        r"\sqrt{x^2 + 1}",
        r"\widehat{\mathrm{out}}",
        r"\left\lvert x \right\rvert",
        r"\text{a<b & c}",
    ],
)
def test_what_gradviz_writes_is_typeset(latex: str) -> None:
    formula = typeset(latex, 20)
    as_text = typeset(latex + r"\frac{", 20)
    assert formula.path
    assert formula.runs == ()
    assert formula.width < 0.7 * as_text.width


def test_norm_bars_are_drawn() -> None:
    assert typeset(r"\lVert x \rVert^2", 20).width > typeset("x^2", 20).width + 8


def test_the_size_is_that_of_the_ink() -> None:
    formula = typeset(r"\frac{\partial L}{\partial W_{2}} = (\hat{y} - y)\, h_{1}^{\top}", 20)
    xs, ys = zip(*places(formula), strict=True)
    assert min(xs) == pytest.approx(0, abs=0.6)
    assert max(xs) == pytest.approx(formula.width, abs=0.6)
    assert -min(ys) == pytest.approx(formula.height, abs=0.6)
    assert max(ys) == pytest.approx(formula.depth, abs=0.6)


def test_coordinates_have_two_decimals_and_are_relative() -> None:
    path = typeset(r"\sigma(W x + b)", 20).path
    assert not re.search(r"\.\d{3}|[A-Z]", path)


@pytest.mark.parametrize("latex", [r"\frac{", "}", r"\nosuch{x}", "&", r"\begin{x}", "x__2", "", " "])
def test_what_cannot_be_read_is_shown_as_it_is(latex: str) -> None:
    formula = typeset(latex, 20)
    assert formula.latex == latex
    assert formula.path or not latex.strip()


@pytest.mark.parametrize("latex", ["{" * 5000, r"\sqrt{" * 60 + "}" * 60, "x" * 50_000, "^" * 999])
def test_excess_ends_soon(latex: str) -> None:
    start = time.perf_counter()
    typeset(latex, 20)
    assert time.perf_counter() - start < 5


@pytest.mark.usefixtures("without_fonts")
@pytest.mark.parametrize("latex", ["学习率", r"\text{学习率} = 0.1", r"x_{学}", r"\frac{学}{x}"])
def test_foreign_characters_take_room_and_become_text(latex: str) -> None:
    formula = typeset(latex, 20)
    assert "".join(run.text for run in formula.runs) in {"学习率", "学"}
    for run in formula.runs:
        assert 0 <= run.x < formula.width
        assert run.x + len(run.text) * run.size <= formula.width + 0.1


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\sigma(z_{1})", "σ(z₁)"),
        (r"\hat{y} = 0.371", "ŷ = 0.371"),
        (r"-y \oslash \hat{y}", "−y ⊘ ŷ"),
        (r"\mathbf{1}^\top y", "𝟏ᵀ y"),
        (r"-\left(y \log \hat{y}\right)", "−(y log ŷ)"),
        (r"\frac{1}{1 + e^{-z}}", "1/(1 + e^(−z))"),
        (r"\mathbb{1}_{[z > 0]}", "𝟙_([z > 0])"),
        (r"\frac{", "/"),
        ("{" * 200, ""),
    ],
)
def test_plain(latex: str, text: str) -> None:
    assert plain(latex).strip("{") == text
