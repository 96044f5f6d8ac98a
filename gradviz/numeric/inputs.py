"""Numbers that people give: checked against shapes and facts, sizes found, random ones drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import inf
from typing import Any, NamedTuple

from gradviz.graph.dag import Dag
from gradviz.messages import InputError, say
from gradviz.notation import tree
from gradviz.ops.shapes import core, show
from gradviz.terms import Extent, extent, size_names

_SEARCHED = 10_000
_SUM = 1e-6
"""How far the entries of a distribution may be from adding up to 1."""


def prepare(dag: Dag, given: Mapping[str, Any], seed: int | None = None) -> tuple[dict[int, Any], dict[str, int]]:
    """Values by position, without axes of size one, and the symbolic sizes.

    Parameters
    ----------
    dag : Dag
    given : mapping of str to number, nested sequence, array or tree.Random
        By name; they go before those of the program's ``at``.
    seed : int, optional
        For random values.

    Raises
    ------
    InputError
        A value does not fit its name's shape or declared domain, or names a stage.
    """
    sizes: dict[str, int] = {}
    computed: list[_Computed] = []
    values: dict[int, Any] = {}
    everything = {**dag.values, **given}
    for name in [n for n in everything if n not in dag.names]:
        if not any(name in size_names(node.shape) for node in dag.nodes):
            raise InputError(say("value-of-unknown", name=name, known=", ".join(dag.leaves)))
        sizes[name] = _size(name, everything.pop(name))
    for name, value in everything.items():
        if name in dag.names and name not in dag.leaves:
            raise InputError(say("value-of-stage", name=name))
        if not isinstance(value, tree.Random):
            values[dag.names[name]] = _number(dag, name, value, sizes, computed)
    _solve(computed, sizes)
    generator: Any = None
    for name, value in everything.items():
        if isinstance(value, tree.Random):
            if generator is None:
                import numpy as np

                generator = np.random.default_rng(seed)
            values[dag.names[name]] = _draw(dag, name, value, sizes, generator)
    _check_sizes(dag, sizes)
    _check_choices(dag, values, sizes)
    return values, sizes


def _size(name: str, value: Any) -> int:
    """A value for a size: a whole number from 1 on."""
    number = None if isinstance(value, tree.Random) else _float(name, value)
    if number is None or not 1 <= number < inf or number != int(number):
        raise InputError(say("value-of-size", name=name))
    return int(number)


class _Computed(NamedTuple):
    """A computed size of a value, and the number that it is there."""

    name: str
    size: Extent
    number: int


def _solve(found: list[_Computed], sizes: dict[str, int]) -> None:
    """Find the symbols that only computed sizes tell, and hold all of these to what their symbols are."""
    left = list(found)
    while left:
        told = [c for c in left if len(_unknown(c, sizes)) < 2]
        if not told:
            return  # a size that two symbols make tells neither
        for c in told:
            for symbol in _unknown(c, sizes):
                fitting = _fitting(c, symbol, sizes)
                sizes.update(zip((symbol,), fitting, strict=False))
            there = ", ".join(f"{n} = {sizes[n]}" for n in size_names((c.size,)) if n in sizes)
            if _unknown(c, sizes):
                raise InputError(say("value-never", name=c.name, size=c.size, number=c.number))
            if extent(c.size, sizes) != c.number:
                raise InputError(say("value-computed", name=c.name, size=c.size, number=c.number, known=there))
        left = [c for c in left if c not in told]


def _fitting(c: _Computed, symbol: str, sizes: Mapping[str, int]) -> Iterator[int]:
    """What a symbol may be, the likeliest first: sizes are mostly linear in it."""
    start, step = (extent(c.size, {**sizes, symbol: n}) for n in (0, 1))
    linear = (c.number - start) // (step - start) if step != start else 1
    for n in (linear, *range(1, _SEARCHED)):
        if n > 0 and extent(c.size, {**sizes, symbol: n}) == c.number:
            yield n


def _unknown(c: _Computed, sizes: Mapping[str, int]) -> list[str]:
    return [n for n in size_names((c.size,)) if n not in sizes]


def _check_sizes(dag: Dag, sizes: Mapping[str, int]) -> None:
    """Every computed size whose names are known has to be a size."""
    for node in dag.nodes:
        for d in node.shape:
            if isinstance(d, Extent) and all(n in sizes for n in size_names((d,))) and extent(d, sizes) < 1:
                raise InputError(say("size-too-small", size=d, value=extent(d, sizes)))


def _check_choices(dag: Dag, values: Mapping[int, Any], sizes: Mapping[str, int]) -> None:
    """What chooses rows of a table holds whole numbers from 1 to their count."""
    for node in dag.nodes:
        if node.op != "gather" or node.inputs[1] not in values:
            continue
        rows = dag.nodes[node.inputs[0]].shape[0]
        if not all(n in sizes for n in size_names((rows,))):
            continue
        import numpy as np

        count = extent(rows, sizes)
        wrong = [v for v in np.asarray(values[node.inputs[1]]).ravel() if not 1 <= v <= count or v != int(v)]
        if wrong:
            name = dag.nodes[node.inputs[1]].name
            raise InputError(say("no-row", name=name, value=f"{wrong[0]:g}", count=count))


def _number(dag: Dag, name: str, value: Any, sizes: dict[str, int], computed: list[_Computed]) -> Any:
    declared = dag.shape(name)
    if not isinstance(value, tuple | list) and not hasattr(value, "shape"):
        value = _float(name, value)
        if core(declared):
            raise InputError(say("value-shape", name=name, shape=show(declared), given="scalar"))
        _check_facts(dag, name, [value])
        return value
    import numpy as np

    try:
        array = np.array(_floats(value), dtype=float)
    except (ValueError, TypeError):
        raise InputError(say("value-ragged", name=name)) from None
    wanted = core(declared)
    given = tuple(d for d in array.shape if d != 1) if len(array.shape) != len(wanted) else array.shape
    if len(given) != len(wanted):
        raise InputError(say("value-shape", name=name, shape=show(declared), given=show(array.shape)))
    for dim, size in zip(wanted, given, strict=True):
        if isinstance(dim, Extent):
            computed.append(_Computed(name, dim, size))
            continue
        known = sizes.setdefault(dim, size) if isinstance(dim, str) else dim
        if known != size:
            if isinstance(dim, str):
                raise InputError(say("value-size", name=name, size=dim, first=known, second=size))
            raise InputError(say("value-shape", name=name, shape=show(declared), given=show(array.shape)))
    array = array.reshape(given)
    _check_facts(dag, name, array.ravel())
    for domain in dag.facts.get(name, ()):
        wrong = _wrong_part(domain, array)
        if wrong is not None:
            shown = np.array2string(wrong, threshold=12, separator=", ").replace("\n", "")
            raise InputError(say("value-domain", name=name, value=shown, domain=domain_text(domain)))
    return array if wanted else float(array)


def _floats(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_floats(v) for v in value]
    return float(value) if isinstance(value, Fraction) else value


def _float(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise InputError(say("value-no-number", name=name, given=repr(value)[:40])) from None


def _check_facts(dag: Dag, name: str, entries: Any) -> None:
    for domain in dag.facts.get(name, ()):
        for v in entries:
            if not allowed(domain, float(v)):
                raise InputError(say("value-domain", name=name, value=f"{float(v):g}", domain=domain_text(domain)))


def _wrong_part(domain: tree.Domain, array: Any) -> Any:
    """The part of an array that does not keep to what is declared of its entries together; None where all do."""
    import numpy as np

    rows = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    if domain.kind in {"onehot", "simplex"}:
        # Each row is one choice, or one distribution.
        exact = 0.0 if domain.kind == "onehot" else _SUM
        return next((row for row in rows if abs(row.sum() - 1) > exact), None)
    if domain.kind == "symmetric":
        return None if np.allclose(array, array.T) else array
    if domain.kind == "orthogonal":
        return None if np.allclose(array.T @ array, np.eye(len(array)), atol=_SUM) else array
    return None


def allowed(domain: tree.Domain, v: float) -> bool:
    """Whether one entry may have a value.

    Examples
    --------
    >>> allowed(tree.Domain("binary"), 0.5)
    False
    """
    if domain.kind in {"binary", "onehot"}:
        return v in (0.0, 1.0)
    if domain.kind == "set":
        return any(abs(v - float(m)) < 1e-12 for m in domain.members)
    if domain.kind == "simplex":
        return 0 <= v <= 1
    if domain.kind == "interval":
        low, high = domain.low, domain.high
        above = low is None or v > low or (v == low and not domain.strict[0])
        below = high is None or v < high or (v == high and not domain.strict[1])
        return above and below
    return True


def domain_text(domain: tree.Domain) -> str:
    """A domain as people write it."""
    if domain.kind == "binary":
        return "{0, 1}"
    if domain.kind == "set":
        return "{" + ", ".join(str(m) for m in domain.members) + "}"
    if domain.kind != "interval":
        return domain.kind
    left = "" if domain.low is None else f"{domain.low} {'<' if domain.strict[0] else '≤'} "
    right = "" if domain.high is None else f" {'<' if domain.strict[1] else '≤'} {domain.high}"
    return f"{left}·{right}"


def _draw(dag: Dag, name: str, value: tree.Random, sizes: Mapping[str, int], generator: Any) -> Any:
    dims = []
    for d in core(dag.shape(name)):
        for n in size_names((d,)):
            if n not in sizes:
                raise InputError(say("size-without-number", size=n, name=name))
        dims.append(extent(d, sizes))
    a, b = (float(p) for p in value.parameters)
    draw = {"normal": generator.normal, "uniform": generator.uniform}.get(value.distribution)
    if draw is None:
        raise InputError(say("no-distribution", name=value.distribution))
    array = draw(a, b, tuple(dims))
    return array if dims else float(array)
