"""What an answer is held against: a gradient, a derivative of one name by another, second derivatives, a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gradviz.checking.second import Second, second
from gradviz.graph.dag import Dag
from gradviz.messages import GradvizError, UsageError, say
from gradviz.notation import canonical, read_expression, spell, tree, write
from gradviz.ops import WORDS
from gradviz.ops.shapes import core, show


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for.

    Parameters
    ----------
    kind : str
        ``gradient``, ``derivative``, ``hessian`` or ``value``.
    of, by : str
        Names: what is differentiated, and by what; ``by`` is empty for a value.
    second : str
        The second name of a Hessian.
    """

    kind: str
    of: str
    by: str = ""
    second: str = ""

    @property
    def expr(self) -> tree.Expr:
        """How it is written."""
        if self.kind == "value":
            return tree.Name(self.of)
        return tree.Partial(tree.Name(self.of), tree.Name(self.by))

    @property
    def unicode(self) -> str:
        """How it is written for terminals."""
        if self.kind != "hessian":
            return write(self.expr, "unicode", WORDS)
        of, a, b = (spell(n, "unicode") for n in (self.of, self.by, self.second))
        return f"∂²{of}/∂{a}²" if a == b else f"∂²{of}/∂{a}∂{b}"


def read_target(text: str, dag: Dag, deltas: Mapping[str, int], *, at: bool = False) -> Target:
    """Read what is asked for.

    Parameters
    ----------
    text : str
        ``W2``, ``dL/dW2``, ``δ2``, ``dŷ/dz2``, ``∂²L/∂w²``, ``hess(w)``, ``L``.
    dag : Dag
    deltas : mapping of str to int
        Adjoints that have a name of their own.
    at : bool
        Whether values are given: then the name of a stage asks for its value.

    Raises
    ------
    UsageError
        It is none of these.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> dag = build(read_program("h = σ(z); L = h^2", WORDS))
    >>> read_target("z", dag, {}), read_target("dh/dz", dag, {}).kind
    (Target(kind='gradient', of='L', by='z', second=''), 'derivative')
    """
    twice = second(text)
    if twice and text.strip() not in dag.names:
        return _hessian(twice, text, dag)
    named = _canonical(text, {**dag.names, **deltas})
    if named in dag.names:
        asked = named == dag.output or (at and dag.nodes[dag.names[named]].op != "leaf")
        return Target("value", named) if asked else _gradient(named, dag)
    if named in deltas:
        return _gradient(dag.nodes[deltas[named]].name, dag)
    spelled = re.sub(r"^(\s*)d([^/]*)/(\s*)d", r"\1∂\2/\3∂", text, flags=re.DOTALL)
    try:
        read = read_expression(spelled, WORDS, dag.names, answer=True)
    except GradvizError:
        raise _none(text, dag) from None
    if isinstance(read, tree.Partial) and isinstance(read.of, tree.Name) and isinstance(read.by, tree.Name):
        of, by = _name(read.of.name, dag, text), _name(read.by.name, dag, text)
        return differentiated(of, by, dag)
    raise _none(text, dag)


def differentiated(of: str, by: str, dag: Dag) -> Target:
    """The derivative of one name by another: a gradient where the first is an output that is a number."""
    return Target("gradient" if of == dag.output and not _is_array(dag) else "derivative", of, by)


def _gradient(by: str, dag: Dag) -> Target:
    if _is_array(dag):
        problem = say("not-scalar", name=dag.output, shape=show(dag.nodes[dag.root].shape))
        raise UsageError(problem, hint=say("not-scalar-target-hint", name=dag.output, by=by))
    return Target("gradient", dag.output, by)


def _is_array(dag: Dag) -> bool:
    return bool(core(dag.nodes[dag.root].shape))


def _hessian(asked: Second, text: str, dag: Dag) -> Target:
    """Second derivatives by what is named, or by the one parameter that there is."""
    of = _name(asked.of, dag, text) if asked.of else dag.output
    by = asked.by
    if not by:
        parameters = [n for n in dag.leaves if n not in dag.data]
        if len(parameters) != 1:
            raise UsageError(say("second-by-what", text=text), hint=say("second-by-what-hint", output=of))
        (by,) = parameters
    found = _squared(by, dag) if not asked.second else by
    return Target("hessian", of, _name(found, dag, text), _name(asked.second or found, dag, text))


def _squared(name: str, dag: Dag) -> str:
    """The name in ``∇²_{xx}`` and in ``∇²_x``."""
    half = name[: len(name) // 2]
    known = _canonical(name, dag.names) in dag.names
    return half if not known and half * 2 == name else name


def _canonical(text: str, known: Mapping[str, int]) -> str:
    try:
        return canonical(text, known)
    except GradvizError:
        return text


def _name(text: str, dag: Dag, whole: str) -> str:
    found = _canonical(text, dag.names)
    if found not in dag.names:
        raise _none(whole, dag)
    return found


def _none(text: str, dag: Dag) -> UsageError:
    return UsageError(say("no-such-target", text=text), hint=say("hint-target", output=dag.output))
