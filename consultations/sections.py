"""The consultations' parts of an area's page: what is discussed, promised and was agreed."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from consultations import standing
from consultations.models import ConsultationPage
from covenants.below import coming_rules
from villages.area_labels import with_areas
from villages.places import within
from villages.sections import LOCAL, Section
from villages.visibility import shown

NOTICES_SHOWN, PROMISES_SHOWN, CONSULTATIONS_SHOWN = 4, 6, 6


@dataclass(frozen=True)
class Records:
    """What the three parts show of a place's consultation records, and how many were promised."""

    notices: list = field(default_factory=list)
    promises: list = field(default_factory=list)
    newest: list = field(default_factory=list)
    counts: dict = field(default_factory=dict)


def records_of(area, hidden) -> Records:
    """The records of a place and of all below it, for all parts together; kept on `area`.

    One query, and above village level one more for the names of the places.
    """
    if not hasattr(area, "_consultation_records"):
        area._consultation_records = _read(area, hidden)
    return area._consultation_records


def _read(area, hidden) -> Records:
    below = within(shown(ConsultationPage.objects.all(), hidden), area)
    newest = below.order_by("-started_at", "-pk")
    chosen = {
        "notices": standing.notices_running(below)[:NOTICES_SHOWN],
        "promises": standing.promises(below)[:PROMISES_SHOWN],
        "newest": newest[:CONSULTATIONS_SHOWN],
    }
    wanted = Q()
    for rows in chosen.values():
        wanted |= Q(pk__in=rows.values("pk"))
    found = list(standing.with_counts(ConsultationPage.objects.filter(wanted), below))
    if area.depth not in LOCAL:
        found = with_areas(found)
    promised = [record for record in found if record.standing is not None]
    promised.sort(key=standing.promise_order)
    return Records(
        notices=sorted(
            (record for record in found if record.notice_sentence), key=lambda r: r.notice_until
        )[:NOTICES_SHOWN],
        promises=promised[:PROMISES_SHOWN],
        newest=sorted(found, key=lambda r: (r.started_at, r.pk), reverse=True)[
            :CONSULTATIONS_SHOWN
        ],
        counts=standing.counts_of(found),
    )


def discussed_section(area, hidden) -> Section:
    """What is open now: notices that run and rules that begin on a later day."""
    values = {
        "notices": records_of(area, hidden).notices,
        "coming": coming_rules(area, hidden),
        "show_area": area.depth not in LOCAL,
    }
    return Section("discussed", _("正在商量"), "consultations/sections/discussed.html", values)


def promised_section(area, hidden) -> Section:
    """What was promised: what is overdue, under way and done."""
    records = records_of(area, hidden)
    values = {
        "counts": [(s, standing.STATES[s], records.counts.get(s, 0)) for s in standing.PROMISED],
        "promises": records.promises,
        "show_area": area.depth not in LOCAL,
    }
    return Section("promised", _("说好要办的"), "consultations/sections/promised.html", values)


def consultations_section(area, hidden) -> Section:
    """The place's newest consultation records with their progress."""
    values = {"consultations": records_of(area, hidden).newest}
    template = "consultations/sections/consultations.html"
    return Section("consultations", _("议事结果"), template, values)
