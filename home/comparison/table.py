"""The rows of a comparison: villages in the order of places, each with its numbers."""

from collections import defaultdict
from dataclasses import dataclass

from covenants.kinds import COVENANT
from covenants.limit_table import figure
from covenants.limits.vocabulary import EXACTLY
from covenants.models import CouncilPage, Limit, Provision
from covenants.sections import text_name
from home.situations.reports import is_advice

from .matters import limits_in_force
from .plot import Entry


@dataclass(frozen=True)
class Cell:
    """One number: `words` as `limit_table.figure` gives them, where it stands and since when."""

    words: dict[str, str]
    scope: str
    advice: bool
    clause: str
    name: str
    label: str
    address: str
    since: object


def entries_in(matter, path: str, hidden) -> list[Entry]:
    """All numbers below a place; one query. What is waived (不收礼) is no number."""
    rows = limits_in_force(hidden).filter(matter=matter, page__path__startswith=path).order_by()
    values = ("village", "scope", "comparator", "unit", "value", "upper")
    return [
        Entry(village, (scope, comparator, unit), value, upper)
        for village, scope, comparator, unit, value, upper in rows.values_list(*values).distinct()
        if not _is_waiver(comparator, value, upper)
    ]


def _is_waiver(comparator, value, upper) -> bool:
    return comparator == EXACTLY and not value and upper is None


def with_cells(villages, matter, hidden) -> list:
    """The villages (with `areas`), each with its `cells`; three queries."""
    villages = list(villages)
    paths = [village.path for village in villages]
    limits = limits_in_force(hidden).filter(matter=matter, village__in=paths)
    limits = list(limits.select_related("edition", "page").order_by("page__path", "start"))
    provisions = _provisions(limits)
    councils = CouncilPage.objects.filter(pk__in={limit.page_id for limit in limits})
    kinds = dict(councils.values_list("pk", "council"))
    cells = defaultdict(list)
    for limit in limits:
        provision = provisions.get((limit.edition_id, limit.stable_id))
        if provision:
            cells[limit.village].append((limit, provision))
    for village in villages:
        found = [
            _cell(limit, provision, text_name(kinds.get(limit.page_id, COVENANT), _urban(village)))
            for limit, provision in cells[village.path]
        ]
        # The covenant first, numbers before what is waived.
        village.cells = sorted(found, key=lambda cell: not cell.words["unit"])
    return villages


def _urban(village) -> bool:
    return village.is_community


def _provisions(limits: list[Limit]) -> dict:
    editions = {limit.edition_id for limit in limits}
    articles = {limit.stable_id for limit in limits}
    rows = Provision.objects.filter(edition__in=editions, stable_id__in=articles)
    return {(row.edition_id, row.stable_id): row for row in rows}


def _cell(limit: Limit, provision: Provision, name: str) -> Cell:
    return Cell(
        words=figure(limit),
        scope=limit.scope,
        advice=is_advice(limit.clause),
        clause=limit.clause,
        name=name,
        label=provision.label,
        address=f"{limit.page.url}#{provision.anchor}",
        since=limit.edition.effective_from,
    )
