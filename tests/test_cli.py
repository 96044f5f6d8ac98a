"""The command: every option, every refusal, and what it prints for programs."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import pytest
from click.testing import CliRunner

import gradviz as gv
from gradviz.cli import main

PRODUCT = "f = (x + y) z"
POINT = "x=-2, y=5, z=-4"
NETWORK = """
x ∈ ℝ^3
W1 ∈ ℝ^{4×3}
W2 ∈ ℝ^4
y ∈ {0, 1}
data x, y
h = tanh(W1 x)
z2 = W2ᵀ h
ŷ = σ(z2)
L = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""
RANDOM = NETWORK + "at x = [1, 2, -1], y = 1\nat W1 ~ normal(0, 1), W2 ~ uniform(-1, 1)\n"
UNUSED = "a = x²; b = a + y; f = a b; u = sin(2y)"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def explain(*args: str, given: str | bytes | None = None) -> str:
    """What the command prints where all is well."""
    result = CliRunner().invoke(main, ["explain", *args], input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*args: str, given: str | bytes | None = None) -> str:
    """What the command says where it refuses."""
    result = CliRunner().invoke(main, ["explain", *args], input=given)
    assert result.exit_code == 2, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result.output


def as_json(*args: str, given: str | bytes | None = None) -> dict:
    def strict(name: str) -> float:
        raise AssertionError(name)

    return json.loads(explain(*args, "--format", "json", given=given), parse_constant=strict)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


# Where the program comes from ----------------------------------------------------------------


def test_the_program_as_text():
    assert lines(explain(PRODUCT))[:2] == ["f = (x + y) z", "(inputs that nothing declares: x, y, z)"]


@pytest.mark.parametrize("name", ["p.grad", "program.txt", "no ending", "x"])
def test_the_program_in_a_file(here: Path, name: str):
    (here / name).write_text(PRODUCT + "\n", encoding="utf-8")
    assert explain(name) == explain(PRODUCT)
    assert explain(str(here / name)) == explain(PRODUCT)


def test_the_program_on_standard_input():
    assert explain("-", given=PRODUCT) == explain(PRODUCT)
    assert explain("-", given=NETWORK) == explain(NETWORK)


def test_a_file_with_a_byte_order_mark_or_other_line_ends(here: Path):
    (here / "p.grad").write_bytes(b"q = x + y\r\nf = q z\r\n")
    assert explain("p.grad") == explain("q = x + y\nf = q z")


# Options -------------------------------------------------------------------------------------


VALUES = ["  x = −2", "  y = 5", "  z = −4", "  x + y = 3", "  f = −12"]


def test_values():
    shown = explain(PRODUCT, "--at", POINT).splitlines()
    start = shown.index("Values:")
    assert shown[start + 1 : start + 6] == VALUES
    assert "  ∂f/∂x = z = −4" in shown


@pytest.mark.parametrize(
    "text",
    [
        POINT,
        "x = -2\ny = 5\nz = -4\n",
        "at x = -2, y = 5, z = -4",
        "at x = -2, y = 5   # a point\nat z = -4\n",
        "x = -4/2; y = 5.0; z = -4e0",
    ],
)
def test_values_from_a_file(here: Path, text: str):
    (here / "values.txt").write_text(text, encoding="utf-8")
    assert explain(PRODUCT, "--at", "values.txt") == explain(PRODUCT, "--at", POINT)
    assert explain(PRODUCT, "--at", text) == explain(PRODUCT, "--at", POINT)


def test_values_go_before_those_of_the_program():
    program = f"{PRODUCT}\nat {POINT}"
    assert explain(program) == explain(PRODUCT, "--at", POINT)
    assert as_json(program, "--at", "x=1")["values"] == {"x": 1, "y": 5, "z": -4, "f": -24}


def test_arrays_as_values():
    found = as_json("W ∈ ℝ^{2×3}; x ∈ ℝ^3; f = sum(W x)", "--at", "W = [[1, 2, 3], [4, 5, 6]], x = [1, 0, -1]")
    assert found["values"] == {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 0, -1], "f": -4}
    assert found["gradients"]["W"] == [[1, 0, -1], [1, 0, -1]]


def test_another_output():
    found = as_json(UNUSED, "--of", "b", "--at", "x=3, y=1")
    assert found["output"] == "b"
    assert found["values"] == {"x": 3, "a": 9, "y": 1, "b": 10, "f": 90, "u": math.sin(2)}
    assert found["gradients"] == {"x": 6, "a": 1, "y": 1, "b": 1, "f": 0, "u": 0}
    assert found["symbolic"]["f"]["unicode"] == "0"
    roles = {n["id"]: n["role"] for n in found["nodes"]}
    assert roles["b"] == "output"
    assert roles["f"] == roles["u"] == "intermediate"
    assert "(b does not depend on f)" in explain(UNUSED, "--of", "b")


def test_whose_derivations():
    assert list(as_json(NETWORK)["derivations"]) == ["x", "W1", "W2", "y"]
    assert list(as_json(NETWORK, "--wrt", "W1, W2")["derivations"]) == ["W1", "W2"]
    assert list(as_json(NETWORK, "--wrt", "W_2")["derivations"]) == ["W2"]
    assert list(as_json(NETWORK, "--wrt", "yhat,h")["derivations"]) == ["ŷ", "h"]
    text = explain(NETWORK, "--wrt", "W2")
    assert "∂L/∂W₂ = ∂L/∂ŷ · ∂ŷ/∂z₂ · ∂z₂/∂W₂" in text
    assert re.search(r"^ +∂L/∂W₂ = \(ŷ − y\) h$", text, re.MULTILINE)
    assert "∂z₂/∂x" not in text


BLOCK = "block twice(x):\n  a = x^2\n  b = a + x\nf = twice(x)^2"


@pytest.mark.parametrize("view", ["stages", "ops", "blocks"])
@pytest.mark.parametrize("suffix", ["svg", "html", "tex", "dot"])
def test_each_view_needs_no_other_option(here: Path, view: str, suffix: str):
    explain(BLOCK, "--at", "x=2", "--view", view, "-o", f"f.{suffix}")
    assert (here / f"f.{suffix}").read_text("utf-8")


def test_views_draw_different_pictures(here: Path):
    explain(NETWORK, "-o", "stages.svg")
    explain(NETWORK, "-o", "same.svg", "--view", "stages")
    explain(NETWORK, "-o", "ops.svg", "--view", "ops")
    stages, same, ops = ((here / f"{n}.svg").read_text() for n in ("stages", "same", "ops"))
    assert stages == same
    assert stages != ops
    assert "σ(z₂)" in stages


def test_themes_colour_pictures(here: Path):
    pictures = {}
    for theme in ("default", "dark", "cs231n"):
        explain(PRODUCT, "--at", POINT, "--theme", theme, "-o", f"{theme}.svg")
        pictures[theme] = (here / f"{theme}.svg").read_text().lower()
    assert "#005a8d" in pictures["default"]
    assert "#b34700" in pictures["default"]
    assert "#15171c" in pictures["dark"]
    assert len(set(pictures.values())) == 3


def test_a_seed_makes_random_values_the_same():
    first, again, other = (as_json(RANDOM, "--seed", s)["values"] for s in ("1", "1", "2"))
    assert first == again
    assert first["W1"] != other["W1"]
    assert first["x"] == other["x"] == [1, 2, -1]
    assert all(-1 <= w <= 1 for w in first["W2"])


def test_several_files(here: Path):
    names = ["a.svg", "b.SVG", "c.png", "d.dot", "e.txt", "f.tex", "g.md", "h.json"]
    printed = explain(PRODUCT, "--at", POINT, *(x for n in names for x in ("-o", n)))
    assert sorted(p.name for p in here.iterdir()) == names
    content = {n: (here / n).read_bytes() for n in names}
    assert content["a.svg"] == content["b.SVG"]
    assert content["a.svg"].startswith(b"<svg")
    assert content["c.png"].startswith(b"\x89PNG\r\n\x1a\n")
    assert content["d.dot"].lstrip().startswith(b"digraph")
    assert content["e.txt"].decode() == printed
    assert r"\documentclass[aspectratio=169]{beamer}" in content["f.tex"].decode()
    assert content["g.md"].decode() == explain(PRODUCT, "--at", POINT, "--format", "markdown")
    assert json.loads(content["h.json"]) == as_json(PRODUCT, "--at", POINT)


@pytest.mark.parametrize("name", ["new/../a.svg", "ŷ.svg", "with space.svg", "-.svg"])
def test_files_of_any_name(here: Path, name: str):
    (here / "new").mkdir()
    explain(PRODUCT, "-o", name)
    assert (here / name).read_text().startswith("<svg")


def test_help_and_version():
    for args in (["--help"], ["-h"], ["explain", "--help"], ["explain", "-h"]):
        result = CliRunner().invoke(main, args)
        assert result.exit_code == 0
        assert result.output.startswith("Usage:")
    options = CliRunner().invoke(main, ["explain", "--help"]).output
    for option in ("--at", "--of", "--wrt", "--view", "--theme", "--format", "--seed", "-o"):
        assert option in options
    assert CliRunner().invoke(main, ["--version"]).output.strip().endswith(gv.__version__)


# What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([""], "there is nothing to read"),
        (["  \n "], "there is nothing to read"),
        (["# only a comment"], "there is nothing to read"),
        (["x ∈ ℝ^3"], "the program defines nothing"),
        (["missing.grad"], "there is no file missing.grad"),
        (["."], ". is a folder"),
        (["/"], "/ is a folder"),
        ([PRODUCT, "--at", "."], ". is a folder"),
        ([PRODUCT, "--at", ""], "there is nothing to read"),
        ([PRODUCT, "--at", "missing.txt"], "a value is given as name = value"),
        ([PRODUCT, "--at", "x=1"], "without a value: y, z"),
        ([PRODUCT, "--at", "x=1, y=2, z=3, u=4"], "there is no input u; the inputs are x, y, z"),
        ([PRODUCT, "--at", "x=1, y=2, z=3, f=4"], "f is computed: only inputs take values"),
        ([PRODUCT, "--at", "x=1, y=2, z=3, x=1"], "'x' has two values"),
        ([PRODUCT, "--at", "x=1, y=2, z=foo"], "a value is a number"),
        (["x ∈ ℝ^3; f = sum(x)", "--at", "x=[1, 2]"], "x has shape 3, and the value has shape 2"),
        (["x ∈ ℝ^3; f = sum(x)", "--at", "x=1"], "x has shape 3, and the value has shape scalar"),
        (["x ∈ ℝ^3; f = sum(x)", "--at", "x=[[1, 2], [3]]"], "the value of x is no array of numbers"),
        (["x, y ∈ ℝ^n; f = x · y", "--at", "x=[1, 2], y=[1]"], "the size n is 2 elsewhere, and 1 in the value of y"),
        (["y ∈ {0, 1}; f = y²", "--at", "y=0.5"], "y = 0.5 is outside its domain {0, 1}"),
        (["λ > 0; f = λ²", "--at", "λ=0"], "λ = 0 is outside its domain"),
        (["W ∈ ℝ^{n×3}; f = sum(W); at W ~ normal(0, 1)"], "the size n has no number"),
        ([PRODUCT, "--of", "g"], "there is no stage g; the program defines f"),
        ([PRODUCT, "--of", "x"], "there is no stage x; the program defines f"),
        ([PRODUCT, "--wrt", "x,g"], "there is no name g in this program; it has x, y, z, f"),
        (["x ∈ ℝ^3; f = tanh(x)", "--wrt", "x"], "gradients are those of a scalar, and f has shape 3"),
        (["x ∈ ℝ^3; y ∈ ℝ^4; f = sum(x + y)"], "the shapes 3 and 4 differ"),
        (["W ∈ ℝ^{3×4}; x ∈ ℝ^3; f = sum(W x)"], "with a transpose it would fit: write Wᵀ x"),
        (["f = 1/2x"], "write (1/2) x, or 1/(2x)"),
        (["f = a/b c"], "write (a/b) c, or a/(b c)"),
        ([PRODUCT, "-o", "f.xyz"], "there is no writer for .xyz; there are .svg, .png"),
        ([PRODUCT, "-o", "f"], "there is no writer for f; there are .svg, .png"),
        ([PRODUCT, "-o", "."], "there is no writer for .; there are .svg, .png"),
        ([PRODUCT, "-o", "missing/f.svg"], "missing/f.svg cannot be written"),
        ([PRODUCT, "--view", "blobs"], "'blobs' is not one of 'stages', 'ops'"),
        ([PRODUCT, "--theme", "pink"], "'pink' is not one of 'default', 'dark', 'cs231n'"),
        ([PRODUCT, "--format", "html"], "'html' is not one of 'text', 'latex', 'markdown', 'json'"),
        ([PRODUCT, "--seed", "one"], "'one' is not a valid integer"),
        ([PRODUCT, "--sise", "3"], "No such option"),
        ([PRODUCT, "extra"], "unexpected extra argument"),
        ([], "Missing argument 'SOURCE'"),
    ],
)
def test_refusals(args: list[str], said: str):
    assert said in refused(*args)


def test_a_place_is_shown():
    assert refused("f = x + (y").splitlines() == [
        "gradviz: line 1, column 9: '(' is never closed",
        "    f = x + (y",
        "            ^",
    ]


def test_a_place_in_a_file(here: Path):
    (here / "p.grad").write_text("q = x\nf = q +\n", encoding="utf-8")
    assert refused("p.grad").startswith("gradviz: p.grad, line 2, column 8: something is missing at the end")


def test_files_that_are_no_text(here: Path):
    (here / "p.grad").write_bytes(b"f = \xff x")
    assert refused("p.grad") == "gradviz: p.grad is no text in UTF-8\n"
    assert refused("-", given=b"f = \xff x") == "gradviz: - is no text in UTF-8\n"
    (here / "values").write_bytes(b"x = \xff")
    assert refused("f = x", "--at", "values") == "gradviz: values is no text in UTF-8\n"
    (here / "folder.grad").mkdir()
    assert "folder.grad cannot be read" in refused("folder.grad")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_file_that_may_not_be_read(here: Path):
    (here / "p.grad").write_text(PRODUCT)
    (here / "p.grad").chmod(0)
    assert "p.grad cannot be read" in refused("p.grad")


def test_reading_fails(here: Path, monkeypatch: pytest.MonkeyPatch):
    (here / "p.grad").write_text(PRODUCT)

    def fail(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", fail)
    assert refused("p.grad") == "gradviz: p.grad cannot be read: Permission denied\n"
    assert refused(PRODUCT, "--at", "p.grad") == "gradviz: p.grad cannot be read: Permission denied\n"


@pytest.mark.parametrize("name", ["f.svg", "f.json"])
def test_a_failed_write_leaves_what_was_there(here: Path, monkeypatch: pytest.MonkeyPatch, name: str):
    (here / name).write_text("as it was")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert refused(PRODUCT, "-o", name) == f"gradviz: {name} cannot be written: No space left on device\n"
    assert [p.name for p in here.iterdir()] == [name]
    assert (here / name).read_text() == "as it was"


def test_a_folder_where_a_file_is_wanted(here: Path):
    (here / "f.svg").mkdir()
    assert "f.svg cannot be written" in refused(PRODUCT, "-o", "f.svg")
    assert [p.name for p in here.iterdir()] == ["f.svg"]


def test_a_refusal_writes_nothing(here: Path):
    refused("x ∈ ℝ^3; f = tanh(x)", "--wrt", "x", "-o", "f.svg", "-o", "f.json")
    refused(PRODUCT, "--at", "x=1", "-o", "f.svg")
    assert not list(here.iterdir())


def test_an_existing_file_is_replaced_and_public(here: Path):
    (here / "f.json").write_text("old")
    explain(PRODUCT, "-o", "f.json")
    assert json.loads((here / "f.json").read_text())["output"] == "f"
    umask = os.umask(0)
    os.umask(umask)
    assert (here / "f.json").stat().st_mode & 0o777 == 0o666 & ~umask


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u200b", "\u202e", "\ufeff", "\ud7ff"])
def test_control_characters_are_refused_and_not_passed_on(here: Path, char: str):
    program = f"f = x + y{char}[2J"
    (here / "p.grad").write_text(program, encoding="utf-8")
    for said in (refused("p.grad"), refused("-", given=program.encode())):
        assert char not in said
        assert f"U+{ord(char):04X}" in said
    if char != "\x00":
        assert char not in refused(program)
        assert char not in refused(PRODUCT, "--of", f"f{char}")


def test_very_long_sources():
    assert "nested deeper than" in refused("f = " + "(" * 5000 + "x" + ")" * 5000)
    assert "names have at most" in refused("f = " + "x" * 100_000)
    assert "numbers have at most" in refused("f = " + "1" * 100_000)
    found = as_json("f = " + " + ".join(f"x{i}" for i in range(30)), "--wrt", "x7")
    assert len(found["symbolic"]) == 31


# What is printed -----------------------------------------------------------------------------


PROGRAMS = {
    "product": f"{PRODUCT}\nat {POINT}",
    "symbolic": PRODUCT,
    "network": RANDOM,
    "unused": UNUSED + "\nat x = 1, y = 2",
    "middle": UNUSED,
    "entries": "z ∈ ℝ^3; y ∈ onehot(3); p_i = e^{z_i} / ∑_j e^{z_j}; L = -∑_j y_j ln p_j; at z=[1, 2, 0], y=[0, 1, 0]",
    "sizes": "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = 1/n ‖X w - y‖² + λ ‖w‖²",
    "block": "x ∈ ℝ^3; W ∈ ℝ^{4×3}\nblock dense(x, W):\n    z = W x\n    h = tanh(z)\nd1 = dense(x, W)\nL = ‖d1‖²",
    "rows": "r ∈ ℝ^{1×3}; c ∈ ℝ^{3×1}; f = r c; at r = [[1, 2, 3]], c = [[1], [2], [3]]",
    "names": "W^{(t)} ∈ ℝ^{2×3}; x ∈ ℝ^3; loss_total = sum(σ(W^{(t)} x)) + max(0, \\tilde{v}) + |x_max| + ‖x‖_∞",
    "constant": "f = 2 + 3",
    "undefined": "f = ln x; g = f + 1/x; at x = 0",
}
OF = {"middle": "a"}
ROLES = {"data", "parameter", "intermediate", "output"}
KINDS = {"name", "chain", "paths", "path", "local", "rule", "place", "sum", "simplify", "fold", "fact", "substitute"}


@pytest.fixture(params=PROGRAMS)
def case(request: pytest.FixtureRequest) -> list[str]:
    """A program with its options."""
    name = request.param
    return [PROGRAMS[name], "--seed", "1", *(["--of", OF[name]] if name in OF else [])]


def test_the_json_object_has_the_documented_keys_and_types(case: list[str]):
    found = as_json(*case)
    numbers = {"values", "gradients"} & set(found)
    assert set(found) - numbers == {"gradviz", "output", "convention", "nodes", "symbolic", "derivations"}
    assert numbers in (set(), {"values", "gradients"})
    assert found["gradviz"] == 1
    graph = gv.parse(case[0], of=case[4] if len(case) > 3 else None)
    names = {*graph.inputs, *graph.stages}
    assert found["output"] in graph.stages
    _check_nodes(found, names)
    assert set(found["symbolic"]) == names
    for gradient in found["symbolic"].values():
        assert set(gradient) == {"unicode", "latex", "ascii", "shape"}
        assert all(isinstance(gradient[k], str) and gradient[k] for k in ("unicode", "latex", "ascii"))
        assert gradient["ascii"].isascii()
        assert all(isinstance(d, int | str) for d in gradient["shape"])
    for key in numbers:
        assert set(found[key]) == names
        for n, value in found[key].items():
            assert _dims(value) == found["symbolic"][n]["shape"]
    assert list(found["derivations"]) == list(graph.inputs)
    for step in (s for steps in found["derivations"].values() for s in steps):
        assert set(step) == {"kind", "left", "unicode", "latex", "reason", "conditions"}
        assert step["kind"] in KINDS
        assert all(isinstance(step[k], str) and step[k] for k in ("left", "unicode", "latex", "reason"))
        assert all(isinstance(c, str) for c in step["conditions"])


def _check_nodes(found: dict, names: set[str]) -> None:
    seen: set[str] = set()
    for node in found["nodes"]:
        numbers = {"value", "gradient"} & set(node)
        assert set(node) - numbers == {"id", "stage", "role", "op", "inputs", "shape", "expression", "adjoint"}
        constant = not node["inputs"] and node["op"] != "input"
        assert numbers == ({"value"} if constant else {"value", "gradient"} if "values" in found else set()) or (
            constant and "values" not in found and not numbers
        )
        assert node["id"] not in seen
        assert set(node["inputs"]) <= seen
        seen.add(node["id"])
        assert node["role"] in ROLES
        assert (node["role"] == "output") == (node["id"] == found["output"])
        assert node["stage"] is None or node["stage"] in names
        assert (node["op"] == "input") == (node["stage"] is None)
        assert isinstance(node["expression"], str)
        assert (node["adjoint"] is None) == constant
        for key in numbers:
            assert _dims(node[key]) == node["shape"] or any(isinstance(d, str) for d in node["shape"])
        if node["id"] in names and numbers:
            assert node["value"] == found["values"][node["id"]]
            assert node["gradient"] == found["gradients"][node["id"]]
    assert names <= seen


def _dims(value: object) -> list[int]:
    if isinstance(value, list):
        return [len(value), *_dims(value[0])]
    assert isinstance(value, float | int) or value in {"NaN", "Infinity", "-Infinity"}
    return []


def test_what_is_no_number_is_a_string():
    found = as_json("f = ln x; g = f + 1/x; h = g - g", "--at", "x=0", "--of", "f")
    assert found["values"] == {"x": 0, "f": "-Infinity", "g": "NaN", "h": "NaN"}
    assert found["gradients"] == {"x": "Infinity", "f": 1, "g": 0, "h": 0}


def test_without_numbers_nothing_is_zero():
    found = as_json(NETWORK)
    assert "values" not in found
    assert "gradients" not in found
    assert not any("value" in n or "gradient" in n for n in found["nodes"])


def test_what_lacks_a_value_is_absent():
    found = as_json("f = x²; g = f + y", "--of", "f", "--at", "x=3")
    assert found["values"] == {"x": 3, "f": 9}
    assert found["gradients"] == {"x": 6, "f": 1}
    assert {n["id"] for n in found["nodes"] if "value" not in n} == {"y", "g"}


def test_text_has_its_headings(case: list[str]):
    text = explain(*case)
    headings = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    wanted = ["Values:", "Gradients:", "Derivations:"]
    assert headings == [h for h in wanted if h in headings]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_latex_is_balanced(case: list[str]):
    _check_latex(explain(*case, "--format", "latex"))


def test_markdown_is_balanced(case: list[str]):
    text = explain(*case, "--format", "markdown")
    assert text.count("$$") % 2 == 0
    for block in text.split("$$")[1::2]:
        _check_latex(block)
    for other in text.split("$$")[::2]:
        assert "\\" not in other


def _check_latex(text: str) -> None:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    bare = re.sub(r"\\[\\{}%&#$_]", "", plain)
    depth = 0
    for c in bare:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0
    opened: list[str] = []
    for word, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", plain):
        if word == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    assert plain.count(r"\left") - plain.count(r"\leftarrow") == plain.count(r"\right") - plain.count(r"\rightarrow")
    assert not re.search(r"[\^_]\s*[\^_]", bare)
    formulas, reasons = _apart(bare)
    assert "$" not in formulas
    for reason in reasons:
        assert reason.count("$") % 2 == 0
        formulas += "".join(reason.split("$")[1::2])
    assert formulas.isascii(), re.findall(r"[^\x00-\x7f]+", formulas)


def _apart(latex: str) -> tuple[str, list[str]]:
    r"""Formulas, and what stands in ``\text{…}``."""
    formulas, *rest = latex.split(r"\text{")
    reasons = []
    for part in rest:
        depths = accumulate(((c == "{") - (c == "}") for c in part), initial=1)
        end = next(n for n, depth in enumerate(depths) if not depth)
        reasons.append(part[: end - 1])
        formulas += part[end:]
    return formulas, reasons


# Same input, same bytes ----------------------------------------------------------------------


def test_two_processes_write_the_same(here: Path):
    written = []
    for seed in ("0", "4711"):
        folder = here / seed
        folder.mkdir()
        environment = os.environ | {"PYTHONHASHSEED": seed, "GRADVIZ_CACHE": str(folder / "cache"), "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "gradviz.cli", "explain", RANDOM, "--seed", "7", "--format", "json"]
        files = [f"a.{x}" for x in ("svg", "dot", "txt", "tex", "md", "json")]
        command += [x for f in files for x in ("-o", f)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)  # noqa: S603
        assert not done.stderr
        written.append([done.stdout, *((folder / f).read_bytes() for f in files)])
    assert written[0] == written[1]


def test_errors_go_to_standard_error():
    command = [sys.executable, "-m", "gradviz.cli", "explain"]
    bad = subprocess.run([*command, "f = 1/2x"], capture_output=True, check=False, env=os.environ | {"PYTHONUTF8": "1"})  # noqa: S603
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert bad.stderr.decode().startswith("gradviz: line 1, column 5: this has two readings")


C_LOCALE = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (C_LOCALE, "read as: 2(ŷ − y) ŷ(1 − ŷ)"),
        ({**os.environ, "PYTHONIOENCODING": "latin-1"}, r"read as: 2(\u0177 \u2212 y) \u0177(1 \u2212 \u0177)"),
    ],
)
def test_systems_with_another_encoding(environment: dict[str, str], said: str):
    words = ["check", "ŷ = σ(z); L = (ŷ - y)^2", "--wrt", "z", "2(ŷ - y) ŷ (1 - ŷ)"]
    command = [sys.executable, "-m", "gradviz.cli", *(w.encode() for w in words)]
    found = subprocess.run(command, check=False, capture_output=True, env=environment, timeout=60)  # noqa: S603
    assert (found.returncode, found.stderr.decode()) == (0, "")
    assert found.stdout.decode().splitlines()[1] == said


@pytest.mark.skipif(os.name != "posix", reason="names are bytes")
def test_a_name_that_the_system_cannot_write(here: Path):
    command = [sys.executable, "-m", "gradviz.cli", "explain", "f = x^2", "-o", "ŷ.md".encode()]
    found = subprocess.run(command, check=False, capture_output=True, env=C_LOCALE, cwd=here, timeout=60)  # noqa: S603
    assert found.returncode == 2
    assert b"cannot be written: the system has no way to write this name" in found.stderr


@pytest.mark.skipif(os.name != "posix", reason="a closed file is wanted")
@pytest.mark.parametrize("words", [["explain", "-"], ["check", "f = x^2", "--wrt", "x", "-"]])
def test_no_standard_input(words: list[str]):
    command = [sys.executable, "-m", "gradviz.cli", *words]
    found = subprocess.run(command, check=False, capture_output=True, preexec_fn=lambda: os.close(0), timeout=60)  # noqa: S603
    assert found.returncode == 2
    assert b"there is nothing to read" in found.stdout + found.stderr
