"""Sums over entries, and names with indices: ``∑_i x_i``."""

from __future__ import annotations

from dataclasses import replace

from gradviz.messages import say
from gradviz.notation.alphabet import FROM_SUBSCRIPT, FROM_SUPERSCRIPT
from gradviz.notation.cursor import COMPARISONS, OPPOSITE
from gradviz.notation.indices import LETTER_WITH_DIGITS, index_of, number
from gradviz.notation.partials import Partials
from gradviz.notation.spellings import Spelling
from gradviz.notation.tree import (
    Big,
    Call,
    Comparison,
    Entry,
    Expr,
    Indicator,
    Name,
    Negative,
    Number,
    Product,
    Slice,
    Span,
    Sum,
)
from gradviz.notation.walk import children, within

_INDEX_LETTERS = frozenset("ijklmnpqrst")
_CLOSERS = frozenset({")", "]", "}", ",", "end", "close", "row", "&", "+", "-"}) | COMPARISONS


class Sums(Partials):
    """Reads sums, and the entries inside them."""

    def named(self, first: int) -> Expr:
        """One name as it stands, or an entry where its index is bound."""
        self.pos = first + 1
        raw = self.texts[first]
        if self.bound or ":" in raw:
            entry = self.entry(raw, self.span(first))
            if entry is not None:
                self.use_indices(entry, first)
                return entry
            self.refuse_half_bound(raw, first)
        return Name(self.scope.name(raw), self.span(first))

    def refuse_half_bound(self, raw: str, first: int) -> None:
        """``X_{i,j}`` of an array X, where only i is bound, is no new name."""
        spelling = self.tokens.spellings.get(raw)
        if spelling is None or not spelling.below or self.scope.is_name(self.scope.name(raw)):
            return
        pieces = spelling.below[-1].split(",")
        loose = [p for p in pieces if p not in self.bound and not p.isdecimal()]
        if 0 < len(loose) < len(pieces) and self._is_known(replace(spelling, below=spelling.below[:-1])):
            raise self.error(say("not-an-index", expression=loose[0]), first, first)

    def use_indices(self, entry: Entry, first: int) -> None:
        """Note the names that the indices of an entry are computed from."""
        stack = list(entry.indices)
        while stack:
            e = stack.pop()
            if isinstance(e, Name):
                self.use(e.name, first)
            stack.extend(children(e))

    def entry(self, raw: str, span: Span) -> Entry | None:
        """``x_i`` as an entry of x, where ``i`` is bound; the array's name is not checked here."""
        spelling = self.tokens.spellings.get(raw)
        if spelling is None:
            return None
        return self.entry_of(spelling, span)

    def entry_of(self, spelling: Spelling, span: Span) -> Entry | None:
        """Read a name that was taken apart as an entry, where its last subscript is bound."""
        if not spelling.below:
            return None
        bare = replace(spelling, below=spelling.below[:-1])
        if not self._is_known(spelling) and (spelling.letters == "δ" or self._is_known(bare)):
            spelling = replace(spelling, below=tuple(self._apart(piece) for piece in spelling.below))
        below = list(spelling.below)
        indices: list[Expr] = []
        while below:
            taken = self._indices(below[-1], span)
            if taken is None:
                break
            indices[:0] = taken
            below.pop()
        if not indices:
            return None
        array = replace(spelling, below=tuple(below))
        lead = indices[0]
        if isinstance(lead, Number) and not array.digits and not below:
            numbered = replace(array, digits=lead.text)  # W_{1,i} is W1 at i, or W at 1, i
            if self._is_known(numbered) or not self._is_known(array):
                array, indices = numbered, indices[1:]
        name = self._name_of(array)
        return Entry(self.called(name, span), tuple(indices), span)

    def _apart(self, piece: str) -> str:
        """``i2`` below an array or Kronecker's delta as ``i,2``: a letter that is bound, and a number."""
        return f"{piece[0]},{piece[1:]}" if piece[:1] in self.bound and piece[1:].isdecimal() else piece

    def subscripted(self, e: Expr, first: int) -> Expr:
        """Read the subscript of a group or a call as its entry: ``(W x)_i``, ``softmax(z)_{i+1}``, ``(A B)ᵢⱼ``."""
        at = self.pos
        self.pos += 1
        if self.kinds[at] == "lower":
            item = "".join(FROM_SUBSCRIPT[char] for char in self.texts[at])
        elif self.kinds[self.pos] == "{":
            while self.kinds[self.pos] not in ("}", "end"):
                self.pos += 1
            item = self.tokens.source.text[self.ends[at + 1] : self.starts[self.pos]]
            self.expect("}")
        else:
            item = self.texts[self.pos] if self.kinds[self.pos] in ("name", "number") else ""
            self.pos += bool(item)
        item = "".join(item.split()).replace("−", "-")
        span = self.span(at)
        whole = tuple(number(piece, span) for piece in item.split(",") if piece.isdecimal())
        indices = whole if len(whole) == item.count(",") + 1 else self._indices(item, span)
        if indices is None and item and self.scope.is_name(self.scope.name(item)):
            indices = (Name(self.scope.name(item), span),)
        if indices is None:
            raise self.error(say("bad-subscript-index"), at, self.pos - 1, say("hint-subscript"))
        entry = Entry(e, indices, self.span(first))
        self.use_indices(entry, at)
        return entry

    def _indices(self, item: str, span: Span) -> tuple[Expr, ...] | None:
        pieces = item.split(",")
        if ":" in item:
            return self._ranges(pieces, span)
        read = [index_of(piece, self.bound, span, self.scope.name) for piece in pieces]
        if all(part is None for part in read):
            return None
        indices: list[Expr] = []
        for piece, part in zip(pieces, read, strict=True):
            if part is not None:
                indices += part
            elif piece.isdecimal():
                indices.append(number(piece, span))
            elif piece in self.scope.sizes:
                indices.append(Name(piece, span))
            else:
                return None
        return tuple(indices)

    def _ranges(self, pieces: list[str], span: Span) -> tuple[Expr, ...] | None:
        """Read ``i,:`` and ``1:t``: with a range among them, all are indices, bound or not."""
        found: list[Expr] = []
        for piece in pieces:
            texts = piece.split(":")
            ends = [self._end_of_range(text, span) for text in texts]
            whole = ends[0]
            if len(texts) == 1 and whole is not None:
                found.append(whole)
            elif len(texts) == 2 and not any(text and end is None for text, end in zip(texts, ends, strict=True)):
                found.append(Slice(ends[0], ends[1], span))
            else:
                return None
        return tuple(found)

    def _end_of_range(self, text: str, span: Span) -> Expr | None:
        if text.isdecimal():
            return number(text, span)
        read = index_of(text, self.bound, span, self.scope.name)
        if read is not None:
            return read[0] if len(read) == 1 else None
        return Name(self.scope.name(text), span) if LETTER_WITH_DIGITS().fullmatch(text) else None

    def _name_of(self, spelling: Spelling) -> str:
        styled = spelling.name(styled=True)
        return styled if styled in self.scope.known else spelling.name()

    def _is_known(self, spelling: Spelling) -> bool:
        return self.scope.is_name(self._name_of(spelling))

    def big(self) -> Expr:
        """Read ``∑_{i=1}^{n} body``; the body reaches to the next ``+`` or ``−``.

        Where a limit speaks of another index, ``∑_{j≠i}`` or ``∑_{j=1}^{i}``, an indicator says so in the body; in a
        product what is left out is 1.
        """
        first = self.pos
        operator = "prod" if self.texts[first] in ("prod", "∏", "\\prod") else "sum"
        self.pos += 1
        indices, low, high, conditions = self._limits()
        if not indices:
            inferred = self._infer_index()
            if len(inferred) == 1:
                indices = inferred
            elif inferred or low is not None or high is not None or operator not in self.scope.words:
                raise self.error(say("no-index"), first, hint=say("hint-index"))
        if len(indices) > 1 and any(x is not None and self._is_of_indices(x) for x in (low, high)):
            raise self.error(say("no-index"), first, self.pos - 1, say("hint-index"))
        for sign, limit in (("≥", low), ("≤", high)):
            if limit is not None and self._is_of_indices(limit):
                conditions.append(Comparison(sign, Name(indices[0]), limit))
        low, high = (None if x is None or self._is_of_indices(x) else x for x in (low, high))
        if operator == "prod" and any(c.operator != "≠" for c in conditions):
            raise self.error(say("product-where"), first, self.pos - 1, say("hint-product-where"))
        self.enter()
        self.bound += indices
        signs = 0
        while self.kinds[self.pos] == "-":
            signs += 1
            self.pos += 1
            self.enter()
        body = self.chain()
        span = self.span(first)
        for _ in range(signs):
            body = Negative(body, body.span)
        if indices:
            del self.bound[-len(indices) :]
        self.depth -= 1 + signs
        if not indices:
            return Call(self.scope.words[operator].function, (body,), 0, span)
        for condition in conditions:
            body = _only_where(Indicator(condition, span), body)
            if operator == "prod":
                opposite = Comparison(OPPOSITE[condition.operator], condition.left, condition.right)
                body = Sum((body, Indicator(opposite, span)), span)
        for index in reversed(indices):
            body = Big(operator, index, low, high, body, span)
        return body

    def _limits(self) -> tuple[list[str], Expr | None, Expr | None, list[Comparison]]:
        """What stands below and above, in either order: letters, ends, conditions."""
        indices: list[str] = []
        low: Expr | None = None
        high: Expr | None = None
        conditions: list[Comparison] = []
        while True:
            kind = self.kinds[self.pos]
            if kind in ("_", "lower") and not indices:
                indices, low, last, conditions = self._lower_limit()
                high = last or high
            elif kind == "^" and high is None:
                self.pos += 1
                high = self._limit()
            elif kind == "upper" and high is None:
                high = self._small_limit()
            else:
                return indices, low, high, conditions

    def _is_of_indices(self, limit: Expr) -> bool:
        """Whether a limit speaks of an index that is bound around the sum."""
        return any(isinstance(x, Name) and x.name in self.bound for x in within(limit))

    def _lower_limit(self) -> tuple[list[str], Expr | None, Expr | None, list[Comparison]]:
        """``_i``, ``ᵢ₌₁``, ``_{i,j=1}``, ``_{j≠i}``, ``_{j=1, j≠i}``, ``_{1≤i<j≤n}``: letters, ends, conditions."""
        at = self.pos
        self.pos += 1
        if self.kinds[at] == "lower":
            plain = "".join(FROM_SUBSCRIPT[char] for char in self.texts[at])
            letters, _, start = plain.partition("=")
            if not letters.isalpha() or (start and not start.isdecimal()) or len(letters) > 4:
                raise self.error(say("bad-index"), at, hint=say("hint-index"))
            return list(letters), number(start, self.span(at)) if start else None, None, []
        braced = self.kinds[self.pos] == "{"
        self.pos += braced
        low: Expr | None = None
        high: Expr | None = None
        conditions: list[Comparison] = []
        if braced and self.texts[self.pos] == "1" and self.kinds[self.pos + 1] == "≤":
            self.pos += 2
            indices, high, conditions = self._between()
        else:
            indices = self._letters(braced=braced)
        if braced and not conditions:
            if self.kinds[self.pos] == "=":
                self.pos += 1
                low = self.expression()
                if self.kinds[self.pos] == "," and len(indices) == 1 and self.texts[self.pos + 1] == indices[0]:
                    self.pos += 2
                    found, where = self._where(indices[0])
                    indices, conditions = (indices if len(found) == 1 else []), [where]
            elif self.kinds[self.pos] in COMPARISONS and len(indices) == 1:
                indices, where = self._where(indices[0])
                conditions = [where]
        if not indices or (braced and self.kinds[self.pos] != "}"):
            raise self.error(say("bad-index"), self.pos, hint=say("hint-index"))
        self.pos += braced
        return indices, low, high, conditions

    def _letters(self, *, braced: bool) -> list[str]:
        """The letters of a limit: ``i``, ``ij``, ``i, j``."""
        indices: list[str] = []
        while True:
            name = self.scope.name(self.texts[self.pos]) if self.kinds[self.pos] == "name" else ""
            if not (name.isalpha() and (len(name) == 1 or (len(name) == 2 and not indices))):
                raise self.error(say("bad-index"), self.pos, hint=say("hint-index"))
            indices += list(name)
            self.pos += 1
            if not braced or self.kinds[self.pos] != ",":
                return indices
            self.pos += 1

    def _between(self) -> tuple[list[str], Expr | None, list[Comparison]]:
        """``i<j≤n`` after ``1≤``: letters in their order, and the last place."""
        indices = self._letters(braced=False)
        conditions: list[Comparison] = []
        while self.kinds[self.pos] in ("<", "≤"):
            sign = self.kinds[self.pos]
            self.pos += 1
            letter = self.scope.name(self.texts[self.pos]) if self.kinds[self.pos] == "name" else ""
            if letter in self.scope.sizes or not letter:
                if sign != "≤":
                    raise self.error(say("bad-index"), self.pos - 1, hint=say("hint-index"))
                return indices, self.expression(), conditions
            conditions.append(Comparison(sign, Name(indices[-1]), Name(letter)))
            indices += self._letters(braced=False)
        return indices, None, conditions

    def _where(self, index: str) -> tuple[list[str], Comparison]:
        """``j≠i`` or ``i<j`` below a sum: what is bound already stays so, the others are summed over."""
        operator, at = self.kinds[self.pos], self.pos
        self.pos += 1
        letter = self.scope.name(self.texts[self.pos]) if self.kinds[self.pos] == "name" else ""
        free = len(letter) == 1 and letter not in (*self.bound, index) and not self.scope.is_name(letter)
        self.bound += [letter] if free else []
        right = self.expression()
        if free:
            self.bound.pop()
        found = [index] if index not in self.bound else []
        found += [letter] if free and isinstance(right, Name) else []
        fixed = isinstance(right, Name) and right.name not in (*self.bound, index, letter if free else "")
        known = isinstance(right, Name) or self._is_of_indices(right)
        if not found or not known or (found == [index] and not (fixed or self._is_of_indices(right))):
            raise self.error(say("bad-index"), at, hint=say("hint-index"))
        return found, Comparison(operator, Name(index), right)

    def _limit(self) -> Expr:
        """Read an upper limit: one number or name, or a group."""
        return self.atom()

    def _small_limit(self) -> Expr:
        """Read an upper limit in small characters: ``ⁿ``, ``³``."""
        at = self.pos
        if any(char not in FROM_SUPERSCRIPT for char in self.texts[at]):
            raise self.error(say("bad-index"), at, hint=say("hint-index"))
        return self.small_exponent()

    def _infer_index(self) -> list[str]:
        """Find the one index that the body's subscripts leave open."""
        found: set[str] = set()
        depth = 0
        for at in range(self.pos, len(self.kinds)):
            kind = self.kinds[at]
            if kind in ("(", "[", "{", "begin"):
                depth += 1
            elif depth == 0 and kind in _CLOSERS:
                break
            elif kind in (")", "]", "}", "close"):
                depth -= 1
            elif kind == "name":
                spelling = self.tokens.spellings.get(self.texts[at])
                last = spelling.below[-1] if spelling and spelling.below else ""
                if last in _INDEX_LETTERS and last not in self.bound:
                    found.add(last)
        return sorted(found)


def _only_where(indicator: Indicator, body: Expr) -> Expr:
    """The body where a condition holds, else 0."""
    if isinstance(body, Product):
        return Product((indicator, *body.operands), ("", *body.operators), body.span)
    return Product((indicator, body), ("",), body.span)
