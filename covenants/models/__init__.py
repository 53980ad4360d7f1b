"""Rules, their editions and their provisions, one file per concept."""

from .batch import ImportBatch, ImportRow
from .edition import Edition, Immutable, Provision
from .entry import (
    Backing,
    Draft,
    Filing,
    LegalityReview,
    OpinionPeriod,
    Publication,
    PublicNotice,
    Vote,
)
from .following import DifferingArticle, Following, FollowingBatch
from .hint import (
    Hint,
    HintAnswer,
    HintBook,
    HintGround,
    HintReading,
    HintRule,
    HintWords,
)
from .law import GoLive, LawFigure, ProcedureProfile, ProfileMeeting, ProfileStage
from .limit import Limit, LimitReading, Matter, Measure
from .procedure import Opinion, Procedure, SentReminder
from .rule import CouncilPage, CouncilTag, CovenantPage, CovenantTag, RulePage
from .source import RuleSource, SourceScan

__all__ = [
    "Backing",
    "CouncilPage",
    "CouncilTag",
    "CovenantPage",
    "CovenantTag",
    "DifferingArticle",
    "Draft",
    "Edition",
    "Filing",
    "Following",
    "FollowingBatch",
    "GoLive",
    "Hint",
    "HintAnswer",
    "HintBook",
    "HintGround",
    "HintReading",
    "HintRule",
    "HintWords",
    "Immutable",
    "ImportBatch",
    "ImportRow",
    "LawFigure",
    "LegalityReview",
    "Limit",
    "LimitReading",
    "Matter",
    "Measure",
    "Opinion",
    "OpinionPeriod",
    "Procedure",
    "ProcedureProfile",
    "ProfileMeeting",
    "ProfileStage",
    "Provision",
    "PublicNotice",
    "Publication",
    "RulePage",
    "RuleSource",
    "SentReminder",
    "SourceScan",
    "Vote",
]
