"""Functions and blocks of the program, where they are called."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from gradviz.graph.dag import BlockCall
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.entrywise import entry_by_entry, for_entries
from gradviz.graph.making import Operand, Scope, Value
from gradviz.graph.node import Table
from gradviz.messages import GradvizError, Message, NamingError, Place, ShapeError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import settle, substitute
from gradviz.ops import WORDS


class Calling:
    """Puts functions and blocks in where they are called."""

    table: Table
    elaborator: Elaborator
    names: dict[str, Operand]
    trees: dict[str, tree.Expr]
    cased: dict[str, tree.Expr]
    blocks: dict[str, str]
    functions: dict[str, tree.Function]
    remarks: list[Message]

    def __init__(self) -> None:
        self.calls: dict[str, int] = {}
        self.inlined: dict[object, Operand] = {}
        self.entrywise: dict[tree.Call, tree.Function] = {}
        self.open: list[str] = []
        self.block_calls: dict[str, BlockCall] = {}
        self.inside = [""]
        self.put: Mapping[str, tree.Expr] = {}

    def place(self, span: tree.Span) -> Place | None:
        """Where a span stands."""
        raise NotImplementedError

    def stage(self, name: str, e: tree.Expr, scope: Scope, indices: tuple[str, ...], s: tree.Definition) -> Value:
        """A node with a name of its own."""
        raise NotImplementedError

    def is_block(self, call: tree.Call) -> bool:
        """Whether this is a block's stages, and not its derivative."""
        return not call.order and call.function in self.functions and self.functions[call.function].is_block

    def expand(
        self, f: tree.Function, call: tree.Call, scope: Scope, targets: list[str], at: tree.Definition | None
    ) -> Operand:
        """The stages of a block, with the names that its call gives them."""
        self.check_arguments(f, call)
        if targets and len(targets) != len(f.results):
            raise NamingError(say("results-differ", name=f.name.name, count=len(f.results)), self.place(call.span))
        arguments, put = self.arguments(f, call, scope)
        count = self.calls.get(f.name.name, 0) + 1
        prefix = targets[0] if targets else f"{f.name.name}{count}"

        def stages(body: tree.Function) -> list[Operand]:
            self.calls[f.name.name] = count
            return self.stages_of(
                body, call, scope._replace(names=ChainMap({}, arguments, self.names)), put, prefix, targets
            )

        return self.as_it_reads(f, call, arguments, put, stages)[0]

    def stages_of(
        self,
        f: tree.Function,
        call: tree.Call,
        scope: Scope,
        put: Mapping[str, tree.Expr],
        prefix: str,
        targets: list[str],
    ) -> list[Operand]:
        """The results of a block, its stages being defined one after the other."""
        results = [r.name for r in f.results]
        stage_of = {
            t.name: targets[results.index(t.name)] if targets and t.name in results else f"{prefix}.{t.name}"
            for d in f.body
            for t in d.targets
        }
        inner = scope.names
        assert isinstance(inner, ChainMap)
        own = tuple(stage_of.values()), tuple(stage_of[r] for r in results), tuple(put[p.name] for p in f.parameters)
        with self.recording(f.name.name, prefix, own):
            self.stages_in(f, call, scope, dict(put), prefix, stage_of)
        return [inner[r] for r in results]

    def stages_in(
        self,
        f: tree.Function,
        call: tree.Call,
        scope: Scope,
        put: dict[str, tree.Expr],
        prefix: str,
        stage_of: Mapping[str, str],
    ) -> None:
        """Define the stages of a block by the names that they have outside."""
        inner = scope.names
        assert isinstance(inner, ChainMap)
        for d in f.body:
            name = stage_of[d.targets[0].name]
            if isinstance(d.value, tree.Call) and self.is_block(d.value):
                with self.calling(f, call, put):
                    block = self.functions[d.value.function]
                    self.expand(block, d.value, scope, [stage_of[t.name] for t in d.targets], d)
            else:
                with self.calling(f, call, put), self.elaborator.unseen():
                    self.stage(name, d.value, scope, d.indices, d)
                self.trees[name] = substitute(self.trees[name], put)
                if name in self.cased:
                    self.cased[name] = substitute(self.cased[name], put)
            for t in d.targets:
                inner[t.name] = self.names[stage_of[t.name]]
                put[t.name] = tree.Name(stage_of[t.name])
                self.blocks[stage_of[t.name]] = prefix

    @contextmanager
    def recording(
        self, function: str, prefix: str, own: tuple[tuple[str, ...], tuple[str, ...], tuple[tree.Expr, ...]]
    ) -> Iterator[None]:
        """Note a call of a block, and within which it stands; what cannot be read leaves no trace."""
        before = dict(self.block_calls)
        called = prefix if prefix not in before else f"{prefix}.{function}"
        self.block_calls[called] = BlockCall(function, self.inside[-1], *own)
        self.inside.append(called)
        try:
            yield
        except GradvizError:
            self.block_calls.clear()
            self.block_calls.update(before)
            raise
        finally:
            self.inside.pop()

    def check_arguments(self, f: tree.Function, call: tree.Call) -> None:
        """Hold a call to the number of parameters."""
        if len(call.arguments) != len(f.parameters):
            problem = say("argument-count", name=f.name.name, count=len(f.parameters), given=len(call.arguments))
            raise NamingError(problem, self.place(call.span))

    def arguments(
        self, f: tree.Function, call: tree.Call, scope: Scope
    ) -> tuple[dict[str, Operand], dict[str, tree.Expr]]:
        """What the parameters stand for in a call, and its text."""
        operands = {
            p.name: self.elaborator.expression(a, scope) for p, a in zip(f.parameters, call.arguments, strict=True)
        }
        texts = (substitute(settle(a, self.elaborator.taken), self.put) for a in call.arguments)
        return operands, {p.name: a for p, a in zip(f.parameters, texts, strict=True)}

    def inline(self, f: tree.Function, call: tree.Call, scope: Scope) -> Operand:
        """A one-line function where it is called."""
        self.check_arguments(f, call)
        arguments, put = self.arguments(f, call, scope)
        # Other names in the body are those of the program, not of the caller.
        inner = scope._replace(names=ChainMap(arguments, self.names))

        def value(body: tree.Function) -> list[Operand]:
            with self.calling(f, call, put), self.elaborator.unseen():
                return [self.elaborator.expression(body.body[-1].value, inner)]

        # The same call is the same value: functions of functions of functions cost no more than their texts.
        key = (f.name.name, tuple(arguments.values()), tuple(scope.labels.items()))
        if key not in self.inlined:
            self.inlined[key] = self.as_it_reads(f, call, arguments, put, value)[0]
        return self.inlined[key]

    def as_it_reads(
        self,
        f: tree.Function,
        call: tree.Call,
        arguments: Mapping[str, Operand],
        put: Mapping[str, tree.Expr],
        read: Callable[[tree.Function], list[Operand]],
    ) -> list[Operand]:
        """The results of a call; a formula for numbers that does not fit arrays is read entry by entry.

        Where a formula fits both ways, the products of arrays that it has as it stands are meant, and told.
        """
        values = [a for a in arguments.values() if isinstance(a, Value) and not a.labels]
        given = [self.table.nodes[a.node].shape for a in values]
        other = for_entries(f, given) if len(values) == len(arguments) else None
        text = tree.Call(f.name.name, tuple(put.values()))
        if other is not None and self.elaborator.by_entries:
            self.entrywise[text] = other  # called by what is read so
            return read(other)
        try:
            results = read(f)
        except ShapeError:
            found = self.by_entries(other, values, read) if other else None
            if other is None or found is None:
                raise
            self.entrywise[text] = other
            return found
        if other is not None and other.body != f.body and not f.is_block and self.by_entries(other, values, read):
            body, entries = (write(x.body[-1].value, "unicode", WORDS) for x in (f, other))
            self.remarks.append(say("reads-both-ways", call=write(text, "unicode", WORDS), body=body, entries=entries))
        return results

    def by_entries(
        self, f: tree.Function, arguments: list[Value], read: Callable[[tree.Function], list[Operand]]
    ) -> list[Operand] | None:
        """The results of a function that is written for entries; None where it does more than that."""
        try:
            with self.elaborator.entries_only():
                results = read(f)
        except ShapeError:
            return None
        nodes = [r.node for r in results if isinstance(r, Value)]
        fits = entry_by_entry(self.table.nodes, nodes, [a.node for a in arguments])
        return results if fits and len(nodes) == len(results) else None

    @contextmanager
    def calling(self, f: tree.Function, call: tree.Call, put: Mapping[str, tree.Expr]) -> Iterator[None]:
        """While the body of a function or block is read, which may not call itself; its parameters are what is put."""
        if f.name.name in self.open:
            raise NamingError(say("calls-itself", name=f.name.name), self.place(call.span))
        self.open.append(f.name.name)
        before, self.put = self.put, put
        try:
            yield
        finally:
            self.put = before
            self.open.pop()


@dataclass(frozen=True)
class Called:
    """A function or block of the program, as the elaborator calls it."""

    calls: Calling
    function: tree.Function

    @property
    def is_block(self) -> bool:
        """Whether it has stages of its own."""
        return self.function.is_block

    def __call__(self, elaborator: Elaborator, call: tree.Call, scope: Scope) -> Operand:
        """What the call stands for."""
        if self.function.is_block:
            return self.calls.expand(self.function, call, scope, [], None)
        return self.calls.inline(self.function, call, scope)
