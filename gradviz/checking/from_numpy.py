"""NumPy in answers, in gradviz's notation: methods, sums along an axis, axes of size one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gradviz.checking.brackets import MOST, Rule, begins, calls, closing, signs, split
from gradviz.ops import WORDS


def _methods(text: str) -> str:
    """``X.T.dot(r)``, ``(P - Y).sum(axis=0)``, ``W.transpose()``."""
    text = _TRANSPOSED.sub(".T", text)
    text = re.sub(r"\.unsqueeze\(\s*(?:1|-1)\s*\)", "[:, None]", text)
    text = re.sub(r"\.unsqueeze\(\s*0\s*\)", "[None, :]", text)
    for _ in range(MOST):
        found = re.search(
            r"\.(dot|matmul|mm|mv|bmm|mul|div|pow|sum|mean|max|exp|sqrt|log|abs|sigmoid|tanh|relu|softmax|log_softmax|logsumexp)\(",
            text,
        )
        end = closing(text, found.end() - 1) if found else -1
        if found is None or end < 0:
            break
        start = begins(text, found.start())
        operand, inside = text[start : found.start()], text[found.end() : end].strip()
        if found[1] in _BETWEEN:
            new = f"(({operand}) {_BETWEEN[found[1]]} ({inside}))"
        else:
            new = f"{found[1]}({operand}{', ' if inside else ''}{inside})"
        text = text[:start] + new + text[end + 1 :]
    return text


_TRANSPOSED = re.compile(r"\.(?:transpose|t)\(\s*\)|\.mT\b|\.(?:transpose|swapaxes)\(\s*-?[012]\s*,\s*-?[012]\s*\)")
_BETWEEN: Mapping[str, str] = {
    **dict.fromkeys(("dot", "matmul", "mm", "mv", "bmm"), "@"), "mul": "*", "div": "/", "pow": "**"
}  # fmt: skip
"""Methods that are a sign between what they are of and their argument."""


def _product(found: re.Match[str], inside: str) -> str | None:
    """``np.dot(A, B)``, ``tf.matmul(A, B, transpose_a=True)``."""
    arguments = split(inside)
    turned = {m[1] for a in arguments[2:] if (m := re.fullmatch(r"transpose_([ab])\s*=\s*True", a))}
    if len(arguments) != 2 + len(turned):
        return None
    a, b = (f"({x}).T" if side in turned else _grouped(x) for side, x in zip("ab", arguments, strict=False))
    return f"({a} @ {b})"


def _grouped(text: str) -> str:
    """In parentheses, but for what ends with an axis of size one."""
    found = list(_COLUMN.finditer(text)) + list(_ROW.finditer(text))
    return text if found and found[-1].end() == len(text) and begins(text, found[-1].start()) == 0 else f"({text})"


def _softmax(found: re.Match[str], inside: str) -> str | None:
    """``softmax(Z, dim=-1)``, which is by rows as it is here."""
    arguments = split(inside)
    if len(arguments) != 2 or re.fullmatch(r"(?:axis|dim)\s*=\s*(?:-1|1)|-1|1", arguments[1]) is None:
        return None
    word = "rowlogsumexp" if found[1] == "logsumexp" else found[1]
    return f"{word}({arguments[0]})"


def _einsum(found: re.Match[str], inside: str) -> str | None:
    """``np.einsum('ij,i->j', X, r)``."""
    said = re.match(r"\s*['\"]\s*([a-z]+(?:\s*,\s*[a-z]+)*)\s*->\s*([a-z]*)\s*['\"]\s*,", inside)
    letters = "".join(said[1].split()).split(",") if said else []
    arguments = split(inside[said.end() :]) if said else []
    if said is None or len(letters) != len(arguments) or len(set(said[2])) < len(said[2]):
        return None
    order = dict.fromkeys((*said[2], *"".join(letters)))
    if len(order) > len(_LETTERS):
        return None
    own = dict(zip(order, _LETTERS, strict=False))  # letters that are no names of sizes, in the order of the axes
    factors = [f"({a})_{{{','.join(own[c] for c in x)}}}" for a, x in zip(arguments, letters, strict=True)]
    return f"({''.join(f'∑_{own[c]} ' for c in order if c not in said[2])}{' '.join(factors)})"


_LETTERS = "ijklpq"


def _comprehension(found: re.Match[str], inside: str) -> str | None:
    """``sum(x[i] * r[i] for i in range(n))`` and ``sum((xi - m)**2 for xi in x)``."""
    arguments = split(inside)
    said = re.fullmatch(r"\[?(.*) for (\w+) in (?:range\(\s*\w+\s*\)|(\w+))\s*\]?", arguments[0].strip())
    if said is None or (len(arguments) > 1 and not re.fullmatch(r"axis\s*=\s*0", arguments[1])):
        return None
    if said[3]:
        entry = re.sub(rf"(?<!\w){said[2]}(?!\w)", f"{said[3]}_i", said[1])
        return f"(∑_i ({entry}))" if len(said[3]) == 1 else None
    return f"(∑_{said[2]} ({said[1]}))" if len(said[2]) == 1 else None


def _compared(found: re.Match[str], inside: str) -> str | None:
    """``sum(z > 0)``: truth values as arguments are numbers."""
    arguments = split(inside)
    made = [f"𝟙[{a}]" if _is_comparison(a) else a for a in arguments]
    known = found["word"] in WORDS and found["word"] not in ("where", "step")
    return f"{found['word']}({', '.join(made)})" if known and made != arguments else None


def _is_comparison(text: str) -> bool:
    plain = text
    while (less := re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", "", plain)) != plain:
        plain = less
    return "𝟙" not in text and len(re.findall(r"<=|>=|!=|==|[<>≤≥≠]", plain)) == 1


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


_COLUMN = re.compile(r"\[\s*:\s*,\s*(?:None|newaxis)\s*\]|\.reshape\(\s*(?:-1|\w+)\s*,\s*1\s*\)")
_ROW = re.compile(r"\[\s*(?:None|newaxis)\s*,\s*:\s*\]|\.reshape\(\s*1\s*,\s*(?:-1|\w+)\s*\)")
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


PACKAGES = (
    r"(?<![\w\\.])(?:np|numpy|torch|jnp|jax|tf|math|Math|scipy|special|nn|F)\."
    r"(?:(?:linalg|nn|functional|special|numpy|math)\.)*(?=[a-z])"
)
"""What stands before a function that a package has."""

_CALLED = re.compile(PACKAGES + r"(?P<word>\w+)")
_READ = {"dot", "matmul", "where", "square", "multiply", "maximum", "minimum", "zeros", "newaxis", "pi", "e", "array"}
_READ |= {"asarray", "tensor", "heaviside", "mv", "mm", "bmm", "ger", "mul", "div", "einsum", "expit", "square"}
_READ |= {"average", "float64", "float32", "swapaxes", "pow"}


def unknown_word(text: str) -> str | None:
    """The first function of a package that nothing here is called by.

    Examples
    --------
    >>> unknown_word("np.exp(x) + np.roll(x, 1)"), unknown_word("np.dot(A, B)")
    ('np.roll', None)
    """
    return next((m[0] for m in _CALLED.finditer(text) if m["word"] not in WORDS and m["word"] not in _READ), None)


def in_numpy(text: str) -> bool:
    """Whether a text calls NumPy or its kin: there a vector is neither row nor column."""
    return _CALLED.search(text) is not None or ".dot(" in text


def turned(text: str) -> str:
    """The transpose of an answer, which may say what it is.

    Examples
    --------
    >>> turned("dw = r.T @ X")
    'dw =(r.T @ X)ᵀ'
    """
    left, sign, body = text.rpartition("=")
    return f"{left}{sign}({body.strip('; ')})ᵀ"


IN_CODE: Sequence[Rule] = (
    signs(
        (r"\.astype\(\s*[\w.]+\s*\)|\.(?:float|int|double|flatten|ravel|squeeze|copy|detach|item)\(\s*\)", ""),
        (r"(?<![\w\\.])(?:float(?:32|64)?|int|bool)(?=\()", ""),
        (r"(?<![\w\\.])average\(", "mean("),
        (r"(?<![\w\\.])(?:swapaxes|transpose)\(\s*(\w+)\s*,\s*-?[012]\s*,\s*-?[012]\s*\)", r"\1.T"),
        (r"(?<![\w\\.])(?:ifelse|IF)\(", "where("),
        (r"(?<![\w\\.])(max|min)imum\(", r"\1("),
        (r"(?<![\w\\.])ger\(", "outer("),
        (r"(?<![\w\\.])expit\(", "sigmoid("),
        (r"(?<![\w\\.])heaviside\(([^(),]*),\s*[\d.]+\s*\)", r"step(\1)"),
    ),
    _methods,
    calls(r"(?<![\w\\.])(?:dot|matmul|mm|mv|bmm)\(", _product),
    calls(r"(?<![\w\\.])sum\((?=.* for )", _comprehension),
    calls(r"(?<![\w\\.])einsum\(", _einsum),
    calls(r"(?<![\w\\.])(softmax|log_softmax|logsumexp)\(", _softmax),
    calls(r"(?<![\w\\.𝟙])(?P<word>[a-z]\w*)\(", _compared),
    calls(r"(?<![\w\\.])(?P<how>square|multiply)\(", _entrywise),
    _along,
    _spread,
)
