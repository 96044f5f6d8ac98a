"""Expressions: what is typed, and how it is read; the reading is shown fully in parentheses."""

import pytest

from gradviz.notation import read_expression, write
from gradviz.notation.tree import (
    Array,
    Cases,
    Comparison,
    Either,
    Entry,
    Inverse,
    Name,
    Negative,
    Power,
    Product,
    Slice,
    Sum,
    Transpose,
)
from gradviz.notation.walk import children
from tests.notation.language import WORDS

KNOWN = """
x y z q f L W W1 W2 h1 h z1 z2 ŷ A B w r X λ a b c v p s k u δ2 σ2 η t
""".split()  # noqa: SIM905


def read(text, **options):
    options.setdefault("sizes", ("n",))
    return read_expression(text, WORDS, KNOWN, **options)


def shape(e):
    """A tree in prefix form, short enough to be compared at sight."""
    match e:
        case Name():
            return e.name
        case Sum():
            return f"(+ {' '.join(map(shape, e.items))})"
        case Negative():
            return f"(- {shape(e.operand)})"
        case Product():
            text = shape(e.operands[0])
            for operator, operand in zip(e.operators, e.operands[1:], strict=True):
                text += f" {operator or '_'} {shape(operand)}"
            return f"({text})"
        case Power():
            return f"(^ {shape(e.base)} {shape(e.exponent)})"
        case Transpose():
            return f"(T {shape(e.operand)})"
        case Inverse():
            return f"(inv {shape(e.operand)})"
        case Either():
            return f"<{' | '.join(map(shape, e.readings))}>"
        case Entry():
            return f"{shape(e.array)}[{','.join(map(shape, e.indices))}]"
        case Slice():
            return ":".join("∅" if end is None else shape(end) for end in (e.low, e.high))
        case Cases():
            rows = (f"{shape(v)} if {' & '.join(map(shape, cs))}" for v, cs in e.rows)
            return "{" + ", ".join(rows) + "}"
        case Comparison():
            return f"{shape(e.left)}{e.operator}{shape(e.right)}"
        case Array():
            return f"[{','.join(map(shape, e.items))}]"
    return write(e, "unicode", WORDS) if not children(e) else _call(e)


def _call(e):
    name = getattr(e, "function", type(e).__name__)
    extra = "'" * getattr(e, "order", 0)
    for part in ("operator", "index"):
        extra += str(getattr(e, part, ""))
    return f"{name}{extra}({','.join(map(shape, children(e)))})"


READINGS = [
    # what binds
    ("(x + y) z", "((+ x y) _ z)"),
    ("2x", "(2 _ x)"),
    ("a b + c", "(+ (a _ b) c)"),
    ("-x²", "(- (^ x 2))"),
    ("-a b", "(- (a _ b))"),
    ("a − b − c", "(+ a (- b) (- c))"),
    ("a - (b - c)", "(+ a (- (+ b (- c))))"),
    ("a · -b", "(a · (- b))"),
    ("+x", "x"),
    ("Wᵀ a ⊙ b", "(((T W) _ a) ⊙ b)"),
    ("a/b · c", "(a / b · c)"),
    ("ln x / y", "(ln(x) / y)"),
    ("y ln ŷ", "(y _ ln(ŷ))"),
    ("-y ln ŷ - (1 - y) ln(1 - ŷ)", "(+ (- (y _ ln(ŷ))) (- ((+ 1 (- y)) _ ln((+ 1 (- ŷ))))))"),
    ("ln sin x", "ln(sin(x))"),
    ("h(1 - h)", "(h _ (+ 1 (- h)))"),
    ("A @ B", "(A @ B)"),
    ("a * b", "(a * b)"),
    ("a × b", "(a × b)"),
    (r"a \cdot b \times c", "(a · b × c)"),
    ("a ∘ b .* c ./ x ⊘ y", "(a ⊙ b ⊙ c ⊘ x ⊘ y)"),
    ("a ÷ b", "(a / b)"),
    ("a ⊗ b", "(a ⊗ b)"),
    # powers
    ("x^10", "(^ x 10)"),
    ("x**2", "(^ x 2)"),
    ("2^3^2", "(^ 2 (^ 3 2))"),
    ("e^-z", "(^ e (- z))"),
    ("e^{-z}", "(^ e (- z))"),
    ("e^z1", "(^ e z1)"),
    ("e^z_1 x", "((^ e z1) _ x)"),
    ("e⁻ᶻ", "(^ e (- z))"),
    ("e^(z)", "(^ e z)"),
    ("2e^{(z)}", "(2 _ (^ e z))"),
    ("e^{z_2} / (1 + e^{z_2})", "((^ e z2) / (+ 1 (^ e z2)))"),
    ("x^2y", "((^ x 2) _ y)"),
    ("e^x[1]", "(^ e x[1])"),
    ("tanh²z", "(^ tanh(z) 2)"),
    (r"\tanh^2 z", "(^ tanh(z) 2)"),
    ("sin(x)^2", "(^ sin(x) 2)"),
    ("σ'(z)", "sigmoid'(z)"),
    ("σ''(z)", "sigmoid''(z)"),
    # transposes and inverses
    ("Wᵀ x", "((T W) _ x)"),
    ("W^T x", "((T W) _ x)"),
    ("W^⊤ x", "((T W) _ x)"),
    (r"W^\top x", "((T W) _ x)"),
    ("W^{T} x", "((T W) _ x)"),
    ("W.T x", "((T W) _ x)"),
    ("W' x", "((T W) _ x)"),
    ("W_1^Tx", "((T W1) _ x)"),
    ("x^Tx", "((T x) _ x)"),
    ("1ᵀ y", "((T 𝟏) _ y)"),
    ("1^T y", "((T 𝟏) _ y)"),
    ("1.T y", "((T 𝟏) _ y)"),
    ("1^Ty", "((T 𝟏) _ y)"),
    ("1^{T} y", "((T 𝟏) _ y)"),
    (r"1^\top y", "((T 𝟏) _ y)"),
    (r"1^{\top} y", "((T 𝟏) _ y)"),
    ("y 1ᵀ", "(y _ (T 𝟏))"),
    ("-1ᵀ y", "(- ((T 𝟏) _ y))"),
    ("2 · 1ᵀ y", "(2 · ((T 𝟏) _ y))"),
    ("2 1ᵀ y", "(2 _ (T 𝟏) _ y)"),
    ("x^2 1^T y", "((^ x 2) _ (T 𝟏) _ y)"),
    ("2 1[x > 0]^T y", "(2 _ (T Indicator(x>0)) _ y)"),
    ("(1)ᵀ y", "((T 1) _ y)"),
    ("(1).T y", "((T 1) _ y)"),
    ("1⁻ᵀ", "(T (inv 1))"),
    ("A⁻¹", "(inv A)"),
    ("A^{-1} b", "((inv A) _ b)"),
    ("A^-1", "(inv A)"),
    ("A⁻ᵀ", "(T (inv A))"),
    ("A^{-T}", "(T (inv A))"),
    (r"A^{-\top}", "(T (inv A))"),
    ("inv(A)", "inv(A)"),
    # names
    ("qz", "(q _ z)"),
    ("h1x", "(h1 _ x)"),
    ("h_1x", "(h1 _ x)"),
    ("qz²", "(q _ (^ z 2))"),
    ("hat(y) - y", "(+ ŷ (- y))"),
    (r"\mathbf{W}_1^\top \mathbf{x}", "((T W1) _ x)"),
    ("δ2 h₁ᵀ", "(δ2 _ (T h1))"),
    # two readings
    ("1/2 x", "((1 / 2) _ x)"),
    ("1/2x", "<((1 / 2) _ x) | (1 / (2 _ x))>"),
    ("1/n Xᵀ r", "((1 / n) _ (T X) _ r)"),
    ("λ/2 ‖w‖²", "((λ / 2) _ (^ norm(w) 2))"),
    ("λ/(2n) ‖w‖²", "((λ / (2 _ n)) _ (^ norm(w) 2))"),
    ("a ⊙ 1/2 x", "(a ⊙ ((1 / 2) _ x))"),
    ("a/b c", "<((a / b) _ c) | (a / (b _ c))>"),
    ("1/2(x)", "<((1 / 2) _ x) | (1 / (2 _ x))>"),
    (r"\frac{1}{2} x", "((1 / 2) _ x)"),
    (r"\frac12 x", "((1 / 2) _ x)"),
    ("ln 2x", "<(ln(2) _ x) | ln((2 _ x))>"),
    ("ln x(1 - x)", "<(ln(x) _ (+ 1 (- x))) | ln((x _ (+ 1 (- x))))>"),
    ("ln qz", "<(ln(q) _ z) | ln((q _ z))>"),
    ("√2x", "<(sqrt(2) _ x) | sqrt((2 _ x))>"),
    ("[p - s] h", "(<[(+ p (- s))] | (+ p (- s))> _ h)"),
    (r"a \cdot \left[b + c\right] \cdot h", "(a · <[(+ b c)] | (+ b c)> · h)"),
    ("[p]", "[p]"),
    # bars, roots, arrays, indicators
    ("|x|", "abs(x)"),
    ("|x| + |y|", "(+ abs(x) abs(y))"),
    ("|x| |y|", "(abs(x) _ abs(y))"),
    ("2|x|", "(2 _ abs(x))"),
    ("||x||^2", "(^ norm(x) 2)"),
    ("‖X w − y‖²", "(^ norm((+ (X _ w) (- y))) 2)"),
    ("‖x‖ ‖y‖", "(norm(x) _ norm(y))"),
    ("‖v‖_1", "norm1(v)"),
    ("‖v‖₁²", "(^ norm1(v) 2)"),
    (r"\lVert v \rVert_\infty", "norm_inf(v)"),
    ("‖v‖_{∞}", "norm_inf(v)"),
    (r"\|X\|_F^2", "(^ norm(X) 2)"),
    ("√x", "sqrt(x)"),
    (r"\sqrt{x + 1}", "sqrt((+ x 1))"),
    (r"\sqrt[3]{x}", "(^ x (1 / 3))"),
    ("[1, 2, 3]", "[1,2,3]"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[[1,2],[3,4]]"),
    (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", "[1,2]"),
    (r"\begin{bmatrix}x, y\end{bmatrix}^T", "(T [[x,y]])"),
    ("𝟙[z > 0]", "Indicator(z>0)"),
    ("1[z>0] x", "(Indicator(z>0) _ x)"),
    (r"\mathbb{1}[z \geq 0]", "Indicator(z≥0)"),
    (r"\mathbb 1(z != 0)", "Indicator(z≠0)"),
    ("𝟏ᵀ y", "((T 𝟏) _ y)"),
    (r"\mathbf{1}^T y", "((T 𝟏) _ y)"),
    ("1_n", "ones(n)"),
    ("𝟏_n", "ones(n)"),
    ("x[1]", "x[1]"),
    ("W[1, 2]", "W[1,2]"),
    ("x [1, 2]", "(x _ [1,2])"),
    ("max(0, v)", "max(0,v)"),
    (r"\operatorname{ReLU}(z)", "relu(z)"),
    (r"\text{sigmoid}(z)", "sigmoid(z)"),
    (r"\log_2 x", "log2(x)"),
    # sums
    (r"\sum_i x_i", "Bigsumi(x[i])"),
    ("sum_i x_i", "Bigsumi(x[i])"),
    ("Σᵢ wᵢ xᵢ", "Bigsumi((w[i] _ x[i]))"),
    ("sum_{i=1}^n x_i", "Bigsumi(1,n,x[i])"),
    (r"\sum_{i}^{n} (\hat{y}_i - y_i)^2", "Bigsumi(n,(^ (+ ŷ[i] (- y[i])) 2))"),
    ("∑ (ŷ_i − y_i)² / n", "Bigsumi(((^ (+ ŷ[i] (- y[i])) 2) / n))"),
    ("Σᵢ₌₁³ xᵢ", "Bigsumi(1,3,x[i])"),
    (r"\sum^{3}_{i=1} w_{i}x_{i} + b", "(+ Bigsumi(1,3,(w[i] _ x[i])) b)"),
    ("∑_{i,j} W_{ij}", "Bigsumi(Bigsumj(W[i,j]))"),
    ("∑_i ∑_j W_{i,j} x_j", "Bigsumi(Bigsumj((W[i,j] _ x[j])))"),
    ("∑_i W1_i", "Bigsumi(W1[i])"),
    ("∑_i W_{1,i}", "Bigsumi(W1[i])"),
    ("∑_i A_{1,i}", "Bigsumi(A[1,i])"),
    ("∑_i x_{i+1}", "Bigsumi(x[(+ i 1)])"),
    ("∑_{i=2}^n x_{i - 1}", "Bigsumi(2,n,x[(+ i (- 1))])"),
    ("Σᵢ xᵢ₋₁", "Bigsumi(x[(+ i (- 1))])"),
    ("∑_i x_{n-i+1}", "Bigsumi(x[(+ n (- i) 1)])"),
    ("∑_i x_{s(i-1)+u}", "Bigsumi(x[(+ (s _ (+ i (- 1))) u)])"),
    ("∑_i x_{-i}", "Bigsumi(x[(- i)])"),
    ("∑_i x_{si+u}", "Bigsumi(x[(+ (s _ i) u)])"),
    ("∑_{i,j} W_{i-1,j+k}", "Bigsumi(Bigsumj(W[(+ i (- 1)),(+ j k)]))"),
    ("∑_i W_{1,i+1}", "Bigsumi(W1[(+ i 1)])"),
    ("∑_i x_{i-1}²", "Bigsumi((^ x[(+ i (- 1))] 2))"),
    ("∑_i i x_i", "Bigsumi((i _ x[i]))"),
    ("∑_i X[2i, i+1]", "Bigsumi(X[(2 _ i),(+ i 1)])"),
    # entries of groups and calls
    ("∑_i (W x)_i", "Bigsumi((W _ x)[i])"),
    ("Σᵢ (W x)ᵢ yᵢ", "Bigsumi(((W _ x)[i] _ y[i]))"),
    ("∑_i σ(x)_i y_i", "Bigsumi((sigmoid(x)[i] _ y[i]))"),
    (r"\sum_{i,j} (A B)_{ij}^2", "Bigsumi(Bigsumj((^ (A _ B)[i,j] 2)))"),
    ("∑_i (A B)_{i,2} + (A B)_{1,2}", "(+ Bigsumi((A _ B)[i,2]) (A _ B)[1,2])"),
    ("∑_i (W x)_{i + 1}", "Bigsumi((W _ x)[(+ i 1)])"),
    ("∑_{i,j} A^{-1}_{ij}", "Bigsumi(Bigsumj((inv A)[i,j]))"),
    ("(W x)_2 y", "((W _ x)[2] _ y)"),
    # ranges
    ("x[2:5]", "x[2:5]"),
    ("X[:, 1]", "X[∅:∅,1]"),
    ("X[1:2, :]", "X[1:2,∅:∅]"),
    ("x[3:]ᵀ", "(T x[3:∅])"),
    ("x[:n]", "x[∅:n]"),
    ("∑_i x[i:i+2]", "Bigsumi(x[i:(+ i 2)])"),
    ("(x + y)[2:3]", "(+ x y)[2:3]"),
    ("∂L/∂x[2:3]", "Partial(L,x[2:3])"),
    ("A_{2,:}", "A[2,∅:∅]"),
    (r"\sum_i A_{i,:} x_{1:3}", "Bigsumi((A[i,∅:∅] _ x[1:3]))"),
    ("x_{2:n}ᵀ W_{:,j}", "((T x[2:n]) _ W[∅:∅,j])"),
    ("∑_i x_{i:i+2}", "Bigsumi(x[i:(+ i 2)])"),
    ("W_{1,2:}", "W1[2:∅]"),
    ("∂L/∂x_{2:3}", "Partial(L,x[2:3])"),
    # options
    ("conv2d(X, W, stride=2)", "conv2d(X,W,2)"),
    ("conv2d(X, W, padding=k - 1, stride=2)ᵀ", "(T conv2d(X,W,(+ k (- 1)),2))"),
    ("1/n ∑ᵢ xᵢ", "((1 / n) _ Bigsumi(x[i]))"),
    ("∑ x", "sum(x)"),
    ("∏ᵢ xᵢ", "Bigprodi(x[i])"),
    (r"\prod_{i=1}^n x_i", "Bigprodi(1,n,x[i])"),
    # cases
    (r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", "{x if x>0, 0 if }"),
    (r"\begin{cases} x, & \text{if } x > y, \\[2pt] -1, & \text{if } x \le y. \end{cases}", "{x if x>y, (- 1) if x≤y}"),
    (r"2 \begin{dcases} x & 0 < x \le y \\ y & else \\ \end{dcases} z", "(2 _ {x if 0<x & x≤y, y if } _ z)"),
    (r"\begin{cases} x & \text{for } x > 0 \text{ and } y = 1 \\ y & x < 0 \end{cases}", "{x if x>0 & y=1, y if x<0}"),
    (r"\left(\begin{cases} x & x > 0 \\ y & x = 0 \end{cases}\right)^2", "(^ {x if x>0, y if x=0} 2)"),
    # derivatives
    ("∂L/∂z₂", "Partial(L,z2)"),
    ("dL/dz2", "Partial(L,z2)"),
    ("dL/dŷ · dŷ/dz_2", "(Partial(L,ŷ) · Partial(ŷ,z2))"),
    (r"\frac{\partial L}{\partial z_2}", "Partial(L,z2)"),
    (r"\frac{\partial \mathcal{L}}{\partial \hat{y}}", "Partial(L,ŷ)"),
    (r"\frac{dL}{dx}", "Partial(L,x)"),
    (r"\frac{\mathrm{d}L}{\mathrm{d}x}", "Partial(L,x)"),
    (r"\frac{d \hat{y}}{d z_2}", "Partial(ŷ,z2)"),
    (r"\frac{\partial L}{W_1}", "Partial(L,W1)"),
    (r"\partial L / \partial z_2", "Partial(L,z2)"),
    ("∇_W L", "Partial(L,W)"),
    (r"\nabla_{W_1} L", "Partial(L,W1)"),
    (r"\nabla_W L", "Partial(L,W)"),
    (r"\nabla_{\mathbf{W}} \mathcal{L}", "Partial(L,W)"),
    ("∇_W1 L", "Partial(L,W1)"),
    ("grad_W L", "Partial(L,W)"),
    ("2 grad_{W1} L + W1", "(+ (2 _ Partial(L,W1)) W1)"),
    ("∂L/∂z₁ᵀ", "(T Partial(L,z1))"),
    ("∂L/∂x[1]", "Partial(L,x[1])"),
    ("∂f/∂(x + y)", "Partial(f,(+ x y))"),
    ("∂(x + y)/∂x", "Partial((+ x y),x)"),
    ("d(x + y)/dx", "Partial((+ x y),x)"),
    ("⟨x, y⟩", "dot(x,y)"),
    (r"2\langle A x, y \rangle z", "(2 _ dot((A _ x),y) _ z)"),
    ("x.^2 + A.^-1", "(+ power(x,2) power(A,(- 1)))"),
    ("2.^x", "power(2,x)"),
    # the lecture
    (r"\frac{e^z}{1 + e^z}", "((^ e z) / (+ 1 (^ e z)))"),
    (r"\hat{y}^y (1 - \hat{y})^{1-y}", "((^ ŷ y) _ (^ (+ 1 (- ŷ)) (+ 1 (- y))))"),
    (r"-\sum_{j} y_j \log \hat{y}_j", "(- Bigsumj((y[j] _ ln(ŷ[j]))))"),
    (r"\frac{1}{1 + e^{-x}}", "(1 / (+ 1 (^ e (- x))))"),
]


@pytest.mark.parametrize(("text", "wanted"), READINGS)
def test_reading(text, wanted):
    assert shape(read(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "= (ŷ - y) h1",
        "dL/dW2 = (ŷ - y) h1",
        "∂L/∂W₂ = (ŷ - y) h1.",
        "$(\\hat{y} - y) h_1$",
        r"\( \left(\hat{y} - y\right)\, h_1 \);",
        r"\[ \frac{\partial \mathcal{L}}{\partial W_2} = (\widehat{y} - y)\,\mathbf{h}_1 . \]",
        "(ŷ\u2009−\u2009y)\u202fh₁,",
        "(yhat-y)h1",
        "(ŷ - y) h1 # done",
        "\ufeff(ŷ - y) h1\n",
    ],
)
def test_answers_come_in_many_wrappings(text):
    assert shape(read(text, answer=True)) == "((+ ŷ (- y)) _ h1)"


def test_indices_are_entries_only_where_they_are_bound():
    assert shape(read("ŷ_i(δ_ik - ŷ_k)", bound=("i", "k"))) == "(ŷ[i] _ (+ δ[i,k] (- ŷ[k])))"
    assert shape(read_expression("x_i", WORDS, ["x_i"])) == "x_i"
    assert shape(read_expression("x_{i-1}", WORDS, ["x_{i-1}"])) == "x_{i-1}"
    assert shape(read("x_{i-1} L", bound=("i",))) == "(x[(+ i (- 1))] _ L)"
    assert shape(read_expression("x_{train-i}", WORDS, ["x_{train-i}"], bound=("i",))) == "x_{train-i}"


def test_functions_of_the_program_are_applied():
    tree = read_expression("swish(x)(y)", WORDS, ["x", "y"], functions={"swish": 1})
    assert shape(tree) == "(swish(x) _ y)"


def test_spans_point_into_the_text():
    tree = read("x + (ŷ − y) h1")
    product = tree.items[1]
    assert (product.span.start, product.span.end) == (4, 14)
    assert (product.operands[1].span.start, product.operands[1].span.end) == (12, 14)


def test_styles_of_known_names():
    tree = read_expression(r"\mathbf{W} + W", WORDS, ["W", "𝐖"], answer=True)
    assert shape(tree) == "(+ 𝐖 W)"


def test_a_transpose_where_t_is_a_name_has_two_readings():
    tree = read_expression("W^T", WORDS, ["W", "T"])
    assert shape(tree) == "<(T W) | (^ W T)>"
