"""Which pages a visitor may be shown in a list. One place, so that no list forgets a rule."""

from collections import defaultdict

from django.conf import settings
from django.db.models.functions import Left
from django.db.models.lookups import In

from safety.lapsed import closed_paths
from villages.models import CountyPage


def hidden_roots() -> list[str]:
    """Tree paths below (and at) which nothing may be listed: restricted and lapsed pages, hidden
    samples.

    In order, each once; none stands below another.
    """
    paths = closed_paths()
    if not settings.CUNYUE_SAMPLE:
        paths.update(CountyPage.objects.filter(sample=True).values_list("path", flat=True))
    roots: list[str] = []
    for path in sorted(paths):
        if not roots or not path.startswith(roots[-1]):
            roots.append(path)
    return roots


def shown(queryset, hidden: list[str] | None = None, *, field: str = ""):
    """Rows of `queryset` whose page is live and may be listed.

    `field` names the relation to the page (`page` for editions); empty for pages themselves.
    Pass `hidden` (from `hidden_roots`) where several lists stand on one page.
    """
    prefix = f"{field}__" if field else ""
    hidden = hidden_roots() if hidden is None else hidden
    # One condition for each level of the tree: databases bound how many a query may have.
    by_length = defaultdict(list)
    for path in hidden:
        by_length[len(path)].append(path)
    rows = queryset.filter(**{f"{prefix}live": True})
    for length, paths in by_length.items():
        rows = rows.exclude(In(Left(f"{prefix}path", length), paths))
    return rows
