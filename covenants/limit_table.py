"""The limits of an edition as readers see them: confirmed ones only, in plain words."""

import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from covenants.limits import vocabulary as words
from covenants.models.edition import Edition, Provision, anchor_of
from covenants.models.limit import Limit


def number_text(value: Decimal) -> str:
    """A number without needless digits: 15, 1.5, 5.8万 (as content, Chinese in every language)."""
    if value >= 10_000 and value % 100 == 0:
        return f"{(value / 10_000).normalize():f}万"
    return format(value.normalize(), "f")


def figure(limit: Limit) -> dict[str, str]:
    """{"before", "number", "unit", "after"} of a limit, to be set in different sizes.

    A waiver says what the article says (不收礼金); it has no number.
    """
    if not limit.value and limit.upper is None and limit.comparator == words.EXACTLY:
        return {"before": "", "number": limit.quote, "unit": "", "after": ""}
    number = number_text(limit.value)
    if limit.upper is not None:
        number = f"{number}—{number_text(limit.upper)}"
    before = {
        words.AT_MOST: _("不超过"),
        words.AT_LEAST: _("不少于"),
        words.BELOW: _("低于"),
        words.ABOVE: _("高于"),
    }.get(limit.comparator, "")
    after = _("左右") if limit.comparator == words.ABOUT else ""
    return {"before": before, "number": number, "unit": limit.unit, "after": after}


def limits_of(provisions) -> dict[tuple, list[dict]]:
    """{(edition pk, stable id): [{"matter", "scope", "figure"}]} of some provisions; one query.

    Only confirmed limits, and only such as need no clause to be understood.
    """
    if not provisions:
        return {}
    confirmed = Limit.objects.filter(
        status=Limit.CONFIRMED,
        edition__in={row.edition_id for row in provisions},
        stable_id__in={row.stable_id for row in provisions},
        matter__general=False,
    )
    found: dict[tuple, list[dict]] = {}
    for limit in confirmed.select_related("matter").order_by("matter__order", "start"):
        row = {"matter": limit.matter.name, "scope": limit.scope, "figure": figure(limit)}
        found.setdefault((limit.edition_id, limit.stable_id), []).append(row)
    return found


def limits_apart(own: Edition, other: Edition, on: datetime.date) -> list[dict]:
    """[{"matter", "scope", "own", "other"}] where the limits of two editions differ; one query.

    `own` and `other` are lists of {"figure", "anchor", "suspended" (on that day)}, empty where
    that text sets nothing about the matter: those rows come last. Limits that need their clause to
    be understood are left out.
    """
    provision = Provision.objects.filter(
        edition=OuterRef("edition"), stable_id=OuterRef("stable_id")
    )
    suspended = provision.filter(suspended_from__lte=on).exclude(suspended_until__lte=on)
    limits = Limit.objects.filter(
        Exists(provision),
        status=Limit.CONFIRMED,
        edition__in=[own, other],
        matter__general=False,
    ).annotate(suspended=Exists(suspended))
    rows: dict[tuple, dict] = {}
    said: dict[tuple, dict[str, set]] = {}
    for limit in limits.select_related("matter").order_by("matter__order", "scope", "start"):
        key, side = (limit.matter_id, limit.scope), "own" if limit.edition_id == own.pk else "other"
        row = {"matter": limit.matter.name, "scope": limit.scope, "own": [], "other": []}
        anchor = anchor_of(limit.stable_id)
        shown = {"figure": figure(limit), "anchor": anchor, "suspended": limit.suspended}
        rows.setdefault(key, row)[side].append(shown)
        value = (limit.comparator, limit.value, limit.upper, limit.unit, limit.suspended)
        said.setdefault(key, {"own": set(), "other": set()})[side].add(value)
    apart = [row for key, row in rows.items() if said[key]["own"] != said[key]["other"]]
    return sorted(apart, key=lambda row: (not row["own"]) + (not row["other"]))


def limit_rows(edition, provisions) -> list[dict]:
    """[{"matter", "scope", "clause", "figure", "provision"}] matter by matter; one query.

    `provisions` are the edition's, already read. Only confirmed limits are shown. `clause` is
    given where the matter alone says too little.
    """
    by_id = {provision.stable_id: provision for provision in provisions}
    confirmed = Limit.objects.filter(edition=edition, status=Limit.CONFIRMED)
    found = [x for x in confirmed.select_related("matter") if x.stable_id in by_id]
    found.sort(key=lambda x: (x.matter.order, by_id[x.stable_id].position, x.start))
    return [
        {
            "matter": limit.matter.name,
            "scope": limit.scope,
            "clause": limit.clause if limit.matter.general else "",
            "figure": figure(limit),
            "provision": by_id[limit.stable_id],
        }
        for limit in found
    ]
