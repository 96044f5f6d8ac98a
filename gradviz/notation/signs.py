"""The signs of the three styles of writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from gradviz.notation.names import Style


@dataclass(frozen=True, slots=True)
class Signs:
    """What one style writes for each sign."""

    style: Style
    minus: str
    operators: Mapping[str, str]
    comparisons: Mapping[str, str]
    transpose: str
    inverse: str
    inverse_transpose: str
    indicator: str
    ones: str
    sums: Mapping[Literal["sum", "prod"] | str, str]


_SAME = {operator: operator for operator in "*·×/⊙⊘@⊗"}
_COMPARED = {operator: operator for operator in "<>≤≥=≠"}

SIGNS: Mapping[str, Signs] = MappingProxyType(
    {
        "unicode": Signs("unicode", "−", _SAME, _COMPARED, "ᵀ", "⁻¹", "⁻ᵀ", "𝟙", "𝟏", {"sum": "∑", "prod": "∏"}),
        "latex": Signs(
            "latex",
            "-",
            _SAME | {"·": r"\cdot", "×": r"\times", "⊙": r"\odot", "⊘": r"\oslash", "⊗": r"\otimes"},
            _COMPARED | {"≤": r"\leq", "≥": r"\geq", "≠": r"\neq"},
            r"^\top",
            "^{-1}",
            r"^{-\top}",
            r"\mathbb{1}",
            r"\mathbf{1}",
            {"sum": r"\sum", "prod": r"\prod"},
        ),
        "ascii": Signs(
            "ascii",
            "-",
            _SAME | {"·": "*", "×": r"\times", "⊙": ".*", "⊘": "./", "⊗": r"\otimes"},
            _COMPARED | {"≤": "<=", "≥": ">=", "≠": "!="},
            "^T",
            "^-1",
            "^-T",
            "1",
            r"\mathbf{1}",
            {"sum": "sum", "prod": "prod"},
        ),
    }
)
