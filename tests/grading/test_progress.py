"""The bar that tells how far grading is, where standard error is a terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is wanted")
def test_grading_at_a_terminal(tmp_path):
    import pty

    main, side = pty.openpty()
    try:
        command = [sys.executable, "-m", "gradviz.cli", "grade", "homework.toml", "answers.csv"]
        command += ["-o", str(tmp_path / "results.jsonl")]
        environment = {**os.environ, "TERM": "xterm"}
        subprocess.run(  # noqa: S603
            command, check=True, cwd=EXAMPLES, stderr=side, stdout=subprocess.PIPE, env=environment, timeout=120
        )
        told = os.read(main, 1 << 16).decode()
    finally:
        os.close(main)
        os.close(side)
    assert "9/9" in told
    assert "/s" in told
    assert len((tmp_path / "results.jsonl").read_text("utf-8").splitlines()) == 9
