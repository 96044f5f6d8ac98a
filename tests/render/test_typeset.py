from __future__ import annotations

import re
import time

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


@pytest.mark.parametrize("sign", [r"\odot", r"\times", r"\otimes", r"\oplus", "-", "+"])
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


@pytest.mark.parametrize(
    "latex", [r"\frac{", "}", r"\nosuch{x}", "&", r"\begin{x}", "x__2", "", " "]
)
def test_what_cannot_be_read_is_shown_as_it_is(latex: str) -> None:
    formula = typeset(latex, 20)
    assert formula.latex == latex
    assert formula.path or not latex.strip()


@pytest.mark.parametrize("latex", ["{" * 5000, r"\sqrt{" * 60 + "}" * 60, "x" * 50_000, "^" * 999])
def test_excess_ends_soon(latex: str) -> None:
    start = time.perf_counter()
    typeset(latex, 20)
    assert time.perf_counter() - start < 5


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
        (r"-\left(y \log \hat{y}\right)", "−(y log ŷ)"),
        (r"\frac{1}{1 + e^{-z}}", "1/(1 + e^(−z))"),
        (r"\mathbb{1}_{[z > 0]}", "𝟙_([z > 0])"),
        (r"\frac{", "/"),
        ("{" * 200, ""),
    ],
)
def test_plain(latex: str, text: str) -> None:
    assert plain(latex).strip("{") == text
