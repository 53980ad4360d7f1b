"""`/compare/`: one limit across a township, a county, or the prefecture county by county."""

from collections import defaultdict

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenants.limit_table import number_text
from covenants.models import Matter
from covenants.models.limit import COMPARATORS
from safety.rate_limits import bounded
from villages.area_labels import with_areas
from villages.lookup import area_by_code
from villages.models import VillagePage
from villages.models.public import COUNTY, TOWNSHIP
from villages.places import counties, townships_below
from villages.visibility import hidden_roots, shown

from .matters import comparable_matters
from .plot import cases_of, drawn
from .table import entries_in, with_cells

PER_PAGE = 40
CASES_TOLD = 3
"""Cases of a county that the prefecture's page puts into words."""


@require_safe
def compare(request):
    """`/compare/`: the matters that have confirmed numbers."""
    hidden = hidden_roots()
    return render(request, "home/compare.html", {"matters": comparable_matters(hidden)})


@require_safe
@bounded("compare")
def compare_matter(request, key):
    """`/compare/<matter>/?in=<code>`: 404 for what cannot be compared and unknown places."""
    matter = get_object_or_404(Matter, key=key, general=False)
    hidden = hidden_roots()
    code = request.GET.get("in", "").strip()
    context = {"matter": matter, "counties": counties(hidden)}
    if code:
        area = area_by_code(code)
        if area is None or len(area.path) not in (COUNTY, TOWNSHIP):
            raise Http404
        context |= _within(request, matter, area, hidden)
    else:
        context |= _prefecture(matter, context["counties"], hidden)
    return render(request, "home/compare_matter.html", context)


def _within(request, matter, area, hidden) -> dict:
    """Context of one county or township: its villages in the order of places."""
    entries = entries_in(matter, area.path, hidden)
    villages = shown(VillagePage.objects.descendant_of(area), hidden).order_by("path")
    page = Paginator(villages, PER_PAGE).get_page(request.GET.get("page"))
    county = area if len(area.path) == COUNTY else area.areas[0]
    return {
        **_drawings(entries),
        "area": area,
        "areas": area.areas,
        "is_sample": area.is_sample,
        "page_of": page,
        "villages": with_cells(with_areas(page), matter, hidden),
        "parameters": f"in={area.code}",
        "with_number": len({entry.village for entry in entries}),
        "county": county,
        "townships": townships_below(county, hidden),
    }


def _drawings(entries) -> dict:
    cases = cases_of(entries)
    chosen = drawn(cases)
    return {
        "drawings": [
            {"case": case, "title": case_title(case), "bars": _named_bars(case)} for case in chosen
        ],
        "undrawn": len(cases) - len(chosen),
    }


def case_title(case) -> str:
    """红事，不超过; or 没有写明对谁，不超过."""
    word = dict(COMPARATORS)[case.comparator]
    return _("%(scope)s，%(comparator)s（%(unit)s）") % {
        "scope": case.scope or _("没有写明对谁"),
        "comparator": word,
        "unit": case.unit,
    }


def _named_bars(case) -> list[dict]:
    return [{"bar": bar, "label": _number(bar, case.unit)} for bar in case.bars]


def _number(bar, unit: str) -> str:
    number = number_text(bar.value)
    return f"{number}—{number_text(bar.upper)}{unit}" if bar.upper else f"{number}{unit}"


def _prefecture(matter, shown_counties, hidden) -> dict:
    """Context of the whole prefecture: how the numbers lie in each county, in words."""
    entries = entries_in(matter, "", hidden)
    below = defaultdict(list)
    for entry in entries:
        below[entry.village[:COUNTY]].append(entry)
    rows = [
        {
            "county": county,
            "with_number": len({entry.village for entry in below[county.path]}),
            "cases": [_told(case) for case in cases_of(below[county.path])[:CASES_TOLD]],
        }
        for county in shown_counties
    ]
    return {
        **_drawings(entries),
        "area": None,
        "rows": rows,
        "with_number": len({entry.village for entry in entries}),
    }


def _told(case) -> dict:
    """{"title", "numbers": [{"label", "villages"}]}."""
    numbers = [{"label": _number(bar, case.unit), "villages": bar.villages} for bar in case.bars]
    return {"title": case_title(case), "numbers": numbers}
