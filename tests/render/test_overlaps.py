"""No label overlaps a label, a wire or a box, and nothing leaves the canvas: in every view of many programs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.drawings.picture import drawing
from gradviz.messages import UsageError
from gradviz.render import compose, frame, style

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


@pytest.mark.parametrize("view", ["stages", "ops", "blocks", "neurons", "scalars"])
@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_steps_of_examples(name: str, view: str) -> None:
    """In every view, where the example has it: a step forward, one backward, the last, and the whole picture."""
    ex = gv.parse(PROGRAMS[name]).explain(wrt=(), seed=1)
    try:
        scene = depict(ex, view=view, direction=DIRECTIONS[len(name) % 2]).stepped
    except UsageError:
        assert (name, view) == ("product", "neurons")  # it has no layers
        return
    count = len(scene.steps)
    for shot in (scene, *(frame(scene, n) for n in {1, count // 2, 2 * count // 3, count})):
        assert problems(shot) == []


@pytest.mark.parametrize("seed", range(0, 200, 20))
def test_steps_of_random_programs(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    program = make(pick, most=4)
    at = {n: _numbers(pick, shape) for n, shape in program.inputs.items()} if seed % 40 else None
    ex = gv.parse(program.text).explain(at, wrt=())
    scene = depict(ex, view=VIEWS[seed // 20 % 3], direction=DIRECTIONS[seed // 60 % 2]).stepped
    for number in {1, len(scene.steps) // 2 + 1, len(scene.steps)}:
        assert problems(frame(scene, number)) == [], program.text


def _numbers(pick: random.Random, shape: tuple[int, ...]) -> object:
    if not shape:
        return pick.uniform(-1, 1)
    return [_numbers(pick, shape[1:]) for _ in range(shape[0])]
