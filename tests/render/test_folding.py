"""Blocks that open and close on a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.writers.folding import folding
from gradviz.render import style

from .nets import DEEP
from .programs import browser_page
from .test_blocks import VALUED
from .test_page import watched, written

SHOWN = "svg.graph:visible"
MANY = "\n".join(
    [
        "block layer(x, w):\n  z = w x\n  h = tanh(z)",
        "x0 ∈ ℝ; data x0",
        *(f"x{i} = layer(x{i - 1}, w{i})" for i in range(1, 7)),
        "L = x6^2",
        "at x0 = 1, w1 = 1, w2 = 2, w3 = -1, w4 = 0.5, w5 = 1, w6 = 1",
    ]
)


@pytest.fixture
def page() -> Any:
    with browser_page(viewport={"width": 1280, "height": 720}, has_touch=True) as found:
        yield found


def seen(page: Any, part: str) -> bool:
    return bool(page.locator(f'{SHOWN} >> g[data-part="{part}"]').count())


def number(page: Any) -> int:
    return int(re.findall(r"\d+", page.locator("#place").inner_text())[0])


def test_a_click_opens_and_closes_each_block_by_itself(page: Any, tmp_path: Path) -> None:
    problems = watched(page)
    page.goto(written(gv.parse(VALUED).explain(), tmp_path, view="blocks"))
    assert page.locator("svg.graph").count() == 4
    assert page.locator(SHOWN).count() == 1
    for opened, part in (("p", "block p"), ("a", "block a")):
        block = page.locator(f'{SHOWN} >> g[data-box="{part}"]')
        assert block.get_attribute("aria-expanded") == "false"
        block.click()
        assert page.locator(SHOWN).count() == 1
        assert not seen(page, f"box-{part}")
        assert seen(page, f"box-{opened}.z")
        frame = page.locator(f'{SHOWN} >> g[data-part="group-{opened}"]')
        assert frame.get_attribute("aria-expanded") == "true"
    page.click(f'{SHOWN} >> g[data-part="group-p"]', position={"x": 8, "y": 8})
    assert seen(page, "box-block p")
    assert seen(page, "box-a.z")
    assert problems == []


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_opens_and_closes_and_stays_there(page: Any, key: str, tmp_path: Path) -> None:
    page.goto(written(gv.parse(VALUED).explain(), tmp_path, view="blocks"))
    page.focus(f'{SHOWN} >> g[data-box="block a"]')
    for expanded in ("true", "false", "true"):
        page.keyboard.press(key)
        focused = "document.activeElement"
        assert page.evaluate(f"{focused}.dataset.call") == "a"
        assert page.evaluate(f"{focused}.getAttribute('aria-expanded')") == expanded
        assert page.locator('#folding button[data-call="a"]').get_attribute("aria-expanded") == expanded


def test_a_touch_opens_a_block(page: Any, tmp_path: Path) -> None:
    page.goto(written(gv.parse(VALUED).explain(), tmp_path, view="blocks"))
    page.tap(f'{SHOWN} >> g[data-box="block a"]')
    assert seen(page, "box-a.z")


def test_steps_go_on_in_every_layout(page: Any, tmp_path: Path) -> None:
    ex = gv.parse(VALUED).explain()
    problems = watched(page)
    page.goto(written(ex, tmp_path, view="blocks"))
    last = len(ex.steps)
    walked: dict[str, list[int]] = {}
    for name, button in (("closed", "All closed"), ("open", "All open")):
        page.click(f"text={button}")
        page.keyboard.press("Home")
        walked[name] = []
        while not page.locator("#next").is_disabled():
            page.keyboard.press("ArrowRight")
            walked[name].append(number(page))
            assert page.locator(".step:visible").count() == 1
            assert page.locator(f"{SHOWN} >> .filled").count() == 1
    assert walked["open"] == list(range(1, last + 1))
    assert walked["closed"][0] == 2  # the first one is inside
    assert walked["closed"][-1] == last
    assert problems == []


def test_a_step_survives_opening_and_closing(page: Any, tmp_path: Path) -> None:
    ex = gv.parse(VALUED).explain()
    page.goto(written(ex, tmp_path, view="blocks", open="all"))
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert number(page) == 3
    assert page.locator(".step:visible p").inner_text() == str(ex.steps[2].reason)
    page.click("text=All closed")
    assert number(page) == 2  # the third one is inside
    assert "value-block p" not in visible(page)
    page.click("text=All open")
    assert number(page) == 3
    assert page.locator("#values input").count() == len(ex.graph.inputs)


def visible(page: Any) -> set[str]:
    found = page.locator(f"{SHOWN} >> g[data-part]:visible")
    return {found.nth(n).get_attribute("data-part") for n in range(found.count())}


def test_changed_values_are_seen_in_every_layout(page: Any, tmp_path: Path) -> None:
    graph = gv.parse(VALUED)
    page.goto(written(graph.explain(), tmp_path, view="blocks"))
    page.locator("#values label", has_text="w₂").locator("input").fill("3")
    page.click('#folding button[data-call="a"]')
    other = graph.explain(at={"w2": 3})
    assert "changed" in page.locator("html").get_attribute("class")
    shown = page.locator(f'{SHOWN} >> g[data-part="value-block p"] [data-number]').get_attribute("data-number")
    page.hover(f'{SHOWN} >> g[data-box="block p"]')
    about = page.locator(".about:visible").inner_text()
    assert f"{other.values['p']:.4g}" in about
    assert shown is not None


def test_the_default_page_offers_the_blocks(page: Any, tmp_path: Path) -> None:
    page.goto(written(gv.parse(VALUED).explain(), tmp_path))
    assert page.locator("svg.graph").count() == 5
    assert seen(page, "box-a.z")
    assert not page.locator(f'{SHOWN} >> g[data-part^="group-"]').count()
    page.click("text=All closed")
    assert seen(page, "box-block a")
    page.click("text=All stages")
    assert seen(page, "box-a.z")


def test_a_page_without_blocks_offers_none(tmp_path: Path) -> None:
    written(gv.parse("f = x^2").explain(at="x=2"), tmp_path)
    text = (tmp_path / "page.html").read_text("utf-8")
    assert text.count('class="graph"') == 1
    assert 'id="folding"' not in text


def test_many_blocks_open_alone_and_the_page_says_so(page: Any, tmp_path: Path) -> None:
    problems = watched(page)
    page.goto(written(gv.parse(MANY).explain(), tmp_path, view="blocks"))
    assert "each opened alone" in page.locator(".note.folding").inner_text()
    for call in ("x2", "x5"):
        page.click(f'#folding button[data-call="{call}"]')
        assert seen(page, f"box-{call}.z")
        assert page.locator(f'{SHOWN} >> g[data-part^="group-"][tabindex]').count() == 1
    page.click(f'{SHOWN} >> g[data-part="group-x5"]', position={"x": 8, "y": 8})
    assert seen(page, "box-block x1 … x6")
    page.click(f'{SHOWN} >> g[data-box="block x1 … x6"]')
    assert seen(page, "group-x1")
    assert problems == []


def test_layouts_of_a_deep_network_are_limited() -> None:
    found = folding(gv.parse(DEEP).explain(), style(view="blocks"))
    assert not found.every
    assert found.layouts[0] == frozenset()
    assert len(found.layouts) == 2 + len(found.calls) == 20
    inner = found.layouts[found.moves[0]["x3.v"]]
    assert inner == {"x3", "x3.v"}
    assert found.layouts[found.moves[found.place(inner) or 0]["x3.v"]] == {"x3"}
    assert found.layouts[found.moves[found.place(inner) or 0]["x3"]] == frozenset()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_who_cannot_see_or_point(page: Any, scheme: str, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page.emulate_media(color_scheme=scheme)
    page.goto(written(gv.parse(VALUED).explain(), tmp_path, view="blocks") + "#step-4")
    page.click(f'{SHOWN} >> g[data-box="block a"]')
    found = axe.Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in found] == []


def test_without_a_script_one_layout_is_seen(tmp_path: Path) -> None:
    ex = gv.parse(VALUED).explain()
    with browser_page(java_script_enabled=False) as page:
        page.goto(written(ex, tmp_path, view="blocks"))
        assert page.locator(SHOWN).count() == 1
        assert page.locator("#folding:visible").count() == 0
        assert page.locator(".step:visible").count() == len(depict(ex, view="blocks").all_steps)


def test_layouts_cost_little(tmp_path: Path) -> None:
    """Four layouts are less than the page around them, and a page stays small."""
    written(gv.parse(VALUED).explain(), tmp_path, view="blocks")
    text = (tmp_path / "page.html").read_text("utf-8")
    pictures = sum(len(picture) for picture in re.findall(r'<svg id="graph.*?</svg>', text, re.DOTALL))
    assert pictures < 100_000
    assert len(text) < 400_000
