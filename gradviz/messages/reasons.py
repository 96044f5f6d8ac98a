"""The reasons of derivation steps."""

SENTENCES: dict[str, str] = {
    "adjoint-name": "the adjoint of {name}",
    "chain-rule": "chain rule",
    "paths-add": "{count} paths lead from {name} to {output}: their contributions add",
    "local": "{equation}",
    "held": "{reason}, with {names} held fixed",
    "placed": "{equation}; placed by shape",
    "placed-unnamed": "placed by shape",
    "fold": "{equations}",
    "cancel": "common factors cancel",
    "logistic": "e^v/(1 + e^v) = σ(v)",
    "collect": "simplified",
    "fact-binary": "{name}² = {name}, since {name} ∈ {{0, 1}}",
    "fact-symmetric": "{name} is symmetric",
    "fact-sum": "the entries of {name} add up to 1",
    "substitute": "{equations}",
    "path": "path {number}, through {name}",
    "sum-of-paths": "sum of the paths",
    "differentiate": "differentiate {equation}",
    "itself": "the derivative of {name} by itself",
    "no-path": "{output} does not depend on {name}",
    "step-unproved": "a shorter form was left out, because it could not be confirmed",
    "unchecked": "no point was found at which all values are finite: the steps are not confirmed by numbers",
    "shape-convention": "A gradient has the shape of what it is the gradient of (shape convention).",
    "remark-conv-image": (
        "the full convolution of {adjoint} with the kernel {kernel}: with zeros around {adjoint}, its "
        "cross-correlation with the flipped kernel"
    ),
    "remark-conv-image-strided": (
        "the full convolution of {adjoint}, spread out by the stride {stride} with zeros between its entries, with the "
        "kernel {kernel}: the cross-correlation with the flipped kernel"
    ),
    "remark-conv-kernel": "the cross-correlation of {image} with {adjoint}",
    "remark-conv-kernel-strided": "the cross-correlation of {image} with {adjoint}, spread out by the stride {stride}",
    "remark-conv-bias": "the sum of {adjoint} over all places",
    "remark-max-pool": "each entry of {adjoint} goes to the largest entry of its window",
    "remark-avg-pool": "each entry of {adjoint} is spread evenly over its window",
    "remark-global-pool": "each entry of {adjoint} is spread evenly over its channel",
    "remark-gather": "the rows of {adjoint} are added to the rows that {indices} chose",
    "relu-zero": "the derivative of {name} at its kink: {kinks} (convention)",
}
