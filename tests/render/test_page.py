"""The page: walked through in a browser, its numbers held against Python's."""

from __future__ import annotations

import json
import math
import random
import re
from pathlib import Path
from typing import Any

import pytest

import gradviz as gv
from gradviz.api import numbers
from gradviz.api.drawings import recompute
from gradviz.ops import OPERATIONS, scalars

from .nets import SCALARS
from .programs import blank, browser_page, pixels

CHAIN = (
    "x ∈ ℝ; W1 ∈ ℝ; b1 ∈ ℝ; W2 ∈ ℝ; b2 ∈ ℝ; y ∈ {0,1}; λ > 0; data x, y; z1 = W1 x + b1; h1 = σ(z1); z2 = W2 h1 + b2;"
    "ŷ = σ(z2); L = -(y log ŷ + (1 - y) log(1 - ŷ)); R = λ (W1^2 + W2^2); J = L + R"
)
EXAMPLES = Path(__file__).parents[2] / "examples"
AT = {"x": 1.5, "W1": 0.8, "b1": -0.4, "W2": -1.2, "b2": 0.3, "y": 1, "λ": 0.1}


def written(ex: gv.Explanation, folder: Path, **wishes: Any) -> str:
    """Write a page; its address."""
    ex.save(folder / "page.html", **wishes)
    return (folder / "page.html").as_uri()


def watched(page: Any) -> list[str]:
    """Everything that a page should not do: say something on the console, fail, ask for something."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("file:") else found.append(request.url))
    return found


def test_steps_are_walked_through_by_keyboard(tmp_path: Path) -> None:
    ex = gv.parse(CHAIN).explain(at=AT)
    address = written(ex, tmp_path)
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        problems = watched(page)
        page.goto(address)
        visible = page.locator("#graph g[data-part^='gradient-']:visible")
        assert visible.count() == len(ex.values)
        pictures = [page.screenshot()]
        for number, step in enumerate(ex.steps, 1):
            page.keyboard.press("ArrowRight")
            assert page.locator("#place").inner_text() == f"Step {number} of {len(ex.steps)}"
            assert page.locator(".step:visible p").inner_text() == str(step.reason)
            assert str(step.reason) in page.locator("#said").inner_text()
            assert visible.count() == len(step.gradients)
            shown = page.locator("#graph g[data-part^='value-']:visible").count()
            assert shown == len(step.values)
            assert page.locator("#graph g[data-part^='name-']:visible").count() == len(ex.values) - shown
            assert page.locator("#graph .filled").first.get_attribute("data-part") == f"box-{step.box}"
            pictures.append(page.locator("#graph").screenshot())
        assert len({bytes(picture) for picture in pictures}) > 0.9 * len(pictures)
        assert page.locator("#next").is_disabled()
        page.keyboard.press("Home")
        assert page.locator("#place").inner_text() == "The whole picture"
        page.keyboard.press("End")
        page.keyboard.press("ArrowLeft")
        assert page.url.endswith(f"#step-{len(ex.steps) - 1}")
        assert problems == []


def test_nothing_moves_on_the_page(tmp_path: Path) -> None:
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        page.goto(written(gv.parse(CHAIN).explain(at=AT), tmp_path))
        where = "JSON.stringify([...document.querySelectorAll('#graph g, #values, h2:not(.small)')].map(e => {const r = e.getBoundingClientRect(); return [r.x, r.y]}))"
        before = page.evaluate(where)
        for _ in range(12):
            page.keyboard.press("ArrowRight")
            assert page.evaluate(where) == before


def test_buttons_scrubber_touch_and_reading_about_a_part(tmp_path: Path) -> None:
    with browser_page(viewport={"width": 800, "height": 900}, has_touch=True) as page:
        problems = watched(page)
        page.goto(written(gv.parse(CHAIN).explain(at=AT), tmp_path))
        place = page.locator("#place")
        page.click("#next")
        page.click("#next")
        page.click("#back")
        assert place.inner_text().startswith("Step 1 ")
        page.locator("#scrub").fill("9")
        assert place.inner_text().startswith("Step 9 ")
        page.evaluate(
            """() => { const s = document.getElementById('stage');
            const touch = (x) => new Touch({identifier: 1, target: s, clientX: x, clientY: 100});
            s.dispatchEvent(new TouchEvent('touchstart', {touches: [touch(300)]}));
            s.dispatchEvent(new TouchEvent('touchend', {changedTouches: [touch(120)]})); }"""
        )
        assert place.inner_text().startswith("Step 10 ")
        page.hover('g[data-box="ŷ"]')
        about = page.locator(".about:visible").inner_text()
        assert "0.371" in about
        assert "−2.695" in about
        assert "Backward: the gradient of L, times the derivative of L by ŷ" in about
        page.focus('g[data-box="W2"]')
        page.mouse.move(1, 1)
        page.click(".about:visible button >> nth=-1")
        assert page.locator(".step:visible p").inner_text().startswith("2 paths lead from W₂ to J")
        page.keyboard.press("Escape")
        assert page.locator(".about:visible").count() == 0
        assert problems == []


def test_the_page_plays_itself(tmp_path: Path) -> None:
    with browser_page() as page:
        page.clock.install()
        page.goto(written(gv.parse("f = x^2").explain(at="x=3"), tmp_path))
        page.click("#play")
        page.clock.run_for(3600)
        assert page.locator("#place").inner_text().startswith("Step 2 ")
        page.clock.run_for(30000)
        assert page.locator("#place").inner_text().startswith("Step 3 ")
        assert page.locator("#play").get_attribute("aria-pressed") == "false"


PROGRAMS = [
    (CHAIN, AT, {"x": -0.7, "W1": 2.5, "λ": 0.03}),
    ("a = x y; b = a + x; f = a b e^(-b)", {"x": 0.3, "y": -0.7}, {"x": 1.25, "y": 2}),
    ("f = |x|^3 + max(x, y) + softplus(x y) + ‖y‖²", {"x": 0.3, "y": -0.7}, {"x": -1.5, "y": 0.25}),
    ("f = x^2 / 3", {"x": 2}, {"x": 1e-7}),
]


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_changed_values_are_computed_as_in_python(number: int, tmp_path: Path) -> None:
    text, at, change = PROGRAMS[number]
    graph = gv.parse(text)
    other = graph.explain(at={**at, **change})
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        problems = watched(page)
        page.goto(written(graph.explain(at=at), tmp_path))
        fields = page.locator("#values label")
        for n in range(fields.count()):
            name = graph.inputs[n]
            if name in change:
                fields.nth(n).locator("input").fill(repr(float(change[name])))
        rows = page.locator("table >> nth=0").locator("tbody tr")
        for n, name in enumerate((*graph.inputs, *graph.stages)):
            cells = rows.nth(n).locator("td")
            assert cells.nth(0).inner_text() == numbers.text(other.values[name])
            if cells.nth(1).locator("[data-number]").count():
                assert cells.nth(1).inner_text().endswith(numbers.text(other.gradients[name]))
        for n, (step, new) in enumerate(zip(graph.explain(at=at).steps, other.steps, strict=True), 1):
            if step.numbers:
                page.evaluate(f"document.documentElement.gradviz.show({n})")
                said = page.locator(".step:visible .again svg").get_attribute("aria-label")
                assert said == page.evaluate(
                    "s => document.documentElement.gradviz.written(s)", _value(new.numbers[-1])
                )
        page.click("#reset")
        assert page.locator("html.changed").count() == 0
        assert page.locator(".again:visible").count() == 0
        assert problems == []


def _value(latex: str) -> float:
    return float(re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", latex))


def test_a_number_that_changes_keeps_its_look(tmp_path: Path) -> None:
    ex = gv.parse("f = x y").explain(at={"x": 2.5, "y": -13})
    with browser_page(viewport={"width": 900, "height": 1600}) as page:
        page.goto(written(ex, tmp_path))
        before = pixels(page.locator("#graph").screenshot())
        page.locator("#values input").first.fill("2.5000000001")
        after = pixels(page.locator("#graph").screenshot())
        assert abs(before - after).mean() < 3e-3  # moved by less than a pixel
        page.locator("#values input").first.fill("")
        assert page.locator("#values input").first.get_attribute("aria-invalid") == "true"


def test_operations_of_the_page_are_those_of_python(tmp_path: Path) -> None:
    pick = random.Random(7)  # noqa: S311
    with browser_page() as page:
        page.goto(written(gv.parse("f = x").explain(at="x=1"), tmp_path))
        assert set(page.evaluate("Object.keys(document.documentElement.gradviz.operations)")) == recompute.OPERATIONS
        call = "([op, x]) => { const v = document.documentElement.gradviz.operations[op](...x); return [Number.isFinite(v), Number.isFinite(v) ? v : 0, String(v)]; }"
        for op in sorted(recompute.OPERATIONS):
            word = OPERATIONS[op].word
            arity = word.arity[0] if word and word.arity else 2 if op in _TWO else 1
            points = [[pick.uniform(-4, 4) for _ in range(arity)] for _ in range(20)] + [[0.0] * arity, [1.0] * arity]
            for point in points:
                ours = OPERATIONS[op].value(scalars, *point)
                finite, theirs, text = page.evaluate(call, [op, point])
                if isinstance(ours, complex) or not math.isfinite(ours):
                    assert not finite, (op, point, ours, text)
                else:
                    assert theirs == pytest.approx(ours, rel=1e-11, abs=1e-14), (op, point)


_TWO = {"sub", "add", "mul", "div", "greater", "less", "greater_equal", "less_equal", "equal", "unequal"}


def test_numbers_are_written_as_in_python(tmp_path: Path) -> None:
    pick = random.Random(3)  # noqa: S311
    values = [0.0, -0.0, 1, -12, 123456.0, 1e9, 1e12, 0.731058, 1e-9, -2.5e-5, 0.0001, 99999.5, 9999.5, 12345.6789]
    values += [pick.uniform(-1, 1) * 10 ** pick.randint(-8, 12) for _ in range(200)]
    with browser_page() as page:
        page.goto(written(gv.parse("f = x").explain(at="x=1"), tmp_path))
        found = page.evaluate("v => v.map(document.documentElement.gradviz.written)", values)
    assert found == [numbers.number(v) for v in values]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("example", ["chain", "bce", "softmax"])
def test_nothing_serious_for_who_cannot_see_or_point(example: str, scheme: str, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    path = Path(__file__).parents[2] / "examples" / f"{example}.grad"
    ex = gv.parse(CHAIN).explain(at=AT) if example == "chain" else gv.load(path).explain()
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        page.emulate_media(color_scheme=scheme)
        page.goto(written(ex, tmp_path) + "#step-4")
        found = axe.Axe().run(page).response["violations"]
        assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_dark_is_dark_and_a_theme_is_kept(tmp_path: Path) -> None:
    ex = gv.parse("f = x^2").explain(at="x=3")
    with browser_page() as page:
        for theme, scheme, dark in (
            ("default", "light", 0),
            ("default", "dark", 1),
            ("dark", "light", 1),
            ("cs231n", "dark", 0),
        ):
            page.emulate_media(color_scheme=scheme)
            page.goto(written(ex, tmp_path, theme=theme))
            seen = pixels(page.screenshot())
            assert (seen.mean() < 0.5) == bool(dark), (theme, scheme)
            assert blank(page.locator("#graph").screenshot()) > 0.01


def test_printed_it_shows_everything(tmp_path: Path) -> None:
    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4")
    with browser_page() as page:
        page.goto(written(ex, tmp_path) + "#step-1")
        page.emulate_media(media="print")
        assert page.locator(".step:visible").count() == len(ex.steps)
        assert page.locator("#graph g[data-part^='gradient-']:visible").count() == 5
        assert page.locator(".controls:visible, #about:visible, #change:visible").count() == 0


def test_without_a_script_everything_is_there(tmp_path: Path) -> None:
    ex = gv.parse("q = x + y; f = q z").explain(at="x=-2, y=5, z=-4")
    with browser_page(java_script_enabled=False) as page:
        page.goto(written(ex, tmp_path))
        assert page.locator(".step:visible").count() == len(ex.steps)
        assert page.locator("#graph g[data-part^='gradient-']:visible").count() == 5


def test_arrays_have_fixed_values(tmp_path: Path) -> None:
    ex = gv.load(Path(__file__).parents[2] / "examples" / "bce.grad").explain()
    ex.save(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "values on this page are fixed" in text
    assert '"code"' not in text
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", text)


def test_text_from_outside_is_only_text(tmp_path: Path) -> None:
    nasty = "</script><script>alert(1)</script>"
    from gradviz.render.page import Colours, Page, write_page

    page = write_page(Page(nasty, "", "", 0, (), (), "", "", "", {"steps": [], "x": nasty}), Colours("default"))
    assert nasty not in page
    data = re.search(r'id="data">(.*?)</script>', page)
    assert data
    assert json.loads(data[1])["x"] == nasty


def test_weights_on_wires_change_with_the_values(tmp_path: Path) -> None:
    graph = gv.parse(SCALARS)
    other = graph.explain(at={"a1": 2.25})
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        problems = watched(page)
        page.goto(written(graph.explain(), tmp_path, view="neurons"))
        for number in range(1, len(other.steps) + 1):
            page.keyboard.press("ArrowRight")
            assert page.locator("#place").inner_text() == f"Step {number} of {len(other.steps)}"
            assert page.locator(".step:visible h2").inner_text().count(":") == 1
        page.locator("#values label", has_text="a₁").locator("input").fill("2.25")
        weight = page.locator('g[data-part^="local-0:1-9:1"] [data-number]')
        assert weight.locator("path").count() == len("2.25")
        page.hover('g[data-box="22:1"]')
        assert f"{other.values['p']:.4g}" in page.locator(".about:visible").inner_text()
        assert problems == []


def test_on_a_phone_a_step_comes_into_view(tmp_path: Path) -> None:
    """The picture is wider than the screen; what each step speaks of stands in its window."""
    ex = gv.load(EXAMPLES / "bce.grad").explain(seed=1)
    ex.save(tmp_path / "page.html")
    with browser_page(viewport={"width": 390, "height": 844}) as page:
        page.goto((tmp_path / "page.html").as_uri())
        assert page.evaluate("stage.scrollWidth > stage.clientWidth")
        for number in range(1, len(ex.steps) + 1):
            page.keyboard.press("ArrowRight")
            seen = page.evaluate(
                "() => { const box = document.querySelector('.filled > .body').getBoundingClientRect(),"
                " frame = document.getElementById('stage').getBoundingClientRect();"
                " return box.right > frame.left && box.left < frame.right; }"
            )
            assert seen, number


@pytest.mark.parametrize("example", ["bce", "product", "residual"])
def test_picture_and_step_fit_on_a_slide(example: str, tmp_path: Path) -> None:
    """Whatever step is shown, neither it nor the picture leaves a screen of 1280×720."""
    gv.load(EXAMPLES / f"{example}.grad").explain(seed=1).save(tmp_path / "page.html")
    with browser_page(viewport={"width": 1280, "height": 720}) as page:
        page.goto((tmp_path / "page.html").as_uri())
        low, high = page.evaluate(
            "() => [document.getElementById('steps').getBoundingClientRect().bottom,"
            " document.querySelector('svg.graph').getBoundingClientRect().height]"
        )
        assert low <= 720 or high <= 0.43 * 720
        assert high >= 150
