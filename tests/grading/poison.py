"""A judge that some answers hang, fill, break or kill."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any

from gradviz.grading import Question

POISON = ("hang", "grow", "segfault", "quit", "recurse", "raise")


def judge(question: Question, answer: str, seed: int | None = None) -> dict[str, Any]:
    poison = answer.split(maxsplit=1)[0] if answer else ""
    if poison == "hang":
        time.sleep(3600)
    if poison == "grow":
        kept = []
        while True:
            kept.append(bytearray(64 << 20))
    if poison == "segfault":
        ctypes.string_at(0)
    if poison == "quit":
        os._exit(0)
    if poison == "recurse":
        return judge_deep(question, answer)
    if poison == "raise":
        raise KeyError(answer)
    if poison == "slow":
        time.sleep(0.01)
    if poison == "print":
        print("between the replies")
    right = answer == "right"
    status = "equal_proved" if right else "unequal_proved"
    said = {"unicode": answer, "latex": "x"}
    mistakes = [] if right else [{"mistake": "sign", "message": "the sign"}]
    return {
        "status": status,
        "score": question.points * right,
        "message": f"judged by {os.getpid()}",
        "parsed": said,
        "expected": said,
        "diagnosis": mistakes,
    }


def judge_deep(question: Question, answer: str) -> dict[str, Any]:
    return judge_deep(question, answer)
