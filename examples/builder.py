"""The same kind of graph made by a program instead of text, and from a sympy expression."""

import sympy

import gradviz as gv

build = gv.Builder()
x = build.input("x", (3,), data=True)
W = build.input("W", (4, 3))
h = build.stage("h", build.apply("sigmoid", W @ x))
build.stage("L", build.apply("sum", h * h))
print(build.graph().gradient("W"))

a, b = sympy.symbols("a b")
print(gv.from_sympy(sympy.exp(-a * b) * a).gradient("a"))
