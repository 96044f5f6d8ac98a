"""Pictures: a drawing is laid out once as a scene; one small writer per format.

What makes and writes scenes is imported when it is first asked for, so that a program that only
might draw starts without it.
"""

from typing import TYPE_CHECKING

from gradviz.render.drawing import Box, Column, Drawing, Group, Step, Wire
from gradviz.render.style import DIRECTIONS, SHOWN, VIEWS, Style, style

if TYPE_CHECKING:
    from gradviz.render.animation import write_animation
    from gradviz.render.dot import write_dot
    from gradviz.render.pdf import write_pdf
    from gradviz.render.png import write_png
    from gradviz.render.pptx import write_pptx
    from gradviz.render.scene import compose
    from gradviz.render.steps import frame, frames
    from gradviz.render.svg import write_frames, write_svg
    from gradviz.render.theme import THEMES
    from gradviz.render.tikz import write_tikz

__all__ = [
    "DIRECTIONS",
    "SHOWN",
    "THEMES",
    "VIEWS",
    "Box",
    "Column",
    "Drawing",
    "Group",
    "Step",
    "Style",
    "Wire",
    "compose",
    "frame",
    "frames",
    "style",
    "write_animation",
    "write_dot",
    "write_frames",
    "write_pdf",
    "write_png",
    "write_pptx",
    "write_svg",
    "write_tikz",
]

_ROOMS = {
    "THEMES": "theme",
    "compose": "scene",
    "frame": "steps",
    "frames": "steps",
    "write_animation": "animation",
    "write_dot": "dot",
    "write_frames": "svg",
    "write_pdf": "pdf",
    "write_png": "png",
    "write_pptx": "pptx",
    "write_svg": "svg",
    "write_tikz": "tikz",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
