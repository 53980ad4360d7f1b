"""Lists of places for drilling down: counties, their townships, their villages."""

from itertools import groupby

from django.db.models import Count
from django.db.models.functions import Substr

from villages.models import CountyPage, TownshipPage, VillagePage
from villages.models.public import COUNTY, STEP, TOWNSHIP
from villages.visibility import hidden_roots, shown

LAST_PATH = "Z" * STEP
"""Sorts behind all steps of the tree below a path, as treebeard has it."""
LONG = 10
"""Places from which a list is ordered by spelling and can be jumped into."""


def counties(hidden: list[str] | None = None) -> list[CountyPage]:
    """Counties that may be shown, the sample ones last, each with `village_count`."""
    hidden = hidden_roots() if hidden is None else hidden
    found = list(shown(CountyPage.objects.all(), hidden).order_by("sample", "path"))
    return _with_village_counts(found, shown(VillagePage.objects.all(), hidden), COUNTY)


def townships_below(county, hidden: list[str] | None = None) -> list[TownshipPage]:
    """Townships of a county, each with `village_count`."""
    hidden = hidden_roots() if hidden is None else hidden
    found = list(shown(within(TownshipPage.objects.all(), county), hidden).order_by("path"))
    villages = shown(within(VillagePage.objects.all(), county), hidden)
    return _with_village_counts(found, villages, TOWNSHIP)


def villages_below(township, hidden: list[str] | None = None) -> list[VillagePage]:
    """Villages and communities of a township."""
    return list(shown(within(VillagePage.objects.all(), township), hidden).order_by("path"))


def within(rows, area, field: str = "path"):
    """The rows whose page stands below a place, or is its own.

    By a range of paths, which an index of any database serves; `startswith` reads every row on
    SQLite.
    """
    return rows.filter(**{f"{field}__range": path_range(area.path)})


def children(rows, area):
    """The rows that stand directly below a place."""
    return within(rows, area).filter(depth=area.depth + 1)


def path_range(path: str) -> tuple[str, str]:
    """First and last path of a place and all below it, for `path__range`."""
    return path, path + LAST_PATH


def by_initial(places) -> list[tuple[str, list]]:
    """[(capital letter, places)] by pinyin where a list is long, else [("", places)] as given."""
    places = list(places)
    if len(places) < LONG:
        return [("", places)]
    ordered = sorted(places, key=lambda place: place.pinyin)
    letters = groupby(ordered, key=lambda place: place.pinyin[:1].upper())
    return [(letter, list(rows)) for letter, rows in letters]


def _with_village_counts(places, villages, length):
    rows = villages.order_by().annotate(above=Substr("path", 1, length)).values("above")
    counts = {row["above"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    for place in places:
        place.village_count = counts.get(place.path, 0)
    return places
