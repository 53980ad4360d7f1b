"""Composes the home page from the apps below, with a fixed number of queries."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from consultations.models import ConsultationPage
from covenants.models import CouncilPage, CovenantPage, Edition
from covenants.sections import rule_rows
from home.models import FeaturePage
from villages.area_labels import area_labels, with_areas
from villages.models import HouseholdPage
from villages.places import counties
from villages.visibility import hidden_roots, shown

FEATURES_SHOWN, RULES_SHOWN, CONSULTATIONS_SHOWN, HOUSEHOLDS_SHOWN = 4, 6, 4, 4


def visible_features(hidden: list[str] | None = None):
    """Features that may be shown, newest first; samples only where the settings show samples."""
    features = shown(FeaturePage.objects.select_related("lead_image"), hidden)
    if not settings.CUNYUE_SAMPLE:
        features = features.filter(sample=False)
    features = features.prefetch_related("lead_image__renditions")
    return features.order_by("-published_on", "-pk")


def home_features(hidden: list[str]) -> list[FeaturePage]:
    """Features with a place on the home page, by that place, then newest; at most four."""
    placed = visible_features(hidden).filter(home_position__isnull=False)
    return list(placed.order_by("home_position", "-published_on", "-pk")[:FEATURES_SHOWN])


def newest_rules(hidden: list[str]) -> list[dict]:
    """Rows of `rule_rows` for the rules whose edition in force began last."""
    in_force = shown(Edition.objects.in_force(), hidden, field="page")
    editions = list(in_force.order_by("-effective_from", "-pk")[:RULES_SHOWN])
    pages = rule_pages([edition.page_id for edition in editions])
    by_page = {edition.page_id: edition for edition in reversed(editions)}
    ordered = [pages[pk] for pk in dict.fromkeys(e.page_id for e in editions) if pk in pages]
    return rule_rows(with_areas(ordered), by_page)


def rule_pages(pks) -> dict[int, CovenantPage | CouncilPage]:
    """{pk: rule page} of either type; two queries, the texts themselves left out."""
    found = {}
    for model in (CovenantPage, CouncilPage):
        found |= {page.pk: page for page in model.objects.filter(pk__in=pks).defer("body")}
    return found


def valid_households(hidden: list[str] | None = None):
    """Model households whose honour has not run out, newest first."""
    running = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
    households = shown(HouseholdPage.objects.filter(running), hidden)
    return households.select_related("honour").order_by("-granted_on", "-pk")


def newest_consultations(hidden: list[str] | None = None):
    """Consultation records, the latest meeting first."""
    return shown(ConsultationPage.objects.all(), hidden).order_by("-started_at", "-pk")


def front_context(home) -> dict:
    """Context of the home page: counties, features, rules, consultations, households."""
    hidden = hidden_roots()
    return {
        "counties": counties(hidden),
        "features": home_features(hidden),
        "rules": newest_rules(hidden),
        "consultations": with_areas(
            newest_consultations(hidden).exclude(result="")[:CONSULTATIONS_SHOWN]
        ),
        "households": with_areas(valid_households(hidden)[:HOUSEHOLDS_SHOWN]),
    }


def pages_told_about(feature) -> list[dict]:
    """[{"page", "area"}] for the pages a feature tells about that may be shown."""
    chosen = [block.value.pk for block in feature.about if block.value]
    pages = {page.pk: page for page in shown(Page.objects.filter(pk__in=chosen))}
    labels = area_labels(list(pages.values()))
    return [{"page": pages[pk], "area": labels[pk]} for pk in chosen if pk in pages]
