"""How operations are called in LaTeX: it compiles, and is read back."""

import re

import pytest

from gradviz.notation import read_expression, tree, write
from gradviz.ops import WORDS


@pytest.mark.parametrize("word", {w.function: w for w in WORDS.values()}.values(), ids=lambda w: w.function)
def test_a_word_is_written_in_latex_that_compiles_and_reads_back(word) -> None:
    assert not re.search(r"(?<!\\)_", re.sub(r"}_\{\\tanh\}$|_\{?\d+\}?$|_1|_\\infty", "", word.latex))
    call = tree.Call(word.function, tuple(tree.Name(n) for n in "abc"[: max(word.arity[0], 1)]))
    back = read_expression(write(call, "latex", WORDS), WORDS, ("a", "b", "c"))
    # A diagonal is read by the shape of what it is taken of.
    assert back == (tree.Call("diag", call.arguments) if word.function == "diagonal" else call)
