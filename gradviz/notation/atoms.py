"""The smallest parts of an expression: numbers, groups, arrays, bars, fractions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from gradviz.messages import say
from gradviz.notation.alphabet import FROM_SUBSCRIPT
from gradviz.notation.cursor import COMPARISONS
from gradviz.notation.lexer import MAX_DEPTH
from gradviz.notation.piecewise import Piecewise
from gradviz.notation.tokens import FRACTIONS
from gradviz.notation.tree import (
    Array,
    Call,
    Comparison,
    Expr,
    Indicator,
    Name,
    Number,
    Power,
    Product,
)

_NORMS = {"1": "norm1", "2": "norm", "F": "norm", "∞": "norm_inf", "inf": "norm_inf"}
_OPENING = frozenset({"(", "[", "{", "begin"})
_CLOSING = frozenset({")", "]", "}", "close"})


class Atoms(Piecewise):
    """Reads atoms."""

    def name_atom(self) -> Expr:
        """Read a name or an application where exactly one factor can stand."""
        raise NotImplementedError

    def application(self, function: str, first: int) -> Expr:
        """Read the arguments of a function whose word was just read."""
        raise NotImplementedError

    def atom(self) -> Expr:
        """Read one number, name, application or group."""
        reader = _READERS.get(self.kinds[self.pos])
        if reader is None:
            self.missing()
        return reader(self)

    def _big_or_name(self) -> Expr:
        """``Σ`` is a name where it is one, and no index follows."""
        at = self.pos
        limits = ("_", "lower", "^")
        if self.texts[at] == "Σ" and (self.scope.is_name("Σ") or self.kinds[at + 1] not in limits):
            self.pos += 1
            self.use("Σ", at)
            return Name("Σ", self.span(at))
        return self.big()

    def _number(self) -> Expr:
        at = self.pos
        text, value = _number(self.texts[at])
        self.pos += 1
        if text == "1":
            if self.kinds[self.pos] == "[" and self.touches() and self._holds_comparison():
                return self._indicator(at)
            if self.kinds[self.pos] in ("_", "lower") and self.touches():
                return self._ones(at)
        return Number(value, text, self.span(at))

    def _one(self) -> Expr:
        """``𝟙[z > 0]``, ``𝟏``, ``𝟏_n``."""
        at = self.pos
        self.pos += 1
        kind = self.kinds[self.pos]
        if kind in ("[", "(", "{") and self._holds_comparison():
            return self._indicator(at)
        if kind in ("_", "lower") and self.touches():
            return self._ones(at)
        return self.called("𝟏", self.span(at))

    def _holds_comparison(self) -> bool:
        depth = 0
        for at in range(self.pos, len(self.kinds)):
            kind = self.kinds[at]
            if kind in _OPENING:
                depth += 1
            elif kind in _CLOSING:
                depth -= 1
                if depth == 0:
                    break
            elif depth == 1 and kind in COMPARISONS:
                return True
        return False

    def _indicator(self, first: int) -> Expr:
        closing = {"[": "]", "(": ")", "{": "}"}[self.kinds[self.pos]]
        start = self.pos
        self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        left = self.expression()
        operator = self.kinds[self.pos]
        self.pos += 1
        right = self.expression()
        span = self.span(start + 1)
        self.expect(closing)
        self.depth -= 1
        self.bars = bars
        return Indicator(Comparison(operator, left, right, span), self.span(first))

    def _ones(self, first: int) -> Expr:
        """``1_n`` is ``ones(n)``."""
        at = self.pos
        self.pos += 1
        if self.kinds[at] == "lower":
            plain = "".join(FROM_SUBSCRIPT[char] for char in self.texts[at])
            size: Expr = (
                Number(Fraction(int(plain)), plain, self.span(at)) if plain.isdecimal() else Name(plain, self.span(at))
            )
            if isinstance(size, Name):
                self.use(size.name, at)
        else:
            size = self.atom()
        word = self.scope.words.get("ones")
        if word is None:
            return self.called("𝟏", self.span(first))
        return Call(word.function, (size,), 0, self.span(first))

    def _group(self) -> Expr:
        kinds = self.kinds
        first = self.pos
        closing = ")" if kinds[first] == "(" else "}"
        self.pos = first + 1
        if kinds[first + 1] == closing:
            raise self.error(say("empty-brackets"), first, self.pos)
        bars, self.bars = self.bars, []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep()
        value = self.expression()
        if kinds[self.pos] != closing:
            self.unexpected(closing)
        self.pos += 1
        self.depth -= 1
        self.bars = bars
        return value

    def _inner(self) -> Expr:
        """``⟨x, y⟩``: an inner product."""
        first = self.pos
        self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        left = self.expression()
        self.expect(",")
        right = self.expression()
        self.expect("⟩")
        self.depth -= 1
        self.bars = bars
        return Call("dot", (left, right), 0, self.span(first), (), "⟨")

    def _array(self) -> Expr:
        first = self.pos
        self.pos += 1
        if self.kinds[self.pos] == "]":
            raise self.error(say("empty-brackets"), first, self.pos)
        bars, self.bars = self.bars, []
        self.enter()
        bordered = self.kinds[self.pos] == "begin"
        items = [self.expression()]
        if bordered and self.kinds[self.pos - 1] == "close" and self.kinds[self.pos] == "]":
            self.pos += 1  # the brackets are what \\begin{array} is set in
            self.depth -= 1
            self.bars = bars
            return items[0]
        while self.kinds[self.pos] == ",":
            self.pos += 1
            if self.kinds[self.pos] == "]":
                break
            items.append(self.expression())
        if self.kinds[self.pos] == "number" and isinstance(items[-1], Number):
            raise self.error(say("two-numbers"), self.pos, hint=say("hint-times"))
        self.expect("]")
        self.depth -= 1
        self.bars = bars
        return Array(tuple(items), self.span(first))

    def _matrix(self) -> Expr:
        r"""``\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}``; one column is a vector."""
        first = self.pos
        if self.is_cases(first):
            return self.cases()
        self.pos += 1
        if self.texts[first].endswith("{array}") and self.kinds[self.pos] == "{":
            while self.kinds[self.pos] != "}":  # its columns: {cc}
                self.pos += 1
            self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        rows: list[tuple[Expr, ...]] = []
        while self.kinds[self.pos] != "close":
            row = [self.expression()]
            while self.kinds[self.pos] in ("&", ","):
                self.pos += 1
                row.append(self.expression())
            rows.append(tuple(row))
            if self.kinds[self.pos] != "row":
                break
            self.pos += 1
        self.expect("close")
        self.depth -= 1
        self.bars = bars
        if not rows:
            raise self.error(say("empty-brackets"), first, self.pos - 1)
        if len({len(row) for row in rows}) > 1:
            raise self.error(say("ragged"), first, self.pos - 1)
        span = self.span(first)
        if len(rows[0]) == 1:
            return Array(tuple(row[0] for row in rows), span)
        return Array(tuple(Array(row, span) for row in rows), span)

    def _fraction(self) -> Expr:
        r"""``\frac{a}{b}``, ``\frac12``, ``\frac{\partial L}{\partial z}``."""
        first = self.pos
        self.pos += 1
        partial = self.fraction_of_partials()
        if partial is not None:
            return partial
        bare = self.kinds[self.pos] != "{"
        self.enter(bare)
        text = self.texts[self.pos]
        if self.kinds[self.pos] == "number" and len(text) == 2 and text.isdecimal():
            top, below = (Number(Fraction(int(digit)), digit, self.span(first)) for digit in text)
            self.pos += 1
            self.depth -= bare
            return Product((top, below), ("/",), self.span(first))
        over = self.atom()
        under = self.atom()
        self.depth -= bare
        return Product((over, under), ("/",), self.span(first))

    def _root(self) -> Expr:
        r"""``√x``, ``\sqrt{x}``, ``\sqrt[3]{x}``."""
        first = self.pos
        self.pos += 1
        word = self.scope.words.get("√") or self.scope.words.get("sqrt")
        function = word.function if word else "sqrt"
        latex = self.texts[first] != "√"
        if latex and self.kinds[self.pos] == "[":
            self.pos += 1
            degree = self.expression()
            self.expect("]")
            value = self.atom()
            span = self.span(first)
            one = Number(Fraction(1), "1", span)
            return Power(value, Product((one, degree), ("/",), span), span)
        if latex:
            return Call(function, (self.atom(),), 0, self.span(first))
        return self.application(function, first)

    def _bars(self) -> Expr:
        """``|x|``, ``‖x‖``, ``‖x‖_1``."""
        first = self.pos
        kind = self.kinds[first]
        self.pos += 1
        if self.kinds[self.pos] == kind:
            raise self.error(say("unclear-bars"), first, self.pos, say("hint-bars"))
        self.bars.append(kind)
        self.enter()
        value = self.expression()
        if self.kinds[self.pos] == "end":
            raise self.error(say("bar-not-closed", sign=self.texts[first]), first, hint=say("hint-bars"))
        self.expect(kind)
        self.depth -= 1
        self.bars.pop()
        if kind == "|":
            return Call("abs", (value,), 0, self.span(first), (), "|")
        norm, text = self._which_norm()
        return Call(norm, (value,), 0, self.span(first), (), text)

    def _which_norm(self) -> tuple[str, str]:
        at = self.pos
        kind = self.kinds[at]
        if kind == "lower" and self.touches():
            self.pos += 1
            which = "".join(FROM_SUBSCRIPT[char] for char in self.texts[at])
        elif kind == "_":
            braced = self.kinds[at + 1] == "{"
            self.pos += 2 + braced
            which = self.texts[at + 1 + braced].replace("\\infty", "∞")
            if braced:
                self.expect("}")
        else:
            return "norm", ""
        if which not in _NORMS:
            raise self.error(say("bad-norm"), at, self.pos - 1)
        return _NORMS[which], which if which in {"F", "2"} else ""


_READERS: Mapping[str, Callable[[Atoms], Expr]] = {
    "name": lambda reader: reader.name_atom(),
    "number": Atoms._number,
    **dict.fromkeys("({", Atoms._group),
    "[": Atoms._array,
    "begin": Atoms._matrix,
    "frac": Atoms._fraction,
    "√": Atoms._root,
    "∑": Atoms._big_or_name,
    "∏": Atoms.big,
    "one": Atoms._one,
    "∂": Atoms.partial,
    "∇": Atoms.gradient,
    **dict.fromkeys("|‖", Atoms._bars),
    "⟨": Atoms._inner,
}


@lru_cache(maxsize=1 << 10)
def _number(written: str) -> tuple[str, Fraction]:
    """What is shown of a number, and its value; a full stop behind it says nothing."""
    text = written.rstrip(".")
    text = FRACTIONS.get(text, text)
    return text, Fraction(int(text)) if text.isdecimal() else Fraction(text)
