"""What the shapes and colours of a picture mean, under it."""

from __future__ import annotations

from collections.abc import Sequence

from gradviz.messages import Message, say
from gradviz.render.captions import sentence
from gradviz.render.cells import around
from gradviz.render.drawing import Drawing
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Block, Curve, Label, Oval, Shape, bounds
from gradviz.render.theme import Theme
from gradviz.render.wires import LINE

_GAP, _BETWEEN, _BESIDE = 30.0, 26.0, 9.0
_WIDE, _HIGH = 30.0, 20.0
_NOTE_GAP = 18.0


def draw_legend(drawing: Drawing, shapes: list[Shape], theme: Theme, typesetter: Typesetter) -> list[Shape]:
    """The shapes with a line, or several, that explains those that occur."""
    left, _, right, bottom = around([bounds(shape) for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)])
    size = 0.9 * theme.label_size
    entries = [(kind, typesetter.formula(text, size)) for kind, text in _entries(drawing, shapes)]
    widths = [_WIDE + _BESIDE + label.width + _BETWEEN for _, label in entries]
    most = max(right - left, max(widths, default=0.0), 420.0)
    found: list[Shape] = list(shapes)
    x, y = left, bottom + _GAP + _HIGH / 2
    for (kind, label), width in zip(entries, widths, strict=True):
        if x > left and x + width - _BETWEEN > left + most:
            x, y = left, y + _HIGH + 14.0
        found += _entry(kind, label, x, y, theme)
        x += width
    return found


def draw_notes(notes: Sequence[Message], shapes: list[Shape], theme: Theme, typesetter: Typesetter) -> list[Shape]:
    """The shapes with lines under them that say what is left out."""
    left, _, _, bottom = around([bounds(shape) for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)])
    found: list[Shape] = list(shapes)
    y = bottom + _NOTE_GAP
    for number, note in enumerate(notes, 1):
        label = typesetter.formula(sentence(note), 0.9 * theme.label_size)
        y += label.height
        found.append(Label(f"note-{number}", str(note), label, left, y, theme.line))
        y += label.depth + _NOTE_GAP / 2
    return found


def _entries(drawing: Drawing, shapes: list[Shape]) -> list[tuple[str, str]]:
    """Which kinds of things occur, with what is said of them, in LaTeX."""
    boxes = [box for box in drawing.boxes if not box.bare and not box.link]
    output = next((b for b in boxes if b.id == drawing.output), None)
    of = (output.name or output.label) if output else ""
    parts = {shape.part.split("-")[0] for shape in shapes}
    neurons = bool(drawing.columns)
    inner = [b for b in boxes if b.role not in {"data", "parameter"}]
    kinds = (
        ("data", any(b.role == "data" for b in boxes), _text("legend-data")),
        ("parameter", any(b.role == "parameter" for b in boxes), _text("legend-parameter")),
        ("round", any(b.round for b in inner), _text("legend-neuron" if neurons else "legend-operation")),
        ("stage", any(not b.round for b in inner), _text("legend-stage")),
        ("value", any(b.value for b in boxes), _text("legend-value")),
        ("gradient", "gradient" in parts, _text("legend-gradient", name="") + of),
        ("local", "local" in parts and not neurons, _text("legend-local")),
    )
    return [(kind, text) for kind, there, text in kinds if there]


def _text(kind: str, **parts: str) -> str:
    return rf"\text{{{say(kind, **parts)}}}"


def _entry(kind: str, label: Formula, x: float, y: float, theme: Theme) -> list[Shape]:
    part, title = f"legend-{kind}", plain(label.latex)
    middle = x + _WIDE / 2
    fills = {"data": theme.data, "parameter": theme.parameter}
    sample: list[Shape] = []
    colour = theme.ink
    if kind in {"data", "parameter", "round"}:
        sample.append(Oval(part, title, middle, y, _HIGH, _HIGH, fills.get(kind, theme.box), theme.line, LINE))
    elif kind == "stage":
        sample.append(Block(part, title, middle, y, _WIDE, _HIGH, 5.0, theme.box, theme.line, LINE))
    else:
        colour = {"value": theme.value, "gradient": theme.gradient, "local": theme.local}[kind]
        level = {"value": 6.0, "gradient": -6.0, "local": 0.0}[kind]
        breaks = ((0.0, 0.34), (0.66, 1.0)) if kind == "local" else ((0.0, 1.0),)
        for start, end in breaks:
            steps = (start + (end - start) * n / 3 for n in range(4))
            points = tuple((x + step * _WIDE, y + level) for step in steps)
            sample.append(Curve(part, title, points, theme.line, LINE))
    base = y + (label.height - label.depth) / 2
    return [*sample, Label(f"{part}-text", title, label, x + _WIDE + _BESIDE, base, colour)]
