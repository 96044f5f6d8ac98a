"""Functions: with parentheses, and without, before the one factor that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from gradviz.messages import NamingError, say
from gradviz.notation.ambiguity import join
from gradviz.notation.atoms import Atoms
from gradviz.notation.lexer import MAX_DEPTH
from gradviz.notation.tree import Array, Call, Either, Expr, Negative, Number, Power
from gradviz.notation.unknown import INSTEAD, LETTERS
from gradviz.notation.words import Word, typed

#: Kinds of tokens that a factor starts with.
STARTS = frozenset({"name", "number", "(", "{", "[", "frac", "√", "∑", "∏", "one", "∂", "∇", "begin", "|", "‖", "⟨"})

_GATHERING = frozenset({"sum", "mean", "prod", "max", "min"})
"""Functions that people also write as a sign before a power: ``sum (x − y)²``."""

Options: TypeAlias = tuple[tuple[str, Expr], ...]


class Functions(Atoms):
    """Reads applications."""

    def factor(self, factors: list[Expr]) -> None:
        """Read one factor, or the several that one word spells."""
        raise NotImplementedError

    def application(self, function: str, first: int) -> Expr:
        """Read what a function acts on, where its word was just read: ``√x``, ``√(x + 1)``."""
        if self.kinds[self.pos] == "(":
            arguments, _ = self._arguments(function, ())
            return Call(function, arguments, 0, self.span(first))
        found: list[Expr] = []
        self._prefix(lambda argument: Call(function, (argument,)), function, first, found)
        return found[0] if len(found) == 1 else join(found, self.span(first))

    def own_function(self, name: str, first: int) -> Expr:
        """Apply a function or block of the program."""
        order = self._primes()
        if self.kinds[self.pos] != "(":
            hint = say("hint-call", name=name)
            raise self.error(say("no-argument", name=name), first, hint=hint)
        arguments, _ = self._arguments(name, ())
        wanted = self.scope.functions[name]
        if len(arguments) != wanted:
            message = say("arity", name=name, wanted=_count(wanted, wanted), given=len(arguments))
            raise self.error(message, first, self.pos - 1)
        return Call(name, arguments, order, self.span(first))

    def function(self, word: Word, first: int, factors: list[Expr], *, alone: bool) -> None:
        """Apply a function: ``σ(z)``, ``ln ŷ``, ``tanh²z``, ``σ'(z)``."""
        order = self._primes()
        exponent = self._function_power(word, first)

        def apply(arguments: tuple[Expr, ...], options: Options = ()) -> Expr:
            span = self.span(first)
            low, high = word.arity
            if word.gathers and len(arguments) > 1:
                arguments = (Array(arguments, span),)
            if not low <= len(arguments) <= (high if high is not None else len(arguments)):
                wanted = _count(low, high)
                message = say("arity", name=self.texts[first], wanted=wanted, given=len(arguments))
                raise self.error(message, first, self.pos - 1)
            call = Call(word.function, arguments, order, span, options, typed(word, self.texts[first]))
            return call if exponent is None else Power(call, exponent, span)

        if self.kinds[self.pos] == "(":
            apart = not self.touches()
            arguments, options = self._arguments(self.texts[first], word.options)
            value = apply(arguments, options)
            whole = value if alone else self.postfix(value, first)
            if apart and word.function in _GATHERING and isinstance(whole, Power) and whole.base is value:
                inside = Power(arguments[0], whole.exponent, whole.span)  # sum (x − y)²
                whole = Either((whole, apply((inside, *arguments[1:]), options)), whole.span)
            factors.append(whole)
            return
        if alone or word.arity != (1, 1):
            hint = say("hint-call", name=word.function)
            raise self.error(say("no-argument", name=self.texts[first]), first, hint=hint)
        self._prefix(lambda argument: apply((argument,)), self.texts[first], first, factors)

    def _prefix(self, apply: Callable[[Expr], Expr], name: str, first: int, factors: list[Expr]) -> None:
        """Take the one factor that follows; where more touches it, there are two readings."""
        kind = self.kinds[self.pos]
        if kind not in STARTS or kind in self.bars:
            hint = say("hint-call", name=name)
            raise self.error(say("no-argument", name=name), first, hint=hint)
        self.enter()
        start = self.pos
        inner: list[Expr] = []
        self.factor(inner)
        while self.kinds[self.pos] in STARTS and self.touches():
            if self.kinds[self.pos] in self.bars:
                break
            self.factor(inner)
        self.depth -= 1
        if len(inner) == 1:
            factors.append(apply(inner[0]))
            return
        span = self.span(first)
        near = join([apply(inner[0]), *inner[1:]], span)
        far = apply(join(inner, self.span(start)))
        factors.append(Either((near, far), span))

    def refuse_unknown_function(self, name: str, first: int) -> None:
        """A word that nobody declared and a parenthesis that touches it: a function that is not known here."""
        scope = self.scope
        if self.kinds[self.pos] != "(" or not self.touches() or name in scope.known or name in self.bound:
            return
        if name in scope.later or scope.is_constant(name):
            return
        raw = self.texts[first]
        word = raw.partition("_")[0]
        plain = len(word) > 1 and raw.isascii() and raw.replace("_", "").isalpha()
        if (plain and (len(name) > 1 or self._lists())) or name in LETTERS:
            same = next((w for w in scope.words if w.casefold() == raw.casefold()), None)
            over = word in scope.words and raw != word  # mean_i(x)
            hint = say("hint-function", name=raw) if same is None else say("hint-call", name=same)
            hint = say("hint-over-index", name=word) if over else hint
            hint = (
                say("write-one", text=INSTEAD.get(raw, INSTEAD.get(name, "")))
                if same is None and {raw, name} & INSTEAD.keys()
                else hint
            )
            raise self.error(say("unknown-function", name=raw), first, hint=hint, kind=NamingError)

    def _lists(self) -> bool:
        """Whether several arguments stand in the parentheses that open here."""
        depth = 0
        for kind in self.kinds[self.pos :]:
            depth += (kind in {"(", "[", "{"}) - (kind in {")", "]", "}"})
            if depth == 0:
                return False
            if depth == 1 and kind == ",":
                return True
        return False

    def _primes(self) -> int:
        order = 0
        while self.kinds[self.pos] == "'" and self.touches():
            order += 1
            self.pos += 1
            if order > MAX_DEPTH:
                self.too_deep()
        return order

    def _function_power(self, word: Word, first: int) -> Expr | None:
        kind = self.kinds[self.pos]
        if kind == "^":
            self.pos += 1
            exponent = self.exponent()
        elif kind == "upper":
            if self.texts[self.pos].endswith("ᵀ"):
                hint = say("hint-call", name=word.function)
                raise self.error(say("no-argument", name=self.texts[first]), first, hint=hint)
            exponent = self.small_exponent()
        else:
            return None
        if exponent == Negative(Number(Fraction(1))):
            name = self.texts[first].lstrip("\\")
            known = "arc" + word.function in self.scope.words
            hint = say("hint-inverse-function" if known else "hint-inverse-other", name=name)
            raise self.error(say("function-power", name=name), first, self.pos - 1, hint)
        return exponent

    def _arguments(self, name: str, allowed: tuple[str, ...]) -> tuple[tuple[Expr, ...], Options]:
        """Read what stands in the parentheses of a call: arguments, then options by name."""
        first = self.pos
        self.pos += 1
        if self.kinds[self.pos] == ")":
            raise self.error(say("empty-brackets"), first, self.pos)
        bars, self.bars = self.bars, []
        self.enter()
        items: list[Expr] = []
        options: dict[str, Expr] = {}
        while True:
            at = self.pos
            option = self._option(name, allowed, options)
            if option:
                options[option] = self.expression()
            elif options:
                raise self.error(say("option-last"), at, hint=say("hint-option-last"))
            else:
                items.append(self.expression())
            if self.kinds[self.pos] != ",":
                break
            self.pos += 1
        self.expect(")")
        self.depth -= 1
        self.bars = bars
        return tuple(items), tuple(options.items())

    def _option(self, name: str, allowed: tuple[str, ...], given: Mapping[str, Expr]) -> str:
        """Step over ``stride=``; give the option's name, or "" where none starts here."""
        at = self.pos
        if self.kinds[at] != "name" or self.kinds[at + 1] != "=":
            return ""
        option = self.tokens.spellings[self.texts[at]].name()
        if option not in allowed:
            kind = "unknown-option" if allowed else "no-options"
            hint = say("hint-options", names=", ".join(allowed)) if allowed else None
            raise self.error(say(kind, name=name, option=option), at, hint=hint, kind=NamingError)
        if option in given:
            raise self.error(say("option-twice", option=option), at, kind=NamingError)
        self.pos += 2
        return option


def _count(low: int, high: int | None) -> str:
    """How many arguments a function takes, in words."""
    if high is None:
        return f"{low} or more arguments"
    if low == high:
        return "1 argument" if low == 1 else f"{low} arguments"
    return f"{low} to {high} arguments"
