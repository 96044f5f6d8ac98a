"""Every sentence for people: a kind with its parts, and the errors that carry one."""

from gradviz.messages.errors import (
    AmbiguousError,
    GradvizError,
    NameProblem,
    Place,
    ReadError,
    ResourceError,
    ShapeError,
    UsageError,
    ValueProblem,
)
from gradviz.messages.message import Message, say

__all__ = [
    "AmbiguousError",
    "GradvizError",
    "Message",
    "NameProblem",
    "Place",
    "ReadError",
    "ResourceError",
    "ShapeError",
    "UsageError",
    "ValueProblem",
    "say",
]
