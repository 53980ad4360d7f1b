"""The covenants and charters in force whose papers are not complete, of the places one serves, and
the votes that a reviewer confirmed though they fell short of a figure of the law."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem
from wagtail.models import PageLogEntry

from covenants.ledger import CONFIRMED_SHORT
from covenants.models import Edition, Vote
from covenants.reading import missing_papers
from safety.publishers import pages_to_publish, publishes_somewhere
from villages.area_labels import area_paths, areas_by_path

PER_PAGE = 50
SHOWN_SHORT = 50


def legacy_editions(user):
    """Editions in force today that are 历史存量, of the places where `user` publishes."""
    return (
        Edition.objects.in_force()
        .filter(provenance=Edition.LEGACY, page__live=True)
        .filter(page__in=pages_to_publish(user).values("pk"))
        .select_related("page")
        .order_by("page__path")
    )


def confirmed_short(user) -> list[dict]:
    """[{"page","entry"}] of votes confirmed for a reason, as they stand, the newest first."""
    pages = pages_to_publish(user)
    logged = PageLogEntry.objects.filter(action=CONFIRMED_SHORT, page__in=pages.values("pk"))
    rows = list(logged.select_related("page", "user").order_by("-timestamp")[:SHOWN_SHORT])
    keys = [row.data["procedure"] for row in rows]
    standing = Vote.objects.filter(pk__in=keys, confirmed_at__isnull=False)
    known, found = set(standing.values_list("pk", flat=True)), []
    for row in rows:
        # A vote recorded anew was confirmed anew: its older entries are history.
        if row.data["procedure"] in known:
            known.discard(row.data["procedure"])
            found.append({"page": row.page, "entry": row})
    return found


@require_safe
def report(request):
    """A page of them, each with its place, what is missing and the way to complete it."""
    if not publishes_somewhere(request.user):
        raise PermissionDenied
    found = Paginator(legacy_editions(request.user), PER_PAGE).get_page(request.GET.get("p"))
    short = confirmed_short(request.user)
    paths = [edition.page.path for edition in found] + [row["page"].path for row in short]
    places = areas_by_path(paths)

    def place(page) -> str:
        return " · ".join(places[path].title for path in area_paths(page.path) if path in places)

    short = [row | {"place": place(row["page"])} for row in short]
    rows = [
        {
            "edition": edition,
            "place": place(edition.page),
            "missing": missing_papers(edition),
        }
        for edition in found
    ]
    return render(
        request,
        "covenants/admin/legacy_report.html",
        {"rows": rows, "page_obj": found, "short": short},
    )


class LegacyMenuItem(MenuItem):
    def is_shown(self, request):
        return publishes_somewhere(request.user)


def menu_item() -> MenuItem:
    return LegacyMenuItem(
        _("程序资料不全的规约"), reverse("covenants_legacy"), icon_name="warning", order=930
    )
