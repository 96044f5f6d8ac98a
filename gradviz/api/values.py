"""Values as callers give them: by name in any spelling, as numbers, nested lists, arrays or text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradviz.messages import GradvizError, InputError, NamingError, say
from gradviz.notation import canonical, read_values
from gradviz.ops import WORDS, Shape


def assigned(at: Mapping[str, Any] | str | None) -> dict[str, Any]:
    """Values by canonical name."""
    if at is None:
        return {}
    if isinstance(at, str):
        return {a.name.name: a.value for a in read_values(at, WORDS).assignments}
    values: dict[str, Any] = {}
    for name, value in at.items():
        try:
            key = canonical(name)
        except GradvizError:
            raise NamingError(say("unknown-name", name=name)) from None
        if key in values:
            raise InputError(say("value-twice", name=key))
        if 0 in shape_of(value):
            raise InputError(say("value-empty", name=key))
        values[key] = value
    return values


def shape_of(value: Any) -> Shape:
    """The shape of a number, a nested list or an array."""
    if hasattr(value, "shape"):
        return tuple(int(d) for d in value.shape)
    dims: list[int] = []
    while isinstance(value, tuple | list):
        dims.append(len(value))
        value = value[0] if value else None
    return tuple(dims)
