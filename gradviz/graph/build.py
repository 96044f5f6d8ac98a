"""A program → its computational graph."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest

from gradviz.graph.companions import with_companions
from gradviz.graph.dag import Dag
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.entrywise import entry_by_entry, for_entries
from gradviz.graph.infer import infer
from gradviz.graph.making import Operand, Scope, Value
from gradviz.graph.node import Node, Table, compact, reachable
from gradviz.messages import Message, NamingError, Place, ReadError, ShapeError, UsageError, say
from gradviz.notation import place_of, tree, write
from gradviz.notation.walk import children, settle, substitute
from gradviz.ops import WORDS, shapes
from gradviz.ops.operation import Shape
from gradviz.terms import size_names

_CODE = frozenset({"if", "else", "elif", "and", "or", "not", "for", "while", "lambda", "True", "False", "None"})


def build(program: tree.Program, of: str | None = None, given: Mapping[str, Shape] | None = None) -> Dag:
    """Build the computational graph of a program.

    Parameters
    ----------
    program : tree.Program
        What the reader gave.
    of : str, optional
        The stage that gradients are taken of; the last definition where not given.
    given : mapping of str to Shape, optional
        Shapes of undeclared names, from values that came with a request.

    Returns
    -------
    Dag
        Hash-consed nodes in topological order; nothing that no name needs is kept.

    Raises
    ------
    GradvizError
        With the place: shapes that do not fit, two readings that fit, a program without a definition.
    """
    return _Builder(program, of, given or {}).run()


@dataclass
class _Builder:
    program: tree.Program
    of: str | None
    given: Mapping[str, Shape]

    def run(self) -> Dag:
        self.table = Table()
        self.names: dict[str, Operand] = {}
        self.trees: dict[str, tree.Expr] = {}
        self.blocks: dict[str, str] = {}
        self.entries: dict[str, tuple[str, ...]] = {}
        self.facts: dict[str, list[tree.Domain]] = {}
        self.declared: dict[str, Shape] = {}
        self.undeclared: dict[str, None] = {}
        self.defined: tree.Definition | None = None
        self.data: set[str] = set()
        self.values: dict[str, object] = {}
        self.remarks = [Message(r.kind, r.parts) for r in self.program.warnings]
        self.calls: dict[str, int] = {}
        self.inlined: dict[object, Operand] = {}
        self.entrywise: dict[tree.Call, tree.Function] = {}
        self.open: list[str] = []
        self.put: Mapping[str, tree.Expr] = {}
        self.elaborator = Elaborator(self.table, self.place, self.unknown)
        self.elaborator.members = self.members
        statements = self.program.statements
        self.functions = {f.name.name: f for f in statements if isinstance(f, tree.Function)}
        self.called = _called(statements)
        definitions = self.definitions()
        if not definitions:
            raise UsageError(say("no-definition"))
        self.shapes = self.known_shapes(definitions)
        self.sizes = frozenset(size_names(d for s in self.shapes.values() for d in s))
        for statement in statements:
            self.statement(statement)
        output = self.of or _last(definitions).targets[-1].name
        if output not in self.trees:
            raise UsageError(say("no-such-stage", name=output, known=", ".join(self.trees)))
        return self.finish(output)

    def definitions(self) -> list[tree.Definition]:
        """The definitions, those written as a function that nothing calls among them."""
        found: list[tree.Definition] = []
        for s in self.program.statements:
            if isinstance(s, tree.Definition):
                found.append(s)
            elif isinstance(s, tree.Function) and self.is_definition(s):
                found.append(s.body[-1])
        return found

    def is_definition(self, f: tree.Function) -> bool:
        return not f.is_block and f.name.name not in self.called

    def known_shapes(self, definitions: list[tree.Definition]) -> dict[str, Shape]:
        known: dict[str, Shape] = {}
        for s in self.program.statements:
            if isinstance(s, tree.Declaration) and s.shape is not None:
                known.update((n.name, s.shape) for n in s.names)
            elif isinstance(s, tree.Values):
                for a in s.assignments:
                    if isinstance(a.value, tuple):
                        known.setdefault(a.name.name, _literal_shape(a.value))
        for name, shape in self.given.items():
            known.setdefault(name, shape)
        defined = [t.name for d in definitions for t in d.targets]
        return {**infer(definitions, known, defined), **known}

    def place(self, span: tree.Span) -> Place | None:
        return None if span == tree.NOWHERE else place_of(self.program.source, span)

    # -- statements

    def statement(self, s: tree.Statement) -> None:
        match s:
            case tree.Declaration():
                self.declare(s)
            case tree.Definition():
                first = self.defined
                if first is None or not _holds(first, s):
                    self.define(s)
                    self.defined = s
                else:
                    # In ŷ = f₄ = …, f₄ is another name of the same node.
                    self.names[s.targets[0].name] = self.names[first.targets[0].name]
                    self.trees[s.targets[0].name] = s.value
            case tree.Function():
                if self.is_definition(s):
                    for p in s.parameters:
                        if p.name not in self.names:
                            self.leaf(p.name)
                    self.define(s.body[-1])
            case tree.Data():
                for n in s.names:
                    self.data.add(n.name)
                    if n.name not in self.names:
                        self.unknown(n)
            case tree.Values():
                for a in s.assignments:
                    self.values[a.name.name] = a.value

    def declare(self, s: tree.Declaration) -> None:
        for n in s.names:
            self.undeclared.pop(n.name, None)
            if s.domain.kind != "real":
                self.facts.setdefault(n.name, []).append(s.domain)
            if n.name in self.trees:
                self.check_fact(n, s)
            elif n.name not in self.names:
                self.leaf(n.name)

    def check_fact(self, n: tree.Name, s: tree.Declaration) -> None:
        self.remarks.append(say("assumed", name=n.name))
        value = self.names[n.name]
        if s.shape is not None and isinstance(value, Value):
            shape = self.table.nodes[value.node].shape
            if shapes.canonical(s.shape) != shape:
                problem = say("fact-shape", name=n.name, declared=shapes.show(s.shape), shape=shapes.show(shape))
                raise ShapeError(problem, self.place(n.span))

    def members(self, name: str) -> tuple[Fraction, ...] | None:
        """The values that a name can have, where its domain has few."""
        for fact in self.facts.get(name, ()):
            if fact.kind in ("binary", "onehot"):
                return (Fraction(0), Fraction(1))
            if fact.kind == "set":
                return fact.members
        return None

    def leaf(self, name: str) -> Value:
        declared = self.shapes.get(name, ())
        shape = shapes.canonical(declared)
        if shape != declared:
            self.declared[name] = declared
        value = Value(self.table.put(Node("leaf", (), shape, shape, name)))
        self.names[name] = value
        return value

    def unknown(self, n: tree.Name) -> Operand:
        """A name that nothing declared: an input, told as such."""
        if n.name in _CODE:
            raise ReadError(say("code", text=n.name), self.place(n.span))
        if n.name not in self.undeclared:
            self.undeclared[n.name] = None
        return self.leaf(n.name)

    def scope(self) -> Scope:
        return Scope(self.names, self.sizes, {n: _Called(self, f) for n, f in self.functions.items()})

    def define(self, s: tree.Definition) -> None:
        names = [t.name for t in s.targets]
        call = s.value
        if isinstance(call, tree.Call) and self.is_block(call):
            self.expand(self.functions[call.function], call, self.scope(), names, s)
            return
        if len(names) > 1:
            raise NamingError(say("one-result"), self.place(s.span))
        self.stage(names[0], s.value, self.scope(), s.indices, s)

    def is_block(self, call: tree.Call) -> bool:
        """Whether this is a block's stages, and not its derivative."""
        return not call.order and call.function in self.functions and self.functions[call.function].is_block

    def stage(self, name: str, e: tree.Expr, scope: Scope, indices: tuple[str, ...], s: tree.Definition) -> Value:
        labels = {i: f"{i}#{name}" for i in indices}
        self.elaborator.label_bodies.update((label, e) for label in labels.values())
        value = self.elaborator.value(e, replace(scope, labels={**scope.labels, **labels}))
        wanted = tuple(labels.values())
        for i, label in labels.items():
            if label not in self.elaborator.label_sizes:
                raise ShapeError(say("index-unused", index=i, name=name), self.place(s.span))
        if value.labels != wanted:
            missing = [x for x in wanted if x not in value.labels]
            aligned = self.elaborator.align(Value(value.node, value.labels), wanted)
            if (missing and value.labels == ()) or (missing and wanted[0] in missing):
                aligned = self.broadcast(aligned, value.labels, wanted)
            value = Value(aligned)
        named = self.name(value.node, name)
        self.trees[name] = settle(e, self.elaborator.taken)
        if indices:
            self.entries[name] = indices
        self.names[name] = named
        return named

    def broadcast(self, node: int, labels: tuple[str, ...], wanted: tuple[str, ...]) -> int:
        """Repeat a value along the indices that it does not depend on."""
        shape = tuple(self.elaborator.label_sizes[x] for x in wanted)
        ones = self.table.put(Node("ones", (), shape, shape))
        return self.table.put(Node("mul", (node, ones), shape))

    def name(self, node: int, name: str) -> Value:
        """A node of its own for a stage."""
        old = self.table.nodes[node]
        if old.name or not old.inputs:  # an input, a number: something of its own stands behind the name
            return Value(self.table.put(Node("identity", (node,), old.shape, None, name)))
        return Value(self.table.put(old._replace(name=name)))

    # -- blocks and functions

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
                body, call, replace(scope, names=ChainMap({}, arguments, self.names)), put, prefix, targets
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
        put = dict(put)
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
            for t in d.targets:
                inner[t.name] = self.names[stage_of[t.name]]
                put[t.name] = tree.Name(stage_of[t.name])
                self.blocks[stage_of[t.name]] = prefix
        return [inner[r] for r in results]

    def check_arguments(self, f: tree.Function, call: tree.Call) -> None:
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
        inner = replace(scope, names=ChainMap(arguments, self.names))

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

    # -- the end

    def entry_names(self) -> Iterator[Message]:
        """New inputs such as ``x1`` beside a vector x, of whose entries the writer may have thought."""
        for name in self.undeclared:
            word = _word(name)
            array = self.names.get(word) if word != name else None
            axes = len(shapes.core(self.table.nodes[array.node].shape)) if isinstance(array, Value) else 0
            index = name.removeprefix(word)
            if axes == 1 or len(index) == axes > 1:
                entry = f"{word}[{index if axes == 1 else ', '.join(index)}]"
                yield say("entry-name", name=name, array=word, entry=entry)

    def one_names(self) -> Iterator[Message]:
        """New inputs such as ``xy``, by which the writer may have meant a product."""
        for name in self.undeclared:
            letters = 1 < len(name) < 4 and name.isascii() and name.isalpha()
            if letters and name not in self.values and name not in self.given:
                yield say("one-name", name=name, product=" ".join(name))

    def finish(self, output: str) -> Dag:
        positions = {n: v.node for n, v in self.names.items() if isinstance(v, Value)}
        self.remarks += [say("close-name", name=n, known=k) for n, k in _close(self.undeclared, self.names)]
        self.remarks += [say("close-function", name=n, known=k) for n, k in _close_words(self.undeclared)]
        self.remarks += self.entry_names()
        self.remarks += self.one_names()
        used = reachable(self.table.nodes, [positions[output]])
        self.remarks += [
            say("unused", name=n, output=output)
            for n, e in self.trees.items()
            if not used[positions[n]] and not isinstance(e, tree.Name)
        ]
        nodes, new = compact(self.table.nodes, with_companions(self.table, positions.values()))
        return Dag(
            nodes=nodes,
            names={n: new[i] for n, i in positions.items()},
            output=output,
            trees=self.trees,
            origins={new[i]: settle(e, self.elaborator.taken) for i, e in self.elaborator.origins.items() if i in new},
            facts={n: tuple(f) for n, f in self.facts.items()},
            declared=self.declared,
            data=frozenset(self.data),
            values=self.values,
            undeclared=tuple(self.undeclared),
            blocks=self.blocks,
            entries=self.entries,
            functions={n: f for n, f in self.functions.items() if not self.is_definition(f)},
            entrywise=self.entrywise,
            remarks=tuple(self.remarks),
        )


@dataclass(frozen=True)
class _Called:
    """A function or block of the program, as the elaborator calls it."""

    builder: _Builder
    function: tree.Function

    @property
    def is_block(self) -> bool:
        return self.function.is_block

    def __call__(self, elaborator: Elaborator, call: tree.Call, scope: Scope) -> Operand:
        if self.function.is_block:
            return self.builder.expand(self.function, call, scope, [], None)
        return self.builder.inline(self.function, call, scope)


def _last(definitions: Sequence[tree.Definition]) -> tree.Definition:
    """The last definition; the second names in ``L = f₅ = …`` stand inside the span of the first."""
    last = definitions[-1]
    return next((d for d in reversed(definitions) if _holds(d, last)), last)


def _holds(outer: tree.Definition, inner: tree.Definition) -> bool:
    return outer.span.start < inner.span.start and inner.span.end <= outer.span.end


def _close_words(new: Iterable[str]) -> Iterator[tuple[str, str]]:
    """New words that look like a function misspelt: one letter away, or in other cases."""
    new = tuple(new)
    if not new:
        return
    words = {w for w in WORDS if w.isascii() and len(w) > 2}
    cases = {w.casefold(): w for w in words}
    near = dict(_close(new, words))
    for name in new:
        swapped = next((w for w in sorted(words) if len(w) > 3 and sorted(w) == sorted(name)), None)
        known = cases.get(name.casefold()) or swapped or near.get(name)
        if known is not None and len(name) > 2:
            yield name, known


def _close(new: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """New words that are one letter away from another name's word; numbers behind them do not count."""
    new = dict.fromkeys(new)
    if not new:
        return
    near: dict[str, list[str]] = {}
    for name in known:
        if name not in new:
            for word in _one_less(_word(name)):
                near.setdefault(word, []).append(name)
    for name in new:
        others = (o for w in _one_less(_word(name)) for o in near.get(w, ()))
        other = next((o for o in others if _slip(_word(name), _word(o))), None)
        if other is not None:
            yield name, other


def _slip(a: str, b: str) -> bool:
    """Whether one part of two names differs, and is long enough to be no deliberate index: not ``x_t`` and ``h_t``."""
    different = [(x, y) for x, y in zip_longest(a.split("_"), b.split("_"), fillvalue="") if x != y]
    return len(different) == 1 and min(map(len, different[0])) > 2


def _word(name: str) -> str:
    return name.rstrip("0123456789")


def _one_less(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def _called(statements: tuple[tree.Statement, ...]) -> set[str]:
    """Names of all functions that are called somewhere."""
    stack: list[tree.Expr] = []
    for s in statements:
        if isinstance(s, tree.Definition):
            stack.append(s.value)
        elif isinstance(s, tree.Function):
            stack.extend(d.value for d in s.body)
    found: set[str] = set()
    while stack:
        e = stack.pop()
        if isinstance(e, tree.Call):
            found.add(e.function)
        stack.extend(children(e))
    return found


def _literal_shape(value: object) -> Shape:
    dims = []
    while isinstance(value, tuple):
        dims.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(dims)
