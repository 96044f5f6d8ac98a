"""What is right for a target: as a node, and as it is written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gradviz.calculus.jacobian import hessian, jacobian
from gradviz.calculus.tangents import Tangents
from gradviz.checking.checker import Checker
from gradviz.checking.derivatives import derivative
from gradviz.checking.question import Wanted
from gradviz.checking.room import Room
from gradviz.checking.target import Target
from gradviz.graph.expression import stage_expr
from gradviz.graph.node import Node
from gradviz.messages import UsageError, say
from gradviz.notation import tree
from gradviz.ops.shapes import core, show


def checker_in(room: Room, target: Target) -> Checker:
    """A room's own checker for a target, made once; errors are those of `checker`."""
    found = room.checkers.get(target)
    if found is None:
        found = room.checkers[target] = checker(room, target)
    return found


def checker(room: Room, target: Target) -> Checker:
    """What holds answers against a target.

    Raises
    ------
    UsageError
        What is asked for does not depend on what it is differentiated by.
    """
    if room.stands_for is not None:
        from gradviz.checking.standing import Standing

        return Standing(room, target, wanted(room, target))
    return Checker(room, target, wanted(room, target))


def wanted(room: Room, target: Target) -> Wanted:
    """What is right for a target."""
    return _WANTED[target.kind](room, target)


def _gradient(room: Room, target: Target) -> Wanted:
    position = room.dag.names[target.by]
    if position not in room.ground.swept.adjoints:
        zero = room.ground.table.put(Node("number", (), (), Fraction(0)))
        return Wanted(zero, room.dag.nodes[position].shape, tree.Number(Fraction(0), "0"))
    written = room.gradients.adjoint(position).best
    node = room.ground.swept.adjoints[position]
    return Wanted(node, room.dag.nodes[position].shape, written.expr, written.letters)


def _derivative(room: Room, target: Target) -> Wanted:
    dag = room.dag
    of, by = dag.names[target.of], dag.names[target.by]
    node = derivative(room.ground, of, by)
    if node is None:
        raise UsageError(say("not-a-function-of", of=target.of, by=target.by))
    written = jacobian(Tangents(dag, by), target.of)
    shape = (*core(dag.nodes[of].shape), *core(dag.nodes[by].shape))
    if not core(dag.nodes[of].shape):
        shape = dag.nodes[by].shape
    return Wanted(node, shape, written.expr, written.letters)


def _hessian(room: Room, target: Target) -> Wanted:
    dag = replace(room.dag, output=target.of)
    of, a, b = (dag.names[n] for n in (target.of, target.by, target.second))
    shape = core(dag.nodes[of].shape)
    if shape:
        raise UsageError(say("not-scalar", name=target.of, shape=show(shape)))
    written = hessian(Tangents(dag, b), target.by)
    first = room.ground.swept.adjoints.get(a) if of == room.dag.root else derivative(room.ground, of, a)
    node = None if first is None else derivative(room.ground, first, b)
    if node is None:
        raise UsageError(say("not-a-function-of", of=f"∂{target.of}/∂{target.by}", by=target.second))
    return Wanted(node, (*core(dag.nodes[a].shape), *core(dag.nodes[b].shape)), written.expr, written.letters)


def _value(room: Room, target: Target) -> Wanted:
    position = room.dag.names[target.of]
    return Wanted(position, room.dag.nodes[position].shape, stage_expr(room.dag, position))


_WANTED = {"gradient": _gradient, "derivative": _derivative, "hessian": _hessian, "value": _value}
