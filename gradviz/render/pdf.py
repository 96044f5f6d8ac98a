"""Scenes as PDF, a page for each: outlines only, no fonts; what pages share is written once.

Follows ISO 32000-1:2008; the numbers in brackets are its sections.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gradviz.render.formula import number
from gradviz.render.missing import boxes
from gradviz.render.outline import outline, paints, rgb
from gradviz.render.shapes import Label, Scene, Shape

_POINTS = 0.75
"""Points to a pixel."""
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_OPERATORS = {"m": "%.2f %.2f m", "l": "%.2f %.2f l", "c": "%.2f %.2f %.2f %.2f %.2f %.2f c", "z": "h"}
_SHARED = 2
"""What is on that many pages is an object of its own."""


def write_pdf(scenes: Sequence[Scene], *, background: bool = True) -> bytes:
    """Write scenes as the pages of a PDF.

    Parameters
    ----------
    scenes : sequence of Scene
        Each on a page of its own size; they are those of one picture.
    background : bool
        Whether the pages are painted.

    Examples
    --------
    >>> write_pdf([Scene(40, 20, "#ffffff", (), "none", "nothing")])[:8]
    b'%PDF-1.7'
    """
    file = _File()
    uses = Counter(id(shape) for scene in scenes for shape in scene.shapes)
    shared: dict[int, int] = {}
    for scene in scenes:
        for shape in scene.shapes:
            if uses[id(shape)] >= _SHARED and id(shape) not in shared:
                shared[id(shape)] = file.stream(
                    f"/Type /XObject /Subtype /Form /BBox [0 0 {scene.width} {scene.height}]", _painted(shape)
                )
    # The tree of pages and that of the document's structure (14.7) are told to their leaves beforehand.
    pages, structure = file.reserve(), file.reserve()
    leaves, figures = [], []
    for place, scene in enumerate(scenes):
        leaf, figure = file.reserve(), file.reserve()
        content = file.stream("", _page(scene, shared, background=background))
        used = dict.fromkeys(shared[id(s)] for s in scene.shapes if id(s) in shared)
        forms = " ".join(f"/F{n} {n} 0 R" for n in used)
        size = f"[0 0 {number(scene.width * _POINTS)} {number(scene.height * _POINTS)}]"
        file.put(
            f"<< /Type /Page /Parent {pages} 0 R /MediaBox {size} /Contents {content} 0 R /StructParents {place} "
            f"/Resources << /XObject << {forms} >> >> >>",
            leaf,
        )
        said = _text(f"{scene.title}. {scene.description}")
        file.put(
            f"<< /Type /StructElem /S /Figure /P {structure} 0 R /Pg {leaf} 0 R /K 0 /Alt {said} "
            f"/A << /O /Layout /Placement /Block /BBox {size} >> >>",
            figure,
        )
        leaves.append(leaf)
        figures.append(figure)
    file.put(f"<< /Type /Pages /Kids [{_all(leaves)}] /Count {len(leaves)} >>", pages)
    parents = " ".join(f"{n} [{figure} 0 R]" for n, figure in enumerate(figures))
    file.put(f"<< /Type /StructTreeRoot /K [{_all(figures)}] /ParentTree << /Nums [{parents}] >> >>", structure)
    catalogue = file.put(
        f"<< /Type /Catalog /Pages {pages} 0 R /StructTreeRoot {structure} 0 R /MarkInfo << /Marked true >> /Lang (en) "
        "/ViewerPreferences << /DisplayDocTitle true >> >>"
    )
    title = scenes[0].title.rpartition(": ")[0] if len(scenes) > 1 else scenes[0].title
    told = file.put(f"<< /Title {_text(title or scenes[0].title)} /Producer (gradviz) >>")
    return file.end(catalogue, told)


class _File:
    """The objects of a PDF (7.5)."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []

    def reserve(self) -> int:
        """A number for an object that comes later."""
        self.objects.append(b"")
        return len(self.objects)

    def put(self, body: str | bytes, place: int | None = None) -> int:
        """Add an object; its number."""
        place = place or self.reserve()
        self.objects[place - 1] = body if isinstance(body, bytes) else body.encode("ascii")
        return place

    def stream(self, entries: str, content: str) -> int:
        """Add a compressed stream."""
        data = zlib.compress(content.encode("ascii"), 9)
        head = f"<< {entries} /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
        return self.put(head.encode("ascii") + data + b"\nendstream")

    def end(self, catalogue: int, told: int) -> bytes:
        """The whole file, with its table of places."""
        file, places = bytearray(_HEAD), []
        for place, body in enumerate(self.objects, 1):
            places.append(len(file))
            file += b"%d 0 obj\n%b\nendobj\n" % (place, body)
        start = len(file)
        count = len(self.objects) + 1
        file += f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii")
        file += b"".join(b"%010d 00000 n \n" % at for at in places)
        file += f"trailer\n<< /Size {count} /Root {catalogue} 0 R /Info {told} 0 R >>\n".encode("ascii")
        file += f"startxref\n{start}\n%%EOF\n".encode("ascii")
        return bytes(file)


def _page(scene: Scene, shared: dict[int, int], *, background: bool) -> str:
    height = number(scene.height * _POINTS)
    lines = ["/Figure << /MCID 0 >> BDC", f"{_POINTS} 0 0 -{_POINTS} 0 {height} cm"]
    if background:
        lines.append(f"{_colour(scene.background)} rg 0 0 {scene.width} {scene.height} re f")
    lines += [f"/F{shared[id(s)]} Do" if id(s) in shared else f"q {_painted(s)} Q" for s in scene.shapes]
    return "\n".join([*lines, "EMC"])


def _painted(shape: Shape) -> str:
    """A shape as operators (8.5): its colours, its outline, filled and drawn."""
    fill, line, width = paints(shape)
    parts = []
    if fill:
        parts.append(f"{_colour(fill)} rg")
    if line:
        parts.append(f"{_colour(line)} RG {number(width)} w 1 J 1 j")
    if isinstance(shape, Label):  # in its own place, where numbers are short
        parts.append(f"1 0 0 1 {number(shape.x)} {number(shape.y)} cm")
        shape = replace(shape, x=0.0, y=0.0)
    parts += [
        _OPERATORS[piece.command] % tuple([number_ for point in piece.points for number_ in point])
        for piece in (*outline(shape), *boxes(shape))
    ]
    return "\n".join([*parts, "B" if fill and line else "f" if fill else "S"])


def _colour(colour: str) -> str:
    return " ".join(f"{part:.4g}" for part in rgb(colour))


def _text(text: str) -> str:
    """A text string (7.9.2.2), as hexadecimal digits of UTF-16."""
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


def _all(objects: Sequence[int]) -> str:
    return " ".join(f"{place} 0 R" for place in objects)
