"""Which pages a visitor may be shown in a list. One place, so that no list forgets a rule."""

from django.conf import settings
from django.db.models import Q
from wagtail.models import PageViewRestriction

from villages.models import CountyPage


def hidden_roots() -> list[str]:
    """Tree paths below (and at) which nothing may be listed: restricted pages, hidden samples."""
    paths = list(PageViewRestriction.objects.values_list("page__path", flat=True))
    if not settings.CUNYUE_SAMPLE:
        paths += CountyPage.objects.filter(sample=True).values_list("path", flat=True)
    return paths


def shown(queryset, hidden: list[str] | None = None, *, field: str = ""):
    """Rows of `queryset` whose page is live and may be listed.

    `field` names the relation to the page (`page` for editions); empty for pages themselves.
    Pass `hidden` (from `hidden_roots`) where several lists stand on one page.
    """
    prefix = f"{field}__" if field else ""
    hidden = hidden_roots() if hidden is None else hidden
    below = Q(pk__in=[])
    for path in hidden:
        below |= Q(**{f"{prefix}path__startswith": path})
    return queryset.filter(**{f"{prefix}live": True}).exclude(below)
