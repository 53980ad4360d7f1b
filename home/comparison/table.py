"""The rows of a comparison: villages in the order of places, each with its numbers."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F

from covenants.kinds import COVENANT, KINDS
from covenants.limit_table import figure
from covenants.limits.vocabulary import EXACTLY
from covenants.models import Limit, Provision
from covenants.sections import text_name
from home.situations.reports import is_advice
from villages.places import path_range

from .matters import limits_in_force
from .plot import Entry


@dataclass(frozen=True)
class Place:
    """Where a number stands: the text's name, the article's label and address, since when."""

    name: str
    label: str
    address: str
    since: datetime.date


@dataclass
class Cell:
    """One number of a village, with all places where it stands.

    `words` as `limit_table.figure` gives them.
    """

    words: dict[str, str]
    scope: str
    advice: bool
    places: list[Place] = field(default_factory=list)


def entries_in(matter, path: str, hidden) -> list[Entry]:
    """All numbers below a place; one query. What is waived (不收礼) is no number."""
    rows = (
        limits_in_force(hidden).filter(matter=matter, page__path__range=path_range(path)).order_by()
    )
    values = ("village", "scope", "comparator", "unit", "value", "upper")
    return [
        Entry(village, (scope, comparator, unit), value, upper)
        for village, scope, comparator, unit, value, upper in rows.values_list(*values).distinct()
        if not _is_waiver(comparator, value, upper)
    ]


def _is_waiver(comparator, value, upper) -> bool:
    return comparator == EXACTLY and not value and upper is None


def with_cells(villages, matter, hidden) -> list:
    """The villages (with `areas`), each with its `cells`; two queries."""
    villages = list(villages)
    paths = [village.path for village in villages]
    rows = limits_in_force(hidden).filter(matter=matter, village__in=paths)
    rows = rows.select_related("edition", "page").annotate(council=F("page__councilpage__council"))
    limits = sorted(rows, key=lambda x: (KINDS.index(x.council or COVENANT), x.start))
    provisions = _provisions(limits)
    standing = defaultdict(list)
    for limit in limits:
        provision = provisions.get((limit.edition_id, limit.stable_id))
        if provision:
            standing[limit.village].append((limit, provision))
    for village in villages:
        village.cells = _cells(standing[village.path], village.is_community)
    return villages


def _provisions(limits: list[Limit]) -> dict:
    editions = {limit.edition_id for limit in limits}
    articles = {limit.stable_id for limit in limits}
    rows = Provision.objects.filter(edition__in=editions, stable_id__in=articles)
    return {(row.edition_id, row.stable_id): row for row in rows}


def _cells(standing: list[tuple[Limit, Provision]], community: bool) -> list[Cell]:
    """Numbers before what is waived; the covenant's before the charters'."""
    cells: dict[tuple, Cell] = {}
    for limit, provision in standing:
        cell = Cell(figure(limit), limit.scope, is_advice(limit.clause))
        same = (*cell.words.values(), cell.scope, cell.advice)
        place = Place(
            name=text_name(limit.council or COVENANT, community),
            label=provision.label,
            address=f"{limit.page.url}#{provision.anchor}",
            since=limit.edition.effective_from,
        )
        cells.setdefault(same, cell).places.append(place)
    return sorted(cells.values(), key=lambda cell: not cell.words["unit"])
