"""How operations are declared: words, and functions on entries."""

from __future__ import annotations

from gradviz.notation.words import Form, Word
from gradviz.ops import shapes
from gradviz.ops.operation import Operation, Value

INF = float("inf")


def word(
    name: str,
    spellings: tuple[str, ...] = (),
    *,
    unicode: str = "",
    latex: str = "",
    form: Form = "call",
    arity: int = 1,
    options: tuple[str, ...] = (),
    gathers: bool = False,
) -> Word:
    """How an operation is called, where that is by its name unless something else is said."""
    latex = latex or rf"\operatorname{{{name}}}".replace("_", r"\_")
    return Word(name, (name, *spellings), (arity, arity), unicode or name, latex, name, form, options, gathers)


def function(
    name: str,
    formula: str,
    value: Value,
    *,
    spellings: tuple[str, ...] = (),
    unicode: str = "",
    latex: str = "",
    form: Form = "call",
    arity: int = 1,
    sign: str = "",
    domain: tuple[str, ...] = (),
    range: tuple[float, float] | None = None,  # noqa: A002
    kinks: str = "",
    forms: tuple[str, ...] = (),
) -> Operation:
    """One declaration: what is not said follows from the name."""
    return Operation(
        name=name,
        formula=formula,
        shape=shapes.elementwise,
        word=word(name, spellings, unicode=unicode, latex=latex, form=form, arity=arity),
        sign=sign or unicode or name,
        primitive=True,
        value=value,
        domain=domain,
        range=range,
        kinks=kinks,
        forms=forms,
    )
