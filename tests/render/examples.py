"""Drawings that the tests of this folder share."""

from __future__ import annotations

from itertools import pairwise

from gradviz.render import Box, Drawing, Wire


def product() -> Drawing:
    """f = (x + y) z."""
    boxes = (
        Box("x", "x", "data", "x", "-2", "-4", "the input x"),
        Box("y", "y", "data", "y", "5", "-4", "the input y"),
        Box("z", "z", "data", "z", "-4", "3", "the input z"),
        Box("q", "x + y", "intermediate", "q", "3", "-4", "q = x + y"),
        Box("f", "q\\, z", "output", "f", "-12", "1", "f = q z"),
    )
    wires = (Wire("x", "q", 0), Wire("y", "q", 1), Wire("q", "f", 0), Wire("z", "f", 1))
    return Drawing(boxes, wires, "f", "f = (x + y) z", "x and y go into q = x + y; q and z into f.")


def chain(active: str = "z2", caption: bool = True) -> Drawing:
    """Binary cross-entropy behind two layers, with a regulariser."""
    boxes = (
        Box("W1", "W_{1}", "parameter", "W_{1}", "0.8"),
        Box("x", "x", "data", "x", "1.5"),
        Box("b1", "b_{1}", "parameter", "b_{1}", "-0.4"),
        Box("z1", "W_{1} x + b_{1}", "intermediate", "z_{1}", "0.8"),
        Box("h1", r"\sigma(z_{1})", "intermediate", "h_{1}", "0.69"),
        Box("W2", "W_{2}", "parameter", "W_{2}", "-1.2"),
        Box("b2", "b_{2}", "parameter", "b_{2}", "0.3"),
        Box("z2", "W_{2} h_{1} + b_{2}", "intermediate", "z_{2}", "-0.528", "-0.629"),
        Box("yhat", r"\sigma(z_{2})", "intermediate", r"\hat{y}", "0.371", "-2.695"),
        Box("y", "y", "data", "y", "1", "0.528"),
        Box(
            "L",
            r"-\left(y \log \hat{y} + (1 - y) \log(1 - \hat{y})\right)",
            "intermediate",
            r"\mathcal{L}",
            "0.9916",
            "1",
        ),
        Box("R", r"\lambda \left(W_{1}^{2} + W_{2}^{2}\right)", "intermediate", "R", "0.208", "1"),
        Box("J", r"\mathcal{L} + R", "output", "J", "1.2", "1"),
    )
    ends = "W1 z1, x z1, b1 z1, z1 h1, W2 z2, h1 z2, b2 z2, z2 yhat, y L, yhat L, W1 R, W2 R, L J, R J"
    wires = tuple(Wire(*pair.split()) for pair in ends.split(", "))
    below = (
        r"\frac{\partial J}{\partial z_{2}} = \frac{\partial J}{\partial \hat{y}}"
        r"\, \hat{y}(1 - \hat{y}) = \hat{y} - y = -0.629"
    )
    title = "Binary cross-entropy"
    return Drawing(boxes, wires, "J", title, "Two layers and a loss.", below if caption else "", active)


def operations() -> Drawing:
    """Single operations as circles, with a local derivative on every wire."""
    boxes = (
        Box("x", "x", "data", "x", "-2", "-4"),
        Box("y", "y", "data", "y", "5", "-4"),
        Box("z", "z", "data", "z", "-4", "3"),
        Box("q", "+", "intermediate", "q", "3", "-4", round=True),
        Box("f", r"\times", "output", "f", "-12", "1", round=True),
    )
    wires = (
        Wire("x", "q", 0, r"\frac{\partial q}{\partial x} = 1"),
        Wire("y", "q", 1, r"\frac{\partial q}{\partial y} = 1"),
        Wire("q", "f", 0, r"\frac{\partial f}{\partial q} = z"),
        Wire("z", "f", 1, r"\frac{\partial f}{\partial z} = q"),
    )
    return Drawing(boxes, wires, "f", "f = (x + y) z by operations", "Five circles.")


def fan_out() -> Drawing:
    """One value goes into five stages, which one stage adds."""
    boxes = (
        Box("x", "x", "parameter", "x", "0.5", "5"),
        *(Box(f"a{n}", rf"\sin({n} x)", "intermediate", f"a_{{{n}}}", f"0.{n}") for n in range(1, 6)),
        Box("s", "a_1 + a_2 + a_3 + a_4 + a_5", "output", "s", "3.14", "1"),
    )
    names = [f"a{n}" for n in range(1, 6)]
    wires = tuple(Wire("x", n) for n in names) + tuple(Wire(n, "s", i) for i, n in enumerate(names))
    return Drawing(boxes, wires, "s", "fan-out", "One input into five sines.")


def square() -> Drawing:
    """x · x: two wires between the same boxes."""
    boxes = (
        Box("x", "x", "parameter", "x", "3", "6"),
        Box("f", r"x \cdot x", "output", "f", "9", "1"),
    )
    return Drawing(boxes, (Wire("x", "f", 0), Wire("x", "f", 1)), "f", "x · x", "x goes in twice.")


def long_label() -> Drawing:
    """A box that is wider than a slide is comfortable with."""
    terms = " + ".join(rf"\frac{{w_{{{n}}}}}{{1 + e^{{-x_{{{n}}}}}}}" for n in range(1, 13))
    boxes = (
        Box("x", "x", "data", "x", None, None),
        Box("学习率", r"\text{学习率}", "parameter", r"\text{学习率}", "0.1", "-0.25"),
        Box("f", terms, "output", "f", "12.5", "1"),
    )
    return Drawing(boxes, (Wire("x", "f"), Wire("学习率", "f", 1)), "f", "long", "A long sum.")


def long_chain(stages: int = 30) -> Drawing:
    """Stages in a row."""
    boxes = [Box("x", "x", "data", "x", "0.5", "0.01")]
    boxes += [
        Box(f"h{n}", rf"\tanh(h_{{{n - 1}}})", "intermediate", f"h_{{{n}}}", f"0.{n}", f"0.{n}")
        for n in range(1, stages + 1)
    ]
    wires = tuple(Wire(a.id, b.id) for a, b in pairwise(boxes))
    return Drawing(tuple(boxes), wires, boxes[-1].id, "a deep chain", "Many stages in a row.")


def matrices() -> Drawing:
    """Arrays as values."""
    rows = r" \\ ".join(" & ".join(f"{r - c}.{r}{c}" for c in range(4)) for r in range(3))
    matrix = rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
    vector = r"\begin{bmatrix} 0.1 \\ -0.25 \\ 3 \end{bmatrix}"
    boxes = (
        Box("W", "W", "parameter", "W", matrix, matrix),
        Box("x", "x", "data", "x", vector, vector),
        Box("z", "W x", "intermediate", "z", vector, vector),
        Box("L", r"\lVert z \rVert^{2}", "output", r"\mathcal{L}", "2.5", "1"),
    )
    wires = (Wire("W", "z", 0), Wire("x", "z", 1), Wire("z", "L"))
    return Drawing(boxes, wires, "L", "matrices", "A matrix product.")


def wide_operations() -> Drawing:
    """Single operations on arrays of four and more rows, with long local derivatives."""
    square = r" \\ ".join(" & ".join(f"-{r}.{c}638" for c in range(4)) for r in range(4))
    column = r" \\ ".join(f"{n}.0{n}5" for n in range(6))
    matrix, vector = (rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}" for rows in (square, column))
    boxes = (
        Box("W", "W", "parameter", "W", matrix, matrix),
        Box("h", "h", "data", "h", vector, vector),
        Box("z", "@", "intermediate", "", vector, vector, round=True),
        Box("e", "e^{x}", "intermediate", "", vector, vector, round=True),
        Box("s", r"\sum", "intermediate", "", "11.76", "0.085", round=True),
        Box("y", r"\oslash", "output", r"\hat{y}", vector, vector, round=True),
    )
    wires = (
        Wire("W", "z", 0, r"\delta_{ij} h_k"),
        Wire("h", "z", 1, "W"),
        Wire("z", "e", 0, r"-h_1 \oslash (1 + e^{z_1}) \odot \mathbb{1}[W h > 0]"),
        Wire("e", "s", 0, r"\mathbf{1}^\top"),
        Wire("e", "y", 0, r"\frac{1}{\sum_j e^{z_j}}"),
        Wire("s", "y", 1, r"-\frac{1}{\sum_j e^{z_j}} \hat{y}"),
    )
    return Drawing(boxes, wires, "y", "softmax by operations", "Long labels on the wires.")


def flat_arrival() -> Drawing:
    """Two values that come to a wide box from a little above and a little below it."""
    loss = r"-y \ln \hat{y} - (1 - y) \ln(1 - \hat{y})"
    boxes = (
        Box("z", "z", "data", "z", "2.404", "-0.083"),
        Box("yhat", r"\frac{e^{z}}{1 + e^{z}}", "intermediate", r"\hat{y}", "0.9172", "-1.09"),
        Box("y", "y", "data", "y", "1", "-2.404"),
        Box("L", loss, "output", "L", "0.08648", "1"),
    )
    wires = (Wire("z", "yhat"), Wire("y", "L", 0), Wire("yhat", "L", 1))
    return Drawing(boxes, wires, "L", "a wide loss", "Two values go into a wide box.")


EXAMPLES = {
    "product": product,
    "chain": chain,
    "operations": operations,
    "fan_out": fan_out,
    "square": square,
    "long_label": long_label,
    "long_chain": long_chain,
    "matrices": matrices,
    "wide_operations": wide_operations,
    "flat_arrival": flat_arrival,
}
