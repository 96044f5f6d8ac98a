"""What is written is read back."""

import pytest
from hypothesis import given, settings

from gradviz.notation import read_expression, write
from tests.notation.language import WORDS
from tests.notation.strategies import BOUND, KNOWN, plain, trees


@pytest.mark.parametrize("style", ["unicode", "latex", "ascii"])
@given(tree=trees)
@settings(max_examples=400, deadline=None)
def test_what_is_written_is_read_back(style, tree):
    text = write(tree, style, WORDS, bound=BOUND)
    assert plain(read_expression(text, WORDS, KNOWN, bound=BOUND)) == plain(tree), text
    if style == "ascii":
        assert text.isascii()
