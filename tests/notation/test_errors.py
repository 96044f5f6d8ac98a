"""Every refusal: its kind, its place, and what it says to write instead."""

import pytest

from gradviz.messages import (
    AmbiguousError,
    GradvizError,
    NamingError,
    ReadError,
    ResourceError,
)
from gradviz.messages.reading import SENTENCES
from gradviz.notation import read_expression, read_program, read_values
from tests.notation.language import WORDS

KNOWN = ["x", "y", "z", "q", "W", "W1", "h1", "ŷ", "L", "loss", "d1"]

# text, kind of error, kind of message, column, width of the caret, kind of hint
ANSWERS = [
    ("", ReadError, "empty", 1, 1, None),
    ("$ $", ReadError, "empty", 4, 1, None),
    ("x +", ReadError, "expected-operand-end", 4, 1, None),
    ("dL/dx =", ReadError, "expected-operand-end", 8, 1, None),
    ("x ⊙ * y", ReadError, "expected-operand", 5, 1, None),
    ("* x", ReadError, "expected-operand", 1, 1, None),
    ("()", ReadError, "empty-brackets", 1, 2, None),
    ("[]", ReadError, "empty-brackets", 1, 2, None),
    ("σ()", ReadError, "empty-brackets", 2, 2, None),
    ("(x + y", ReadError, "not-closed", 1, 1, None),
    (r"\left\{ x", ReadError, "not-closed", 6, 2, None),
    (r"\begin{bmatrix} x", ReadError, "not-closed", 1, 6, None),
    ("x + y)", ReadError, "not-opened", 6, 1, None),
    ("(x]", ReadError, "not-opened", 3, 1, None),
    ("(x, y)", ReadError, "expected", 3, 1, None),
    ("x, y", ReadError, "left-over", 2, 1, None),
    ("x; y", ReadError, "left-over", 4, 1, None),
    ("[x; y]", ReadError, "semicolon-inside", 3, 1, "hint-rows"),
    ("[1 2]", ReadError, "two-numbers", 4, 1, "hint-times"),
    ("2 3", ReadError, "two-numbers", 3, 1, "hint-times"),
    ("x > 0", ReadError, "comparison-outside", 3, 1, "hint-indicator"),
    ("σ(x > 0)", ReadError, "comparison-outside", 5, 1, "hint-indicator"),
    ("(x + y)_i", ReadError, "bad-subscript-index", 8, 2, "hint-subscript"),
    ("σ(x)_{i+1}", ReadError, "bad-subscript-index", 5, 6, "hint-subscript"),
    ("∑_i (x)_{i,k}", ReadError, "bad-subscript-index", 8, 6, "hint-subscript"),
    ("(x)_", ReadError, "bad-subscript-index", 4, 1, "hint-subscript"),
    ("(x)_(y)", ReadError, "bad-subscript-index", 4, 1, "hint-subscript"),
    ("(x)_{}", ReadError, "bad-subscript-index", 4, 3, "hint-subscript"),
    ("(x)ₐ", ReadError, "bad-subscript-index", 4, 1, "hint-subscript"),
    ("[1:2]", ReadError, "slice", 3, 1, "hint-slice"),
    ("(x:y)", ReadError, "slice", 3, 1, "hint-slice"),
    ("x_{1:2:3}", ReadError, "slice-subscript", 1, 9, "hint-slice"),
    ("x_{a(:}", ReadError, "slice-subscript", 1, 7, "hint-slice"),
    ("x_{ab:2}", ReadError, "slice-subscript", 1, 8, "hint-slice"),
    ("u_{1:2}", NamingError, "unknown-name", 1, 7, None),
    ("x[1:2:3]", ReadError, "slice-step", 6, 1, "hint-slice"),
    ("x[::2]", ReadError, "slice-step", 4, 1, "hint-slice"),
    ("x[]", ReadError, "empty-brackets", 2, 2, None),
    ("x[2:", ReadError, "not-closed", 2, 1, None),
    ("x[1,]", ReadError, "expected-operand", 5, 1, None),
    ("∑_i x_{i+a}", NamingError, "unknown-name", 5, 7, None),
    ("conv2d(x, W, strid=2)", NamingError, "unknown-option", 14, 5, "hint-options"),
    ("conv2d(x, W, stride=2, stride=1)", NamingError, "option-twice", 24, 6, None),
    ("conv2d(x, stride=2, W)", ReadError, "option-last", 21, 1, "hint-option-last"),
    ("conv2d(x, W, stride=)", ReadError, "expected-operand", 21, 1, None),
    ("conv2d(x, stride=2)", ReadError, "arity", 1, 19, None),
    ("σ(x = 2)", NamingError, "no-options", 3, 1, None),
    ("x(y = 2)", ReadError, "comparison-outside", 5, 1, "hint-indicator"),
    ("|x|y|z|", ReadError, "unclear-bars", 5, 1, "hint-bars"),
    ("|x", ReadError, "bar-not-closed", 1, 1, "hint-bars"),
    ("‖x", ReadError, "bar-not-closed", 1, 1, "hint-bars"),
    ("x | y", ReadError, "bar-not-closed", 3, 1, "hint-bars"),
    ("|x - |y||", ReadError, "unclear-bars", 8, 2, "hint-bars"),
    ("||", ReadError, "expected-operand-end", 3, 1, None),
    ("‖x‖_3", ReadError, "bad-norm", 4, 2, None),
    ("σ", ReadError, "no-argument", 1, 1, "hint-call"),
    ("σ + x", ReadError, "no-argument", 1, 1, "hint-call"),
    ("e^ln x", ReadError, "no-argument", 3, 2, "hint-call"),
    ("σ(x, y)", ReadError, "arity", 1, 7, None),
    ("dot(x, y, z)", ReadError, "arity", 1, 12, None),
    ("leaky_relu(x, y, z)", ReadError, "arity", 1, 19, None),
    ("sin^{-1} x", ReadError, "function-power", 1, 8, "hint-inverse-function"),
    (r"\sin^{-1}(x)", ReadError, "function-power", 1, 9, "hint-inverse-function"),
    ("sin⁻¹ x", ReadError, "function-power", 1, 5, "hint-inverse-function"),
    ("σ^-1(x)", ReadError, "function-power", 1, 4, "hint-inverse-other"),
    ("x^*", ReadError, "star-name", 3, 1, "hint-star"),
    ("x^", ReadError, "expected-operand-end", 3, 1, None),
    ("x⁽", ReadError, "bad-exponent", 2, 1, "hint-exponent"),
    ("e^qz", AmbiguousError, "exponent-run", 3, 2, "hint-exponent-run"),
    ("2'", ReadError, "prime-on-number", 2, 1, None),
    ("x + 2ᵀ x", ReadError, "transpose-of-number", 5, 1, "hint-ones"),
    ("0.5.T x", ReadError, "transpose-of-number", 1, 3, "hint-ones"),
    (r"10^\top x", ReadError, "transpose-of-number", 1, 2, "hint-ones"),
    ("'abc'", ReadError, "string", 1, 1, None),
    ('"abc"', ReadError, "string", 1, 1, None),
    ("∂x", ReadError, "bad-partial", 1, 2, None),
    ("∂²L/∂x²", ReadError, "partial-power", 2, 1, "hint-no-second"),
    ("∂L/∂x²", ReadError, "partial-power", 6, 1, "hint-partial-power"),
    (r"\frac{\partial L}{2}", ReadError, "bad-partial", 7, 10, None),
    ("∂L/∂u", NamingError, "unknown-name", 5, 1, None),
    ("∇L", ReadError, "bare-nabla", 1, 1, "hint-nabla"),
    ("∇_u L", NamingError, "unknown-name", 3, 1, None),
    ("∇_W", ReadError, "expected-operand-end", 4, 1, None),
    ("grad_u L", NamingError, "unknown-name", 1, 6, None),
    ("grad_W", NamingError, "unknown-name", 1, 6, None),
    ("∑_{x+1} x", ReadError, "bad-index", 5, 1, "hint-index"),
    ("∑_{1} x", ReadError, "bad-index", 4, 1, "hint-index"),
    ("∑_{i=1}^{3} x[", ReadError, "not-closed", 14, 1, None),
    ("∏ x_i y_j", ReadError, "no-index", 1, 1, "hint-index"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", ReadError, "ragged", 1, 40, None),
    (r"\begin{tabular} 1 \end{tabular}", ReadError, "unknown-environment", 1, 15, "hint-environment"),
    (r"\begin{cases} x \\ 0 \end{cases}", ReadError, "case-row", 15, 1, "hint-cases"),
    (r"\begin{cases} x + y & x \end{cases}", ReadError, "case-condition", 23, 1, "hint-cases"),
    (r"\begin{cases} x & \text{if } \end{cases}", ReadError, "expected-operand", 30, 11, None),
    (r"\begin{cases} 0 & else \\ x & x > 0 \end{cases}", ReadError, "case-after-last", 27, 1, "hint-cases-last"),
    (r"\begin{cases} x & x > 0 & y \end{cases}", ReadError, "expected", 25, 1, None),
    (r"\begin{cases} \end{cases}", ReadError, "empty-brackets", 1, 25, None),
    (r"\begin{cases} x & x > 0", ReadError, "not-closed", 1, 6, None),
    (r"\foo x", ReadError, "unknown-command", 1, 4, None),
    (r"\& x", ReadError, "unknown-command", 1, 2, None),
    (r"\hat{xy}", ReadError, "accent-on-word", 1, 8, None),
    (r"\mathbf{x + y}", ReadError, "not-a-name", 1, 14, None),
    ("x_{*}", ReadError, "bad-subscript", 1, 5, None),
    ("__import__", ReadError, "code", 1, 10, None),
    ("x__y", ReadError, "code", 2, 3, None),
    ("yhatt", NamingError, "unknown-name", 1, 5, None),
    ("frobnorm(x)", NamingError, "unknown-function", 1, 8, "hint-function"),
    ("cosine_similarity(x, y)", NamingError, "unknown-function", 1, 17, "write-one"),
    ("beta(x, y)", NamingError, "unknown-function", 1, 4, "hint-function"),
    ("los", NamingError, "unknown-name", 1, 3, "hint-did-you-mean"),
    ("l", NamingError, "unknown-name", 1, 1, "hint-did-you-mean"),
    ("w1 x", NamingError, "unknown-name", 1, 2, "hint-did-you-mean"),
    ("x.shape", ReadError, "attribute", 1, 7, "hint-attribute"),
    ("d1.z", ReadError, "attribute", 1, 4, "hint-attribute"),
    ("dL/dW2 = x = y", ReadError, "answer-equation", 12, 1, "hint-last-form"),
    ("x + y = 2", ReadError, "answer-equation", 7, 1, "hint-last-form"),
    ("x = 2 = y", ReadError, "answer-equation", 7, 1, "hint-last-form"),
    ("x + \u200by", ReadError, "bad-invisible", 5, 1, "hint-remove"),
    ("x \u202e y", ReadError, "bad-invisible", 3, 1, "hint-remove"),
    ("x \u2028 y", ReadError, "bad-invisible", 3, 1, "hint-remove"),
    ("x + \u0430", ReadError, "bad-character", 5, 1, "hint-character"),
    ("x \u2013 y", ReadError, "bad-character", 3, 1, "hint-character"),
    ("x + \uff11", ReadError, "bad-character", 5, 1, "hint-character"),
    ("\uff08x)", ReadError, "bad-character", 1, 1, "hint-character"),
    ("\u0391 x", ReadError, "bad-character", 1, 1, "hint-character"),
    ("x ? y", ReadError, "bad-character", 3, 1, None),
    ("x % y", ReadError, "bad-character", 3, 1, "hint-comment"),
    ("é", ReadError, "bad-character", 1, 1, None),
    ("x" + "\ud800", ReadError, "bad-invisible", 2, 1, None),
    ("损失", ReadError, "bad-character", 1, 1, None),
    ("(" * 61 + "x" + ")" * 61, ResourceError, "too-deep", 61, 1, None),
    ("x^" * 100 + "x", ResourceError, "too-deep", 123, 1, None),
    ("-" * 100 + "x", ResourceError, "too-deep", 61, 1, None),
    ("x" + "'" * 100, ResourceError, "too-deep", 62, 1, None),
    ("sin " * 100 + "x", ResourceError, "too-deep", 245, 3, None),
    ("1" * 31, ResourceError, "number-too-long", 1, 31, None),
    ("0." + "1" * 31, ResourceError, "number-too-long", 1, 33, None),
    ("1e400", ResourceError, "number-too-long", 1, 5, None),
    ("1e99999999999", ResourceError, "number-too-long", 1, 13, None),
    ("9^9^9^9", ResourceError, "power-too-large", 3, 5, None),
    ("2^1000", ResourceError, "power-too-large", 1, 6, None),
    ("2^-1000", ResourceError, "power-too-large", 1, 7, None),
    ("10^40 x", ResourceError, "power-too-large", 1, 5, None),
    ("a" * 101, ResourceError, "name-too-long", 1, 101, None),
    ("f(x)!", NamingError, "unknown-name", 1, 1, None),
]


def check(error, kind, message, place, hint):
    assert isinstance(error, kind)
    assert error.message.kind == message
    assert (error.place.line, error.place.column, error.place.width) == place
    assert (error.hint.kind if error.hint else None) == hint
    assert str(error)


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: repr(case[0][:40]))
def test_answers_that_are_refused(case):
    text, kind, message, column, width, hint = case
    with pytest.raises(GradvizError) as caught:
        read_expression(text, WORDS, KNOWN, answer=True)
    check(caught.value, kind, message, (1, column, width), hint)


# text, kind of error, kind of message, line, column, width, kind of hint
PROGRAMS = [
    ("", ReadError, "empty", 1, 1, 1, None),
    ("# only words\n\n", ReadError, "empty", 1, 1, 1, None),
    ("a = 1\n(x + y) z", ReadError, "no-statement", 2, 1, 9, "hint-definition"),
    ("a = 1\n  x + = 2", ReadError, "bad-target", 2, 3, 3, "hint-equation"),
    ("= 2", ReadError, "bad-target", 1, 1, 1, "hint-equation"),
    ("2 = x", ReadError, "bad-target", 1, 1, 1, "hint-equation"),
    ("d.z = 2", ReadError, "bad-target", 1, 1, 3, "hint-equation"),
    ("f(2) = x", ReadError, "function-parameters", 1, 3, 1, None),
    ("f(x, x) = x", NamingError, "named-twice", 1, 6, 1, None),
    ("f =", ReadError, "expected-operand-end", 1, 4, 1, None),
    ("a = 1\n\nf = x )", ReadError, "not-opened", 3, 7, 1, None),
    ("f = (x\ng = 2", ReadError, "not-closed", 1, 5, 1, None),
    ("z = W x\nW = 2", NamingError, "used-before", 1, 5, 1, None),
    ("a = b\nb = a", NamingError, "used-before", 1, 5, 1, None),
    ("x = x + 1", NamingError, "defined-by-itself", 1, 5, 1, None),
    ("x = 1\nx = 2", NamingError, "named-twice", 2, 1, 1, "hint-rename"),
    ("x ∈ ℝ\nx ∈ ℝ^2", NamingError, "named-twice", 2, 1, 1, "hint-rename"),
    ("x ∈ ℝ^2\nx = [1, 2]", NamingError, "named-twice", 2, 1, 1, "hint-no-declaration"),
    ("f(x) = x\nf = 2", NamingError, "named-twice", 2, 1, 1, "hint-rename"),
    ("x_{1:2} = 3", ReadError, "bad-target", 1, 1, 7, "hint-equation"),
    ("x_{1:2} ∈ ℝ", ReadError, "bad-target", 1, 1, 7, "hint-equation"),
    ("x_{1:2} > 0", ReadError, "slice-subscript", 1, 1, 7, "hint-slice"),
    ("0 < x_{1:2} < 1", ReadError, "slice-subscript", 1, 5, 7, "hint-slice"),
    ("at x_{1:2} = 3", ReadError, "slice-subscript", 1, 4, 7, "hint-slice"),
    ("f(x_{1:2}) = 3", ReadError, "function-parameters", 1, 3, 7, None),
    ("x ∈ ℚ", ReadError, "bad-set", 1, 5, 1, "hint-set"),
    ("x ∈ {}", ReadError, "expected-operand", 1, 6, 1, None),
    ("x ∈ {a}", ReadError, "bad-set", 1, 6, 1, "hint-set"),
    ("x ∈", ReadError, "bad-set", 1, 4, 1, "hint-set"),
    ("x ∈ ℝ^0", ReadError, "bad-dimension", 1, 7, 1, "hint-dimension"),
    ("x ∈ ℝ^{n/2}", ReadError, "bad-dimension", 1, 8, 3, "hint-dimension"),
    ("x ∈ ℝ^2 y", ReadError, "bad-dimension", 1, 7, 3, "hint-dimension"),
    ("2 ∈ ℝ", ReadError, "bad-target", 1, 1, 1, "hint-equation"),
    ("0 < p > 1", ReadError, "bad-fact", 1, 1, 9, "hint-fact"),
    ("x > y", ReadError, "bad-fact", 1, 1, 5, "hint-fact"),
    ("0 < 1", ReadError, "bad-fact", 1, 1, 5, "hint-fact"),
    ("0 < x + 1", ReadError, "bad-fact", 1, 5, 5, "hint-fact"),
    ("at x = y", ReadError, "bad-value", 1, 8, 1, None),
    ("at x", ReadError, "no-assignment", 1, 4, 1, None),
    ("at x = 1 y = 2", ReadError, "bad-value", 1, 8, 3, None),
    ("at x = 1, x = 2", NamingError, "value-twice", 1, 11, 1, None),
    ("at x ~ poisson(2)", ReadError, "bad-random", 1, 8, 7, "hint-random"),
    ("at x ~ normal(2)", ReadError, "bad-random", 1, 8, 9, "hint-random"),
    ("at x ~ normal", ReadError, "bad-random", 1, 8, 6, "hint-random"),
    ("at x ~ normal(a, 1)", ReadError, "bad-value", 1, 8, 8, None),
    ("block f(x): y = x", ReadError, "block-line", 1, 13, 5, None),
    ("block f(x)\n  y = x", ReadError, "block-header", 1, 1, 10, None),
    ("block f(x):\ny = x", ReadError, "block-body", 1, 1, 11, None),
    ("block f(x):\n  x ∈ ℝ\n  y = x", ReadError, "block-statement", 2, 3, 5, None),
    ("block f(x):\n  y = x\n  return y\n  z = x", ReadError, "return-last", 3, 3, 8, None),
    ("block f(x):\n  y = x\n  return z", NamingError, "return-unknown", 3, 10, 1, None),
    ("block f(x):\n  y = x\n  return", ReadError, "expected-operand-end", 3, 9, 1, None),
    ("block f(x):\n  x = 2", NamingError, "named-twice", 2, 3, 1, None),
    ("block f(x):\n  y = z\n  z = x", NamingError, "used-before", 2, 7, 1, None),
    ("return x", ReadError, "return-outside", 1, 1, 8, None),
    ("block f(x):\n  y = x\na, b = f(x)", NamingError, "results", 3, 1, 1, None),
    ("f(x) = x\ny = f(x=2)", NamingError, "no-options", 2, 7, 1, None),
    ("a, b = 2", NamingError, "results", 1, 1, 1, None),
    ("block f(x):\n  y = x\na = f(x, 2)", ReadError, "arity", 3, 5, 7, None),
    ("block f(x):\n  y = x\na = f", ReadError, "no-argument", 3, 5, 1, "hint-call"),
    ("block f(x):\n  y = x\na = f(x)\nb = a.u", ReadError, "attribute", 4, 5, 3, "hint-stage"),
    ("h = x.shape", ReadError, "attribute", 1, 5, 7, "hint-attribute"),
    ("import os", ReadError, "code", 1, 1, 6, None),
    ("f = lambda x: x", ReadError, "code", 1, 1, 13, None),
    ("def f(x): return x", ReadError, "code", 1, 1, 9, None),
    ("f = x : y", ReadError, "left-over", 1, 7, 1, None),
    ("f = __import__('os')", ReadError, "code", 1, 5, 10, None),
    ("f = 'a'", ReadError, "string", 1, 5, 1, None),
    ("a = 1\nf = x \u200b y", ReadError, "bad-invisible", 2, 7, 1, "hint-remove"),
    ("f = x y z 3 4", ReadError, "two-numbers", 1, 13, 1, "hint-times"),
    ("f = 2 > 1", ReadError, "comparison-outside", 1, 7, 1, "hint-indicator"),
    (r"f = \arctanh x", ReadError, "unknown-command", 1, 5, 8, None),
    ("a = 1\r\nf = x +\r\n", ReadError, "expected-operand-end", 2, 8, 1, None),
]


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: repr(case[0][:40]))
def test_programs_that_are_refused(case):
    text, kind, message, line, column, width, hint = case
    with pytest.raises(GradvizError) as caught:
        read_program(text, WORDS, file="a.grad")
    check(caught.value, kind, message, (line, column, width), hint)
    assert caught.value.place.file == "a.grad"


@pytest.mark.parametrize("text", ["", "x", "x = ", "x == ", "x = 1 +", "x = [1", "= 1", "x = 'a'"])
def test_values_that_are_refused(text):
    with pytest.raises(GradvizError):
        read_values(text)


def test_texts_from_outside_have_a_limit():
    with pytest.raises(ResourceError) as caught:
        read_expression("x" + " " * 5000, WORDS, KNOWN, answer=True)
    assert caught.value.message.kind == "too-long"
    with pytest.raises(ResourceError):
        read_expression("ŷ+" * 1400 + "ŷ", WORDS, KNOWN, answer=True)  # 4 KB are bytes
    long = "f = x" + " " * (1 << 20)
    with pytest.raises(ResourceError):
        read_program(long, WORDS, trusted=False)
    assert read_program(long, WORDS).statements


def test_every_sentence_can_be_said():
    for sentence in SENTENCES.values():
        assert sentence.format_map(_Anything())


class _Anything(dict):
    def __missing__(self, key):
        return key
