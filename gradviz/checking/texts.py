"""What answers are as texts and trees, before they are read into nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gradviz.messages import GradvizError, NamingError, Place, ResourceError, say
from gradviz.notation import place_of, tree
from gradviz.notation.walk import children, rebuild, substitute, within
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.shapes import canonical, show


def placer(text: str) -> Callable[[tree.Span], Place | None]:
    """From parts of an answer to the places that errors show."""

    def place(span: tree.Span) -> Place | None:
        return None if span == tree.NOWHERE else place_of(tree.Source(text), span)

    return place


def partials(e: tree.Expr) -> list[tree.Partial]:
    """The derivatives that an answer names."""
    found = []
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Partial):
            found.append(here)
        else:
            stack.extend(children(here))
    return found


def has_partials(e: tree.Expr) -> bool:
    """Whether an answer names a derivative."""
    return tree.Partial in map(type, within(e))


def left_letters(text: str, axes: int) -> tuple[str, ...]:
    """The indices that a left side has, where it names one entry of what has so many axes.

    Examples
    --------
    >>> left_letters("dL/dW_ij = x_i d_j", 2), left_letters("∂ŷ_i/∂z_k = 1", 2), left_letters("dL/dW = 1", 2)
    (('i', 'j'), ('i', 'k'), ())
    """
    left = text.partition("=")[0]
    found = tuple(c for some in _SUBSCRIPT.findall(left) for c in re.findall("[a-z]", unsubscripted(some)))
    return found if len(set(found)) == len(found) == axes else ()


_SUBSCRIPT = re.compile(
    r"_\{[a-z][a-z, ]*\}|_[a-z]+(?![A-Za-z0-9])|\[[a-z][a-z, ]*\]|[ᵢⱼₖₗₘₙₚ]+|(?<=\d),[a-z, ]+(?=\})"
)
_SMALL = str.maketrans("ᵢⱼₖₗₘₙₚ", "ijklmnp")


def unsubscripted(text: str) -> str:
    """Letters below the line as they are on it."""
    return text.translate(_SMALL)


_LETTERS = "ijklmpqrstuv"


def letters_in(text: str, axes: int, given: str = _LETTERS) -> list[tuple[str, ...]]:
    """The indices that an answer may be written with, one for each axis of what is asked for.

    Those that are used come first, in the order of the alphabet; then those that gradviz gives.

    Examples
    --------
    >>> letters_in("x_i d_j", 2), letters_in("a_i", 1), letters_in("a", 0)
    ([('i', 'j')], [('i',), ('j',), ('k',)], [])
    """
    if not axes:
        return []
    bound = _bound_letters(text)
    used = [c for c in "ijkl" if c not in bound and re.search(rf"[_\[,{{]\s*[a-z, ]*{c}", text)]
    ordered = [tuple(used[:axes])] if len(used) >= axes else []
    free = free_letters(text)
    if len(free) == axes:
        ordered.insert(0, free)
    usual = [(c,) for c in "ijk"] if axes == 1 else [tuple(_LETTERS[:axes])]
    computed = _computed_letters(text)
    usual += [computed] if len(computed) == axes else []
    return list(dict.fromkeys([*ordered, *usual, tuple(given[:axes])]))


def _bound_letters(text: str) -> set[str]:
    """The letters that sums run over."""
    return {c for found in _BOUND.findall(text) for c in re.findall("[a-z]", unsubscripted("".join(found)))}


def _computed_letters(text: str) -> tuple[str, ...]:
    """The letters that no sum runs over, of places that are computed: u and v in ``x_{i+u-1,j+v-1}``."""
    bound = _bound_letters(text)
    places = _COMPUTED.findall(_BOUND.sub("", text))
    used = {c for found in places for c in re.findall(r"(?<![a-z])[a-z](?![a-z])", "".join(found))}
    return tuple(sorted(used - bound))


_COMPUTED = re.compile(r"_\{([a-z0-9+\-−, ]*[+\-−][a-z0-9+\-−, ]*)\}|\[([a-z0-9+\-−, ]*[+\-−][a-z0-9+\-−, ]*)\]")
_INDICES = re.compile(r"_\{([a-z][a-z, ]*)\}|_([a-z]{1,3})(?![A-Za-z0-9])|\[([a-z](?:, ?[a-z])*)\]|([ᵢⱼₖₗₘₙₚ]+)")
_BOUND = re.compile(
    r"(?:∑|Σ|∏|\\sum|\\prod|(?<![A-Za-z])(?:sum|prod))\s*(?:\\limits)?\s*"
    r"(?:_\s*\{?\s*([a-z](?:, ?[a-z])*)|([ᵢⱼₖₗₘₙₚ]+))"
)


def free_letters(text: str) -> tuple[str, ...]:
    """The letters that entries are read at in a text, and no sum runs over, in the order of the alphabet.

    Examples
    --------
    >>> free_letters("∑_i X_{ij} P_{ik}"), free_letters("p_j(δ_{jk} - p_k)")
    (('j', 'k'), ('j', 'k'))
    """
    bound = _bound_letters(text)
    places = _INDICES.findall(_BOUND.sub("", text))
    used = {c for found in places for c in re.findall("[a-z]", unsubscripted("".join(found)))}
    return tuple(sorted(used - bound))


def behind_sum(problem: GradvizError, text: str) -> GradvizError:
    """What is wrong; of an entry behind the end of the sum that its index belongs to, with what to write."""
    place = problem.place
    if not isinstance(problem, NamingError) or place is None or problem.message.kind != "unknown-name":
        return problem
    name = place.source[place.column - 1 : place.column - 1 + place.width]
    letters = set(free_letters(name))
    bound = {c for found in _BOUND.findall(text) for c in re.findall("[a-z]", unsubscripted("".join(found)))}
    shared = sorted(letters & bound)
    return NamingError(problem.message, place, say("hint-sum-ends", index=shared[0])) if shared else problem


def entries_outside(e: tree.Expr) -> tree.Expr:
    """``∂L/∂z[2]`` is the second entry of ``∂L/∂z``, and ``∂h_j/∂x_i`` that of ``∂h/∂x`` at j and i."""
    if isinstance(e, tree.Partial):
        of, above = _entry(e.of)
        by, below = _entry(e.by)
        if above and not below and not any(isinstance(i, tree.Name) for i in above):
            return e  # ∂x[1]/∂x and ∂x[2:4]/∂x are derivatives of one number, and of several
        return tree.Entry(tree.Partial(of, by, e.span), (*above, *below), e.span) if above or below else e
    return rebuild(e, entries_outside) if children(e) else e


def _entry(e: tree.Expr) -> tuple[tree.Expr, tuple[tree.Expr, ...]]:
    """An array, and the indices that an entry of it is read at: ``ln p_j`` is that of ``ln p`` at j."""
    if isinstance(e, tree.Entry):
        whole = not any(isinstance(x, tree.Entry | tree.Big) for x in within(e.array))  # (X⁻¹)[k, l], softmax(z)[i]
        return (e.array, e.indices) if whole else (e, ())
    found = {x.indices for x in within(e) if isinstance(x, tree.Entry)}
    if len(found) != 1 or not _is_by_entries(e):
        return e, ()
    return _arrays(e), found.pop()


def _is_by_entries(e: tree.Expr) -> bool:
    """Whether an expression is made of entries of names, and numbers, by operations that act on each entry."""
    match e:
        case tree.Entry():
            return isinstance(e.array, tree.Name)
        case tree.Number() | tree.Constant(name="e"):
            return True
        case tree.Call():
            operation = OPERATIONS.get(e.function)
            if operation is None or not operation.elementwise or e.order or e.options:
                return False
        case tree.Sum() | tree.Product() | tree.Power() | tree.Negative():
            pass
        case _:
            return False
    return all(map(_is_by_entries, children(e)))


def _arrays(e: tree.Expr) -> tree.Expr:
    """The arrays that an expression of entries is one entry of."""
    if isinstance(e, tree.Entry):
        return e.array
    if not isinstance(e, tree.Product):
        return rebuild(e, _arrays)
    result, has = _arrays(e.operands[0]), has_entries(e.operands[0])
    for sign, operand in zip(e.operators, e.operands[1:], strict=True):
        both = has and has_entries(operand)
        by_entries = "⊘" if sign in ("/", "⊘") else "⊙"
        result = tree.Product((result, _arrays(operand)), (by_entries if both else sign,))
        has = has or has_entries(operand)
    return result


def has_entries(e: tree.Expr) -> bool:
    """Whether an expression reads an entry of something."""
    return tree.Entry in map(type, within(e))


MOST_PARTS = 5_000
"""Parts of an answer with all that it defines put in its place."""


def with_definitions(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """An answer with what it defines in the place of names.

    Raises
    ------
    NamingError
        Something is defined by itself.
    ResourceError
        It would be too large.
    """
    sizes = {name: len(within(x)) for name, x in put.items()}
    for _ in put:
        parts = within(e)
        if sum(sizes.get(x.name, 1) if isinstance(x, tree.Name) else 1 for x in parts) > MOST_PARTS:
            raise ResourceError(say("answer-too-much", limit=MOST_PARTS))
        e = substitute(e, put)
    left = sorted({x.name for x in within(e) if isinstance(x, tree.Name)} & put.keys())
    if left:
        raise NamingError(say("answer-defines-twice", names=", ".join(left)))
    return e


def are_named(e: tree.Expr) -> bool:
    """Whether all derivatives of an answer are those of names by names."""
    return all(type(x.of) is type(x.by) is tree.Name for x in within(e) if isinstance(x, tree.Partial))


def has_indices_of(name: str, e: tree.Expr, count: int) -> bool:
    """Whether an answer reads entries of a name by so many indices."""
    return any(type(x) is tree.Entry and x.array == tree.Name(name) and len(x.indices) == count for x in within(e))


def shape_text(shape: Shape) -> str:
    """A shape as people say it; a vector is a column."""
    return show(shape) if len(shape) != 1 else f"{show(shape)}×1"


def same_shape(given: Shape, wanted: Shape) -> bool:
    """Whether two shapes are the same; a column of one column is a vector."""
    return canonical(given) == canonical(wanted)
