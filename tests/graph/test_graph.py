"""What a program becomes: nodes kept once, stages of their own, networkx graphs outside."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

import gradviz as gv
from gradviz.graph import Node, Table
from gradviz.messages import GradvizError, InputError, NamingError, UsageError

NET = """
x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = σ(z2)
L = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""


def operations(graph: gv.Graph, op: str) -> int:
    return sum(node.op == op for node in graph.dag.nodes)


# -- nodes


def test_x_times_x_has_two_edges() -> None:
    graph = gv.parse("f = x x")
    assert list(graph.nx.edges(keys=True)) == [("x", "f", 0), ("x", "f", 1)]
    assert graph.explain(at={"x": 3}).gradients["x"] == 6


@pytest.mark.parametrize(
    ("text", "gradients"),
    [
        ("b = a + a; c = b + b", {"a": 4, "b": 2}),
        ("b = a + a + a; c = b - a", {"a": 2, "b": 1}),
        ("b = a^2; c = a^3; d = b c; L = d + b", {"a": 84, "b": 9, "c": 4, "d": 1}),
        ("p = a; q = a; L = p q", {"a": 4, "p": 2, "q": 2}),
        ("b = a - a; L = b^2", {"a": 0, "b": 0}),
    ],
)
def test_fan_out_adds(text: str, gradients: dict[str, float]) -> None:
    ex = gv.parse(text).explain(at={"a": 2})
    assert {n: ex.gradients[n] for n in gradients} == gradients


def test_shared_subexpressions_are_one_node() -> None:
    assert operations(gv.parse("f = (x + y)^2 + sin(x + y) + tanh(x + y)"), "add") == 2  # x + y, and the sum
    assert operations(gv.parse("f = (x + y) (y + x)"), "add") == 2  # another order is another node


def test_two_stages_stay_two() -> None:
    graph = gv.parse("a = x + y; b = x + y; f = a b")
    assert operations(graph, "add") == 2
    assert str(graph.gradient("a")) == "b"
    table = Table([Node("leaf", (), (), (), "x")])
    assert table.put(Node("mul", (0, 0), ())) == table.put(Node("mul", (0, 0), ()))
    assert table.put(Node("mul", (0, 0), (), None, "f")) != table.put(Node("mul", (0, 0), ()))


def test_a_stage_that_is_an_input_or_a_number() -> None:
    graph = gv.parse("h = x; c = 3; f = h c y")
    ex = graph.explain(at={"x": 2, "y": 5})
    assert dict(ex.values) == {"x": 2, "h": 2, "c": 3, "y": 5, "f": 30}
    assert dict(ex.gradients) == {"x": 15, "h": 15, "c": 10, "y": 6, "f": 1}
    assert graph.stages == ("h", "c", "f")


def test_nodes_are_in_topological_order() -> None:
    nodes = gv.parse(NET).dag.nodes
    assert all(j < i for i, node in enumerate(nodes) for j in node.inputs)


# -- networkx


def test_networkx_algorithms_run() -> None:
    graph = gv.parse(NET)
    order = list(nx.topological_sort(graph.nx))
    assert order.index("z1") < order.index("h1") < order.index("ŷ") < order.index("L")
    assert nx.ancestors(graph.nx, "h1") >= {"x", "W1", "z1"}
    assert nx.descendants(graph.nx, "W2") >= {"z2", "ŷ", "L"}
    assert "x" not in nx.descendants(graph.nx, "W2")
    assert nx.is_directed_acyclic_graph(graph.nx)
    assert nx.shortest_path(graph.nx, "z1", "z2") == ["z1", "h1", "z2"]
    assert graph.nx.nodes["z1"] == {
        "op": "matmul", "shape": (4,), "role": "intermediate", "stage": "z1", "expression": "W₁ᵀ x",
    }  # fmt: skip
    assert graph.nx.nodes["L"]["role"] == "output"


def test_networkx_graphs_are_frozen() -> None:
    graph = gv.parse(NET)
    for frozen in (graph.nx, graph.view("stages"), graph.view("ops")):
        assert nx.is_frozen(frozen)
        with pytest.raises(nx.NetworkXError):
            frozen.add_node("new")


def test_the_stages_view_carries_local_derivatives() -> None:
    view = gv.parse(NET).view("stages")
    assert {(u, v): d["local"] for u, v, d in view.edges(data=True)} == {
        ("x", "z1"): "W₁ᵀ", ("W1", "z1"): "δᵢₖ xⱼ", ("z1", "h1"): "h₁ ⊙ (1 − h₁)", ("h1", "z2"): "W₂", ("W2", "z2"): "h₁",
        ("z2", "ŷ"): "ŷ(1 − ŷ)", ("ŷ", "L"): "(ŷ − y)/(ŷ(1 − ŷ))", ("y", "L"): "ln(1 − ŷ) − ln ŷ",
    }  # fmt: skip
    assert [d["letters"] for _, _, d in view.out_edges("W1", data=True)] == [("i", "j", "k")]
    assert set(view) == {"x", "W1", "W2", "y", "z1", "h1", "z2", "ŷ", "L"}


def test_the_ops_view_carries_local_derivatives() -> None:
    view = gv.parse("f = (x + y) z").view("ops")
    assert {(u, v): d["local"] for u, v, d in view.edges(data=True)} == {
        ("x", "x + y"): "1", ("y", "x + y"): "1", ("x + y", "f"): "z", ("z", "f"): "x + y",
    }  # fmt: skip
    twice = gv.parse("f = x x").view("ops")
    assert [(u, v, k, d["local"]) for u, v, k, d in twice.edges(keys=True, data=True)] == [
        ("x", "f", 0, "x"), ("x", "f", 1, "x"),
    ]  # fmt: skip
    with pytest.raises(UsageError):
        gv.parse("f = x").view("layers")


def test_long_unnamed_nodes_are_called_by_their_place() -> None:
    graph = gv.parse("f = (aaaa + bbbb + cccc + dddd + eeee + gggg + hhhh)^2")
    unnamed = [n for n in graph.nx if graph.nx.nodes[n]["op"] == "add"]
    assert len(unnamed) == 1
    assert unnamed[0].startswith("_")


# -- functions and blocks

DENSE = "block dense(x, W, b):\n  z = W x + b\n  h = σ(z)\n"


def test_a_block_makes_stages_with_names_of_its_call() -> None:
    graph = gv.parse(
        DENSE
        + "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; b1 ∈ ℝ^4; W2 ∈ ℝ^{2×4}; b2 ∈ ℝ^2\nd1 = dense(x, W1, b1)\nd2 = dense(d1, W2, b2)\nL = ‖d2‖²"
    )
    assert graph.stages == ("d1.z", "d1", "d2.z", "d2", "L")
    assert graph.shape("d2.z") == (2,)
    assert str(graph.gradient("d2.z")) == "2d₂² ⊙ (1 − d₂)"
    assert graph.dag.blocks == {"d1.z": "d1", "d1": "d1", "d2.z": "d2", "d2": "d2"}
    plain = gv.parse(
        "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; b1 ∈ ℝ^4; W2 ∈ ℝ^{2×4}; b2 ∈ ℝ^2; d1 = σ(W1 x + b1); d2 = σ(W2 d1 + b2); L = ‖d2‖²"
    )
    at = {n: np.linspace(-1, 1, int(np.prod(plain.shape(n)))).reshape(plain.shape(n)) for n in plain.inputs}
    for name in plain.inputs:
        assert np.array_equal(graph.explain(at=at).gradients[name], plain.explain(at=at).gradients[name])


def test_a_block_with_two_results() -> None:
    ex = gv.parse("block two(x):\n  a = x^2\n  b = x^3\n  return a, b\np, q = two(x)\nL = p q").explain(at={"x": 2})
    assert (ex.values["p"], ex.values["q"], ex.gradients["x"]) == (4, 8, 80)


def test_a_function_is_expanded_where_it_is_called() -> None:
    graph = gv.parse("swish(v) = v σ(v); f = swish(x) + swish(2y)")
    ex = graph.explain(at={"x": 1, "y": 0})
    assert ex.gradients["x"] == pytest.approx(0.9276705118714867)
    assert ex.gradients["y"] == pytest.approx(1)
    assert graph.inputs == ("x", "y")


def test_a_function_that_nothing_calls_is_a_definition() -> None:
    graph = gv.parse("f(x, y, z) = (x + y) z")
    assert graph.inputs == ("x", "y", "z")
    assert graph.undeclared == ()
    assert str(graph.gradient("z")) == "x + y"


def test_other_names_in_a_function_are_those_of_the_program() -> None:
    ex = gv.parse("f(v) = v z\nblock g(z):\n  a = f(x)\n  b = a z\np = g(3)\nL = p + z").explain(at={"x": 2, "z": 5})
    assert ex.values["p"] == 30


def test_functions_of_functions_cost_no_more_than_their_text() -> None:
    lines = ["f0(x) = x + 1", *(f"f{i}(x) = f{i - 1}(x) + f{i - 1}(x)" for i in range(1, 40)), "L = f39(y)"]
    assert gv.parse("\n".join(lines)).explain(at={"y": 1}).gradients["y"] == 2**39


@pytest.mark.parametrize(
    "text", ["f(x) = f(x) + 1; g = f(2)", "f(x) = h(x); h(x) = f(x); g = f(2)", "block f(x):\n  z = f(x)\ng = f(2)"]
)
def test_a_function_may_not_call_itself(text: str) -> None:
    with pytest.raises(NamingError, match="f calls itself"):
        gv.parse(text)


# -- names


def test_undeclared_names_are_listed() -> None:
    graph = gv.parse("a ∈ ℝ; f = a b + c")
    assert graph.undeclared == ("b", "c")
    assert graph.inputs == ("a", "b", "c")


def test_a_name_close_to_another_is_told() -> None:
    assert [str(r) for r in gv.parse("loss = a x; L = losss + loss").remarks] == [
        "losss is taken as a new input; there is also loss"
    ]
    assert gv.parse("x1 = a; x2 = b; f = x1 x2").remarks == ()


def test_stages_that_the_output_does_not_need_are_told() -> None:
    graph = gv.parse("a = x^2; b = y^2; L = 3b")
    assert [r.kind for r in graph.remarks] == ["unused"]
    ex = graph.explain(at={"x": 2, "y": 1})
    assert (ex.gradients["x"], ex.gradients["a"], ex.values["a"]) == (0, 0, 4)
    assert str(graph.gradient("x")) == "0"


def test_another_output() -> None:
    graph = gv.parse("q = x + y; f = q z; g = f^2", of="f")
    assert (graph.output, str(graph.gradient("q"))) == ("f", "z")
    with pytest.raises(UsageError, match=r"there is no stage h; the program defines q, f"):
        gv.parse("q = x + y; f = q z", of="h")
    with pytest.raises(UsageError):
        gv.parse("q = x + y; f = q z", of="x")


@pytest.mark.parametrize("text", ["x ∈ ℝ", "# nothing", ""])
def test_a_program_defines_something(text: str) -> None:
    with pytest.raises(GradvizError):
        gv.parse(text)


@pytest.mark.parametrize(
    ("text", "says", "line", "column"),
    [
        ("f = q z; q = x + y", "'q' is used here, and defined only in line 1", 1, 5),
        ("b = c\nc = b", "'c' is used here, and defined only in line 2", 1, 5),
        ("q = x\nq = y", "'q' is named twice", 2, 1),
        ("f(x) = x^2; g = f(1, 2)", "takes 1 argument", 1, 17),
    ],
)
def test_names_that_do_not_fit(text: str, says: str, line: int, column: int) -> None:
    with pytest.raises(GradvizError) as caught:
        gv.parse(text)
    assert says in str(caught.value)
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.column) == (line, column)


def test_roles() -> None:
    graph = gv.parse("data x, y; L = (w x - y)^2")
    assert {n: graph.nx.nodes[n]["role"] for n in ("x", "y", "w", "L")} == {
        "x": "data", "y": "data", "w": "parameter", "L": "output",
    }  # fmt: skip


# -- facts


def test_facts_are_used_where_they_are_declared() -> None:
    softmax = "{}ŷ = softmax(z); L = -yᵀ ln ŷ"
    assert str(gv.parse(softmax.format("z ∈ ℝ^3; y ∈ onehot(3); ")).gradient("z")) == "ŷ − y"
    assert str(gv.parse(softmax.format("z ∈ ℝ^3; y ∈ simplex(3); ")).gradient("z")) == "ŷ − y"
    assert str(gv.parse(softmax.format("z, y ∈ ℝ^3; ")).gradient("z")) == "(𝟏ᵀ y) ŷ − y"
    assert str(gv.parse("A ∈ ℝ^{3×3}; A symmetric; x ∈ ℝ^3; L = xᵀ A x").gradient("x")) == "2A x"
    assert str(gv.parse("A ∈ ℝ^{3×3}; x ∈ ℝ^3; L = xᵀ A x").gradient("x")) in {"(A + Aᵀ) x", "A x + Aᵀ x"}


def test_derivatives_are_those_of_free_variables() -> None:
    assert str(gv.parse("A ∈ ℝ^{3×3}; A symmetric; x ∈ ℝ^3; L = xᵀ A x").gradient("A")) == "x xᵀ"
    assert gv.parse("y ∈ {0, 1}; L = y^3 p").explain(at={"y": 1, "p": 2}).gradients["y"] == 6


def test_a_fact_on_a_stage_is_an_assumption() -> None:
    assert [r.kind for r in gv.parse("p = σ(z); 0 < p < 1; L = ln p").remarks] == ["assumed"]
    with pytest.raises(GradvizError, match="declared as 4"):
        gv.parse("x ∈ ℝ^3; h = 2x; h ∈ ℝ^4; L = sum(h)")


# -- by index


@pytest.mark.parametrize(
    ("by_index", "plain"),
    [
        (r"z_i = \sum_j W_{i,j} x_j; L = \sum_i z_i^2", "z = W x; L = ‖z‖²"),
        (r"ŷ_i = e^{x_i} / \sum_j e^{x_j}; L = \sum_i ŷ_i^2", "ŷ = softmax(x); L = ‖ŷ‖²"),
        (r"B_{j,i} = W_{i,j}; L = \sum_j \sum_i B_{j,i}^2 x_j", "B = Wᵀ; L = sum((B ⊙ B)ᵀ x)"),
        (r"C_{i,k} = \sum_j W_{i,j} W_{k,j}; L = \sum_i C_{i,i}^2", "C = W Wᵀ; d = rowsum(W ⊙ W); L = ‖d‖² + 0 sum(C)"),
        (r"o_{i,j} = u_i x_j; L = \sum_i \sum_j o_{i,j} W_{i,j}", "o = u xᵀ; L = sum(o ⊙ W)"),
        (r"s_i = a + u_i; L = \sum_i s_i u_i", "L = a sum(u) + ‖u‖²"),
    ],
)
def test_definitions_by_entries(by_index: str, plain: str) -> None:
    declared = "W ∈ ℝ^{2×3}; x ∈ ℝ^3; u ∈ ℝ^2; "
    one, other = gv.parse(declared + by_index), gv.parse(declared + plain)
    at = {"W": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], "x": [1, -2, 0.5], "u": [0.3, 0.7]}
    a, b = (g.explain(at=at | ({"a": 2} if "a" in g.inputs else {})) for g in (one, other))
    assert a.values["L"] == pytest.approx(b.values["L"])
    for name in one.inputs:
        assert np.allclose(a.gradients[name], b.gradients[name]), name
        one.derivation(name, strict=True)


def test_shapes_of_undeclared_names_that_are_read_at_an_index() -> None:
    graph = gv.parse(r"z = \sum_{i=1}^{3} w_i x_i; L = z^2")
    assert (graph.shape("w"), graph.shape("x")) == ((3,), (3,))
    assert str(graph.gradient("w")) == "2z x"
    free = gv.parse(r"ŷ_i = e^{z_i} / \sum_j e^{z_j}; L = -\sum_i y_i ln ŷ_i")
    assert free.shape("z") == free.shape("y") == free.shape("ŷ")
    assert isinstance(free.shape("z")[0], str)


# -- values give shapes


def test_values_give_shapes_to_undeclared_names() -> None:
    ex = gv.parse("f = ‖W x‖²").explain(at={"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 2]})
    assert ex.graph.shape("W") == (3, 2)
    assert ex.gradients["x"].tolist() == [246, 312]
    inside = gv.parse("at x = [1, 2, 3]\nf = sum(x)")
    assert inside.shape("x") == (3,)
    with pytest.raises(InputError):
        gv.parse("x ∈ ℝ^3; f = sum(x)").explain(at={"x": [1, 2]})


@pytest.mark.parametrize("text", ["L = ∑_i X_{i,j}", "L = ∑_i 2 X_{i,j} + 1", "z_i = X_{i,j}; L = sum(z)"])
def test_an_index_that_nothing_binds_is_named(text: str) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(f"X ∈ ℝ^{{2×3}}; {text}")
    assert caught.value.message.kind == "not-an-index"
    assert dict(caught.value.message.parts)["expression"] == "j"


def test_an_entry_at_a_size() -> None:
    graph = gv.parse("X ∈ ℝ^{2×n}; x ∈ ℝ^n; L = ∑_i X_{i,n} x[n]")
    found = graph.explain(at={"X": [[1, 2, 3], [4, 5, 6]], "x": [7, 8, 10]})
    assert found.values["L"] == 90
    assert found.gradients["X"].tolist() == [[0, 0, 10], [0, 0, 10]]


def test_a_bound_index_is_no_size_of_its_letter() -> None:
    graph = gv.parse("x ∈ ℝ^5; q ∈ ℝ^k; L = ∑_{k=2}^{5} x_k x[k-1] + sum(q)")
    assert graph.explain(at={"x": [1, 2, 3, 4, 5], "q": [0, 0, 0]}).values["L"] == 2 + 6 + 12 + 20
