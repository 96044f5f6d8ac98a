"""Scenes as slides: the vector picture with a bitmap for programs that show none, its words as alternative text."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from gradviz.messages import UsageError, say
from gradviz.render.png import write_png
from gradviz.render.shapes import Scene
from gradviz.render.svg import write_svg

_INCH = 914_400
_WIDE, _HIGH = 13.333, 7.5
_SIDE, _TOP, _BOTTOM = 0.4, 1.05, 0.35
"""What is left free of a slide around its picture, in inches."""
_PIXELS = 96
_LARGEST = 1.75
"""A small picture grows by no more than this."""
_TITLE_SIZE = 22
_TITLE_ONLY = 5
"""The layout of slides that have a title and nothing else."""
_DPI = 150.0
_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_SVG_SPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def write_pptx(scenes: Sequence[Scene], notes: Sequence[str]) -> bytes:
    """Write scenes as slides.

    Parameters
    ----------
    scenes : sequence of Scene
        A slide for each.
    notes : sequence of str
        What stands below each slide, for who speaks.

    Raises
    ------
    UsageError
        Where python-pptx or resvg-py (extra ``slides``) is not installed.
    """
    try:
        import pptx
    except ImportError as missing:
        raise UsageError(say("no-pptx"), hint=say("no-pptx-hint")) from missing
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = _emu(_WIDE), _emu(_HIGH)
    for number, (scene, note) in enumerate(zip(scenes, notes, strict=True), 1):
        _add(deck, scene, note, number)
    told = deck.core_properties
    told.title = scenes[0].title.rpartition(": ")[0] or scenes[0].title
    told.author = told.last_modified_by = "gradviz"
    told.created = told.modified = datetime.datetime(2000, 1, 1)
    file = io.BytesIO()
    deck.save(file)
    return _same_bytes(file.getvalue())


def _add(deck: Any, scene: Scene, note: str, number: int) -> None:
    from pptx.util import Pt

    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _colour(_parts(scene.background))
    title = slide.shapes.title
    title.left, title.top = _emu(_SIDE), _emu(0.25)
    title.width, title.height = _emu(_WIDE - 2 * _SIDE), _emu(0.6)
    title.text = scene.title
    font = title.text_frame.paragraphs[0].font
    font.size = Pt(_TITLE_SIZE)
    font.color.rgb = _colour(_ink(scene.background))
    wide, high = scene.width / _PIXELS, scene.height / _PIXELS
    room_x, room_y = _WIDE - 2 * _SIDE, _HIGH - _TOP - _BOTTOM
    scale = min(room_x / wide, room_y / high, _LARGEST)
    wide, high = wide * scale, high * scale
    picture = slide.shapes.add_picture(
        io.BytesIO(write_png(scene, dpi=min(_DPI * scale, _DPI * 2), background=False)),
        _emu((_WIDE - wide) / 2),
        _emu(_TOP + (room_y - high) / 2),
        _emu(wide),
        _emu(high),
    )
    properties = picture._element.nvPicPr.cNvPr
    properties.set("descr", scene.description)
    properties.set("name", f"Picture {number}")
    _attach_svg(slide, picture, write_svg(scene, background=False), number)
    slide.notes_slide.notes_text_frame.text = note


def _attach_svg(slide: Any, picture: Any, svg: str, number: int) -> None:
    """Let programs that can show the vector picture in the place of the bitmap."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI
    from pptx.oxml.ns import qn

    part = Part(PackURI(f"/ppt/media/step{number}.svg"), "image/svg+xml", slide.part.package, svg.encode())
    relation = slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    blip = picture._element.find(f".//{qn('a:blip')}")
    extensions = etree.SubElement(blip, qn("a:extLst"))
    extension = etree.SubElement(extensions, qn("a:ext"), uri=_SVG_EXTENSION)
    etree.SubElement(extension, f"{{{_SVG_SPACE}}}svgBlip", {qn("r:embed"): relation}, nsmap={"asvg": _SVG_SPACE})


def _emu(inches: float) -> Any:
    from pptx.util import Emu

    return Emu(round(inches * _INCH))


def _colour(parts: tuple[int, int, int]) -> Any:
    from pptx.dml import color

    made: Any = color.RGBColor
    return made(*parts)


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return red, green, blue


def _ink(background: str) -> tuple[int, int, int]:
    """Nearly black or nearly white, whichever is read on a colour."""
    return (0xF2, 0xF3, 0xF7) if sum(_parts(background)) < 3 * 0x80 else (0x1A, 0x1A, 0x1A)


def _same_bytes(data: bytes) -> bytes:
    """The package without the time at which it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EARLIEST), old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()
