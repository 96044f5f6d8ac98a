"""Declarations and facts: the sets that names are taken from, and their shapes."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from gradviz.messages import say
from gradviz.notation.alphabet import FROM_SUPERSCRIPT
from gradviz.notation.dimensions import dimensions
from gradviz.notation.expressions import Expressions
from gradviz.notation.literals import number_of
from gradviz.notation.outline import FACTS, Draft
from gradviz.notation.tree import Declaration, Domain, Name, Span
from gradviz.terms.size import Dim, Extent

_REAL = Domain("real")
_DOTS = frozenset({"…", "...", "\\dots", "\\ldots", "\\cdots", "\\dotsc"})
_MOST = 1000
"""How many numbers dots may stand for."""


class Sets:
    """Reads the right side of a declaration."""

    def __init__(self, reader: Expressions, draft: Draft) -> None:
        self.reader = reader
        self.draft = draft
        self.names = tuple(self._name(at) for at in draft.targets)
        start, stop = reader.starts[draft.first], reader.ends[draft.end - 1]
        self.span = Span(start, stop)

    def _name(self, at: int) -> Name:
        return self.reader.name_at(at)

    def declarations(self) -> list[Declaration]:
        """Read the statement; ``A ∈ ℝ^{n×n} symmetric`` is two."""
        reader, end = self.reader, self.draft.end
        mark = self.draft.marks[0]
        if reader.texts[mark] in FACTS:
            return [Declaration(self.names, None, Domain(reader.texts[mark]), self.span)]
        reader.pos = mark + 1
        shape, domain = self._set()
        found = [Declaration(self.names, shape, domain, self.span)]
        while reader.pos < end:
            if reader.kinds[reader.pos] == "," or reader.texts[reader.pos] == "and":
                reader.pos += 1
            if reader.texts[reader.pos] not in FACTS:
                raise reader.error(say("bad-set"), reader.pos, end - 1, say("hint-set"))
            domain = Domain(reader.texts[reader.pos])
            found.append(Declaration(self.names, None, domain, self.span))
            reader.pos += 1
        return found

    def _set(self) -> tuple[tuple[Dim, ...], Domain]:
        reader = self.reader
        at = reader.pos
        kind, text = reader.kinds[at], reader.texts[at]
        if kind == "name" and reader.tokens.spellings[text].name() == "R":
            reader.pos += 1
            return self._power(), _REAL
        if kind == "name" and text in ("onehot", "simplex") and reader.kinds[at + 1] == "(":
            reader.pos += 1
            return self._dimensions(*self._bracketed()), Domain(text)
        if kind == "{":
            members = self._numbers("}")
            if not members:
                return self._power(), _REAL
            if members == (Fraction(0), Fraction(1)):
                return self._power(), Domain("binary")
            return self._power(), Domain("set", members=members)
        if kind in ("(", "["):
            bounds = self._numbers(")" if kind == "(" else "]")
            if len(bounds) == 2 and bounds[0] < bounds[1]:
                strict = kind == "("
                return self._power(), Domain("interval", *bounds, strict=(strict, strict))
        raise reader.error(say("bad-set"), at, max(at, self.draft.end - 1), say("hint-set"))

    def _numbers(self, closing: str) -> tuple[Fraction, ...]:
        reader = self.reader
        reader.pos += 1
        values: list[Fraction] = []
        while True:
            first = reader.pos
            if reader.texts[first] in _DOTS and closing == "}" and values:
                more = self._up_to(values, first)
                reader.expect(closing)
                return more
            value = number_of(reader.expression())
            if value is None:
                raise reader.error(say("bad-set"), first, reader.pos - 1, say("hint-set"))
            values.append(value)
            if reader.kinds[reader.pos] != ",":
                break
            reader.pos += 1
        reader.expect(closing)
        return tuple(values)

    def _up_to(self, values: list[Fraction], at: int) -> tuple[Fraction, ...]:
        """The numbers of ``{1, …, 5}`` and ``{1, 2, …, 5}``; none where a symbolic size is the last: ``{1, …, k}``."""
        reader = self.reader
        reader.pos += 1
        reader.expect(",")
        last = reader.expression()
        high = number_of(last)
        step = values[-1] - values[-2] if len(values) > 1 else Fraction(1)
        even = all(b - a == step for a, b in pairwise(values))
        if high is None and isinstance(last, Name) and values[0] == step == 1 and even:
            return ()
        count = (high - values[0]) / step if high is not None and step > 0 else Fraction(1, 2)
        if not even or count.denominator != 1 or not len(values) <= count <= _MOST:
            raise reader.error(say("bad-set"), at, reader.pos - 1, say("hint-set"))
        return tuple([values[0] + n * step for n in range(int(count) + 1)])

    def _power(self) -> tuple[Dim, ...]:
        """``^3``, ``^{n×d}``, ``^(3x4)``, ``³ˣ⁴``, or nothing."""
        reader = self.reader
        at = reader.pos
        kind = reader.kinds[at]
        if kind == "upper":
            text = ""
            while reader.kinds[reader.pos] in ("upper", "×"):
                small = reader.texts[reader.pos]
                text += "".join(FROM_SUPERSCRIPT.get(char, char) for char in small)
                reader.pos += 1
            return self._dimensions(text, at, reader.pos - 1)
        if kind != "^":
            return ()
        reader.pos += 1
        if reader.kinds[reader.pos] in ("(", "{"):
            return self._dimensions(*self._bracketed())
        at = reader.pos
        reader.pos = self.draft.end
        for stop in range(at, self.draft.end):
            if reader.kinds[stop] == "," or reader.texts[stop] in FACTS:
                reader.pos = stop
                break
        stop = max(at, reader.pos - 1)
        text = reader.tokens.source.text[reader.starts[at] : reader.ends[stop]]
        return self._dimensions(text, at, stop, bare=True)

    def _bracketed(self) -> tuple[str, int, int]:
        """Give the text between brackets, with its first and last token."""
        reader = self.reader
        opening = reader.kinds[reader.pos]
        closing = {"(": ")", "{": "}"}[opening]
        first = reader.pos + 1
        depth = 1
        while reader.kinds[reader.pos] != "end":
            reader.pos += 1
            depth += (reader.kinds[reader.pos] == opening) - (reader.kinds[reader.pos] == closing)
            if not depth:
                break
        last = max(first, reader.pos - 1)
        text = reader.tokens.source.text[reader.starts[first] : reader.ends[last]]
        reader.expect(closing)
        return text, first, last

    def _dimensions(self, text: str, first: int, last: int, *, bare: bool = False) -> tuple[Dim, ...]:
        r"""Read ``3``, ``n``, ``3x4``, ``n×d``, ``3 \times 4``, and within brackets ``m×(m + d)``."""
        shape = dimensions(text)
        if shape is None or (bare and any(isinstance(d, Extent) for d in shape)):
            raise self.reader.error(say("bad-dimension", text=text), first, last, say("hint-dimension"))
        return shape


def read_fact(reader: Expressions, draft: Draft) -> Declaration:
    """``λ > 0``, ``0 < p < 1``."""
    cuts = [draft.first - 1, *draft.marks, draft.end]
    low: Fraction | None = None
    high: Fraction | None = None
    strict = [True, True]
    names: tuple[Name, ...] = ()
    where = -1
    values: list[Fraction | None] = []
    for i in range(len(cuts) - 1):
        start, stop = cuts[i] + 1, cuts[i + 1]
        if (
            all(reader.kinds[at] == ("," if (at - start) % 2 else "name") for at in range(start, stop))
            and (stop - start) % 2
        ):
            names += tuple(reader.name_at(at) for at in range(start, stop, 2))
            where = i if where < 0 else 9
            values.append(None)
            continue
        reader.pos = start
        value = number_of(reader.expression())
        if value is None or reader.pos != stop:
            raise reader.error(say("bad-fact"), start, max(start, stop - 1), say("hint-fact"))
        values.append(value)
    signs = [reader.kinds[at] for at in draft.marks]
    if where not in (0, 1) or len(cuts) > 4 or len({*map(_direction, signs)}) > 1:
        raise reader.error(say("bad-fact"), draft.first, draft.end - 1, say("hint-fact"))
    for i, sign in enumerate(signs):
        direction = _direction(sign)
        value = values[i] if i < where else values[i + 1]
        below = (direction == "<") == (i < where)
        if value is None or not direction:
            raise reader.error(say("bad-fact"), draft.first, draft.end - 1, say("hint-fact"))
        if below:
            low, strict[0] = value, sign in "<>"
        else:
            high, strict[1] = value, sign in "<>"
    domain = Domain("interval", low, high, (strict[0], strict[1]))
    span = Span(reader.starts[draft.first], reader.ends[draft.end - 1])
    return Declaration(names, None, domain, span)


def _direction(sign: str) -> str:
    return {"<": "<", "≤": "<", ">": ">", "≥": ">"}.get(sign, "")
