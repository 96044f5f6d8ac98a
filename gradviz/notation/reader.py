"""Programs: statement by statement, knowing the names so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gradviz.messages import NamingError, ReadError, say
from gradviz.notation.answers import finish
from gradviz.notation.cursor import shallow
from gradviz.notation.definitions import Definitions
from gradviz.notation.expressions import Expressions
from gradviz.notation.lexer import MAX_PROGRAM, scan
from gradviz.notation.literals import read_assignments, refuse_twice
from gradviz.notation.outline import Draft, Outline
from gradviz.notation.places import place
from gradviz.notation.scope import CONSTANTS, Scope, canon_of_program, styles_of_program
from gradviz.notation.sets import Sets, read_fact
from gradviz.notation.tree import (
    Assignment,
    Data,
    Declaration,
    Name,
    Program,
    Remark,
    Source,
    Span,
    Statement,
    Values,
)
from gradviz.notation.words import Word
from gradviz.terms import size_names


def read_program(
    text: str,
    words: Mapping[str, Word],
    *,
    file: str = "",
    trusted: bool = True,
    known: Collection[str] = (),
) -> Program:
    """Read a program.

    Parameters
    ----------
    text : str
        The program.
    words : mapping of str to Word
        The functions, by spelling.
    file : str
        Where the text comes from, for messages.
    trusted : bool
        A text from outside has at most 1 MB.
    known : collection of str
        Names that are given values elsewhere, in canonical spelling.

    Raises
    ------
    ReadError, NamingError, ResourceError
        With the place, and what to write instead.

    Examples
    --------
    >>> program = read_program("f = (x + y) z", {})
    >>> program.statements[0].targets
    (Name(name='f'),)
    """
    source = Source(text, file)
    tokens = scan(source, limit=None if trusted else MAX_PROGRAM, what="program")
    if not tokens.statements:
        raise ReadError(say("empty"), place(source, 0, 1))
    drafts = Outline(tokens).drafts()
    canon = canon_of_program(tokens)
    styled = styles_of_program(tokens, canon)
    scope = Scope(words, canon=canon)
    scope.know(*known)
    with shallow(source):
        return _Program(Expressions(tokens, scope), drafts, styled).read()


class _Program:
    """Reads the statements of one program."""

    def __init__(self, reader: Expressions, drafts: list[Draft], styled: tuple[tuple[str, str], ...]) -> None:
        self.styled = styled
        self.reader = reader
        self.scope = reader.scope
        self.drafts = drafts
        self.made: dict[str, int] = {}
        self.shaped: dict[str, int] = {}
        self.remarks: list[Remark] = []

    def read(self) -> Program:
        """Read facts and values first, since definitions may need any of them."""
        before: dict[int, list[Statement]] = {}
        for number, draft in enumerate(self.drafts):
            before[number] = self._facts(number, draft)
        definitions = Definitions(self.reader, self.remarks)
        self._announce(definitions)
        statements: list[Statement] = []
        for number, draft in enumerate(self.drafts):
            statements += before[number] or definitions.read(draft)
        return Program(tuple(statements), self.reader.tokens.source, tuple(self.remarks), self.styled)

    def _facts(self, number: int, draft: Draft) -> list[Statement]:
        """Read a declaration, a fact, roles, or values; nothing for a definition."""
        reader, scope = self.reader, self.scope
        span = Span(reader.starts[draft.first], reader.ends[draft.end - 1])
        if draft.kind == "declaration":
            declared = Sets(reader, draft).declarations()
            for declaration in declared:
                self._declare(declaration)
            return list(declared)
        if draft.kind == "fact":
            fact = read_fact(reader, draft)
            self._declare(fact)
            return [fact]
        if draft.kind == "data":
            names = tuple(reader.name_at(at) for at in draft.targets)
            for name in names:
                self._know(name)
            return [Data(names, span)]
        if draft.kind == "values":
            reader.pos = draft.first + 1
            apart = Expressions(reader.tokens, Scope(scope.words, canon=scope.canon))
            apart.pos = reader.pos
            assignments = read_assignments(apart, draft.end)
            finish(apart, draft.end)
            refuse_twice(apart, assignments)
            self._give(assignments)
            return [Values(tuple(assignments), span)]
        return []

    def _give(self, assignments: list[Assignment]) -> None:
        for item in assignments:
            if "." not in item.name.name:
                self._know(item.name)

    def _declare(self, declaration: Declaration) -> None:
        self.scope.sizes.update(size_names(declaration.shape or ()))
        for name in declaration.names:
            if declaration.shape is not None:
                if name.name in self.shaped:
                    self._twice(name, self.shaped[name.name], "hint-rename")
                self.shaped[name.name] = name.span.start
            self._know(name)

    def _know(self, name: Name) -> None:
        self.scope.know(name.name)
        self._hide(name)

    def _hide(self, name: Name) -> None:
        """Let a name win over a function or constant; say so once."""
        scope = self.scope
        if name.name in scope.hiding:
            return
        scope.hiding.add(name.name)
        kind = "hides-function" if name.name in scope.words else "hides-constant"
        if name.name in scope.words or name.name in CONSTANTS:
            self.remarks.append(Remark(kind, (("name", name.name),), name.span))

    def _announce(self, definitions: Definitions) -> None:
        """Note what every definition will name, and which of them are functions."""
        scope, reader = self.scope, self.reader
        scope.know(*scope.sizes)
        for draft in self.drafts:
            if draft.kind not in ("definition", "function", "block"):
                continue
            for at in draft.targets:
                text = scope.name(reader.texts[at])
                name = Name(text, Span(reader.starts[at], reader.ends[at]))
                draft.entries = definitions.entries(draft) if draft.kind == "definition" else None
                if draft.entries is not None:
                    name = draft.entries[1]
                    text = name.name
                if text in self.made:
                    self._twice(name, self.made[text], "hint-rename")
                if self.shaped.get(text, name.span.start) < name.span.start:
                    self._twice(name, self.shaped[text], "hint-no-declaration")
                self.made[text] = name.span.start
                if draft.kind == "definition":
                    scope.later[text] = name.span.start
                    scope.known.discard(text)
                else:
                    scope.functions[text] = len(draft.parameters)
                self._hide(name)

    def _twice(self, name: Name, at: int, hint: str) -> None:
        source = self.reader.tokens.source
        line = source.text.count("\n", 0, at) + 1
        where = place(source, name.span.start, name.span.end)
        raise NamingError(say("named-twice", name=name.name, line=line), where, say(hint))
