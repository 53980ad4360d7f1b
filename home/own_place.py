"""What the home page tells of the village a reader calls their own; three queries."""

import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from consultations.models import ConsultationPage
from covenants.below import edition_url
from covenants.models import CovenantPage, Edition
from covenants.reading import status_sentence
from villages import my_place
from villages.places import path_range, within
from villages.visibility import shown

RESULTS_SHOWN = 2
LATELY = datetime.timedelta(days=60)
"""How long a new edition counts as a change."""


def own_place(request, hidden: list[str]) -> dict | None:
    """{"place", "village", "rules", "changes", "records"} of the reader's own place, or None.

    `rules`: [{"page", "edition", "status", "url"}] the covenants that hold there now, the group's
    own first; `changes`: the same for editions that began lately or begin on a later day;
    `records`: the newest consultations.
    """
    place = my_place.my_place(request, hidden)
    if place is None:
        return None
    village = place.areas[2]
    today = timezone.localdate()
    editions = list(_editions(place, village, hidden, today))
    records = within(shown(ConsultationPage.objects.all(), hidden), village)
    return {
        "place": place,
        "village": village,
        "rules": _rows(today, (e for e in editions if e.is_covenant and e.in_force(today))),
        "changes": _rows(today, (e for e in editions if _is_news(e, today))),
        "records": list(records.order_by("-started_at", "-pk")[:RESULTS_SHOWN]),
    }


def _editions(place, village, hidden, today):
    """Editions in force or to come of the place's and its village's own rules, deepest first."""
    standing = Q(effective_from__gt=today) | Q(ended_on__isnull=True) | Q(ended_on__gt=today)
    own = Q(page__depth=village.depth + 1) | Q(page__path__range=path_range(place.path))
    found = within(Edition.objects.filter(standing & own), village, "page__path")
    if place.pk == village.pk:
        found = found.filter(page__depth=village.depth + 1)
    is_covenant = Exists(CovenantPage.objects.filter(pk=OuterRef("page_id")))
    named = shown(found, hidden, field="page").select_related("page")
    return named.annotate(is_covenant=is_covenant).order_by("-page__depth", "-effective_from")


def _is_news(edition, today) -> bool:
    begun_lately = edition.number > 1 and edition.effective_from > today - LATELY
    return edition.effective_from > today or begun_lately


def _rows(today, editions) -> list[dict]:
    return [
        {
            "page": edition.page,
            "edition": edition,
            "status": status_sentence(edition, today),
            "url": _url(edition, today),
        }
        for edition in editions
    ]


def _url(edition, today) -> str:
    """An edition that is to come is read at its day."""
    return (
        edition_url(edition.page, edition) if edition.effective_from > today else edition.page.url
    )
