"""What the desk shows: lines beside units, doubts, who works on it. Gathers, decides nothing."""

from bisect import bisect_left, insort

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from covenants.desk import handing_in, work
from covenants.desk.edits import number_of_articles
from covenants.desk.hints import hints_of_units
from covenants.desk.sheet import Sheet
from covenants.desk.units import NOISE
from covenants.hint_book import book_for
from covenants.models import RuleSource
from covenants.parsing import split_lines

ROLE_NAMES = {
    "title": gettext_lazy("标题"),
    "preamble": gettext_lazy("序言"),
    "chapter": gettext_lazy("章"),
    "article": gettext_lazy("条"),
    "item": gettext_lazy("项"),
    "subitem": gettext_lazy("目"),
    "paragraph": gettext_lazy("段落"),
    "closing": gettext_lazy("结尾"),
    NOISE: gettext_lazy("不是正文"),
}
# The letter that makes the chosen unit so, on a keyboard.
ROLE_KEYS = {
    "chapter": "c",
    "article": "a",
    "item": "i",
    "subitem": "u",
    "paragraph": "p",
    NOISE: "n",
}


def board(source: RuleSource, sheet: Sheet, user, selected: int = 0) -> dict:
    """Context of the board.

    Keys: source, version, lines ({number, text, unit, marked}), units ({unit, name, selected,
    doubtful, hints: [(rule, hit)]}),
    chosen (a unit or None), roles, doubts, unseen, article_count, can_undo, can_redo, mine,
    worker, worked_at, may_call_split.
    """
    units = sheet.units
    chosen = next((unit for unit in units if unit.id == selected), None)
    doubts = sheet.doubts
    book = book_for(source.area.path)
    hints = hints_of_units(units, book)
    doubtful = {doubt.unit for doubt in doubts if not doubt.seen}
    return {
        "source": source,
        "version": source.desk_version,
        "lines": list(_lines(sheet, chosen)),
        "units": [
            {
                "unit": unit,
                "name": ROLE_NAMES[unit.role],
                "selected": unit is chosen,
                "doubtful": unit.id in doubtful,
                "hints": [(book.by_key[hit.rule], hit) for hit in hints.get(unit.id, ())],
            }
            for unit in units
        ],
        "chosen": chosen,
        "roles": [(role, name, ROLE_KEYS.get(role, "")) for role, name in ROLE_NAMES.items()],
        "doubts": doubts,
        "unseen": sum(not doubt.seen for doubt in doubts),
        "unplaced": sum(unit.role == NOISE for unit in units),
        "article_count": number_of_articles(units),
        "can_undo": sheet.can_undo,
        "can_redo": sheet.can_redo,
        "mine": work.holds(source, user),
        "worker": work.name_of(source.worker) if source.worker_id else "",
        "by_me": source.worker_id == user.pk,
        "worked_at": source.worked_at,
        "may_call_split": handing_in.may_call_split(user, source),
        "stage_note": _stage_note(source),
    }


def _lines(sheet: Sheet, chosen):
    """Source lines with the first unit that stands in each."""
    starts: list[tuple[int, int, int]] = []
    for unit in sheet.units:
        insort(starts, (unit.first, unit.last, unit.id))
    for line in split_lines(sheet.text):
        if not line.text.strip():
            continue
        number = line.number
        at = bisect_left(starts, (number, 0, 0))
        unit = starts[at][2] if at < len(starts) and starts[at][0] == number else 0
        if not unit:
            unit = next((i for f, last, i in reversed(starts[:at]) if last >= number), 0)
        yield {
            "number": number,
            "text": line.text,
            "unit": unit,
            "marked": bool(chosen and chosen.first <= number <= chosen.last),
        }


def _stage_note(source: RuleSource) -> str:
    names = {"village": source.area.title, "name": work.name_of(source.uploaded_by)}
    if source.stage == RuleSource.ASKED:
        return _("%(village)s的%(name)s交来文件，请镇上帮忙分条。") % names
    if source.stage == RuleSource.SPLIT:
        names["by"] = work.name_of(source.split_by)
        return _("%(by)s已代%(village)s分好条。请村里核对，对了就存草稿或送审。") % names
    return ""
