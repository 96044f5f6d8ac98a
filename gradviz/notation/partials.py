"""Derivatives by name: ``∂L/∂z₂``, ``dL/dz2``, ``∇_W L``, ``grad_W L``."""

from __future__ import annotations

from gradviz.messages import NamingError, say
from gradviz.notation.alphabet import STYLED
from gradviz.notation.powers import Powers, constant, group_or_array
from gradviz.notation.spellings import Spelling, SpellingError, take_apart
from gradviz.notation.tree import Either, Entry, Expr, Name, Partial, Product, Span

MOST_READINGS = 6
"""Ways to say where what is differentiated ends."""
_NESTED = 2
"""How many such signs may stand within each other with more than one way."""
_OPERANDS = frozenset({"name", "number", "(", "{", "[", "frac", "√", "∑", "∏", "one", "∂", "begin", "|", "‖"})


def _flat(e: Expr) -> tuple[list[Expr], list[str]]:
    """The factors of a product from the left, and the signs between them."""
    if not isinstance(e, Product):
        return [e], []
    inner = e.operands[0]
    grouped = isinstance(inner, Product) and inner.span.start != e.span.start  # behind a bracket
    operands, operators = ([inner], []) if grouped else _flat(inner)
    return [*operands, *e.operands[1:]], [*operators, *e.operators]


def _product(operands: list[Expr], operators: list[str], span: Span) -> Expr:
    return operands[0] if len(operands) == 1 else Product(tuple(operands), tuple(operators), span)


DIFFERENTIATING = frozenset({*"d∂∇\\", *(char for char, (_, letter) in STYLED.items() if letter == "d")})
"""Every spelling of a derivative has one of these characters."""


class Partials(Powers):
    """Reads derivatives."""

    inside_operator = 0
    """How many signs such as ``d/dx`` act on what is read."""

    def named(self, first: int) -> Expr:
        """One name as it stands, or an entry where its index is bound."""
        raise NotImplementedError

    def factor(self, factors: list[Expr]) -> None:
        """Read one factor, or the several that one word spells."""
        raise NotImplementedError

    def entry_of(self, spelling: Spelling, span: Span) -> Entry | None:
        """Read a name that was taken apart as an entry, where its last subscript is bound."""
        raise NotImplementedError

    def span_of(self, at: int) -> Span:
        """Give the place of one token."""
        return Span(self.starts[at], self.ends[at])

    def partial(self) -> Expr:
        """Read ``∂L/∂z``; the cursor stands on the first ``∂``."""
        first = self.pos
        of = self._differential()
        alone = self.pos == first + 1
        if (of is None and not alone) or self.kinds[self.pos] != "/":
            raise self.error(say("bad-partial"), first, self.pos - 1)
        self.pos += 1
        by = self._differential(below=True)
        if by is None:
            raise self.error(say("bad-partial"), first, self.pos - 1)
        self._no_power()
        return self._operating(by, first) if of is None else Partial(of, by, self.span(first))

    def fused(self) -> Expr | None:
        """Read ``dL/dx`` or ``d/dx (…)`` where L and x are names of the program; else stay here."""
        first = self.pos
        if self.kinds[first + 1] == "/" and self._is_plain_d(first):
            self.pos = first + 2
            by = self._differential()
            if by is not None and self.kinds[self.pos] in _OPERANDS:
                return self._operating(by, first)
            self.pos = first
        of = self._differential()
        if of is not None and self.kinds[self.pos] == "/":
            self.pos += 1
            by = self._differential(below=True)
            if by is not None:
                self._no_power()
                return Partial(of, by, self.span(first))
        self.pos = first
        return None

    def fraction_of_partials(self) -> Expr | None:
        r"""Read ``\frac{\partial L}{\partial z_2}`` after its ``\frac``; else stay here."""
        first = self.pos
        if self.kinds[first] != "{":
            return None
        self.pos += 1
        certain = self.kinds[self.pos] == "∂"
        if (certain or self._is_plain_d(self.pos)) and self.kinds[self.pos + 1 : self.pos + 3] == ["}", "{"]:
            self.pos += 3
            by = self._differential()
            if by is not None and self.kinds[self.pos] == "}" and self.kinds[self.pos + 1] in _OPERANDS:
                self.pos += 1
                return self._operating(by, first - 1)
            self.pos = first
            return None
        of = self._upper_half()
        if of is not None and self.kinds[self.pos] == "}" and self.kinds[self.pos + 1] == "{":
            self.pos += 2
            bare = certain and self.kinds[self.pos] == "name" and self.kinds[self.pos + 1] == "}"
            by = self.named(self.pos) if bare else self._differential(below=True)
            if by is not None and self.kinds[self.pos] == "}":
                self.pos += 1
                return Partial(of, by, self.span(first - 1))
        self.pos = first
        return None

    def _upper_half(self) -> Expr | None:
        r"""Read what is differentiated in ``\frac{\partial L}{…}``, ``\frac{\partial \ln p}{…}``."""
        first = self.pos
        certain = self.kinds[first] == "∂"
        if not certain and (not self._is_plain_d(first) or "d" in self.scope.sizes):
            return self._differential()
        if self.kinds[first + 1] == "name" and self._is_target(first + 1) and self.kinds[first + 2] in ("}", "["):
            return self._differential()
        self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        found = self.expression()
        self.depth -= 1
        self.bars = bars
        return found

    def _is_plain_d(self, at: int) -> bool:
        """Whether a d is no quantity of the program; a size may be called so."""
        named = self.scope.answer and self.kinds[at] == "name" and self.scope.name(self.texts[at]) == "d"
        return named and ("d" not in self.scope.known or "d" in self.scope.sizes)

    def _operating(self, by: Expr, first: int) -> Expr:
        """Read what ``d/dx`` acts on: the factor that follows, or more of those up to the next ``+`` or ``−``."""
        start = self.pos
        self.enter()
        within, self.inside_operator = self.inside_operator, self.inside_operator + 1
        rest = self.chain()
        self.inside_operator = within
        self.depth -= 1
        span = self.span(first)
        readings: list[Expr] = [Partial(group_or_array(rest), by, span)]
        grouped = rest.span.start != self.starts[start]
        operands, operators = ([rest], []) if grouped or within >= _NESTED else _flat(rest)
        for n in range(len(operators), 0, -1):
            acted = _product(operands[:n], operators[: n - 1], self.span(start))
            if constant(acted) is not None or all(constant(o) is not None for o in operands[:n]):
                break
            readings.append(Product((Partial(acted, by, span), *operands[n:]), tuple(operators[n - 1 :]), span))
        return readings[0] if len(readings) == 1 else Either(tuple(readings[:MOST_READINGS]), span)

    def gradient(self) -> Expr:
        """Read ``∇_W L``."""
        first = self.pos
        self.pos += 1
        if self.kinds[self.pos] not in ("_", "lower"):
            raise self.error(say("bare-nabla"), first, hint=say("hint-nabla"))
        if self.kinds[self.pos] == "lower":
            raise self.error(say("bare-nabla"), first, hint=say("hint-nabla"))
        self.pos += 1
        braced = self.kinds[self.pos] == "{"
        self.pos += braced
        by = self._target()
        if by is None:
            raise self.error(say("bare-nabla"), first, hint=say("hint-nabla"))
        if braced:
            self.expect("}")
        kind = self.kinds[self.pos]
        if kind in _OPERANDS and not (kind == "name" and self._is_target(self.pos)):
            return self._operating(by, first)
        of = self._target()
        if of is None:
            self.missing()
        return Partial(of, by, self.span(first))

    def spelled_gradient(self) -> Expr | None:
        """Read ``grad_W L`` where W and L are names of the program; else stay here."""
        first = self.pos
        spelling = self.tokens.spellings.get(self.texts[first])
        if spelling is None or spelling.letters != "grad" or not spelling.below or spelling.above:
            return None
        by = self.scope.name("_".join((*filter(None, [spelling.digits]), *spelling.below)))
        if not self.scope.is_name(by) or self.kinds[first + 1] != "name" or not self._is_target(first + 1):
            return None
        self.pos += 1
        of = self._target()
        return None if of is None else Partial(of, Name(by, self.span_of(first)), self.span(first))

    def _no_power(self) -> None:
        kind = self.kinds[self.pos]
        upper = kind == "upper" and not self.texts[self.pos].endswith("ᵀ")
        caret = kind == "^" and self.kinds[self.pos + 1] in ("number", "-")
        if upper or caret:
            raise self.error(say("partial-power"), self.pos, hint=say("hint-partial-power"))

    def _differential(self, *, below: bool = False) -> Expr | None:
        """Read ``∂L`` or ``dL``, if that stands here and L is a name; `below` where a differential stands above."""
        first = self.pos
        kind = self.kinds[first]
        if kind == "∂":
            self.pos += 1
            if self.kinds[self.pos] in ("^", "upper"):
                raise self.error(say("partial-power"), self.pos, hint=say("hint-no-second"))
            return self._target()
        if kind != "name":
            return None
        raw = self.texts[first]
        if raw == "d" or self.scope.name(raw) == "d":
            return self._spaced_differential(below=below)
        if raw[0] != "d" or len(raw) < 2 or self._is_target(first):
            return None
        name = self.scope.name(raw[1:])
        of: Expr | None = Name(name, self.span_of(first)) if self.scope.is_name(name) else None
        if of is None and self.bound:
            try:
                of = self.entry_of(take_apart(raw[1:]), self.span_of(first))
            except SpellingError:
                return None
            if of is not None and not self._varies(of):
                return None
        if of is None:
            return None
        self.pos += 1
        return self._indexed(of, first)

    def _spaced_differential(self, *, below: bool) -> Expr | None:
        r"""``d L``, ``d\hat{y}``, ``d(x + y)``: the d stands alone."""
        after = self.pos + 1
        kind = self.kinds[after]
        if kind == "name" and self._is_target(after):
            self.pos += 1
            return self._target()
        if kind == "(" and (below or self._divides(after)):
            self.pos += 1
            return self._target()
        return None

    def _is_fused(self, at: int) -> bool:
        """Whether ``dz`` stands here, z being a name and dz none."""
        raw = self.texts[at]
        whole = self.kinds[at] == "name" and raw[0] == "d" and len(raw) > 1 and not self._is_target(at)
        return whole and self.scope.is_name(self.scope.name(raw[1:]))

    def _is_target(self, at: int) -> bool:
        raw = self.texts[at]
        if self.scope.is_name(self.scope.name(raw)):
            return True
        spelling = self.tokens.spellings.get(raw)
        if not self.bound or spelling is None:
            return False
        entry = self.entry_of(spelling, self.span_of(at))
        return entry is not None and self._varies(entry)

    def _varies(self, entry: Entry) -> bool:
        return isinstance(entry.array, Name) and self.scope.is_name(entry.array.name)

    def _divides(self, at: int) -> bool:
        """Whether ``(…)`` is the upper half of a derivative; where d is a size, only ``d(…)/dz`` certainly is."""
        known = "d" in self.scope.known
        if known and "d" not in self.scope.sizes:
            return False
        depth = 0
        while self.kinds[at] != "end":
            depth += {"(": 1, ")": -1}.get(self.kinds[at], 0)
            at += 1
            if depth == 0:
                break
        if self.kinds[at] != "/":
            return False
        return self._is_fused(at + 1) if known else self.texts[at + 1].startswith("d")

    def _target(self) -> Expr | None:
        """Read what is differentiated, or by what."""
        first = self.pos
        kind = self.kinds[first]
        if kind in ("(", "{"):
            return self.atom()
        if kind != "name":
            return None
        name = self.scope.name(self.texts[first])
        if not self.scope.is_name(name) and self.scope.word_of(name, self.texts[first]) and not self._is_target(first):
            acted: list[Expr] = []
            self.factor(acted)
            return acted[0] if len(acted) == 1 else None
        found = self.named(first)
        if isinstance(found, Name) and not self.scope.is_name(found.name):
            hint = self.scope.suggestions(name)
            raise self.error(say("unknown-name", name=name), first, hint=hint, kind=NamingError)
        return self._indexed(found, first)

    def _indexed(self, e: Expr, first: int) -> Expr:
        while self.kinds[self.pos] == "[" and self.touches():
            e = self._entry(e, first)
        return e
