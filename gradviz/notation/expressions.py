"""Expressions: sums, written operators, juxtaposition, and functions.

The levels of binding, from the loosest: `expression` (``+ −``), `chain` (unary minus and
``· * × / ⊙ ⊘ @ ⊗`` from left to right), `factors` (juxtaposition), then functions without
parentheses, and what is attached to a factor (`powers`).
"""

from __future__ import annotations

from gradviz.messages import AmbiguousError, say
from gradviz.notation.ambiguity import is_coefficient, join, quotient
from gradviz.notation.functions import STARTS, Functions
from gradviz.notation.lexer import MAX_DEPTH
from gradviz.notation.powers import AFTER, group_or_array
from gradviz.notation.scope import CONSTANTS
from gradviz.notation.tokens import FRACTIONS
from gradviz.notation.tree import (
    Big,
    Constant,
    Entry,
    Expr,
    Indicator,
    Name,
    Negative,
    Power,
    Product,
    Span,
    Sum,
    Transpose,
    spanned,
)

_WRITTEN = frozenset("*·×/⊙⊘@⊗")
_SIGNS = frozenset("+-")
_ENDING = frozenset({"+", "-", ")", "]", "}", ",", "end"})
_ONES = Constant("𝟏")


class Expressions(Functions):
    """Reads whole expressions."""

    def expression(self) -> Expr:
        """Read sums and everything that binds tighter."""
        kinds = self.kinds
        first = self.pos
        item = self._term() if kinds[first] in _SIGNS else self.chain()
        if kinds[self.pos] not in _SIGNS:
            return item
        items = [item]
        starts, ends = self.starts, self.ends
        while (kind := kinds[self.pos]) in _SIGNS:
            at = self.pos
            self.pos = at + 1
            item = self._term() if kinds[at + 1] in _SIGNS else self.chain()
            items.append(item if kind == "+" else Negative(item, spanned((starts[at], ends[self.pos - 1]))))
        return Sum(tuple(items), spanned((starts[first], ends[self.pos - 1])))

    def _term(self) -> Expr:
        """Read a chain with signs before it."""
        signs = self._signs()
        value = self.chain()
        return self._negated(value, signs)

    def _signs(self) -> list[int]:
        """Step over signs; the places of the minus signs."""
        signs: list[int] = []
        while self.kinds[self.pos] in _SIGNS:
            if self.kinds[self.pos] == "-":
                signs.append(self.pos)
                if len(signs) + self.depth > MAX_DEPTH:
                    self.too_deep()
            self.pos += 1
        return signs

    def _negated(self, value: Expr, signs: list[int]) -> Expr:
        for at in reversed(signs):
            value = Negative(value, self.span(at))
        return value

    def chain(self) -> Expr:
        """Read operands joined by written operators."""
        kinds = self.kinds
        first = self.pos
        if kinds[first + 1] in _ENDING:
            kind = kinds[first]
            leaf = self._plain() if kind == "name" else self._number() if kind == "number" else None
            if leaf is not None:
                return leaf
        factors, _ = self.factors()
        value = factors[0] if len(factors) == 1 else join(factors, self.span(first))
        if kinds[self.pos] not in _WRITTEN:
            return value
        operands = [group_or_array(value)]
        operators: list[str] = []
        folds = 0
        while (operator := kinds[self.pos]) in _WRITTEN:
            self.pos += 1
            signs = self._signs() if kinds[self.pos] in _SIGNS else []
            start = self.pos
            factors, spaced = self.factors()
            if len(factors) == 1 or operator != "/":
                value = factors[0] if len(factors) == 1 else join(factors, self.span(start))
                value = group_or_array(value)
                operands.append(self._negated(value, signs) if signs else value)
                operators.append(operator)
                continue
            folds += 1
            if folds + self.depth > MAX_DEPTH:
                self.too_deep()
            # 1/(2s²) ∑_i …: what stands in brackets ends before a space and a sum.
            summed = spaced and kinds[start] == "(" and isinstance(factors[1], Big)
            coefficient = summed or (spaced and is_coefficient(factors[0], self.scope.sizes))
            factors[0] = self._negated(factors[0], signs)
            quotient(operands, operators, factors, coefficient, self.span(first))
        if not operators:
            return operands[0]
        return Product(tuple(operands), tuple(operators), self.span(first))

    def factors(self) -> tuple[list[Expr], bool]:
        """Read factors side by side; and whether a space stands after the first."""
        kinds = self.kinds
        factors: list[Expr] = []
        self.factor(factors)
        if kinds[self.pos] not in STARTS:
            return factors, False
        spaced = len(factors) == 1 and self.starts[self.pos] != self.ends[self.pos - 1]
        barred = kinds[self.pos - 1] == "|"
        while (kind := kinds[self.pos]) in STARTS:
            if kind in ("|", "‖"):
                if kind in self.bars:
                    break
                if self.texts[self.pos] == "||" and self.bars:  # or two bars that close
                    raise self.error(say("unclear-bars"), self.pos, hint=say("hint-bars"))
                if kind == "|" and barred and kinds[self.pos - 1] != "|":
                    raise self.error(say("unclear-bars"), self.pos, hint=say("hint-bars"))
            at = self.pos
            self.factor(factors)
            if kind == kinds[at - 1] == "number" and self.texts[at - 1] not in FRACTIONS and not _is_told(factors[-1]):
                raise self.error(say("two-numbers"), at, hint=say("hint-times"))
            barred = barred or kinds[self.pos - 1] == "|"
        return factors, spaced

    def factor(self, factors: list[Expr]) -> None:
        """Read one factor, or the several that one word spells."""
        first = self.pos
        kinds = self.kinds
        kind = kinds[first]
        value = self._plain() if kind == "name" else self._group() if kind == "(" else self.atom()
        if value is None:
            self._word(factors)
        else:
            factors.append(self.postfix(value, first) if kinds[self.pos] in AFTER else value)

    def _plain(self) -> Expr | None:
        """Read a word that can be nothing but a name of the program, or a constant's letter; else stay here."""
        at = self.pos
        raw = self.texts[at]
        scope = self.scope
        name = scope.canon.get(raw) or scope.name(raw)
        if self.bound or name in scope.functions:
            return None
        if name in scope.known:
            if raw[0] == "d" or name == "d" or ":" in raw:
                return None
            self.pos = at + 1
            return Name(name, spanned((self.starts[at], self.ends[at])))
        if name not in CONSTANTS or len(raw) > 1 or name in scope.later or scope.word_of(name, raw):
            return None
        self.pos = at + 1
        return Constant(name, spanned((self.starts[at], self.ends[at])))

    def name_atom(self) -> Expr:
        """Read a name or an application where exactly one factor can stand."""
        plain = self._plain()
        if plain is not None:
            return plain
        first = self.pos
        factors: list[Expr] = []
        self._word(factors, alone=True)
        if len(factors) > 1:
            text = self.texts[first]
            parts = " ".join(str(f.name) for f in factors if isinstance(f, Name))
            hint = say("hint-exponent-run", parts=parts)
            raise self.error(say("exponent-run", text=text), first, hint=hint, kind=AmbiguousError)
        return factors[0]

    def _word(self, factors: list[Expr], *, alone: bool = False) -> None:
        """Read a name, an application, or a run of names written as one word.

        Where it stands ``alone`` (in an exponent), nothing that follows is attached to it.
        """
        first = self.pos
        raw = self.texts[first]
        scope = self.scope
        name = scope.name(raw)
        if raw[0] == "d" or name == "d":
            derivative = self.fused()
            if derivative is not None:
                factors.append(self.postfix(derivative, first))
                return
        if raw.startswith("grad_") and not scope.is_name(name):
            derivative = self.spelled_gradient()
            if derivative is not None:
                factors.append(derivative)
                return
        value: Expr | None = None
        if (self.bound and name not in self.bound) or ":" in raw:
            value = self.entry(raw, Span(self.starts[first], self.ends[first]))
        if value is not None:
            self.pos += 1
            if isinstance(value, Entry) and isinstance(value.array, Name):
                self.use(value.array.name, first)
                self.use_indices(value, first)
        elif name in scope.functions and (self.kinds[first + 1] in ("(", "'") or name not in scope.known):
            self.pos += 1
            value = self.own_function(name, first)
        elif name not in scope.known and name not in self.bound:
            word = scope.word_of(name, raw)
            if word is not None:
                self.pos += 1
                self.function(word, first, factors, alone=alone)
                return
            pieces = None if name in scope.later else scope.run(raw, raised=self.kinds[first + 1] in ("^", "upper"))
            if pieces is not None:
                self._pieces(pieces, factors, alone=alone)
                return
        if value is None:
            if self.bound:
                self.refuse_half_bound(raw, first)
            self.pos += 1
            self.refuse_unknown_function(name, first)
            self.use(name, first)
            value = self.called(name, Span(self.starts[first], self.ends[first]))
        factors.append(value if alone else self.postfix(value, first))

    def _pieces(self, pieces: list[str], factors: list[Expr], *, alone: bool) -> None:
        """Give the factors that one word spells; what follows is attached to the last."""
        first = self.pos
        start = self.starts[first]
        self.pos += 1
        for piece in pieces:
            name = self.scope.name(piece)
            self.use(name, first)
            factors.append(self.called(name, Span(start, start + len(piece))))
            start += len(piece)
        if not alone:
            factors[-1] = self.postfix(factors[-1], first)


def _is_told(e: Expr) -> bool:
    """Whether what began with 1 is no number: a row of ones, or an indicator."""
    while isinstance(e, Transpose | Power | Entry):
        e = e.operand if isinstance(e, Transpose) else e.base if isinstance(e, Power) else e.array
    return e == _ONES or isinstance(e, Indicator)
