"""Spellings of names."""

import pytest

from gradviz.messages import ReadError
from gradviz.notation import canonical, spell

SPELLINGS = [
    ("W1", ["W1", "W_1", "W₁", "W_{1}", r"\mathbf{W}_1", r"\mathbf W_1", "𝐖₁", r"\bm{W}_{1}"]),
    ("ŷ", ["ŷ", "y\u0302", "yhat", "y_hat", "hat(y)", r"\hat y", r"\hat{y}", r"\widehat{y}"]),
    ("x̄", ["x̄", "xbar", "x_bar", r"\bar{x}", r"\overline{x}", "bar(x)"]),
    ("x̃", ["x\u0303", "xtilde", r"\tilde x", r"\widetilde{x}"]),
    ("ẋ", ["ẋ", "xdot", r"\dot{x}", "dot(x)"]),
    ("x⃗", ["x\u20d7", "xvec", r"\vec{x}"]),
    (
        "ŷ1",
        ["yhat1", "y_hat1", "y_hat_1", "ŷ₁", r"\hat{y}_1", r"\hat{y}_{1}", r"\mathbf{\hat{y}}_1"],
    ),
    ("θ̂", [r"\hat{\theta}", r"\hat\theta", "theta_hat", "thetahat"]),
    ("σ", ["σ", "sigma", r"\sigma"]),
    ("δ2", ["δ2", "δ₂", "delta2", "delta_2", r"\delta_2", r"\delta_{2}"]),
    ("ε", ["ε", "epsilon", r"\varepsilon", r"\epsilon", "ϵ"]),
    ("what", ["what"]),
    ("x_i", ["x_i", "xᵢ", "x_{i}"]),
    ("x_train", ["x_train", r"x_{\text{train}}", r"x_{\mathrm{train}}", "x_{train}"]),
    ("λ_max", ["lambda_max", "λ_max", r"\lambda_{max}", r"\lambda_{\max}"][:3]),
    ("x_θ", ["x_theta", r"x_\theta", "x_θ", r"x_{\theta}"]),
    ("h_{i,j}", ["h_{i,j}", "h_{i, j}"]),
    ("dense1", ["dense1", "dense_1", r"\mathrm{dense}_1", "dense₁"]),
    ("W^{(t)}", ["W^{(t)}", "W⁽ᵗ⁾", r"\mathbf{W}^{(t)}"]),
    ("W1^{(t)}", ["W1^{(t)}", "W_1^{(t)}", "W^{(t)}_1", "W_{1}^{(t)}"]),
    ("W^{[1]}", ["W^{[1]}"]),
    ("d1.z", ["d1.z", "d_1.z"]),
    ("L", ["L", r"\mathcal{L}", "𝓛", "ℒ", r"\mathrm{L}"]),
    ("conv_2d", ["conv_2d"]),
    ("leaky_relu", ["leaky_relu", r"\mathrm{leaky\_relu}"]),
]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SPELLINGS for text in texts])
def test_every_spelling_of_a_name_is_that_name(name, text):
    assert canonical(text) == name


@pytest.mark.parametrize("name", [name for name, _ in SPELLINGS])
@pytest.mark.parametrize("style", ["unicode", "latex", "ascii"])
def test_what_is_spelled_is_read(name, style):
    spelled = spell(name, style)
    assert canonical(spelled) == name
    if style != "unicode":
        assert spelled.isascii()


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("W1", ("W₁", "W_1", "W1")),
        ("W10", ("W₁₀", "W_{10}", "W10")),
        ("ŷ", ("ŷ", r"\hat{y}", "yhat")),
        ("ŵ", ("ŵ", r"\hat{w}", "w_hat")),
        ("δ2", ("δ₂", r"\delta_2", "delta2")),
        ("loss", ("loss", r"\mathrm{loss}", "loss")),
        ("x_train", ("x_train", r"x_{\mathrm{train}}", "x_train")),
        ("L", ("L", "L", "L")),
        ("𝐖", ("𝐖", r"\mathbf{W}", r"\mathbf{W}")),
        ("W1_i", ("W₁ᵢ", "W_1{}_i", "W1_i")),
    ],
)
def test_a_name_is_spelled_in_three_styles(name, spelled):
    assert tuple(spell(name, style) for style in ("unicode", "latex", "ascii")) == spelled


def test_case_and_style_count():
    assert canonical("W") != canonical("w")
    assert canonical(r"\mathbf{W}", known={"W", "𝐖"}) == "𝐖"
    assert canonical(r"\mathbf{W}", known={"W"}) == "W"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "x y",
        "f*",
        "x+y",
        r"\hat{loss}",
        r"\hat{ab}",
        "x_{*}",
        "a" * 300,
        "__x",
        r"\frac",
        "W^{(t)}^{(s)}",
    ],
)
def test_what_is_no_name_is_refused(text):
    with pytest.raises(ReadError) as caught:
        canonical(text)
    assert caught.value.place is not None
