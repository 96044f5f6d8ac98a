"""What each operation is: one declaration, from which all else follows."""

from gradviz.ops.catalogue import CALLED, OPERATIONS, WORDS
from gradviz.ops.definitions import DEFINITIONS
from gradviz.ops.operation import Operation, Shape

__all__ = ["CALLED", "DEFINITIONS", "OPERATIONS", "WORDS", "Operation", "Shape"]
