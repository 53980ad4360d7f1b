"""Finds a village by its address in one query: pages are asked for level by level otherwise."""

from django.db.models import Subquery
from django.db.models.functions import Substr
from wagtail.models import Page

from villages.models import VillagePage
from villages.models.public import COUNTY, STEP, TOWNSHIP


def village_at(root: Page, slugs: list[str]) -> VillagePage | None:
    """The village at county/township/village/ below `root`, live or not; None where none is."""
    county, township, village = slugs[:3]
    counties = Page.objects.child_of(root).filter(slug=county)
    townships = _below(Page.objects.all(), counties, COUNTY, township)
    return _below(VillagePage.objects.all(), townships, TOWNSHIP, village).first()


def _below(pages, parents, length: int, slug: str):
    """Pages called `slug` directly below the one page of `parents`, whose paths are that long."""
    parent = Subquery(parents.order_by().values("path")[:1])
    rows = pages.filter(depth=length // STEP + 1, slug=slug).order_by()
    return rows.annotate(parent=Substr("path", 1, length)).filter(parent=parent)
