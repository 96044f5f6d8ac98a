"""Programs over arrays of three and four axes, as users meet them."""

from __future__ import annotations

import json

import numpy as np
import pytest

import gradviz as gv

NET = """
X ∈ ℝ^{2×6×6}; data X
K ∈ ℝ^{3×2×3×3}; b ∈ ℝ^3; W ∈ ℝ^{4×12}; y ∈ onehot(4); data y
Z = conv2d(X, K, b)
A = relu(Z)
P = max_pool2d(A, 2)
f = flatten(P)
z = W f
p = softmax(z)
L = -∑_i y_i ln p_i
"""


REMARK = "each entry of ∂L/∂P goes to the largest entry of its window, shared where entries tie"


def test_a_small_convolutional_network() -> None:
    graph = gv.parse(NET)
    assert {n: graph.shape(n) for n in ("Z", "P", "f")} == {"Z": (3, 4, 4), "P": (3, 2, 2), "f": (12,)}
    assert str(graph.gradient("z")) == "p − y"
    assert str(graph.gradient("P")) == "reshape(Wᵀ(p − y), 3, 2, 2)"
    kernel, bias = graph.gradient("K"), graph.gradient("b")
    assert kernel.letters == ("i", "j", "k", "l")
    assert str(kernel) == "Σₘ ∑_q (∂L/∂Z)[i, m, q] X[j, k + m − 1, l + q − 1]"
    assert str(kernel.remark) == "the cross-correlation of X with ∂L/∂Z"
    assert str(bias.remark) == "the sum of ∂L/∂Z over all places"
    assert str(graph.gradient("A").remark) == REMARK
    image = graph.gradient("X").remark
    assert image is not None
    assert "full convolution" in str(image)
    assert "flipped kernel" in str(image)
    assert image in graph.derivation("X", strict=True).notes


def test_values_as_nested_lists_and_json() -> None:
    graph = gv.parse("X ∈ ℝ^{1×3×3}; K ∈ ℝ^{1×1×2×2}; Z = conv2d(X, K); L = sum(Z)")
    ex = graph.explain(at={"X": [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], "K": [[[[1, 0], [0, 1]]]]})
    assert ex.values["Z"].tolist() == [[[6, 8], [12, 14]]]
    assert ex.gradients["K"].tolist() == [[[[12, 16], [24, 28]]]]
    found = json.loads(ex.json()) if isinstance(ex.json(), str) else ex.json()
    assert found["values"]["Z"] == [[[6.0, 8.0], [12.0, 14.0]]]
    assert [n["shape"] for n in found["nodes"]][:2] == [[1, 3, 3], [1, 1, 2, 2]]
    assert "conv2d(X, K)" in ex.text()


def test_values_in_the_program() -> None:
    graph = gv.parse("X ∈ ℝ^{2×1×2}; L = sum(X ⊙ X)\nat X = [[[1, 2]], [[3, 4]]]")
    ex = graph.explain()
    assert ex.values["L"] == 30
    assert ex.gradients["X"].tolist() == [[[2, 4]], [[6, 8]]]


def test_sizes_that_values_make_too_small() -> None:
    graph = gv.parse("x ∈ ℝ^n; w ∈ ℝ^k; z = conv1d(x, w); L = ‖z‖²")
    with pytest.raises(gv.GradvizError, match="an axis has at least one entry"):
        graph.explain(at={"x": [1, 2], "w": [1, 2, 3]})


def test_rows_are_chosen_by_whole_numbers() -> None:
    graph = gv.parse("E ∈ ℝ^{3×2}; t ∈ ℝ^4; data t; H = gather(E, t); L = sum(H ⊙ H)")
    table = [[1, 2], [3, 4], [5, 6]]
    ex = graph.explain(at={"E": table, "t": [3, 1, 3, 2]})
    assert ex.values["H"].tolist() == [[5, 6], [1, 2], [5, 6], [3, 4]]
    assert ex.gradients["E"].tolist() == [[2, 4], [6, 8], [20, 24]]
    assert np.all(ex.gradients["t"] == 0)
    for wrong in ([0, 1, 1, 1], [1, 2, 3, 4], [1.5, 1, 1, 1]):
        with pytest.raises(gv.GradvizError, match="chooses rows"):
            graph.explain(at={"E": table, "t": wrong})


def test_an_image_of_224_by_224() -> None:
    graph = gv.parse("X ∈ ℝ^{3×224×224}; K ∈ ℝ^{64×3×3×3}; Z = conv2d(X, K, stride=2, padding=1); L = sum(Z ⊙ Z)")
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(3, 224, 224)), rng.normal(size=(64, 3, 3, 3))
    ex = graph.explain(at={"X": image, "K": kernel}, wrt=[])
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    at = padded[:, 100:103, 60:63]
    assert ex.values["Z"][:, 50, 30] == pytest.approx(np.tensordot(kernel, at, 3))
    out = 2 * ex.values["Z"]
    assert ex.gradients["K"][5, 2, 0, 1] == pytest.approx((out[5] * padded[2, 0:223:2, 1:224:2]).sum())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x ∈ ℝ^3; y = x[2:5]; L = sum(y)", "outside 1 to 3"),
        ("x ∈ ℝ^3; y = x[3:2]; L = sum(y)", "holds no entry"),
        ("x ∈ ℝ^3; y = x[0:2]; L = sum(y)", "count from 1"),
        ("x ∈ ℝ^3; L = ∑_i x[i + 1] x[i]", "outside 1 to 3"),
        ("A ∈ ℝ^{2×3}; B ∈ ℝ^{2×4}; C = concat(A, B); L = sum(C)", "2×3 and 2×4"),
        ("A ∈ ℝ^{2×3}; C = reshape(A, 4, 2); L = sum(C)", "2×3 has 6 entries, and one of the shape 4×2 has 8"),
        ("A ∈ ℝ^{2×3}; C = permute(A, 1, 1); L = sum(C)", "1, 1 is no order"),
        ("A ∈ ℝ^{2×3}; C = flip(A, axis=3); L = sum(C)", "no axis 3"),
        ("x ∈ ℝ^3; y ∈ ℝ^4; C = stack(x, y); L = sum(C)", "3 and 4"),
        ("X ∈ ℝ^{2×5×5}; K ∈ ℝ^{4×3×2×2}; Z = conv2d(X, K); L = sum(Z)", "has 2 channels, and a kernel of the shape 4×3×2×2"),
        ("X ∈ ℝ^{2×5×5}; K ∈ ℝ^{2×2}; Z = conv2d(X, K); L = sum(Z)", "2×5×5 array and no 2×2 kernel"),
        ("X ∈ ℝ^{3×3}; K ∈ ℝ^{4×2}; Z = conv2d(X, K); L = sum(Z)", "4×2 does not fit into 3×3"),
        ("X ∈ ℝ^{3×3}; Z = max_pool2d(X, 2, stride=0); L = sum(Z)", "whole number"),
        ("X ∈ ℝ^{3×3}; Z = max_pool2d(X, 2, padding=[1, 2]); L = sum(Z)", "padding of 1×2 leaves windows of 2×2"),
        ("X ∈ ℝ^{2×5×5}; K ∈ ℝ^{4×2×2×2}; b ∈ ℝ^3; Z = conv2d(X, K, b); L = sum(Z)", "is 4, not 3"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_both_shapes(text: str, words: str) -> None:
    with pytest.raises(gv.GradvizError, match=words):
        gv.parse(text)


def test_sums_over_windows_print_as_formulas() -> None:
    graph = gv.parse("x ∈ ℝ^7; w ∈ ℝ^3; z = conv1d(x, w, stride=2, padding=1); L = ‖z‖²")
    assert str(graph.gradient("x")) == "2 Σⱼ z[(i − j + 3)/2] wⱼ"
    assert str(graph.gradient("w")) == "2 Σⱼ zⱼ x[i + 2j − 3]"
    graph = gv.parse("x ∈ ℝ^7; y = x[2:5]; L = ‖y‖²")
    assert str(graph.gradient("x")) == "2 pad(y, 1, 2)"
    graph = gv.parse("a ∈ ℝ^n; b ∈ ℝ^m; c = concat(a, b); L = ‖c‖²")
    assert [str(graph.gradient(n)) for n in "ab"] == ["2c[1:n]", "2c[n + 1:]"]


def test_with_sympy() -> None:
    import sympy

    graph = gv.parse("x ∈ ℝ^4; w ∈ ℝ^2; z = conv1d(x, w); L = ‖z‖²")
    entry = graph.gradient("x").sympy()
    z, w = sympy.IndexedBase("z"), sympy.IndexedBase("w")
    (i,) = (s for s in entry.free_symbols if isinstance(s, sympy.Symbol) and s.is_integer)
    assert entry.subs(i, 1).doit() == 2 * z[1] * w[1]
    assert sympy.expand(entry.subs(i, 2).doit() - 2 * z[2] * w[1] - 2 * z[1] * w[2]) == 0


def test_dropout_where_the_mask_or_the_entry_is_zero() -> None:
    graph = gv.parse("x, m ∈ ℝ^3; y = dropout(x, m, 0.5); L = sum(y)")
    ex = graph.explain(at={"x": [0, 2, 3], "m": [1, 0, 1]})
    assert ex.gradients["x"].tolist() == [2, 0, 2]
    assert ex.gradients["m"].tolist() == [0, 4, 6]


def test_sums_over_a_part_of_an_axis() -> None:
    text = "x ∈ ℝ^n; L = ∑_{i=2}^{n} (x_i - x_{i-1})^2 + ∑_{i=1}^{n-1} i x_i x_{i+1}"
    graph = gv.parse(text)
    ex = graph.explain(at={"x": [1, 2, 4, 8]})
    assert ex.values["L"] == 1 + 4 + 16 + 2 + 16 + 96
    assert ex.gradients["x"].tolist() == [-2 + 2, 2 - 4 + 1 + 8, 4 - 8 + 4 + 24, 8 + 12]
    graph.derivation("x", strict=True)


def test_padding_of_a_maximum_is_never_the_largest() -> None:
    """Entries below zero stay the largest of their windows; zeros tie with one another, not with the padding."""
    graph = gv.parse("x, c ∈ ℝ^5; P = max_pool1d(x, 3, stride=1, padding=1); L = cᵀ P")
    below = graph.explain(at={"x": [-3, -1, -4, -2, -5], "c": [1, 2, 3, 4, 5]})
    assert below.values["P"].tolist() == [-1, -1, -1, -2, -2]
    assert below.gradients["x"].tolist() == [0, 6, 0, 9, 0]
    ties = graph.explain(at={"x": [0, -1, 0, 0, -2], "c": [1, 2, 3, 4, 5]})
    assert ties.gradients["x"].tolist() == [2, 0, 4.5, 8.5, 0]
    gradient = graph.gradient("x")
    assert str(gradient) == "Σⱼ ∑_{k=1}^{3} cⱼ 𝟙[xᵢ = Pⱼ] δ[i, j + k − 2]/(∑_{l=1}^{3} Σₘ 𝟙[xₘ = Pⱼ] δ[m, j + l − 2])"
    assert str(gradient.remark) == f"{REMARK}; padding gets nothing"
