"""Problems of courses and books: the program, and the form that the book prints."""

from importlib import import_module

from tests.textbook.problem import Problem

TOPICS = (
    "scalars",
    "activations",
    "losses",
    "regression",
    "matrices",
    "networks",
    "layers",
    "structure",
    "probability",
    "second",
    "courses",
)
"""Files of problems."""

PROBLEMS: tuple[Problem, ...] = tuple(p for t in TOPICS for p in import_module(f"tests.textbook.{t}").PROBLEMS)

__all__ = ["PROBLEMS", "TOPICS", "Problem"]
