"""What is said of requests: values, outputs, formats, files."""

SENTENCES: dict[str, str] = {
}
