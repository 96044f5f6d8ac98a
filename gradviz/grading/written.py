"""The answer in what somebody wrote: the formula, where there is text around it."""

from __future__ import annotations

import re

_DISPLAYED = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]|(?P<c>\\begin\{(?P<env>align|equation|gather)(?P<star>\*?)\}.+?\\end\{(?P=env)(?P=star)\})",
    re.DOTALL,
)
_INLINE = re.compile(r"\$(?P<a>[^$]+)\$|\\\((?P<b>.+?)\\\)", re.DOTALL)
_CODE = re.compile(r"^```[^\n`]*\n(?P<a>.+?)\n```[ \t]*$|`(?P<b>[^`\n]+)`", re.DOTALL | re.MULTILINE)


_REMARK = re.compile(r"(?<!\\)%.*")


def written(text: str) -> str:
    r"""The first displayed formula of a text, else the first within a line, or in code; else the text itself.

    Examples
    --------
    >>> written("We find $x > 0$, so\n$$2x$$"), written(" 2x ")
    ('2x', '2x')
    >>> written("$$\n2x % the first\n+ y\n$$")
    '2x + y'
    """
    found = _formula(text)
    if not found:
        return text.strip()
    inside = next(v for k, v in found.groupdict().items() if k in "abc" and v is not None).strip()
    return inside if found.re is _CODE else " ".join(_REMARK.sub("", inside).split())  # as LaTeX reads it


def has_formula(text: str) -> bool:
    """Whether there is a formula in a text."""
    return _formula(text) is not None


def _formula(text: str) -> re.Match[str] | None:
    return _DISPLAYED.search(text) or _INLINE.search(text) or _CODE.search(text)


_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_LEFT = re.compile(r"raise NotImplementedError\(?\)?|YOUR (?:CODE|ANSWER) HERE")
"""What nbgrader puts where an answer is to stand."""


def of_cell(text: str, *, code: bool) -> str:
    r"""The answer in a cell of a notebook: a cell of code is its text without comments.

    Examples
    --------
    >>> of_cell("# YOUR CODE HERE\n2*x", code=True), of_cell("YOUR ANSWER HERE", code=False)
    ('2*x', '')
    """
    text = _COMMENT.sub("", text) if code else text
    text = _LEFT.sub("", text)
    return text.strip() if code else written(text)
