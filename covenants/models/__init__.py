"""Rules, their editions and their provisions, one file per concept."""

from .edition import Edition, Immutable, Provision
from .rule import (
    CouncilPage,
    CouncilTag,
    CovenantPage,
    CovenantTag,
    RulePage,
    RuleSource,
    editions_in_force,
    rules_below,
)

__all__ = [
    "CouncilPage",
    "CouncilTag",
    "CovenantPage",
    "CovenantTag",
    "Edition",
    "Immutable",
    "Provision",
    "RulePage",
    "RuleSource",
    "editions_in_force",
    "rules_below",
]
