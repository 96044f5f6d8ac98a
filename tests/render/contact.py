"""All pictures on one page, for human eyes: ``python -m tests.render.contact``, and after ``pytest --renew``."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHEET = ROOT / "build" / "contact.html"
SHOTS: tuple[dict[str, object], ...] = ({}, {"view": "ops"}, {"theme": "dark"}, {"theme": "cs231n"})


def pictures() -> Iterator[tuple[str, str]]:
    """Names and SVG: those that are expected, and the examples with a step forward, one backward, and the last."""
    for path in sorted((HERE / "expected").glob("*.svg")):
        yield f"expected/{path.name}", path.read_text("utf-8")
    import gradviz as gv
    from gradviz.api.drawings.depiction import Depiction, depict
    from gradviz.render import frame, write_svg

    for path in sorted((ROOT / "examples").glob("*.grad")):
        ex = gv.load(path).explain(seed=1)
        for wishes in SHOTS:
            told = ", ".join(map(str, wishes.values()))
            yield f"{path.name} {told}", write_svg(depict(ex, **wishes).whole)  # type: ignore[arg-type]
        scene = Depiction(ex).stepped
        for number in (2, len(scene.steps) // 2 + 1, len(scene.steps)):
            yield f"{path.name}, step {number}", write_svg(frame(scene, number))
        yield f"{path.name}, derivation of {ex.wrt[-1]}", write_svg(ex.derivations[ex.wrt[-1]].scene())


def write(path: Path = SHEET) -> Path:
    """Write the sheet."""
    cards = []
    for name, svg in pictures():
        data = base64.b64encode(svg.encode()).decode()
        size = f"{len(svg) / 1024:.0f} KB"
        cards.append(
            f'<figure><figcaption>{escape(name)} <small>{size}</small></figcaption><img alt="{escape(name)}" '
            f'src="data:image/svg+xml;base64,{data}"></figure>'
        )
    style = (
        "body{font:15px system-ui;margin:1rem;background:#ddd}figure{margin:0 0 1.5rem;max-width:1280px}"
        "img{max-width:100%;max-height:720px;display:block}figcaption{margin:.3rem 0}"
    )
    path.parent.mkdir(exist_ok=True)
    page = f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Pictures</title><style>{style}</style>"
    path.write_text(page + "\n".join(cards) + "</html>\n", "utf-8")
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{write()}\n")
