"""Every sentence for people: a kind with its parts, and the errors that carry one."""

from gradviz.messages.errors import (
    AmbiguousError,
    GradvizError,
    InputError,
    NamingError,
    Place,
    ReadError,
    ResourceError,
    ShapeError,
    UsageError,
)
from gradviz.messages.message import Message, say

__all__ = [
    "AmbiguousError",
    "GradvizError",
    "InputError",
    "Message",
    "NamingError",
    "Place",
    "ReadError",
    "ResourceError",
    "ShapeError",
    "UsageError",
    "say",
]
