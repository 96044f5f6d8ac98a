"""An explanation as a page: the graph with its steps, what there is to read about each part, values, derivations."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.api.drawings import recompute
from gradviz.api.drawings.parts import space
from gradviz.api.writers.page_graph import Graphs, node_of
from gradviz.api.writers.text import kinks, without_told
from gradviz.calculus.views import identifiers
from gradviz.derivation.step import Step as Line
from gradviz.graph.spelled import as_spelled
from gradviz.messages import say
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.render import inline
from gradviz.render.cache import open_store
from gradviz.render.captions import equation
from gradviz.render.formulas import Typesetter
from gradviz.render.glyphs import Outlines
from gradviz.render.page import Colours, Page, write_page
from gradviz.render.plain import plain
from gradviz.render.svg import escape
from gradviz.render.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradviz.api.drawings.depiction import Depiction
    from gradviz.api.gradient import Gradient
    from gradviz.render import Box, Step
    from gradviz.render.formula import Formula

_TEXT = 20.0
"""Size of formulas within the text of a page."""
_EQUATION = 0.85
"""Size of a step's equation on a page, beside that below a picture."""
_FIELDS = 60
"""How many values can be changed on a page."""
_ROWS = 120
"""How many names a table has."""
_ROOM = 780.0
"""How wide an equation is before it is broken."""


def write_html(picture: Depiction) -> str:
    """The page of a picture."""
    maker = _Maker(picture)
    return write_page(maker.page(), maker.colours)


class _Maker:
    """Makes the parts of a page."""

    def __init__(self, picture: Depiction) -> None:
        self.picture = picture
        self.ex = picture.ex
        self.dag = picture.ex.graph.dag
        theme = theme_of(picture.look)
        self.theme = replace(theme, caption_size=_EQUATION * theme.caption_size)
        self.colours = Colours(picture.look.theme)
        self.typesetter = Typesetter(open_store())
        self.position = {name: i for i, name in enumerate(identifiers(self.dag))}
        self.shared = Outlines("o")
        made = self.typesetter, self.colours, self.theme.label_size
        self.graphs = Graphs(picture, *made, self.place, self.shared)

    def page(self) -> Page:
        title = str(say("page-title", output=self.unicode(tree.Name(self.dag.output))))
        return Page(
            title,
            self.graphs.svg(),
            self.graphs.controls(),
            self.graphs.count,
            tuple(self.step(n, step) for n, step in self.graphs.told),
            tuple(self.about(box) for box in self.graphs.boxes.values() if node_of(box) in self.position),
            self.values(),
            self.derivations(),
            inline.definitions(self.shared),
            self.data(),
        )

    # -- small things

    def unicode(self, e: tree.Expr) -> str:
        return write(e, "unicode", WORDS)

    def latex(self, e: tree.Expr) -> str:
        return write(as_spelled(self.dag, e), "latex", WORDS)

    def typeset(self, latex: str) -> Formula:
        return self.typesetter.formula(latex, _TEXT)

    def formula(self, latex: str) -> str:
        return inline.formula(self.typeset(latex), self.shared)

    @cached_property
    def program(self) -> recompute.Program | None:
        """What the page computes; None where values stay as they are."""
        if not self.ex.values or self.ex.sizes or set(self.ex.values) != set(self.dag.names):
            return None
        if len(self.dag.leaves) > _FIELDS:
            return None
        return recompute.program(self.dag)

    def place(self, node: str, table: str) -> int | None:
        """The instruction that is a node's value, or its gradient."""
        program = self.program
        found: dict[int, int] = getattr(program, table) if program else {}
        return found.get(self.position.get(node, -1))

    def number(self, text: str, place: int | None) -> str:
        """A number in the text, which may change."""
        return f'<span data-number="{place}">{escape(text)}</span>' if place is not None else escape(text)

    def beside(self, formula: str, value: object, place: int | None) -> str:
        """A formula with its numbers behind it."""
        return f"{formula} {numbers.sign(value)} {self.number(numbers.text(value), place)}".strip()

    # -- steps

    def step(self, number: int, step: Step) -> str:
        box = self.graphs.boxes.get(step.box)
        name = plain(step.name or (box.name or box.label if box else step.box))
        heading = say("page-step", number=number, name=name)
        symbols, figures = equation(step, self.theme, self.typesetter, _ROOM)
        colour = "ahead" if step.forward else "turn"
        shown = f'<div class="equation">{inline.rows(symbols, shared=self.shared)}</div>' if symbols else ""
        if figures:
            again = self.again(number, step, figures[0].shift)
            kept = f'<div class="figures">{inline.rows(figures, shared=self.shared)}</div>'
            shown += f'<div class="equation {colour}">{kept}{again}</div>'
        kind = "step" if self.graphs.is_first(number, step) else "step other"
        return (
            f'<section class="{kind}"><h2 class="small">{escape(str(heading))}</h2>'
            f"<p>{escape(str(step.reason))}</p>{shown}</section>\n"
        )

    def again(self, number: int, step: Step, shift: float) -> str:
        """The result of a step, to be written by the script when values have changed."""
        place = self.result(number, step)
        if place is None:
            return ""
        size = self.theme.caption_size
        sign = self.typesetter.formula("=", size)
        row = inline.formula(sign, self.shared).removesuffix("</svg>")
        at = sign.width + 0.3 * size
        scale = size / self.theme.label_size
        shown = f'<g data-number="{place}" data-x="{at:.2f}" data-y="0" data-scale="{scale:.4f}"></g>'
        return f'<div class="again" style="margin-left:{shift:.0f}px">{row}{shown}</svg></div>'

    def result(self, number: int, step: Step) -> int | None:
        """The instruction that is a step's result."""
        if self.program is None:
            return None
        if step.kind == "path":
            return self.paths.get(number)
        box = self.graphs.boxes.get(step.box)
        return self.place(node_of(box) if box else step.box, "values" if step.forward else "adjoints")

    @cached_property
    def paths(self) -> dict[int, int]:
        """What each path adds to a gradient, as instructions, by the number of its step."""
        from gradviz.api.drawings.steps import contributions

        assert self.program is not None
        found = {}
        numbers = [n for n, step in enumerate(self.picture.graph_steps, 1) if step.kind == "path"]
        told = contributions(self.ex, self.picture.look.view)
        for number, (pull, stage) in zip(numbers, told, strict=True):
            try:
                found[number] = self.program.pulled(pull, stage)
            except KeyError:
                continue
        return found

    # -- about the parts

    def about(self, box: Box) -> str:
        i = self.position[node_of(box)]
        node = self.dag.nodes[i]
        rows = [("formula", self.formula(self.called(box)))] if node.inputs else []
        if i in self.ex.node_values:
            rows.append(("value", self.number(numbers.text(self.ex.value_at(i)), self.place(node_of(box), "values"))))
        symbolic = self.gradient(node.name) if node.name else None
        gradient = self.formula(symbolic.latex()) if symbolic else ""
        if i in self.ex.node_gradients:
            figures, place = self.ex.gradient_at(i), self.place(node_of(box), "adjoints")
            gradient = self.beside(gradient, figures, place) if gradient else self.number(numbers.text(figures), place)
        if gradient:
            rows.append(("gradient", gradient))
        shape = self.dag.declared.get(node.name, node.shape)
        rows.append(("shape", self.formula(space(shape)) if shape else escape(str(say("page-scalar")))))
        told = "".join(f"<dt>{escape(str(say(f'page-{kind}')))}</dt><dd>{text}</dd>" for kind, text in rows)
        heading = f'<h2 class="small">{escape(plain(box.name or box.label))}</h2>'
        return f'<section class="about" data-box="{escape(box.id)}">{heading}<dl>{told}</dl>{self.how(box)}</section>\n'

    def called(self, box: Box) -> str:
        """What a box computes: the call of a block, the expression of a stage."""
        call = self.dag.calls.get(box.called[-1]) if box.called else None
        return self.latex(tree.Call(call.function, call.arguments)) if call else box.label

    def how(self, box: Box) -> str:
        """The steps that lead to a gradient."""
        every = enumerate(self.picture.graph_steps, 1)
        found = [(n, s) for n, s in every if s.box in {box.id, node_of(box)} and not s.forward]
        if self.ex.graph.without_gradients:
            return ""
        if not found:
            return f"<p>{escape(str(say('page-none')))}</p>"
        items = "".join(
            f'<li><button type="button" data-step="{n}">{n}</button> {escape(str(step.reason))}</li>'
            for n, step in found
        )
        return f"<p>{escape(str(say('page-how')))}</p><ol>{items}</ol>"

    # -- values

    def values(self) -> str:
        if self.ex.graph.without_gradients:
            return f'<p class="note">{escape(str(self.ex.graph.without_gradients))}</p>{self.table()}'
        if not self.ex.values:
            return f'<p class="note">{escape(str(say("page-no-values")))}</p>{self.table()}'
        if self.program is None:
            why = "page-many" if len(self.dag.leaves) > _FIELDS else "page-fixed"
            return f'<p class="note">{escape(str(say(why)))}</p>{self.table()}'
        fields = "".join(
            f"<label><span>{escape(self.unicode(tree.Name(name)))}</span>"
            f'<input type="number" step="any" value="{_entered(self.ex.values[name])}" autocomplete="off"></label>'
            for name in self.program.inputs
        )
        reset = f'<button type="button" id="reset">{escape(str(say("page-reset")))}</button>'
        told = escape(str(say("page-change")))
        return f'<div id="change"><p>{told}</p><div id="values">{fields}{reset}</div></div>{self.table()}'

    def table(self) -> str:
        """All names, with values and gradients."""
        heads = "".join(f'<th scope="col">{escape(str(say(f"page-{k}")))}</th>' for k in ("name", "value", "gradient"))
        names = (*self.dag.leaves, *self.dag.stages)
        told = names if len(names) <= _ROWS else self.drawn(names)
        body = "".join(map(self.row, told))
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
        left = len(names) - len(told)
        note = f'<p class="note">{escape(str(say("page-rows", count=left)))}</p>' if left else ""
        return f'<div class="scroll" tabindex="0">{table}</div>{note}'

    def drawn(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of many names that are drawn by themselves."""
        shown = {node_of(box) for box in self.graphs.boxes.values()}
        return tuple(name for name in names if name in shown)[:_ROWS]

    def gradient(self, name: str) -> Gradient | None:
        """A gradient as an expression; None where there is none."""
        graph = self.ex.graph
        return None if graph.without_gradients else graph.gradient(name, convention=self.ex.convention)

    def row(self, name: str) -> str:
        """A name with its value and its gradient."""
        partial: tree.Expr = tree.Partial(tree.Name(self.dag.output), tree.Name(name))
        value = found = ""
        gradient = self.gradient(name) if name != self.dag.output else None
        if gradient:
            found = self.formula(f"= {gradient.latex()}")
            if gradient.letters:
                partial = tree.Entry(partial, tuple(map(tree.Name, gradient.letters)))
        if name in self.ex.values:
            value = self.number(numbers.text(self.ex.values[name]), self.place(name, "values"))
        if name in self.ex.gradients:
            figures = self.ex.gradients[name]
            if not gradient or numbers.latex(figures) != gradient.latex():
                found = f"{found} {self.beside('', figures, self.place(name, 'adjoints'))}"
        shown = f"{self.formula(self.latex(partial))} {found}" if found else ""
        called = self.formula(self.latex(tree.Name(name)))
        return f'<tr><th scope="row">{called}</th><td>{value}</td><td>{shown}</td></tr>'

    # -- derivations

    def derivations(self) -> str:
        if not self.ex.wrt:
            return ""
        told: set[str] = set()
        parts = [f"<h2>{escape(str(say('heading-derivations')))}</h2>"]
        if self.ex.layout is not None:
            parts.append(f'<p class="note">{escape(str(self.ex.layout))}</p>')
        parts += [f'<p class="note">{escape(line.strip())}</p>' for line in kinks(self.ex)]
        for name in self.ex.wrt:
            derivation = without_told(self.ex.derivations[name], told).as_spelled()
            heading = escape(self.unicode(tree.Partial(tree.Name(self.dag.output), tree.Name(name))))
            last, rows = "", []
            for line in derivation.steps:
                left = self.latex(line.left)
                rows.append(self.line(line, "" if left == last else left))
                last = left
            notes = "".join(f'<p class="note">{escape(str(note))}</p>' for note in derivation.notes)
            table = f'<table class="derivation"><tbody>{"".join(rows)}</tbody></table>'
            parts.append(f'<h3 class="derived">{heading}</h3><div class="scroll" tabindex="0">{table}</div>{notes}')
        return "\n".join(parts)

    def line(self, line: Line, left: str) -> str:
        conditions = ", ".join(self.unicode(c) for c in line.conditions)
        why = f"{line.reason} ({conditions})" if conditions else str(line.reason)
        shown = self.formula(left) if left else ""
        right = self.formula(f"= {self.latex(line.right)}")
        return f'<tr><td>{shown}</td><td>{right}</td><td class="why">{escape(why)}</td></tr>'

    # -- for the script

    def data(self) -> dict[str, object]:
        data: dict[str, object] = {
            "count": self.graphs.count,
            "layouts": self.graphs.data(),
            "words": {
                "at": str(say("page-at", number="{number}", count="{count}")),
                **{kind: str(say(f"page-{kind}")) for kind in ("whole", "play", "pause")},
            },
        }
        if self.program is not None:
            data["code"] = self.program.code
            data["digits"] = self.picture.look.digits
            data["glyphs"] = inline.glyphs(self.typesetter, self.theme.label_size)
        return data


def _entered(value: float) -> str:
    """A number as it is put into a field: all of its digits, whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
