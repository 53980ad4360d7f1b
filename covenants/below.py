"""What the places below a county or township have registered, and which editions are to come."""

from django.db.models import Count, F
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import CouncilPage, CovenantPage, Edition
from covenants.reading import status_sentence
from villages.area_labels import with_areas
from villages.models import VillagePage
from villages.models.public import STEP, VILLAGE
from villages.places import within
from villages.sections import LOCAL, Section
from villages.visibility import shown

COMING_SHOWN = 4


def rules_below_section(area, hidden) -> Section:
    """What the villages of a county or township have registered, in one plain sentence."""
    covenants, charters = _kept_by_villages(area, hidden)
    villages = within(shown(VillagePage.objects.all(), hidden), area).count()
    values = {
        "villages": villages,
        "with_covenant": len(covenants),
        "with_charter": len(charters),
        "charters": sum(charters.values()),
    }
    return Section("rules", _("规约"), "covenants/sections/rules_below.html", values)


def rule_marks(area, places, hidden) -> dict[str, str]:
    """{path: words} for the villages of a township or the townships of a county."""
    covenants, charters = _kept_by_villages(area, hidden)
    below = len(area.path) + STEP
    by_place: dict[str, list[int]] = {}
    for path in covenants.keys() | charters.keys():
        counts = by_place.setdefault(path[:below], [0, 0])
        counts[0] += path in covenants
        counts[1] += charters.get(path, 0)
    return {place.path: _mark(place, *by_place.get(place.path, (0, 0))) for place in places}


def _mark(place, covenants: int, charters: int) -> str:
    parts = []
    if covenants and isinstance(place, VillagePage):
        parts.append(_("有%(covenant)s") % {"covenant": place.covenant_word})
    elif covenants:
        parts.append(_("%(n)d 个村（社区）有村规民约") % {"n": covenants})
    if charters:
        parts.append(_("四会章程 %(n)d 份") % {"n": charters})
    return "，".join(parts) or _("还没有登记规约")


def _kept_by_villages(area, hidden) -> tuple[dict[str, int], dict[str, int]]:
    """({village path: 1}, {village path: charters}) of villages below a place; kept on `area`."""
    if not hasattr(area, "_rules_below"):
        area._rules_below = tuple(
            {
                row["village"]: row["n"]
                for row in shown(within(model.objects.all(), area), hidden)
                .filter(depth=VILLAGE // STEP + 1)
                .order_by()
                .annotate(village=Substr("path", 1, VILLAGE))
                .values("village")
                .annotate(n=Count("pk"))
            }
            for model in (CovenantPage, CouncilPage)
        )
    return area._rules_below


def coming_rules(area, hidden) -> list[dict]:
    """Rows of rule_card.html for editions of a place that begin on a later day.

    One query, and above village level one more for the names of the places.
    """
    coming = Edition.objects.filter(effective_from__gt=timezone.localdate())
    coming = coming.exclude(ended_on=F("effective_from"))
    found = shown(within(coming, area, "page__path"), hidden, field="page")
    editions = list(found.select_related("page").order_by("effective_from", "pk")[:COMING_SHOWN])
    pages = [edition.page for edition in editions]
    if area.depth not in LOCAL:
        pages = with_areas(pages)
    today = timezone.localdate()
    return [
        {
            "page": page,
            "edition": edition,
            "status": status_sentence(edition, today),
            "url": edition_url(page, edition),
            "coming": True,
        }
        for page, edition in zip(pages, editions, strict=True)
    ]


def edition_url(page, edition) -> str:
    """Address at which an edition can be read, though it may not hold today."""
    return f"{page.url}?on={edition.effective_from.isoformat()}"
