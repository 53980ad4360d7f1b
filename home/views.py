"""Lists for the whole site, the place finder, and what machines ask for. Lists are read only."""

from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.search.backends import get_search_backend

from covenants.kinds import COVENANT, KINDS, kind_name
from covenants.models import Edition
from covenants.sections import rule_rows
from home.front import newest_consultations, rule_pages, valid_households
from search.index import IndexUnavailable
from villages.area_labels import with_areas
from villages.lookup import area_by_code, find_areas
from villages.places import counties, townships_below, villages_below
from villages.visibility import hidden_roots, shown

PER_PAGE = 20
MAX_QUERY = 40
ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\nDisallow: /reading-settings/\n"


class SiteList:
    """One list for the whole site, narrowed by place and cut into pages.

    `?county=` or `?village=` give a division code; one that is unknown narrows to nothing.
    """

    def __init__(self, request):
        self.request = request
        self.hidden = hidden_roots()
        self.counties = counties(self.hidden)
        self.code = (request.GET.get("village") or request.GET.get("county") or "").strip()
        self.area = self._area()

    def _area(self):
        if not self.code:
            return None
        known = {county.code: county for county in self.counties}
        return known.get(self.code) or area_by_code(self.code)

    def narrow(self, queryset, field: str = "path"):
        """The rows whose page stands in the chosen place."""
        if not self.code:
            return queryset
        if self.area is None:
            return queryset.none()
        return queryset.filter(**{f"{field}__startswith": self.area.path})

    def context(self, queryset) -> dict:
        """`page` (a paginator page), the filter's values, and the query string without `page`."""
        parameters = self.request.GET.copy()
        parameters.pop("page", None)
        return {
            "page": Paginator(queryset, PER_PAGE).get_page(self.request.GET.get("page")),
            "counties": self.counties,
            "area": self.area,
            "chosen_county": self.area.code if self.area and self.area.depth == 3 else "",
            "parameters": parameters.urlencode(),
        }


@require_safe
def rule_list(request):
    """`/rules/`: editions in force, the newest first; `?kind=` one of the five kinds."""
    site_list = SiteList(request)
    editions = shown(Edition.objects.in_force(), site_list.hidden, field="page")
    kind = request.GET.get("kind", "")
    if kind == COVENANT:
        editions = editions.filter(page__covenantpage__isnull=False)
    elif kind in KINDS:
        editions = editions.filter(page__councilpage__council=kind)
    ordered = editions.order_by("-effective_from", "-pk")
    context = site_list.context(site_list.narrow(ordered, "page__path"))
    by_page = {edition.page_id: edition for edition in context["page"]}
    found = rule_pages(list(by_page))
    pages = with_areas(found[pk] for pk in by_page if pk in found)
    context["rules"] = rule_rows(pages, by_page)
    context["kinds"] = [(value, kind_name(value)) for value in KINDS]
    context["chosen_kind"] = kind if kind in KINDS else ""
    return render(request, "home/rule_list.html", context)


@require_safe
def consultation_list(request):
    """`/consultations/`: consultation records, the latest meeting first."""
    site_list = SiteList(request)
    context = site_list.context(site_list.narrow(newest_consultations(site_list.hidden)))
    context["consultations"] = with_areas(context["page"])
    return render(request, "home/consultation_list.html", context)


@require_safe
def household_list(request):
    """`/households/`: model households whose honour is valid, the newest first."""
    site_list = SiteList(request)
    context = site_list.context(site_list.narrow(valid_households(site_list.hidden)))
    context["households"] = with_areas(context["page"])
    return render(request, "home/household_list.html", context)


@require_safe
def find_place(request):
    """`/find/`: places by name or spelling (`?q=`), or down from county to village (`?in=`)."""
    hidden = hidden_roots()
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    code = request.GET.get("in", "").strip()
    chosen = area_by_code(code) if code else None
    context = {"text": text, "chosen": None, "counties": counties(hidden)}
    if text:
        context["found"] = with_areas(find_areas(text))
    if chosen and chosen.depth == 3:
        context["chosen"] = chosen
        context["townships"] = townships_below(chosen, hidden)
    elif chosen and chosen.depth == 4:
        county = chosen.areas[0]
        context["chosen"], context["county"] = chosen, county
        context["townships"] = townships_below(county, hidden)
        context["villages"] = villages_below(chosen, hidden)
    return render(request, "home/find_place.html", context)


@require_safe
def robots(request):
    """`/robots.txt`. Sample pages say noindex themselves: a page barred here cannot say so."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz(request):
    """`/healthz`: 200 `ok` when database and index answer, else 503 naming the part that fails."""
    failing = [name for name, works in (("database", _database), ("index", _index)) if not works()]
    if failing:
        return HttpResponse(
            f"failing: {', '.join(failing)}\n", status=503, content_type="text/plain"
        )
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _index() -> bool:
    try:
        get_search_backend().directory.searcher()
    except IndexUnavailable:
        return False
    return True
