"""LaTeX → one line of Unicode, for titles, descriptions and DOT: best effort, never an error."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_WORDS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω", "partial": "∂", "nabla": "∇", "odot": " ⊙ ", "oslash": " ⊘ ", "otimes": " ⊗ ", "oplus": " ⊕ ",
    "times": " × ", "cdot": " · ", "top": "ᵀ", "sum": "Σ", "prod": "Π", "int": "∫", "infty": "∞", "ell": "ℓ",
    "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ", "ne": " ≠ ", "neq": " ≠ ",
    "approx": " ≈ ", "in": " ∈ ", "to": " → ", "pm": " ± ", "dots": "…", "ldots": "…",
    "cdots": "…", "lVert": "‖", "rVert": "‖", "lvert": "|", "rvert": "|", "quad": " ",
    "sqrt": "√", "lt": " < ", "gt": " > ", "circ": "∘", "mid": "|", "backslash": "\\",
}  # fmt: skip
_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "tilde": "\u0303",
    "dot": "\u0307",
}
_DROPPED = frozenset({"left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "textstyle"})
_TRANSPARENT = frozenset({"mathrm", "operatorname", "text", "boldsymbol", "mathit", "mathsf", "mathtt"})
_SUPER = dict(zip("0123456789+-−=()ni⊤ᵀT×", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀᵀᵀˣ", strict=True))
_SUB = dict(zip("0123456789+-−=()aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ,", strict=True))
_LETTERS = {"mathbf": {"1": "𝟏"}, "mathcal": {"L": "ℒ"}, "mathbb": {"R": "ℝ", "1": "𝟙", "E": "𝔼", "N": "ℕ"}}
_SPACES = frozenset({",", ";", ":", "!", " "})
_DEEPEST = 40


@lru_cache(maxsize=4096)
def plain(latex: str) -> str:
    r"""Write LaTeX as one line of Unicode.

    Examples
    --------
    >>> plain(r"\frac{\partial \mathcal{L}}{\partial W_{2}} = (\hat{y} - y)\, h_{1}^{\top}")
    '∂ℒ/∂W₂ = (ŷ − y) h₁ᵀ'
    >>> plain(r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}")
    '[1, 2; 3, 4]'
    """
    text, _ = _sequence(_tokens(latex), 0, 0)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    for spaced, tight in ((" ,", ","), (" ;", ";"), ("[ ", "["), (" ]", "]")):
        text = text.replace(spaced, tight)
    return text


def _tokens(latex: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    while position < len(latex):
        end = position + 1
        if latex[position] == "\\":
            while end < len(latex) and latex[end].isascii() and latex[end].isalpha():
                end += 1
            end = max(end, position + 2)
        tokens.append(latex[position:end])
        position = end
    return tokens


def _sequence(tokens: list[str], position: int, depth: int) -> tuple[str, int]:
    """Everything up to a closing brace or the end; returns the place behind it."""
    parts: list[str] = []
    while position < len(tokens):
        if tokens[position] == "}":
            return "".join(parts), position + 1
        text, position = _one(tokens, position, depth)
        parts.append(text)
    return "".join(parts), position


def _argument(tokens: list[str], position: int, depth: int) -> tuple[str, int]:
    while position < len(tokens) and tokens[position].isspace():
        position += 1
    if position >= len(tokens):
        return "", position
    return _one(tokens, position, depth)


def _one(tokens: list[str], position: int, depth: int) -> tuple[str, int]:
    sign = tokens[position]
    position += 1
    if depth > _DEEPEST:
        return sign, position
    if sign == "{":
        return _sequence(tokens, position, depth + 1)
    if sign in "^_":
        text, position = _argument(tokens, position, depth + 1)
        return _script(sign, text.strip()), position
    if not sign.startswith("\\"):
        return {"-": "−", "&": ", ", "~": " ", "'": "′"}.get(sign, sign), position
    return _command(sign[1:], tokens, position, depth)


def _command(word: str, tokens: list[str], position: int, depth: int) -> tuple[str, int]:
    if word in {"frac", "dfrac", "tfrac"}:
        above, position = _argument(tokens, position, depth + 1)
        below, position = _argument(tokens, position, depth + 1)
        return f"{_bracket(above)}/{_bracket(below)}", position
    if word in _ACCENTS:
        text, position = _argument(tokens, position, depth + 1)
        return text + _ACCENTS[word], position
    if word in _LETTERS:
        text, position = _argument(tokens, position, depth + 1)
        return _LETTERS[word].get(text, text), position
    if word in _TRANSPARENT:
        return _argument(tokens, position, depth + 1)
    if word in {"begin", "end"}:
        name, position = _argument(tokens, position, depth + 1)
        return ("[" if word == "begin" else "]") if "matrix" in name else "", position
    if word == "\\":
        return "; ", position
    if word == "partial":
        while position < len(tokens) and tokens[position].isspace():
            position += 1
    if word in _DROPPED:
        return "", position
    return _WORDS.get(word, " " if word in _SPACES else word), position


def _script(mark: str, text: str) -> str:
    table = _SUPER if mark == "^" else _SUB
    tight = text.replace(" ", "")
    if all(character in table for character in tight):
        return "".join(table[character] for character in tight)
    return f"{mark}{text}" if text.isalnum() else f"{mark}({text})"


def _bracket(text: str) -> str:
    text = text.strip()
    if text.startswith("∂(") and text.endswith(")") and "(" not in text[2:].partition(")")[2]:
        return text
    return f"({text})" if any(sign in text for sign in " +−/") else text
