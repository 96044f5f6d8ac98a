"""What a graph works out once and keeps: gradients, points, tangents, rooms; for those who build on gradviz."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gradviz.api.naming import gradient_by, resolve
from gradviz.calculus.gradients import Gradients
from gradviz.graph import Dag
from gradviz.messages import Message, UsageError, say
from gradviz.notation import tree
from gradviz.ops.shapes import core, show

if TYPE_CHECKING:
    from gradviz.calculus.tangents import Tangents
    from gradviz.checking.room import Room
    from gradviz.equality import Point, Shared


class Workings:
    """A graph, and what is worked out of it once.

    Parameters
    ----------
    dag : Dag
    program : tree.Program, optional
        What it was read from.
    of : str, optional
        The stage that was asked for as its output.
    """

    def __init__(self, dag: Dag, program: tree.Program | None = None, of: str | None = None) -> None:
        self._dag = dag
        self._program = program
        self._of = of

    @property
    def dag(self) -> Dag:
        """The nodes inside, for those who build on gradviz."""
        return self._dag

    @property
    def program(self) -> tree.Program | None:
        """The program that was read; None where the graph was made otherwise."""
        return self._program

    @property
    def output(self) -> str:
        """The stage that gradients are taken of."""
        return self._dag.output

    @cached_property
    def gradients(self) -> Gradients:
        """All adjoints as terms, for those who build on gradviz."""
        self.scalar_output()
        return self.opened(frozenset())

    @cached_property
    def points(self) -> list[Point]:
        """Where derivations are confirmed by numbers."""
        from gradviz.equality import points

        return points(self._dag)

    @cached_property
    def _shared(self) -> dict[Gradients, Shared]:
        return {}

    def shared(self, gradients: Gradients) -> Shared | None:
        """What derivations computed at the points; None where there are no points."""
        from gradviz.equality import Shared

        if self.points and gradients not in self._shared:
            self._shared[gradients] = Shared(self.points, gradients.adjoint_names)
        return self._shared.get(gradients)

    @cached_property
    def _opened(self) -> dict[frozenset[int], Gradients]:
        return {}

    def gradients_of(self, kind: str) -> Gradients:
        """The gradients behind a view: of stages, or of all operations; of an array, the local derivatives alone."""
        if kind == "ops":
            return self.opened(
                frozenset(i for i, n in enumerate(self._dag.nodes) if n.inputs and i not in self._dag.hidden)
            )
        return self.opened(frozenset())

    def opened(self, extra: frozenset[int]) -> Gradients:
        """The gradients of a graph in which some unnamed operations are stages."""
        if extra not in self._opened:
            self._opened[extra] = Gradients(self._dag, extra)
        return self._opened[extra]

    def scalar_output(self) -> None:
        """Raise `UsageError` unless the output is a scalar, as gradients ask for."""
        shape = self._dag.nodes[self._dag.root].shape
        if core(shape):
            problem = say("not-scalar", name=self.output, shape=show(shape))
            raise UsageError(problem, hint=say("not-scalar-hint", name=self.output))

    @property
    def without_gradients(self) -> Message | None:
        """The sentence that says why there are no gradients; None where there are."""
        shape = self._dag.nodes[self._dag.root].shape
        return say("no-gradients", name=self.output, shape=show(shape)) if core(shape) else None

    def _name(self, name: str) -> str:
        found = resolve(name, self._dag.names)
        self._dag.position(found)
        return found

    def _by(self, name: str) -> str:
        """The name that a gradient is by, which may be given as the gradient: ``∂L/∂W``, ``∇_W L``."""
        found = gradient_by(name, self.output, self._dag.names)
        self._dag.position(found)
        return found

    @cached_property
    def _by_tangents(self) -> dict[int, Tangents]:
        return {}

    def tangents(self, by: str) -> Tangents:
        """The derivatives of everything by one name."""
        from gradviz.calculus.tangents import Tangents

        position = self._dag.position(by)
        known = self._by_tangents
        if position not in known:
            inputs = (x for x in known.values() if not self._dag.nodes[x.by].inputs)
            known[position] = Tangents(self._dag, position, next(inputs, None))
        return known[position]

    @cached_property
    def _rooms(self) -> dict[int | None, Room]:
        return {}

    def room(self, seed: int | None = None) -> Room:
        """What answers are checked with, for those who build on gradviz; without a seed, its points are secret."""
        found = self._rooms.get(seed)
        if found is None:
            from gradviz.checking.room import Room

            found = self._rooms[seed] = Room(self.opened(frozenset()), seed)
        return found
