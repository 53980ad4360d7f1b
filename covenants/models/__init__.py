"""Rules, their editions and their provisions, one file per concept."""

from .batch import ImportBatch, ImportRow
from .edition import Edition, Immutable, Provision
from .following import DifferingArticle, Following, FollowingBatch
from .limit import Limit, LimitReading, Matter, Measure
from .rule import CouncilPage, CouncilTag, CovenantPage, CovenantTag, RulePage
from .source import RuleSource, SourceScan

__all__ = [
    "CouncilPage",
    "CouncilTag",
    "CovenantPage",
    "CovenantTag",
    "DifferingArticle",
    "Edition",
    "Following",
    "FollowingBatch",
    "Immutable",
    "ImportBatch",
    "ImportRow",
    "Limit",
    "LimitReading",
    "Matter",
    "Measure",
    "Provision",
    "RulePage",
    "RuleSource",
    "SourceScan",
]
