"""What a village's or group's page shows, part by part.

The apps above add their own parts, so that this one need not know them.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from villages.models import GroupPage, HouseholdPage, VillagePage
from villages.visibility import hidden_roots, shown

HOUSEHOLDS_SHOWN = 6


@dataclass(frozen=True)
class Section:
    """One part of an area page: `anchor` and `title` for the jump list, a template, its values."""

    anchor: str
    title: str
    template: str
    values: dict = field(default_factory=dict)


_registered: list[tuple[int, object]] = []


def register_section(order: int, function):
    """Add a part to village and group pages.

    `function(area, hidden)` gets the specific page and the tree paths that may not be listed
    (`visibility.hidden_roots`) and returns a `Section` or None. Parts stand in ascending `order`.
    """
    if (order, function) not in _registered:
        _registered.append((order, function))
        _registered.sort(key=lambda pair: pair[0])


def sections_of(area) -> list[Section]:
    """The parts of a village's or group's page, in order."""
    hidden = hidden_roots()
    made = (function(area, hidden) for _order, function in _registered)
    return [section for section in made if section is not None]


def groups_section(area, hidden) -> Section | None:
    """The groups of a village, with the official number and its date."""
    if not isinstance(area, VillagePage):
        return None
    groups = shown(GroupPage.objects.child_of(area), hidden).order_by("path")
    values = {"groups": list(groups), "official": area.official_groups}
    values["official_on"] = area.official_groups_on
    return Section("groups", _("小组"), "villages/sections/groups.html", values)


def households_section(area, hidden) -> Section | None:
    """The model households of a village, newest first."""
    if not isinstance(area, VillagePage):
        return None
    households = shown(HouseholdPage.objects.child_of(area), hidden)
    newest = households.select_related("honour").order_by("-granted_on", "-pk")
    values = {"households": list(newest[:HOUSEHOLDS_SHOWN])}
    return Section("households", _("身边榜样"), "villages/sections/households.html", values)
