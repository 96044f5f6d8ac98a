"""Derivatives as people name them before a sign of equality: ``dL/dW``, ``∇_W L``, ``L'(w)``, ``[∂L/∂X]_{ij}``."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """A derivative by name.

    Parameters
    ----------
    of, by : str
        What is differentiated, and by what, as they are spelled; empty where that is not said (``∇L``, ``dW``).
    turned : bool
        Whether it stands transposed.
    """

    of: str
    by: str
    turned: bool = False


_T = r"(?:T(?![A-Za-z])|⊤|\\(?:top|intercal)(?![A-Za-z])|\\(?:mathsf|mathrm|text)\s*(?:\{\s*T\s*\}|T))"
_MARKS = (
    (re.compile(r"\\(?:left|right|displaystyle|textstyle|[bB]igg?[lrm]?)(?![A-Za-z])|\\[,;!: ]|[~$&]"), " "),
    (re.compile(r"\\partial(?![A-Za-z])\s*"), "∂"),
    (re.compile(r"\\(?:mathrm|text|textrm|operatorname)\s*\{\s*d\s*\}\s*|\\rm\s+d(?![A-Za-z])\s*"), "d"),
    (re.compile(r"\\nabla(?![A-Za-z])\s*|\bgrad(?=[_( ])"), "∇"),
    (re.compile(rf"\^\s*(?:\{{\s*{_T}\s*\}}|{_T})|\.T\b|⊤"), "ᵀ"),
    (re.compile(r"\^\s*(?:\{\s*\\prime\s*\}|\\prime(?![A-Za-z]))|[′’]"), "'"),
)
_FRACTION = re.compile(r"\\[dt]?frac\s*")
_END = "\N{BROKEN BAR}"
_NAMED = r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[^\s\\(){}¦]+(?:\{[^{}]*\})?)"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^[d∂]\s*/\s*[d∂]\s*(?P<by>[^\s{_END}(]+)[\s{_END}]+(?P<of>.+)$",  # ∂/∂w L
        rf"^[d∂]\s*/\s*[d∂]\s*(?P<by>[^\s{_END}(]+)(?P<of>\([^()]+\))$",  # ∂/∂w(L)
        rf"^[d∂]\s*(?P<of>[^/]+?)\s*/\s*[d∂]\s*(?P<by>[^{_END}]+?){_END}?$",  # ∂L/∂w
        rf"^[∇∂]\s*_\s*(?P<by>{_NAMED})\s*(?P<of>.*)$",  # ∇_w L, ∂_w L
        r"^∇\s*(?P<all>[^_²^\s].*)$",  # ∇L, ∇W
        r"^(?P<of>[^'()]+)'\s*(?:\((?P<by>[^(),]+)\))?$",  # L'(w)
        r"^(?P<by>.+?)(?:\.|_)grad$",
        r"^[d∂]\s*(?P<by>[^/]+)$",  # dW
    )
)
_ARGUMENTS = re.compile(r"\s*\([\w\s,;|]*\)$")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def quantity(text: str) -> Quantity | None:
    r"""The derivative that a text names; None where it is no such name.

    Examples
    --------
    >>> quantity(r"\frac{\partial L}{\partial X^T}"), quantity("∇_w L(w)")
    (Quantity(of='L', by='X', turned=True), Quantity(of='L', by='w', turned=False))
    >>> quantity(r"\frac{d}{dw} L"), quantity("J'(x)")
    (Quantity(of='L', by='w', turned=False), Quantity(of='J', by='x', turned=False))
    """
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    text, turned = _bare(_without_fractions(text).strip())
    for form in _FORMS:
        found = form.match(text)
        if found is None:
            continue
        parts = {name: (part or "").strip() for name, part in found.groupdict().items()}
        by = _bare(parts.get("by", "").strip(_END))
        of = _bare(_ARGUMENTS.sub("", parts.get("all") or parts.get("of", "")).strip(_END + " "))
        if "all" in parts:
            return Quantity(of[0], "", turned ^ of[1])
        if parts.get("of") and not of[0]:
            return None
        return Quantity(of[0], by[0], turned ^ by[1] ^ of[1])
    return None


def _bare(text: str) -> tuple[str, bool]:
    """A text without the brackets and the transpose around it, and whether there was one."""
    turned = False
    while True:
        if text.endswith("ᵀ"):
            text, turned = text[:-1].rstrip(), not turned
        elif text[:1] in _BRACKETS and _closes(text, 0) == len(text) - 1:
            text = text[1:-1].strip()
        elif text[:1] in ("(", "[") and re.fullmatch(
            r"_\{?[a-z, ]+\}?|[ᵢⱼₖₗ]+|\[[a-z, ]+\]", text[_closes(text, 0) + 1 :]
        ):
            text = text[: _closes(text, 0) + 1]
        else:
            return text, turned


def _closes(text: str, at: int) -> int:
    """Where the bracket that stands at a place closes; at the end where it does not."""
    opening, closing, depth = text[at], _BRACKETS[text[at]], 0
    for n in range(at, len(text)):
        depth += (text[n] == opening) - (text[n] == closing)
        if depth == 0:
            return n
    return len(text)


def _without_fractions(text: str) -> str:
    r"""The text with ``\frac{a}{b}`` as ``a/b``, and a mark where that ends."""
    while found := _FRACTION.search(text):
        at = found.end()
        parts: list[str] = []
        for _ in range(2):
            while text[at : at + 1] == " ":
                at += 1
            if text[at : at + 1] != "{":
                return text.replace("\\", "", 1) if not parts else text[: found.start()]
            end = _closes(text, at)
            parts.append(text[at + 1 : end].strip())
            at = end + 1
        text = f"{text[: found.start()]}{parts[0]}/{parts[1]}{_END}{text[at:]}"
    return text
