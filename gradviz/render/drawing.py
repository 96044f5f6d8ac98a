"""What is to be drawn, before anyone knows where: boxes and wires with labels in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradviz.messages import Message

Role = Literal["data", "parameter", "intermediate", "output"]


@dataclass(frozen=True, slots=True)
class Box:
    """One node of a view.

    Parameters
    ----------
    id : str
        Unique within the drawing.
    label : str
        LaTeX, without dollar signs: the expression of a stage, the sign of an operation, the name
        of an input.
    role : str
        Inputs (``data``, ``parameter``) are drawn as circles, the rest as rounded boxes.
    name : str
        What the wire that leaves it is called (``z_{2}``, LaTeX), or "".
    value, gradient : str or None
        LaTeX; None where not computed. The value stands above the wire (``z_2 = -0.528``; without a
        value the name alone), the gradient below.
    title : str
        One line in words (Unicode): for the ``<title>`` of the part.
    round : bool
        Whether it is drawn as a circle although it is no input (an operation in circuit style).
    space : str
        LaTeX: what it is an element of, after the value (``ℝ^4``); "" where that is not told.
    group : str
        The group that it stands in, or "".
    bare : bool
        Whether it has no outline: it tells what is left out, and ``label`` says what that is.
    link : bool
        Whether it only leads to another row of the picture, where it stands again.
    inside : tuple of str
        Ids of the nodes that it stands for, where it is not one; steps of these are not drawn one by one.
    results : tuple of str
        Those of them that leave it: its value and its gradient are those of the last one.
    called : tuple of str
        What it stands for, by name: the calls of a block.
    """

    id: str
    label: str
    role: Role
    name: str = ""
    value: str | None = None
    gradient: str | None = None
    title: str = ""
    round: bool = False
    space: str = ""
    group: str = ""
    bare: bool = False
    link: bool = False
    inside: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wire:
    """One edge of a view: ``source`` is the ``place``-th operand of ``target``.

    ``label`` is LaTeX, such as the local derivative or a weight; "" for none. ``gradient`` is that of a weight.
    ``origin`` is where a wire comes from that enters from another row of the picture, or "". ``carries`` is the id of
    the node whose value goes along it, where its source stands for several, or of the weight that it is. ``over``: in
    columns, whether it is an arch over those between its ends.
    """

    source: str
    target: str
    place: int = 0
    label: str = ""
    title: str = ""
    gradient: str = ""
    origin: str = ""
    carries: str = ""
    over: bool = False

    @property
    def ends(self) -> str:
        """The wire in the names of parts of a picture."""
        return f"{self.origin or self.source}-{self.target}-{self.place}"


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around boxes: an opened block. ``label`` is LaTeX, ``parent`` the group that it stands in, or ""."""

    id: str
    label: str
    title: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a drawing that says itself what stands beside what.

    Parameters
    ----------
    boxes : tuple of str
        From top to bottom; "" leaves a gap.
    heading : str
        LaTeX, over the column.
    notes : tuple of str
        LaTeX, lines under it.
    entering : str
        LaTeX, over the wires that come in: the name of the weights.
    """

    boxes: tuple[str, ...]
    heading: str = ""
    notes: tuple[str, ...] = ()
    entering: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way forward and backward.

    Parameters
    ----------
    kind : str
        ``value`` (a stage is computed), ``start`` (the output's own derivative), ``local`` (a local derivative leads to
        a gradient), ``path`` (it leads to one of several contributions), ``sum`` (contributions are added).
    box : str
        Id of the box whose value or gradient is found.
    beside : tuple of str
        Ids of the boxes that it is found from.
    wires : tuple of (str, str, int)
        Source, target and place of the wires that it goes along.
    values, gradients : tuple of str
        Ids of the boxes whose value, whose gradient is shown once the step is done.
    formula, numbers : tuple of str
        The sides of an equation, in LaTeX: with symbols, and the same in numbers. Empty where there is nothing to show.
    reason : Message
        Why.
    also : tuple of str
        Ids of further boxes that are found with it: the other neurons of a layer.
    name : str
        LaTeX: what is found, where that has no box; the weights on wires.
    """

    kind: Literal["value", "start", "local", "path", "sum"]
    box: str
    beside: tuple[str, ...]
    wires: tuple[tuple[str, str, int], ...]
    values: tuple[str, ...]
    gradients: tuple[str, ...]
    formula: tuple[str, ...]
    numbers: tuple[str, ...]
    reason: Message
    also: tuple[str, ...] = ()
    name: str = ""

    @property
    def forward(self) -> bool:
        """Whether a value is computed, and no gradient."""
        return self.kind == "value"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture's content.

    ``columns`` say what stands where; without them boxes are laid out by their wires. ``groups`` are frames.
    ``output`` is the id of the box whose wire leaves the picture, ``active`` that of the box whose
    turn it is (drawn with a thick outline), or "". ``caption`` is LaTeX, set below the picture. ``steps``
    are shown one by one in frames of the picture. ``notes`` say, under the picture, what is left out of it.
    """

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    output: str
    title: str
    description: str
    caption: str = ""
    active: str = ""
    steps: tuple[Step, ...] = ()
    groups: tuple[Group, ...] = ()
    columns: tuple[Column, ...] = ()
    notes: tuple[Message, ...] = ()
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()
