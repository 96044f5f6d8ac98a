"""How wide texts are in a terminal."""

import unicodedata

import pytest

from gradviz.api.writers.derivation_text import column_width


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("(ŷ − y) W₂ ⊙ h₁", 15), ("损失 = L", 8), ("x\u0304 = 1", 5), ("‖w‖² ≥ 𝟏ᵀ v", 11)],
)
def test_marks_take_no_column_and_wide_letters_two(text: str, width: int) -> None:
    assert column_width(text) == width


def test_each_character_counts_as_the_tables_say() -> None:
    for c in map(chr, range(0x20, 0x2300)):
        if unicodedata.category(c) != "Cn":
            wide = unicodedata.east_asian_width(c) in {"W", "F"}
            expected = 0 if unicodedata.combining(c) else 2 if wide else 1
            assert column_width(c) == column_width(f"L = {c}") - 4 == expected
