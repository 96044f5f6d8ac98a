from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import Depiction, depict
from gradviz.messages import UsageError
from gradviz.render import Box, Drawing, Wire, compose, frame, write_animation, write_dot, write_png, write_svg

from .examples import chain, long_label, product

EXPECTED = Path(__file__).parent / "expected"


def _example(name: str, **wishes: object) -> Depiction:
    """A picture of one of the example programs."""
    path = Path(__file__).parents[2] / "examples" / f"{name}.grad"
    return depict(gv.load(path).explain(), **wishes)  # type: ignore[arg-type]


GOLDEN: dict[str, Callable[[], str]] = {
    "product": lambda: write_svg(compose(product())),
    "chain": lambda: write_svg(compose(chain())),
    "bce-step-03": lambda: write_svg(frame(_example("bce").stepped, 3)),
    "bce-step-12": lambda: write_svg(frame(_example("bce").stepped, 12)),
    "product-ops-step-06": lambda: write_svg(frame(_example("product", view="ops").stepped, 6)),
    "product-moving": lambda: write_animation(_example("product").stepped),
    "product-derivation": lambda: write_svg(_example("product").ex.derivations["x"].scene()),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_expected_picture(name: str, renew: bool) -> None:
    svg = GOLDEN[name]()
    path = EXPECTED / f"{name}.svg"
    if renew:
        path.parent.mkdir(exist_ok=True)
        path.write_text(svg, encoding="utf-8")
    assert svg == path.read_text(encoding="utf-8")


def test_the_binary_cross_entropy_chain_is_small() -> None:
    assert len(gzip.compress(write_svg(_example("bce").whole).encode(), 9)) < 20_000
    frames = _example("bce").stepped
    assert len(gzip.compress(write_svg(frame(frames, 1)).encode(), 9)) < 25_000


def test_same_bytes_in_every_process(tmp_path: Path) -> None:
    script = (
        "from gradviz.render import *\n"
        "b = [Box('x', 'x', 'data', 'x', '2'), Box('y', 'y', 'data'), Box('f', 'x y', 'output')]\n"
        "w = [Wire('x', 'f'), Wire('y', 'f', 1)]\n"
        "d = Drawing(tuple(b), tuple(w), 'f', 't', 'd', caption='x^2')\n"
        "print(write_svg(compose(d)))"
    )
    seen = set()
    for seed, cache in (("0", "a"), ("1", "b"), ("2", "b"), ("3", "")):
        folder = str(tmp_path / cache) if cache else ""
        environment = os.environ | {"PYTHONHASHSEED": seed, "GRADVIZ_CACHE": folder}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603
        assert done.stderr == b""
        seen.add(done.stdout)
    assert len(seen) == 1


def test_only_what_every_program_reads() -> None:
    svg = write_svg(compose(chain()))
    root = ElementTree.fromstring(svg)  # noqa: S314
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "rect", "ellipse", "path"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not names & {"style", "class", "transform", "opacity"}
    for element in root.iter():
        for name in ("fill", "stroke"):
            assert re.fullmatch(r"#[0-9a-f]{6}|none", element.get(name, "none"))
    assert re.fullmatch(r"\d+", root.get("width", ""))
    assert len(gzip.compress(svg.encode())) < 20_000


def test_every_part_has_its_id_and_title() -> None:
    svg = write_svg(compose(product()), prefix="p1")
    root = ElementTree.fromstring(svg)  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name and name.startswith("p1-") for name in ids)
    assert root.get("aria-labelledby") == "p1-title p1-desc"
    assert all(group.find(f"{space}title") is not None for group in root.iter(f"{space}g"))


def test_text_is_only_ever_text() -> None:
    nasty = "<script>\"&'</script>]]>\x07"
    boxes = Box(nasty, r"\text{<b>&}", "data", nasty, nasty, nasty, nasty), Box("f", "f", "output")
    drawing = Drawing(boxes, (Wire(nasty, "f", 0, nasty, nasty),), "f", nasty, nasty, nasty)
    root = ElementTree.fromstring(write_svg(compose(drawing), prefix='"><x'))  # noqa: S314
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags <= {"svg", "g", "title", "desc", "rect", "ellipse", "path", "text"}
    assert root[0].text == nasty[:-1]


@pytest.mark.usefixtures("without_fonts")
def test_characters_without_outlines_are_text() -> None:
    svg = write_svg(compose(long_label()))
    assert svg.count("学习率") >= 1
    assert "<text " in svg


def test_background_is_opaque_unless_asked_otherwise() -> None:
    scene = compose(product())
    canvas = f'<rect width="{scene.width}" height="{scene.height}" fill="#ffffff"/>'
    assert canvas in write_svg(scene)
    assert canvas not in write_svg(scene, background=False)


def test_png() -> None:
    pytest.importorskip("resvg_py")
    scene = compose(product())
    png = write_png(scene)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == 2 * scene.width


def test_png_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UsageError, match="resvg-py"):
        write_png(compose(product()))


def test_dot_is_read_by_graphviz() -> None:
    pygraphviz = pytest.importorskip("pygraphviz")
    drawing = replace(chain(), title='a "b" \\ c')
    graph = pygraphviz.AGraph(string=write_dot(drawing))
    assert graph.get_node("z2").attr["label"] == "W₂ h₁ + b₂"
    assert graph.number_of_edges() == len(drawing.wires) + 1
    first = graph.get_edge("W1", "z1")
    assert first.attr["label"] == "0.8"
