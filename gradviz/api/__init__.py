"""What users meet: graphs, gradients, derivations, explanations."""

from gradviz.api.builder import Builder, Ref, from_sympy
from gradviz.api.derivation import Derivation
from gradviz.api.explanation import Explanation
from gradviz.api.files import read_text, replace_file
from gradviz.api.gradient import Gradient
from gradviz.api.graph import Graph
from gradviz.api.programs import load, parse

__all__ = [
    "Builder",
    "Derivation",
    "Explanation",
    "Gradient",
    "Graph",
    "Ref",
    "from_sympy",
    "load",
    "parse",
    "read_text",
    "replace_file",
]
