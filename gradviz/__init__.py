"""gradviz explains backpropagation: maths as on a board in; values, gradients, derivations and pictures out.

>>> import gradviz as gv
>>> graph = gv.parse("f = (x + y) z")
>>> str(graph.gradient("z"))
'x + y'
"""

from gradviz.api import (
    Builder,
    Derivation,
    Explanation,
    Gradient,
    Graph,
    Ref,
    from_sympy,
    load,
    parse,
)
from gradviz.checking import Mistake, Verdict
from gradviz.messages import GradvizError

__version__ = "0.1.0"

__all__ = [
    "Builder",
    "Derivation",
    "Explanation",
    "Gradient",
    "GradvizError",
    "Graph",
    "Mistake",
    "Ref",
    "Verdict",
    "__version__",
    "from_sympy",
    "load",
    "parse",
]
