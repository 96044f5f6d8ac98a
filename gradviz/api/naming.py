"""Results by name, in whatever spelling a name is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from gradviz.messages import GradvizError, UsageError, say
from gradviz.notation import canonical, read_expression, tree

T = TypeVar("T")
_DERIVATIVE = re.compile(r"[/∂∇]|\\(?:d?frac|partial|nabla)|\bgrad_")
_PLAIN = re.compile(r"^(\s*)d([^/]*)/(\s*)d", re.DOTALL)


class ByName(Mapping[str, T]):
    """A mapping whose keys are names: ``W1``, ``W_1`` and ``W₁`` are one key.

    Examples
    --------
    >>> found = ByName({"W1": 3})
    >>> found["W_1"], found["W₁"], "W2" in found
    (3, 3, False)
    """

    def __init__(self, items: Mapping[str, T]) -> None:
        self._items = dict(items)

    def __getitem__(self, name: str) -> T:
        if name in self._items:
            return self._items[name]
        return self._items[resolve(name, self._items)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._items or resolve(name, self._items) in self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


def resolve(name: str, known: Mapping[str, object]) -> str:
    """The canonical spelling of a name; as it stands where it cannot be read as one."""
    if name in known:
        return name
    try:
        return canonical(name, known)
    except GradvizError:
        return name


def gradient_by(text: str, output: str, known: Mapping[str, object]) -> str:
    r"""The name that a gradient of the output is by: ``W2``, or ``dL/dW2``, ``∂L/∂W2``, ``∇_W2 L``, ``grad_W2 L``.

    Raises
    ------
    GradvizError
        The gradient is one of another stage, or by what is no name.

    Examples
    --------
    >>> names = {"W2": 0, "L": 1}
    >>> [gradient_by(text, "L", names) for text in ("W_2", "dL/dW2", r"\nabla_{W_2} L", "grad_W2 L")]
    ['W2', 'W2', 'W2', 'W2']
    """
    found = resolve(text, known)
    if found in known or not _DERIVATIVE.search(text):
        return found
    # Who writes a whole name as d…/d… means a derivative, even by a name that is not there.
    spelled = _PLAIN.sub(r"\1∂\2/\3∂", text)
    try:
        read = read_expression(spelled, {}, known, answer=True)
    except GradvizError as error:
        where = error.place and replace(error.place, source=text.partition("\n")[0])
        raise type(error)(error.message, where, error.hint) from None
    if not (isinstance(read, tree.Partial) and isinstance(read.of, tree.Name) and isinstance(read.by, tree.Name)):
        raise UsageError(say("not-a-gradient", text=text), hint=say("hint-gradient", output=output))
    if read.of.name != output:
        problem = say("gradient-of-other", text=text, of=read.of.name, output=output)
        raise UsageError(problem, hint=say("hint-of", of=read.of.name))
    return read.by.name
