"""Problems of courses and books: the program, and the form that the book prints."""

from tests.textbook import (
    activations,
    layers,
    losses,
    matrices,
    networks,
    probability,
    regression,
    scalars,
    second,
    structure,
)
from tests.textbook.problem import Problem

PROBLEMS: tuple[Problem, ...] = (
    *scalars.PROBLEMS,
    *activations.PROBLEMS,
    *losses.PROBLEMS,
    *regression.PROBLEMS,
    *matrices.PROBLEMS,
    *networks.PROBLEMS,
    *layers.PROBLEMS,
    *structure.PROBLEMS,
    *probability.PROBLEMS,
    *second.PROBLEMS,
)

__all__ = ["PROBLEMS", "Problem"]
