"""The place of the reader in its tokens, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from gradviz.messages import GradvizError, Message, NamingError, ReadError, ResourceError, say
from gradviz.notation.lexer import MAX_DEPTH, Tokens
from gradviz.notation.places import place
from gradviz.notation.scope import Scope
from gradviz.notation.tree import Constant, Expr, Name, Source, Span, spanned

COMPARISONS = frozenset("<>≤≥=≠")
OPPOSITE: Mapping[str, str] = {"<": "≥", ">": "≤", "≤": ">", "≥": "<", "=": "≠", "≠": "="}


@contextmanager
def shallow(source: Source) -> Iterator[None]:
    """Tell a caller who is deep in calls of his own that the text is nested too deep for that."""
    try:
        yield
    except RecursionError:
        raise too_shallow(source) from None


def too_shallow(source: Source) -> ResourceError:
    """The error where the calls that are left do not suffice for a text."""
    return ResourceError(say("too-deep-here"), place(source, 0, 1))


class Cursor:
    """A reader of one text: the common ground of its parts.

    ``bound`` are the indices of the sums around this place, ``bars`` the bars open in the
    innermost brackets. ``meant`` tells whether some name was taken for a part of an array.
    """

    meant = False

    def __init__(self, tokens: Tokens, scope: Scope, bound: tuple[str, ...] = ()) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.starts = tokens.starts
        self.ends = tokens.ends
        self.scope = scope
        self.bound = list(bound)
        self.bars: list[str] = []
        self.depth = 0
        self.pos = 0

    # What the parts call of each other

    def expression(self) -> Expr:
        """Read sums and everything that binds tighter."""
        raise NotImplementedError

    def chain(self) -> Expr:
        """Read operands joined by written operators."""
        raise NotImplementedError

    def atom(self) -> Expr:
        """Read one number, name, application or group."""
        raise NotImplementedError

    # Moving

    def span(self, first: int) -> Span:
        """From the first character of a token to the last one read."""
        return spanned((self.starts[first], self.ends[self.pos - 1]))

    def touches(self) -> bool:
        """Whether no space stands before this token."""
        return self.pos > 0 and self.starts[self.pos] == self.ends[self.pos - 1]

    def expect(self, kind: str) -> None:
        """Step over a sign that must stand here."""
        if self.kinds[self.pos] != kind:
            self.unexpected(kind)
        self.pos += 1

    def enter(self, levels: int = 1) -> None:
        """Go one level deeper."""
        self.depth += levels
        if self.depth > MAX_DEPTH:
            self.too_deep()

    # Failing

    def too_deep(self) -> NoReturn:
        """Refuse what is nested too deep."""
        here = place(self.tokens.source, self.starts[self.pos], self.ends[self.pos])
        raise ResourceError(say("too-deep", limit=MAX_DEPTH), here)

    def error(
        self,
        message: Message,
        first: int,
        last: int | None = None,
        hint: Message | None = None,
        kind: type[GradvizError] = ReadError,
    ) -> GradvizError:
        """Give an error about some tokens."""
        start = self.starts[first]
        if first and self.kinds[first] == "end":
            start = self.ends[first - 1]  # right after what was read, not after spaces
        end = self.ends[first if last is None else max(first, last)]
        return kind(message, place(self.tokens.source, start, end), hint)

    def unexpected(self, wanted: str) -> NoReturn:
        """Say that something else is expected here."""
        wanted = {"close": "\\end", "end": "end"}.get(wanted, wanted)
        if self.kinds[self.pos] in COMPARISONS:
            raise self.error(say("comparison-outside"), self.pos, hint=say("hint-indicator"))
        if self.kinds[self.pos] == ":":
            raise self.error(say("slice"), self.pos, hint=say("hint-slice"))
        if self.kinds[self.pos] == "end":
            raise self.error(say("expected-end", wanted=wanted), self.pos)
        found = self.texts[self.pos]
        if self.kinds[self.pos] in ("|", "‖") or wanted in ("|", "‖"):
            raise self.error(say("unclear-bars"), self.pos, hint=say("hint-bars"))
        raise self.error(say("expected", wanted=wanted, found=found), self.pos)

    def missing(self) -> NoReturn:
        """Say that an operand is missing here."""
        kind = self.kinds[self.pos]
        if kind == "end":
            raise self.error(say("expected-operand-end"), self.pos)
        if kind == "'":
            raise self.error(say("string"), self.pos)
        raise self.error(say("expected-operand", found=self.texts[self.pos]), self.pos)

    # Names

    def name_at(self, at: int) -> Name:
        """Give the name that one token spells; a range of entries is none."""
        if ":" in self.texts[at]:
            raise self.error(say("slice-subscript"), at, hint=say("hint-slice"))
        return Name(self.scope.name(self.texts[at]), Span(self.starts[at], self.ends[at]))

    def called(self, name: str, span: Span) -> Name:
        """Give what a name stands for here: a constant, where the program has not taken its letter."""
        return Constant(name, span) if self.scope.is_constant(name) and name not in self.bound else Name(name, span)

    def use(self, name: str, first: int) -> None:
        """Note that a name is used; refuse it where that is too early, or where nobody knows it."""
        scope = self.scope
        if name in scope.known or name in self.bound:
            return
        if ":" in name:
            raise self.error(say("slice-subscript"), first, hint=say("hint-slice"))
        if name in scope.later:
            self._too_early(name, first)
        if scope.is_constant(name):
            return
        if "." in name:
            base, _, stage = name.partition(".")
            if stage in scope.stages.get(base, ()):
                if not scope.answer:
                    scope.know(name)
                return
            hint = say("hint-stage") if base in scope.stages else say("hint-attribute")
            message = say("attribute", text=name, name=base)
            raise self.error(message, first, hint=hint, kind=ReadError)
        raw = self.texts[first]
        spelling = self.tokens.spellings.get(raw)
        if spelling and spelling.command and not spelling.below:
            raise self.error(say("unknown-command", text=raw), first)
        if scope.answer:
            if scope.parts(name) is not None:
                self.meant = True
                return
            close = scope.suggestions(name)
            raise self.error(say("unknown-name", name=name), first, hint=close, kind=NamingError)
        scope.know(name)

    def _too_early(self, name: str, first: int) -> NoReturn:
        source = self.tokens.source
        at = self.scope.later[name]
        line = source.text.count("\n", 0, at) + 1
        itself = at <= self.starts[first]  # only the statement being read is both
        message = say("defined-by-itself", name=name)
        if not itself:
            message = say("used-before", name=name, line=line)
        raise self.error(message, first, kind=NamingError)
