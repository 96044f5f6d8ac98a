"""How a verdict shows where an answer is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.checking.verdict import Spelled
from gradviz.equality import names_in
from gradviz.equality.ground import Ground, Sample
from gradviz.messages import Message, say
from gradviz.notation import spell, tree, write
from gradviz.ops import WORDS

_MANY = 6
_LONG = 160


def spelled(e: tree.Expr) -> Spelled:
    """An expression in Unicode and LaTeX."""
    return Spelled(write(e, "unicode", WORDS), write(e, "latex", WORDS))


@dataclass(frozen=True, slots=True)
class Shown:
    """A point, and the expressions whose names are told there."""

    ground: Ground
    sample: Sample
    mine: tree.Expr
    wanted: tree.Expr

    def text(self) -> str:
        """The values of the names, as far as they are short enough."""
        dag = self.ground.dag
        used = names_in(self.mine) | names_in(self.wanted)
        names = [n for n in dag.names if n in used and dag.names[n] in self.ground.swept.adjoints]
        parts: list[str] = []
        for name in names:
            position = dag.names[name]
            value = self.sample.exact.get(position)
            shown = exact_text(value) if value is not None else number_text(self.ground.float_of(self.sample, position))
            if shown is not None and len(", ".join(parts)) + len(shown) < _LONG:
                parts.append(f"{spell(name, 'unicode')} = {shown}")
        return ", ".join(parts) or "any point"


def show_wrong(shown: Shown, target: str, mine: int, wanted: int, *, undefined: bool) -> Message:
    """What is said of an answer that differs at a point."""
    import numpy as np

    ground, sample = shown.ground, shown.sample
    right = np.asarray(ground.float_of(sample, wanted))
    left = np.broadcast_to(np.asarray(ground.float_of(sample, mine)), right.shape)
    where: tuple[int, ...] = ()
    if right.shape:
        with np.errstate(all="ignore"):
            gap = np.abs(left - right)
        gap = np.where(np.isfinite(gap), gap, np.inf)
        where = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), right.shape))
    name = target if not where else f"entry [{', '.join(str(i + 1) for i in where)}] of {target}"
    if undefined:
        return say("answer-undefined", witness=shown.text(), target=name, wanted=decimal(float(right[where])))
    a, b = decimal(float(left[where])), decimal(float(right[where]))
    if a == b:
        a, b = repr(float(left[where])), repr(float(right[where]))
    return say("answer-wrong", witness=shown.text(), mine=a, target=name, wanted=b)


def witness_of(ground: Ground, sample: Sample) -> dict[str, Any]:
    """The inputs at a point as plain numbers, and the symbolic sizes."""
    found: dict[str, Any] = dict(ground.sizes)
    for name in ground.dag.leaves:
        value = sample.exact.get(ground.dag.names[name])
        if value is not None:
            found[name] = value.astype(float).tolist() if hasattr(value, "astype") else float(value)
    return found


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


def _nested(value: Any, text: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(v, text) for v in value) + "]"
    return str(text(value))
