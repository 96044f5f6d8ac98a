from __future__ import annotations

from pathlib import Path

import pytest

from gradviz.render import scripts
from gradviz.render.cache import Store
from gradviz.render.formulas import Typesetter
from gradviz.render.typeset import typeset

pytest.importorskip("fontTools", reason="fontTools is not installed")
fontbuilder = pytest.importorskip("fontTools.fontBuilder")


def make_font(folder: Path, name: str = "unifont-test.ttf", text: str = "学习 率x") -> Path:
    """A font in which each character is a square."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for command, point in (("moveTo", (100, 0)), ("lineTo", (100, 800)), ("lineTo", (900, 800)), ("lineTo", (900, 0))):
        getattr(pen, command)(point)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"g{ord(c):x}" for c in text)]
    builder = fontbuilder.FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"g{ord(c):x}" for c in text})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics({n: (500 if n == "g78" else 1000, 100) for n in names})
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Test"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(folder / name)
    return folder / name


@pytest.fixture
def font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(scripts, "_folders", lambda: [str(tmp_path)])
    return make_font(tmp_path)


@pytest.mark.usefixtures("font")
def test_outlined_from_an_installed_font() -> None:
    formula = typeset(r"\text{学习} = 2", 20)
    assert formula.runs == ()
    assert formula.path.count("z") >= 2
    alone = typeset(r"\text{学}", 20)
    assert alone.width == pytest.approx(16, abs=0.1)  # the square's ink
    assert alone.height == pytest.approx(16, abs=0.1)


@pytest.mark.usefixtures("font")
def test_letters_beside_them_have_their_own_width() -> None:
    assert scripts.width("学x") == pytest.approx(1.5)


@pytest.mark.usefixtures("font")
def test_what_the_font_lacks_stays_text() -> None:
    assert typeset(r"\text{学龍}", 20).runs[0].text == "学龍"


def test_damaged_fonts_are_passed_over(tmp_path: Path, font: Path) -> None:
    (tmp_path / "notosanscjk-regular.ttc").write_bytes(b"no font")
    assert scripts.fonts()[0].endswith("notosanscjk-regular.ttc")
    assert typeset(r"\text{学}", 20).runs == ()


def test_a_font_that_is_installed_later_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_folders", lambda: [str(tmp_path / "fonts")])
    typesetter = Typesetter(Store(str(tmp_path / "cache")))
    assert typesetter.formula(r"\text{学}", 20).runs
    (tmp_path / "fonts").mkdir()
    make_font(tmp_path / "fonts")
    assert typesetter.formula(r"\text{学}", 20).runs == ()


def test_regular_goes_before_bold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_folders", lambda: [str(tmp_path)])
    for name in ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "msyh.ttc", "DejaVuSans.ttf", "unifont.txt"):
        (tmp_path / name).touch()
    names = [Path(path).name for path in scripts.fonts()]
    assert names == ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "msyh.ttc"]
