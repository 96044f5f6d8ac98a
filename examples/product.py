"""The lecture's first problem in Python: f = (x + y) z at one point."""

import gradviz as gv

graph = gv.parse("q = x + y; f = q z")
ex = graph.explain(at={"x": -2, "y": 5, "z": -4})

print("q =", ex.values["q"], " f =", ex.values["f"])
for name in graph.inputs:
    print(graph.derivation(name))
    print(f"so the gradient by {name} is {graph.gradient(name)} = {ex.gradients[name]}")

ex.save("product.svg")
