"""Two processes write the same, whatever the hash seed; one process writes the same twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gradviz as gv

PROGRAMS = {
    "net": """
        x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
        z1 = W1ᵀ x; h1 = e^z1/(1 + e^z1); z2 = W2ᵀ h1; ŷ = σ(z2); L = -y ln ŷ - (1 - y) ln(1 - ŷ)
        at x = [1, 2, -1], y = 1, W2 ~ normal(0, 1), W1 ~ normal(0, 1)
        """,
    "softmax": """
        X ∈ ℝ^{3×2}; W ∈ ℝ^{2×4}; b ∈ ℝ^4; Y ∈ onehot(3×4)
        Z = X W + b; P = softmax(Z); L = -1/3 sum(Y ⊙ ln P) + 0.1 ‖W‖² + max(b)
        at X ~ normal(0, 1), W ~ normal(0, 1), b = [1, 2, 3, 4], Y = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
        """,
    "scalars": "a = x y + sin(x) z; b = a^2/(1 + x); c = tanh(a b) + ln(1 + y^2); L = a b c\nat x = 1, y = 2, z = 3",
}
SUFFIXES = ("txt", "tex", "md", "json", "svg", "dot")
SCRIPT = """
import sys
from pathlib import Path
import gradviz as gv
folder = Path(sys.argv[1])
for source in folder.glob("*.grad"):
    ex = gv.load(source).explain(seed=3)
    for suffix in {suffixes}:
        for view in ("stages", "ops") if suffix in ("svg", "dot") else ("stages",):
            ex.save(folder / f"{{source.stem}}-{{view}}.{{suffix}}", view=view)
    (folder / f"{{source.stem}}.nx").write_text(repr(list(ex.graph.nx.edges(keys=True, data=True))), "utf-8")
"""


def written(folder: Path, seed: str) -> dict[str, bytes]:
    folder.mkdir()
    for name, text in PROGRAMS.items():
        (folder / f"{name}.grad").write_text("\n".join(line.strip() for line in text.splitlines()), "utf-8")
    environment = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder)}
    script = SCRIPT.format(suffixes=SUFFIXES)
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, str(folder)], check=True, env=environment, cwd=Path(gv.__file__).parent.parent
    )
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix not in {".grad", ""} and p.is_file()}


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one", "1"), written(tmp_path / "other", "4242")
    assert one.keys() == other.keys()
    assert len(one) == len(PROGRAMS) * (len(SUFFIXES) + 3)
    for name, content in one.items():
        assert content == other[name], name
        assert content


@pytest.mark.parametrize("name", PROGRAMS)
def test_one_process_writes_the_same_twice(name: str) -> None:
    text = "\n".join(line.strip() for line in PROGRAMS[name].splitlines())
    graph = gv.parse(text)
    ex = graph.explain(seed=3)
    # The order in which things are asked for does not show.
    for n in reversed(graph.inputs):
        graph.derivation(n)
    again = gv.parse(text).explain(seed=3)
    assert ex.text() == ex.text() == again.text()
    assert ex.svg() == ex.svg() == again.svg()
    assert ex.json() == again.json()
    assert ex.markdown() == again.markdown()
