"""Programs: statements, names known so far, functions and blocks."""

from fractions import Fraction

import pytest

from gradviz.notation import read_program, read_values, tree
from gradviz.notation.tree import Domain, Name, Random
from tests.notation.language import WORDS
from tests.notation.test_expressions import shape

CHAIN = """
    # three layers, binary classification (lecture L15-A, figures 10 and 11)
    x  ∈ ℝ^3
    W1 ∈ ℝ^{3×4}
    W2 ∈ ℝ^4
    y  ∈ {0, 1}

    z1 = W1ᵀ x
    h1 = e^z1 / (1 + e^z1)          # or sigmoid(z1), σ(z1)
    z2 = W2ᵀ h1
    ŷ  = e^z2 / (1 + e^z2)
    L  = -y ln ŷ - (1 - y) ln(1 - ŷ)

    at x = [1, 2, -1], y = 1, W2 = [0.5, -1, 0.25, 2]
    at W1 = [[0.1, 0.2, 0.3, 0.4], [0.5, -0.6, 0.7, 0.8], [-0.9, 1.0, 1.1, -1.2]]
"""


def program(text, **options):
    return read_program(text, WORDS, **options)


def definitions(text, **options):
    return {
        ",".join(t.name for t in s.targets) + "".join(f"[{i}]" for i in s.indices): shape(s.value)
        for s in program(text, **options).statements
        if isinstance(s, tree.Definition)
    }


def test_the_two_main_problems():
    assert definitions("f = (x + y) z") == {"f": "((+ x y) _ z)"}
    assert definitions(CHAIN) == {
        "z1": "((T W1) _ x)",
        "h1": "((^ e z1) / (+ 1 (^ e z1)))",
        "z2": "((T W2) _ h1)",
        "ŷ": "((^ e z2) / (+ 1 (^ e z2)))",
        "L": "(+ (- (y _ ln(ŷ))) (- ((+ 1 (- y)) _ ln((+ 1 (- ŷ))))))",
    }
    last = program(CHAIN).statements[-2]
    assert last.assignments[0].value == (Fraction(1), Fraction(2), Fraction(-1))


@pytest.mark.parametrize(
    ("text", "shape_", "domain"),
    [
        ("x ∈ ℝ", (), Domain("real")),
        ("x in R^3", (3,), Domain("real")),
        ("x ∈ R^(3x4)", (3, 4), Domain("real")),
        ("x ∈ ℝ^{n×d}", ("n", "d"), Domain("real")),
        ("x ∈ ℝ^{m×(d+m)}", ("m", "d + m"), Domain("real")),
        (r"x ∈ \mathbb{R}^{4m \times (m + d)}", ("4 m", "d + m"), Domain("real")),
        ("x in R^(n - 1)", ("n - 1",), Domain("real")),
        ("x ∈ ℝ^{2(n+1)}", ("2 n + 2",), Domain("real")),
        ("x ∈ R^(nxd)", ("n", "d"), Domain("real")),
        ("x ∈ ℝ^{n_h × 4}", ("n_h", 4), Domain("real")),
        (r"x \in \mathbb{R}^{3 \times 4}", (3, 4), Domain("real")),
        (r"\mathbf{x} \in \mathbb R^n", ("n",), Domain("real")),
        ("x ∈ ℝ³ˣ⁴", (3, 4), Domain("real")),
        ("x ∈ ℝ³×⁴", (3, 4), Domain("real")),
        ("x ∈ ℝⁿ", ("n",), Domain("real")),
        ("x ∈ {0, 1}", (), Domain("binary")),
        (r"x \in \{0, 1\}^n", ("n",), Domain("binary")),
        ("x ∈ {-1, 1}", (), Domain("set", members=(Fraction(-1), Fraction(1)))),
        ("x ∈ onehot(k)", ("k",), Domain("onehot")),
        ("x ∈ onehot(n×k)", ("n", "k"), Domain("onehot")),
        ("x ∈ simplex(3)", (3,), Domain("simplex")),
        ("x ∈ (0, 1)", (), Domain("interval", Fraction(0), Fraction(1))),
        ("x ∈ [0, 1]^2", (2,), Domain("interval", Fraction(0), Fraction(1), (False, False))),
        ("x > 0", None, Domain("interval", Fraction(0))),
        ("0 < x", None, Domain("interval", Fraction(0))),
        ("x ≥ 1/2", None, Domain("interval", Fraction(1, 2), None, (False, True))),
        ("x < -1", None, Domain("interval", None, Fraction(-1))),
        ("0 < x < 1", None, Domain("interval", Fraction(0), Fraction(1))),
        ("1 >= x > 0", None, Domain("interval", Fraction(0), Fraction(1), (True, False))),
        ("0 <= x ≤ 1", None, Domain("interval", Fraction(0), Fraction(1), (False, False))),
        ("x symmetric", None, Domain("symmetric")),
        ("x orthogonal", None, Domain("orthogonal")),
    ],
)
def test_declarations(text, shape_, domain):
    (declaration,) = program(text).statements
    assert declaration == tree.Declaration((Name("x"),), shape_, domain)


def test_several_declarations_in_one_line():
    read = program("a, b ∈ ℝ, W ∈ ℝ^{n×n} symmetric; c, d > 0").statements
    assert [(tuple(n.name for n in d.names), d.shape, d.domain.kind) for d in read] == [
        (("a", "b"), (), "real"),
        (("W",), ("n", "n"), "real"),
        (("W",), None, "symmetric"),
        (("c", "d"), None, "interval"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("q = x + y; f = qz; at z = 1", {"q": "(+ x y)", "f": "(q _ z)"}),
        ("q = x + y\nf = qz", {"q": "(+ x y)", "f": "qz"}),
        ("f = xy", {"f": "xy"}),
        ("f = x y + xy", {"f": "(+ (x _ y) (x _ y))"}),
        ("f = σ(x); at σ = 2", {"f": "(σ _ x)"}),
        ("f = x(1 - x)", {"f": "(x _ (+ 1 (- x)))"}),
        ("X ∈ ℝ^{n×d}\nf = 1/n sum(X)", {"f": "((1 / n) _ sum(X))"}),
        ("f = swish(x)\nswish(v) = v σ(v)", {"f": "swish(x)"}),
        ("ŷ_i = e^{z_i} / \\sum_j e^{z_j}", {"ŷ[i]": "((^ e z[i]) / Bigsumj((^ e z[j])))"}),
        ("C_ij = a_i b_j", {"C[i][j]": "(a[i] _ b[j])"}),
        ("y_i = x_{i+1} - 1", {"y[i]": "(+ x[(+ i 1)] (- 1))"}),
        ("y_i = x[2i - 1]", {"y[i]": "x[(+ (2 _ i) (- 1))]"}),
        ("y_{ij} = X_{i,j-1}", {"y[i][j]": "X[i,(+ j (- 1))]"}),
        ("h_k = 2 h_{k-1}", {"h_k": "(2 _ h_{k-1})"}),
        ("z = conv2d(X, W, stride=2)\nf = z", {"z": "conv2d(X,W,2)", "f": "z"}),
        ("y[i] = 2 x_i", {"y[i]": "(2 _ x[i])"}),
        ("h_t = tanh(W x_t)", {"h_t": "tanh((W _ x_t))"}),
        ("w_i = 3", {"w_i": "3"}),
        ("x_in = W u_in", {"x_in": "(W _ u_in)"}),
        (r"\mathbf{W} = 2; f = W", {"𝐖": "2", "f": "W"}),
        (r"\mathbf{W} = 2; f = \mathbf{W} x", {"W": "2", "f": "(W _ x)"}),
        ("a = 1, b = 2a", {"a": "1", "b": "(2 _ a)"}),
        ("f = (x +\n  y)\ng = f", {"f": "(+ x y)", "g": "f"}),
        ("L = f_5 = x", {"L": "x", "f5": "L"}),
        (
            "at = 1; data = at; block = data; in = block",
            {"at": "1", "data": "at", "block": "data", "in": "block"},
        ),
        ("R = 2; f = R x", {"R": "2", "f": "(R _ x)"}),
        ("f = -1 # comment; g = 2", {"f": "(- 1)"}),
        ("f = x\r\ng = f\r\n", {"f": "x", "g": "f"}),
        ("L = x²\ng = dL/dx", {"L": "(^ x 2)", "g": "Partial(L,x)"}),
        ("f = dL/dx", {"f": "(dL / dx)"}),
        ("Σ ∈ ℝ^{n×n}\nf = xᵀ Σ x", {"f": "((T x) _ Σ _ x)"}),
        ("f = e^z; at z = 1", {"f": "(^ e z)"}),
    ],
)
def test_definitions(text, wanted):
    assert definitions(text) == wanted


def test_known_names_are_given_from_outside():
    assert definitions("q = x + y; f = qz", known={"z"})["f"] == "(q _ z)"


LECTURE = [
    (r"z = \sum_{i=1}^{3} w_i x_i", {"z": "Bigsumi(1,3,(w[i] _ x[i]))"}),
    (r"\hat{y} = sigmoid(z) = \frac{e^z}{1 + e^z} \tag{2}", {"ŷ": "sigmoid(z)"}),
    (
        r"\mathbf{z}_1 = \mathbf{W}_1^T \mathbf{x}, \ \mathbf{h}_1 = sigmoid(\mathbf{z}_1)",
        {"z1": "((T W1) _ x)", "h1": "sigmoid(z1)"},
    ),
    (
        r"L = -y \log \hat{y} - (1 - y) \qquad \log(1 - \hat{y})",
        {"L": "(+ (- (y _ ln(ŷ))) (- ((+ 1 (- y)) _ ln((+ 1 (- ŷ))))))"},
    ),
    (
        r"$$L = \frac{1}{n} \sum_{i}^{n} (\hat{y}_i - y_i)^2 \tag{9}$$",
        {"L": "((1 / n) _ Bigsumi(n,(^ (+ ŷ[i] (- y[i])) 2)))"},
    ),
    (
        r"""\begin{aligned}
        z_1 &= f_1 = W_1^T x \\
        h_1 &= f_2 = \frac{e^{z_1}}{1 + e^{z_1}} \\
        \end{aligned}""",
        {
            "z1": "((T W1) _ x)",
            "f1": "z1",
            "h1": "((^ e z1) / (+ 1 (^ e z1)))",
            "f2": "h1",
        },
    ),
    (
        r"\mathcal{L} = W_1; W_{1}^{(t+1)} = W_{1}^{(t)} - \eta \frac{\partial \mathcal{L}}{W_{1}}",
        {"L": "W1", "W1^{(t+1)}": "(+ W1^{(t)} (- (η _ Partial(L,W1))))"},
    ),
]


@pytest.mark.parametrize(("text", "wanted"), LECTURE)
def test_the_formulas_of_the_lecture(text, wanted):
    assert definitions(text) == wanted


def test_a_function():
    (function,) = program("swish(v) = v σ(v)").statements
    assert function.name == Name("swish")
    assert function.parameters == (Name("v"),)
    assert function.results == (Name("swish"),)
    assert not function.is_block
    assert shape(function.body[0].value) == "(v _ sigmoid(v))"


BLOCKS = """
block dense(x, W, b):
    z = W x + b
    h = σ(z)

block two(u):
    a = dense(u, W1, b1)

    c = 2a
    return a, c
d1 = dense(x, W, b)
p, q = two(d1)
L = d1.z + p.a.z q
"""


def test_blocks():
    read = program(BLOCKS).statements
    dense, two = read[:2]
    assert dense.is_block
    assert dense.results == (Name("h"),)
    assert [shape(d.value) for d in dense.body] == ["(+ (W _ x) b)", "sigmoid(z)"]
    assert two.results == (Name("a"), Name("c"))
    assert definitions(BLOCKS)["p,q"] == "two(d1)"
    assert definitions(BLOCKS)["L"] == "(+ d1.z (p.a.z _ q))"


def test_warnings():
    (remark,) = program("σ = 2\nf = σ x").warnings
    assert (remark.kind, remark.parts) == ("hides-function", (("name", "σ"),))
    (remark,) = program("e = 2").warnings
    assert remark.kind == "hides-constant"
    (remark,) = program("y = σ(z) = 1/(1 + e^-z)").warnings
    assert remark.kind == "extra-equation"
    assert program(CHAIN).warnings == ()


def test_values():
    text = "x=-2, y = 5.5; at W=[[1,2],[3,4]], W1 ~ normal(0, 0.1), h1 = 1/3, u ~ uniform(-1, 1)"
    assert read_values(text) == read_values(text.replace("at ", ""))
    values = {a.name.name: a.value for a in read_values(text).assignments}
    assert values == {
        "x": Fraction(-2),
        "y": Fraction(11, 2),
        "W": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4))),
        "W1": Random("normal", (Fraction(0), Fraction(1, 10))),
        "h1": Fraction(1, 3),
        "u": Random("uniform", (Fraction(-1), Fraction(1))),
    }
    assert read_values("at x = 1e-3").assignments[0].value == Fraction(1, 1000)
    assert read_values("at = 1").assignments[0].name == Name("at")
