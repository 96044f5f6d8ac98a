"""Each format, opened by another program: it must show what the others show."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.messages import UsageError
from gradviz.render import compose, frame, write_pdf, write_png, write_pptx, write_svg
from gradviz.render.shapes import Label

from .examples import EXAMPLES, chain, matrices, product
from .programs import blank, browser_page, difference, program, run
from .test_steps import stepped

DRAWN = ["product", "chain", "operations", "matrices", "long_label"]


@pytest.mark.parametrize("name", DRAWN)
def test_svg_in_rsvg_and_resvg(name: str, tmp_path: Path) -> None:
    scene = compose(EXAMPLES[name]())
    tool = program("rsvg-convert")
    (tmp_path / "a.svg").write_text(write_svg(scene), "utf-8")
    theirs = run(tool, "-w", str(scene.width), tmp_path / "a.svg")
    ours = write_png(scene, dpi=96)
    assert difference(theirs, ours) < 0.01
    assert blank(theirs) > 0.005


def test_svg_in_chromium(tmp_path: Path) -> None:
    scenes = [compose(chain()), compose(matrices()), frame(stepped(), 3)]
    with browser_page() as page:
        for n, scene in enumerate(scenes):
            path = tmp_path / f"{n}.svg"
            path.write_text(write_svg(scene), "utf-8")
            page.set_viewport_size({"width": scene.width, "height": scene.height})
            page.goto(path.as_uri())
            assert difference(page.screenshot(), write_png(scene, dpi=96)) < 0.01


@pytest.mark.parametrize("name", [*DRAWN, "wide_operations"])
def test_pdf_in_poppler(name: str, tmp_path: Path) -> None:
    scene = compose(EXAMPLES[name]())
    tool = program("pdftoppm")
    (tmp_path / "a.pdf").write_bytes(write_pdf([scene]))
    theirs = run(tool, "-r", "96", "-png", tmp_path / "a.pdf")
    assert difference(theirs, write_png(scene, dpi=96)) < 0.01


def test_pdf_has_a_page_for_each_step(tmp_path: Path) -> None:
    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4")
    ex.save(tmp_path / "f.pdf", steps=True)
    told = run(program("pdfinfo"), tmp_path / "f.pdf").decode()
    assert "Pages:           7" in told
    assert "Tagged:          yes" in told
    assert "Title:           f = q z" in told
    for number in (1, 7):
        page = run(program("pdftoppm"), "-r", "96", "-png", "-f", number, "-l", number, tmp_path / "f.pdf")
        ex.save(tmp_path / "one.png", step=number, dpi=96)
        assert difference(page, (tmp_path / "one.png").read_bytes()) < 0.01


@pytest.mark.usefixtures("without_fonts")
def test_pdf_leaves_no_character_out() -> None:
    from gradviz.render.pdf import _painted

    scene = compose(EXAMPLES["long_label"]())
    (label,) = [s for s in scene.shapes if s.part == "box-学习率" and isinstance(s, Label)]
    assert _painted(label).count("h\n") == 6  # three hollow boxes


def test_pdf_pages_share_what_is_the_same() -> None:
    scene = compose(chain())
    one, many = write_pdf([scene]), write_pdf([scene] * 10)
    assert len(many) < 2 * len(one)


def test_png_says_how_large_it_is() -> None:
    image = pytest.importorskip("PIL.Image")
    png = write_png(compose(product()), dpi=144)
    assert image.open(io.BytesIO(png)).info["dpi"] == pytest.approx((144, 144), abs=0.1)


@pytest.mark.parametrize("dpi", [0, -5, 1e6, float("nan")])
def test_png_of_no_size(dpi: float) -> None:
    with pytest.raises(UsageError, match="dots long"):
        write_png(compose(product()), dpi=dpi)


def test_slides(tmp_path: Path) -> None:
    pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")
    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4")
    ex.save(tmp_path / "f.pptx")
    ex.save(tmp_path / "g.pptx")
    assert (tmp_path / "f.pptx").read_bytes() == (tmp_path / "g.pptx").read_bytes()
    deck = pptx.Presentation(str(tmp_path / "f.pptx"))
    assert len(deck.slides) == 7
    slide = deck.slides[5]
    assert slide.shapes.title.text == "f = q z: step 6 of 7"
    picture = slide.shapes[1]
    assert picture._element.nvPicPr.cNvPr.get("descr").startswith("Backward: the gradient of q")
    notes = slide.notes_slide.notes_text_frame.text
    assert "∂f/∂x = ∂f/∂q · ∂q/∂x" in notes
    assert r"LaTeX: \frac{\partial f}{\partial x}" in notes
    with zipfile.ZipFile(tmp_path / "f.pptx") as package:
        vectors = [name for name in package.namelist() if name.endswith(".svg")]
        assert len(vectors) == 7
        assert b"<text" not in package.read(vectors[0])


def test_slides_in_libreoffice(tmp_path: Path) -> None:
    pytest.importorskip("pptx", reason="python-pptx is not installed")
    office, tool = program("soffice", "libreoffice"), program("pdftoppm")
    scenes = [frame(stepped(), 1), frame(stepped(), 3)]
    (tmp_path / "f.pptx").write_bytes(write_pptx(scenes, ["one", "two"]))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    run(office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "f.pptx")
    told = run(program("pdfinfo"), tmp_path / "f.pdf").decode()
    assert "Pages:           2" in told
    assert blank(run(tool, "-r", "60", "-png", "-f", "2", "-l", "2", tmp_path / "f.pdf")) > 0.01


def test_slides_without_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(UsageError, match="python-pptx"):
        write_pptx([compose(product())], [""])
