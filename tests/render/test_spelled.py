"""Pictures and LaTeX have names and functions as the program spells them."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.api.drawings.picture import drawing
from gradviz.notation.names import canonical, spell

NET = r"""
\mathbf{x} ∈ ℝ^3
\mathbf{W}_1 ∈ ℝ^{3×4}
\mathbf{w}_2 ∈ ℝ^4
y ∈ {0, 1}
data \mathbf{x}, y
\mathbf{z}_1 = \mathbf{W}_1^\top \mathbf{x}
\mathbf{h}_1 = swish(\mathbf{z}_1)
\hat{y} = \sigma(\mathbf{w}_2^\top \mathbf{h}_1)
\mathcal{L} = -y \log \hat{y} - (1 - y) \log(1 - \hat{y}) + λ ‖\mathbf{W}_1‖_F^2
"""


def test_boxes_and_wires() -> None:
    shown = {box.id: box for box in drawing(gv.parse(NET).explain(wrt=())).boxes}
    assert (shown["L"].name, shown["x"].label, shown["W1"].label) == (r"\mathcal{L}", r"\mathbf{x}", r"\mathbf{W}_1")
    assert shown["h1"].label == r"\operatorname{swish}(\mathbf{z}_1)"
    assert r"\log \hat{y}" in shown["L"].label
    assert r"\lVert \mathbf{W}_1 \rVert_F^2" in shown["L"].label
    assert shown["λ"].gradient == r"\lVert \mathbf{W}_1 \rVert_F^2"
    assert shown["y"].gradient == r"\log(1 - \hat{y}) - \log \hat{y}"


@pytest.mark.parametrize("view", ["ops", "neurons"])
def test_other_views(view: str) -> None:
    text = NET.replace(" + λ ‖\\mathbf{W}_1‖_F^2", "")
    found = drawing(gv.parse(text).explain(wrt=()), view)
    labels = " ".join([*(f"{b.label} {b.name}" for b in found.boxes), *(w.label for w in found.wires)])
    assert r"\mathbf{" in labels
    assert r"\ln" not in labels
    assert "SiLU" not in labels


def test_steps_and_derivations() -> None:
    ex = gv.parse(NET).explain(wrt=("W1",))
    for latex in (ex.latex(), ex.derivations["W1"].markdown(), " ".join("".join(s.formula) for s in ex.steps)):
        assert r"\mathcal{L}" in latex
        assert r"\mathbf{W}_1" in latex
        assert r"\ln" not in latex
        assert r"\partial L" not in latex
        assert r"\mathbf{W}_1 \rVert^2" not in latex
    assert "𝓛" in str(ex.steps[-1].reason) or "𝐖" in str(ex.steps[-1].reason)


def test_canonical_names_stay() -> None:
    graph = gv.parse(NET)
    assert graph.output == "L"
    assert "W1" in graph.inputs
    assert graph.check("W1", r"x ((\hat{y} - y) w_2 ⊙ (h_1 + σ(z_1) ⊙ (1 - h_1)))^T + 2 λ W_1").ok
    assert str(graph.gradient("y")) == "ln(1 − ŷ) − ln ŷ"


def test_where_both_are_written() -> None:
    """Two styles are two names; two words for one function are both kept, and gradviz has its own."""
    graph = gv.parse(r"\mathbf{w} = 2x; w = ln x + log x; f = w \mathbf{w} ‖w‖")
    assert r"\ln x + \log x" in graph.explain(wrt=()).latex()
    assert graph.gradient("x").latex().count(r"\log") == 0


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("first_layer_weights", r"\mathrm{first\_layer\_weights}"),
        ("loss_total", r"\mathrm{loss\_total}"),
        ("x_train", r"x_{\mathrm{train}}"),
        ("loss_1", r"\mathrm{loss}_1"),
        ("conv2d", r"\mathrm{conv2d}"),
    ],
)
def test_words_of_several_parts(name: str, latex: str) -> None:
    assert spell(canonical(name), "latex") == latex
    assert canonical(latex) == canonical(name)
