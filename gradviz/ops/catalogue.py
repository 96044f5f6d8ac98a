"""All operations by name, and the words that call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from gradviz.notation.words import Word, table
from gradviz.ops.arithmetic import ARITHMETIC
from gradviz.ops.arrays import ARRAYS
from gradviz.ops.definitions import DEFINITIONS
from gradviz.ops.elementwise import FUNCTIONS
from gradviz.ops.function import word
from gradviz.ops.structure import STRUCTURE, STRUCTURE_WORDS

OPERATIONS = MappingProxyType({op.name: op for op in (*ARITHMETIC, *FUNCTIONS, *ARRAYS, *STRUCTURE)})

CALLED: Mapping[str, str] = MappingProxyType(
    {
        "maximum": "max",
        "minimum": "min",
        "elu_alpha": "elu",
        "bmm_left": "bmm",
        "bmm_right": "bmm",
    }
)
"""Operations that share a word with another one: how many arguments there are, or their shapes, tell which is meant."""

_ARITY: Mapping[str, tuple[int, int | None]] = {
    "max": (1, None),
    "min": (1, None),
    "leaky_relu": (1, 2),
    "elu": (1, 2),
    "layernorm": (1, 4),
    "batchnorm": (1, 4),
}
_HIDDEN = frozenset(CALLED)


def _words() -> Iterator[Word]:
    for op in OPERATIONS.values():
        if op.word is not None and op.name not in _HIDDEN:
            yield replace(op.word, arity=_ARITY.get(op.name, op.word.arity))


_OPENED = tuple(
    word(name, arity=arity, unicode=name)
    for name, arity in (("solve", 2), ("matpow", 2), ("cross", 2), ("argmax", 1), ("argmin", 1))
)
"""Words that have no operation of their own: what they open into, or why they are refused, the graph room knows."""

WORDS = table((*_words(), *STRUCTURE_WORDS, *_OPENED, *(d.word for d in DEFINITIONS.values())))
"""Every spelling of every function, for the reader and the writer."""
