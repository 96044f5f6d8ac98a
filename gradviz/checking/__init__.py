"""Answers: whether they are right, and what the mistake is.

What decides is imported where it is first used (`gradviz.checking.checker`, `.wanted`, `.target`): it needs NumPy.
"""

from gradviz.checking.verdict import LEVELS, STATUSES, Mistake, Spelled, Verdict

__all__ = ["LEVELS", "STATUSES", "Mistake", "Spelled", "Verdict"]
