"""Definitions, functions and blocks."""

from __future__ import annotations

import re
from dataclasses import replace

from gradviz.messages import NamingError, say
from gradviz.notation.alphabet import FROM_SUBSCRIPT
from gradviz.notation.answers import finish
from gradviz.notation.expressions import Expressions
from gradviz.notation.indices import index_of
from gradviz.notation.outline import Draft
from gradviz.notation.spellings import Spelling
from gradviz.notation.tree import Call, Definition, Expr, Function, Name, Remark, Span, Statement

_INDEX = re.compile(r"[ijklmn]{1,4}|[ijklmn](?:,[ijklmn]){0,3}")
#: Subscripts that look like two indices and are a word.
_NO_INDEX = frozenset({"in", "min", "kl", "nil"})


class Definitions:
    """Reads definitions in order; each makes its names known."""

    def __init__(self, reader: Expressions, remarks: list[Remark]) -> None:
        self.reader = reader
        self.scope = reader.scope
        self.remarks = remarks
        self.results: dict[str, int] = {}
        self.stages: dict[str, tuple[str, ...]] = {}

    def read(self, draft: Draft) -> list[Statement]:
        """Read one statement that defines something."""
        if draft.kind == "function":
            return [self._function(draft)]
        if draft.kind == "block":
            return [self._block(draft)]
        return list(self._definition(draft))

    def _name(self, at: int) -> Name:
        return self.reader.name_at(at)

    # Definitions

    def _definition(self, draft: Draft) -> list[Definition]:
        """``z = …``; ``L = f5 = …`` gives both names."""
        reader = self.reader
        if draft.entries is None:
            draft.entries = self.entries(draft)
        indices, target = draft.entries or ((), None)
        starts = [at + 1 for at in draft.equals]
        stops = [*draft.equals[1:], draft.end]
        found: list[Definition] = []
        targets = (target,) if target else tuple(self._name(at) for at in draft.targets)
        aliases: list[Name] = []
        while len(starts) > 1 and len(targets) == 1 and self._is_new(starts[0], stops[0]):
            aliases.append(self._name(starts.pop(0)))
            stops.pop(0)
        value = self._value(starts[0], stops[0], indices)
        self._other_forms(targets[0], starts[1:], stops[1:], indices)
        span = Span(reader.starts[draft.first], reader.ends[draft.end - 1])
        found.append(self._made(Definition(targets, value, indices, span)))
        # In ŷ = f₄ = …, f₄ is another name for the same stage.
        found += [self._made(Definition((alias,), targets[0], (), alias.span)) for alias in aliases]
        return found

    def _is_new(self, start: int, stop: int) -> bool:
        """Whether one name stands here that nothing else defines."""
        if stop != start + 1 or self.reader.kinds[start] != "name":
            return False
        name = self.scope.name(self.reader.texts[start])
        return not self.scope.is_name(name) and name not in self.scope.functions

    def _other_forms(self, target: Name, starts: list[int], stops: list[int], indices: tuple[str, ...]) -> None:
        """Forms after a second ``=`` are read, and not used; that is told."""
        for start, stop in zip(starts, stops, strict=True):
            self._value(start, stop, indices)
            span = Span(self.reader.starts[start - 1], self.reader.ends[stop - 1])
            self.remarks.append(Remark("extra-equation", (("name", target.name),), span))

    def _value(self, start: int, stop: int, bound: tuple[str, ...] = ()) -> Expr:
        reader = self.reader
        reader.pos = start
        if start >= stop:
            reader.missing()
        saved = reader.kinds[stop]
        reader.kinds[stop] = "end"  # the next '=' ends this form
        reader.bound = list(bound)
        value = reader.expression()
        finish(reader, stop)
        reader.kinds[stop] = saved
        reader.bound = []
        return value

    def _made(self, definition: Definition) -> Definition:
        """Note the names, and the stages of a block that the definition calls."""
        value = definition.value
        function = value.function if isinstance(value, Call) else ""
        wanted = self.results.get(function, 1)
        given = len(definition.targets)
        if given != wanted:
            at = self.reader.starts.index(definition.targets[0].span.start)
            message = say("results", name=function or "=", wanted=wanted, given=given)
            raise self.reader.error(message, at, kind=NamingError)
        for target in definition.targets:
            name = target.name
            self.scope.later.pop(name, None)
            self.scope.know(name)
            if function in self.stages:
                self.scope.stages[name] = self.stages[function]
        return definition

    def entries(self, draft: Draft) -> tuple[tuple[str, ...], Name] | None:
        """Give the indices of a definition by entries, and the array that it defines."""
        reader, scope = self.reader, self.scope
        at = draft.targets[0]
        if draft.kind == "definition" and draft.parameters:  # y[i] = …
            return tuple(scope.name(reader.texts[i]) for i in draft.parameters), self._name(at)
        spelling = reader.tokens.spellings[reader.texts[at]]
        item = spelling.below[-1] if spelling.below else ""
        if len(draft.targets) > 1 or item in _NO_INDEX or not _INDEX.fullmatch(item):
            return None
        letters = tuple(item.replace(",", ""))
        value = range(draft.equals[0] + 1, draft.end)
        stem = replace(spelling, below=spelling.below[:-1])
        if not any(self._mentions(i, letters, stem) for i in value):
            return None
        reader.bound = list(letters)
        entry = reader.entry(reader.texts[at], Span(reader.starts[at], reader.ends[at]))
        reader.bound = []
        array = getattr(entry, "array", None)
        return (letters, array) if isinstance(array, Name) else None

    def _mentions(self, at: int, letters: tuple[str, ...], stem: Spelling) -> bool:
        """Whether a token is read at an index; ``h_{k-1}`` in ``h_k = …`` is a name: nothing is defined by itself."""
        text = self.reader.texts[at]
        if self.reader.kinds[at] == "lower":  # (A B)ᵢⱼ, and Σᵢⱼ of a matrix Σ
            sign = self.reader.kinds[at - 1] in ("∑", "∏")
            named = not sign or (self.reader.texts[at - 1] == "Σ" and self.scope.is_name("Σ"))
            return named and any(FROM_SUBSCRIPT[char] in letters for char in text)
        if self.reader.kinds[at] != "name":
            return False
        if text in letters:
            return True
        spelling = self.reader.tokens.spellings.get(text)
        last = spelling.below[-1] if spelling and spelling.below else ""
        if spelling is None or not last or last in _NO_INDEX:
            return False
        if not last.isalpha() and replace(spelling, below=spelling.below[:-1]) == stem:
            return False
        span = Span(self.reader.starts[at], self.reader.ends[at])
        read = [index_of(piece, letters, span, self.scope.name) for piece in last.split(",")]
        return any(part is not None for part in read) or (
            len(last) <= 3 and last.isalpha() and any(x in last for x in letters)
        )

    # Functions and blocks

    def _function(self, draft: Draft) -> Function:
        name = self._name(draft.targets[0])
        parameters = self._parameters(draft)
        added = self._enter([p.name for p in parameters])
        starts = [at + 1 for at in draft.equals]
        stops = [*draft.equals[1:], draft.end]
        value = self._value(starts[0], stops[0])
        self._other_forms(name, starts[1:], stops[1:], ())
        self._leave(added)
        self.scope.know(name.name)
        span = Span(self.reader.starts[draft.first], self.reader.ends[draft.end - 1])
        body = (Definition((name,), value, (), span),)
        return Function(name, parameters, body, (name,), is_block=False, span=span)

    def _block(self, draft: Draft) -> Function:
        reader, scope = self.reader, self.scope
        name = self._name(draft.targets[0])
        parameters = self._parameters(draft)
        local: list[Name] = []
        for line in draft.inner:
            if line.kind == "definition":
                line.entries = self.entries(line)
                names = [self._name(at) for at in line.targets]
                local += names if line.entries is None else [line.entries[1]]
        seen = {p.name for p in parameters}
        for item in local:
            if item.name in seen:
                at = reader.starts.index(item.span.start)
                begin = reader.starts[draft.first]
                number = reader.tokens.source.text.count("\n", 0, begin) + 1
                message = say("named-twice", name=item.name, line=number)
                raise reader.error(message, at, kind=NamingError)
            seen.add(item.name)
        outer_later = {item.name: scope.later.get(item.name) for item in local}
        added = self._enter([p.name for p in parameters])
        hidden = [item.name for item in local if item.name in scope.known]
        for item in local:
            scope.known.discard(item.name)
            scope.later[item.name] = item.span.start
        body = [d for line in draft.inner if line.kind == "definition" for d in self._definition(line)]
        results = body[-1].targets
        if draft.inner[-1].kind == "return":
            local_names = {t.name for d in body for t in d.targets}
            results = self._returned(draft.inner[-1], local_names, {p.name for p in parameters})
        inner = tuple(
            stage
            for d in body
            for target in d.targets
            for stage in (
                target.name,
                *(f"{target.name}.{s}" for s in scope.stages.get(target.name, ())),
            )
        )
        self._leave(added)
        for item in local:
            scope.known.discard(item.name)
            scope.stages.pop(item.name, None)
        scope.know(*hidden)
        scope.later.update({key: at for key, at in outer_later.items() if at is not None})
        self.results[name.name] = len(results)
        self.stages[name.name] = inner
        span = Span(reader.starts[draft.first], reader.ends[draft.inner[-1].end - 1])
        return Function(name, parameters, tuple(body), results, is_block=True, span=span)

    def _returned(self, line: Draft, local: set[str], arguments: set[str]) -> tuple[Name, ...]:
        reader = self.reader
        results: list[Name] = []
        for place, at in enumerate(range(line.first + 1, line.end)):
            if reader.kinds[at] != ("," if place % 2 else "name"):
                raise reader.error(say("return-expression"), at)
        for place, at in enumerate(range(line.first + 1, line.end)):
            if place % 2 == 0:
                name = self._name(at)
                if name.name not in local:
                    kind = "return-argument" if name.name in arguments else "return-unknown"
                    raise reader.error(say(kind, name=name.name), at, kind=NamingError)
                results.append(name)
        if not results or (line.end - line.first) % 2:
            raise reader.error(say("expected-operand-end"), line.end)
        return tuple(results)

    def _parameters(self, draft: Draft) -> tuple[Name, ...]:
        parameters = tuple(self._name(at) for at in draft.parameters)
        seen: set[str] = set()
        for item, at in zip(parameters, draft.parameters, strict=True):
            if item.name in seen:
                line = self.reader.tokens.source.text.count("\n", 0, item.span.start) + 1
                message = say("named-twice", name=item.name, line=line)
                raise self.reader.error(message, at, kind=NamingError)
            seen.add(item.name)
        return parameters

    def _enter(self, names: list[str]) -> list[str]:
        """Make parameters known inside; those that the program has stay known after."""
        scope = self.scope
        added = [name for name in names if name not in scope.known]
        scope.know(*names)
        return added

    def _leave(self, added: list[str]) -> None:
        self.scope.known.difference_update(added)
