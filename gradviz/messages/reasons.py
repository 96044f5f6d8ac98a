"""The reasons of derivation steps."""

SENTENCES: dict[str, str] = {
}
