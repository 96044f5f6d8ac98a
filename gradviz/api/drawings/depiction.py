"""What is wished of a picture, and the scene that all its formats are written from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradviz.render import Drawing, Step, Style, frame, style
from gradviz.render.plain import plain
from gradviz.render.sides import equated

if TYPE_CHECKING:
    from gradviz.api.drawings.projected import Numbered
    from gradviz.api.explanation import Explanation
    from gradviz.render.shapes import Scene


@dataclass(frozen=True)
class Depiction:
    """A picture of an explanation, before its format is chosen.

    Parameters
    ----------
    ex : Explanation
    look : Style
        How it is to look.
    step : int or None
        The one step that is shown; the whole picture where not given.
    steps : bool
        Whether the format shows the steps one after the other.
    dpi : float
        Dots per inch of what is made of dots.
    """

    ex: Explanation
    look: Style = field(default_factory=Style)
    step: int | None = None
    steps: bool = False
    dpi: float = 192.0

    @cached_property
    def bare(self) -> Drawing:
        """What is drawn, without its steps."""
        from gradviz.api.drawings.picture import drawing

        return drawing(self.ex, self.look)

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """The way forward and backward, as far as it is drawn."""
        return tuple(step for _, step in self.numbered)

    @cached_property
    def numbered(self) -> Numbered:
        """The steps, each with its number among those of the graph."""
        return self.drawn(self.graph_steps)

    @cached_property
    def graph_steps(self) -> tuple[Step, ...]:
        """The way forward and backward, whether it is drawn or not."""
        from gradviz.api.drawings.parts import form_of
        from gradviz.api.drawings.steps import steps

        return steps(self.ex, self.look.view, form_of(self.look), self.joined)

    @cached_property
    def joined(self) -> frozenset[str]:
        """Nodes that are drawn with others as one, on every layout of a page."""
        if self.ex.graph.dag.calls:
            return frozenset()
        return frozenset(node for box in self.bare.boxes if not box.called for node in box.inside)

    def drawn(self, steps: tuple[Step, ...]) -> Numbered:
        """Steps of the graph as they are seen in this picture."""
        from gradviz.api.drawings.projected import projected

        return projected(steps, self.bare, self.ex.graph.dag)

    @cached_property
    def whole(self) -> Scene:
        """The picture without steps."""
        from gradviz.render import compose

        return compose(self.bare, self.look)

    @cached_property
    def stepped(self) -> Scene:
        """The picture with room for the caption of every step."""
        from gradviz.render import compose

        return compose(replace(self.bare, steps=self.all_steps), self.look)

    @property
    def scene(self) -> Scene:
        """The one picture that is wished for: the whole, or a step."""
        return self.whole if self.step is None else frame(self.stepped, self.step)


def depict(
    ex: Explanation, *, step: int | None = None, steps: bool = False, dpi: float = 192.0, **options: Any
) -> Depiction:
    """A picture with options as they are given by name; see `Explanation.save`."""
    look = style(**options)
    if look.view == "scalars":
        from gradviz.api.scalars import explained_in_scalars

        ex, look = explained_in_scalars(ex), replace(look, view="ops")
    return Depiction(ex, look, step, steps, dpi)


def notes(step: Step) -> str:
    """What to say with a step: why, its equations as they are read, and in LaTeX to be copied."""
    equations = [equated(sides) for sides in (step.formula, step.numbers) if sides]
    return "\n".join([str(step.reason), *map(plain, equations), *(f"LaTeX: {equation}" for equation in equations)])
