"""One expression: a student's answer, or what gradviz wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradviz.messages import say
from gradviz.notation.cursor import too_shallow
from gradviz.notation.expressions import Expressions
from gradviz.notation.lexer import MAX_ANSWER, MAX_PROGRAM, scan
from gradviz.notation.scope import Scope
from gradviz.notation.tree import Expr, Source
from gradviz.notation.walk import with_parts
from gradviz.notation.words import Word

MOST_SPELLINGS = 1_000
"""Spellings whose names are kept with a scope."""


def read_expression(
    text: str,
    words: Mapping[str, Word],
    known: Collection[str],
    *,
    answer: bool = False,
    bound: Collection[str] = (),
    functions: Mapping[str, int] | None = None,
    sizes: Collection[str] = (),
    stages: Mapping[str, Collection[str]] | None = None,
) -> Expr:
    r"""Read one expression.

    Parameters
    ----------
    text : str
        What was written.
    words : mapping of str to Word
        The functions, by spelling.
    known : collection of str
        The names of the program, in canonical spelling; adjoints that may be named are among them.
    answer : bool
        An answer may name what it answers (``dL/dW2 = …``), end in a full stop, and hold
        known names only; it has at most 4 KB.
    bound : collection of str
        Indices that are bound around the expression.
    functions : mapping of str to int
        The program's own functions and blocks, with their numbers of parameters.
    sizes : collection of str
        The symbolic dimensions, which are names too.

    Raises
    ------
    ReadError, NamingError, ResourceError
        With the place, and what to write instead.

    Examples
    --------
    >>> read_expression("dL/dx = 2 x.", {}, {"L", "x"}, answer=True)
    Product(operands=(Number(value=Fraction(2, 1), text='2'), Name(name='x')), operators=('',))
    """
    scope = scope_of(words, known, answer=answer, functions=functions, sizes=sizes, stages=stages)
    return read_within(scope, text, bound)


def scope_of(
    words: Mapping[str, Word],
    known: Collection[str],
    *,
    answer: bool = False,
    functions: Mapping[str, int] | None = None,
    sizes: Collection[str] = (),
    stages: Mapping[str, Collection[str]] | None = None,
) -> Scope:
    """What an expression may be made of; for the parameters see `read_expression`.

    Examples
    --------
    >>> read_within(scope_of({}, {"x"}, answer=True), "2 x.")
    Product(operands=(Number(value=Fraction(2, 1), text='2'), Name(name='x')), operators=('',))
    """
    names = {*known, *sizes}
    own = dict(functions) if functions else {}
    hiding = names - own.keys() if own else names
    return Scope(words, names, own, set(sizes), answer, stages=dict(stages) if stages else {}, hiding=hiding)


def read_within(scope: Scope, text: str, bound: Collection[str] = ()) -> Expr:
    """Read one expression; the scope of an answer stays as it is, so that one will do for many answers.

    Parameters
    ----------
    scope : Scope
        See `scope_of`.
    text : str
    bound : collection of str
        Indices that are bound around the expression.

    Raises
    ------
    ReadError, NamingError, ResourceError
        With the place, and what to write instead.
    """
    source = Source(text)
    answer = scope.answer
    tokens = scan(source, limit=MAX_ANSWER if answer else MAX_PROGRAM, what="answer" if answer else "expression")
    if answer and len(scope.canon) > MOST_SPELLINGS:
        scope.canon.clear()
    reader = Expressions(tokens, scope, tuple(bound))
    if not tokens.statements:
        raise reader.error(say("empty"), 0)
    end = _end_of(reader, answer=answer)
    if answer and "=" in reader.kinds:
        reader.pos = _after_equals(reader, end)
    if reader.pos == end:
        raise reader.error(say("expected-operand-end"), end)
    try:
        value = reader.expression()
    except RecursionError:
        raise too_shallow(source) from None
    finish(reader, end)
    if not reader.meant:
        return value
    return with_parts(value, lambda name: None if name in scope.known else scope.parts(name))


def finish(reader: Expressions, end: int) -> None:
    """Make sure that everything up to a token was read."""
    if reader.pos < end:
        if reader.kinds[reader.pos] in ("|", "‖"):
            raise reader.error(say("unclear-bars"), reader.pos, hint=say("hint-bars"))
        if reader.kinds[reader.pos] in "<>≤≥=≠:":
            reader.unexpected("end")
        raise reader.error(say("left-over", found=reader.texts[reader.pos]), reader.pos)


def _end_of(reader: Expressions, *, answer: bool) -> int:
    """Where the one statement ends; dots after an answer end it too."""
    statements = reader.tokens.statements
    if len(statements) > 1:
        first = statements[1][0]
        raise reader.error(say("left-over", found=reader.texts[first]), first)
    end = statements[0][1]
    while answer and end > 1 and reader.kinds[end - 1] in (".", ","):
        end -= 1
        reader.kinds[end] = "end"
    return end


def _after_equals(reader: Expressions, end: int) -> int:
    """Step over ``dL/dW2 =``; refuse anything else that has an ``=``."""
    depth = 0
    equals: list[int] = []
    for at in range(end):
        kind = reader.kinds[at]
        if kind in ("(", "[", "{", "begin"):
            depth += 1
        elif kind in (")", "]", "}", "close"):
            depth -= 1
        elif kind == "=" and depth == 0:
            equals.append(at)
    if not equals:
        return 0
    if len(equals) > 1:
        raise reader.error(say("answer-equation"), equals[1], hint=say("hint-last-form"))
    if any(kind in "+-*·×" for kind in reader.kinds[: equals[0]]):
        raise reader.error(say("answer-equation"), equals[0], hint=say("hint-last-form"))
    return equals[0] + 1
