"""Places and model households, one file per concept."""

from .area import AreaAlias, AreaPage, CountyPage, GroupPage, TownshipPage, VillagePage
from .household import Honour, HouseholdPage, HouseholdPhoto, HouseholdTag
from .public import PublicPage

__all__ = [
    "AreaAlias",
    "AreaPage",
    "CountyPage",
    "GroupPage",
    "Honour",
    "HouseholdPage",
    "HouseholdPhoto",
    "HouseholdTag",
    "PublicPage",
    "TownshipPage",
    "VillagePage",
]
