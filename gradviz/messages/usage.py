"""What is said of requests: values, outputs, formats, files."""

SENTENCES: dict[str, str] = {
    "layout-failed": "Graphviz could not lay out this picture",
    "no-graphviz": "a picture needs Graphviz, and neither pygraphviz nor the program 'dot' is here",
    "no-graphviz-hint": "write 'pip install pygraphviz', or install Graphviz",
    "no-png": "PNG pictures need the package resvg-py",
    "no-png-hint": "write 'pip install \"gradviz-explain[images]\"', or save the picture as SVG",
    "unknown-theme": "there is no theme '{name}'; there are {names}",
}
