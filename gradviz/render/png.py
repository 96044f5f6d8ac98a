"""A scene as PNG, by way of its SVG."""

from __future__ import annotations

import struct
import zlib

from gradviz.messages import UsageError, say
from gradviz.render.shapes import Scene
from gradviz.render.svg import write_svg

_PIXELS = 96.0
"""Pixels of a scene in an inch."""
_AFTER_HEADER = 33
"""Where the first chunk of a PNG, its header, ends."""
_MOST = 20_000
"""Dots along a side."""


def write_png(scene: Scene, *, dpi: float = 192.0, background: bool = True) -> bytes:
    """Write a scene as PNG.

    Parameters
    ----------
    scene : Scene
        What is to be drawn.
    dpi : float
        Dots for each inch; a scene has 96 pixels in one, and 192 dots are sharp on slides.
    background : bool
        Whether the canvas is painted.

    Raises
    ------
    UsageError
        Where the package that draws (resvg-py, extra ``images``) is not installed, or the picture would be too large.
    """
    try:
        import resvg_py
    except ImportError as missing:
        raise UsageError(say("no-png"), hint=say("no-png-hint")) from missing
    longest = max(scene.width, scene.height) * dpi / _PIXELS
    if not 1 <= longest <= _MOST:
        raise UsageError(say("png-size", dpi=f"{dpi:g}", dots=f"{longest:.0f}", most=_MOST))
    width = max(round(scene.width * dpi / _PIXELS), 1)
    svg = write_svg(scene, background=background)
    return _with_dpi(bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width)), dpi)


def _with_dpi(png: bytes, dpi: float) -> bytes:
    """Say in the file how large it is meant to be: programs then show it in the size of its SVG."""
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_AFTER_HEADER] + chunk + png[_AFTER_HEADER:]
