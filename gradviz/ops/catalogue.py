"""All operations by name, and the words that call them."""

from __future__ import annotations

from types import MappingProxyType

from gradviz.notation.words import Word, table
from gradviz.ops.arithmetic import ARITHMETIC
from gradviz.ops.arrays import ARRAYS
from gradviz.ops.elementwise import FUNCTIONS
from gradviz.ops.structure import STRUCTURE, STRUCTURE_WORDS

OPERATIONS = MappingProxyType({op.name: op for op in (*ARITHMETIC, *FUNCTIONS, *ARRAYS, *STRUCTURE)})

_MANY = {
    # max(v) is the largest entry, max(a, b) acts on entries: one word for both.
    "max": Word("max", ("max",), (1, None), "max", r"\max", "max"),
    "min": Word("min", ("min",), (1, None), "min", r"\min", "min"),
    "leaky_relu": Word(
        "leaky_relu", ("leaky_relu", "LeakyReLU"), (1, 2), "LeakyReLU", r"\operatorname{LeakyReLU}", "leaky_relu"
    ),
    "softmax": Word("softmax", ("softmax",), (1, 1), "softmax", r"\operatorname{softmax}", "softmax"),
}
_HIDDEN = {"maximum", "minimum", "sqnorm"}

_OPTIONS = {"layernorm": ("eps",)}
_LATER = tuple(
    Word(name, (name,), (1, None), name, rf"\operatorname{{{name}}}", name, options=_OPTIONS.get(name, ()))
    for name in (
        "det",
        "logdet",
        "prod",
        "layernorm",
        "bce",
        "cross_entropy",
        "mse",
        "mae",
        "huber",
        "hinge",
        "kl",
        "nll",
    )
)
"""Words of the language that have no operation yet: read as what they are, and refused by name."""

WORDS = table(
    (
        *(_MANY.get(op.name, op.word) for op in OPERATIONS.values() if op.word is not None and op.name not in _HIDDEN),
        *STRUCTURE_WORDS,
        *_LATER,
    )
)
"""Every spelling of every function, for the reader and the writer."""
