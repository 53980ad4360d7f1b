"""What can be compared: matters that speak for themselves and have confirmed numbers."""

from collections import defaultdict
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Substr
from django.utils import timezone

from covenants.models import Limit, Matter, Provision
from villages.models import VillagePage
from villages.models.public import STEP, VILLAGE
from villages.visibility import shown


def in_force(limits):
    """Of some limits the confirmed ones of editions in force today, but for suspended articles."""
    today = timezone.localdate()
    lasting = Q(edition__ended_on__isnull=True) | Q(edition__ended_on__gt=today)
    suspended = Provision.objects.filter(
        Q(suspended_until__isnull=True) | Q(suspended_until__gt=today),
        edition=OuterRef("edition"),
        stable_id=OuterRef("stable_id"),
        suspended_from__lte=today,
    )
    rows = limits.filter(lasting, status=Limit.CONFIRMED, edition__effective_from__lte=today)
    return rows.exclude(Exists(suspended))


def limits_in_force(hidden):
    """Confirmed limits that hold today in villages' own texts and may be shown.

    Annotated with `village`, the tree path of the village. Rules of groups are not among them.
    """
    rows = in_force(Limit.objects.filter(page__depth=VILLAGE // STEP + 1))
    village = shown(VillagePage.objects.filter(path=OuterRef("village")), hidden)
    rows = shown(rows, hidden, field="page").annotate(village=Substr("page__path", 1, VILLAGE))
    return rows.filter(Exists(village))


def comparable_matters(hidden) -> list[Matter]:
    """Matters with numbers to compare, each with `village_count`; two queries at most.

    The counts read every limit there is, so they are kept for `COMPARISON_COUNTS_KEPT` seconds:
    only how many villages, never what they say.
    """
    key = f"comparison:{timezone.localdate()}:{sha256(repr(hidden).encode()).hexdigest()}"
    counts = cache.get_or_set(key, lambda: _village_counts(hidden), settings.COMPARISON_COUNTS_KEPT)
    matters = Matter.objects.filter(general=False, pk__in=counts)
    for matter in matters:
        matter.village_count = counts[matter.pk]
    return list(matters)


def _village_counts(hidden) -> dict[int, int]:
    villages = defaultdict(set)
    rows = limits_in_force(hidden).filter(matter__general=False).order_by()
    for matter, village in rows.values_list("matter", "village").distinct():
        villages[matter].add(village)
    return {matter: len(found) for matter, found in villages.items()}
