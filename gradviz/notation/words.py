"""The words that are functions, as the reader and the writer need them; handed in from above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Form = Literal["call", "prefix", "abs", "norm"]


@dataclass(frozen=True, slots=True)
class Word:
    r"""How one function is called and written.

    Parameters
    ----------
    function : str
        The canonical word, which the syntax tree holds (``sigmoid``).
    spellings : tuple of str
        All words that people type for it, the canonical one among them (``σ``, ``sigmoid``).
    arity : (int, int or None)
        Fewest and most arguments.
    unicode, latex, ascii : str
        How it is written: ``σ``, ``\sigma``, ``sigmoid``.
    form : str
        ``call``: always with parentheses. ``prefix``: without, before one plain factor (``ln ŷ``).
        ``abs``, ``norm``: written between bars.
    options : tuple of str
        What may be given by name after the arguments: ``conv2d(X, K, stride=2)``.
    gathers : bool
        Whether several arguments are the entries of one vector: ``diag(a, b, c)``.
    """

    function: str
    spellings: tuple[str, ...]
    arity: tuple[int, int | None] = (1, 1)
    unicode: str = ""
    latex: str = ""
    ascii: str = ""
    form: Form = "call"
    options: tuple[str, ...] = ()
    gathers: bool = False


_APART = "_fn"


def apart(word: str) -> str:
    """Spell a function or constant whose own word is a name of the program."""
    return word + _APART


def without_apart(text: str) -> str:
    """The word that `apart` spelled; "" where it did not.

    Examples
    --------
    >>> without_apart(apart("mean")), without_apart("mean")
    ('mean', '')
    """
    return text.removesuffix(_APART) if text.endswith(_APART) else ""


def typed(word: Word, text: str) -> str:
    r"""How a person wrote a function, where that is another word than it is printed by: ``log``, ``swish``.

    Words for what has a sign of its own (``sigmoid``, ``sqrt``) are ways to type that.

    Examples
    --------
    >>> typed(Word("ln", ("ln", "log"), unicode="ln"), r"\log"), typed(Word("relu", ("relu",), unicode="ReLU"), "relu")
    ('log', '')
    >>> typed(Word("softmax", ("softmax",)), r"\operatorname{softmax}")
    ''
    """
    if text.startswith("\\") and text.endswith("}"):
        text = text.partition("{")[2][:-1]  # \operatorname{softmax}
    text, printed = text.lstrip("\\"), word.unicode or word.function
    other = printed.isascii() and text.isascii() and _bare(text) != _bare(printed)
    return text if other and word.form in ("call", "prefix") else ""


def _bare(text: str) -> str:
    """Letters and digits: ``f_{4}`` is f4."""
    return "".join(filter(str.isalnum, text)).lower()


def table(words: Iterable[Word]) -> Mapping[str, Word]:
    r"""Every spelling, mapped to its word.

    Examples
    --------
    >>> words = table([Word("sigmoid", ("sigmoid", "σ"), unicode="σ", latex="\\sigma")])
    >>> words["σ"].function
    'sigmoid'
    """
    return MappingProxyType({spelling: word for word in words for spelling in word.spellings})
