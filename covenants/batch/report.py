"""The report of a batch: per file what it becomes, what is doubtful, what is refused and why."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from covenants.kinds import kind_name
from covenants.models import ImportBatch, ImportRow
from safety import sheets
from villages.area_labels import area_labels, areas_by_path
from villages.models.public import VILLAGE
from villages.names import group_number

ROWS = 500
_WIDTHS = (44, 34, 16, 12, 14, 8, 14, 70)


def counts(batch: ImportBatch) -> list[tuple[str, str, int]]:
    """(state, its name, number of files) for the states that occur, in their own order."""
    found = dict(batch.rows.order_by().values_list("state").annotate(Count("pk")))
    return [(state, name, found[state]) for state, name in ImportRow.STATES if state in found]


def shown_rows(rows) -> list[dict]:
    """Rows as the page and the sheet show them; a fixed number of queries.

    Keys: row, place (its full name), code and group of the place, kind, becomes, notes.
    """
    rows = list(rows.select_related("place"))
    placed = [row.place for row in rows if row.place]
    places = area_labels(placed)
    above = areas_by_path(place.path for place in placed)
    names = {ImportRow.CREATED: _("新建"), ImportRow.EDITION: _("成为新版")}
    return [
        {
            "row": row,
            "place": places.get(row.place_id, ""),
            **_code_and_group(row.place, above),
            "kind": kind_name(row.kind) if row.kind else "",
            "becomes": names.get(row.becomes, ""),
            "notes": " ".join([*row.doubts, row.message]).strip(),
        }
        for row in rows
    ]


def _code_and_group(place, above) -> dict:
    if place is None:
        return {"code": "", "group": ""}
    village = above.get(place.path[:VILLAGE])
    number = group_number(place.name) if len(place.path) > VILLAGE else None
    return {"code": village.code if village else "", "group": number or ""}


def workbook(batch: ImportBatch) -> bytes:
    """The report as .xlsx."""
    return sheets.workbook(_("报告"), _WIDTHS, _table(batch))


def _table(batch) -> Iterator[list]:
    heads = [_("文件"), _("地方"), _("种类"), _("结果"), _("成为"), _("条数"), _("日期")]
    yield [*heads, _("说明")]
    for shown in _in_chunks(batch):
        row = shown["row"]
        texts = [row.label, shown["place"], shown["kind"], row.get_state_display()]
        yield [*texts, shown["becomes"], row.articles or "", row.adopted, shown["notes"]]


def _in_chunks(batch) -> Iterator[dict]:
    rows = batch.rows.order_by("position", "part")
    further = rows
    while chunk := shown_rows(further[:ROWS]):
        yield from chunk
        last = chunk[-1]["row"]
        further = rows.filter(
            Q(position__gt=last.position) | Q(position=last.position, part__gt=last.part)
        )
