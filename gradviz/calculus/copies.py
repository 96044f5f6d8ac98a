"""Second names: ``ŷ = a`` is a; what speaks of both speaks of one."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz import terms as t


def by_one_name(term: t.Term, copies: Mapping[int, int]) -> tuple[t.Term, tuple[tuple[str, int], ...]]:
    """A term that speaks of a stage by several names, with the latest of them alone; and the copies that say so."""
    if not copies:
        return term, ()
    groups: dict[int, list[int]] = {}
    for node in dict.fromkeys(a.node for a in t.atoms(term)):
        if isinstance(node, int) and node >= 0:
            first = node
            while first in copies:
                first = copies[first]
            groups.setdefault(first, []).append(node)
    latest = {n: max(nodes) for nodes in groups.values() if len(nodes) > 1 for n in nodes}
    if not latest:
        return term, ()
    used = []
    for node in dict.fromkeys(latest.values()):
        first = min(n for n, last in latest.items() if last == node)
        here = node
        while here > first and here in copies:
            used.append(("copy", here))
            here = copies[here]
    put: dict[t.Term, t.Term] = {
        a: t.Atom(latest[a.node], a.indices) for a in t.atoms(term) if isinstance(a.node, int) and a.node in latest
    }
    return t.replace(term, put), tuple(used)
