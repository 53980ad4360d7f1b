"""The consultations' part of a village's or group's page."""

from django.utils.translation import gettext as _

from consultations.models import ConsultationPage
from villages.sections import Section
from villages.visibility import shown

CONSULTATIONS_SHOWN = 6


def consultations_section(area, hidden) -> Section:
    """The place's newest consultation records with their progress."""
    records = shown(ConsultationPage.objects.child_of(area), hidden)
    newest = list(records.order_by("-started_at", "-pk")[:CONSULTATIONS_SHOWN])
    values = {"consultations": newest}
    return Section(
        "consultations", _("议事结果"), "consultations/sections/consultations.html", values
    )
