"""Composes the home page from the apps below, with a fixed number of queries."""

from itertools import chain

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from consultations.models import ConsultationPage
from consultations.standing import notices_running
from covenants.models import Edition
from covenants.reading import status_sentence
from home.models import FeaturePage
from home.own_place import own_place
from villages import my_place
from villages.area_labels import area_labels, with_areas
from villages.models import HouseholdPage
from villages.places import counties, within
from villages.visibility import hidden_roots, shown

FEATURES_SHOWN, NOTICES_SHOWN, RULES_SHOWN, CONSULTATIONS_SHOWN, HOUSEHOLDS_SHOWN = 4, 4, 6, 4, 4


def visible_features(hidden: list[str] | None = None):
    """Features that may be shown, newest first; samples only where the settings show samples."""
    features = shown(FeaturePage.objects.select_related("lead_image"), hidden)
    if not settings.CUNYUE_SAMPLE:
        features = features.filter(sample=False)
    features = features.prefetch_related("lead_image__renditions")
    return features.order_by("-published_on", "-pk")


def features_about(area, features):
    """Those features that tell about a page in a place; none for None."""
    if area is None:
        return features.none()
    told = ReferenceIndex.objects.filter(
        content_type=ContentType.objects.get_for_model(FeaturePage),
        to_content_type=ContentType.objects.get_for_model(Page),
        model_path__startswith="about",
    )
    pairs = list(told.values_list("object_id", "to_object_id"))
    pages = within(shown(Page.objects.filter(pk__in={int(to) for _pk, to in pairs})), area)
    here = {str(pk) for pk in pages.values_list("pk", flat=True)}
    return features.filter(pk__in=[int(pk) for pk, to in pairs if to in here])


def home_features(hidden: list[str]) -> list[FeaturePage]:
    """Features with a place on the home page, by that place, then newest; at most four."""
    placed = visible_features(hidden).filter(home_position__isnull=False)
    return list(placed.order_by("home_position", "-published_on", "-pk")[:FEATURES_SHOWN])


def newest_rules(hidden: list[str]) -> list[dict]:
    """Rows (`rows_of`) for the rules whose edition in force began last."""
    in_force = shown(Edition.objects.in_force(), hidden, field="page")
    newest = in_force.select_related("page").order_by("-effective_from", "-pk")
    return rows_of(newest[:RULES_SHOWN])


def rows_of(editions) -> list[dict]:
    """[{"page", "edition", "status"}] for editions with their pages, each page once; no query."""
    today = timezone.localdate()
    by_page = {}
    for edition in editions:
        by_page.setdefault(edition.page_id, edition)
    return [
        {"page": edition.page, "edition": edition, "status": status_sentence(edition, today)}
        for edition in by_page.values()
    ]


def valid_households(hidden: list[str] | None = None):
    """Model households whose honour has not run out, newest first."""
    running = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
    households = shown(HouseholdPage.objects.filter(running), hidden)
    return households.select_related("honour").order_by("-granted_on", "-pk")


def newest_consultations(hidden: list[str] | None = None):
    """Consultation records, the latest meeting first."""
    return shown(ConsultationPage.objects.all(), hidden).order_by("-started_at", "-pk")


def front_context(request) -> dict:
    """Context of the home page: own village, counties, features, notices, what is new."""
    hidden = hidden_roots()
    consultations = newest_consultations(hidden)
    context = {
        "own": own_place(request, hidden),
        "own_is_gone": my_place.is_gone(request, hidden),
        "counties": counties(hidden),
        "features": home_features(hidden),
        "notices": list(notices_running(consultations)[:NOTICES_SHOWN]),
        "rules": newest_rules(hidden),
        "consultations": list(consultations.exclude(result="")[:CONSULTATIONS_SHOWN]),
        "households": list(valid_households(hidden)[:HOUSEHOLDS_SHOWN]),
    }
    named = [context[name] for name in ("notices", "consultations", "households")]
    with_areas(chain(*named, (row["page"] for row in context["rules"])))
    return context


def pages_told_about(feature) -> list[dict]:
    """[{"page", "area"}] for the pages a feature tells about that may be shown."""
    chosen = [block.value.pk for block in feature.about if block.value]
    pages = {page.pk: page for page in shown(Page.objects.filter(pk__in=chosen))}
    labels = area_labels(list(pages.values()))
    return [{"page": pages[pk], "area": labels[pk]} for pk in chosen if pk in pages]
