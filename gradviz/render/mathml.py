"""Corrections to the MathML of a formula, before it is typeset.

The converter and the typesetter that are used here each leave something to wish for: signs without
space around them, a minus sign that stands as far from its number as from the term before it, names
of functions that never touch their bracket. Each rule below repairs one of these.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

# The em of the typesetter is a third too large: its 3/18 em are the 4/18 em of TeX.
_MEDIUM, _THICK = "thinmathspace", "mediummathspace"
_NONE, _THIN = "0em", "verythinmathspace"

_BINARY = frozenset("+−±∓×·⋅∗∘⊙⊗⊕⊖÷∖∩∪∧∨")
_RELATIONS = frozenset("=≠<>≤≥≈≡∼≃≅∝∈∉⊂⊆→←↦⇒⇔≔:≪≫")
_OPENING, _CLOSING = frozenset("([{⟨⌈⌊"), frozenset(")]}⟩⌉⌋")
_SEPARATORS, _BARS = frozenset(",;"), frozenset("|∣‖")
_ROWS = frozenset({"math", "mrow", "mtd", "mstyle", "msqrt", "mphantom", "mpadded"})
_SCRIPTED = frozenset({"msub", "msup", "msubsup"})
_ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303"}
_LEAVES = frozenset({"mi", "mo", "mn", "mtext"})

_KINDS = (
    (_BINARY, "binary"),
    (_RELATIONS, "relation"),
    (_OPENING, "opening"),
    (_CLOSING, "closing"),
    (_SEPARATORS, "separator"),
)
_BEFORE_PREFIX = frozenset({"start", "binary", "relation", "opening", "separator"})

RUN_TAG = "textrun"


def polish(element: Element, drawable: Callable[[str], bool]) -> None:
    """Correct the tree in place.

    Parameters
    ----------
    element : Element
        Root of the MathML tree, without namespaces.
    drawable : callable
        Tells whether the font has a glyph for a character.
    """
    for child in element:
        polish(child, drawable)
    if element.tag in {"mover", "munder", "munderover"} and len(element) > 1:
        accent = element[-1]
        accent.text = _ACCENTS.get(_text(accent), accent.text)
    if element.tag == "mspace" and element.get("width", "").endswith("em"):
        element.set("width", f"{float(element.get('width', '0em')[:-2]) * 0.75:.3f}em")
    if element.get("mathvariant") == "double-struck":
        element.set("mathvariant", "double")
    if element.tag in _LEAVES:
        _correct_leaf(element)
    if element.tag in _ROWS:
        _join_upright(element)
        _space(element)
    _take_out_foreign(element, drawable)


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _core(element: Element) -> Element:
    """Return what carries scripts, accents and limits: ``h`` of ``h₁ᵀ``."""
    carriers = _SCRIPTED | {"mover", "munder", "munderover"}
    while len(element) and (
        element.tag in carriers or (element.tag == "mrow" and len(element) == 1)
    ):
        element = element[0]
    return element


def _correct_leaf(leaf: Element) -> None:
    text = _text(leaf)
    if text == "∂":  # a letter, not an operator: no space after it, and slanted as in print
        leaf.tag, leaf.text = "mi", "𝜕"
    elif leaf.tag in {"mi", "mo"} and text == "⊤":  # the sign of a transpose
        leaf.tag = "mtext"
    elif leaf.tag == "mo" and len(text) > 1 and text.isalpha():
        leaf.tag = "mi"


def _join_upright(row: Element) -> None:
    """``ReLU`` is one word: letters one by one would be spaced as a product."""
    if len(row) < 2 or row.tag != "mrow":
        return
    if all(c.tag == "mi" and c.get("mathvariant") == "normal" and len(_text(c)) == 1 for c in row):
        word = "".join(_text(c) for c in row)
        for child in list(row):
            row.remove(child)
        joined = Element("mtext")
        joined.text = word
        row.append(joined)


def _space(row: Element) -> None:
    """Give every sign in a row the form and the space that its place asks for."""
    children = list(row)
    kinds = ["start"]
    for child in children:
        kinds.append(_kind(child, kinds[-1]))
    kinds.append("end")
    spaced: list[Element] = []
    for child, before, after in zip(children, kinds, kinds[2:], strict=False):
        core = _core(child)
        text = _text(core)
        if core.tag == "mi" and len(text) > 1 and text.isalpha():
            core.tag = "mtext"  # the typesetter pads a long identifier on both sides
            thin = Element("mspace", {"width": _THIN})
            left = [thin] if before in {"ordinary", "closing"} else []
            right = [thin] if after == "ordinary" else []
            spaced += [*left, child, *right]
            continue
        if core.tag == "mo" and text:
            _set_form(core, text, before)
        spaced.append(child)
    row[:] = spaced


def _set_form(sign: Element, text: str, before: str) -> None:
    left = right = None
    form = None
    if text in _BINARY:
        prefix = before in _BEFORE_PREFIX
        form = "prefix" if prefix else "infix"
        left = right = _NONE if prefix else _MEDIUM
        sign.set("largeop", "false")
    elif text in _RELATIONS:
        form, left, right = "infix", _THICK, _THICK
    elif text in _OPENING:
        form = "prefix"
    elif text in _CLOSING:
        form = "postfix"
    elif text in _SEPARATORS:
        form, left, right = "infix", _NONE, _MEDIUM
    elif text == "‖":
        sign.set("stretchy", "false")  # stretched, this one is drawn as nothing
    elif text == "∇":
        form, left, right = "prefix", _NONE, _NONE
    if form:
        sign.set("form", form)
    if left is not None and right is not None:
        sign.set("lspace", left)
        sign.set("rspace", right)


def _kind(element: Element, before: str) -> str:
    core = _core(element)
    text = _text(core)
    if core.tag == "mspace":
        return "space"
    if core.tag != "mo":
        return "ordinary"
    if text in _BARS:
        return "opening" if before in _BEFORE_PREFIX else "closing"
    return next((kind for signs, kind in _KINDS if text in signs), "operator")


def _take_out_foreign(element: Element, drawable: Callable[[str], bool]) -> None:
    """Turn leaves with characters that the font lacks into text runs."""
    if element.tag in _LEAVES and any(
        not drawable(c) for c in element.text or "" if not c.isspace()
    ):
        element.tag = RUN_TAG
