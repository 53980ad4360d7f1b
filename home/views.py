"""Lists for the whole site, and what machines ask for. Lists are read only."""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.search.backends import get_search_backend

from consultations.standing import STATES, in_state
from covenants.kinds import COVENANT, KINDS, kind_name
from covenants.models import Edition
from home.front import newest_consultations, rows_of, valid_households
from home.lists import SiteList
from search.index import IndexUnavailable
from villages.area_labels import with_areas
from villages.models import Honour
from villages.visibility import shown

ROBOTS = (
    "User-agent: *\nDisallow: /admin/\nDisallow: /search/\nDisallow: /reading-settings/\n"
    "Disallow: /my-village/\n"
)


@require_safe
def rule_list(request):
    """`/rules/`: editions in force, the newest first; `?kind=` one of the five kinds."""
    site_list = SiteList(request, "rules", "kind", [(kind, kind_name(kind)) for kind in KINDS])
    editions = shown(Edition.objects.in_force(), site_list.hidden, field="page")
    if site_list.chosen == COVENANT:
        editions = editions.filter(page__covenantpage__isnull=False)
    elif site_list.chosen:
        editions = editions.filter(page__councilpage__council=site_list.chosen)
    ordered = editions.select_related("page").order_by("-effective_from", "-pk")
    context = site_list.context(site_list.narrow(ordered, "page__path"))
    context["rules"] = rows_of(context["page"])
    with_areas(row["page"] for row in context["rules"])
    return _answer(request, "home/rule_list.html", context)


@require_safe
def consultation_list(request):
    """`/consultations/`: consultation records, the latest first; `?state=` where they stand."""
    site_list = SiteList(request, "consultations", "state", STATES.items())
    records = in_state(newest_consultations(site_list.hidden), site_list.chosen)
    context = site_list.context(site_list.narrow(records))
    context["consultations"] = with_areas(context["page"])
    return _answer(request, "home/consultation_list.html", context)


@require_safe
def household_list(request):
    """`/households/`: model households whose honour is valid, the newest first; `?honour=` one."""
    honours = Honour.objects.order_by("pk").values_list("pk", "name")
    site_list = SiteList(request, "households", "honour", honours)
    households = valid_households(site_list.hidden)
    if site_list.chosen:
        households = households.filter(honour=int(site_list.chosen))
    context = site_list.context(site_list.narrow(households))
    context["households"] = with_areas(context["page"])
    return _answer(request, "home/household_list.html", context)


def _answer(request, template, context):
    response = render(request, template, context)
    # The reader's own village stands above the list.
    patch_vary_headers(response, ["Cookie"])
    return response


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
