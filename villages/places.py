"""Lists of places for drilling down: counties, their townships, their villages."""

from django.db.models import Count
from django.db.models.functions import Substr

from villages.models import CountyPage, TownshipPage, VillagePage
from villages.models.public import COUNTY, TOWNSHIP
from villages.visibility import hidden_roots, shown


def counties(hidden: list[str] | None = None) -> list[CountyPage]:
    """Counties that may be shown, the sample ones last, each with `village_count`."""
    hidden = hidden_roots() if hidden is None else hidden
    found = list(shown(CountyPage.objects.all(), hidden).order_by("sample", "path"))
    return _with_village_counts(found, shown(VillagePage.objects.all(), hidden), COUNTY)


def townships_below(county, hidden: list[str] | None = None) -> list[TownshipPage]:
    """Townships of a county, each with `village_count`."""
    hidden = hidden_roots() if hidden is None else hidden
    found = list(shown(TownshipPage.objects.child_of(county), hidden).order_by("path"))
    villages = shown(VillagePage.objects.descendant_of(county), hidden)
    return _with_village_counts(found, villages, TOWNSHIP)


def villages_below(township, hidden: list[str] | None = None) -> list[VillagePage]:
    """Villages and communities of a township."""
    return list(shown(VillagePage.objects.child_of(township), hidden).order_by("path"))


def _with_village_counts(places, villages, length):
    rows = villages.order_by().annotate(above=Substr("path", 1, length)).values("above")
    counts = {row["above"]: row["n"] for row in rows.annotate(n=Count("pk"))}
    for place in places:
        place.village_count = counts.get(place.path, 0)
    return places
