"""What pictures and pages say: the steps, and the words around them."""

SENTENCES: dict[str, str] = {
    "step-value": "Forward: {name} is computed from {operands}.",
    "step-value-alone": "Forward: {name} is computed.",
    "step-start": "Backward from here: the derivative of {name} by itself is 1.",
    "step-first": "Backward: how {stage} changes with {name}{rules}.",
    "step-local": "Backward: the gradient of {stage}, times the derivative of {stage} by {name}{rules}.",
    "step-path": "Path {number} of {count} from {name}: through {stage}{rules}.",
    "step-sum": "{count} paths lead from {name} to {output}: their contributions add.",
    "step-rules": " ({rules})",
    "step-of": "step {number} of {count}",
    "no-step": "there is no step {number}: there are {count}",
    "no-steps": "this picture has no steps",
    "step-pattern": "'{name}' has no place for the number of the step: write it as in step-{{n:02}}.svg",
    "step-one": "a file for each step, and step {number} alone: choose one of the two",
    "step-format": "{suffix} files have no single step: {known} have",
    "frames-format": "{suffix} files are not written step by step into files of their own: {known} are",
    "steps-format": "{suffix} files do not show steps: {known} do",
    "no-pptx": "slides need the package python-pptx",
    "no-pptx-hint": "write 'pip install \"gradviz-explain[slides]\"', or save a page for each step: -o f.pdf --steps",
    "png-size": "at {dpi} dots per inch this picture is {dots} dots long: from 1 to {most} are possible",
}
