"""Values: numbers, lists of numbers, and random ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from gradviz.messages import NamingError, say
from gradviz.notation.cursor import shallow
from gradviz.notation.expressions import Expressions
from gradviz.notation.lexer import MAX_PROGRAM, scan
from gradviz.notation.powers import digits_of_power
from gradviz.notation.scope import Scope, canon_of_answer
from gradviz.notation.tree import (
    Array,
    Assignment,
    Expr,
    Inverse,
    Literal,
    Negative,
    Number,
    Power,
    Product,
    Random,
    Source,
    Span,
    Sum,
    Transpose,
    Values,
)
from gradviz.notation.words import Word

_DISTRIBUTIONS = frozenset({"normal", "uniform"})


def number_of(e: Expr) -> Fraction | None:
    """Give the exact value of numbers, their sums, products, quotients and powers.

    Examples
    --------
    >>> number_of(Negative(Number(Fraction(1, 2))))
    Fraction(-1, 2)
    """
    match e:
        case Number():
            return e.value
        case Negative():
            value = number_of(e.operand)
            return None if value is None else -value
        case Sum():
            values = [number_of(item) for item in e.items]
            return None if None in values else sum((v for v in values if v is not None), Fraction())
        case Inverse():
            value = number_of(e.operand)
            return 1 / value if value else None
        case Power():
            base, exponent = number_of(e.base), number_of(e.exponent)
            if base is None or exponent is None or exponent.denominator != 1:
                return None
            if (not base and exponent < 0) or digits_of_power(base, exponent) > 40:
                return None
            return base ** int(exponent)
        case Product():
            return _product(e)
    return None


def _product(e: Product) -> Fraction | None:
    value = number_of(e.operands[0])
    for operator, operand in zip(e.operators, e.operands[1:], strict=True):
        factor = number_of(operand)
        if value is None or factor is None or operator not in ("", "·", "*", "×", "/"):
            return None
        if operator == "/" and not factor:
            return None
        value = value / factor if operator == "/" else value * factor
    return value


def literal_of(e: Expr) -> Literal | None:
    """Give the value of a number, or of a list of them."""
    if isinstance(e, Array):
        items = [literal_of(item) for item in e.items]
        return None if None in items else tuple(item for item in items if item is not None)
    if isinstance(e, Transpose):
        rows = literal_of(e.operand)
        if not isinstance(rows, tuple):
            return rows
        if len(rows) == 1 and isinstance(rows[0], tuple):  # a written-out row, as a column
            return rows[0]
        if all(isinstance(row, tuple) and len(row) == len(rows) for row in rows):
            return tuple(zip(*rows, strict=True))
        return None
    return number_of(e)


def read_assignments(reader: Expressions, end: int) -> list[Assignment]:
    """``x = -2, W1 ~ normal(0, 0.1)``, up to a token."""
    found: list[Assignment] = []
    while True:
        first = reader.pos
        if reader.kinds[first] != "name" or reader.kinds[first + 1] not in ("=", "~"):
            raise reader.error(say("no-assignment"), first)
        name = reader.name_at(first)
        reader.pos += 2
        if reader.kinds[first + 1] == "~":
            value: Literal | Random = _random(reader)
        else:
            start = reader.pos
            literal = literal_of(reader.expression())
            if literal is None:
                raise reader.error(say("bad-value"), start, reader.pos - 1)
            value = literal
        found.append(Assignment(name, value, reader.span(first)))
        if reader.pos >= end:
            return found
        if reader.kinds[reader.pos] not in (",", "end"):
            raise reader.error(say("left-over", found=reader.texts[reader.pos]), reader.pos)
        reader.pos += 1
        if reader.pos >= end:
            return found
        if reader.kinds[reader.pos - 1] == "end":
            _pass_at(reader)


def _pass_at(reader: Expressions) -> None:
    """Go over the word ``at`` at the start of a line."""
    if reader.texts[reader.pos] == "at" and reader.kinds[reader.pos + 1] == "name":
        reader.pos += 1


def _random(reader: Expressions) -> Random:
    first = reader.pos
    text = reader.texts[first]
    if reader.kinds[first] != "name" or text not in _DISTRIBUTIONS:
        raise reader.error(say("bad-random", text=text), first, hint=say("hint-random"))
    if reader.kinds[first + 1] != "(":
        raise reader.error(say("bad-random", text=text), first, hint=say("hint-random"))
    reader.pos += 2
    values: list[Fraction] = []
    while True:
        value = number_of(reader.expression())
        if value is None:
            raise reader.error(say("bad-value"), first, reader.pos - 1)
        values.append(value)
        if reader.kinds[reader.pos] != ",":
            break
        reader.pos += 1
    reader.expect(")")
    if len(values) != 2:
        raise reader.error(say("bad-random", text=text), first, reader.pos - 1, say("hint-random"))
    return Random(text, tuple(values))


def refuse_twice(reader: Expressions, assignments: list[Assignment]) -> None:
    """Refuse a second value for a name."""
    seen: set[str] = set()
    for item in assignments:
        if item.name.name in seen:
            at = item.name.span
            first = reader.starts.index(at.start)
            raise reader.error(say("value-twice", name=item.name.name), first, kind=NamingError)
        seen.add(item.name.name)


def read_values(text: str, words: Mapping[str, Word] | None = None, known: Collection[str] = ()) -> Values:
    """Read values for names, as ``--at`` takes them.

    Raises
    ------
    ReadError, NamingError, ResourceError
        With the place.

    Examples
    --------
    >>> [item.value for item in read_values("x = -2, W = [[1, 2], [3, 4]]").assignments][0]
    Fraction(-2, 1)
    """
    tokens = scan(Source(text), limit=MAX_PROGRAM, what="text")
    scope = Scope(words or {}, canon=canon_of_answer(tokens, known))
    reader = Expressions(tokens, scope)
    if not tokens.statements:
        raise reader.error(say("empty"), 0)
    _pass_at(reader)
    with shallow(tokens.source):
        found = read_assignments(reader, tokens.statements[-1][1])
    refuse_twice(reader, found)
    return Values(tuple(found), Span(0, len(text)))
