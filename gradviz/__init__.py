"""gradviz explains backpropagation: maths as on a board in, derivations and pictures out."""

__version__ = "0.1.0"
