"""Products read from left to right: ``v ⊙ (1 − h²) xᵀ`` as ``(v ⊙ (1 − h²)) xᵀ``, as people write them."""

from __future__ import annotations

from gradviz.notation import tree
from gradviz.notation.walk import rebuild

_ENTRYWISE = frozenset({"⊙", "*", "·"})
_SPELLED = frozenset("⊙*·∘•")
_COMMANDS = ("\\odot", "\\circ", "\\cdot", "\\ast", "\\bullet")


def regrouped(e: tree.Expr, text: str) -> tree.Expr | None:
    """The answer with its products read from left to right; None where that is how it was read.

    Juxtaposition binds tighter than ``⊙``, so what stands behind a sign in no brackets may belong to what is before it.

    Parameters
    ----------
    e : tree.Expr
    text : str
        What it was read from: brackets keep together what they hold.

    Examples
    --------
    >>> from gradviz.notation import read_expression, write
    >>> for text in ("v ⊙ h xᵀ", "v ⊙ (h xᵀ)"):
    ...     found = regrouped(read_expression(text, {}, {"v", "h", "x"}), text)
    ...     print(found and write(found, "unicode", {}))
    (v ⊙ h) xᵀ
    None
    """
    if _SPELLED.isdisjoint(text) and not any(command in text for command in _COMMANDS if "\\" in text):
        return None
    found = _regrouped(e, text)
    return None if found is e else found


def _regrouped(e: tree.Expr, text: str) -> tree.Expr:
    e = rebuild(e, lambda part: _regrouped(part, text))
    if not isinstance(e, tree.Product) or not any(_moves(e, n, text) for n in range(1, len(e.operands))):
        return e
    result = e.operands[0]
    for n, (sign, operand) in enumerate(zip(e.operators, e.operands[1:], strict=True), 1):
        if _moves(e, n, text):
            assert isinstance(operand, tree.Product)
            first, *others = operand.operands
            result = tree.Product((_joined(result, sign, first), *others), operand.operators)
        else:
            result = _joined(result, sign, operand)
    return result


def _moves(e: tree.Product, n: int, text: str) -> bool:
    """Whether an operand is a product of which the first factor may belong to what is before it."""
    operand = e.operands[n]
    if e.operators[n - 1] not in _ENTRYWISE or not isinstance(operand, tree.Product) or set(operand.operators) != {""}:
        return False
    start, end = operand.span
    return not (text[:start].rstrip()[-1:] in ("(", "[", "{") and text[end:].lstrip()[:1] in (")", "]", "}"))


def _joined(a: tree.Expr, sign: str, b: tree.Expr) -> tree.Product:
    """A product that goes on with the same sign, or begins anew."""
    if isinstance(a, tree.Product) and set(a.operators) == {sign}:
        return tree.Product((*a.operands, b), (*a.operators, sign))
    return tree.Product((a, b), (sign,))
