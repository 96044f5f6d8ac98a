"""A program → its computational graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from gradviz.graph.calling import Called
from gradviz.graph.cases import few_values
from gradviz.graph.companions import with_companions
from gradviz.graph.dag import Dag
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.infer import infer
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table, compact, reachable
from gradviz.graph.ones import read_with_sizes
from gradviz.graph.prepared import Prepared
from gradviz.graph.resemblance import close_functions, close_names, entry_names, products_of_letters
from gradviz.graph.spelling import clashing, spelled
from gradviz.messages import Message, NamingError, Place, ReadError, ShapeError, UsageError, say
from gradviz.notation import place_of, tree
from gradviz.notation.operands import BARRED
from gradviz.notation.walk import children, rebuild, settle
from gradviz.ops import shapes
from gradviz.ops.operation import Shape
from gradviz.terms import size_names

_OVER = frozenset({"max", "min", "sum", "prod", "mean", "argmax", "argmin"})
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
class _Builder(Prepared):
    program: tree.Program
    of: str | None
    given: Mapping[str, Shape]

    def run(self) -> Dag:
        super().__init__()
        self.table = Table()
        self.names: dict[str, Operand] = {}
        self.trees: dict[str, tree.Expr] = {}
        self.cased: dict[str, tree.Expr] = {}
        self.blocks: dict[str, str] = {}
        self.entries: dict[str, tuple[str, ...]] = {}
        self.facts: dict[str, list[tree.Domain]] = {}
        self.declared: dict[str, Shape] = {}
        self.undeclared: dict[str, None] = {}
        self.defined: tree.Definition | None = None
        self.data: set[str] = set()
        self.values: dict[str, object] = {}
        self.remarks = [Message(r.kind, r.parts) for r in self.program.warnings]
        self.elaborator = Elaborator(self.table, self.place, self.unknown)
        self.elaborator.members = self.members
        self.elaborator.declared = self.declared
        statements = self.program.statements
        self.functions = {f.name.name: f for f in statements if isinstance(f, tree.Function)}
        self.called = _called(statements)
        self.refuse_barred()
        definitions = self.definitions()
        if not definitions:
            raise UsageError(say("no-definition"))
        self.know_delta(definitions)
        self.shapes = self.known_shapes(definitions)
        self.sizes = frozenset(size_names(d for s in self.shapes.values() for d in s))
        for statement in statements:
            self.statement(statement)
        output = self.of or _last(definitions).targets[-1].name
        if output not in self.trees:
            raise UsageError(say("no-such-stage", name=output, known=", ".join(self.trees)))
        return self.finish(output)

    def refuse_barred(self) -> None:
        """Refuse functions of the program's own that ``|x|`` and ``‖x‖`` would be taken for."""
        for name in BARRED.keys() & self.functions.keys() & self.called:
            place = self.place(self.functions[name].name.span)
            raise NamingError(say("barred", name=name), place, say("hint-barred", name=name))

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
        return {**infer(definitions, known, defined, self.names), **known}

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

    def refuse_size(self, n: tree.Name, shape: Shape) -> None:
        """A size is a number already, so no other number has its name."""
        if n.name in self.sizes and not shapes.core(shape):
            raise NamingError(say("name-of-size", name=n.name), self.place(n.span), say("hint-name-of-size"))

    def declare(self, s: tree.Declaration) -> None:
        for n in s.names:
            if n.name not in self.trees:
                self.refuse_size(n, self.shapes.get(n.name, ()))
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
        return few_values(self.facts.get(name, ()))

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
        word, _, index = n.name.partition("_")
        if index and word in _OVER:
            raise ReadError(say("over-index", name=n.name), self.place(n.span), say("hint-over-index", name=word))
        if n.name not in self.undeclared:
            self.undeclared[n.name] = None
        return self.leaf(n.name)

    def scope(self) -> Scope:
        return Scope(self.names, self.sizes, {n: Called(self, f) for n, f in self.functions.items()})

    def define(self, s: tree.Definition) -> None:
        names = [t.name for t in s.targets]
        call = s.value
        if isinstance(call, tree.Call) and self.is_block(call):
            self.expand(self.functions[call.function], call, self.scope(), names, s)
            return
        if len(names) > 1:
            raise NamingError(say("one-result"), self.place(s.span))
        self.stage(names[0], s.value, self.scope(), s.indices, s)

    def stage(self, name: str, e: tree.Expr, scope: Scope, indices: tuple[str, ...], s: tree.Definition) -> Value:
        e = self.with_parts(e, scope)
        e = self.with_rows(e, scope, frozenset(indices))
        if not indices:
            self.refuse_bars(e, scope)
        labels = {i: f"{i}#{name}" for i in indices}
        self.elaborator.label_bodies.update((label, e) for label in labels.values())
        stated = self.shapes.get(name, ())
        if len(stated) == len(indices):
            self.elaborator.label_ends.update(zip(labels.values(), stated, strict=True))
        value = self.sized(name, e, scope._replace(labels={**scope.labels, **labels}) if labels else scope)
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
        for target in s.targets:
            self.refuse_size(target, self.table.nodes[value.node].shape)
        named = self.name(value.node, name)
        self.trees[name] = settle(e, self.elaborator.taken)
        written = settle(e, self.elaborator.taken, cases=False)
        if written != self.trees[name]:
            self.cased[name] = written
        if indices:
            self.entries[name] = indices
        self.names[name] = named
        return named

    def sized(self, name: str, e: tree.Expr, scope: Scope) -> Value:
        """What a stage is; where its shape is stated, ``𝟏`` and ``I`` alone have the size that this says."""
        shape = shapes.canonical(self.shapes.get(name, ()))
        self.elaborator.expected = [shape] if shape else []
        read = self.elaborator.expression if shape else self.elaborator.value
        operand = read_with_sizes(read, e, shape, self.table, scope, self.unknown)
        self.elaborator.expected = []
        return self.elaborator.sized(operand, shape, e) if isinstance(operand, Unsized) else operand

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

    # -- the end

    def origin(self, e: tree.Expr) -> tree.Expr:
        """What a node is called: the ``𝟏ᵀ`` that laid it along columns is no part of it."""
        taken = self.elaborator.taken
        e = settle(e, taken) if isinstance(e, tree.Either) else rebuild(e, lambda c: settle(c, taken))
        return spelled(e, self.clashing)

    @cached_property
    def clashing(self) -> frozenset[str]:
        """The program's names that a constant or a function would be taken for, once all are known."""
        return clashing(self.names)

    def doubts(self) -> Iterator[Message]:
        """What new names may have been meant to be."""
        axes = {
            n: len(shapes.core(self.table.nodes[v.node].shape)) for n, v in self.names.items() if isinstance(v, Value)
        }
        yield from close_names(self.undeclared, self.names)
        yield from close_functions(self.undeclared)
        yield from entry_names(self.undeclared, axes)
        yield from products_of_letters(n for n in self.undeclared if n not in self.values and n not in self.given)

    def finish(self, output: str) -> Dag:
        positions = {n: v.node for n, v in self.names.items() if isinstance(v, Value)}
        self.remarks += [*self.elaborator.told, *self.doubts()]
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
            trees={n: spelled(e, self.clashing) for n, e in self.trees.items()},
            cased={n: spelled(e, self.clashing) for n, e in self.cased.items()},
            origins={new[i]: self.origin(e) for i, e in self.elaborator.origins.items() if i in new},
            facts={n: tuple(f) for n, f in self.facts.items()},
            declared=self.declared,
            data=frozenset(self.data),
            values=self.values,
            undeclared=tuple(self.undeclared),
            blocks=self.blocks,
            calls=self.block_calls,
            entries=self.entries,
            functions={n: f for n, f in self.functions.items() if not self.is_definition(f)},
            entrywise=self.entrywise,
            remarks=tuple(self.remarks),
            styled={n: styled for n, styled in self.program.styled if n in positions},
        )


def _last(definitions: Sequence[tree.Definition]) -> tree.Definition:
    """The last definition; the second names in ``L = f₅ = …`` stand inside the span of the first."""
    last = definitions[-1]
    return next((d for d in reversed(definitions) if _holds(d, last)), last)


def _holds(outer: tree.Definition, inner: tree.Definition) -> bool:
    return outer.span.start < inner.span.start and inner.span.end <= outer.span.end


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
