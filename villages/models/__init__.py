"""Places and model households, one file per concept."""

from .area import AreaAlias, AreaPage, CountyPage, GroupPage, TownshipPage, VillagePage
from .household import Honour, HouseholdPage, HouseholdPhoto, HouseholdTag
from .public import PublicPage
from .reading_page import ReadingPage
from .rendering import LanguageVersion, Recording
from .term import Term

__all__ = [
    "AreaAlias",
    "AreaPage",
    "CountyPage",
    "GroupPage",
    "Honour",
    "HouseholdPage",
    "HouseholdPhoto",
    "HouseholdTag",
    "LanguageVersion",
    "PublicPage",
    "ReadingPage",
    "Recording",
    "Term",
    "TownshipPage",
    "VillagePage",
]
