"""A scene with its steps as SVG that moves; where nothing moves, it is the whole picture.

What everyone sees is said by attributes, as in every other SVG here. Only what a step changes is said by keyframes,
which are left out where people ask their system for less motion, and on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gradviz.render.formula import number
from gradviz.render.glyphs import Outlines
from gradviz.render.shapes import Block, Curve, Label, Look, Oval, Scene, Shape
from gradviz.render.steps import seen
from gradviz.render.svg import elements, escape, identifier, opening

SECONDS = 4.0
"""For which a step is seen."""


def write_animation(scene: Scene, prefix: str = "gv", *, seconds: float = SECONDS, background: bool = True) -> str:
    """Write a scene with steps as animated SVG.

    Parameters
    ----------
    scene : Scene
        With steps.
    prefix : str
        Begins every id and class, so that two pictures may stand in one page.
    seconds : float
        For which each step is seen.
    background : bool
        Whether the canvas is painted.
    """
    prefix = identifier(prefix)
    film = _Film(prefix, len(scene.steps), seconds)
    outlines = Outlines(f"{prefix}-o")
    body: list[str] = []
    for part, shapes in _by_part(scene.shapes):
        shown = film.shown(lambda look, part=part: part not in look.hidden, scene.steps)  # type: ignore[misc]
        body.append(f'<g id="{prefix}-{identifier(part)}"{shown}>')
        if shapes[0].title:
            body.append(f"<title>{escape(shapes[0].title)}</title>")
        for shape in shapes:
            body += _with(_elements(shape, outlines), film.painted(shape, scene.steps))
        body.append("</g>")
    for shape, places in _added(scene.steps):
        body.append(f'<g opacity="0"{film.shown_at(places)}>')
        body += [*_elements(shape, outlines), "</g>"]
    head = opening(scene, prefix, background=background)
    shared = f"<defs>{''.join(outlines.definitions())}</defs>"
    return "\n".join([*head, film.sheet(), shared, *body, "</svg>", ""])


def _elements(shape: Shape, outlines: Outlines) -> list[str]:
    """A shape as SVG, its glyphs shared by all steps."""
    if not isinstance(shape, Label) or not shape.formula.path:
        return elements(shape)
    return [f'<g fill="{shape.fill}">{outlines.draw(shape.formula, shape.x, shape.y)}</g>', *elements(shape)[1:]]


def _by_part(shapes: Iterable[Shape]) -> list[tuple[str, list[Shape]]]:
    found: list[tuple[str, list[Shape]]] = []
    for shape in shapes:
        if not found or found[-1][0] != shape.part:
            found.append((shape.part, []))
        found[-1][1].append(shape)
    return found


def _added(steps: tuple[Look, ...]) -> list[tuple[Shape, list[int]]]:
    """What steps add, each thing once, with the numbers of the steps that add it."""
    places: dict[Shape, list[int]] = {}
    for number_, look in enumerate(steps):
        for shape in look.added:
            places.setdefault(shape, []).append(number_)
    return list(places.items())


def _with(lines: list[str], attribute: str) -> list[str]:
    """Elements with one more attribute."""
    if not attribute:
        return lines
    return [line.replace(" ", f"{attribute} ", 1) for line in lines]


def _paint(shape: Shape) -> tuple[str, ...]:
    """What a step may change of a shape, as declarations."""
    if isinstance(shape, Block | Oval):
        return f"fill:{shape.fill}", f"stroke:{shape.line}", f"stroke-width:{number(shape.line_width)}px"
    if isinstance(shape, Curve):
        return f"stroke:{shape.line}", f"stroke-width:{number(shape.line_width)}px"
    return (f"fill:{shape.fill}",)


@dataclass
class _Film:
    """Collects keyframes, each kind of change once."""

    prefix: str
    count: int
    seconds: float
    classes: dict[str, str] = field(default_factory=dict)

    def shown(self, seen: Callable[[Look], bool], steps: tuple[Look, ...]) -> str:
        return self._class([f"opacity:{int(seen(look))}" for look in steps], "opacity:1")

    def shown_at(self, places: list[int]) -> str:
        return self._class([f"opacity:{int(n in places)}" for n in range(self.count)], "opacity:0")

    def painted(self, shape: Shape, steps: tuple[Look, ...]) -> str:
        """How a shape looks in each step: every frame says all that any of them changes."""
        usual = _paint(shape)
        looks = [_paint(seen(shape, look)) for look in steps]
        changed = [n for n, value in enumerate(usual) if any(look[n] != value for look in looks)]
        said = [";".join(look[n] for n in changed) for look in looks]
        return self._class(said, ";".join(usual[n] for n in changed))

    def _class(self, looks: list[str], usual: str) -> str:
        """The attribute that lets an element look like this, step after step; "" where it is always as usual."""
        if all(look == usual for look in looks):
            return ""
        frames = []
        for n, look in enumerate(looks):
            if n == 0 or look != looks[n - 1]:
                frames.append(f"{number(100 * n / self.count)}%{{{look}}}")
        name = self.classes.setdefault("".join(frames), f"{self.prefix}-s{len(self.classes)}")
        return f' class="{name}"'

    def sheet(self) -> str:
        """The keyframes as a style sheet."""
        if not self.classes:
            return ""
        names = self.classes.values()
        lasting = f"{number(self.count * self.seconds)}s step-end infinite"
        lines = [f"@keyframes {name}{{{frames}}}" for frames, name in self.classes.items()]
        lines += [f".{name}{{animation:{name} {lasting}}}" for name in names]
        still = ",".join(f".{name}" for name in names)
        lines.append(f"@media (prefers-reduced-motion:reduce),print{{{still}{{animation:none}}}}")
        return "<style>" + "\n".join(lines) + "</style>"
