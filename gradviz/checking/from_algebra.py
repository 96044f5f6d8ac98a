"""Answers in the languages of other programs, in gradviz's notation: Mathematica, Maple, MATLAB, Julia, R."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from gradviz.checking.brackets import MOST, Rule, calls, closing, signs, split

Shapes = Callable[[str], Sequence[object] | None]
"""The axes of what has a name, as they are declared."""

# Mathematica --------------------------------------------------------------------------------------------

_PLAIN: Mapping[str, str] = {
    "Exp": "exp", "Log": "ln", "Sqrt": "sqrt", "Sin": "sin", "Cos": "cos", "Tan": "tan", "Tanh": "tanh",
    "Sinh": "sinh", "Cosh": "cosh", "ArcTan": "arctan", "Abs": "abs", "Sign": "sign", "Max": "max", "Min": "min",
    "Inverse": "inv", "Det": "det", "Tr": "tr", "Norm": "norm", "LogisticSigmoid": "sigmoid", "Ramp": "relu",
    "Erf": "erf", "DiagonalMatrix": "diag", "UnitStep": "step", "HeavisideTheta": "step", "OverHat": "hat",
    "OverBar": "bar", "OverTilde": "tilde", "Sech": "sech", "Softmax": "softmax", "SoftmaxLayer": "softmax",
}  # fmt: skip
_SPECIAL = (
    "Transpose",
    "KroneckerProduct",
    "If",
    "Dot",
    "Outer",
    "Subscript",
    "Sum",
    "Boole",
    "Piecewise",
    "KroneckerDelta",
    "Total",
    "Mean",
)
_HEAD = rf"(?<![\w\\.])(?P<word>{'|'.join((*_PLAIN, *_SPECIAL))})\["


def _call(found: re.Match[str], inside: str) -> str | None:
    """One call of Mathematica."""
    word, arguments = found["word"], split(inside)
    if word in _PLAIN:
        return f"{_PLAIN[word]}({inside})" if inside else _PLAIN[word]
    if word == "Transpose" and len(arguments) == 1:
        return f"(({inside})ᵀ)"
    if word == "Dot":
        return "(" + " @ ".join(f"({a})" for a in arguments) + ")"
    if word == "Outer" and len(arguments) == 3 and arguments[0] == "Times":
        return f"outer({arguments[1]}, {arguments[2]})"
    if word == "KroneckerProduct" and len(arguments) == 2:
        return f"outer({inside})"
    if word == "If" and len(arguments) == 3:
        return f"where({inside})"
    if word == "Subscript" and len(arguments) == 2:
        return f"{arguments[0]}_{{{arguments[1]}}}"
    if word == "Boole":
        return f"𝟙[{inside}]"
    if word == "KroneckerDelta" and len(arguments) == 2:
        return f"δ_{{{arguments[0]},{arguments[1]}}}"
    if word == "Sum":
        return _sum(arguments)
    if word == "Piecewise":
        return _piecewise(arguments)
    return None


def _sum(arguments: list[str]) -> str | None:
    """``Sum[x[[i]], {i, 1, n}]``."""
    body, limits = arguments[0], ""
    for one in arguments[1:]:
        found = re.fullmatch(r"\{\s*([a-z])\s*,\s*(?:([^,{}]+),)?\s*([^,{}]+)\}", one)
        if found is None:
            return None
        limits += f"∑_{{{found[1]}={(found[2] or '1').strip()}}}^{{{found[3].strip()}}} "
    return f"({limits}({body}))" if limits else None


def _piecewise(arguments: list[str]) -> str | None:
    """``Piecewise[{{a, c}, {b, d}}, e]``."""
    rows = [split(row.strip()[1:-1]) for row in split(arguments[0].strip()[1:-1])]
    if any(len(row) != 2 for row in rows):
        return None
    other = arguments[1] if len(arguments) > 1 else "0"
    said = [*(f"{value} & {condition}" for value, condition in rows), rf"{other} & \text{{otherwise}}"]
    return r"\begin{cases} " + r" \\ ".join(said) + r" \end{cases}"


_CALLS = calls(_HEAD, _call)
_INNER = re.compile(r"(?<=[\w)\]ᵀ])\s*\.\s*(?=[A-Za-z(])")


def _total(found: re.Match[str], inside: str, shape_of: Shapes) -> str | None:
    """``Total[v]`` is a sum, ``Total[A]`` has one for each column; None where it cannot be told which is meant."""
    axes = [len(shape_of(name) or ()) for name in re.findall(r"[^\W\d_]\w*", inside)]
    most = max(axes, default=0)
    if not most or (most > 1 and re.search(r"@|\.|ᵀ|outer|dot", inside)):
        return None
    word = "sum" if found["word"] == "Total" else "mean"
    return f"{word if most == 1 else 'col' + word}({inside})"


def _mathematica(text: str, known: Collection[str], shape_of: Shapes) -> str:
    """``2/n Transpose[X].(X.w - y)``."""
    powers = re.search(r"(?<![\w\\])E\^", text) and "E" not in known
    if not re.search(_HEAD, text) and not powers:
        return text
    text = re.sub(r"(?<=\w)\[\[([^\[\]]*)\]\]", r"_{\1}" if "Sum[" in text else r"[\1]", text)
    text = text.replace("SoftmaxLayer[][", "SoftmaxLayer[")
    text = _INNER.sub(" @ ", _CALLS(text))
    text = calls(r"(?<![\w\\.])(?P<word>Total|Mean)\[", lambda found, inside: _total(found, inside, shape_of))(text)
    text = _CALLS(text)
    return re.sub(r"(?<![\w\\])E(?=\^)", "e", text) if powers else text


# Maple --------------------------------------------------------------------------------------------------


def _maple(text: str) -> str:
    """``sum(x[i], i = 1..n)``, ``Transpose(X) . v``."""

    def summed(found: re.Match[str], inside: str) -> str | None:
        arguments = split(inside)
        limit = re.fullmatch(r"([a-z])\s*=\s*(\w+)\s*\.\.\s*(\w+)", arguments[-1])
        if limit is None or len(arguments) != 2:
            return None
        return f"(∑_{{{limit[1]}={limit[2]}}}^{{{limit[3]}}} ({arguments[0]}))"

    text = text.replace("^%T", "ᵀ").replace("LinearAlgebra[Transpose]", "Transpose")
    text = re.sub(r"%(?=e\^|pi(?!\w))", "", text)
    if ".." in text:
        text = calls(r"(?<![\w\\.])(?:[Ss]um|add)\(", summed)(text)
    if re.search(r"(?<![\w\\.])Transpose\(|ᵀ\s+\.\s", text):
        text = calls(r"(?<![\w\\.])Transpose\(", lambda found, inside: f"(({inside})ᵀ)")(text)
        text = _INNER.sub(" @ ", text)
    return text


# MATLAB, Julia, R ---------------------------------------------------------------------------------------

_QUOTE = re.compile(r"(?<=[\w)\]])\.?'")


def _along_dimension(text: str) -> str:
    """MATLAB counts axes from 1: ``sum(A, 1)`` is a row, ``sum(A, 2)`` a column, ``sum(A)'`` the sums of columns."""
    start = 0
    pattern = re.compile(r"(?<![\w\\.])(sum|mean)\(")
    for _ in range(MOST):
        found = pattern.search(text, start)
        end = closing(text, found.end() - 1) if found else -1
        if found is None or end < 0:
            break
        arguments = split(text[found.end() : end])
        turned = text[end + 1 : end + 2] == "'"
        start = found.end()
        new = None
        if len(arguments) == 1 and turned:
            new = f"col{found[1]}({arguments[0]})"
        elif len(arguments) == 2 and arguments[1] == "1":
            new = f"col{found[1]}({arguments[0]})" + ("" if turned else "ᵀ")
        elif len(arguments) == 2 and arguments[1] == "2":
            new = f"{found[1]}({arguments[0]}, axis=1, keepdims=True)"
        if new is not None:
            turned = turned and arguments[1:] != ["2"]
            text = text[: found.start()] + new + text[end + 1 + turned :]
    return text


def _matlab(text: str) -> str:
    """Sums along dimensions, where something else is written as in MATLAB."""
    other = re.search(r"np\.|torch|numpy|@|axis|dim", text)
    return text if other or not (_QUOTE.search(text) or re.search(r"\.[*/^]", text)) else _along_dimension(text)


_R = {"colSums": "colsum", "rowSums": "rowsum", "colMeans": "colmean", "rowMeans": "rowmean"}


def _crossproduct(found: re.Match[str], inside: str) -> str:
    arguments = split(inside)
    return f"(({arguments[0]})ᵀ @ ({arguments[-1]}))"


_OTHERS: Sequence[Rule] = (
    signs(
        (r"\.(?=[-+−](?!\d))", ""),
        (r"(?<=[\w])\.\((?=)", "("),
        (r"\bdims\s*=\s*1\b", "axis=0"),
        (r"\bdims\s*=\s*2\b", "axis=1, keepdims=True"),
        (r"\.'", "'"),
        (r"(?<![\w\\.])plogis\(", "sigmoid("),
        (r"%\*%", "@"),
        (r"%o%", "⊗"),
        *((rf"(?<![\w\\.]){word}(?=\()", ours) for word, ours in _R.items()),
    ),
    calls(r"(?<![\w\\.])crossprod\(", _crossproduct),
    calls(r"(?<![\w\\.])vec\((?=sum\(|mean\()", lambda found, inside: f"({inside})"),
)

# How long axes are --------------------------------------------------------------------------------------

_LENGTH = re.compile(
    r"(?<![\w\\.])(?:(?:len|length|numel|nrow|NROW|np\.size)\(\s*(?P<all>\w+)\s*\)|ncol\(\s*(?P<second>\w+)\s*\)"
    r"|size\(\s*(?P<name>\w+)\s*,\s*(?P<from_one>[12])\s*\)"
    r"|(?P<array>\w+)\.(?:shape\[\s*(?P<from_zero>-?[01])\s*\]|size\(\s*(?P<of>-?[01])\s*\)|(?P<whole>size)(?![\w(])))"
)


def with_sizes_of(text: str, shape_of: Shapes) -> str:
    """``len(y)``, ``X.shape[0]``, ``size(X, 1)`` as the sizes that they are, and ``softmax(z, dim=0)`` of a vector.

    Examples
    --------
    >>> shapes = {"X": ("n", "d"), "y": ("n",)}
    >>> with_sizes_of("2/len(y) + X.shape[1] + size(X, 1) + y.size", shapes.get)
    '2/n + d + n + n'
    """

    def size(found: re.Match[str]) -> str:
        name = found["all"] or found["second"] or found["name"] or found["array"]
        axes = shape_of(name)
        if not axes:
            return found[0]
        place = 1 if found["second"] else int(found["from_zero"] or found["of"] or 0)
        place = int(found["from_one"]) - 1 if found["from_one"] else place
        if (found["whole"] or found[0].startswith(("numel", "np.size"))) and len(axes) > 1:
            return found[0]
        return str(axes[place]) if -len(axes) <= place < len(axes) else found[0]

    text = re.sub(r"(?:torch\.)?nn\.Softmax\(\s*(dim\s*=\s*-?\d)\s*\)\(\s*([^()]*)\)", r"softmax(\2, \1)", text)
    text = re.sub(
        r"(?<![\w.])(\w+)\.(softmax|log_softmax|logsumexp)\(\s*((?:dim|axis)\s*=\s*0|0)\s*\)", r"\2(\1, \3)", text
    )

    def of_vector(found: re.Match[str]) -> str:
        return f"{found[1]}({found[2]})" if len(shape_of(found[2]) or ()) == 1 else found[0]

    return _FIRST_AXIS.sub(of_vector, _LENGTH.sub(size, text))


_FIRST_AXIS = re.compile(r"(?<!\w)(softmax|log_softmax|logsumexp)\(\s*(\w+)\s*,\s*(?:axis\s*=\s*|dim\s*=\s*)?0\s*\)")


def from_algebra(text: str, known: Collection[str] = (), shape_of: Shapes = lambda name: None) -> str:
    """An answer in the language of another program, as far as it is known what was meant.

    Parameters
    ----------
    text : str
    known : collection of str
        Names of the program.
    shape_of : callable
        The axes of what has a name.

    Examples
    --------
    >>> from_algebra("2/n Transpose[X].(X.w - y)"), from_algebra("sum(x[i], i=1..n)"), from_algebra("sum(P, 1)'")
    ('2/n ((X)ᵀ) @ (X @ w - y)', '(∑_{i=1}^{n} (x[i]))', 'colsum(P)')
    """
    text = _matlab(_maple(_mathematica(text, known, shape_of)))
    for rule in _OTHERS:
        text = rule(text)
    if "t" not in known:
        text = calls(r"(?<![\w\\.'])t\(", lambda found, inside: f"(({inside})ᵀ)")(text)
    return text
