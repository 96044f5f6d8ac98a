"""Tall pictures are laid out in lower columns, and are larger on a slide so."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.picture import drawing
from gradviz.render import compose, scene, style
from gradviz.render.cache import Store
from gradviz.render.flatter import fit, flatter
from gradviz.render.formulas import Typesetter
from gradviz.render.layout import place
from gradviz.render.plan import Plan, make_plan
from gradviz.render.shapes import Scene
from gradviz.render.theme import theme_of

from ..strategies import make
from .geometry import problems

LSTM = """
x ∈ ℝ^3; h0, c0, t ∈ ℝ^2
W_f, W_i, W_o, W_g ∈ ℝ^{5×2}; b_f, b_i, b_o, b_g ∈ ℝ^2
data x, t
v = concat(x, h0)
f = σ(W_fᵀ v + b_f)
i = σ(W_iᵀ v + b_i)
o = σ(W_oᵀ v + b_o)
g = tanh(W_gᵀ v + b_g)
c = f ⊙ c0 + i ⊙ g
h = o ⊙ tanh(c)
L = ‖h - t‖²
at x = [1, -1, 2], h0 = [0.1, 0.2], c0 = [0, 0.5], t = [0.5, -0.5]
at W_f ~ normal(0, 0.5), W_i ~ normal(0, 0.5), W_o ~ normal(0, 0.5), W_g ~ normal(0, 0.5)
at b_f = [0, 0], b_i = [0, 0], b_o = [0, 0], b_g = [0, 0]
"""
ATTENTION = """
X ∈ ℝ^{4×6}; W_Q, W_K ∈ ℝ^{6×3}; W_V ∈ ℝ^{6×2}; T ∈ ℝ^{4×2}
data X, T
Q = X W_Q
K = X W_K
V = X W_V
S = Q Kᵀ / sqrt(3)
P = softmax(S)
O = P V
L = 1/2 ‖O - T‖²
at X ~ normal(0, 1), W_Q ~ normal(0, 0.5), W_K ~ normal(0, 0.5), W_V ~ normal(0, 0.5), T ~ normal(0, 1)
"""
TALL = {"lstm": LSTM, "attention": ATTENTION}


def _scene(program: str, view: str, direction: str) -> Scene:
    look = style(view=view, direction=direction)
    return compose(drawing(gv.parse(program).explain(wrt=(), seed=1), look), look)


def _scale(found: Scene) -> float:
    return fit((found.width, found.height), (1280.0, 720.0))


@pytest.mark.parametrize("direction", ["right", "up"])
@pytest.mark.parametrize(("view", "gain"), [("stages", 1.2), ("ops", 1.05)])
@pytest.mark.parametrize("name", TALL)
def test_tall_pictures_are_larger(
    name: str, view: str, gain: float, direction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _scene(TALL[name], view, direction)
    assert problems(found) == []
    monkeypatch.setattr(scene, "_FLATTER", ())
    assert _scale(found) >= gain * _scale(_scene(TALL[name], view, direction))


@pytest.mark.parametrize("name", TALL)
def test_stages_are_readable(name: str) -> None:
    assert _scale(_scene(TALL[name], "stages", "right")) >= 0.6


def _plan(program: str) -> Plan:
    look = style(view="ops")
    made = drawing(gv.parse(program).explain(wrt=(), seed=1), look)
    return make_plan(made, theme_of(look), Typesetter(Store("")))


@pytest.mark.parametrize("seed", range(12))
def test_links_keep_their_direction_and_labels_their_boxes(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    plan = _plan(make(pick, most=6).text)
    placement = place(plan.items, plan.links, Store(""))
    links = flatter(plan, placement, (1280.0, 200.0), 1, Store(""))
    assert [link._replace(span=1) for link in links] == list(plan.links)
    assert all(link.span == 1 for link, (kind, _) in zip(links, plan.routes, strict=True) if kind == "tag")
    placed = place(plan.items, links, Store(""))
    assert all(placed.centers[link.source][0] < placed.centers[link.target][0] for link in links)
    assert links == flatter(plan, placement, (1280.0, 200.0), 1, Store(""))


def test_a_wide_picture_stays() -> None:
    plan = _plan("x, a ∈ ℝ; y = sin(x); z = cos(y); L = exp(z) + a")
    placement = place(plan.items, plan.links, Store(""))
    assert flatter(plan, placement, (100.0, 2000.0), 1, Store("")) == plan.links


def test_spans_are_kept_and_damage_is_not_read(tmp_path: Path) -> None:
    plan = _plan(LSTM)
    placement = place(plan.items, plan.links, Store(""))
    ask = plan, placement, (9000.0, 500.0), 1
    right = flatter(*ask, Store(""))
    assert right != plan.links
    assert flatter(*ask, Store(str(tmp_path))) == right == flatter(*ask, Store(str(tmp_path)))
    (kept,) = tmp_path.rglob("*.json")
    kept.write_text("[0, 1]")
    assert flatter(*ask, Store(str(tmp_path))) == right
