"""No text, however strange, does more than raise an error of ours; and none takes long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.messages import GradvizError
from gradviz.notation import canonical, read_expression, read_program, read_values
from tests.notation.language import WORDS

PIECES = """
x y z W_1 ŷ \\hat{y} e T i 1 2.5 1e3 + - − * · / ⊙ ^ ^T ᵀ ² ⁻¹ ⁽ ( ) [ ] { } , = < ≥ | ‖ || '
_ ₁ ᵢ . : ; ∂ ∇ d x dx dL L ∑ ∑_i sum_i Σᵢ \\sum \\frac \\frac{ \\sqrt \\left( \\right) 𝟙[ 𝟏 1[
\\begin{bmatrix} \\end{bmatrix} \\begin{cases} \\end{cases} otherwise if & and \\\\ ∈ ℝ ^3 in at data block return f(x) ~ normal( σ ln tanh²
max( √ x[ 2: :, x[:] i-1 x_{i-1} A_{i,:} x_{1:t} x_{: )_i )_{ij} )ᵢ x_{i+ X_{2i,j+1} s( conv2d(x,y, stride= # $ \\, \\( symmetric > 0 x_i W_{ij} \\partial \\mathbf{W} \\mathbb{1} W^{(t)} d1.z .T
""".split()  # noqa: SIM905
texts = st.one_of(
    st.lists(st.sampled_from([*PIECES, " ", "\n", "\n  "]), max_size=25).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join),
    st.text(max_size=30),
)


def error_of(call):
    """The error of ours that a call ends in, if it does; any other goes through."""
    try:
        call()
    except GradvizError as error:
        return error
    return None


@given(text=texts)
@settings(max_examples=1000, deadline=None)
def test_any_text_gives_a_tree_or_an_error_of_ours(text):
    for reader in (
        lambda: read_expression(text, WORDS, ["x", "y", "L", "d1"], answer=True, bound=("i",)),
        lambda: read_expression(text, WORDS, ["x", "T"]),
        lambda: read_program(text, WORDS),
        lambda: read_program(f"block f(x):\n  y = x\n{text}", WORDS),
        lambda: read_values(text),
        lambda: canonical(text),
    ):
        error = error_of(reader)
        if error is not None:
            assert str(error)
            assert error.place is not None
            assert error.place.column <= len(error.place.source) + 1
            assert error.place.line <= text.count("\n") + 3


LARGE = {
    "a sum": "f = " + "+".join(["x"] * 100_000),
    "a chain": "\n".join(f"s{i + 1} = σ(w{i + 1} s{i})" for i in range(5_000)),
    "parentheses": "f = " + "(" * 10_000 + "x" + ")" * 10_000,
    "signs": "f = " + "-" * 100_000 + "x",
    "powers": "f = " + "x^" * 100_000 + "x",
    "quotients": "f = " + "/2 ".join(["x"] * 100_000),
    "two readings": "f = " + "/a b".join(["x"] * 100_000),
    "one word": "f = " + "a" * 500_000,
    "bars": "f = " + "|" * 100_000,
    "sums": "f = " + "∑ x " * 100_000,
    "accents": "f = " + r"\hat{" * 100_000,
    "braces": "f = " + "x_{" * 100_000,
    "new words": "f = " + "+".join(f"abcdefgh{i}" for i in range(10_000)),
    "numbers": "at x = [" + ",".join(["0.25"] * 50_000) + "]",
    "functions": "\n".join(f"g{i}(v) = v σ(v)" for i in range(3_000)),
    "ranges": "f = " + "+".join(["x[1:2, :]"] * 20_000),
    "indices": "f = ∑_i (" + "+".join(["x_{2i-1} (W x)_{i+1}"] * 20_000) + ")",
    "open indices": "f = " + "x[" * 100_000,
    "open subscripts": "f = " + "(x)_{" * 100_000,
    "options": "f = conv2d(x, y" + ", stride=2" * 50_000 + ")",
    "arguments": "f = max(" + "x, " * 50_000 + "x)",
    "cases": r"f = \begin{cases} " + r" x & x > 0 \\" * 20_000 + r"0 & else \end{cases}",
    "open cases": "f = " + r"\begin{cases} x & x > " * 50_000,
    "conditions": r"f = \begin{cases} x & " + "x > 0 and " * 50_000 + r"x > 0 \end{cases}",
    "primes": "f = σ" + "'" * 100_000 + "(x)",
    "gradients": "f = " + "grad_x " * 50_000,
    "spaces": "f = x" + " " * 500_000 + "+ y",
    "lines": "\n" * 500_000 + "f = x",
}


@pytest.mark.parametrize("what", LARGE)
def test_large_texts_are_read_or_refused(what):
    # What took more than linear time would not end here; speeds are measured in benchmarks/.
    error_of(lambda: read_program(LARGE[what], WORDS))


def test_a_deep_caller_gets_an_error_of_ours():
    def call(depth):
        if depth:
            return call(depth - 1)
        return read_expression("e^(" * 60 + "x" + ")" * 60, WORDS, ["x"])

    with pytest.raises(GradvizError):
        call(600)
