r"""Answers as they are written elsewhere, in gradviz's notation: NumPy, packages of LaTeX, signs that say nothing.

What can be read as it stands is read so; these are tried where it cannot.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from gradviz.checking.brackets import MOST, OPENING, Rule, calls, closing, opening, signs, split
from gradviz.checking.conditions import (
    brace,
    chosen,
    commas_in_cases,
    conditional,
    indicator,
    only_opposites,
    ternary,
    truth,
    where,
)
from gradviz.checking.from_algebra import Shapes, from_algebra, with_sizes_of
from gradviz.checking.from_editors import from_editors
from gradviz.checking.from_numpy import IN_CODE, PACKAGES
from gradviz.messages import GradvizError
from gradviz.notation import canonical
from gradviz.ops import OPERATIONS, WORDS

NUMBER = re.compile(r"\s*[-−+]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*")
_NAME = r"(?:\\[A-Za-z]+|[^\W\d_](?:\w|\u0302)*)"


def respelled(text: str, known: Collection[str] = (), shape_of: Shapes = lambda name: None) -> str:
    r"""An answer in gradviz's notation, as far as it is known what was meant.

    Parameters
    ----------
    text : str
    known : collection of str
        Names of the program: runs of them with an index are taken apart (``wx_i``).
    shape_of : callable
        The axes of what has a name, for ``len(y)``.

    Examples
    --------
    >>> respelled(r"x \mathbb{1}_{\{z > 0\}}"), respelled("np.outer(d, x)"), respelled(r"\pdv{L}{z} x")
    ('x 𝟙[z > 0]', 'outer(d, x)', '\\frac{\\partial L}{\\partial z} x')
    """
    text = from_editors(from_algebra(with_sizes_of(text, shape_of), known, shape_of), known)
    for rule in _RULES:
        text = rule(text)
    text = _entries_beside(text, known)
    text = _squares(_primed(text, known), known)
    if "H" not in known:
        text = re.sub(r"(?<![\w\\])(?:H|[Hh]eaviside)(?=\()", "step", text)
    if not {"Φ", "φ"} & set(known):
        text = _normal(text)
    text = _ENTRY.sub(lambda m: _entry(m, known), text)
    return re.sub(r"(?<![\w\\])[A-Za-z]{2,6}(?=_|[ᵢⱼₖₗₘₙ])", lambda m: _apart(m[0], known), text)


_BESIDE = re.compile(
    r"(?P<body>.*?)(?:[,;\s]|\\q?quad|\\[,; ]|\\text\s*\{\s*(?:where|with)\s*\}|(?<!\w)(?:where|with)(?!\w))+"
    r"(?P<name>\\(?:hat|tilde|bar)\s*\{\s*\w\s*\}|[^\W\d_]\u0302?)_(?:\{(?P<in>[a-z])\}|(?P<at>[a-z]))\s*:?=(?P<said>[^=]*)",
    re.DOTALL,
)


def _entries_beside(text: str, known: Collection[str]) -> str:
    """``∑_i (q_i - y_i) x_i where q_i = σ(wᵀ x_i)``, where nothing is called q: each q_i stands for what it is."""
    found = _BESIDE.fullmatch(text)
    if found is None or text.count("=") != found["body"].count("=") + 1:
        return text
    try:
        if canonical(found["name"]) in known:
            return text
    except GradvizError:
        return text
    index = found["in"] or found["at"]
    one = re.compile(rf"(?<![A-Za-z\\]){re.escape(found['name'])}_(?:\{{{index}\}}|{index}(?!\w))")
    body, times = one.subn(lambda m: f"({found['said'].strip()})", found["body"])
    return body if times else text


_SQUARE = r"\s*(?:²|(?:\^|\*\*)\s*(?:2(?!\d)|\{\s*2\s*\}))"
_DEFINED = re.compile(rf"(?:[,;\n]|(?<!\w)(?:where|with|let)(?!\w))[\s}}~]*(?P<name>\\?[^\W\d_]+){_SQUARE}\s*:?=(?!=)")


def _squares(text: str, known: Collection[str]) -> str:
    """``… where σ² = e^v``, where nothing is called σ: the square has a name, and stands for what it is."""
    found = _DEFINED.search(text)
    if found is None:
        return text
    name = found["name"]
    try:
        plain = canonical(name)
    except GradvizError:
        return text
    if plain in known or canonical(f"{name}_{{sq}}") in known:
        return text
    spellings = "|".join(sorted({re.escape(name), re.escape(plain)}))
    named, times = re.subn(rf"(?<![A-Za-z\\])(?:{spellings}){_SQUARE}", lambda m: f" {name}_{{sq}}", text)
    return named if times > 1 else text


def adjoints_in_code(text: str, names: Collection[str], output: str) -> str:
    """An answer with ``dS`` written as ``∂L/∂S``, where S is one of some names.

    Examples
    --------
    >>> adjoints_in_code("dS @ K / d", {"S"}, "L")
    '(∂L/∂S) @ K / d'
    """

    def change(found: re.Match[str]) -> str:
        with suppress(GradvizError):
            if canonical(found[1], names) in names:
                return f"(∂{output}/∂{found[1]})"
        return found[0]

    return _IN_CODE.sub(change, text)


_IN_CODE = re.compile(r"(?<![\w/{∂\\.])d([^\W\d_][\w\u0302]*)(?!\s*[/}])(?![\w(])")


def _bell(found: re.Match[str], inside: str) -> str:
    """The normal distribution, and its density, as they are in the derivative of GELU."""
    if found[1] in ("Φ", "\\Phi"):
        return rf"(1/2)(1 + erf(({inside})/\sqrt{{2}}))"
    return rf"(e^{{-({inside})^2/2}}/\sqrt{{2\pi}})"


_PRIMED = re.compile(
    r"(?<![^\W\d_])(?<!\\)(?:\\left\s*)?(?P<open>\()\s*(?P<name>(?!\\left)\\?[^\W\d_]+)\s*(?:\\left\s*)?(?=\()"
)
_BY = re.compile(
    r"(?:\\[dt]?frac\s*\{\s*(?P<d>∂|\\partial|d|\\mathrm\{d\})\s*(?P<name>\\?[^\W\d_]+)\s*\}\s*\{\s*(?P=d)\s*(?P<by>[^{}]+)\}"
    r"|(?P<e>∂|d)(?P<of>[^\W\d_]+)\s*/\s*(?P=e)(?P<at>[^\W\d_]\w*))"
)


def _primed(text: str, known: Collection[str]) -> str:
    """``(σ(z))'`` and ``∂σ/∂z`` are ``σ'(z)``, where σ is a function."""
    for found in reversed(list(_PRIMED.finditer(text))):
        inner = closing(text, found.end())
        end = closing(text, found.start("open"))
        if inner < 0 or end < 0 or text[inner + 1 : end].replace("\\right", "").strip():
            continue
        if _is_function(found["name"], known) and text[end + 1 :].lstrip().startswith("'"):
            after = text[end + 1 :].lstrip().removeprefix("'")
            text = f"{text[: found.start()]}{found['name']}'{text[found.end() : inner + 1]}{after}"

    def change(found: re.Match[str]) -> str:
        name, by = found["name"] or found["of"], found["by"] or found["at"]
        return f"{name}'({by.strip()})" if _is_function(name, known) else found[0]

    return _BY.sub(change, text)


def _is_function(name: str, known: Collection[str]) -> bool:
    """Whether a word is a function of one number, and no name of the program."""
    try:
        if canonical(name) in known:
            return False
    except GradvizError:
        return False
    word = WORDS.get(canonical(name))
    operation = OPERATIONS.get(word.function) if word is not None and word.arity == (1, 1) else None
    return operation is not None and operation.elementwise


_normal = calls(r"(?<![\w\\])(Φ|φ|ϕ|\\(?:Phi|varphi|phi)(?![A-Za-z]))\s*\(", _bell)
_ENTRY = re.compile(
    r"(?<![A-Za-zα-ωΑ-Ω_\\])(?P<name>\\(?:hat|tilde|bar|mathbf|boldsymbol|bm|vec)\s*\{\s*\\?\w+\s*\}|\\[A-Za-z]+|[^\W\d_]\u0302?)"
    r"(?:_(?P<one>\d)|_\{\s*(?P<many>\d+(?:\s*,\s*\d+)*)\s*\}|(?P<low>[₀-₉]+))(?![\w₀-₉])"
)


def _entry(found: re.Match[str], known: Collection[str]) -> str:
    """``p_1`` is an entry of p where there is no name p₁; ``W_{12}`` one of W."""
    places = (found["one"] or found["many"] or found["low"]).translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    try:
        if canonical(found[0]) in known or canonical(found["name"]) not in known:
            return found[0]
    except GradvizError:
        return found[0]
    return f"{found['name']}[{places}]"


def _apart(word: str, known: Collection[str]) -> str:
    """A run of two names, where it is one in one way only."""
    if word in known:
        return word
    ways = [f"{word[:n]} {word[n:]}" for n in range(1, len(word)) if word[:n] in known and word[n:] in known]
    return ways[0] if len(ways) == 1 else word


# What stands between brackets --------------------------------------------------------------------------


def _over(text: str) -> str:
    r"""``{a \over b}``."""
    for _ in range(MOST):
        found = re.search(r"\\over(?![A-Za-z])", text)
        if found is None:
            break
        start = opening(text, found.start())
        end = closing(text, start) if start >= 0 else -1
        if end < 0:
            break
        above, below = text[start + 1 : found.start()].strip(), text[found.end() : end].strip()
        text = rf"{text[:start]}\frac{{{above}}}{{{below}}}{text[end + 1 :]}"
    return text


_RECIPROCALS: Mapping[str, str] = {"sech": "1/cosh", "sec": "1/cos", "csch": "1/sinh", "csc": "1/sin"}
_QUOTIENTS: Mapping[str, str] = {"coth": "tanh", "cot": "tan"}
_RARE = re.compile(
    r"(?:\\operatorname\s*\{\s*|\\mathrm\s*\{\s*|\\)?(?<![A-Za-z])(?P<word>sech|sec|csch|csc|coth|cot)(?![A-Za-z])\s*\}?"
    r"\s*(?P<power>\^\s*\{?\s*[0-9]+\s*\}?|[²³])?\s*(?:\\left)?\s*(?P<argument>[(\[{]|\\?[^\W\d_]\w*|\d+)"
)


def _rare_functions(text: str) -> str:
    r"""``sech² z`` is ``1/cosh² z``."""
    for _ in range(MOST):
        found = _RARE.search(text)
        if found is None:
            break
        argument, end = found["argument"], found.end()
        if argument in OPENING:
            end = closing(text, found.end() - 1) + 1
            if not end:
                break
            argument = re.sub(r"\\right\s*$", "", text[found.end() : end - 1])
        function = _RECIPROCALS.get(found["word"], "1/" + _QUOTIENTS.get(found["word"], "")).removeprefix("1/")
        digits = re.sub(r"\D", "", (found["power"] or "1").translate(str.maketrans("²³", "23"))) or "1"
        inside = f"(1/{function}({argument}))"
        new = inside if digits == "1" else f"{inside}^{{{digits}}}"
        text = text[: found.start()] + new + text[end:]
    return text


def _evaluated(text: str) -> str:
    r"""``\left. ∂L/∂z \right|_{z}``: a bar that says at nothing else than the name itself."""
    pattern = r"\\left\s*\.(.*?)\\right\s*\|\s*_\s*(?:\{\s*([^{}=]+?)\s*(?:=\s*\2\s*)?\}|\w)"
    return re.sub(pattern, r"(\1)", text, flags=re.DOTALL)


def _rows(text: str) -> str:
    """``[a; b]`` and ``[a, b; c, d]`` as they are written in MATLAB."""
    start = len(text) - len(text.lstrip())
    end = closing(text, start) if text[start : start + 1] == "[" else -1
    rows = [row for row in split(text[start + 1 : end], ";") if row] if end > 0 else []
    if len(rows) < 2:
        return text
    cells = [[c for piece in split(row) for c in _CELL.split(piece)] for row in rows]
    lists = [", ".join(row) for row in cells]
    inside = ", ".join(lists if {len(row) for row in cells} == {1} else (f"[{row}]" for row in lists))
    return f"[{inside}]{text[end + 1 :]}"


_CELL = re.compile(r"(?<=[\w.)\]])\s+(?=[-−]?[\w.(\\])")


def _whole_list(text: str) -> str:
    """``(a, b)``, ``⟨a, b⟩``, ``array([a, b])``, where that is all."""
    text = re.sub(
        r"^(\s*)(?:array|asarray|tensor|Tensor|matrix|Matrix)\s*\(\s*(\[.*\])\s*(?:,\s*\w+\s*=.*)?\)(\s*)$",
        r"\1\2\3",
        text,
    )
    opened = re.match(r"\s*(?:\\left\s*)?(?:\(|⟨|\\langle(?![A-Za-z]))", text)
    if opened is None:
        return text
    pattern = (
        r"(?P<inside>.*?)(?:\\right\s*)?(?:\)|⟩|\\rangle)"
        r"(?P<after>\s*(?:\^\s*(?:\{\s*)?(?:T|\\top|⊤)\s*\}?|ᵀ|⊤|\.T)?\s*)$"
    )
    found = re.compile(pattern, re.DOTALL).match(text, opened.end())
    pieces = split(found["inside"]) if found else []
    if found is None or len(pieces) < 2 or any(piece.count("(") != piece.count(")") for piece in pieces):
        return text
    if opened[0].strip()[-1] != "(" and not all(map(NUMBER.fullmatch, pieces)):
        return text  # an inner product
    return f"[{found['inside']}]{found['after']}"


def _pointed(text: str) -> str:
    r"""``\langle a, b \rangle`` is an inner product."""
    return re.sub(r"(?:\\langle(?![A-Za-z])|⟨)([^⟨⟩]*?)(?:\\rangle(?![A-Za-z])|⟩)", r"dot(\1)", text)


_OPERATOR = r"[-+−*·×⊙/^@]|\\(?:cdot|odot|times|circ)(?![A-Za-z])"
_GROUPED = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_RULES: Sequence[Rule] = (
    signs(
        (rf"[ \t\r]*\n\s*(?={_OPERATOR})", " "),  # an answer that goes on in the next line
        (rf"((?:{_OPERATOR}))[ \t\r]*\n\s*", r"\1 "),
        (PACKAGES, ""),
        (r"\\(?:text)?color\s*\{[^{}]*\}", ""),
        (r"\\(?:text|textrm|mathrm|mbox)\s*\{\s*\}", " "),
        (rf"\\(?:under|over)(?:brace|bracket|line)\s*{_GROUPED}\s*[_^]\s*{_GROUPED}", r"{\1}"),
        (r"\\vec\s*\{\s*1\s*\}", "𝟏"),
        (r"[–—]", "-"),
        (r"~", " "),
        (r"\\binom\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"[\1, \2]"),
        (r"(?<![\w])\{\s*(\\?[A-Za-z]+)\s*\}(?=\s*_)", r" \1"),
        (r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*0\s*\}|0)", "0"),
        (r"(?<![\w\\])zeros\(", "0 ones("),
        (r"\^\s*\{\s*(?:\\circ|\\odot|∘|⊙)\s*(-?\w+)\s*\}", r"^{\1}"),
        (r"\^\s*(?:\{\s*\\prime\s*\}|\\prime(?![A-Za-z]))", "'"),
        (r"(\\\||‖|\|\|)\s*\^\s*\{?\s*2\s*\}?\s*_\s*\{?\s*([12F])\s*\}?", r"\1_\2^2"),
        (
            r"(?<![A-Za-z_\\])(?:I|\\math(?:bf|bb|rm)\s*\{\s*I\s*\}|\\(?:boldsymbol|bm)\s*\{\s*I\s*\})\s*_\s*"
            r"(?:\{\s*([A-Za-z]|[0-9]+)(?:\s*(?:\\times|×|x)\s*\1)?\s*\}|([A-Za-z]|[0-9]+))(?!\w)",
            r" diag(ones(\1\2))",
        ),
        (r"\\p?dv\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\\frac{\\partial \1}{\\partial \2}"),
        (
            rf"(?:\\partial|∂)\s*_\s*(?:\{{([^{{}}]*)\}}|({_NAME}|\w))\s*(?:\\[,;! ]\s*)?({_NAME})",
            r"\\frac{\\partial \3}{\\partial \1\2}",
        ),
        (r"^\s*(?:⇒|⟹|=>|→|∴|\\(?:Rightarrow|Longrightarrow|implies|therefore|to|rightarrow))\s*", ""),
        (
            r"^([^=]*?)\s*(?:⇒|⟹|=>|→|≈|≃|\\(?:Rightarrow|implies|to|rightarrow|approx|simeq|equiv)(?![A-Za-z]))\s*(?=[^=]*$)",
            r"\1 = ",
        ),
    ),
    brace,
    _over,
    _evaluated,
    *IN_CODE,
    calls(r"(?<![\w\\.])where\(", where),
    calls(r"(?<![\w\\])\(", chosen),
    ternary,
    calls(
        r"(?:𝟙|\\(?:mathbb|mathbf|mathds|mathbbm|boldsymbol|bm)\s*\{?\s*[1I]\s*\}?|(?<![\w\\.}^)])[1I]|\\chi|𝕀)\s*_?\s*[(\[{]",
        indicator,
    ),
    calls(r"(?<![\w\\𝟙^_)\]}'])\(", truth),
    calls(r"(?<![\w\\𝟙1}_])\[(?=[^\[\]]*(?:[<>≤≥≠]|\\(?:l[et]q?|g[et]q?|neq?)(?![A-Za-z])))", indicator),
    conditional,
    commas_in_cases,
    only_opposites,
    _rare_functions,
    signs((r"(?<=[\w)])\[([^\[\],:;<>=]*[-+−][^\[\],:;<>=]*)\]", r"(\1)")),
    signs((r"(?<=[})])\s*\[(?=[^\[\]]*,)", " · [")),
    _rows,
    _whole_list,
    _pointed,
)
