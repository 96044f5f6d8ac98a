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

_BINARY = frozenset("+−±∓×·⋅∗∘⊙⊘⊗⊕⊖÷∖∩∪∧∨")
_RELATIONS = frozenset("=≠<>≤≥≈≡∼≃≅∝∈∉⊂⊆→←↦⇒⇔≔:≪≫")
_OPENING, _CLOSING = frozenset("([{⟨⌈⌊"), frozenset(")]}⟩⌉⌋")
_FENCES = _OPENING | _CLOSING | frozenset("|‖")
_SEPARATORS, _BARS = frozenset(",;"), frozenset("|∣‖")
_ROWS = frozenset({"math", "mrow", "mtd", "mstyle", "msqrt", "mphantom", "mpadded"})
_SCRIPTED = frozenset({"msub", "msup", "msubsup"})
_CARRIERS = _SCRIPTED | {"mover", "munder", "munderover"}
_ACCENTS = dict(zip("^ˆ\u0302~˜\u0303", "\u0302\u0302\u0302\u0303\u0303\u0303", strict=True))
_VARIANTS = {"double-struck": "double", "monospace": "mono", "sans-serif": "sans"}
_LEAVES = frozenset({"mi", "mo", "mn", "mtext"})

_KINDS = (
    (_BINARY, "binary"),
    (_RELATIONS, "relation"),
    (_OPENING, "opening"),
    (_CLOSING, "closing"),
    (_SEPARATORS, "separator"),
)
_BEFORE_WORD = frozenset({"ordinary", "closing", "group"})
_BEFORE_PREFIX = frozenset({"start", "binary", "relation", "opening", "separator"})

RUN_TAG, FENCE_TAG, ACCENT_TAG = "textrun", "fence", "accent"

_SLACK = "0.2"
"""By how many em the content of a bracket that was not told to grow may stick out of it."""

_COLUMNS = "0.42em"
"""Between the columns of a table."""

_STRUT = {"width": "0em", "height": "0.525em", "depth": "0.0375em"}
"""What keeps the rows of a table apart evenly, however low their entries are."""


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
        if _text(accent) in _ACCENTS:
            _correct_accent(element, accent)
    if element.tag == "mspace" and element.get("width", "").endswith("em"):
        element.set("width", f"{float(element.get('width', '0em')[:-2]) * 0.75:.3f}em")
    if element.get("mathvariant") in _VARIANTS:
        element.set("mathvariant", _VARIANTS[element.get("mathvariant", "")])
    if element.tag == "mtable":
        element.set("columnspacing", _COLUMNS)
    elif element.tag == "mtd":
        element.insert(0, Element("mspace", _STRUT))
    if element.tag in _LEAVES:
        _correct_leaf(element)
    if element.tag in _ROWS:
        _join_upright(element)
        _enclose(element)
        _space(element)
    _take_out_foreign(element, drawable)


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _core(element: Element) -> Element:
    """Return what carries scripts, accents and limits: ``h`` of ``h₁ᵀ``."""
    while len(element) and (element.tag in _CARRIERS or (element.tag == "mrow" and len(element) == 1)):
        element = element[0]
    return element


def _correct_accent(carrier: Element, accent: Element) -> None:
    accent.tag, accent.text = ACCENT_TAG, _ACCENTS[_text(accent)]
    if len(_text(_core(carrier))) != 1 or any(len(part) > 1 for part in carrier[0].iter()):
        accent.set("wide", "true")
    carrier.set("accent", "true")


def _correct_leaf(leaf: Element) -> None:
    text = _text(leaf)
    if text == "∂":  # a letter, not an operator: no space after it, and slanted as in print
        leaf.tag, leaf.text = "mi", "𝜕"
    elif leaf.tag == "mn" and leaf.get("mathvariant") == "bold" and text.isdecimal() and text.isascii():
        leaf.attrib.pop("mathvariant")  # of digits the typesetter looks for another font
        leaf.text = "".join(chr(ord("𝟎") + int(digit)) for digit in text)
    elif leaf.tag in {"mi", "mo"} and text == "⊤":  # the sign of a transpose
        leaf.tag = "mtext"
    elif leaf.tag == "mi" and text == ":":
        leaf.tag = "mo"
    elif leaf.tag == "mo" and len(text) > 1 and text.isalpha():
        leaf.tag = "mi"


def _join_upright(row: Element) -> None:
    """``ReLU`` is one word, and so is ``conv2d``: letters one by one would be spaced as a product."""
    if len(row) < 2 or row.tag != "mrow":
        return
    upright = [c.tag == "mi" and c.get("mathvariant") == "normal" and len(_text(c)) == 1 for c in row]
    if all(upright[:2]) and all(letter or c.tag == "mn" for letter, c in zip(upright, row, strict=True)):
        word = "".join(_text(c) for c in row)
        for child in list(row):
            row.remove(child)
        joined = Element("mtext")
        joined.text = word
        row.append(joined)


def _enclose(row: Element) -> None:
    """Put what stands between two fences into a row of its own, whose height is theirs."""
    done: list[Element] = []
    opened: list[tuple[str, int]] = []
    for child in list(row):
        core = _core(child)
        text = _text(core)
        done.append(child)
        if not _is_fence(core):
            continue
        left = _kind(done[-2]) if done[1:] else "start"
        first = left in _BEFORE_PREFIX or bool(opened and opened[-1][1] == len(done) - 2)
        bars = text in _BARS and not first and any(sign == text for sign, _ in opened)
        if text not in _CLOSING and not bars:
            opened.append((text, len(done) - 1))
        elif opened:
            _, start = opened.pop()
            if start == 0 and child is core is row[-1]:
                break  # the row is nothing else
            group = Element("mrow")
            group.extend([*done[start:-1], core])
            _space(group)
            done[start:] = [_replaced(child, core, group)]
    row[:] = done


def _replaced(carrier: Element, core: Element, by: Element) -> Element:
    """Let what carried one element carry another."""
    if carrier is core:
        return by
    carrier[0] = _replaced(carrier[0], core, by)
    return carrier


def _space(row: Element) -> None:
    """Give every sign in a row the form and the space that its place asks for."""
    children = list(row)
    kinds = ["start"]
    for child in children:
        kind = _kind(child)
        if kind == "bar":
            kind = "opening" if kinds[-1] in _BEFORE_PREFIX else "closing"
        # What stands behind a space sees what is in front of it.
        kinds.append(kinds[-1] if kind == "space" else kind)
    kinds.append("end")
    spaced: list[Element] = []
    for place, child in enumerate(children):
        before, after = kinds[place], kinds[place + 2]
        core = _core(child)
        text = _text(core)
        if core.tag == "mi" and len(text) > 1 and text.isalpha():
            core.tag = "mtext"  # the typesetter pads a long identifier on both sides
            left = [_thin()] if before in _BEFORE_WORD else []
            right = [_thin()] if after == "ordinary" else []
            spaced += [*left, child, *right]
            continue
        if _is_fence(core):
            beside = [other.tag for other in children[max(place - 1, 0) : place + 2]]
            _make_fence(core, grows="mtable" in beside)
        elif core.tag == "mo" and text:
            _set_form(core, text, before)
        elif child.tag == "mtable":
            spaced += [_thin(), child, _thin()]
            continue
        elif before in _BEFORE_WORD and _fence_of(child) == "0":
            spaced.append(_thin())
        spaced.append(child)
    row[:] = spaced


def _thin() -> Element:
    return Element("mspace", {"width": _THIN})


def _is_fence(core: Element) -> bool:
    if core.tag not in {"mo", "mi"} or _text(core) not in _FENCES:
        return False
    return core.get("stretchy") != "false" and "minsize" not in core.attrib


def _make_fence(core: Element, *, grows: bool) -> None:
    slack = "0" if grows or core.get("stretchy") == "true" else _SLACK
    core.tag, core.text = FENCE_TAG, _text(core)
    core.attrib.clear()
    core.set("slack", slack)


def _fence_of(element: Element) -> str:
    """Return how much may stick out of the fences around an element, "" where there are none."""
    while len(element) and (element.tag in _CARRIERS or (element.tag == "mrow" and len(element) == 1)):
        element = element[0]
    fenced = len(element) > 1 and element.tag == "mrow" and element[0].tag == FENCE_TAG
    return element[0].get("slack", "") if fenced else ""


def _set_form(sign: Element, text: str, before: str) -> None:
    left = right = None
    form = None
    if "minsize" not in sign.attrib:
        sign.set("stretchy", "false")  # a sign that might grow has no height where a row is measured
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
    elif text == "∇":
        form, left, right = "prefix", _NONE, _NONE
    if form:
        sign.set("form", form)
    if left is not None and right is not None:
        sign.set("lspace", left)
        sign.set("rspace", right)


def _kind(element: Element) -> str:
    core = _core(element)
    text = _text(core)
    if core.tag == "mspace":
        return "space"
    if _fence_of(element):
        return "group"
    if core.tag not in {"mo", FENCE_TAG}:
        return "ordinary"
    if text in _BARS:
        return "bar"
    return next((kind for signs, kind in _KINDS if text in signs), "operator")


def _take_out_foreign(element: Element, drawable: Callable[[str], bool]) -> None:
    """Turn leaves with characters that the font lacks into text runs."""
    if element.tag in _LEAVES and any(not drawable(c) for c in element.text or "" if not c.isspace()):
        element.tag = RUN_TAG
