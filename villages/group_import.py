"""Brings lists of villager groups, and the official number of groups, under their villages.

Deletes nothing; a group found by its number keeps its page under a new name.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from villages import names
from villages.csv_table import Problem, Row, read_table
from villages.lookup import plain_code
from villages.models import AreaAlias, GroupPage, VillagePage
from villages.planting import plant

HEADINGS = {
    "village": ("village", "code", "村代码", "村(社区)代码", "代码"),
    "number": ("number", "组号"),
    "name": ("name", "组名", "名称"),
    "official_groups": ("official_groups", "小组数"),
    "counted_on": ("counted_on", "统计日期"),
}
NUMBER_MAX = 999
NAME_MAX = 80


@dataclass(frozen=True)
class GroupRow:
    """A group; `number` or `name` may be missing, never both."""

    line: int
    code: str
    number: int | None
    name: str

    @property
    def full_name(self) -> str:
        return self.name or names.group_name(self.number)


@dataclass(frozen=True)
class CountRow:
    """The official number of a village's groups and the day it was counted."""

    line: int
    code: str
    groups: int
    on: datetime.date | None


@dataclass
class GroupReport:
    """Numbers of groups made, renamed or renumbered, unchanged, of villages counted; bad rows."""

    dry_run: bool
    encoding: str
    created: int = 0
    renamed: int = 0
    unchanged: int = 0
    counted: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)


def import_groups(
    data: bytes, *, dry_run: bool = False, progress: Callable[[list], Iterable] = iter
) -> GroupReport:
    """Import a CSV file with columns village and number and/or name, or official_groups.

    A row may hold a group, a village's official number of groups with its date, or both. Raises
    `csv_table.UnreadableTable`; single bad rows are in the report.
    """
    table = read_table(data, HEADINGS, ["village"])
    report = GroupReport(dry_run, table.encoding, problems=list(table.problems))
    groups: dict[int, list[GroupRow]] = defaultdict(list)
    counts: dict[int, CountRow] = {}
    villages = _villages()
    for row in table.rows:
        village = villages.get(plain_code(row["village"]) or "")
        try:
            if village is None:
                raise ValueError(_("网站上没有代码为“%s”的村(社区)。") % row["village"][:20])
            found = _read(row)
        except ValueError as error:
            report.problems.append(Problem(row.line, row["village"], str(error)))
            continue
        for item in found:
            if isinstance(item, CountRow):
                counts[village] = item
            else:
                groups[village].append(item)
    for pk in progress(sorted({*groups, *counts})):
        with transaction.atomic():
            _bring(VillagePage.objects.get(pk=pk), groups[pk], counts.get(pk), report)
    report.problems.sort(key=lambda problem: problem.line)
    return report


def _villages() -> dict[str, int]:
    """{present or former code: pk}."""
    former = AreaAlias.objects.filter(
        kind=AreaAlias.CODE, area__in=VillagePage.objects.values("pk")
    )
    codes = dict(former.values_list("value", "area_id"))
    return codes | dict(VillagePage.objects.exclude(code=None).values_list("code", "pk"))


def _read(row: Row) -> list[GroupRow | CountRow]:
    """What a row says. Raises ValueError with the reason where it cannot be taken."""
    found: list[GroupRow | CountRow] = []
    name = row["name"]
    if len(name) > NAME_MAX or any(not char.isprintable() for char in name):
        raise ValueError(_("组名过长或有损坏的字符。"))
    number = _number(row["number"], _("组号"))
    if number == 0:
        raise ValueError(_("组号从1开始。"))
    if number is None and name:
        number = names.group_number(name)
    if number is not None or name:
        found.append(GroupRow(row.line, row["village"], number, name))
    groups = _number(row["official_groups"], _("小组数"))
    if groups is not None:
        found.append(CountRow(row.line, row["village"], groups, _date(row["counted_on"])))
    if not found:
        raise ValueError(_("没有组号、组名,也没有小组数。"))
    return found


def _number(text: str, what: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise ValueError(
            _("%(what)s“%(text)s”应为0到%(max)d的整数。")
            % {"what": what, "text": text[:20], "max": NUMBER_MAX}
        )
    return int(text)


def _date(text: str) -> datetime.date | None:
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in re.split(r"[-/.年月]", text.rstrip("日")))
        return datetime.date(year, month, day)
    except ValueError as error:
        raise ValueError(_("日期“%s”应写作 2023-06-30。") % text[:20]) from error


def _bring(village: VillagePage, rows: list[GroupRow], count: CountRow | None, report) -> None:
    """Bring one village's rows under its page; within a transaction."""
    if count and (village.official_groups, village.official_groups_on) != (count.groups, count.on):
        report.counted += 1
        if not report.dry_run:
            _count(village, count)
    present = list(GroupPage.objects.child_of(village))
    by_number = {group.number: group for group in present if group.number is not None}
    by_name = {group.name: group for group in present}
    new: list[GroupPage] = []
    for row in rows:
        numbered, named = by_number.get(row.number), by_name.get(row.full_name)
        if numbered and numbered.pk is None or named and named.pk is None:
            reason = _("本文件中这个村已有这个组号或组名。")
            report.problems.append(Problem(row.line, row.code, reason))
        elif named and row.number not in (None, named.number) and (numbered or named.number):
            reason = _("“%(name)s”在网站上是%(number)s组,请核对。")
            values = {"name": named.name, "number": named.number or "?"}
            report.problems.append(Problem(row.line, row.code, reason % values))
        elif numbered and row.name and numbered.name != row.name and not named:
            by_name[row.name] = numbered
            report.renamed += 1
            if not report.dry_run:
                numbered.name = row.name
                numbered.save()
        elif named and named.number != row.number and row.number is not None:
            by_number[row.number] = named
            report.renamed += 1
            if not report.dry_run:
                named.number = row.number
                named.save()
        elif numbered or named:
            report.unchanged += 1
        else:
            group = GroupPage(name=row.full_name, number=row.number)
            group.name_from_title()
            group.slug = group.address_word()
            new.append(group)
            by_number |= {row.number: group} if row.number is not None else {}
            by_name[group.name] = group
    report.created += len(new)
    if not report.dry_run:
        plant(Page.objects.get(pk=village.pk), new)


def _count(village: VillagePage, count: CountRow) -> None:
    fields = {"official_groups": count.groups, "official_groups_on": count.on}
    VillagePage.objects.filter(pk=village.pk).update(**fields)
    for revision in village.revisions.filter(pk=village.latest_revision_id):
        day = count.on.isoformat() if count.on else None
        revision.content |= {"official_groups": count.groups, "official_groups_on": day}
        revision.save(update_fields=["content"])
