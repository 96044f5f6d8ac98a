"""The programs of the documentation are read as it says, and those meant to be refused are refused."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

import gradviz as gv
from gradviz.calculus import document
from gradviz.ops import OPERATIONS, WORDS

DOCS = Path(__file__).parents[1] / "docs"
NOTATION = (DOCS / "notation.md").read_text(encoding="utf-8")
#: A program, whether it is to be refused, and what it is said to print.
EXAMPLES = [
    pytest.param(program, mark, shown, id=f"{mark or 'program'} {n}")
    for n, (mark, program, shown) in enumerate(
        re.findall(r"^```grad(|-error)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", NOTATION, re.MULTILINE | re.DOTALL), 1
    )
]


def test_every_example_is_found():
    assert len(EXAMPLES) == len(re.findall(r"^```grad", NOTATION, re.MULTILINE))
    assert sum(bool(p.values[1]) for p in EXAMPLES) > 15
    marks = set(re.findall(r"^```(\S+)", NOTATION, re.MULTILINE))
    assert marks == {"grad", "grad-error", "text"}


@pytest.mark.parametrize(("program", "mark", "shown"), EXAMPLES)
def test_examples(program: str, mark: str, shown: str):
    if mark:
        with pytest.raises(gv.GradvizError) as caught:
            gv.parse(program)
        assert caught.value.place is not None
        assert not shown or str(caught.value) == shown.rstrip("\n")
        return
    graph = gv.parse(program)
    ex = graph.explain(seed=1)
    printed = ex.text().splitlines()
    for line in shown.splitlines():
        assert line in printed
    assert ex.values or not re.search(r"^at ", program, re.MULTILINE)


def test_results_are_read_back():
    """What is written is of the language: each gradient is a definition where its names are known."""
    for case in EXAMPLES:
        program, mark, _ = case.values
        graph = None if mark else gv.parse(program)
        for name in graph.inputs if graph else ():
            gradient = graph.gradient(name)
            later = any(sign in str(gradient) for sign in ("∂", "δ"))
            if later or gradient.letters:
                continue
            for text in (str(gradient), gradient.ascii(), gradient.latex()):
                stated = f"\nresult ∈ ℝ^{{{'×'.join(map(str, gradient.shape))}}}" if "𝟏" in str(gradient) else ""
                again = gv.parse(f"{program}\nresult = {text}{stated}")
                assert again.shape("result") in {gradient.shape, ()}, (program, text)


def _table_words() -> set[str]:
    section = re.search(r"^## Functions\n(.*?)^## ", NOTATION, re.MULTILINE | re.DOTALL)
    assert section
    rows = re.findall(r"^\| (`[^|]*`) \|", section[1], re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def test_the_tables_hold_every_function():
    refused = {"argmax", "argmin"}
    assert _table_words() == WORDS.keys() - refused
    for word in refused:
        assert f"`{word}`" in NOTATION


def test_the_page_of_operations_is_what_the_declarations_say():
    assert document.PAGE.read_text(encoding="utf-8") == document.page()
    page = document.page()
    for word in {w.function for w in WORDS.values()} & OPERATIONS.keys() - {"ones"}:
        assert f"`{word}`" in page, word


def test_links_lead_somewhere():
    headings = {
        re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-")
        for h in re.findall(r"^#+ (.+)$", NOTATION, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([^)]+)\)", NOTATION):
        assert target in headings


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_files_that_are_named_are_there(path: Path):
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", ["checking.md", "derivations.md", "jacobians.md"])
def test_sessions_of_pages(page: str):
    text = re.sub(r"^```.*$", "", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    session = doctest.DocTestParser().get_doctest(text, {}, page, None, 0)
    found = doctest.DocTestRunner().run(session)
    assert found.attempted > 8
    assert not found.failed
