"""Shape rules: what comes out, and what is said where shapes do not fit."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.messages import AmbiguousError, ShapeError
from gradviz.ops import OPERATIONS, shapes

NAMES = "s ∈ ℝ; u, v ∈ ℝ^3; w ∈ ℝ^4; A, B ∈ ℝ^{3×4}; C ∈ ℝ^{4×5}; S, T ∈ ℝ^{3×3}; r ∈ ℝ^{1×3}; q ∈ ℝ^{1×4}; k ∈ ℝ^{4×1}; X ∈ ℝ^{n×d}\n"

FITS: list[tuple[str, shapes.Shape]] = [
    ("s + s", ()), ("s + u", (3,)), ("u + v", (3,)), ("A + B", (3, 4)), ("A + w", (3, 4)), ("w + A", (3, 4)),
    ("A + q", (3, 4)), ("A - k", (3, 4)), ("r + r", (1, 3)), ("s r", (1, 3)), ("X + s", ("n", "d")), ("𝟏 + X", ("n", "d")),
    ("s u", (3,)), ("u s", (3,)), ("A w", (3,)), ("A k", (3,)), ("A C", (3, 5)), ("Aᵀ u", (4,)), ("uᵀ A", (1, 4)),
    ("r A", (1, 4)), ("q C", (1, 5)), ("uᵀ v", ()), ("r u", ()), ("u uᵀ", (3, 3)), ("u wᵀ", (3, 4)), ("w r", (4, 3)),
    ("u q", (3, 4)), ("u r A", (3, 4)), ("uᵀ A w", ()), ("Xᵀ X", ("d", "d")), ("X Xᵀ", ("n", "n")), ("kᵀ w", ()), ("kᵀ", (1, 4)),
    ("u · v", ()), ("u · A w", ()), ("u ⊗ w", (3, 4)), ("A ⊙ B", (3, 4)), ("A ⊙ w", (3, 4)), ("u ⊘ v", (3,)), ("u / v", (3,)),
    ("A / s", (3, 4)), ("s / A", (3, 4)), ("u * v", (3,)), ("A * C", (3, 5)), ("A * w", (3,)), ("u^2", (3,)), ("2^u", (3,)),
    ("Aᵀ", (4, 3)), ("uᵀ", (1, 3)), ("rᵀ", (3,)), ("sᵀ", ()), ("S⁻¹", (3, 3)), ("S⁻ᵀ u", (3,)), ("S⁻¹ A", (3, 4)), ("s⁻¹", ()),
    ("sum(A)", ()), ("mean(X)", ()), ("rowsum(A)", (3,)), ("colsum(A)", (4,)), ("rowmax(A)", (3,)), ("colmean(X)", ("d",)),
    ("tr(S)", ()), ("diag(u)", (3, 3)), ("diag(u) A", (3, 4)), ("softmax(A)", (3, 4)), ("softmax(u)", (3,)), ("norm(A)", ()),
    ("max(A)", ()), ("max(u, s)", (3,)), ("max(A, B)", (3, 4)), ("𝟙[A > s]", (3, 4)), ("𝟙[u > v]", (3,)), ("|A|", (3, 4)), ("‖A‖", ()),
    ("[s, s]", (2,)), ("[[s, s, s], [s, s, s]]", (2, 3)), ("[[s, s]]", (1, 2)), ("[[s], [s]]", (2,)), ("[s]", ()),
    ("u[2]", ()), ("A[2,3]", ()), ("∑_i u_i", ()), ("A 𝟏", (3,)), ("𝟏ᵀ A", (1, 4)), ("S + I", (3, 3)), ("I u", (3,)),
    ("ones(2, 5)", (2, 5)), ("ones(n)", ("n",)), ("u ones(5)ᵀ", (3, 5)), ("softmax(q)", (1, 4)),
    ("u 𝟏ᵀ S", (3, 3)),
    ("det(S)", ()), ("logdet(Xᵀ X)", ()), ("diag(S)", (3,)), ("diag(X Xᵀ)", ("n",)), ("solve(S, A)", (3, 4)), ("matpow(S, 5)", (3, 3)),
    ("matpow(S, 0)", (3, 3)), ("rowvar(X)", ("n",)), ("colstd(X)", ("d",)), ("rowprod(A)", (3,)), ("prod_others(A)", (3, 4)),
    ("rowprod_pairs(A)", (3, 4, 4)), ("colprod_pairs(A)", (3, 3, 4)), ("prod_pairs(u)", (3, 3)), ("prod_triples(u)", (3, 3, 3)), ("layernorm(X)", ("n", "d")),
    ("batchnorm(A, w, w)", (3, 4)), ("mse(X, X)", ()), ("kl(A, B)", ()), ("cross(u, v)", (3,)), ("atan2(A, w)", (3, 4)),
    ("logaddexp(s, A)", (3, 4)), ("pow(A, B)", (3, 4)), ("rowlogsumexp(q)", ()), ("colmin(X)", ("d",)), ("rownorm1(X)", ("n",)),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "shape"), FITS, ids=[e for e, _ in FITS])
def test_fits(expression: str, shape: shapes.Shape) -> None:
    assert gv.parse(f"{NAMES}Z = {expression}").shape("Z") == shape


# Expression; what the message says of shapes; what is suggested; where it points (default: all of it).
MISFITS: list[tuple[str, str, str, str]] = [
    ("u + w", "the shapes 3 and 4 differ", "", ""),
    ("A + u", "the shapes 3×4 and 3 differ", "write u 𝟏ᵀ", ""),
    ("A - S", "the shapes 3×4 and 3×3 differ", "", ""),
    ("A + Bᵀ", "the shapes 3×4 and 4×3 differ", "", ""),
    ("u + r", "the shapes 3 and 1×3 differ", "", ""),
    ("A ⊙ u", "the shapes 3×4 and 3 differ", "", ""),
    ("u ⊘ w", "the shapes 3 and 4 differ", "", ""),
    ("A / S", "the shapes 3×4 and 3×3 differ", "", ""),
    ("u · w", "the shapes 3 and 4 differ", "", ""),
    ("A u", "the inner sizes are 4 and 3", "Aᵀ u", ""),
    ("A @ u", "the inner sizes are 4 and 3", "Aᵀ u", ""),
    ("u A", "a 3 array cannot be multiplied by a 3×4 array", "uᵀ A", ""),
    ("A B", "the inner sizes are 4 and 3", "A ⊙ B", ""),
    ("C A", "the inner sizes are 5 and 3", "", ""),
    ("u v", "the inner sizes are 1 and 3", "u ⊙ v", ""),
    ("u(1 - u)", "the inner sizes are 1 and 3", "u ⊙ (1 − u)", ""),
    ("r r", "the inner sizes are 3 and 1", "r ⊙ r", ""),
    ("w + s (A u)", "the inner sizes are 4 and 3", "Aᵀ u", "A u"),
    ("tr(A)", "3×4", "", ""),
    ("A⁻¹", "3×4", "", ""),
    ("diag(A)", "this wants a square matrix, and its operand is 3×4", "", ""),
    ("det(A)", "this wants a square matrix, and its operand is 3×4", "", ""),
    ("logdet(u)", "this wants a square matrix, and its operand is 3", "", ""),
    ("A⁻¹", "this wants a square matrix, and its operand is 3×4", "", ""),
    ("solve(A, u)", "this wants a square matrix, and its operand is 3×4", "", "A"),
    ("solve(S, w)", "the inner sizes are 3 and 4", "", ""),
    ("matpow(A, 2)", "the inner sizes are 4 and 3", "", ""),
    ("matpow(A, 1)", "this wants a square matrix, and its operand is 3×4", "", ""),
    ("matpow(S, 1/2)", "is no power that a product can be written for", "", "1/2"),
    ("cross(u, w)", "this wants vectors of three entries, and one is 4", "", ""),
    ("bmm(A, C)", "this wants a batch of matrices (three axes), and its operand is 3×4", "", ""),
    ("layernorm(s)", "this wants a vector or a matrix, not a scalar", "", ""),
    ("layernorm(u, v)", "this wants a number, and its operand is 3", "", ""),
    ("layernorm(A, u, u)", "the shapes 3 and 3×4 differ", "", ""),
    ("batchnorm(q)", "this goes over rows, and its operand 1×4 has only one", "", ""),
    ("rowprod(u)", "this wants a matrix, and its operand is 3", "", ""),
    ("mse(u, w)", "mse compares two of one shape, and these are 3 and 4", "", ""),
    ("bce(u, s)", "bce compares two of one shape, and these are 3 and scalar", "", ""),
    ("cross_entropy(uᵀ, u)", "cross_entropy compares two of one shape, and these are 1×3 and 3", "", ""),
    ("huber(u, v, w)", "this wants a number, and its operand is 4", "", "w"),
    ("atan2(u, w)", "the shapes 3 and 4 differ", "", ""),
    ("softmax(s)", "not a scalar", "", ""),
    ("rowsum(u)", "this wants a matrix, and its operand is 3", "", ""),
    ("A²", "only a square matrix has powers, and this one is 3×4", "A ⊙ A", ""),
    ("S²", "a power of a matrix is written out", "S S, or S ⊙ S", ""),
    ("A^(1/2)", "only a square matrix has powers", "pow(A, 1/2)", ""),
    ("S^(1/2)", "the power of a matrix is a whole number", "pow(S, 1/2)", ""),
    ("S^s", "the power of a matrix is a whole number", "pow(S, s)", ""),
    ("u × v", "× stands between scalars", "u ⊙ v", ""),
    ("[s, [s, s]]", "the rows of this array differ in length", "", ""),
    ("[u, v]", "the entries of an array are scalars", "", ""),
    ("𝟏ᵀ 𝟏", "cannot be told from here", "ones(n)", ""),
    ("A + I", "this wants a square matrix, and its operand is 3×4", "", ""),
    ("u[4]", "the index 4 is outside 1 to 3", "", "4"),
    ("u[0]", "the index 0 is outside 1 to 3", "", "0"),
    ("A[2]", "the number of indices is 1, and the shape is 3×4", "", ""),
    ("∑_i u_i w_i", "the index i runs to 3 and to 4", "", "w_i"),
    ("∑_i s", "the range of i is unknown", "", ""),
    ("∑_{i=1}^{5} u_i", "the index i runs to 3 and to 5", "", ""),
    ("∑_i A u_i", "joins entries with a whole array", "", "A u_i"),
    ("∑_i norm(u_i)", "is one entry, and a whole array is wanted here", "", "u_i"),
]


@pytest.mark.parametrize(("expression", "says", "hint", "points"), MISFITS, ids=[m[0] for m in MISFITS])
def test_misfits(expression: str, says: str, hint: str, points: str) -> None:
    with pytest.raises(ShapeError) as caught:
        gv.parse(f"{NAMES}\nZ = {expression}")
    error = caught.value
    assert says in error.message.text()
    assert hint in (error.hint.text() if error.hint else "")
    assert bool(hint) or error.hint is None
    place = error.place
    assert place is not None
    assert place.line == 3
    marked = place.source[place.column - 1 : place.column - 1 + place.width]
    assert marked == (points or expression)


SIZED = (
    "X ∈ ℝ^{n×d}; Y ∈ ℝ^{n×k}; W ∈ ℝ^{d×k}; S ∈ ℝ^{n×n}; u ∈ ℝ^n; v ∈ ℝ^d; b ∈ ℝ^k; r ∈ ℝ^{1×d}; T ∈ ℝ^{n×d×k}; s ∈ ℝ"
)

# Sizes by name: expression; what is said; what is suggested; where it points (default: all of it).
SYMBOLIC: list[tuple[str, str, str, str]] = [
    (
        "X Y",
        "a n×d array cannot be multiplied by a n×k array: the inner sizes are d and n (in X Y)",
        "write Xᵀ Y",
        "",
    ),
    ("Y W", "a n×k array cannot be multiplied by a d×k array: the inner sizes are k and d", "write Y Wᵀ", ""),
    ("X W X", "a n×k array cannot be multiplied by a n×d array: the inner sizes are k and n", "(X W)ᵀ X", ""),
    ("X(Y W)", "the inner sizes are k and d (in Y W)", "write Y Wᵀ", "Y W"),
    ("sum(X Y)", "the inner sizes are d and n (in X Y)", "write Xᵀ Y", "X Y"),
    ("X @ Y", "the inner sizes are d and n (in X @ Y)", "write Xᵀ Y", ""),
    ("Xᵀ v", "a d×n array cannot be multiplied by a d array: the inner sizes are n and d", "write X v", ""),
    ("X u", "a n×d array cannot be multiplied by a n array", "write Xᵀ u", ""),
    ("u v", "a n array cannot be multiplied by a d array", "write u vᵀ", ""),
    ("uᵀ v", "a 1×n array cannot be multiplied by a d array: the inner sizes are n and d", "", ""),
    ("r X", "a 1×d array cannot be multiplied by a n×d array", "write r Xᵀ", ""),
    ("T X", "a n×d×k array cannot be multiplied by a n×d array", "", ""),
    ("u + v", "the shapes n and d differ (in u + v)", "", ""),
    ("X + u", "the shapes n×d and n differ (in X + u)", "", ""),
    ("r + v", "the shapes 1×d and d differ", "", ""),
    ("X W + v", "the shapes n×k and d differ (in X W + v)", "", ""),
    ("‖X - Y‖²", "the shapes n×d and n×k differ (in X − Y)", "", "X - Y"),
    ("X ⊙ Y", "the shapes n×d and n×k differ (in X ⊙ Y)", "", ""),
    ("u ⊘ v", "the shapes n and d differ (in u ⊘ v)", "", ""),
    ("u · v", "the shapes n and d differ (in u · v)", "", ""),
    ("max(u, v)", "the shapes n and d differ (in max(u, v))", "", ""),
    ("𝟙[u > v]", "the shapes n and d differ (in 𝟙[u > v])", "", ""),
    ("X⁻¹", "this wants a square matrix, and its operand is n×d (in X⁻¹)", "", ""),
    ("tr(X W)", "this wants a square matrix, and its operand is n×k (in tr(X W))", "", ""),
    ("det(X)", "this wants a square matrix, and its operand is n×d (in det(X))", "", ""),
    ("solve(S, v)", "the inner sizes are n and d", "", ""),
    ("Tᵀ", "this wants a matrix, and its operand is n×d×k (in Tᵀ)", "", ""),
    ("rowsum(u)", "this wants a matrix, and its operand is n (in rowsum(u))", "", ""),
    ("kl(u, v)", "kl compares two of one shape, and these are n and d", "", ""),
    ("∑_i u_i v_i", "the index i runs to n and to d", "", "v_i"),
    ("X[1, 2, 3]", "the number of indices is 3, and the shape is n×d", "", ""),
    ("reshape(u, 2, 3)", "an array of the shape n has n entries, and one of the shape 2×3 has 6", "", ""),
    ("concat(X, Y)", "arrays of the shapes n×d and n×k do not fit end to end along axis 1", "", ""),
    ("[u, s]", "the entries of an array are scalars, and one here is n", "", ""),
]


@pytest.mark.parametrize(("expression", "says", "hint", "points"), SYMBOLIC, ids=[m[0] for m in SYMBOLIC])
def test_misfits_of_sizes_by_name(expression: str, says: str, hint: str, points: str) -> None:
    with pytest.raises(ShapeError) as caught:
        gv.parse(f"{SIZED}\nZ = {expression}")
    error = caught.value
    assert says in error.message.text()
    assert hint in (error.hint.text() if error.hint else "")
    place = error.place
    assert place is not None
    assert place.line == 2
    assert place.source[place.column - 1 : place.column - 1 + place.width] == (points or expression)


def test_a_misfit_in_a_longer_program_points_at_its_line() -> None:
    with pytest.raises(ShapeError, match=r"line 4, column 10"):
        gv.parse("W ∈ ℝ^{3×4}\nx ∈ ℝ^3\n\nz = 2x + W x; L = sum(z)")


@pytest.mark.parametrize(
    ("expression", "readings"),
    [
        ("S * T", ("S @ T", "S ⊙ T")),
        ("S · T", ("S @ T", "S ⊙ T")),
        ("1/2s", ("(1/2) s", "1/(2s)")),
        ("ln 2s", ("ln(2) s", "ln(2s)")),
    ],
)
def test_two_readings_are_never_guessed(expression: str, readings: tuple[str, str]) -> None:
    with pytest.raises(AmbiguousError) as caught:
        gv.parse(f"{NAMES}Z = {expression}")
    assert caught.value.hint is not None
    assert str(caught.value.hint) == f"write {readings[0]}, or {readings[1]}"
    assert caught.value.place is not None
    for reading in readings:
        gv.parse(f"{NAMES}Z = {reading}")


@pytest.mark.parametrize(
    ("expression", "shape"),
    [("A * w", (3,)), ("A · w", (3,)), ("1/2 s", ()), ("u + S * T u", (3,)), ("1/n Xᵀ X", ("d", "d"))],
)
def test_one_reading_that_fits_is_taken(expression: str, shape: shapes.Shape) -> None:
    assert gv.parse(f"{NAMES}Z = {expression}").shape("Z") == shape


@pytest.mark.parametrize("name", [n for n, op in OPERATIONS.items() if op.elementwise])
def test_elementwise_operations_share_one_rule(name: str) -> None:
    rule = OPERATIONS[name].shape
    assert rule(((), (3,)), None) == (3,)
    assert rule(((3, 4), (4,)), None) == (3, 4)
    assert rule(((1, 4), (3, 4)), None) == (3, 4)
    with pytest.raises(shapes.Misfit):
        rule(((3, 4), (3,)), None)
