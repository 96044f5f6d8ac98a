"""What is written, in three styles."""

import copy
import pickle
from fractions import Fraction

import pytest

from gradviz.notation import read_expression, write
from gradviz.notation.tree import (
    Array,
    Big,
    Call,
    Comparison,
    Either,
    Entry,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)
from tests.notation.language import WORDS
from tests.notation.strategies import plain

KNOWN = """
x y z q f L W W1 W2 h1 h z1 z2 ŷ A B w r X λ a b c v p s k u δ2 n
""".split()  # noqa: SIM905

# Unicode (which is also what is read), LaTeX, ASCII
WRITTEN = [
    ("(ŷ − y) h₁", r"(\hat{y} - y) h_1", "(yhat - y) h1"),
    (
        "x ((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ",
        r"x ((\hat{y} - y) W_2 \odot h_1 \odot (1 - h_1))^\top",
        "x ((yhat - y) W2 .* h1 .* (1 - h1))^T",
    ),
    ("ŷ(1 − ŷ)", r"\hat{y}(1 - \hat{y})", "yhat(1 - yhat)"),
    (
        "(ŷ − y)/(ŷ(1 − ŷ))",
        r"\frac{\hat{y} - y}{\hat{y}(1 - \hat{y})}",
        "(yhat - y)/(yhat(1 - yhat))",
    ),
    (
        "−y/ŷ + (1 − y)/(1 − ŷ)",
        r"-\frac{y}{\hat{y}} + \frac{1 - y}{1 - \hat{y}}",
        "-y/yhat + (1 - y)/(1 - yhat)",
    ),
    ("e^z₂/(1 + e^z₂)", r"\frac{e^{z_2}}{1 + e^{z_2}}", "e^z2/(1 + e^z2)"),
    ("e^(−z)", "e^{-z}", "e^(-z)"),
    ("e^(−z/2)", "e^{-z/2}", "e^(-z/2)"),
    ("(2/n) Xᵀ(X w − y)", r"\frac{2}{n} X^\top(X w - y)", "(2/n) X^T(X w - y)"),
    ("2Xᵀ(X w − y)", r"2X^\top(X w - y)", "2X^T(X w - y)"),
    ("(2/n)(ŷ − y)", r"\frac{2}{n}(\hat{y} - y)", "(2/n)(yhat - y)"),
    ("2λ w", r"2\lambda w", "2 lambda w"),
    ("(A + Aᵀ) x", r"(A + A^\top) x", "(A + A^T) x"),
    ("−y σ(−y z)", r"-y \sigma(-y z)", "-y sigmoid(-y z)"),
    ("1 − h²", "1 - h^2", "1 - h^2"),
    ("𝟙[z > 0]", r"\mathbb{1}[z > 0]", "1[z > 0]"),
    ("2𝟙[z ≥ 0]", r"2\mathbb{1}[z \geq 0]", "2 1[z >= 0]"),
    ("ln ŷ", r"\ln \hat{y}", "ln yhat"),
    (
        "−y ln ŷ − (1 − y) ln(1 − ŷ)",
        r"-y \ln \hat{y} - (1 - y) \ln(1 - \hat{y})",
        "-y ln yhat - (1 - y) ln(1 - yhat)",
    ),
    ("ln(ŷ)(1 − y)", r"\ln(\hat{y})(1 - y)", "ln(yhat)(1 - y)"),
    ("‖X w − y‖²", r"\lVert X w - y \rVert^2", "norm(X w - y)^2"),
    ("‖v‖₁ + ‖v‖_∞", r"\lVert v \rVert_1 + \lVert v \rVert_\infty", "norm1(v) + norm_inf(v)"),
    ("|x| y", r"\lvert x \rvert y", "abs(x) y"),
    ("aᵀ X⁻¹ b", r"a^\top X^{-1} b", "a^T X^-1 b"),
    ("X⁻ᵀ", r"X^{-\top}", "X^-T"),
    ("𝟏ᵀ y", r"\mathbf{1}^\top y", r"\mathbf{1}^T y"),
    ("Σᵢ wᵢ xᵢ", r"\sum_i w_i x_i", "sum_i w_i x_i"),
    (
        "∑_{i=1}^{n} (ŷᵢ − yᵢ)²",
        r"\sum_{i=1}^{n} (\hat{y}_i - y_i)^2",
        "sum_{i=1}^{n} (yhat_i - y_i)^2",
    ),
    ("(1/n) Σᵢ xᵢ", r"\frac{1}{n} \sum_i x_i", "(1/n) sum_i x_i"),
    ("(Σᵢ xᵢ)/n", r"\frac{\sum_i x_i}{n}", "(sum_i x_i)/n"),
    ("Σᵢ Σⱼ W₁ᵢⱼ", r"\sum_i \sum_j W_{1,ij}", "sum_i sum_j W1_ij"),
    ("x[1] + W[1, 2]", "x[1] + W[1, 2]", "x[1] + W[1, 2]"),
    ("x[2:5] + W[:, 1]", "x[2:5] + W[:, 1]", "x[2:5] + W[:, 1]"),
    (
        "Σᵢ x[i − 1] W[2i − 1, i]",
        r"\sum_i x_{i-1} W_{2i-1,i}",
        "sum_i x[i - 1] W[2i - 1, i]",
    ),
    (
        "Σᵢ x[2i] x[a(i + 1) + b]",
        r"\sum_i x[2i] x_{a(i+1)+b}",
        "sum_i x[2i] x[a(i + 1) + b]",
    ),
    (
        "conv2d(x, W, stride=a + 1)",
        r"\operatorname{conv2d}(x, W, \mathrm{stride}=a + 1)",
        "conv2d(x, W, stride=a + 1)",
    ),
    (
        "∂L/∂ŷ · ∂ŷ/∂z₂",
        r"\frac{\partial L}{\partial \hat{y}} \cdot \frac{\partial \hat{y}}{\partial z_2}",
        "dL/dyhat * dyhat/dz2",
    ),
    ("(∂L/∂z₁)ᵀ", r"\left(\frac{\partial L}{\partial z_1}\right)^\top", "(dL/dz1)^T"),
    ("∂f/∂(x + y)", r"\frac{\partial f}{\partial (x + y)}", "df/d(x + y)"),
    ("∂(x + y)/∂x", r"\frac{\partial (x + y)}{\partial x}", "d(x + y)/dx"),
    ("δ₂ h₁ᵀ", r"\delta_2 h_1^\top", "delta2 h1^T"),
    ("[1, 2]", r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}", "[1, 2]"),
    ("[[1, 2], [3, 4]]", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[[1, 2], [3, 4]]"),
    ("[[1], [2]]", "[[1], [2]]", "[[1], [2]]"),
    ("√x + √(x + 1)", r"\sqrt{x} + \sqrt{x + 1}", "sqrt(x) + sqrt(x + 1)"),
    ("x · 3", r"x \cdot 3", "x * 3"),
    ("a/(b c)", r"\frac{a}{b c}", "a/(b c)"),
    ("(a/b)/c", r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
    ("a − (b − c)", "a - (b - c)", "a - (b - c)"),
    ("−(a + b)", "-(a + b)", "-(a + b)"),
    ("a ⊘ b", r"a \oslash b", "a ./ b"),
    ("σ'(z)", r"\sigma'(z)", "sigmoid'(z)"),
    ("sin(x)²", r"\sin(x)^2", "sin(x)^2"),
    ("max(0, z)", r"\max(0, z)", "max(0, z)"),
    (
        "(ŷ − y)/(ŷ(1 − ŷ)) · (e^z₂/(1 + e^z₂) · (1 − e^z₂/(1 + e^z₂))) · h₁",
        r"\frac{\hat{y} - y}{\hat{y}(1 - \hat{y})} \cdot \left(\frac{e^{z_2}}{1 + e^{z_2}} \cdot "
        r"\left(1 - \frac{e^{z_2}}{1 + e^{z_2}}\right)\right) \cdot h_1",
        "(yhat - y)/(yhat(1 - yhat)) * (e^z2/(1 + e^z2) * (1 - e^z2/(1 + e^z2))) * h1",
    ),
]


@pytest.mark.parametrize(("unicode", "latex", "ascii_"), WRITTEN)
def test_three_styles(unicode, latex, ascii_):
    tree = read_expression(unicode, WORDS, KNOWN, sizes=("n",))
    written = tuple(write(tree, style, WORDS) for style in ("unicode", "latex", "ascii"))
    assert written == (unicode, latex, ascii_)


@pytest.mark.parametrize("text", [text for row in WRITTEN for text in row if "* 1[" not in text])
def test_each_style_is_read_back(text):
    unicode = next(row[0] for row in WRITTEN if text in row)
    tree = read_expression(unicode, WORDS, KNOWN, sizes=("n",))
    assert plain(read_expression(text, WORDS, KNOWN, sizes=("n",))) == plain(tree)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (Number(Fraction(1, 3)), "1/3"),
        (Number(Fraction(1, 4)), "0.25"),
        (Number(Fraction(-3)), "−3"),
        (Number(Fraction(1, 2), "0.50"), "0.50"),
        (Number(Fraction(1, 2), "nonsense"), "0.5"),
        (Product((Name("x"), Number(Fraction(3))), ("",)), "x · 3"),
        (Product((Number(Fraction(2)), Name("e1")), ("",)), "2e₁"),
        (Product((Call("ln", (Name("x"),)), Name("y")), ("",)), "ln(x) y"),
        (Power(Name("x"), Name("T")), "x^(T)"),
        (Sum((Name("x"),)), "x"),
        (Sum(()), "0"),
        (Comparison(">", Name("z"), Number(Fraction(0))), "z > 0"),
        (Either((Name("a"), Name("b"))), "a"),
        (Call("swish", (Name("x"),)), "swish(x)"),
        (Call("abs", (Call("abs", (Name("x"),)),)), "abs(|x|)"),
        (Entry(Name("x"), (Name("n"),)), "x[n]"),
        (Big("sum", "b", None, None, Entry(Name("x"), (Name("b"),))), "∑_b x_b"),
        (Array((Array((Name("a"),)), Name("b"))), "[[a], b]"),
    ],
)
def test_trees_that_gradviz_makes(tree, text):
    assert write(tree, "unicode", WORDS) == text


def test_two_numbers_never_run_together():
    tree = Product((Number(Fraction(2)), Name("e1")), ("",))
    assert write(tree, "ascii", WORDS) == "2 e1"


def test_depth_is_no_problem():
    tree = Name("x")
    for _ in range(5000):
        tree = Negative(Sum((tree, Name("y"))))
    assert write(tree, "latex", WORDS).count("(") == 5000


def test_bound_indices_are_said():
    entry = Entry(Name("x"), (Name("i"),))
    assert write(entry, "unicode", WORDS) == "xᵢ"
    assert write(entry, "unicode", WORDS, bound=()) == "x[i]"


def test_indices_that_spell_a_greek_letter():
    entry = Entry(Name("W2"), (Name("p"), Name("i")))
    for text in [write(entry, style, WORDS, bound=("p", "i")) for style in ("unicode", "latex", "ascii")]:
        assert read_expression(text, WORDS, {"W2"}, bound=("p", "i")) == entry, text


@pytest.mark.parametrize(
    ("text", "styles"),
    [
        ("δ[i, 2] x", ("δᵢ₂ x", r"\delta_{i2} x", "delta[i, 2] x")),
        ("δ[i, 12]", ("δ[i, 12]", r"\delta_{i,12}", "delta[i, 12]")),
        ("δ[q, 3]", ("δ_q3", r"\delta_{q3}", "delta[q, 3]")),
        ("δ[2, i]", ("δ[2, i]", r"\delta[2, i]", "delta[2, i]")),
        ("δ[i, 2j]", ("δ[i, 2j]", r"\delta[i, 2j]", "delta[i, 2j]")),
    ],
)
def test_a_delta_at_a_number(text: str, styles: tuple[str, str, str]) -> None:
    """It is read back as an entry of δ, never as a name, unless there is such a name."""
    bound = ("i", "j", "q")
    entry = read_expression(text, WORDS, {"x", "δ", "δ2"}, bound=bound)
    for style, wanted in zip(("unicode", "latex", "ascii"), styles, strict=True):
        assert write(entry, style, WORDS, bound=bound) == wanted
        assert read_expression(wanted, WORDS, {"x", "δ", "δ2"}, bound=bound) == entry
    assert read_expression("δᵢ₂", WORDS, {"δ_i2"}, bound=bound) == Name("δ_i2")


def test_what_was_worked_out_of_a_tree_is_not_copied() -> None:
    e = read_expression("W2ᵀ h1 + e^z/(1 + e^z)", WORDS, ("W2", "h1", "z"))
    text, number = write(e, "unicode", WORDS), hash(e)
    for again in (pickle.loads(pickle.dumps(e)), copy.deepcopy(e)):  # noqa: S301 - our own
        assert not hasattr(again, "written")
        assert not hasattr(again, "_hash")
        assert (again, hash(again), write(again, "unicode", WORDS)) == (e, number, text)
