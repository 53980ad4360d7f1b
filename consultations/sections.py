"""The consultations' parts of an area's page: what is discussed, promised and was agreed."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from consultations import standing
from consultations.models import ConsultationPage
from covenants.below import coming_rules
from villages.area_labels import with_areas
from villages.places import within
from villages.sections import LOCAL, Section
from villages.visibility import shown

NOTICES_SHOWN, PROMISES_SHOWN, CONSULTATIONS_SHOWN = 4, 6, 6
TEXTS_LEFT_OUT = ("agenda", "background", "statements", "differences", "attachments")


@dataclass(frozen=True)
class Records:
    """What the three parts show of a place's consultation records, and how many were promised."""

    notices: list = field(default_factory=list)
    promises: list = field(default_factory=list)
    newest: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


def records_of(area, hidden) -> Records:
    """The records of a place and of all below it, for all parts together; kept on `area`.

    One query for a village. Above it one for what decides (a few bytes of each record), one for the
    records that are shown and one for the names of their places.
    """
    if not hasattr(area, "_consultation_records"):
        area._consultation_records = _read(area, hidden)
    return area._consultation_records


def _read(area, hidden) -> Records:
    below = within(shown(ConsultationPage.objects.all(), hidden), area)
    if area.depth in LOCAL:
        read = {record.pk: record for record in below.defer(*TEXTS_LEFT_OUT)}
        outlines = list(map(standing.outline_of, read.values()))
    else:
        read, outlines = None, standing.outlines(below)
    notices = standing.running(outlines)[:NOTICES_SHOWN]
    promised = standing.promised(outlines)
    newest = sorted(outlines, key=lambda o: (o.started_at, o.pk), reverse=True)
    chosen = [notices, promised[:PROMISES_SHOWN], newest[:CONSULTATIONS_SHOWN]]
    if read is None:
        read = ConsultationPage.objects.in_bulk({o.pk for rows in chosen for o in rows})
        with_areas(read.values())
    return Records(
        *([read[o.pk] for o in rows] for rows in chosen),
        counts=Counter(o.state() for o in promised),
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
        "counts": [(s, standing.STATES[s], records.counts[s]) for s in standing.PROMISED],
        "promises": records.promises,
        "show_area": area.depth not in LOCAL,
    }
    return Section("promised", _("说好要办的"), "consultations/sections/promised.html", values)


def consultations_section(area, hidden) -> Section:
    """The place's newest consultation records with their progress."""
    values = {"consultations": records_of(area, hidden).newest}
    template = "consultations/sections/consultations.html"
    return Section("consultations", _("议事结果"), template, values)
