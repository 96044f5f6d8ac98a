"""What stands after a factor: powers, transposes, inverses, indices."""

from __future__ import annotations

import math
from fractions import Fraction

from gradviz.messages import ReadError, ResourceError, say
from gradviz.notation.alphabet import FROM_SUPERSCRIPT
from gradviz.notation.cursor import Cursor
from gradviz.notation.lexer import MAX_DEPTH, MAX_DIGITS, scan
from gradviz.notation.spellings import take_apart
from gradviz.notation.tree import (
    Array,
    Call,
    Constant,
    Either,
    Entry,
    Expr,
    Inverse,
    Name,
    Negative,
    Number,
    Power,
    Slice,
    Source,
    Transpose,
)

#: Kinds of tokens that are attached to a factor.
AFTER = frozenset({"upper", "^", "'", "⊤", "[", "_", "lower"})
_ONE = Number(Fraction(1))


def group_or_array(e: Expr) -> Expr:
    """Read ``[a]`` next to a factor as an array, or as a group; shapes decide."""
    if type(e) is Array and len(e.items) == 1 and not isinstance(e.items[0], Array):
        return Either((e, e.items[0]), e.span)
    return e


def constant(e: Expr) -> Fraction | None:
    """Give the value of a small constant power, product or number."""
    if isinstance(e, Name):
        return None
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Negative):
        value = constant(e.operand)
        return None if value is None else -value
    if isinstance(e, Inverse):
        value = constant(e.operand)
        return 1 / value if value else None
    if isinstance(e, Power):
        base, exponent = constant(e.base), constant(e.exponent)
        if base is None or exponent is None or exponent.denominator != 1 or not base:
            return None
        return base ** int(exponent) if digits_of_power(base, exponent) <= MAX_DIGITS else None
    return None


def digits_of_power(base: Fraction, exponent: Fraction) -> float:
    """About how many digits a power of two constants has."""
    size = max(abs(base.numerator), base.denominator)
    return abs(float(exponent)) * math.log10(size) if size > 1 else 0


class Powers(Cursor):
    """Reads what stands after a factor."""

    def postfix(self, e: Expr, first: int) -> Expr:
        """Read everything that is attached to a factor."""
        kinds = self.kinds
        rounds = 0
        while (kind := kinds[self.pos]) in AFTER:
            if kind in ("[", "_", "lower") and (not self.touches() or isinstance(e, Number)):
                break
            if kind == "'" and not self.touches():
                self.missing()
            rounds += 1
            if rounds + self.depth > MAX_DEPTH:
                self.too_deep()
            e = group_or_array(e)
            if kind == "[":
                e = self._entry(e, first)
            elif kind in ("_", "lower"):
                e = self.subscripted(e, first)
            elif kind == "'":
                if isinstance(e, Number):
                    raise self.error(say("prime-on-number"), self.pos)
                self.pos += 1
                e = Transpose(e, self.span(first), "'")
            elif kind == "⊤":
                e = self._turnable(e)
                self.pos += 1
                e = Transpose(e, self.span(first))
            elif kind == "upper":
                e = self._raised(e, first)
            else:
                e = self._power(e, first)
        return e

    def _turnable(self, e: Expr, before: int | None = None) -> Expr:
        """What a transpose is attached to: the ``1`` of ``1ᵀ y`` is a vector of ones, and no other number is turned."""
        at = self.pos - 1 if before is None else before
        if not isinstance(e, Number) or self.kinds[at] != "number":
            return e
        if e.text == "1":
            return Constant("𝟏", e.span)
        raise self.error(say("transpose-of-number", number=e.text), at, hint=say("hint-ones"))

    def subscripted(self, e: Expr, first: int) -> Expr:
        """Read the subscript of a group or a call as its entry: ``(W x)_i``."""
        raise NotImplementedError

    def _entry(self, e: Expr, first: int) -> Expr:
        """Read ``[i, 2:5]`` after an array."""
        if self.kinds[self.pos + 1] == "]":
            raise self.error(say("empty-brackets"), self.pos, self.pos + 1)
        self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        indices = [self._index()]
        while self.kinds[self.pos] == ",":
            self.pos += 1
            indices.append(self._index())
        self.expect("]")
        self.depth -= 1
        self.bars = bars
        return Entry(e, tuple(indices), self.span(first))

    def _index(self) -> Expr:
        """Read one index: an expression, or a range such as ``2:5``, ``:3``, ``:``."""
        first = self.pos
        low = None if self.kinds[first] == ":" else self.expression()
        if low is not None and self.kinds[self.pos] != ":":
            return low
        self.pos += 1
        high = None if self.kinds[self.pos] in (",", "]") else self._upper_end()
        if self.kinds[self.pos] == ":":
            raise self.error(say("slice-step"), self.pos, hint=say("hint-slice"))
        return Slice(low, high, self.span(first))

    def _upper_end(self) -> Expr:
        if self.kinds[self.pos] == ":":
            raise self.error(say("slice-step"), self.pos, hint=say("hint-slice"))
        return self.expression()

    def _raised(self, e: Expr, first: int) -> Expr:
        """``x²``, ``Wᵀ``, ``A⁻¹``, ``eⁿ``."""
        text = self.texts[self.pos]
        if text == "ᵀ":
            e = self._turnable(e)
        exponent = self.small_exponent()
        span = self.span(first)
        if text.endswith("ᵀ"):
            return Transpose(Inverse(e, span) if text[0] == "⁻" else e, span)
        return self.power_of(e, exponent, first)

    def small_exponent(self) -> Expr:
        """Read a run of superscript characters as the expression it is."""
        at = self.pos
        text = self.texts[at]
        self.pos += 1
        if text.endswith("ᵀ"):
            return _ONE
        plain = "".join(FROM_SUPERSCRIPT[char] for char in text)
        if plain.isdecimal():
            if len(plain) > MAX_DIGITS:
                raise self.error(say("number-too-long", limit=MAX_DIGITS), at, kind=ResourceError)
            return Number(Fraction(int(plain)), plain, self.span(at))
        try:
            # Offsets stay right: each character stands for one, at the same place.
            padded = " " * self.starts[at] + plain
            inner = scan(Source(padded), limit=None, what="")
        except ReadError:
            raise self.error(say("bad-exponent"), at, hint=say("hint-exponent")) from None
        reader = type(self)(inner, self.scope, tuple(self.bound))
        reader.depth = self.depth + 1
        for raw in inner.spellings:
            self.scope.name(raw)
        try:
            value = reader.expression()
        except ReadError:
            raise self.error(say("bad-exponent"), at, hint=say("hint-exponent")) from None
        if reader.kinds[reader.pos] != "end":
            raise self.error(say("bad-exponent"), at, hint=say("hint-exponent"))
        return value

    def power_of(self, base: Expr, exponent: Expr, first: int) -> Expr:
        """Make a power, or an inverse; refuse one that would be too large a number."""
        span = self.span(first)
        if type(exponent) is Negative and exponent.operand == _ONE:
            return Inverse(base, span)
        value = constant(exponent)
        if value is not None:
            number = constant(base)
            if number is not None and digits_of_power(number, value) > MAX_DIGITS:
                message = say("power-too-large", limit=MAX_DIGITS)
                raise self.error(message, first, self.pos - 1, kind=ResourceError)
        return Power(base, exponent, span)

    def _power(self, e: Expr, first: int) -> Expr:
        """``x^2``, ``W^T``, ``W^{-1}``, ``e^-z``; ``X.^2`` of each entry."""
        kinds = self.kinds
        self.pos += 1
        if self.texts[self.pos - 1] == ".^":
            return Call("power", (e, self.exponent()), 0, self.span(first))
        at = self.pos
        braced = kinds[at] == "{"
        i = at + braced
        minus = kinds[i] == "-"
        i += minus
        if kinds[i] == "⊤" or (kinds[i] == "name" and self._is_transpose(e, i, braced)):
            if not minus:
                e = self._turnable(e, at - 2)
            split = kinds[i] == "name" and self.scope.name(self.texts[i]) != "T"
            if split:
                self._split_transpose(i)
                self.pos = i
            elif not braced or kinds[i + 1] == "}":
                self.pos = i + 1 + braced
            else:
                return self.power_of(e, self.exponent(), first)
            span = self.span(first) if not split else e.span
            transposed = Transpose(Inverse(e, span) if minus else e, span)
            if kinds[i] == "name" and not split and "T" in self.scope.known and not minus:
                return Either((transposed, Power(e, Name("T", span), span)), span)
            return transposed
        if kinds[at] == "*":
            raise self.error(say("star-name"), at, hint=say("hint-star"))
        return self.power_of(e, self.exponent(), first)

    def _is_transpose(self, e: Expr, i: int, braced: bool) -> bool:
        """Whether ``^T`` is a transpose, or ``^Tx`` one before an x."""
        raw = self.texts[i]
        name = self.scope.name(raw)
        if name == "T":
            return not ((isinstance(e, Number) and e.text.rstrip(".") != "1") or e == Constant("e"))
        if braced or not raw.startswith("T") or name in self.scope.known or e == Constant("e"):
            return False
        rest = raw[1:]
        if not rest[0].isalpha():
            return False
        return (
            self.scope.is_name(self.scope.name(rest))
            or self.scope.run(rest) is not None
            or len(take_apart(rest).letters) == 1
        )

    def _split_transpose(self, i: int) -> None:
        """Cut the T off a word, so that the rest is read as the next factor (``W^Tx``)."""
        rest = self.texts[i][1:]
        self.texts[i] = rest
        self.starts[i] += 1
        spellings = self.tokens.spellings
        if isinstance(spellings, dict):
            spellings[rest] = take_apart(rest)

    def exponent(self) -> Expr:
        """One signed atom, with its index and with powers of its own."""
        signs: list[int] = []
        while self.kinds[self.pos] in ("-", "+"):
            if self.kinds[self.pos] == "-":
                signs.append(self.pos)
                self.enter()
            self.pos += 1
        start = self.pos
        bare = self.kinds[start] not in ("(", "{")
        self.enter(bare)
        value = self.atom()
        while self.kinds[self.pos] == "[" and self.touches() and not isinstance(value, Number):
            value = self._entry(value, start)
        if self.kinds[self.pos] == "^":
            value = self._power(value, start)
        elif self.kinds[self.pos] == "upper" and not self.texts[self.pos].endswith("ᵀ"):
            value = self._raised(value, start)
        for at in reversed(signs):
            value = Negative(value, self.span(at))
        self.depth -= bare + len(signs)
        return value
