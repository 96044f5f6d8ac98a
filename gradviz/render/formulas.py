"""Formulas, kept on disk: the typesetter is imported only for one that was never seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from gradviz.render import scripts
from gradviz.render.cache import Store, key_of, locate, versions
from gradviz.render.formula import FORMAT, Formula, from_data, to_data


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Makes formulas, or finds them where they are kept.

    Examples
    --------
    >>> Typesetter(Store("")).formula("x^2", 20).latex
    'x^2'
    """

    store: Store
    made_with: str = field(default_factory=lambda: versions(locate, "ziamath", "ziafont", "latex2mathml"))

    @property
    def outliner(self) -> str:
        """Which version of what outlines other fonts' characters is installed; "" for none."""
        return versions(locate, "fontTools") or str(locate("fontTools"))

    def formula(self, latex: str, size: float) -> Formula:
        """Return a formula at a size in pixels."""
        # What is installed may change, and with it how other scripts are drawn.
        installed = (scripts.fonts(), self.outliner) if scripts.has_script(latex) else ()
        return _formula(self.store, self.made_with, latex, float(size), installed)


@lru_cache(maxsize=2048)  # a page, its frames and the next picture show the same formulas again
def _formula(store: Store, made_with: str, latex: str, size: float, installed: tuple[object, ...]) -> Formula:
    key = key_of("formula", FORMAT, made_with, latex, size, *installed)
    kept = from_data(store.get(key))
    if kept is not None and kept.latex == latex:
        return kept
    from gradviz.render.plain import plain
    from gradviz.render.typeset import typeset

    made = replace(typeset(latex, size), text=plain(latex))
    store.put(key, to_data(made))
    return made
