"""How a verdict shows where an answer is wrong."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from gradviz.checking.verdict import Spelled
from gradviz.equality import names_in
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.sample import Sample
from gradviz.messages import Message, say
from gradviz.notation import spell, tree
from gradviz.ops import Shape
from gradviz.ops.shapes import core
from gradviz.terms import extent

_MANY = 9
_LONG = 160


class WrongAt(NamedTuple):
    """A point at which an answer is wrong, told when it is asked for.

    Parameters
    ----------
    ground : Ground
    sample : Sample
        The point.
    name : str
        What is asked for.
    exprs : pair of tree.Expr
        The answer, and what is right: the values of their names are told.
    mine, wanted : number, array, or list of its entries
        What they come to; nothing is said of an answer's where it has none.
    shape : Shape
        Of what is asked for.
    undefined : bool
        Whether the answer has no value there.
    """

    ground: Ground
    sample: Sample
    name: str
    exprs: tuple[tree.Expr, tree.Expr]
    mine: Any
    wanted: Any
    shape: Shape
    undefined: bool = False

    def values(self) -> dict[str, Any]:
        """The inputs as plain numbers, and the symbolic sizes."""
        found: dict[str, Any] = dict(self.ground.sizes)
        for name in self.ground.dag.leaves:
            value = self.sample.exact.get(self.ground.dag.names[name])
            if value is not None:
                found[name] = value.astype(float).tolist() if hasattr(value, "astype") else float(value)
        return found

    def names(self) -> str:
        """The values of the names, as far as they are short enough."""
        dag = self.ground.dag
        used = names_in(self.exprs[0]) | names_in(self.exprs[1])
        parts = [
            f"{size} in the place of {name}" if name.isdecimal() else f"{spell(name, 'unicode')} = {size}"
            for name, size in self.ground.sizes.items()
            if name in used
        ]
        for name in [n for n in dag.names if n in used and dag.names[n] in self.ground.swept.adjoints]:
            position = dag.names[name]
            value = self.sample.exact.get(position)
            there = self.ground.float_of(self.sample, position)
            shown = exact_text(value) if value is not None else number_text(there)
            if shown is not None and len(", ".join(parts)) + len(shown) < _LONG:
                parts.append(f"{spell(name, 'unicode')} = {shown}")
        return ", ".join(parts)

    def message(self) -> Message:
        """What is said."""
        import numpy as np

        dims = tuple(extent(d, self.ground.sizes) for d in core(self.shape))
        right = np.broadcast_to(_decimals(self.wanted, dims), dims)
        left = right if self.mine is None else np.broadcast_to(_decimals(self.mine, dims), dims)
        where: tuple[int, ...] = ()
        if right.shape:
            with np.errstate(all="ignore"):
                gap = np.abs(left - right)
            gap = np.where(np.isfinite(gap), gap, np.inf)
            where = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), right.shape))
        name = self.name if not where else f"entry [{', '.join(str(i + 1) for i in where)}] of {self.name}"
        b = decimal(float(right[where]))
        if self.undefined:
            return say("answer-undefined", witness=self.names(), target=name, wanted=b)
        a = decimal(float(left[where]))
        if a == b:
            b, a = apart(float(right[where]), float(left[where]))
        if a == b:
            gap = abs(float(left[where]) - float(right[where]))
            return say("answer-wrong-little", target=name, gap=decimal(max(2 * gap, abs(float(right[where])) * 1e-8)))
        there = self.names()
        if not there:
            return say("answer-wrong-there", mine=a, target=name, wanted=b)
        return say("answer-wrong", witness=there, mine=a, target=name, wanted=b)

    def __str__(self) -> str:
        return str(self.message())


wrong_at: Callable[[tuple[Any, ...]], WrongAt] = partial(tuple.__new__, WrongAt)
"""A point of all that it holds, in half the time."""


def _decimals(value: Any, dims: tuple[int, ...]) -> Any:
    """Values in floating point, from balls too."""
    import numpy as np

    found = np.array([float(v.mid()) if hasattr(v, "mid") else float(v) for v in entries_of(value)])
    return found.reshape(dims if found.size > 1 else ())


def uncovered_text(ground: Ground) -> str:
    """The sides of kinks that no point shows: ``z₁ < 0``; nothing where every one is seen."""
    called = {ground.place(i): n for n, i in ground.dag.names.items()}
    texts = []
    for a, b, above in ground.uncovered():
        name = called.get(a) or called.get(b)
        if name is None:
            continue
        sign = ">" if above == (a in called) else "<"
        other = ground.written.nodes[b if a in called else a]
        number = str(other.attr).replace("-", "−") if other.op == "number" else "…"
        texts.append(f"{spell(name, 'unicode')} {sign} {number}")
    return ", ".join(dict.fromkeys(texts))


def positive(e: tree.Expr) -> Spelled:
    """A term without its minus."""
    return Spelled(e.operand if isinstance(e, tree.Negative) else e)


def exact_text(value: Any) -> str | None:
    """A fraction, or a short array of them; None where it is long.

    Examples
    --------
    >>> exact_text(Fraction(-3, 2))
    '−3/2'
    """
    if isinstance(value, Fraction):
        return str(value).replace("-", "−")
    if value.size > _MANY:
        return None
    return _nested(value.tolist(), lambda v: str(v).replace("-", "−"))


def number_text(value: Any) -> str | None:
    """A number with four digits, or a short array of them; None where it is long."""
    if hasattr(value, "tolist"):
        if getattr(value, "size", 1) > _MANY:
            return None
        value = value.tolist()
    return _nested(value, decimal)


def decimal(value: float) -> str:
    """A number with four significant digits.

    Examples
    --------
    >>> decimal(-0.731058), decimal(2.0)
    ('−0.7311', '2')
    """
    return f"{value:.4g}".replace("-", "−")


def apart(a: float, b: float) -> tuple[str, str]:
    """Two numbers with as many digits as tell them apart, four at least.

    Examples
    --------
    >>> apart(5.370496, 5.37), apart(1.0, 2.0)
    (('5.3705', '5.37'), ('1', '2'))
    """
    for digits in range(4, 17):
        told = tuple(f"{x:.{digits}g}".replace("-", "−") for x in (a, b))
        if told[0] != told[1]:
            break
    return told[0], told[1]


def _nested(value: Any, text: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(v, text) for v in value) + "]"
    return str(text(value))
