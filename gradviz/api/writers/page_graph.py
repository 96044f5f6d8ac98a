"""The graph on a page, in every layout that folding its blocks leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradviz.api.drawings.parts import unicode
from gradviz.api.writers.folding import folding
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.render import compose, inline
from gradviz.render.plain import plain
from gradviz.render.shapes import Label
from gradviz.render.svg import escape

if TYPE_CHECKING:
    from gradviz.api.drawings.depiction import Depiction
    from gradviz.api.drawings.projected import Numbered
    from gradviz.render import Box, Drawing, Step
    from gradviz.render.formulas import Typesetter
    from gradviz.render.glyphs import Outlines
    from gradviz.render.page import Colours
    from gradviz.render.shapes import Scene

Place = Callable[[str, str], "int | None"]
"""The instruction that is a node's value, or its gradient; None where the page does not compute it."""


def node_of(box: Box) -> str:
    """The node whose value and gradient are a box's."""
    return box.results[-1] if box.results else "" if box.inside else box.id


@dataclass(frozen=True)
class Layout:
    """One picture of the graph, with the numbers of its steps and the sections that tell them."""

    picture: Depiction
    steps: Numbered
    scene: Scene


class Graphs:
    """The layouts of a page, and what leads from one to another.

    Parameters
    ----------
    picture : Depiction
        What is shown first.
    typesetter : Typesetter
    colours : Colours
    size : float
        Of the labels on wires.
    place : callable
    shared : Outlines
        The glyphs of the page.
    """

    def __init__(
        self,
        picture: Depiction,
        typesetter: Typesetter,
        colours: Colours,
        size: float,
        place: Place,
        shared: Outlines,
    ) -> None:
        self.picture, self.colours, self.place, self.shared = picture, colours, place, shared
        self.typeset = lambda latex: typesetter.formula(latex, size)
        self.folding = folding(picture.ex, picture.look)
        self.layouts = [self._layout(opened) for opened in self.folding.layouts]

    def _layout(self, opened: frozenset[str] | None) -> Layout:
        picture = self.picture
        if self.folding.calls and opened is not None:
            look = replace(picture.look, view="blocks", open=tuple(sorted(opened)))
            picture = replace(picture, look=look)
        numbered = picture.drawn(self.picture.graph_steps)
        content = replace(picture.bare, steps=tuple(step for _, step in numbered))
        return Layout(picture, numbered, compose(content, picture.look, captions=False))

    @cached_property
    def count(self) -> int:
        """How many steps there are in all layouts together."""
        return max((n for layout in self.layouts for n, _ in layout.steps), default=0)

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """All boxes by id."""
        return {box.id: box for layout in reversed(self.layouts) for box in layout.picture.bare.boxes}

    @cached_property
    def told(self) -> dict[tuple[int, Step], int]:
        """Each step as some layout tells it, with its place among the sections of the page."""
        found = dict.fromkeys((n, _as_told(step)) for layout in self.layouts for n, step in layout.steps)
        return {key: place for place, key in enumerate(sorted(found, key=lambda key: key[0]))}

    def is_first(self, number: int, step: Step) -> bool:
        """Whether the layout that is shown first tells a step so."""
        return any((n, _as_told(s)) == (number, step) for n, s in self.layouts[0].steps)

    # -- the picture

    def svg(self) -> str:
        """All layouts, of which one is seen."""
        return "\n".join(self._svg(k, layout) for k, layout in enumerate(self.layouts))

    def _svg(self, k: int, layout: Layout) -> str:
        names = {s.part: s for look in layout.scene.steps for s in look.added if isinstance(s, Label)}
        boxes = [box for box in layout.picture.bare.boxes if self._asked(box)]
        editable = {}
        for part, node, table, latex in _numbers(layout.picture.bare):
            place = self.place(node, table)
            if place is not None and latex:
                editable[part] = inline.Editable(place, latex)
        about = {box.id: box.title or plain(box.label) for box in boxes}
        folds = dict(self._folds(layout))
        name = "graph" if k == 0 else f"graph-{k + 1}"
        return inline.graph(
            layout.scene,
            tuple(names.values()),
            self.colours.paint,
            about,
            editable,
            self.typeset,
            name,
            folds,
            self.shared,
        )

    def _asked(self, box: Box) -> bool:
        return not box.inside or bool(box.results)

    def _folds(self, layout: Layout) -> Iterator[tuple[str, inline.Fold]]:
        """The parts that open and close blocks."""
        for box in layout.picture.bare.boxes:
            call = next((c for c in box.called if c in self.folding.calls), "")
            if call:
                yield f"box-{box.id}", inline.Fold(call, False, box.title)
        for group in layout.picture.bare.groups:
            if group.id in self.folding.calls:
                yield f"group-{group.id}", inline.Fold(group.id, True, group.title)

    # -- what opens and closes

    def controls(self) -> str:
        """Buttons for all blocks, and what there is to say of them."""
        if not self.folding.calls:
            return ""
        place = self.folding.place
        whole = [("flat", place(None)), ("closed", place(frozenset())), ("open", place(frozenset(self.folding.calls)))]
        buttons = [
            f'<button type="button" data-layout="{k}" aria-pressed="{str(k == 0).lower()}">'
            f"{escape(str(say(f'page-blocks-{kind}')))}</button>"
            for kind, k in whole
            if k is not None
        ]
        first = self.folding.layouts[0] or frozenset()
        calls = self.picture.ex.graph.dag.calls
        for call in self.folding.calls:
            spoken = f"{unicode(tree.Name(call))}: {calls[call].function}"
            buttons.append(
                f'<button type="button" data-call="{escape(call)}" aria-expanded="{str(call in first).lower()}" '
                f'aria-label="{escape(spoken)}">{escape(unicode(tree.Name(call)))}</button>'
            )
        said = [say("page-blocks-how")]
        if not self.folding.every:
            said.append(say("page-blocks-alone"))
        left = len(calls) - len(self.folding.calls)
        if left > 0:
            said.append(say("page-blocks-left", count=left))
        name = escape(str(say("page-blocks")))
        note = escape(" ".join(map(str, said)))
        return (
            f'<div class="controls" id="folding" role="group" aria-label="{name}"><span>{name}</span>'
            f'{"".join(buttons)}</div>\n<p class="note folding">{note}</p>'
        )

    # -- for the script

    def data(self) -> list[dict[str, object]]:
        """What the script needs to know of each layout."""
        return [self._data(layout, k) for k, layout in enumerate(self.layouts)]

    def _data(self, layout: Layout, k: int) -> dict[str, object]:
        looks = layout.scene.steps
        opened = self.folding.layouts[k]
        return {
            "steps": [
                {
                    "n": n,
                    "told": self.told[n, _as_told(step)],
                    "forward": step.forward,
                    "filled": sorted(look.filled),
                    "lined": sorted(look.outlined),
                    "said": look.description,
                }
                for (n, step), look in zip(layout.steps, looks, strict=True)
            ],
            "since": _since([(n, look.hidden) for (n, _), look in zip(layout.steps, looks, strict=True)]),
            "open": sorted(opened) if opened else [],
            "moves": dict(self.folding.moves[k]) if self.folding.calls else {},
        }


def _numbers(drawing: Drawing) -> Iterator[tuple[str, str, str, str | None]]:
    """The parts of a drawing that are numbers: of which node, its value or its gradient, and how they are written."""
    for box in drawing.boxes:
        yield f"value-{box.id}", node_of(box), "values", box.value
        yield f"gradient-{box.id}", node_of(box), "adjoints", box.gradient
    for wire in drawing.wires:
        if drawing.columns and wire.carries:
            yield f"local-{wire.ends}", wire.carries, "values", wire.label.rpartition(" = ")[2]
            yield f"local-gradient-{wire.ends}", wire.carries, "adjoints", wire.gradient


def _as_told(step: Step) -> Step:
    """A step by what is said of it, wherever it is shown."""
    return replace(step, wires=(), beside=(), values=(), gradients=(), also=())


def _since(hidden: Sequence[tuple[int, frozenset[str]]]) -> dict[str, int]:
    """From which step on the parts are seen that are not seen from the beginning; once seen, they stay."""
    found: dict[str, int] = {}
    for k, (_, parts) in enumerate(hidden):
        after = hidden[k + 1][0] if k + 1 < len(hidden) else 0
        found |= dict.fromkeys(sorted(parts), after)
    return found
