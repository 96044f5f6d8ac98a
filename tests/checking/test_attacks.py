"""Answers from strangers: whatever they send, there is a verdict, soon, and no exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz as gv
from gradviz.checking import STATUSES
from tests.checking.problems import BCE

GRAPH = gv.parse(BCE)
MATRIX = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²")

ATTACKS = [
    # code in every disguise
    "__import__('os').system('ls')",
    "exec('1')",
    "().__class__.__bases__[0]",
    "lambda: 0",
    "h1.__class__",
    'open("/etc/passwd")',
    "`id`",
    "$(reboot)",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\\input{/etc/passwd}",
    "\\write18{id}",
    "\\def\\x{\\x\\x}\\x",
    "'; DROP TABLE students; --",
    "\x00h1",
    "h1\u202eŷ",
    "h1\u200b",
    "\ufeff(ŷ - y) h1",
    "ｈ1 (ŷ - y)",
    "(уhat - y) h1",
    # too large, too deep
    "(" * 10_000,
    "(" * 70 + "ŷ" + ")" * 70,
    "9^9^9^9",
    "10^(10^10) h1",
    "h1^(10^29)",
    "(ŷ - y)^999999999999 h1",
    "1" * 40,
    "x+" * 2000 + "x",
    "-" * 3000 + "h1",
    "e^" * 50 + "ŷ h1",
    "exp(" * 50 + "ŷ" + ")" * 50,
    "e^(e^(e^(e^(e^(1000 z2))))) h1",
    "ones(999999999) h1",
    "ones(99999, 99999)",
    "repeat(h1, 999999999)",
    "pad(h1, 999999999, 0)",
    "h1 ⊗ h1 ⊗ h1",
    "repeat(repeat(repeat(h1, 999), 999), 999)",
    "∑_{i=1}^{1000} ∑_{j=1}^{1000} ∑_{k=1}^{1000} ∑_{l=1}^{1000} h1[1]",
    "∑_{i=1}^{999999999} h1[1]",
    "∏_{i=1}^{1000} ŷ h1",
    "matpow(h1 h1ᵀ, 64)",
    "h1^h1^h1^h1",
    "((((ŷ^99)^99)^99)^99)^99 h1",
    "|ŷ|y|z2|",
    "h1[999999999]",
    "h1[0]",
    "h1[-1]",
    "W1[1:999999999, :]",
    "[[1, 2], [3]]",
    "[[[[[[1]]]]]]",
    "[" + ",".join("1" for _ in range(1500)) + "]",
    "1/0",
    "0/0 h1",
    "ln(0) h1",
    "ln(-1) h1",
    "sqrt(-1) h1",
    "(ŷ - y) h1 / (1 - 1)",
    "inv(h1 h1ᵀ) h1",
    "det(W1)",
    "tr(h1 h1ᵀ) h1",
    "softmax(h1)",
    "max(h1) h1",
    "dL/dW2",
    "∂L/∂nothing",
    "∂ŷ/∂L h1",
    "∂W2/∂z2",
    "dL/dW2 = dL/dW2 = h1",
    "=",
    "==",
    "= = h1",
    ".",
    "$$",
    "$\\left($",
    "\\frac{}{}",
    "\\frac{1}{",
    "^",
    "_",
    "ᵀ",
    "\\begin{cases} h1 & z2 > 0 \\end{cases}",
    "\\begin{cases} \\end{cases}",
    "\\begin{bmatrix} 1 \\\\ 2 & 3 \\end{bmatrix}",
    "∞ h1",
    "NaN",
    "inf",
    "1e999 h1",
    "0x10",
    "ŷ\u0302",
    "y" + "\u0302" * 100,
    "🙂",
    "\ud800",
    "σ",
    "σ'",
    "σ''(z2) h1",
    "σ'''''''''''''''(z2) h1",
    "δ",
    "δ99",
    "I",
    "𝟏",
    "Iᵀ I",
    "𝟏ᵀ 𝟏",
    "L",
    "e",
    "π",
]


@pytest.mark.parametrize("answer", ATTACKS)
def test_attacks(answer):
    for graph, target in ((GRAPH, "W2"), (MATRIX, "w")):
        start = time.process_time()
        verdict = graph.check(target, answer)
        assert verdict.status in STATUSES
        assert not verdict.ok or answer.startswith("\ufeff")  # a mark at the start of a file
        assert "problem" not in verdict.evidence, verdict.evidence
        assert isinstance(verdict.json()["message"], str)
        assert time.process_time() - start < 5


@pytest.mark.parametrize("answer", [None, 3, b"h1", ["h1"], object()])
def test_what_is_no_text(answer):
    assert GRAPH.check("W2", answer).status == "invalid"


PIECES = st.sampled_from(
    [
        "ŷ",
        "y",
        "h1",
        "z1",
        "z2",
        "W1",
        "W2",
        "x",
        "δ2",
        "∂L/∂z2",
        "∂ŷ/∂z2",
        "e",
        "1",
        "2",
        "0",
        "0.5",
        "n",
        "I",
        "𝟏",
        "+",
        "-",
        "·",
        "*",
        "/",
        "^",
        "⊙",
        "⊘",
        "⊗",
        "@",
        "ᵀ",
        "²",
        "'",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "_i",
        "|",
        "‖",
        "ln",
        "exp",
        "σ",
        "tanh",
        "sqrt",
        "relu",
        "max",
        "sum",
        "mean",
        "diag",
        "softmax",
        "inv",
        "∑_i",
        "∑_{i=1}^{4}",
        "\\frac",
        "{",
        "}",
        "\\hat{y}",
        "$",
        " ",
        "𝟙[z2 > 0]",
        "𝟙[",
        ">",
        "<",
        "≥",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_any_pieces(pieces):
    for sep in ("", " "):
        verdict = GRAPH.check("W2", sep.join(pieces))
        assert verdict.status in STATUSES
        assert "problem" not in verdict.evidence, verdict.evidence


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text(text):
    verdict = GRAPH.check("W2", text)
    assert verdict.status in STATUSES
    assert "problem" not in verdict.evidence, verdict.evidence
