"""Tokens that are told by their first characters are those that the whole pattern tells."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradviz.messages import GradvizError
from gradviz.notation import lexer, read_expression, tree
from gradviz.notation.lexer import scan
from gradviz.notation.tree import Source

PIECES = [
    *"()[]{}+-*/^_'|,.;:=<>&!~@ \n019.eEdTxyzhWLnijΣσπŷᵀ²⁻ⁿ₁ᵢ·⊙×∂∇∑√‖𝟏",
    *("h1", "W2", "12", "1e5", "hat", "bar(", "dot", "sum", "sum_i", "prod_", "exp", "ln", "dL", "d1.z", ".T", "T"),
    *(
        "\\hat{y}",
        "\\frac",
        "{}",
        "^{(t)}",
        "⁽ᵗ⁾",
        "_{1}",
        "_1",
        "**",
        "./",
        "||",
        "⁻ᵀ",
        "\u0302",
        "а",
        "x" * 45,
        "1" * 10,
    ),
]


def told(text: str) -> object:
    try:
        tokens = scan(Source(text), limit=None, what="text")
    except GradvizError as problem:
        return str(problem), problem.place
    return [getattr(tokens, name) for name in tokens.__slots__ if name != "source"]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_first_characters_tell_what_the_pattern_tells(text: str) -> None:
    text = text.rstrip()
    quick = told(text)
    with patch.multiple(lexer, FIRST={}, LONGER={}, RAISED=frozenset()):
        assert told(text) == quick


@pytest.mark.parametrize("known", [("p", "i"), ("p", "i", "x")])
def test_names_side_by_side_win_over_a_constant_of_that_spelling(known: tuple[str, ...]) -> None:
    assert read_expression("pi", {}, known) == tree.Product((tree.Name("p"), tree.Name("i")), ("",))
    assert read_expression("pi", {}, known[:1]) == tree.Constant("π")
