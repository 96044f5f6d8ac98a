"""A scene as PNG, by way of its SVG."""

from __future__ import annotations

from gradviz.messages import UsageError, say
from gradviz.render.shapes import Scene
from gradviz.render.svg import write_svg


def write_png(scene: Scene, *, zoom: float = 2.0, background: bool = True) -> bytes:
    """Write a scene as PNG.

    Parameters
    ----------
    scene : Scene
        What is to be drawn.
    zoom : float
        Dots for each pixel of the scene; 2 is sharp on slides.
    background : bool
        Whether the canvas is painted.

    Raises
    ------
    UsageError
        Where the package that draws (resvg-py, extra ``images``) is not installed.
    """
    try:
        import resvg_py
    except ImportError as missing:
        raise UsageError(say("no-png"), hint=say("no-png-hint")) from missing
    svg = write_svg(scene, background=background)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=round(scene.width * zoom)))
