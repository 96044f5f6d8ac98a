"""An explanation for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.api.derivation import Derivation
from gradviz.calculus.views import LONG
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.api.gradient import Gradient


def write_text(ex: Explanation) -> str:
    """Definitions, values, gradients and derivations, each under its heading."""
    parts = [_definitions(ex), _values(ex), _gradients(ex), _derivations(ex)]
    return "\n\n".join(p for p in parts if p)


def unicode(e: tree.Expr) -> str:
    """An expression as Unicode."""
    return write(e, "unicode", WORDS)


def left_of(ex: Explanation, name: str) -> tree.Expr:
    """What stands left of a definition: ``h₁``, or ``ŷᵢ`` where it is by entries."""
    letters = ex.graph.dag.entries.get(name, ())
    return tree.Entry(tree.Name(name), tuple(map(tree.Name, letters))) if letters else tree.Name(name)


def _definitions(ex: Explanation) -> str:
    dag = ex.graph.dag
    lines = [
        f"{write(left_of(ex, n), 'unicode', WORDS, bound=dag.entries.get(n, ()))} = "
        f"{write(stage_expr(dag, dag.names[n]), 'unicode', WORDS, bound=dag.entries.get(n, ()))}"
        for n in dag.stages
    ]
    lines += [f"({remark})" for remark in dag.remarks]
    if dag.undeclared:
        names = ", ".join(unicode(tree.Name(n)) for n in dag.undeclared)
        lines.append(f"({say('undeclared', names=names)})")
    return "\n".join(lines)


def _values(ex: Explanation) -> str:
    if not ex.values:
        return ""
    lines = (f"  {line}" for line in _forward(ex))
    return "\n".join([f"{say('heading-values')}:", *lines, *_without_value(ex)])


def _without_value(ex: Explanation) -> list[str]:
    """Where a value stops being a finite number, and what it was made of."""
    dag = ex.graph.dag
    for i, node in enumerate(dag.nodes):
        if node.inputs and i in ex.node_values and not _finite(ex.node_values[i]):
            made = ", ".join(f"{numbers.told(unicode(node_expr(dag, j)), ex.value_at(j))}" for j in node.inputs)
            whole = unicode(stage_expr(dag, i))
            return [f"  ({say('not-finite', expression=whole, value=numbers.text(ex.value_at(i)), made=made)})"]
    return []


def _finite(value: Any) -> bool:
    entries = value.ravel() if hasattr(value, "ravel") else [value]
    return all(math.isfinite(v) for v in entries)


def _forward(ex: Explanation) -> Iterator[str]:
    """Each value with its name, in topological order, inputs first; unnamed operations where they are short."""
    dag = ex.graph.dag
    for name in dag.leaves:
        if name in ex.values:
            yield numbers.told(unicode(tree.Name(name)), ex.values[name])
    # What nobody named is shown where nothing else stands between inputs and output.
    small = len(dag.stages) == 1 and len(dag.nodes) - len(dag.hidden) <= LONG
    for i, node in enumerate(dag.nodes):
        if not node.inputs or i not in ex.node_values or i in dag.hidden:
            continue
        text = unicode(node_expr(dag, i))
        if node.name:
            yield numbers.told(text, ex.values[node.name])
        elif small and len(text) <= LONG and node.op not in {"transpose", "neg"}:
            yield numbers.told(text, ex.value_at(i))


def named_gradients(ex: Explanation) -> Iterator[tuple[str, tree.Expr, Gradient]]:
    """The gradients of all inputs and stages but the output: a name, how its gradient is called, and what it is."""
    dag = ex.graph.dag
    for name in (*dag.leaves, *dag.stages):
        if name == dag.output or name not in ex.symbolic:
            continue
        gradient = ex.symbolic[name]
        left: tree.Expr = tree.Partial(tree.Name(dag.output), tree.Name(name))
        if gradient.letters:
            left = tree.Entry(left, tuple(map(tree.Name, gradient.letters)))
        yield name, left, gradient


def _gradients(ex: Explanation) -> str:
    lines = []
    for name, left, gradient in named_gradients(ex):
        line = f"  {unicode(left)} = {gradient}"
        if name in ex.gradients:
            figures = ex.gradients[name]
            line = line if str(gradient) == numbers.text(figures) else numbers.told(line, figures)
        lines.append(line)
    if not lines:
        return str(ex.graph.without_gradients or "")
    if ex.layout is not None:
        lines.append(f"  ({ex.layout})")
    return "\n".join([f"{say('heading-gradients')}:", *lines, *kinks(ex)])


def by_formula(ex: Explanation) -> Message:
    """That the numbers of some gradients are those of their formulas."""
    names = ", ".join(unicode(tree.Partial(tree.Name(ex.graph.output), tree.Name(n))) for n in ex.by_formula)
    return say("by-formula", names=names)


def kinks(ex: Explanation) -> list[str]:
    """What numbers are that are not those of the sweep, and what is taken for a derivative where there is none."""
    from gradviz.ops import OPERATIONS

    dag = ex.graph.dag
    found = dict.fromkeys(n.op for i, n in enumerate(dag.nodes) if OPERATIONS[n.op].kinks and i not in dag.hidden)
    lines = [f"  ({say('relu-zero', name=_called(op), kinks=OPERATIONS[op].kinks)})" for op in found]
    return [*([f"  ({by_formula(ex)})"] if ex.by_formula else []), *lines]


def _called(op: str) -> str:
    from gradviz.ops import OPERATIONS

    word = OPERATIONS[op].word
    return word.unicode if word and word.unicode else op


def _derivations(ex: Explanation) -> str:
    told: set[str] = set()
    blocks = []
    for n in ex.wrt:
        block = without_told(ex.derivations[n], told).text()
        blocks.append("\n".join("  " + line for line in block.splitlines()))
    return f"{say('heading-derivations')}:\n" + "\n\n".join(blocks) if blocks else ""


def without_told(derivation: Derivation, told: set[str]) -> Derivation:
    """The derivation without the chapters (δ₂ = …) that a page has told already; those it tells are noted."""
    last = derivation.steps[-1].chapter if derivation.steps else None
    kept = [s for s in derivation.steps if s.chapter == last or s.chapter is None or unicode(s.chapter) not in told]
    told |= {unicode(s.chapter) for s in derivation.steps if s.chapter is not None}
    return replace(derivation, steps=tuple(kept))
