"""Slides for LaTeX: compiled by a real pdflatex."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gradviz as gv

from .programs import blank, program, run

EXAMPLES = Path(__file__).parents[2] / "examples"


def compiled(source: Path) -> str:
    """Compile a document; what LaTeX said."""
    command = (program("pdflatex"), "-interaction=nonstopmode", "-halt-on-error", source.name)
    return run(*command, cwd=source.parent).decode(errors="replace")


@pytest.mark.parametrize("example", ["product", "softmax"])
def test_slides_compile(example: str, tmp_path: Path) -> None:
    ex = gv.load(EXAMPLES / f"{example}.grad").explain(wrt=["z"])
    ex.save(tmp_path / "f.tex")
    said = compiled(tmp_path / "f.tex")
    assert "Overfull" not in said
    assert "Missing character" not in said
    pages = int(re.findall(r"Output written on f.pdf \((\d+) pages", said)[0])
    derived = -(-len(ex.derivations["z"].steps) // 6)
    assert pages == len(ex.steps) + derived
    first, last = (
        run(program("pdftoppm"), "-r", "60", "-png", "-f", n, "-l", n, tmp_path / "f.pdf") for n in (1, len(ex.steps))
    )
    assert first != last
    assert blank(first) > 0.005


def test_a_page_with_all_its_signs_compiles(tmp_path: Path) -> None:
    text = "x ∈ ℝ^3; W ∈ ℝ^{4×3}; z_{out} = W x; h = relu(z_{out}); p = softmax(h); L = -ln p[1] + ‖h‖² + max(0, h[2])"
    values = {"x": [1, 2, -1], "W": [[0.5, -1, 2], [1, 1, 1], [-1, 0, 0.25], [3, 1e-9, 2]]}
    ex = gv.parse(text).explain(at=values)
    ex.save(tmp_path / "f.tex", view="ops", theme="dark")
    said = compiled(tmp_path / "f.tex")
    assert "Missing character" not in said


def test_the_source_is_what_it_says() -> None:
    from gradviz.api.drawings.depiction import Depiction
    from gradviz.api.writers.beamer import write_beamer

    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4", wrt=["x"])
    source = write_beamer(Depiction(ex))
    assert source == write_beamer(Depiction(ex))
    assert r"\begin{align*}" in source
    assert r"\onslide<1-7>" not in source  # what is always seen needs no overlay
    assert r"\onslide<5-7>{\node" in source  # ∂f/∂z, from the fifth step on
    assert source.count(r"\only<7>{\node") == 2
    colours = set(re.findall(r"\bgv([0-9a-f]{6})\b", source))
    assert colours == set(re.findall(r"\\definecolor\{gv(\w+)\}", source))
