"""What a program leaves to be understood: its δ, the entries that names say, rows by the index of a sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from gradviz.graph.barred import doubtful_bars
from gradviz.graph.calling import Calling
from gradviz.graph.chosen import is_label
from gradviz.graph.kronecker import DELTA, is_kronecker
from gradviz.graph.letters import apart_from
from gradviz.graph.making import Scope, Unsized, Value
from gradviz.graph.meant import part
from gradviz.graph.rows import with_rows
from gradviz.messages import AmbiguousError, GradvizError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import with_parts, within
from gradviz.ops import WORDS
from gradviz.ops.operation import Shape


class Prepared(Calling):
    """Puts what is meant in the place of what stands in a program."""

    program: tree.Program
    given: Mapping[str, Shape]
    shapes: dict[str, Shape]
    undeclared: dict[str, None]

    def know_delta(self, definitions: list[tree.Definition]) -> None:
        """Let δ be Kronecker's, where it can be nothing else."""
        own = {DELTA.name in self.given, DELTA.name in self.functions}
        for s in self.program.statements:
            if isinstance(s, tree.Declaration | tree.Data):
                own.add(DELTA in s.names)
            elif isinstance(s, tree.Values):
                own.add(any(a.name == DELTA for a in s.assignments))
            elif isinstance(s, tree.Definition):
                own.add(DELTA in s.targets)
        bodies = [d.value for f in self.functions.values() for d in f.body]
        if True not in own and is_kronecker([*(d.value for d in definitions), *bodies]):
            self.names[DELTA.name] = Unsized("eye")
            self.remarks.append(say("kronecker"))

    def with_parts(self, e: tree.Expr, scope: Scope) -> tree.Expr:
        """An expression with entries for ``x_1``, where x is a vector and nothing declares ``x_1``."""

        def shape_of(name: str) -> Shape | None:
            value = scope.names.get(name)
            return self.table.nodes[value.node].shape if isinstance(value, Value) and not value.labels else None

        def chooses(name: str) -> bool:
            return shape_of(name) == () and is_label(self.elaborator.members(name))

        known = (self.stated, scope.names, scope.sizes, scope.labels)
        made = with_parts(e, lambda n: None if any(n in names for names in known) else part(n, shape_of, chooses))
        if made is not e:
            gone = {n.name for n in within(e) if isinstance(n, tree.Name)} - {*self.stated, *scope.names}
            for name in sorted(gone):
                found = part(name, shape_of, chooses)
                if found is not None and name not in self.undeclared:
                    self.remarks.append(say("part-meant", name=name, part=write(found, "unicode", WORDS)))
        return made

    def shape_of(self, part: tree.Expr, scope: Scope) -> Shape | None:
        """The shape of an expression that no index is in; None where it has none that is known."""
        try:
            value = self.elaborator.expression(part, scope)
        except GradvizError:
            return None
        return self.table.nodes[value.node].shape if isinstance(value, Value) and not value.labels else None

    def refuse_bars(self, e: tree.Expr, scope: Scope) -> None:
        """``ln|A|`` of a square matrix: its determinant, or what abs says of each entry."""
        found = next(doubtful_bars(e, lambda part: self.shape_of(part, scope)), None)
        if found is not None:
            inside = write(found.arguments[0], "unicode", WORDS)
            raise AmbiguousError(
                say("two-readings", text=write(found, "unicode", WORDS)),
                self.place(found.span),
                say("write-instead", first=f"det({inside})", second=f"abs({inside})"),
            )

    def with_rows(self, e: tree.Expr, scope: Scope, bound: frozenset[str]) -> tree.Expr:
        """An expression in which rows by the index of a sum are read entry by entry."""

        def letters() -> Iterator[str]:  # found when the first is asked for, which few programs do
            inner = (x.index for x in within(e) if isinstance(x, tree.Big))
            yield from apart_from({*self.stated, *scope.names, *scope.sizes, *bound, *inner}).indices

        return with_rows(e, bound, lambda part: self.shape_of(part, scope), letters())

    @cached_property
    def stated(self) -> frozenset[str]:
        """The names that statements declare, define or give a value."""
        found = {*self.given, *self.shapes, *self.functions}
        for s in self.program.statements:
            match s:
                case tree.Declaration() | tree.Data():
                    found.update(n.name for n in s.names)
                case tree.Values():
                    found.update(a.name.name for a in s.assignments)
                case tree.Definition():
                    found.update(t.name for t in s.targets)
                case tree.Function():
                    found.update(p.name for p in s.parameters)
        return frozenset(found)
