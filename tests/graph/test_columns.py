"""Arrays declared with a size of 1."""

import pytest

import gradviz as gv
from gradviz.messages import ShapeError

X = [[1.0], [3.0], [-2.0], [5.0]]


@pytest.mark.parametrize(
    ("output", "value", "slopes"),
    [
        ("sum(rowsum(X)²)", 39.0, [[2], [6], [-4], [10]]),
        ("sum(rowmax(X)²)", 39.0, [[2], [6], [-4], [10]]),
        ("sum(rowmean(X)²)", 39.0, [[2], [6], [-4], [10]]),
        ("colsum(X)", 7.0, [[1], [1], [1], [1]]),
        ("colmax(X)", 5.0, [[0], [0], [0], [1]]),
        ("colmean(X)²", 3.0625, [[0.875], [0.875], [0.875], [0.875]]),
    ],
)
def test_a_declared_column_is_a_matrix(output, value, slopes):
    graph = gv.parse(f"X ∈ ℝ^{{4×1}}; L = {output}")
    found = graph.explain(at={"X": X})
    assert found.values["L"] == pytest.approx(value)
    assert found.gradients["X"].tolist() == slopes
    assert gv.parse(f"X ∈ ℝ^{{n×1}}; L = {output}").derivation("X", strict=True).steps


def test_a_vector_is_no_matrix():
    with pytest.raises(ShapeError, match="wants a matrix"):
        gv.parse("x ∈ ℝ^n; L = sum(rowsum(x))")


def test_softmax_of_a_single_entry_is_1():
    graph = gv.parse("z ∈ ℝ^1; L = softmax(z) + log_softmax(z) + z²")
    assert str(graph.gradient("z")) == "2z"
    assert graph.explain(at={"z": [2.0]}).values["L"] == 5.0
    with pytest.raises(ShapeError):
        gv.parse("z ∈ ℝ; L = softmax(z)")
