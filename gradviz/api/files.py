"""Explanations in files: the extension chooses the writer, and nothing is half written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.render import Style


def _picture(ex: Explanation, look: Style, suffix: str) -> bytes:
    from gradviz.api.picture import drawing
    from gradviz.render import compose, write_dot, write_png, write_svg

    content = drawing(ex, look)
    if suffix == ".dot":
        return write_dot(content).encode()
    scene = compose(content, look)
    return write_png(scene) if suffix == ".png" else write_svg(scene).encode()


_TEXTS: dict[str, Callable[[Explanation], str]] = {
    ".txt": lambda ex: ex.text() + "\n",
    ".tex": lambda ex: ex.latex() + "\n",
    ".md": lambda ex: ex.markdown(),
    ".json": lambda ex: json.dumps(ex.json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n",
}
_PICTURES = (".svg", ".png", ".dot")


def save(ex: Explanation, path: Path, look: Style) -> None:
    """Write one file; see `Explanation.save`."""
    suffix = path.suffix.lower()
    if suffix in _PICTURES:
        content = _picture(ex, look, suffix)
    elif suffix in _TEXTS:
        content = _TEXTS[suffix](ex).encode()
    else:
        raise UsageError(say("no-such-format", name=suffix or str(path), known=", ".join((*_PICTURES, *_TEXTS))))
    replace_file(path, content)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in its place whole; what was there stays where writing fails."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            # mkstemp makes private files; a picture is as public as any other file.
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as problem:
        raise UsageError(say("not-writable", path=path, problem=problem.strerror)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
