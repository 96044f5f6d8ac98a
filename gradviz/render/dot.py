"""A drawing as DOT with plain Unicode labels: for everyone's own Graphviz."""

from __future__ import annotations

from gradviz.render.drawing import Box, Drawing
from gradviz.render.plain import plain
from gradviz.render.sides import equated


def write_dot(drawing: Drawing) -> str:
    r"""Write a drawing as DOT.

    Examples
    --------
    >>> from gradviz.render.drawing import Wire
    >>> boxes = Box("x", "x", "data"), Box("q", "x^{2}", "output", "q", "4", "1")
    >>> print(write_dot(Drawing(boxes, (Wire("x", "q"),), "q", 'a "square"', "")))
    digraph "a \"square\"" {
      rankdir=LR;
      node [shape=box, style=rounded];
      "x" [label="x", shape=ellipse];
      "q" [label="x²"];
      "x" -> "q";
      ":out" [label="", shape=none, width=0, height=0];
      "q" -> ":out" [label="q = 4\n1"];
    }
    <BLANKLINE>
    """
    lines = [
        f"digraph {_quote(drawing.title)} {{",
        "  rankdir=LR;",
        "  node [shape=box, style=rounded];",
    ]
    for box in drawing.boxes:
        shape = ", shape=ellipse" if box.round or box.role in {"data", "parameter"} else ""
        lines.append(f"  {_quote(box.id)} [label={_quote(plain(box.label))}{shape}];")
    boxes = {box.id: box for box in drawing.boxes}
    for wire in drawing.wires:
        texts = [*_carried(boxes[wire.source]), *([plain(wire.label)] if wire.label else [])]
        label = f" [label={_quote(*texts)}]" if texts else ""
        lines.append(f"  {_quote(wire.source)} -> {_quote(wire.target)}{label};")
    output = boxes.get(drawing.output)
    if output and all(wire.source != output.id for wire in drawing.wires):
        end = _quote(":out")
        lines.append(f'  {end} [label="", shape=none, width=0, height=0];')
        lines.append(f"  {_quote(output.id)} -> {end} [label={_quote(*_carried(output))}];")
    return "\n".join([*lines, "}", ""])


def _carried(box: Box) -> list[str]:
    name = "" if box.name == box.label else plain(box.name)
    above = equated((name, plain(box.value or "")))
    return [text for text in (above, plain(box.gradient or "")) if text]


def _quote(*lines: str) -> str:
    r"""Quote text for DOT; ``\n`` between lines, and no escape of the text's own has a meaning."""
    kept = (line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for line in lines)
    return '"' + "\\n".join(kept) + '"'
