"""Inputs made of pieces of the language, mutated: what reads them raises nothing but GradvizError, and never hangs.

``python -m tests.checking.fuzz 200000`` runs as many; tests run a few thousand of the same.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import gradviz as gv
from gradviz.grading import read_homework, read_submissions
from gradviz.messages import GradvizError
from gradviz.notation import read_expression
from gradviz.ops import WORDS
from tests.checking.kinds import KINDS

LONGEST = 1.0
"""Seconds of processor time that an input may take, once its question was asked."""
PIECES = (
    *"()[]{}|‖'′^_+-−*/·⊙⊘×=<>≤,.;:$&\\ \n\t0123456789",
    *("ŷ", "y", "z", "z2", "W1", "W2", "h1", "h_1", "h₁", "x", "L", "δ2", "𝟏", "I", "e", "π", "ᵀ", "^T", "⁻¹", "²", "∂", "d", "dL/dz2"),
    *("∂L/∂W2", "∂ŷ/∂z2", "∇_W2 L", "sum", "σ(", "softmax(", "ln ", "e^", "1/", "sqrt(", "𝟙[", "∑_i ", "_i", "x_i", "[1]", "[1:2]"),
    *("\\frac{", "\\partial", "\\hat{y}", "\\sum_{i=1}^{3}", "\\begin{cases}", "\\end{cases}", "\\left(", "\\right)", "\\top", "^{-1}"),
    *("max(", "relu'", "logsumexp(", "det(", "inv(", "tr(", "conv1d(", "10^20", "1e9", "0.001", "nan", "__import__", "\u200b", "\ud800"),
    *("at x = 1", "x ∈ ℝ^3", "block f(a):", "return ", "data ", "# ", "\"", "```", "\\\\", "\\text{so}", "%"),
)  # fmt: skip
ANSWERS = tuple(answer for kind in KINDS for pair in kind.pairs for answer in pair)
HOMEWORK = 'program = "f = (x + y) z"\npoints = 2\n[[question]]\nid = "a"\ntarget = "x"\nfeedback = "hint"\n'
TABLES = (
    "student_id,question,answer\nann,1a,x\n",
    '{"student_id": "ann", "question": "1a", "answer": "x"}\n',
    "## 1a\n$x$\n",
)
PROGRAM = """x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = σ(z2); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"""


@cache
def graph() -> gv.Graph:
    return gv.parse(PROGRAM)


def mutated(text: str, draw: random.Random) -> str:
    """A text with pieces put in, taken out, doubled, or exchanged with those of another answer."""
    for _ in range(draw.randint(0, 4)):
        at, end = sorted(draw.randrange(len(text) + 1) for _ in range(2))
        end = min(end, at + 8)
        kind = draw.randrange(5)
        new = draw.choice(PIECES) if kind < 2 else "" if kind == 2 else text[at:end] * draw.randint(2, 3)
        if kind == 4:
            other = draw.choice(ANSWERS)
            new = other[draw.randrange(len(other)) :]
        text = text[:at] + new + text[at if kind == 0 else end :]
    return text


def made(draw: random.Random) -> str:
    """An answer, mutated, or pieces in a row."""
    if draw.random() < 0.7:
        return mutated(draw.choice(ANSWERS), draw)
    return draw.choice(("", " ")).join(draw.choice(PIECES) for _ in range(draw.randint(0, 12)))


def expression(draw: random.Random) -> None:
    read_expression(made(draw), WORDS, graph().dag.names, answer=draw.random() < 0.5)


def answer(draw: random.Random) -> None:
    verdict = graph().check(
        draw.choice(("W2", "W1", "z2", "dŷ/dz2", "L")), made(draw), feedback=draw.choice(("verdict", "full"))
    )
    assert "problem" not in verdict.evidence, verdict.evidence
    assert verdict.json()["status"] == verdict.status


def lines(draw: random.Random) -> None:
    found = graph().check_derivation(
        "W2", draw.choice((" = ", "\n= ", " \\\\ &= ")).join(made(draw) for _ in range(draw.randint(1, 3)))
    )
    assert 0 <= found.right <= found.total <= len(found.lines) + 1


def homework(draw: random.Random) -> None:
    read_homework(mutated(HOMEWORK, draw))


def submissions(draw: random.Random) -> None:
    text = mutated(draw.choice(TABLES), draw)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / draw.choice(("a.csv", "a.jsonl", "a.ipynb", "a.md"))
        path.write_bytes(text.encode("utf-8", "surrogatepass") + draw.choice((b"", b"\xff", b"\x00")))
        list(read_submissions(path if path.suffix != ".md" else path.parent))


WORKS: tuple[tuple[Callable[[random.Random], None], int], ...] = (
    (expression, 8),
    (answer, 8),
    (lines, 2),
    (homework, 1),
    (submissions, 1),
)


def run(count: int, seed: int) -> list[str]:
    """Run so many inputs; gives what failed, so that it can be run again."""
    failed = []
    works = [work for work, share in WORKS for _ in range(share)]
    for work, _ in WORKS:
        for n in range(20):  # what is made once for a question does not count
            _one(work, f"warm {n}")
    for n in range(count):
        work = works[n % len(works)]
        key = f"{seed} {n}"
        began = time.process_time()
        problem = _one(work, key)
        seconds = time.process_time() - began
        if seconds > LONGEST:
            problem = problem or f"{seconds:.1f} s"
        if problem:
            failed.append(f"{work.__name__} {key}: {problem}")
    return failed


def _one(work: Callable[[random.Random], None], key: str) -> str:
    try:
        work(random.Random(key))  # noqa: S311
    except GradvizError as problem:
        str(problem)
    except Exception as problem:
        return repr(problem)
    return ""


if __name__ == "__main__":
    print("\n".join(run(int(sys.argv[1]), int((*sys.argv, "1")[2]))))
