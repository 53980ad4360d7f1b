"""What the page of a county, township, village or group shows, part by part.

The apps above add their own parts, so that this one need not know them.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from villages.models import GroupPage, HouseholdPage
from villages.places import by_initial, children, townships_below, villages_below
from villages.visibility import hidden_roots, shown

HOUSEHOLDS_SHOWN = 6


@dataclass(frozen=True)
class Section:
    """One part of an area page: `anchor` and `title` for the jump list, a template, its values."""

    anchor: str
    title: str
    template: str
    values: dict = field(default_factory=dict)


COUNTIES, TOWNSHIPS, VILLAGES, GROUPS = (frozenset([depth]) for depth in (3, 4, 5, 6))
WIDE, LOCAL = COUNTIES | TOWNSHIPS, VILLAGES | GROUPS
EVERYWHERE = WIDE | LOCAL

_registered: list[tuple[int, object, frozenset]] = []
_marks: list = []


def register_section(order: int, function, levels: frozenset = LOCAL):
    """Add a part to the pages of places at some levels (`WIDE`, `LOCAL`, `EVERYWHERE` …).

    `function(area, hidden)` gets the specific page and the tree paths that may not be listed
    (`visibility.hidden_roots`) and returns a `Section` or None, in a number of queries that does
    not depend on how much there is. Parts stand in ascending `order`.
    """
    if (order, function, levels) not in _registered:
        _registered.append((order, function, levels))
        _registered.sort(key=lambda row: row[0])


def register_marks(function):
    """Add words to the places listed on a county's or township's page.

    `function(area, places, hidden)` returns {tree path of one of the places: its words}.
    """
    if function not in _marks:
        _marks.append(function)


def sections_of(area, hidden: list[str] | None = None) -> list[Section]:
    """The parts of a place's page, in order."""
    hidden = hidden_roots() if hidden is None else hidden
    made = (
        function(area, hidden) for _order, function, levels in _registered if area.depth in levels
    )
    return [section for section in made if section is not None]


def places_section(area, hidden) -> Section:
    """The townships of a county, or the villages of a township, with what the apps say of each."""
    if area.depth in COUNTIES:
        title, places = _("乡镇（街道）"), townships_below(area, hidden)
    else:
        title, places = _("村（社区）"), villages_below(area, hidden)
    marks: dict[str, list[str]] = {}
    for function in _marks:
        for path, words in function(area, places, hidden).items():
            marks.setdefault(path, []).append(words)
    for place in places:
        place.marks = marks.get(place.path, [])
    values = {"parts": by_initial(places), "is_county": area.depth in COUNTIES}
    return Section("places", title, "villages/sections/places.html", values)


def groups_section(area, hidden) -> Section:
    """The groups of a village, with the official number and its date."""
    groups = shown(children(GroupPage.objects.all(), area), hidden).order_by("path")
    values = {"groups": list(groups), "official": area.official_groups}
    values["official_on"] = area.official_groups_on
    return Section("groups", _("小组"), "villages/sections/groups.html", values)


def households_section(area, hidden) -> Section:
    """The model households of a village, newest first."""
    households = shown(children(HouseholdPage.objects.all(), area), hidden)
    newest = households.select_related("honour").order_by("-granted_on", "-pk")
    values = {"households": list(newest[:HOUSEHOLDS_SHOWN])}
    return Section("households", _("身边榜样"), "villages/sections/households.html", values)
