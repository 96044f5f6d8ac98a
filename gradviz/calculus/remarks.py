"""What textbooks call a gradient: the full convolution with the flipped kernel, the route to the largest entry."""

from __future__ import annotations

from typing import Any

from gradviz.calculus.gradients import Gradients
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS


def remark(gradients: Gradients, position: int) -> Message | None:
    """What a textbook calls the gradient of a node; None where it has no name of its own.

    Parameters
    ----------
    gradients : Gradients
    position : int
        A node that one operation uses, on the way to the output.

    Examples
    --------
    >>> import gradviz as gv
    >>> graph = gv.parse("x ∈ ℝ^5; w ∈ ℝ^3; z = conv1d(x, w); L = ‖z‖²")
    >>> str(remark(graph.gradients, graph.dag.names["w"]))
    'the cross-correlation of x with δ'
    """
    nodes = gradients.dag.nodes
    users = gradients.users.get(position, ())
    if len(users) != 1:
        return None
    node = nodes[users[0]]
    place = node.inputs.index(position)
    kind = _KINDS.get((node.op, place))
    if kind is None or not gradients.links.consumers.get(position):
        return None
    parts: dict[str, Any] = {"adjoint": _text(gradients.adjoint_name(users[0]))}
    strided = False
    if node.op == "conv":
        assert isinstance(node.attr, tuple)
        image, kernel = (_text(gradients.name(j)) for j in node.inputs[:2])
        strides = node.attr[0]
        strided = place < 2 and any(s > 1 for s in strides)
        parts |= {"image": image, "kernel": kernel, "stride": "×".join(map(str, dict.fromkeys(strides)))}
    elif node.op == "max_pool" and any(node.attr[2]):  # type: ignore[index]
        kind = f"{kind}-padded"
    elif node.op == "gather":
        parts |= {"indices": _text(gradients.name(node.inputs[1]))}
    return say(f"{kind}-strided" if strided else kind, **parts)


_KINDS = {
    ("conv", 0): "remark-conv-image",
    ("conv", 1): "remark-conv-kernel",
    ("conv", 2): "remark-conv-bias",
    ("max_pool", 0): "remark-max-pool",
    ("avg_pool", 0): "remark-avg-pool",
    ("global_avg_pool", 0): "remark-global-pool",
    ("gather", 0): "remark-gather",
}


def _text(e: tree.Expr) -> str:
    return write(e, "unicode", WORDS)
