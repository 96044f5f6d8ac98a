"""What a problem of a textbook is: a program, what it is differentiated by, and the form that the book prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["gradient", "later", "jacobian", "index", "hessian"]
Status = Literal["", "form", "missing", "fault"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Parameters
    ----------
    topic : str
    source : str
        A program in gradviz's notation.
    by : str
        What is differentiated by; ``ŷ/z`` for the Jacobian of a stage ``ŷ``.
    expected : str
        What the book prints, in gradviz's notation and the names of the program.
    where : str
        The book or course, and the equation or section.
    kind : str
        ``gradient``; ``later`` (in the adjoints of later stages); ``jacobian`` in matrix notation; ``index`` (one entry
        of it); ``hessian``.
    status : str
        What does not hold yet: ``form`` (right, in another form), ``missing`` (the program uses what is not there),
        ``fault`` (it breaks).
    also : str
        Another right form, as good as that of the book, which gradviz prints instead.
    """

    topic: str
    source: str
    by: str
    expected: str
    where: str
    kind: Kind = "gradient"
    status: Status = ""
    also: str = ""

    @property
    def printed(self) -> str:
        """What gradviz is to print."""
        return self.also or self.expected

    @property
    def label(self) -> str:
        """What the test is called."""
        return f"{self.topic}: {self.source.splitlines()[-1].split('; ')[-1]} by {self.by}"
