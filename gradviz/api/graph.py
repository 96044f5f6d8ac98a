"""The graph as users meet it: the rooms joined."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from gradviz.api.derivation import Derivation, explain_gradient, explain_jacobian
from gradviz.api.gradient import Gradient
from gradviz.api.layouts import known_convention, laid_out, turned_derivation
from gradviz.api.values import assigned, shape_of
from gradviz.api.workings import Workings
from gradviz.calculus.layout import turned_shape
from gradviz.calculus.remarks import remark
from gradviz.calculus.told import written_plainly
from gradviz.derivation import STYLES
from gradviz.graph import build
from gradviz.messages import Message, UsageError, say
from gradviz.notation import canonical
from gradviz.ops import Shape
from gradviz.ops.shapes import core

if TYPE_CHECKING:
    from typing import Unpack

    import networkx

    from gradviz.api.explanation import Explanation
    from gradviz.api.functions import OwnFunction
    from gradviz.api.options import Options
    from gradviz.checking import Verdict
    from gradviz.checking.lines import CheckedLines


class Graph(Workings):
    """A computational graph: values forward, gradients backward, derivations and pictures.

    Made by `parse`, `load`, `Builder.graph` or `from_sympy`; it never changes. Names may be given in any spelling
    (``W1``, ``W_1``, ``W₁``).
    """

    def __repr__(self) -> str:
        return f"<gradviz.Graph {self.output}: {len(self.inputs)} inputs, {len(self.stages)} stages>"

    # -- what it is

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, in the order in which they came up."""
        return self._dag.leaves

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages, in topological order."""
        return self._dag.stages

    @property
    def undeclared(self) -> tuple[str, ...]:
        """Inputs that nothing declared."""
        return self._dag.undeclared

    @property
    def remarks(self) -> tuple[Message, ...]:
        """What reading and building noticed that is no error."""
        return self._dag.remarks

    @cached_property
    def functions(self) -> Mapping[str, OwnFunction]:
        """The program's own functions and blocks that something calls, by name.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("cube(v) = v^3; L = cube(x) + 1")
        >>> str(graph.functions["cube"].derivative())
        '3v²'
        """
        from gradviz.api.functions import own_functions

        return MappingProxyType(own_functions(self))

    def shape(self, name: str) -> Shape:
        """The shape of an input or a stage: sizes, numbers or names."""
        return self._dag.shape(self._name(name))

    @cached_property
    def nx(self) -> networkx.MultiDiGraph[str]:
        """All operations as a frozen networkx ``MultiDiGraph``.

        Nodes are called by name, by printed expression, or ``_17`` where that is long, and carry ``op``, ``shape``,
        ``role``, ``stage`` and ``expression``. There is one edge for each operand, keyed by its place: ``x·x`` has two.

        Examples
        --------
        >>> import gradviz as gv
        >>> import networkx as nx
        >>> list(nx.topological_sort(gv.parse("f = (x + y) z").nx))
        ['x', 'y', 'z', 'x + y', 'f']
        """
        from gradviz.calculus.views import operations

        return operations(self._dag)

    def view(self, kind: str = "stages", *, open: str | Iterable[str] = ()) -> networkx.MultiDiGraph[str]:  # noqa: A002
        """A view as a frozen networkx ``MultiDiGraph``.

        Parameters
        ----------
        kind : str
            ``stages`` or ``ops``: the stages or all operations, with the local derivative on each edge: ``local``
            (Unicode), ``latex``, and ``letters`` (the indices, where it is one entry). ``neurons``: a node for each
            layer, an edge for each matrix of weights. ``blocks``: a node for each closed block and each stage outside.
            ``scalars``: the operations of the graph in scalars, see `in_scalars`.
        open : str or iterable of str
            The blocks that are open, as `Explanation.save` takes them.

        Raises
        ------
        UsageError
            No such view, or the graph has none.

        Examples
        --------
        >>> import gradviz as gv
        >>> view = gv.parse("h = σ(z); L = h^2").view("stages")
        >>> view.edges["z", "h", 0]["local"]
        'h(1 − h)'
        """
        from gradviz.calculus.views import blocks, neurons, shown_stages, view
        from gradviz.render import style

        look = style(view=kind, open=open)
        if kind == "neurons":
            return neurons(self._dag)
        if kind == "scalars":
            return self.in_scalars().view("ops")
        if kind == "blocks":
            return blocks(self._dag, shown_stages(self.gradients_of(kind)), look.open)
        return view(self.gradients_of(kind), kind)

    def in_scalars(self, **sizes: int) -> Graph:
        """The graph with every entry of every array as a node of its own.

        Parameters
        ----------
        **sizes : int
            Numbers for the symbolic sizes.

        Raises
        ------
        UsageError
            It would be too large, a size is not known, or an operation has no formula for its entries.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("x ∈ ℝ^2; w ∈ ℝ^2; f = wᵀ x").in_scalars()
        >>> graph.inputs, str(graph.gradient("w1"))
        (('x1', 'x2', 'w1', 'w2'), 'x₁')
        """
        from gradviz.api.scalars import in_scalars

        return in_scalars(self, sizes)

    # -- gradients and derivations

    def gradient(self, name: str, *, form: str = "best", convention: str = "shape") -> Gradient:
        """The gradient of the output by an input or a stage.

        Parameters
        ----------
        name : str
            ``W``; or the gradient as it is written: ``dL/dW``, ``∂L/∂W``, ``∇_W L``.
        form : str
            ``"best"``: in forward names where that takes at most 60 characters, else in the adjoints of later stages.
            ``"later"``: in the adjoints of later stages in any case.
        convention : str
            ``"shape"``: in the shape of what it is taken by. ``"numerator"``: in Jacobian layout, the transpose, in
            which the adjoints that it names are transposed too.

        Raises
        ------
        UsageError
            No such name, form or convention, a gradient of something else, or the output is no scalar.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²")
        >>> str(graph.gradient("w")), graph.gradient("w").shape
        ('(2/n) Xᵀ(X w − y)', ('d',))
        >>> str(graph.gradient("w", convention="numerator"))
        '(2/n) (X w − y)ᵀ X'
        """
        name = self._by(name)
        if form not in {"best", "later"}:
            raise UsageError(say("no-such-form", name=form, known="best, later"))
        adjoint = self.gradients.adjoint(self._dag.names[name])
        written = adjoint.best if form == "best" else adjoint.by_later
        said = remark(self.gradients, self._dag.names[name])
        return laid_out(name, self._dag.shape(name), written, self.gradients, convention, said)

    def jacobian(self, of: str, by: str, *, form: str = "matrix", convention: str = "shape") -> Gradient:
        """The derivatives of the entries of a stage by the entries of what it depends on.

        Parameters
        ----------
        of, by : str
            Names. The axes of the result are those of ``of``, then those of ``by``.
        form : str
            ``"matrix"``: in matrix notation where there is one; ``"index"``: one entry with its indices.
        convention : str
            ``"shape"``: that of a scalar has the shape of ``by``. ``"numerator"``: it is the transpose. That of a
            vector by a vector has a row for each entry of ``of`` in both.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("z ∈ ℝ^k; ŷ = softmax(z); L = sum(ŷ)")
        >>> str(graph.jacobian("ŷ", "z")), str(graph.jacobian("ŷ", "z", form="index"))
        ('diag(ŷ) − ŷ ŷᵀ', 'ŷᵢ(δᵢⱼ − ŷⱼ)')
        """
        from gradviz.calculus.jacobian import jacobian

        _known_form(form)
        of, by = self._name(of), self._name(by)
        known_convention(convention)
        numerator = convention == "numerator"
        written = jacobian(self.tangents(by), of, indexed=form == "index", numerator=numerator)
        shape = (*self._dag.shape(of), *self._dag.shape(by))
        if numerator and not core(self._dag.shape(of)):
            shape = turned_shape(self._dag.shape(by))
        written = written_plainly(written, shape, self._dag)
        return Gradient(by, shape, written.expr, written.letters, written, self._dag)

    def hessian(self, name: str, other: str | None = None, *, form: str = "matrix") -> Gradient:
        """The second derivatives of the output by the entries of a name, or of two.

        Parameters
        ----------
        name : str
        other : str, optional
            What the gradient by ``name`` is differentiated by; ``name`` itself where not given. The axes of the result
            are those of ``name``, then those of ``other``.
        form : str
            ``"matrix"``: in matrix notation where there is one; ``"index"``: one entry with its indices.

        Raises
        ------
        UsageError
            The output is no scalar, or one of the names is computed from the other.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = ‖X w - y‖² + λ ‖w‖²")
        >>> str(graph.hessian("w")), str(graph.hessian("w", "λ"))
        ('2Xᵀ X + 2λ I', '2w')
        """
        from gradviz.calculus.jacobian import hessian

        self.scalar_output()
        _known_form(form)
        name = self._name(name)
        other = name if other is None else self._name(other)
        written = hessian(self.tangents(other), name, indexed=form == "index")
        shape = (*self._dag.shape(name), *self._dag.shape(other))
        written = written_plainly(written, shape, self._dag)
        return Gradient(name, shape, written.expr, written.letters, written, self._dag)

    def hvp(self, name: str, v: Any, at: Mapping[str, Any] | str | None = None) -> Any:
        """The Hessian of the output by a name, times a direction, in numbers; see `Explanation.hvp`.

        Examples
        --------
        >>> import gradviz as gv
        >>> gv.parse("L = x^3 y").hvp("x", 1, at={"x": 2, "y": 5})
        60.0
        """
        return self.explain(at, wrt=()).hvp(name, v)

    def derivation(
        self,
        name: str,
        *,
        of: str | None = None,
        style: str | None = None,
        sizes: bool = False,
        convention: str = "shape",
        strict: bool = False,
    ) -> Derivation:
        """The derivation of a gradient or a Jacobian, line by line.

        Parameters
        ----------
        name : str
            An input or a stage, or the gradient by it: ``∇_W L``.
        of : str, optional
            The stage that is differentiated; the output where not given. It may be an array.
        style : str, optional
            ``"delta"``, as where nothing is given: cut at adjoints where the graph is deep or branches, one chapter for
            each; ``"chain"``: one product of local derivatives for each path from the output, and their sum;
            ``"index"``: entry by entry, every sum written, and the way back to matrices (always so for an array).
        sizes : bool
            Give each quantity's size on every line.
        convention : str
            ``"numerator"``: end in Jacobian layout, see `gradient`; the lines before are those of the shape convention.
        strict : bool
            Raise if a step cannot be confirmed by numbers, instead of leaving it out with a note.

        Raises
        ------
        UsageError
            No such name or style, or more paths than could be unrolled.

        Examples
        --------
        >>> import gradviz as gv
        >>> print(gv.parse("q = x + y; f = q z").derivation("x").text())
        ∂f/∂x = ∂f/∂q · ∂q/∂x    chain rule
              = z · ∂q/∂x        ∂f/∂q = z; constant factor
              = z · 1            ∂q/∂x = 1; sum rule
              = z                a factor 1 drops out
        """
        known_convention(convention)
        if style is not None and style not in STYLES:
            raise UsageError(say("no-such-style", name=style, known=", ".join(STYLES)))
        name = self._by(name) if of is None else self._name(name)
        if of is None:
            self.scalar_output()
        of = self.output if of is None else self._name(of)
        if core(self._dag.nodes[self._dag.names[of]].shape):
            return explain_jacobian(self, name, of, style=style, sizes=sizes, strict=strict)
        graph = self if of == self.output else Graph(replace(self._dag, output=of))
        derivation = explain_gradient(graph, name, style=style, sizes=sizes, strict=strict)
        if convention == "shape":
            return derivation
        return turned_derivation(derivation, graph.gradient(name, convention=convention), graph.gradients)

    # -- answers

    def check(
        self,
        target: str,
        answer: str,
        *,
        at: Mapping[str, Any] | str | None = None,
        form: str | None = None,
        in_terms_of: Collection[str] | None = None,
        tolerance: float | None = None,
        strict: bool = False,
        feedback: str = "full",
        seed: int | None = None,
    ) -> Verdict:
        """Whether an answer is right.

        Parameters
        ----------
        target : str
            What is asked for: a gradient (``W2``, ``dL/dW2``, ``δ2``), a derivative of one name by another
            (``dŷ/dz2``), second derivatives (``∂²L/∂w²``, ``hess(w, λ)``), or a value (``L``).
        answer : str
            ASCII, Unicode or LaTeX; it may use every name of the graph, adjoints and local derivatives.
        at : mapping or str, optional
            Values of inputs: then the answer is a number or an array of numbers.
        form : str, optional
            ``"simplified"`` or ``"factored"``: a form that the answer is to have, judged apart from whether it is
            right; ``.form`` says whether it has it.
        in_terms_of : collection of str, optional
            The only names that it may use.
        tolerance : float, optional
            How far a number may be off; half a unit of its last digit where not given.
        strict : bool
            Refuse an answer that has two readings; else it is right where one of them is.
        feedback : str
            How much is told: ``"none"``, ``"verdict"``, ``"hint"`` (the mistake, not what is right), or ``"full"``.
        seed : int, optional
            The same seed gives the same points.

        Returns
        -------
        Verdict
            An answer that cannot be read is a verdict too; no answer raises.

        Raises
        ------
        UsageError
            The target is nothing that an answer could be held against.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
        >>> graph.check("z", "2(ŷ - y) ŷ (1 - ŷ)").status
        'equal_proved'
        >>> graph.check("dŷ/dz", "ŷ(1 + ŷ)", seed=1).ok
        False
        """
        checking = _checking()
        asked = checking.Asked(at, form, in_terms_of, tolerance, strict, feedback, seed)
        verdict: Verdict = checking.check(self, target, answer, asked)
        return verdict

    def check_derivation(
        self, target: str, text: str, *, feedback: str = "full", seed: int | None = None
    ) -> CheckedLines:
        r"""Check a derivation that somebody wrote, line by line.

        Parameters
        ----------
        target : str
            What it derives; see `check`.
        text : str
            A chain of equalities: plain text, Markdown, or LaTeX (``align``). Steps may be skipped.
        feedback, seed
            As in `check`.

        Returns
        -------
        CheckedLines
            ``.first_wrong`` is the first line that is wrong, ``.first_open`` the first that cannot be read or
            decided, ``.score`` the share of lines that are right.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
        >>> found = graph.check_derivation("z", "dL/dz = dL/dŷ · dŷ/dz = 2(ŷ - y) · dŷ/dz = 2(ŷ - y) ŷ")
        >>> found.first_wrong, found.right, found.score == 2/3
        (3, 2, True)
        """
        from gradviz.api.checking import check_derivation

        return check_derivation(self, target, text, feedback, seed)

    # -- numbers

    def explain(
        self,
        at: Mapping[str, Any] | str | None = None,
        *,
        wrt: Iterable[str] | None = None,
        style: str = "delta",
        sizes: bool = False,
        convention: str = "shape",
        seed: int | None = None,
    ) -> Explanation:
        """Values forward, gradients backward, and the derivations.

        Parameters
        ----------
        at : mapping or str, optional
            Values of inputs by name (numbers, nested lists, arrays), or the text of an ``at`` statement; they go before
            those that the program gives. Without values there are no numbers, only expressions.
        wrt : iterable of str, optional
            Whose derivations are wanted; every input where not given. Where the output is an array, there are none, and
            no gradients: values and Jacobians only.
        style : str
        sizes : bool
            How derivations are written; see `derivation`.
        convention : str
            ``"shape"``, or ``"numerator"`` for Jacobian layout; see `gradient`. Every page says which it is.
        seed : int, optional
            For random values (``~ normal(0, 0.1)``).

        Raises
        ------
        InputError
            A value does not fit its name.

        Examples
        --------
        >>> import gradviz as gv
        >>> ex = gv.parse("q = x + y; f = q z").explain(at={"x": -2, "y": 5, "z": -4})
        >>> ex.values["q"], ex.gradients["x"]
        (3.0, -4.0)
        """
        from gradviz.api.explanation import Manner, explain

        if style not in STYLES:
            raise UsageError(say("no-such-style", name=style, known=", ".join(STYLES)))
        known_convention(convention)
        values = assigned(at)
        graph = self._shaped(values)
        every = () if core(graph._dag.nodes[graph._dag.root].shape) else graph.inputs
        names = every if wrt is None else tuple(graph._by(n) for n in wrt)
        return explain(graph, values, names, seed, Manner(style, sizes, convention))

    def _shaped(self, values: Mapping[str, Any]) -> Graph:
        """The graph with the shapes that values give to undeclared names."""
        if self._program is None:
            return self
        given = {}
        for name in self._dag.leaves:  # what is declared keeps its shape
            shape = shape_of(values.get(name))
            if shape and len(shape) != len(self._dag.shape(name)):
                given[name] = shape
        if not given:
            return self
        of = canonical(self._of) if self._of else None
        return Graph(build(self._program, of, given), self._program, self._of)

    # -- showing

    def save(self, path: str | Path, **options: Unpack[Options]) -> None:
        """Write a picture or a text; the extension chooses the writer. See `Explanation.save`."""
        self.explain().save(path, **options)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.explain()._repr_mimebundle_(include, exclude)


def _known_form(form: str) -> None:
    if form not in {"matrix", "index"}:
        raise UsageError(say("no-such-form", name=form, known="matrix, index"))


@cache
def _checking() -> ModuleType:
    """The room of checking, which is not needed for gradients; an import takes its time each time."""
    from gradviz.api import checking

    return checking
