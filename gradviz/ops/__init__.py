"""What each operation is: one declaration, from which all else follows."""

from gradviz.ops.catalogue import CALLED, OPERATIONS, WORDS
from gradviz.ops.operation import Operation, Shape

__all__ = ["CALLED", "OPERATIONS", "WORDS", "Operation", "Shape"]
