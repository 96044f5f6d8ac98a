"""Names as they are handed to gradviz: in any spelling, and as the gradient that is meant."""

import pytest
from click.testing import CliRunner

import gradviz as gv
from gradviz.cli import main

NET = """
x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
h = tanh(W1ᵀ x)
ŷ = σ(W2ᵀ h)
L = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""


@pytest.mark.parametrize(
    "text",
    [
        "W2",
        "W_2",
        "dL/dW2",
        "d L / d W_2",
        "∂L/∂W2",
        "∂L/∂W₂",
        r"\frac{\partial L}{\partial W_2}",
        r"$\frac{dL}{dW_2}$",
        "∇_W2 L",
        "∇_{W_2} L",
        r"\nabla_{W_2} L",
        r"\nabla_{\mathbf{W}_2} \mathcal{L}",
        "grad_W2 L",
        "grad_{W2} L",
    ],
)
def test_a_gradient_is_named_as_it_is_written(text):
    graph = gv.parse(NET)
    assert str(graph.gradient(text)) == "(ŷ − y) h"
    assert graph.derivation(text).steps == graph.derivation("W2").steps
    assert list(graph.explain(wrt=[text]).derivations) == ["W2"]


# what is asked for, kind of message, kind of hint
REFUSED = [
    ("W9", "no-such-name", None),
    ("dL/dW9", "unknown-name", None),
    ("∇_W9 L", "unknown-name", None),
    ("grad_W9 L", "unknown-name", None),
    ("dM/dW2", "unknown-name", None),
    ("dŷ/dW2", "gradient-of-other", "hint-of"),
    ("∇_W2 ŷ", "gradient-of-other", "hint-of"),
    ("∂L/∂W2[1]", "not-a-gradient", "hint-gradient"),
    ("∂L/∂W2 + 1", "not-a-gradient", "hint-gradient"),
    ("L/W2", "not-a-gradient", "hint-gradient"),
    ("∇L", "bare-nabla", "hint-nabla"),
]


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED)
def test_what_names_no_gradient_is_refused(text, message, hint):
    graph = gv.parse(NET)
    for ask in (graph.gradient, graph.derivation, lambda name: graph.explain(wrt=[name])):
        with pytest.raises(gv.GradvizError) as caught:
            ask(text)
        assert caught.value.message.kind == message
        assert (caught.value.hint.kind if caught.value.hint else None) == hint


def test_an_error_shows_what_was_typed():
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(NET).gradient("dL/dW9")
    assert caught.value.place.source == "dL/dW9"
    assert (caught.value.place.column, caught.value.place.width) == (5, 2)


def test_a_name_of_the_program_goes_before_a_derivative():
    graph = gv.parse("grad_w = 2 w; L = grad_w² + w")
    assert str(graph.gradient("grad_w")) == "2 grad_w"


def test_the_command_takes_gradients_by_name():
    run = CliRunner().invoke(main, ["explain", NET, "--wrt", "dL/dW2,∇_W1 L,W_2"])
    assert run.exit_code == 0, run.output
    assert "∂L/∂W₁" in run.output
    wrong = CliRunner().invoke(main, ["explain", NET, "--wrt", "dŷ/dW2"])
    assert wrong.exit_code == 2
