"""A graph as blocks: each call of a block is one part, or opens to show what it is made of.

Calls of one block that follow each other directly are one part, told as ``× n``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from gradviz.calculus.views import identifiers, made_of, stage_of
from gradviz.graph.dag import BlockCall, Dag
from gradviz.messages import UsageError, say
from gradviz.notation import tree

_REPEATED = 3
"""So many calls in a row are told as one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in the view.

    Parameters
    ----------
    id : str
        Unique.
    members : tuple of int
        Positions of the stages or inputs inside, in topological order.
    calls : tuple of str
        The calls that it stands for; empty for a stage or an input.
    results : tuple of int
        What leaves it.
    group : str
        The open call that it stands in, or "".
    """

    id: str
    members: tuple[int, ...]
    calls: tuple[str, ...] = ()
    results: tuple[int, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Parts, what flows between them (``source, target, position of what flows``), and the open calls."""

    parts: tuple[Part, ...]
    flows: tuple[tuple[str, str, int], ...]
    groups: tuple[str, ...]


def find_blocks(dag: Dag, shown: Collection[int], open: Collection[str] = ()) -> Blocks:  # noqa: A002
    """The view.

    Parameters
    ----------
    dag : Dag
    shown : collection of int
        Positions of the inputs and stages that the whole consists of.
    open : collection of str
        Calls that are opened; ``all`` opens every one.

    Raises
    ------
    UsageError
        There is no such call.
    """
    return _Finder(dag, shown, open).blocks()


class _Finder:
    def __init__(self, dag: Dag, shown: Collection[int], open: Collection[str]) -> None:  # noqa: A002
        self.dag = dag
        self.shown = sorted(shown)
        self.calls = dag.calls
        self.open = self._opened(open)
        self.ids = identifiers(dag)
        self.innermost = self._innermost()
        self.into = made_of(dag, self.shown)

    def _opened(self, names: Collection[str]) -> frozenset[str]:
        if "all" in names:
            return frozenset(self.calls)
        found: set[str] = set()
        for name in names:
            own = [c for c in self.calls if c == name] or [c for c, b in self.calls.items() if b.function == name]
            if not own:
                known = ", ".join(self.calls)
                raise UsageError(say("no-such-block", name=name, known=known) if known else say("no-blocks"))
            for call in own:  # what it stands in is opened with it
                found |= {call, *self._outer(call)}
        return frozenset(found)

    def _outer(self, call: str) -> list[str]:
        found = []
        while self.calls[call].parent:
            call = self.calls[call].parent
            found.append(call)
        return found

    def _innermost(self) -> dict[int, str]:
        """The innermost call that makes a stage."""
        found: dict[int, str] = {}
        for call, block in self.calls.items():  # outer calls come first
            for name in block.stages:
                if name in self.dag.names:
                    found[self.dag.names[name]] = call
        inside = stage_of(self.dag)
        for i in self.shown:
            stage = self.dag.names.get(inside.get(i, ""))
            if i not in found and stage in found:
                found[i] = found[stage]
        return found

    # -- parts

    def blocks(self) -> Blocks:
        owner = {i: self._owner(i) for i in self.shown}
        parts = [
            self._part(name, [i for i in self.shown if owner[i] == name]) for name in dict.fromkeys(owner.values())
        ]
        parts = self._merge_inputs(self._merge(parts))
        at = {i: part for part in parts for i in part.members}
        flows: dict[tuple[str, str, int], None] = {}
        for i in self.shown:
            for j in self.into.get(i, ()):
                if at[i].id != at[j].id:
                    what = j if at[j].calls and len(at[j].results) > 1 else at[j].results[0]
                    flows[at[j].id, at[i].id, what] = None
        groups = tuple(c for c in self.calls if c in self.open and any(c in self._groups(p) for p in parts))
        return Blocks(tuple(parts), tuple(flows), groups)

    def _groups(self, part: Part) -> list[str]:
        return [part.group, *self._outer(part.group)] if part.group else []

    def _owner(self, i: int) -> str:
        """The outermost closed call around a stage, or its own name."""
        call = self.innermost.get(i)
        if call is None:
            return self.ids[i]
        closed = [c for c in (call, *self._outer(call)) if c not in self.open]
        return f"block {closed[-1]}" if closed else self.ids[i]

    def _part(self, name: str, members: list[int]) -> Part:
        call = name.removeprefix("block ") if name.startswith("block ") else ""
        if call not in self.calls or self.ids[members[0]] == name:
            return Part(name, tuple(members), (), tuple(members), self._open_around(members[0]))
        leaving = {j for i in self.shown if i not in members for j in self.into.get(i, ()) if j in members}
        if self.dag.root in members:
            leaving.add(self.dag.root)
        return Part(name, tuple(members), (call,), tuple(sorted(leaving)), self.calls[call].parent)

    def _open_around(self, i: int) -> str:
        call = self.innermost.get(i, "")
        if not self.dag.nodes[i].inputs:
            return ""
        return call

    # -- what is repeated

    def _merge(self, parts: list[Part]) -> list[Part]:
        """Closed calls of one block, each fed by the one before and feeding only the next, as one part."""
        users = self._users(parts)
        by_id = {part.id: part for part in parts}
        after: dict[str, str] = {}
        for part in parts:
            following = users[part.id]
            if not part.calls or len(part.results) != 1 or len(following) != 1:
                continue
            other = by_id[following[0]]
            if other.calls and self._block(other).function == self._block(part).function and other.group == part.group:
                after[part.id] = other.id
        merged: dict[str, Part] = {}
        for part in parts:
            if part.id in after and part.id not in after.values():
                run = [part.id]
                while run[-1] in after:
                    run.append(after[run[-1]])
                if len(run) >= _REPEATED:
                    merged |= dict.fromkeys(run, self._joined([by_id[r] for r in run]))
        return list(dict.fromkeys(merged.get(part.id, part) for part in parts))

    def _block(self, part: Part) -> BlockCall:
        return self.calls[part.calls[0]]

    def _joined(self, parts: list[Part]) -> Part:
        calls = tuple(call for part in parts for call in part.calls)
        members = tuple(sorted(i for part in parts for i in part.members))
        return replace(parts[-1], id=f"block {calls[0]} … {calls[-1]}", members=members, calls=calls)

    def _users(self, parts: list[Part]) -> dict[str, list[str]]:
        at = {i: part.id for part in parts for i in part.members}
        found: dict[str, dict[str, None]] = {part.id: {} for part in parts}
        for i in self.shown:
            for j in self.into.get(i, ()):
                if at[i] != at[j]:
                    found[at[j]][at[i]] = None
        return {part: list(users) for part, users in found.items()}

    def _merge_inputs(self, parts: list[Part]) -> list[Part]:
        """Inputs that are the same argument of repeated calls, and of nothing else, as one part."""
        users = self._users(parts)
        merged: dict[str, Part] = {}
        for part in parts:
            if len(part.calls) < _REPEATED:
                continue
            arguments = [self.calls[call].arguments for call in part.calls]
            for place in range(len(arguments[0])):
                given = [a[place] for a in arguments]
                names = [e.name for e in given if isinstance(e, tree.Name)]
                found = [self.dag.names[n] for n in names if n in self.dag.leaves]
                only = all(users.get(self.ids[i]) == [part.id] for i in found)
                if len(set(found)) == len(part.calls) and only:
                    both = f"{self.ids[found[0]]} … {self.ids[found[-1]]}"
                    merged |= {self.ids[i]: Part(both, tuple(found), (), tuple(found), part.group) for i in found}
        return list(dict.fromkeys(merged.get(part.id, part) for part in parts))
