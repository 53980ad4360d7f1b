"""The limits of an edition as readers see them: confirmed ones only, in plain words."""

from decimal import Decimal

from django.utils.translation import gettext as _

from covenants.limits import vocabulary as words
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
