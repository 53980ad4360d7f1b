"""The site map a public site here is expected to have: what there is, and every township."""

from itertools import groupby

from django.shortcuts import render
from django.views.decorators.http import require_safe

from villages.models import TownshipPage
from villages.models.public import COUNTY
from villages.places import counties
from villages.visibility import hidden_roots, shown


@require_safe
def site_map(request):
    """`/site-map/`: the parts of the site, then county by county its townships."""
    hidden = hidden_roots()
    townships = shown(TownshipPage.objects.order_by("path"), hidden)
    below = {above: list(places) for above, places in groupby(townships, lambda t: t.path[:COUNTY])}
    return render(
        request,
        "home/site_map.html",
        {"counties": [(county, below.get(county.path, [])) for county in counties(hidden)]},
    )
