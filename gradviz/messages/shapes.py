"""What is said of shapes, names and facts when a graph is built."""

SENTENCES: dict[str, str] = {
    "shapes-differ": "the shapes {left} and {right} differ",
    "inner-sizes": (
        "a {left} array cannot be multiplied by a {right} array: the inner sizes are {inner} and {other}"
    ),
    "not-an-array": "this wants a vector or a matrix, not a {shape}",
    "not-a-vector": "this wants a vector, and its operand is {shape}",
    "not-a-matrix": "this wants a matrix, and its operand is {shape}",
    "not-square": "this wants a square matrix, and its operand is {shape}",
    "shapes-in": "{problem} (in {expression})",
    "try-transpose": "with a transpose it would fit: write {suggestion}",
    "try-hadamard": "for the product entry by entry, write {suggestion}",
}
