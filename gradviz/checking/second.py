"""Second derivatives as people ask for them: ``∂²L/∂w²``, ``d2L/dwdx``, ``∇²_x L``, ``hess(x)``."""

from __future__ import annotations

import re
from typing import NamedTuple


class Second(NamedTuple):
    """What is differentiated, and by what, as texts; each is empty where it is not said."""

    of: str
    by: str = ""
    second: str = ""


_D = r"(?:d|∂)\s*"
_TURNED = r"\s*(?:ᵀ|'|\^\s*[⊤T]|\^\{[⊤T]\})?"
_RATIO = re.compile(
    rf"^{_D}(?:\^?[2²]|\^\{{2\}})\s*(?P<of>[^/]+?)\s*/\s*{_D}(?P<a>.+?)\s*"
    rf"(?:(?:\^?2|²|\^\{{2\}})|\s*{_D}(?P<b>[^\s]+?){_TURNED})$"
)
_NABLA = re.compile(
    r"^∇\s*(?:_\{(?P<a>[^{}]+)\}|_?(?P<b>[^\s²^{}]*))\s*(?:²|\^[2²]|\^\{2\})\s*"
    r"(?:_\{(?P<c>[^{}]+)\}|_(?P<d>\S+))?\s*(?P<of>\S*)$"
)
_CALLED = re.compile(r"^[Hh]ess(?:ian)?\s*(?:\(\s*(?P<a>[^,()]+?)\s*(?:,\s*(?P<b>[^,()]+?)\s*)?\))?$")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_WORDS = {
    r"\partial": "∂",
    r"\nabla": "∇",
    r"\mathrm{d}": "d",
    r"\mathrm d": "d",
    r"\top": "⊤",
    r"\intercal": "⊤",
    r"\,": " ",
    r"\;": " ",
    r"\!": "",
    r"\left": "",
    r"\right": "",
    "$": "",
}


def second(text: str) -> Second | None:
    r"""What a text says of second derivatives; None where it says nothing of them.

    Examples
    --------
    >>> second("d2L/dw2"), second(r"\frac{\partial^2 L}{\partial w \partial x^\top}")
    (Second(of='L', by='w', second=''), Second(of='L', by='w', second='x'))
    >>> second("∇²_x L"), second("hess(w, x)"), second("dL/dw")
    (Second(of='L', by='x', second=''), Second(of='', by='w', second='x'), None)
    """
    plain = text
    for word, sign in _WORDS.items():
        plain = plain.replace(word, sign)
    plain = _FRACTION.sub(r"\1/\2", plain).strip()
    called = _CALLED.match(plain)
    if called:
        return Second("", called["a"] or "", called["b"] or "")
    ratio = _RATIO.match(plain)
    if ratio:
        return Second(ratio["of"], ratio["a"].strip(), ratio["b"] or "")
    nabla = _NABLA.match(plain)
    if nabla:
        return Second(nabla["of"], next((nabla[k] for k in "abcd" if nabla[k]), ""))
    return None
