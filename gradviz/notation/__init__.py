"""How formulas are read and written.

>>> from gradviz.notation import read_program, spell
>>> program = read_program("q = x + y; f = q z", {})
>>> [spell(s.targets[0].name, "latex") for s in program.statements]
['q', 'f']
"""

from gradviz.notation import tree
from gradviz.notation.answers import read_expression, read_within, scope_of
from gradviz.notation.literals import read_values
from gradviz.notation.names import Style, canonical, spell
from gradviz.notation.places import place_of
from gradviz.notation.reader import read_program
from gradviz.notation.words import Word, table
from gradviz.notation.writer import write

__all__ = [
    "Style",
    "Word",
    "canonical",
    "place_of",
    "read_expression",
    "read_program",
    "read_values",
    "read_within",
    "scope_of",
    "spell",
    "table",
    "tree",
    "write",
]
