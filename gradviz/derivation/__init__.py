"""The steps from ∂L/∂W₂ to (ŷ − y) h₁, each one checked."""

from gradviz.derivation.check import Checked, StepError, check
from gradviz.derivation.derive import derive
from gradviz.derivation.openings import opened
from gradviz.derivation.step import Formula, Step

__all__ = ["Checked", "Formula", "Step", "StepError", "check", "derive", "opened"]
