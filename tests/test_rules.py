"""Rules of the house that no reader should have to check by eye."""

import ast
import string
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "gradviz"
ROOMS = [
    "messages", "terms", "notation", "ops", "graph", "calculus", "numeric", "equality", "derivation", "checking", "render", "api", "grading", "cli",
]  # fmt: skip
FORBIDDEN = {
    "eval",
    "exec",
    "sympify",
    "parse_expr",
    "S",
    "MatrixSymbol",
    "MatrixExpr",
    "Matrix",
    "ImmutableMatrix",
    "ArraySymbol",
}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found += [f"{node.module}.{a.name}" for a in node.names]
    return found


def for_types(tree: ast.AST) -> set[ast.AST]:
    """What stands under ``if TYPE_CHECKING``."""
    return {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_text_is_never_evaluated(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        called = node.func if isinstance(node, ast.Call) else None
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        assert name not in FORBIDDEN, f"{path.name}:{node.lineno} calls {name}"
        if isinstance(node, ast.ImportFrom | ast.Import):
            for module in imports(node):
                assert not module.startswith(("sympy.matrices", "sympy.tensor.array", "sympy.parsing")), module


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(path):
    parts = path.relative_to(PACKAGE).parts
    room = parts[0].removesuffix(".py")
    if room not in ROOMS:
        return
    for module in imports(ast.parse(path.read_text("utf-8"))):
        other = module.split(".")
        if other[0] == "gradviz" and len(other) > 1 and other[1] in ROOMS:
            assert ROOMS.index(other[1]) <= ROOMS.index(room), f"{room} imports {module}"


def test_the_rooms_are_those_of_the_document():
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8")
    listed = [line.split()[0].strip("/").removesuffix(".py") for line in text.split("\n\n")[2].splitlines()]
    assert listed == ROOMS


def test_import_loads_nothing_slow() -> None:
    code = "import sys, gradviz; print(*{m.partition('.')[0] for m in sys.modules})"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PACKAGE.parent)  # noqa: S603 - our own
    assert not {"numpy", "sympy", "networkx", "flint", "rich"}.intersection(run.stdout.split())


def test_a_graph_of_scalars_waits_for_nothing_slow() -> None:
    code = "import sys; from gradviz.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    command = [sys.executable, "-c", code, "explain", "f = (x + y) z", "--at", "x=-2, y=5, z=-4"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PACKAGE.parent)  # noqa: S603 - our own
    assert not {"numpy", "sympy", "networkx"}.intersection(run.stdout.split("\n")[-2].split())


def test_each_kind_of_message_has_one_sentence() -> None:
    from gradviz.messages import message

    kinds = Counter(kind for part in message._PARTS for kind in part.SENTENCES)
    assert [kind for kind, count in kinds.items() if count > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_messages_are_given_the_parts_of_their_sentences(path: Path) -> None:
    from gradviz.messages import message

    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"):
            continue
        if not isinstance(node.args[0], ast.Constant) or any(k.arg is None for k in node.keywords):
            continue
        sentence = message._ENGLISH[node.args[0].value]
        assert {k.arg for k in node.keywords} == {part for _, part, _, _ in string.Formatter().parse(sentence) if part}
