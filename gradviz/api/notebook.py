"""How things show themselves in Jupyter: as vector pictures on the screen, as PDF where a notebook is printed.

No LaTeX is given: where there is some, an export to PDF takes it instead of the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gradviz.messages import UsageError

if TYPE_CHECKING:
    from gradviz.render.shapes import Scene


def bundle(
    text: str, scene: Scene | None, more: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The forms of a picture, by MIME type, and what there is to say of them.

    Parameters
    ----------
    text : str
        What a terminal shows.
    scene : Scene or None
        The picture; None where there is none.
    more : mapping of str to str, optional
        Other forms, by MIME type: a page, Markdown.

    Returns
    -------
    tuple of dict
        Data and metadata, as ``_repr_mimebundle_`` returns them. PNG is left out where its package is not installed.

    Examples
    --------
    >>> from gradviz.render.sheet import Line, sheet
    >>> data, metadata = bundle("f = x²", sheet([Line("f", "x^2")], "f", "f = x²"))
    >>> sorted(data), data["application/pdf"][:5]
    (['application/pdf', 'image/png', 'image/svg+xml', 'text/plain'], b'%PDF-')
    """
    data: dict[str, Any] = {"text/plain": text, **(more or {})}
    if scene is None:
        return data, {}
    from gradviz.render import write_pdf, write_png, write_svg

    data["image/svg+xml"] = write_svg(scene)
    data["application/pdf"] = write_pdf([scene])
    metadata: dict[str, Any] = {"image/svg+xml": {"alt": scene.description}}
    with suppress(UsageError):  # the optional part that draws PNG may not be installed
        data["image/png"] = write_png(scene)
        metadata["image/png"] = {"width": scene.width, "height": scene.height, "alt": scene.description}
    return data, metadata
