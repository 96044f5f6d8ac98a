"""Entries that a label chooses: the loss of the right class, as courses write it."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv

Z = [0.5, -1.0, 2.0, 0.25, 1.5]
ONE = "z ∈ ℝ^5; y ∈ {1, …, 5}; p = softmax(z)\n"
P = np.exp(Z) / np.exp(Z).sum()


@pytest.mark.parametrize(
    "loss", ["-log_softmax(z)[y]", "-log_softmax(z)_y", "-ln p[y]", "-ln p_y", "logsumexp(z) - z_y", r"-\ln p_y"]
)
def test_the_loss_of_a_label(loss: str) -> None:
    graph = gv.parse(f"{ONE}L = {loss}")
    for label in range(1, 6):
        found = graph.explain(at={"z": Z, "y": label})
        assert found.values["L"] == pytest.approx(-np.log(P[label - 1]))
        assert found.gradients["z"] == pytest.approx(P - np.eye(5)[label - 1])
    assert graph.check("z", "p_i - 𝟙[i = y]").ok
    assert graph.check("z", str(graph.gradient("z"))).ok
    assert graph.check("z", "p_i - 𝟙[i ≠ y]").status == "unequal_proved"


@pytest.mark.parametrize("entry", ["P[i, y_i]", "P[i, y[i]]"])
def test_labels_of_a_batch(entry: str) -> None:
    graph = gv.parse(f"Z ∈ ℝ^{{n×3}}; y ∈ {{1, 2, 3}}^n; P = softmax(Z); L = -1/n ∑_i ln {entry}")
    z = np.arange(12.0).reshape(4, 3) % 5
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    y = [1, 3, 2, 3]
    found = graph.explain(at={"Z": z, "y": y})
    assert found.values["L"] == pytest.approx(-np.mean([np.log(p[i, c - 1]) for i, c in enumerate(y)]))
    assert found.gradients["Z"] == pytest.approx((p - np.eye(3)[[c - 1 for c in y]]) / 4)


def test_a_row_of_a_matrix() -> None:
    graph = gv.parse("W ∈ ℝ^{5×3}; x ∈ ℝ^3; y ∈ {1, ..., 5}; L = logsumexp(W x) - W[y]ᵀ x")
    assert graph.check("x", "Wᵀ softmax(W x) - W[y]").status == "equal_proved"
    assert graph.check("x", "Wᵀ softmax(W x) + W[y]").status == "unequal_proved"


def test_a_label_is_no_index_of_a_sum() -> None:
    graph = gv.parse("s ∈ ℝ^5; y ∈ {1, ..., 5}; L = ∑_{j≠y} max(0, s_j - s_y + 1)")
    found = graph.explain(at={"s": [1, 2, 0.5, 1.7, -1], "y": 2})
    assert found.values["L"] == pytest.approx(0.7)
    assert found.gradients["s"] == pytest.approx([0, -1, 0, 1, 0])


def test_symbolic_number_of_classes() -> None:
    graph = gv.parse(r"z ∈ ℝ^k; y ∈ \{1, \dots, k\}; L = -log_softmax(z)_y")
    assert graph.explain(at={"z": Z, "y": 2}).gradients["z"] == pytest.approx(P - np.eye(5)[1])
    with pytest.raises(gv.GradvizError):
        graph.explain(at={"z": Z, "y": 6})


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("z ∈ ℝ^5; y ∈ {0, 1}; L = z[y]", "from 1 to 5"),
        ("z ∈ ℝ^5; y ∈ {1, …, 6}; L = z[y]", "from 1 to 5"),
        ("Z ∈ ℝ^{n×5}; y ∈ ℝ^n; L = ∑_i Z[i, y_i]", "from 1 to 5"),
        ("x ∈ ℝ^4; L = x[j]²", "no index"),
        ("y ∈ {1, …}; L = y", "expected"),
        ("y ∈ {1, 3, 4, …, 9}; L = y", "not a set"),
        ("y ∈ {1, …, 5000}; L = y", "not a set"),
    ],
)
def test_refused(program: str, said: str) -> None:
    with pytest.raises(gv.GradvizError, match=said):
        gv.parse(program)


def test_sets_with_dots() -> None:
    for text in ("{1, 2, 3, 4}", "{1, …, 4}", "{1, 2, ..., 4}", r"\{1, \ldots, 4\}"):
        assert gv.parse(f"y ∈ {text}; L = y").dag.facts["y"][0].members == (1, 2, 3, 4)
