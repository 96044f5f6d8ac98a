"""The lecture's second problem in Python: three layers, binary cross-entropy, equation (16)."""

from pathlib import Path

import gradviz as gv

graph = gv.load(Path(__file__).with_name("bce.grad"))

print(graph.derivation("W2"))
print()
print("∂L/∂W₁ =", graph.gradient("W1"))
print("in LaTeX:", graph.gradient("W1").latex())

ex = graph.explain()
print("∂L/∂W₂ =", ex.gradients["W2"])
ex.save("bce.svg")
ex.save("bce.tex")
