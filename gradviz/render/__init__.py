"""Pictures: a drawing is laid out once as a scene; one small writer per format.

What makes and writes scenes is imported when it is first asked for, so that a program that only
might draw starts without it.
"""

from typing import TYPE_CHECKING

from gradviz.render.drawing import Box, Column, Drawing, Group, Wire
from gradviz.render.style import DIRECTIONS, SHOWN, VIEWS, Style, style

if TYPE_CHECKING:
    from gradviz.render.dot import write_dot
    from gradviz.render.png import write_png
    from gradviz.render.scene import compose
    from gradviz.render.svg import write_svg
    from gradviz.render.theme import THEMES

__all__ = [
    "DIRECTIONS",
    "SHOWN",
    "THEMES",
    "VIEWS",
    "Box",
    "Column",
    "Drawing",
    "Group",
    "Style",
    "Wire",
    "compose",
    "style",
    "write_dot",
    "write_png",
    "write_svg",
]

_ROOMS = {
    "THEMES": "theme",
    "compose": "scene",
    "write_dot": "dot",
    "write_png": "png",
    "write_svg": "svg",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
