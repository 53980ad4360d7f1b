"""Pages whose time is over: asked of the database whenever a page or list is asked for.

The background process takes them down soon after; what readers get does not wait for it. A page
lapses when its date of expiry (Wagtail's `expire_at`) has passed, or when the rule that its own
room registered says so (a household's consent has ended). Nothing here changes data.
"""

from collections.abc import Callable

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

_rules: dict[type[Model], Callable[[], Q]] = {}


def register(model: type[Model], over: Callable[[], Q]) -> None:
    """Let pages of `model` lapse where `over()`, asked anew each time, is true of them."""
    _rules[model] = over


def live_pages() -> list[QuerySet]:
    """Live pages that have lapsed: one queryset for each reason, to be joined by `union`."""
    expired = Page.objects.filter(live=True, expire_at__lte=timezone.now()).order_by()
    by_rule = (
        Page.objects.filter(
            live=True, pk__in=model.objects.filter(over()).order_by().values("pk")
        ).order_by()
        for model, over in _rules.items()
    )
    return [expired, *by_rule]


def live_pks() -> list[int]:
    """Keys of the live pages that have lapsed."""
    found = (set(pages.values_list("pk", flat=True)) for pages in live_pages())
    return sorted(set().union(*found))


def closed_paths() -> set[str]:
    """Tree paths at and below which nobody may be shown anything now; one query.

    Pages under a view restriction, and live ones that have lapsed.
    """
    restricted = PageViewRestriction.objects.order_by().values_list("page__path")
    lapsed = (pages.values_list("path") for pages in live_pages())
    return {path for (path,) in restricted.union(*lapsed)}


def is_over(page) -> bool:
    """Whether a specific page has lapsed, live or not; a query where its room has a rule."""
    if page.expire_at and page.expire_at <= timezone.now():
        return True
    rule = _rules.get(type(page))
    return rule is not None and type(page).objects.filter(rule(), pk=page.pk).exists()


def gone(request: HttpRequest) -> HttpResponse:
    """The answer in place of a page that is no longer shown."""
    return render(request, "410.html", status=410)
