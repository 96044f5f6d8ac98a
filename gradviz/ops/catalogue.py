"""All operations by name, and the words that call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from gradviz.notation.words import Word, table
from gradviz.ops.arithmetic import ARITHMETIC
from gradviz.ops.arrays import ARRAYS
from gradviz.ops.elementwise import FUNCTIONS
from gradviz.ops.structure import STRUCTURE

OPERATIONS = MappingProxyType({op.name: op for op in (*ARITHMETIC, *FUNCTIONS, *ARRAYS, *STRUCTURE)})

CALLED: Mapping[str, str] = MappingProxyType(
    {"maximum": "max", "minimum": "min", "elu_alpha": "elu"},
)
"""Operations that share a word with another one: how many arguments there are, or their shapes, tell which is meant."""

_ARITY: Mapping[str, tuple[int, int | None]] = {"max": (1, None), "min": (1, None), "leaky_relu": (1, 2), "elu": (1, 2)}
_HIDDEN = frozenset({*CALLED, "sqnorm"})


def _words() -> Iterator[Word]:
    for op in OPERATIONS.values():
        if op.word is not None and op.name not in _HIDDEN:
            yield replace(op.word, arity=_ARITY.get(op.name, op.word.arity))


_LATER = tuple(
    Word(name, (name,), (1, None), name, rf"\operatorname{{{name}}}", name)
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

WORDS = table((*_words(), *_LATER))
"""Every spelling of every function, for the reader and the writer."""
