"""Scans again what is public already: after the rules changed, after an import, after a restore.

A page is due when it was not scanned by the present rules since it was last published. Stop it at
any moment; what is done is noted page by page.
"""

import logging
import time

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone, translation
from wagtail.models import Page, ReferenceIndex

from .findings import find_kept, find_on
from .models import ScannedPage
from .personal_data import AMBER, RED, rules_version

logger = logging.getLogger(__name__)

PAGES_AT_ONCE = 100
MOST_KEPT = 50
"""Findings of a page that are noted; their number always is."""
PAUSE_SECONDS = 300
_FIELDS = ["version", "scanned_at", "red", "amber", "findings"]

_quiet_until = 0.0
_failed: set[int] = set()
"""Pages that could not be scanned; they wait for the next pause to end and hold up no others."""


def due():
    """Public pages that are to be scanned, as a queryset."""
    done = ScannedPage.objects.filter(page=OuterRef("pk"), version=rules_version()).filter(
        Q(page__last_published_at=None) | Q(scanned_at__gte=F("page__last_published_at"))
    )
    return Page.objects.filter(live=True, depth__gt=1).exclude(Exists(done)).order_by("pk")


def scan_some(number: int = PAGES_AT_ONCE) -> int:
    """Scan so many pages that are due; returns how many there were.

    One that cannot be scanned stays due: it is not clean.
    """
    pages = list(due().exclude(pk__in=_failed)[:number].specific())
    # Where a finding stands is noted for Chinese readers, whatever language the process speaks.
    with translation.override("zh-hans"):
        rows = [row for page in pages if (row := _scanned(page))]
    ScannedPage.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["page"], update_fields=_FIELDS
    )
    return len(pages)


def step() -> int:
    """What the background process does each time it comes by: some pages, or a pause."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return 0
    done = scan_some()
    if not done:
        _failed.clear()
        _quiet_until = time.monotonic() + PAUSE_SECONDS
    return done


def _scanned(page) -> ScannedPage | None:
    begun = timezone.now()
    try:
        found = [*find_on(page), *find_kept(page)]
    except Exception:
        logger.exception("Page %s could not be scanned for personal data.", page.pk)
        _failed.add(page.pk)
        return None
    levels = [one.finding.level for one in found]
    return ScannedPage(
        page_id=page.pk,
        version=rules_version(),
        scanned_at=begun,
        red=levels.count(RED),
        amber=levels.count(AMBER),
        findings=[
            {
                "kind": one.finding.kind,
                "level": one.finding.level,
                "where": one.text.where,
                "masked": one.finding.masked,
                "excerpt": one.excerpt,
            }
            for one in found[:MOST_KEPT]
        ],
    )


def forget_all(**kwargs) -> None:
    """Scan everything again: a number was registered, or is registered no longer."""
    ScannedPage.objects.update(version="")


def forget_pages_of(instance, created=False, **kwargs) -> None:
    """Receiver of a document's or picture's `post_save`: the pages that show it are due again."""
    if created:
        return
    held = ReferenceIndex.get_references_to(instance).values_list("base_content_type", "object_id")
    pages = [int(pk) for _type, pk in held if str(pk).isdecimal()]
    ScannedPage.objects.filter(page__in=pages).update(version="")
