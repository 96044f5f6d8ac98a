"""What is said of shapes, names and facts when a graph is built."""

SENTENCES: dict[str, str] = {
}
