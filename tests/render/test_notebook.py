"""What shows itself in a notebook, on the screen and on paper."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import gradviz as gv
from gradviz.api.notebook import bundle
from gradviz.render.shapes import Label, bounds

from .programs import browser_page, program, run

MIMES = ["application/pdf", "image/png", "image/svg+xml", "text/plain"]
CELLS = [
    'import gradviz as gv\ngraph = gv.parse("q = x + y; f = q z")\ngraph',
    'graph.explain(at={"x": -2, "y": 5, "z": -4})',
    'graph.derivation("x")',
    'graph.check("x", "2 z", seed=1)',
    'graph.check_derivation("x", "df/dx = df/dq · dq/dx = <i>", seed=1)',
]


def test_pictures_and_no_latex() -> None:
    pytest.importorskip("resvg_py")
    graph = gv.parse("q = x + y; f = q z")
    for shown in (graph, graph.explain(at="x=-2, y=5, z=-4"), graph.derivation("x")):
        data, metadata = shown._repr_mimebundle_()
        assert sorted(data) == MIMES
        width = int.from_bytes(data["image/png"][16:20], "big")
        assert width == 2 * metadata["image/png"]["width"]


def test_without_the_package_for_png(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "resvg_py", None)
    data, metadata = gv.parse("f = x^2").derivation("x")._repr_mimebundle_()
    assert sorted(data) == [m for m in MIMES if m != "image/png"]
    assert sorted(metadata) == ["image/svg+xml"]
    assert bundle("text", None) == ({"text/plain": "text"}, {})


WRITTEN = ["application/pdf", "image/png", "image/svg+xml", "text/html", "text/markdown", "text/plain"]


def test_verdicts_show_themselves() -> None:
    pytest.importorskip("resvg_py")
    graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    verdict = graph.check("z", "(ŷ - y) ŷ (1 - ŷ)", seed=1)
    data, _ = verdict._repr_mimebundle_()
    assert sorted(data) == WRITTEN
    html, markdown = data["text/html"], data["text/markdown"]
    assert html.count("<svg") == 2
    assert "it is wrong at z = " in html
    assert verdict.diagnosis[0].message in html
    assert r"right is: $2(\hat{y} - y) \hat{y}(1 - \hat{y})$" in markdown
    assert data["text/plain"] == str(verdict)
    right = graph.check("z", "2(ŷ - y) ŷ (1 - ŷ)", seed=1)._repr_mimebundle_()[0]
    assert "✓</b> right" in right["text/html"]
    assert "right is" not in right["text/html"]
    assert isinstance(verdict, gv.Verdict)


@pytest.mark.parametrize(("feedback", "told"), [("none", ""), ("verdict", "✗"), ("hint", "✗"), ("full", "✗")])
def test_a_verdict_tells_no_more_than_it_may(feedback: str, told: str) -> None:
    graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    data, _ = graph.check("z", "(ŷ - y) ŷ (1 - ŷ)", feedback=feedback)._repr_mimebundle_()
    for kind in ("text/html", "text/markdown", "image/svg+xml"):
        assert ("right is" in data[kind]) == (feedback == "full")
        assert ("it is wrong at" in data[kind]) == (feedback == "full")
    assert f"<b>{told}</b>" in data["text/html"]
    assert "unequal" not in data["text/html"]


NASTY = ["<script>alert(1)</script>", "</text><b>x</b>", "$\\input{x}$", "`x` *y* | z"]


@pytest.mark.parametrize("text", NASTY)
def test_an_answer_is_only_text(text: str) -> None:
    graph = gv.parse("f = x^2")
    for shown in (graph.check("x", text), graph.check_derivation("x", f"df/dx = {text}")):
        data, _ = shown._repr_mimebundle_()
        assert not re.search(r"<(script|b>x|i>)", data["text/html"])
        assert "<script" not in data["image/svg+xml"]
        ElementTree.fromstring(data["image/svg+xml"])  # noqa: S314
        assert not re.search(r"(?<!\\)[<`*|]", re.sub(r"\$[^$]*\$", "", data["text/markdown"]))


def test_a_checked_derivation_shows_its_lines() -> None:
    graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    data, _ = graph.check_derivation("z", "dL/dz = dL/dŷ · dŷ/dz = 2(ŷ - y) ŷ")._repr_mimebundle_()
    assert data["text/plain"].splitlines()[:2] == ["✓ dL/dŷ · dŷ/dz", "✗ 2(ŷ - y) ŷ"]
    assert data["text/html"].count("<tr>") == 2
    assert "line 2 does not follow" in data["text/markdown"]


def test_a_derivation_is_set_in_columns() -> None:
    graph = gv.load(Path(__file__).parents[2] / "examples" / "bce.grad")
    derivation = graph.derivation("W1")
    scene = derivation.scene()
    labels = [shape for shape in scene.shapes if isinstance(shape, Label)]
    signs = {label.x for label in labels if label.part.startswith("right")}
    reasons = {label.x for label in labels if label.part.startswith("why")}
    assert len(signs) == len(reasons) == 1
    assert len([label for label in labels if label.part.startswith("right")]) == len(derivation.steps)
    assert scene.title == "∂L/∂W₁"
    boxes = [bounds(label) for label in labels]
    for n, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[2] <= scene.width
        assert a[3] <= scene.height
        assert all(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for b in boxes[:n])


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    from nbconvert.preprocessors import ExecutePreprocessor

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    ExecutePreprocessor(timeout=240, kernel_name="python3").preprocess(notebook)
    path = tmp_path_factory.mktemp("notebook") / "n.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_as_html(executed: Path) -> None:
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter().from_filename(str(executed))
    page_file = executed.with_suffix(".html")
    page_file.write_text(body, "utf-8")
    with browser_page() as page:
        page.route("http*://**", lambda route: route.abort())
        page.goto(page_file.as_uri(), wait_until="domcontentloaded")
        seen = (
            "[...document.images].map(image => [image.src.slice(0, 14), image.naturalWidth > 50, image.alt.length > 5])"
        )
        assert page.evaluate(seen) == [["data:image/svg", True, True]] * 3
        verdicts = page.locator(".gradviz")
        assert verdicts.count() == 2
        assert "✗ wrong" in verdicts.nth(0).inner_text()
        assert "right is" in verdicts.nth(0).inner_text()
        assert verdicts.nth(0).locator("svg.formula").count() == 2
        assert "<i>" in verdicts.nth(1).inner_text()
        assert verdicts.nth(1).locator("i").count() == 0
        assert page.pdf().startswith(b"%PDF")


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_as_latex_takes_the_pdf(executed: Path, tmp_path: Path) -> None:
    from nbconvert import LatexExporter

    body, resources = LatexExporter().from_filename(str(executed))
    pictures = {name: data for name, data in resources["outputs"].items() if name.endswith(".pdf")}
    assert len(pictures) == 5
    assert all(name in body for name in pictures)
    for name, data in pictures.items():
        path = tmp_path / Path(name).name
        path.write_bytes(data if data.startswith(b"%PDF") else base64.b64decode(data))
        assert "Pages:           1" in run(program("pdfinfo"), path).decode()
