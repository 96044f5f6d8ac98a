"""NumPy in answers, in gradviz's notation: methods, sums along an axis, axes of size one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradviz.checking.brackets import MOST, Rule, begins, calls, closing, signs, split
from gradviz.ops import WORDS


def _methods(text: str) -> str:
    """``X.T.dot(r)``, ``(P - Y).sum(axis=0)``, ``W.transpose()``."""
    text = re.sub(r"\.transpose\(\s*\)|\.t\(\s*\)", ".T", text)
    for _ in range(MOST):
        found = re.search(r"\.(dot|matmul|mm|sum|mean|max|exp|sqrt|log|abs)\(", text)
        end = closing(text, found.end() - 1) if found else -1
        if found is None or end < 0:
            break
        start = begins(text, found.start())
        operand, inside = text[start : found.start()], text[found.end() : end].strip()
        if found[1] in ("dot", "matmul", "mm"):
            new = f"(({operand}) @ ({inside}))"
        else:
            new = f"{found[1]}({operand}{', ' if inside else ''}{inside})"
        text = text[:start] + new + text[end + 1 :]
    return text


def _product(found: re.Match[str], inside: str) -> str | None:
    """``np.dot(A, B)``."""
    arguments = split(inside)
    return f"(({arguments[0]}) @ ({arguments[1]}))" if len(arguments) == 2 else None


def _entrywise(found: re.Match[str], inside: str) -> str | None:
    """``np.square(a)``, ``np.multiply(a, b)``."""
    arguments = split(inside)
    if found["how"] == "square":
        arguments = arguments * 2
    return f"(({arguments[0]}) ⊙ ({arguments[1]}))" if len(arguments) == 2 else None


def _along(text: str) -> str:
    """``sum(X, axis=0)``, and ``sum(X, axis=1, keepdims=True)``, which stands in every column of what is beside it."""
    start = 0
    for _ in range(MOST):
        found = _SUMMED.search(text, start)
        end = closing(text, found.end() - 1) if found else -1
        if found is None:
            break
        new = None if end < 0 else _summed(found["how"], split(text[found.end() : end]))
        if new is None:
            start = found.end()
            continue
        name, kept = new
        beside = _BEFORE.search(text[: found.start()]) or _BEHIND.match(text, end + 1)
        new_text = f"({name} 𝟏ᵀ)" if kept and name.startswith("row") and beside else name
        text = text[: found.start()] + new_text + text[end + 1 :]
    return text


_SUMMED = re.compile(r"(?<![\w\\.])(?P<how>sum|mean|max)\(")
_BEFORE = re.compile(r"[-+*/−]\s*$")
_BEHIND = re.compile(r"\s*[-+*−]")
_OPTION = re.compile(r"(axis|dim|keepdims|keepdim)\s*=\s*(-?\w+)")


def _summed(how: str, arguments: list[str]) -> tuple[str, bool] | None:
    """The call that a sum along an axis is, and whether the axis stays; None where it is none."""
    options = {m[1]: m[2] for a in arguments[1:] if (m := _OPTION.fullmatch(a))}
    rest = arguments[1 : len(arguments) - len(options)]
    if len(rest) == 1 and how != "max" and rest[0] in ("0", "1", "-1"):
        options["axis"] = rest.pop()
    side = {"0": "col", "1": "row", "-1": "row"}.get(options.get("axis", options.get("dim", "")))
    if side is None or rest:
        return None
    kept = options.get("keepdims", options.get("keepdim", "False"))
    return (f"{side}{how}({arguments[0]})", kept == "True") if kept in ("True", "False") else None


_COLUMN = re.compile(r"\[\s*:\s*,\s*(?:None|newaxis)\s*\]|\.reshape\(\s*-1\s*,\s*1\s*\)")
_ROW = re.compile(r"\[\s*(?:None|newaxis)\s*,\s*:\s*\]|\.reshape\(\s*1\s*,\s*-1\s*\)")
_TIMES = re.compile(r"\s*\*\s*(?!\*)")


def _spread(text: str) -> str:
    """``v[:, None] * X`` has v beside itself in every column; ``u[:, None] * v[None, :]`` is an outer product."""
    for _ in range(MOST):
        found = _COLUMN.search(text)
        if found is None:
            break
        start = begins(text, found.start())
        operand, rest = text[start : found.start()], text[found.end() :]
        if not operand:
            break
        times = _TIMES.match(rest) or re.match(r"\s*@\s*", rest)
        after = rest[times.end() :] if times else ""
        column, row = _starts(after, _COLUMN), _starts(after, _ROW)
        if times and "@" not in times[0] and column:
            text = f"{text[:start]}(({operand}) ⊙ ({after[: column.start()]})){after[column.start() :]}"
        elif times and row:
            text = f"{text[:start]}outer({operand}, {after[: row.start()]}){after[row.end() :]}"
        else:
            before = re.sub(r"(?<!\*)\*\s*$", "⊙ ", text[:start])
            behind = f" ⊙ {after}" if times and "@" not in times[0] else rest
            text = f"{before}(({operand}) 𝟏ᵀ){behind}"
    return text


def _starts(text: str, mark: re.Pattern[str]) -> re.Match[str] | None:
    """The mark behind the operand that a text starts with."""
    found = mark.search(text)
    return found if found and found.start() and begins(text, found.start()) == 0 else None


PACKAGES = r"(?<![\w\\.])(?:np|numpy|torch|jnp|tf|math)\.(?:linalg\.)?(?=[a-z])"
"""What stands before a function that a package has."""

_CALLED = re.compile(PACKAGES + r"(?P<word>\w+)")
_READ = {"dot", "matmul", "where", "square", "multiply", "maximum", "minimum", "zeros", "newaxis", "pi", "e", "array"}
_READ |= {"asarray", "tensor", "heaviside"}


def unknown_word(text: str) -> str | None:
    """The first function of a package that nothing here is called by.

    Examples
    --------
    >>> unknown_word("np.exp(x) + np.roll(x, 1)"), unknown_word("np.dot(A, B)")
    ('np.roll', None)
    """
    return next((m[0] for m in _CALLED.finditer(text) if m["word"] not in WORDS and m["word"] not in _READ), None)


IN_CODE: Sequence[Rule] = (
    signs(
        (r"\.astype\(\s*[\w.]+\s*\)|\.float\(\s*\)", ""),
        (r"(?<![\w\\.])(max|min)imum\(", r"\1("),
    ),
    _methods,
    calls(r"(?<![\w\\.])(?:dot|matmul)\(", _product),
    calls(r"(?<![\w\\.])(?P<how>square|multiply)\(", _entrywise),
    _along,
    _spread,
)
