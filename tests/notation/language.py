"""A small table of functions for the tests of reading and writing."""

from gradviz.notation.words import Word, table

_UPRIGHT = ("softmax", "mean", "inv", "diag", "ones", "outer", "transpose", "prod", "erf")
WORDS = table(
    [
        Word("sigmoid", ("sigmoid", "σ"), unicode="σ", latex="\\sigma", ascii="sigmoid"),
        Word("ln", ("ln", "log"), unicode="ln", latex="\\ln", ascii="ln", form="prefix"),
        Word("exp", ("exp",), unicode="exp", latex="\\exp", ascii="exp"),
        Word("sqrt", ("sqrt", "√"), unicode="√", latex="\\sqrt", ascii="sqrt"),
        Word("relu", ("relu", "ReLU"), (1, 1), "ReLU", "\\operatorname{ReLU}", "relu"),
        Word(
            "leaky_relu",
            ("leaky_relu",),
            (1, 2),
            "leaky_relu",
            "\\mathrm{leaky\\_relu}",
            "leaky_relu",
        ),
        Word("log2", ("log2",), (1, 1), "log2", "\\log_2", "log2"),
        Word("abs", ("abs",), form="abs", unicode="abs", latex="\\operatorname{abs}", ascii="abs"),
        Word(
            "norm",
            ("norm",),
            form="norm",
            unicode="norm",
            latex="\\operatorname{norm}",
            ascii="norm",
        ),
        Word("norm1", ("norm1",), form="norm", unicode="norm1", ascii="norm1"),
        Word("norm_inf", ("norm_inf",), form="norm", unicode="norm_inf", ascii="norm_inf"),
        Word("trace", ("trace", "tr"), (1, 1), "tr", "\\operatorname{tr}", "tr", "prefix"),
        Word("det", ("det",), (1, 1), "det", "\\det", "det", "prefix"),
        Word(
            "conv2d", ("conv2d",), (2, 2), "conv2d", "\\operatorname{conv2d}", "conv2d", options=("stride", "padding")
        ),
        Word("dot", ("dot",), (2, 2), "dot", "\\operatorname{dot}", "dot"),
        Word("sum", ("sum",), (1, 1), "sum", "\\operatorname{sum}", "sum"),
        *(Word(f, (f,), (1, None), f, f"\\{f}", f) for f in ("max", "min")),
        *(Word(f, (f,), (1, 1), f, f"\\operatorname{{{f}}}", f) for f in _UPRIGHT),
        *(Word(f, (f,), (1, 1), f, f"\\{f}", f, "prefix") for f in ("sin", "cos", "tan", "arcsin", "tanh")),
    ]
)
