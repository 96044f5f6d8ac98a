"""Which names, functions and sizes are known at one place of a text."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

from gradviz.messages import Message, say
from gradviz.notation.lexer import Tokens
from gradviz.notation.spellings import Spelling, SpellingError, take_apart
from gradviz.notation.tree import Expr
from gradviz.notation.words import Word, apart, without_apart

#: Names that need no definition.
CONSTANTS = frozenset({"e", "π", "I", "𝟏"})


class Scope:
    """What a reader knows of names; statements add to it as they are read.

    Parameters
    ----------
    words : mapping of str to Word
        The functions, by spelling.
    known : set of str
        Names that may be used: declared, given values, defined or used so far.
    functions : dict of str to int
        The program's own functions and blocks, with their numbers of parameters.
    sizes : set of str
        Symbolic dimensions.
    answer : bool
        Whether an unknown name is an error.
    stages : dict of str to collection of str
        The names inside the block that a definition calls (``d1`` → ``z``, ``h``).
    hiding : set of str
        Names that the program makes, which win over functions.
    canon : dict of str to str
        Canonical names by spelling.

    ``later`` are names that a later statement defines, with its first offset; ``parts`` tells what an unknown name of
    an answer says of an array.
    """

    __slots__ = (
        "answer",
        "canon",
        "functions",
        "hiding",
        "known",
        "later",
        "longest",
        "parts",
        "sizes",
        "stages",
        "words",
    )

    def __init__(
        self,
        words: Mapping[str, Word],
        known: set[str] | None = None,
        functions: dict[str, int] | None = None,
        sizes: set[str] | None = None,
        answer: bool = False,
        stages: dict[str, Collection[str]] | None = None,
        hiding: set[str] | None = None,
        canon: dict[str, str] | None = None,
    ) -> None:
        self.words = words
        self.known = set() if known is None else known
        self.functions = {} if functions is None else functions
        self.sizes = set() if sizes is None else sizes
        self.answer = answer
        self.later: dict[str, int] = {}
        self.stages = {} if stages is None else stages
        self.hiding = set() if hiding is None else hiding
        self.canon = {} if canon is None else canon
        self.longest = 0
        self.parts: Callable[[str], Expr | None] = lambda _: None

    def know(self, *names: str) -> None:
        """Let names be used from here on."""
        self.known.update(names)
        self.longest = max([self.longest, *map(len, names)])

    def name(self, raw: str) -> str:
        """Give the canonical name for a spelling of this text."""
        found = self.canon.get(raw)
        if found is None:
            try:
                found = choose(take_apart(raw), self.known)
            except SpellingError:
                found = raw
            self.canon[raw] = found
        return found

    def word_of(self, name: str, raw: str) -> Word | None:
        """Give the function that is spelled, or written, like this."""
        if name in self.hiding:
            return None
        found = self.words.get(name) or self.words.get(raw) or self._word_apart(name)
        if found is None and raw[0] == "\\":
            found = next((word for word in self.words.values() if word.latex == raw), None)
        return found

    def _word_apart(self, name: str) -> Word | None:
        """Give the function of ``mean_fn``, where a word for it is a name."""
        word = self.words.get(without_apart(name))
        return None if word is None or self.known.isdisjoint((*word.spellings, word.unicode)) else word

    def is_name(self, name: str) -> bool:
        """Whether the program has this name, here or later."""
        return name in self.known or name in self.later

    def is_constant(self, name: str) -> bool:
        """Whether a name is a constant's, and not the program's; ``Id`` is the identity where ``I`` is taken."""
        if name in CONSTANTS or name in self.known:
            return name not in self.known
        return "I" in self.known and (name == "Id" or (name == apart("I") and "Id" in self.known))

    def suggestions(self, name: str) -> Message | None:
        """Names close to this one."""
        functions = [w.function for w in self.words.values()]
        close = _close(name, frozenset([*self.known, *self.functions, *functions, *self.later]))
        return say("hint-did-you-mean", names=", ".join(close)) if close else None

    def run(self, raw: str, *, raised: bool = False) -> list[str] | None:
        """Take a word apart as a run of known names, and π, if that is possible in exactly one way.

        Where the word is ``raised`` to a power, its last letter may be e: ``xe^-x``.

        Examples
        --------
        >>> Scope({}, {"q", "z"}).run("qz")
        ['q', 'z']
        >>> Scope({}, {"q"}).run("qz") is None
        True
        >>> Scope({}, {"λ", "x"}).run("λIx")
        ['λ', 'I', 'x']
        >>> Scope({}, {"x"}).run("xe", raised=True)
        ['x', 'e']
        """
        if "\\" in raw or "{" in raw or "." in raw or len(raw) < 2:
            return None
        ways: dict[int, int] = {0: 1}  # how many ways lead to each place of the word
        back: dict[int, int] = {}
        longest = (self.longest or max(map(len, self.known), default=0)) + 8
        for start in range(len(raw)):
            if start not in ways or not raw[start].isalpha():
                continue
            for end in range(start + 1, min(len(raw), start + longest) + 1):
                if end - start == len(raw) or raw[start:end].endswith("_"):
                    continue
                if end < len(raw) and not raw[end].isalpha():
                    continue
                name = self.name(raw[start:end])
                constant = name == raw[start:end] == "π" or (name == "I" and self.identity(raw, start))
                constant = constant or (raised and name == "e" and end == len(raw))
                if name in self.known or constant:
                    ways[end] = min(2, ways.get(end, 0) + ways[start])
                    back[end] = start
        if ways.get(len(raw)) != 1:
            return None
        pieces: list[str] = []
        end = len(raw)
        while end:
            pieces.append(raw[back[end] : end])
            end = back[end]
        return pieces[::-1]

    def identity(self, raw: str, at: int) -> bool:
        """Whether an I in a run of names is the identity, as in ``λI``: of a name that has none, the last letter."""
        return "I" not in self.known and "I" not in self.hiding and at > 0 and not raw.isupper()


@lru_cache(maxsize=1 << 10)
def _close(name: str, pool: frozenset[str]) -> tuple[str, ...]:
    """Names close to one that nobody knows; people mistype the same ones again and again."""
    ordered = sorted(pool)
    close = difflib.get_close_matches(name, ordered, n=3, cutoff=0.6)
    same = [other for other in ordered if other.lower() == name.lower() and other not in close]
    return tuple([*same, *close][:3])


def choose(spelling: Spelling, known: Collection[str]) -> str:
    """Give the canonical name of a spelling, where the names are given."""
    if spelling.style or spelling.rest:
        styled = spelling.name(styled=True)
        if styled in known:
            return styled
    return spelling.name()


def canon_of_program(tokens: Tokens) -> dict[str, str]:
    """Canonical names of all spellings: a style counts only where two of them are used."""
    plain = {raw: spelling.name() for raw, spelling in tokens.spellings.items()}
    styled = {raw: spelling.name(styled=True) for raw, spelling in tokens.spellings.items()}
    forms: dict[str, set[str]] = {}
    for raw, name in plain.items():
        forms.setdefault(name, set()).add(styled[raw])
    return {raw: styled[raw] if len(forms[name]) > 1 else name for raw, name in plain.items()}


def styles_of_program(tokens: Tokens, canon: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Names that a text writes in one style only, and how it writes them: ``(("L", "𝓛"),)``."""
    return tuple(
        (name, styled)
        for raw, spelling in tokens.spellings.items()
        if (name := canon[raw]) != (styled := spelling.name(styled=True))
    )


def canon_of_answer(tokens: Tokens, known: Collection[str]) -> dict[str, str]:
    """Canonical names of all spellings, as the given names have them."""
    return {raw: choose(spelling, known) for raw, spelling in tokens.spellings.items()}
