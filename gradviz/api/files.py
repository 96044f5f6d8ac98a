"""Explanations in files: the extension chooses the writer, and nothing is half written."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gradviz.api.drawings.depiction import Depiction, notes
from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.render.shapes import Scene


def _svg(scene: Scene, picture: Depiction) -> bytes:
    from gradviz.render import write_svg

    return write_svg(scene).encode()


def _png(scene: Scene, picture: Depiction) -> bytes:
    from gradviz.render import write_png

    return write_png(scene, dpi=picture.dpi)


def _pdf(scene: Scene, picture: Depiction) -> bytes:
    from gradviz.render import write_pdf

    return write_pdf([scene])


def _with_steps(picture: Depiction) -> Scene:
    """The picture with its steps, of which it must have some."""
    if not picture.stepped.steps:
        raise UsageError(say("no-steps"))
    return picture.stepped


def _pages(picture: Depiction) -> bytes:
    from gradviz.render import frames, write_pdf

    return write_pdf(list(frames(_with_steps(picture))))


def _slides(picture: Depiction) -> bytes:
    from gradviz.render import frames, write_pptx

    return write_pptx(list(frames(_with_steps(picture))), [notes(step) for step in picture.all_steps])


def _page(picture: Depiction) -> bytes:
    from gradviz.api.writers.page import write_html

    return write_html(picture).encode()


def _beamer(picture: Depiction) -> bytes:
    from gradviz.api.writers.beamer import write_beamer

    return write_beamer(picture).encode()


def _animation(picture: Depiction) -> bytes:
    from gradviz.render import write_animation

    return write_animation(_with_steps(picture)).encode()


def _dot(picture: Depiction) -> bytes:
    from gradviz.render import write_dot

    return write_dot(picture.bare).encode()


def _text(write: Callable[[Explanation], str]) -> Callable[[Depiction], bytes]:
    return lambda picture: write(picture.ex).encode()


SINGLE: Mapping[str, Callable[[Scene, Depiction], bytes]] = {".svg": _svg, ".png": _png, ".pdf": _pdf}
"""Formats of one picture, by extension: the whole, or one step."""
STEPPED: Mapping[str, Callable[[Depiction], bytes]] = {
    ".svg": _animation,
    ".pdf": _pages,
    ".pptx": _slides,
    ".html": _page,
    ".tex": _beamer,
}
"""Formats that show the steps one after the other."""
OTHERS: Mapping[str, Callable[[Depiction], bytes]] = {
    ".dot": _dot,
    ".txt": _text(lambda ex: ex.text() + "\n"),
    ".md": _text(lambda ex: ex.markdown()),
    ".json": _text(lambda ex: json.dumps(ex.json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"),
}
"""Formats that have no steps."""
_NUMBER = re.compile(r"\{n(?::0?(\d{0,2})d?)?\}")


def save(picture: Depiction, path: Path) -> None:
    """Write a file, or one for each step; see `Explanation.save`."""
    suffix = path.suffix.lower()
    known = tuple(dict.fromkeys((*SINGLE, *STEPPED, *OTHERS)))
    if suffix not in known:
        raise UsageError(say("no-such-format", name=suffix or str(path), known=", ".join(known)))
    if picture.step is not None and suffix not in SINGLE:
        raise UsageError(say("step-format", suffix=suffix, known=", ".join(SINGLE)))
    if picture.steps and suffix not in STEPPED:
        raise UsageError(say("steps-format", suffix=suffix, known=", ".join(STEPPED)))
    if "{" in path.name:
        _save_frames(picture, path, suffix)
    else:
        replace_file(path, _content(picture, suffix))


def _content(picture: Depiction, suffix: str) -> bytes:
    if suffix in SINGLE and not picture.steps:
        return SINGLE[suffix](picture.scene, picture)
    return (STEPPED if suffix in STEPPED else OTHERS)[suffix](picture)


def _save_frames(picture: Depiction, path: Path, suffix: str) -> None:
    """A file for each step; the folder is made where there is none."""
    if picture.step is not None:
        raise UsageError(say("step-one", number=picture.step))
    if suffix not in SINGLE:
        raise UsageError(say("frames-format", suffix=suffix, known=", ".join(SINGLE)))
    if not _NUMBER.search(path.name) or "{" in _NUMBER.sub("", path.name):
        raise UsageError(say("step-pattern", name=path.name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(say("not-writable", path=path.parent, problem=problem.strerror)) from None
    for number, content in enumerate(_frames(picture, suffix), 1):
        replace_file(path.with_name(_numbered(path.name, number)), content)


def _numbered(pattern: str, number: int) -> str:
    """A name with the number of its step.

    Examples
    --------
    >>> _numbered("step-{n:02}.svg", 7), _numbered("{n}.png", 7)
    ('step-07.svg', '7.png')
    """
    return _NUMBER.sub(lambda found: str(number).zfill(int(found[1] or 1)), pattern)


def _frames(picture: Depiction, suffix: str) -> Iterable[bytes]:
    from gradviz.render import frames, write_frames

    if suffix == ".svg":
        return (svg.encode() for svg in write_frames(_with_steps(picture)))
    return (SINGLE[suffix](scene, picture) for scene in frames(_with_steps(picture)))


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    UsageError
        The file is missing, cannot be read, or is no UTF-8 text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(say("no-such-file", path=path)) from None
    except UnicodeDecodeError:
        raise UsageError(say("not-utf8", path=path)) from None
    except OSError as problem:
        raise UsageError(say("not-readable", path=path, problem=problem.strerror)) from None


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
    except UnicodeEncodeError:  # in the language that is set
        raise UsageError(say("not-writable", path=path, problem=say("no-file-name"))) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
