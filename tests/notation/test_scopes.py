"""One scope for many answers, and the characters that derivatives are written with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.messages import GradvizError
from gradviz.notation import answers, read_expression, read_within, scope_of
from gradviz.notation.partials import DIFFERENTIATING
from gradviz.notation.tree import Partial
from gradviz.notation.walk import within
from tests.notation.language import WORDS

KNOWN = frozenset({"L", "W", "W1", "x", "z", "d1", "d1.h", "ŷ", "𝐰", "w"})
BLOCKS = {"d1": {"h", "z"}}
ANSWERS = [
    "W x",
    "𝐰 x",
    "w x",
    "d1.h x",
    "d1.z x",
    "d1.z",
    "dL/dW1 x",
    "σ(z) ŷ",
    r"\hat{y} \mathbf{w}",
    "unknown x",
    "W x)",
    "2 x.",
    "∂L/∂x",
]


def told(read, text):
    try:
        return read(text)
    except GradvizError as problem:
        return str(problem)


@given(st.lists(st.sampled_from(ANSWERS), max_size=12))
def test_an_answer_leaves_no_trace_in_the_scope(texts):
    scope = scope_of(WORDS, KNOWN, answer=True, stages=BLOCKS)
    for text in texts:
        alone = told(lambda t: read_expression(t, WORDS, KNOWN, answer=True, stages=BLOCKS), text)
        assert told(lambda t: read_within(scope, t), text) == alone


def test_spellings_are_not_kept_without_end(monkeypatch):
    monkeypatch.setattr(answers, "MOST_SPELLINGS", 20)
    scope = scope_of(WORDS, {f"w{n}" for n in range(200)}, answer=True)
    for n in range(200):
        assert read_within(scope, f"w{n}").name == f"w{n}"
        assert len(scope.canon) <= 21


@pytest.mark.parametrize(
    "text",
    [
        "dL/dx",
        "∂L/∂x",
        "∇_x L",
        "grad_x L",
        r"\nabla_x L",
        r"\frac{\partial L}{\partial x}",
        "d L/d x",
        "𝑑L/𝑑x",
        "𝑑 L/𝑑 x",
        "𝐝 L/𝐝 x",
    ],
)
def test_a_derivative_is_written_with_such_a_character(text):
    e = read_expression(text, WORDS, {"L", "x"})
    if any(isinstance(part, Partial) for part in within(e)):
        assert not DIFFERENTIATING.isdisjoint(text)
    else:
        assert text[0] in "𝑑𝐝"


PIECES = [
    "d",
    "∂",
    "∇",
    "_",
    "x",
    "L",
    "/",
    "(",
    ")",
    " ",
    "grad",
    "𝑑",
    "𝐝",
    "𝚍",
    "ⅆ",
    "𝕕",
    "ḋ",
    "ð",
    "δ",
    "D",
    "\\nabla",
    "\\partial",
    "\\frac",
    "{",
    "}",
    "'",
]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_no_text_without_such_a_character_has_a_derivative(text):
    try:
        e = read_expression(text, WORDS, {"L", "x"})
    except GradvizError:
        return
    if DIFFERENTIATING.isdisjoint(text):
        assert not any(isinstance(part, Partial) for part in within(e))
