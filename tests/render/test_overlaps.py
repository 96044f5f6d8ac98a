"""No label overlaps a label, a wire or a box, and nothing leaves the canvas: in every view of many programs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.picture import drawing
from gradviz.render import compose, style

from ..strategies import make
from .geometry import problems
from .nets import NETS

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.grad"))
PROGRAMS = {path.stem: path.read_text("utf-8") for path in EXAMPLES} | NETS
VIEWS = ("stages", "ops", "blocks")
DIRECTIONS = ("right", "up")
SEEDS = range(200)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_examples(name: str, view: str, direction: str) -> None:
    ex = gv.parse(PROGRAMS[name]).explain(wrt=(), seed=1)
    for options in ({}, {"show": "values,gradients,locals,shapes", "legend": True, "size": 30}):
        look = style(view=view, direction=direction, **options)
        assert problems(compose(drawing(ex, look), look)) == [], options


@pytest.mark.parametrize("seed", SEEDS)
def test_random_programs(seed: int) -> None:
    """Each seed takes its own view, direction, and what is shown; some have numbers, some only expressions."""
    pick = random.Random(seed)  # noqa: S311
    program = make(pick, most=6)
    graph = gv.parse(program.text)
    at = None
    if seed % 2:
        at = {n: _numbers(pick, shape) for n, shape in program.inputs.items()}
    look = style(
        view=VIEWS[seed % 3],
        direction=DIRECTIONS[seed // 3 % 2],
        show=[None, "values", "values,locals", "gradients,shapes"][seed // 6 % 4],
        legend=seed % 5 == 0,
        fractions=seed % 7 == 0,
        digits=2 + seed % 4,
    )
    scene = compose(drawing(graph.explain(at, wrt=()), look), look)
    assert problems(scene) == [], program.text


def _numbers(pick: random.Random, shape: tuple[int, ...]) -> object:
    if not shape:
        return pick.uniform(-1, 1)
    return [_numbers(pick, shape[1:]) for _ in range(shape[0])]
