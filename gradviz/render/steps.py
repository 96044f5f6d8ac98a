"""The steps of a scene: laid out once with room for the tallest caption; a frame is a pure function of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradviz.messages import UsageError, say
from gradviz.render.captions import make_captions
from gradviz.render.drawing import Box, Drawing, Step
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Block, Curve, Head, Label, Look, Oval, Scene, Shape, bounds, shift
from gradviz.render.sides import equated
from gradviz.render.theme import Theme
from gradviz.render.wires import THICK

_MARGIN = 22.0
_WIDER = 1.25
"""An arrow head on a thick line, beside one on a thin line."""


def add_steps(scene: Scene, drawing: Drawing, theme: Theme, typesetter: Typesetter, *, captions: bool = True) -> Scene:
    """Add a drawing's steps to its scene: what each of them shows, and with captions, room for these."""
    if not captions:
        return replace(scene, steps=_looks(scene, drawing, theme, typesetter, [()] * len(drawing.steps)))
    bottom = max((bounds(shape)[3] for shape in scene.shapes), default=0.0)
    made = make_captions(drawing.steps, theme, typesetter, scene.width - 2 * _MARGIN)
    width = max(scene.width, round(made.width + 2 * _MARGIN + 0.5))
    height = round(max(scene.height, bottom + made.height + _MARGIN) + 0.5)
    moved = tuple(shift(shape, (width - scene.width) / 2, 0.0) for shape in scene.shapes)
    roomy = replace(scene, width=width, height=height, shapes=moved)
    labels = [made.labels(number, width / 2, bottom) for number in range(len(drawing.steps))]
    return replace(roomy, steps=_looks(roomy, drawing, theme, typesetter, labels))


def _looks(
    scene: Scene, drawing: Drawing, theme: Theme, typesetter: Typesetter, captions: Sequence[tuple[Label, ...]]
) -> tuple[Look, ...]:
    """What each step shows; `captions` are those of the steps."""
    labels = {shape.part: shape for shape in scene.shapes if isinstance(shape, Label)}
    names = {box.id: _name(box, labels, theme, typesetter) for box in drawing.boxes if box.value and box.name}
    parts = {shape.part for shape in scene.shapes}
    count = len(drawing.steps)
    looks = []
    for number, (step, caption) in enumerate(zip(drawing.steps, captions, strict=True)):
        known = set(step.values)
        waiting = [names[box] for box in sorted(names) if box not in known]
        hidden = _hidden(drawing, step, parts)
        filled, outlined = _active(step)
        line = theme.value if step.forward else theme.active_line
        title = f"{drawing.title}: {say('step-of', number=number + 1, count=count)}"
        sides = [label.formula.text for label in caption[1:]]
        sides = sides or [equated(map(plain, equation)) for equation in (step.formula, step.numbers)]
        described = " ".join([str(step.reason), *sides])
        shapes = (*(label for label in waiting if label), *caption)
        looks.append(Look(hidden, filled, outlined, shapes, theme.active, line, title, described.strip()))
    return tuple(looks)


def _name(box: Box, labels: dict[str, Label], theme: Theme, typesetter: Typesetter) -> Label | None:
    """A name where it will stand when its value follows it."""
    value = labels.get(f"value-{box.id}")
    if value is None or not value.formula.latex.startswith(box.name):
        return None
    formula = typesetter.formula(box.name, theme.label_size)
    return replace(value, part=f"name-{box.id}", title=plain(box.name), formula=formula)


def _hidden(drawing: Drawing, step: Step, parts: set[str]) -> frozenset[str]:
    """Values and gradients that are not known yet."""
    values, gradients = set(step.values), set(step.gradients)
    found = [f"value-{b.id}" for b in drawing.boxes if b.value and b.id not in values]
    found += [f"gradient-{b.id}" for b in drawing.boxes if b.gradient and b.id not in gradients]
    found += [f"local-gradient-{w.ends}" for w in drawing.wires if w.gradient and w.carries not in gradients]
    return frozenset(part for part in found if part in parts)


def _active(step: Step) -> tuple[frozenset[str], frozenset[str]]:
    """The parts that are filled, and those that are outlined."""
    trunks = [source for source, _, _ in step.wires]
    wires = [f"wire-{source}-{target}-{place}" for source, target, place in step.wires]
    if step.kind == "start":
        trunks.append(step.box)
    outlined = (*(f"box-{box}" for box in step.beside), *(f"wire-{box}" for box in trunks), *wires)
    filled = (f"box-{box}" for box in (step.box, *step.also))
    return frozenset(filled), frozenset(outlined)


def frame(scene: Scene, number: int) -> Scene:
    """A scene as it is seen in one of its steps.

    Parameters
    ----------
    scene : Scene
        With steps.
    number : int
        From 1 on; the last one may be called -1.

    Raises
    ------
    UsageError
        There is no such step.
    """
    count = len(scene.steps)
    if not 1 <= (number + count + 1 if number < 0 else number) <= count:
        raise UsageError(say("no-step", number=number, count=count) if count else say("no-steps"))
    look = scene.steps[number - 1 if number > 0 else number]
    shown = (seen(shape, look) for shape in scene.shapes if shape.part not in look.hidden)
    return replace(scene, shapes=(*shown, *look.added), title=look.title, description=look.description, steps=())


def frames(scene: Scene) -> Iterable[Scene]:
    """All frames of a scene in their order."""
    return (frame(scene, number) for number in range(1, len(scene.steps) + 1))


def seen(shape: Shape, look: Look) -> Shape:
    """A shape as a step shows it; the same object where the step does not change it."""
    filled = shape.part in look.filled
    if isinstance(shape, Label) or not (filled or shape.part in look.outlined):
        return shape
    if isinstance(shape, Block | Oval):
        fill = look.fill if filled else shape.fill
        return replace(shape, fill=fill, line=look.line, line_width=THICK)
    if isinstance(shape, Curve):
        return replace(shape, line=look.line, line_width=THICK)
    return _wider(shape, look.line)


def _wider(head: Head, fill: str) -> Head:
    """An arrow head as it is on a thick line."""
    tip, *base = head.points
    x, y = (sum(p[n] for p in base) / len(base) for n in (0, 1))
    corners = ((x + (px - x) * _WIDER, y + (py - y) * _WIDER) for px, py in base)
    return replace(head, points=(tip, *corners), fill=fill)
