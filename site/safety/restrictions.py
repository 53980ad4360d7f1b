"""Wagtail's view restrictions as one condition, however many there are.

Wagtail's own `public()` chains one exclusion for each restriction, which SQLite refuses near a
thousand.
"""

from collections import defaultdict

from django.db.models import Q
from django.db.models.functions import Left
from django.db.models.lookups import In
from wagtail.models import PageViewRestriction


def closed_to(user=None, prefix=""):
    """A Q for pages that `user` may not read though they are published; None is everybody.

    Pages with a password are closed to all: passing it opens the page, not what names it. `prefix`
    is the lookup to the page where the rows are no pages (`page__`).
    """
    rows = PageViewRestriction.objects.all()
    if user is not None and user.is_authenticated:
        rows = rows.exclude(restriction_type=PageViewRestriction.LOGIN).exclude(
            restriction_type=PageViewRestriction.GROUPS, groups__user=user.pk
        )
    return within(rows.values_list("page__path", flat=True), prefix)


def within(paths, prefix=""):
    """A Q for pages at or below any of these paths: one comparison for each level of the tree."""
    by_length = defaultdict(set)
    for path in paths:
        by_length[len(path)].add(path)
    condition = Q(pk__in=[])
    for length, same_length in sorted(by_length.items()):
        condition |= Q(In(Left(f"{prefix}path", length), sorted(same_length)))
    return condition
