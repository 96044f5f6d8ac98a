"""Words that are defined in gradviz's own language, and open into their definitions: losses by name.

The prediction comes first. Losses of each number on its own (``mse``, ``bce``, …) are means over all entries. Losses of
a distribution (``cross_entropy``, …) take an array of one axis for one, and each row of a matrix: then they are the
mean over the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gradviz.notation.words import Word


@dataclass(frozen=True, slots=True)
class Definition:
    """One word and its text.

    Parameters
    ----------
    name : str
    parameters : tuple of str
        The first two are arrays of one shape, the others numbers.
    entry : str
        What one entry gives, every product being one of entries.
    sign : str
        What stands before the whole.
    each : bool
        Whether each entry is a sample: the mean is taken over all; else entries are summed, and rows averaged.
    defaults : tuple of str
        Texts of the last parameters where they are not given.
    """

    name: str
    parameters: tuple[str, ...]
    entry: str
    sign: str = ""
    each: bool = True
    defaults: tuple[str, ...] = ()

    def text(self, axes: int) -> str:
        """The definition for arrays of so many axes.

        Examples
        --------
        >>> DEFINITIONS["mse"].text(0), DEFINITIONS["cross_entropy"].text(2)
        ('(ŷ - y)^2', '-mean(rowsum(y ln ŷ))')
        """
        if axes == 0:
            return self.sign + (f"({self.entry})" if self.sign else self.entry)
        whole = "mean({})" if self.each else "sum({})" if axes == 1 else "mean(rowsum({}))"
        return self.sign + whole.format(self.entry)

    @property
    def word(self) -> Word:
        """How it is called."""
        most = len(self.parameters)
        latex = rf"\operatorname{{{self.name}}}".replace("_", r"\_")
        return Word(self.name, (self.name,), (most - len(self.defaults), most), self.name, latex, self.name)


_P, _Z = ("ŷ", "y"), ("z", "y")

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        d.name: d
        for d in (
            Definition("mse", _P, "(ŷ - y)^2"),
            Definition("mae", _P, "|ŷ - y|"),
            # Huber, Robust Estimation of a Location Parameter (1964): a parabola between −d and d, lines outside.
            Definition(
                "huber",
                ("ŷ", "y", "d"),
                "(ŷ - y)^2 𝟙[|ŷ - y| ≤ d]/2 + d (|ŷ - y| - d/2) 𝟙[|ŷ - y| > d]",
                defaults=("1",),
            ),
            Definition("bce", _P, "y ln ŷ + (1 - y) ln(1 - ŷ)", sign="-"),
            Definition("bce_logits", _Z, "softplus(z) - y z"),
            Definition("hinge", ("s", "y"), "max(0, 1 - y s)"),
            Definition("cross_entropy", _P, "y ln ŷ", sign="-", each=False),
            Definition("cross_entropy_logits", _Z, "y log_softmax(z)", sign="-", each=False),
            Definition("nll", ("l", "y"), "y l", sign="-", each=False),
            Definition("kl", ("p", "q"), "p (ln p - ln q)", each=False),
        )
    }
)
"""Losses, each with its text."""
