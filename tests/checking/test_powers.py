"""Powers of matrices in answers: products of the matrix, or of its entries, whichever is right; said which."""

from __future__ import annotations

import pytest

import gradviz as gv

SQUARE = "A, B ∈ ℝ^{n×n}; L = tr(A A A B) + ‖A ⊙ A‖²"
WIDE = "A ∈ ℝ^{n×m}; H = tanh(A); L = sum(H)"


@pytest.mark.parametrize(
    ("source", "answer", "status", "parsed"),
    [
        (SQUARE, "(A²)ᵀ Bᵀ + Aᵀ Bᵀ Aᵀ + Bᵀ (A^T)^2 + 4 A³", "equal_proved", "4(A ⊙ A ⊙ A)"),
        (SQUARE, "(A²)ᵀ Bᵀ + Aᵀ Bᵀ Aᵀ + Bᵀ (A^T)^2 + 4 A**3", "equal_proved", "4(A ⊙ A ⊙ A)"),
        (SQUARE, "(A²)ᵀ Bᵀ + Bᵀ (A^T)^2 + 4 A³", "unequal_proved", "A"),
        (WIDE, "1 - H^2", "equal_proved", "1 − H ⊙ H"),
        (WIDE, "1 - H^3", "unequal_proved", "1 − H ⊙ H ⊙ H"),
    ],
)
def test_powers(source: str, answer: str, status: str, parsed: str) -> None:
    verdict = gv.parse(source).check("A", answer)
    assert verdict.status == status
    assert parsed in str(verdict.parsed)
