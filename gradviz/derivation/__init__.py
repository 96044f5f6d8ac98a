"""The steps from ∂L/∂W₂ to (ŷ − y) h₁, each one checked."""

from gradviz.derivation.check import Checked, StepError, check
from gradviz.derivation.derive import STYLES, derive
from gradviz.derivation.openings import opened
from gradviz.derivation.sizes import Sized, shapes, sized
from gradviz.derivation.step import Formula, Listing, Step

__all__ = [
    "STYLES",
    "Checked",
    "Formula",
    "Listing",
    "Sized",
    "Step",
    "StepError",
    "check",
    "derive",
    "opened",
    "shapes",
    "sized",
]
