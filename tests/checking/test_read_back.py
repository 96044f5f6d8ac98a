"""What gradviz prints by entries is read back, and is right: for every operation, and for the problems of textbooks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import gradviz as gv
from gradviz.api.gradient import Gradient
from gradviz.messages import GradvizError
from tests.ops import test_arrays, test_catalogue
from tests.textbook import PROBLEMS

PROGRAMS = tuple(
    dict.fromkeys(
        [module.program_of(*row).text for module in (test_catalogue, test_arrays) for row in module.ROWS]
        + [problem.source for problem in PROBLEMS]
    )
)


@cache
def graph_of(source: str) -> gv.Graph | None:
    try:
        return gv.parse(source)
    except GradvizError:
        return None


def left(of: str, by: str, graph: gv.Graph, gradient: Gradient) -> str:
    """``dZ_ij/da = ``: what the entries are entries of, where no index of an entry says it."""
    axes = len(graph.dag.nodes[graph.dag.names[of]].shape)
    parts = ["".join(gradient.letters[:axes]), "".join(gradient.letters[axes:])]
    first, second = (f"_{{{p}}}" if p else "" for p in parts)
    return f"d{of}{first}/d{by}{second} = "


def gradients_wrong(sources: Iterable[str]) -> list[str]:
    """Gradients that have no matrix form, and those of maxima, which are not taken for right when they are read back."""
    found = []
    for source in sources:
        graph = graph_of(source)
        for name in graph.dag.leaves if graph else ():
            try:
                gradient = graph.gradient(name)  # type: ignore[union-attr]
            except GradvizError:
                continue
            if gradient.letters or "𝟙" in str(gradient):
                found += [
                    f"{source} by {name}: {text}"
                    for text in (str(gradient), gradient.latex(), gradient.ascii())
                    if not graph.check(name, text, feedback="verdict").ok  # type: ignore[union-attr]
                ]
    return found


def jacobians_wrong(sources: Iterable[str]) -> list[str]:
    """The same of Jacobians, entry by entry."""
    found = []
    for source in sources:
        graph = graph_of(source)
        for name in graph.dag.leaves if graph and "Z" in graph.dag.names else ():
            if graph is None or name == "G":
                continue
            try:
                entry = graph.jacobian("Z", name, form="index")
                text = left("Z", name, graph, entry) + str(entry)
                if not graph.check(f"dZ/d{name}", text, feedback="verdict").ok:
                    found.append(f"{source} by {name}: {text}")
            except GradvizError:  # Z does not depend on it, or has too many entries
                continue
    return found


def chosen(*texts: str) -> list[str]:
    """Programs of the tables by the operation that they are of."""
    found = [p for p in PROGRAMS if any(f"\nZ = {text}\n" in p for text in texts)]
    assert len(found) == len(texts)
    return found


def test_gradients() -> None:
    assert (
        gradients_wrong(chosen("E F", "E w", "bmm(S, E)", "rowmax(A)", "colmin(A)", "max_pool2d(T, 3, stride=2)")) == []
    )


def test_jacobians() -> None:
    rows = ("a + u", "A + w", "u^a", "mean(u)", "softmax(u)", "repeat(x, 3)", "pad(x[2:4], 3)[2:5]", "conv1d(x, w, a)")
    assert jacobians_wrong(chosen(*rows)) == []


def test_jacobians_of_a_part_of_an_array() -> None:
    rows = ("x[1:6] - x[2:7]", "concat(x, w, y)", "concat(X, Y, axis=2)", "vstack(X, V)", "pad(X, 1, 0, 0, 2)")
    assert jacobians_wrong(chosen(*rows)) == []


def test_entries_that_one_index_does_not_tell() -> None:
    """An entry that is the same along an axis is read with the letters of its axes, not with those of its sums."""
    source = (
        "a ∈ ℝ^2; s ∈ ℝ; x ∈ ℝ^3; W ∈ ℝ^{2×5}; q = conv1d(concat(a, s)[2:3], 1/(1 + x^2), padding=1)ᵀ (a ⊗ colmean(W))"
    )
    graph = gv.parse(f"{source}; L = sum(tanh(q))")
    assert graph.check("W", str(graph.gradient("W"))).ok
    square = gv.parse("A, W ∈ ℝ^{n×n}; L = ∑_i ∑_j ∑_k A_{ki} W_{ij}")
    assert square.check("W", "∑_k A_{ki}").ok
    assert not square.check("W", "∑_k A_{kj}").ok


if __name__ == "__main__":  # all of them, which takes minutes; what is found is said at once, Jacobians first
    for wrong in (jacobians_wrong, gradients_wrong):
        for source in PROGRAMS:
            for line in wrong([source]):
                print(line, flush=True)
