"""The pages of one's own village that a browser keeps, each with what tells whether it changed.

The list is the authority: what is not (or no longer) on it leaves the reader's browser at the
next contact. So it asks what every list asks (villages/visibility.py), and costs the same for any
village.
"""

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.utils import timezone

from consultations.models import ConsultationPage
from covenants.kinds import KINDS
from covenants.models import CouncilPage, CovenantPage, Edition, Following, Limit
from covenants.models.edition import Provision
from home.models import HomePage
from home.situations.tiles import situations
from villages.places import path_range, within
from villages.visibility import shown

from .versions import site_version, stamp

PAGES_MOST = 60
CONSULTATIONS = 8


@dataclass(frozen=True)
class Kept:
    """`url` is a path on this site; `stamp` changes whenever the page may look different."""

    url: str
    stamp: str


def pages_to_keep(place, hidden) -> list[Kept]:
    """What is kept for a village, or for a group and its village; what matters most stands first.

    `place` is of `villages.my_place`; at most ten queries.
    """
    village = place.village
    places = [village] if place.path == village.path else [village, place]
    rules = _rules(places, hidden)
    consultations = _consultations(village, hidden)
    known = situations()
    of_rules = _state_of_rules(places, rules, known)
    of_all = stamp(of_rules, timezone.localdate(), _moments(consultations))
    asked = f"{place.url}shiqing/"
    kept = [
        *(Kept(page.url, of_all) for page in [*_front(hidden), *places[::-1]]),
        *(Kept(page.url, of_rules) for page in rules),
        Kept(asked, of_rules),
        *(Kept(page.url, _own_state(page)) for page in consultations),
        *(Kept(f"{asked}{one.slug}/", of_rules) for one in known),
    ]
    return kept[:PAGES_MOST]


def _front(hidden):
    return shown(HomePage.objects.all(), hidden)[:1]


def _rules(places, hidden) -> list:
    """Covenants and charters of these places, the village's first, each in the usual order."""
    below = Q(pk__in=())
    for place in places:
        below |= Q(path__range=path_range(place.path), depth=place.depth + 1)
    found = []
    for model in (CovenantPage, CouncilPage):
        found += shown(model.objects.filter(below), hidden).defer("body")
    return sorted(found, key=lambda page: (page.depth, KINDS.index(page.kind)))


def _consultations(village, hidden) -> list:
    newest = within(ConsultationPage.objects.all(), village)
    newest = newest.only("pk", "url_path", "last_published_at", "path", "depth", "live")
    return list(shown(newest, hidden).order_by("-started_at", "-pk")[:CONSULTATIONS])


def _state_of_rules(places, rules, known) -> str:
    """One stamp for all that rules and situations of these places show."""
    keys = [page.pk for page in rules]
    editions = Edition.objects.filter(page__in=keys).order_by("pk")
    standing = [(edition.pk, edition.ended_on, edition.in_force()) for edition in editions]
    suspended = Provision.objects.filter(edition__page__in=keys, suspended_from__isnull=False)
    limits = Limit.objects.filter(edition__page__in=keys)
    followings = Following.objects.filter(group__in=[place.pk for place in places])
    return stamp(
        site_version(),
        _week(),
        _moments([*places, *rules]),
        standing,
        list(suspended.values_list("pk", "suspended_from", "suspended_until").order_by("pk")),
        limits.aggregate(Count("pk"), Max("decided_at")),
        list(followings.values_list("pk", "ended_on", "batch__approved_at", "batch__revoked_at")),
        [(one.slug, one.name) for one in known],
    )


def _own_state(page) -> str:
    return stamp(site_version(), _week(), _moments([page]))


def _moments(pages) -> list:
    return [(page.pk, page.last_published_at) for page in pages]


def _week() -> tuple:
    """What no row tells of (words explained, a new edition's day) is looked at once a week."""
    return tuple(timezone.localdate().isocalendar())[:2]
