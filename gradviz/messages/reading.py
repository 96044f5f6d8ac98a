"""What the reader says of a text."""

SENTENCES: dict[str, str] = {
    "unknown-name": "'{name}' is not a name of this program",
}
