"""New names that look like a slip: like another name, a function, an entry, a product of letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import zip_longest

from gradviz.messages import Message, say
from gradviz.ops import WORDS

_ARROW = "\N{COMBINING RIGHT ARROW ABOVE}"


def close_names(new: Iterable[str], known: Iterable[str]) -> Iterator[Message]:
    """New names that are one letter away from another name.

    Examples
    --------
    >>> [m.parts for m in close_names(["weigths"], ["weights", "x"])]
    [(('name', 'weigths'), ('known', 'weights'))]
    """
    new = tuple(new)
    for name, other in _close(new, _without(known) if new else {}):
        yield say("close-name", name=name, known=other)


def entry_names(new: Iterable[str], axes: Mapping[str, int]) -> Iterator[Message]:
    """New names such as ``x1`` beside a vector x, of whose entries the writer may have thought.

    Parameters
    ----------
    new : iterable of str
    axes : mapping of str to int
        How many axes each name has.
    """
    for name in new:
        word, _, below = name.partition("_")
        if not below:
            word = _word(name)
        count = axes.get(word, 0) if word != name else 0
        index = below.strip("{}").replace(",", "") or name.removeprefix(word)
        if count == 1 or len(index) == count > 1:
            entry = f"{word}[{index if count == 1 else ', '.join(index)}]"
            yield say("entry-name", name=name, array=word, entry=entry)
        elif _ARROW in name and axes.get(name.replace(_ARROW, ""), 0) > 1:
            yield say("close-name", name=name, known=name.replace(_ARROW, ""))


def products_of_letters(new: Iterable[str]) -> Iterator[Message]:
    """New names such as ``xy``, by which the writer may have meant a product."""
    for name in new:
        if 1 < len(name) < 4 and name.isalpha():
            yield say("one-name", name=name, product=" ".join(name))


def close_functions(new: Iterable[str]) -> Iterator[Message]:
    """New words that look like a function misspelt: one letter away, or in other cases."""
    new = tuple(new)
    if not new:
        return
    cases, swapped, without = _functions()
    near = dict(_close(new, without))
    for name in new:
        word = name.partition("_")[0]  # max_i
        known = cases.get(name.casefold()) or swapped.get("".join(sorted(name))) or near.get(name)
        known = known or (cases.get(word) if word != name else None)
        if known is not None and len(name) > 2:
            yield say("close-function", name=name, known=known)


@cache
def _functions() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, list[str]]]:
    """The words of functions: by their letters in small, by their letters in order, and with one letter left out."""
    words = sorted(w for w in WORDS if w.isascii() and len(w) > 2)
    swapped = {"".join(sorted(w)): w for w in reversed(words) if len(w) > 3}
    return {w.casefold(): w for w in words}, swapped, _without(words)


def _without(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by their words, and by these with one letter left out."""
    found: dict[str, list[str]] = {}
    for name in names:
        for word in _one_less(_word(name)):
            found.setdefault(word, []).append(name)
    return found


def _close(new: Iterable[str], without: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """New words that are one letter away from another name's word; numbers behind them do not count."""
    new = dict.fromkeys(new)
    for name in new:
        others = (o for w in _one_less(_word(name)) for o in without.get(w, ()) if o not in new)
        other = next((o for o in others if _slip(_word(name), _word(o))), None)
        if other is not None:
            yield name, other


def _slip(a: str, b: str) -> bool:
    """Whether one part of two names differs, and is long enough to be no deliberate index: not ``x_t`` and ``h_t``."""
    different = [(x, y) for x, y in zip_longest(a.split("_"), b.split("_"), fillvalue="") if x != y]
    return len(different) == 1 and min(map(len, different[0])) > 2


def _word(name: str) -> str:
    return name.rstrip("0123456789")


def _one_less(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]
