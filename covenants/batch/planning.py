"""The dry run: lists the files of a batch and says of each what would become of it.

Writes nothing but the rows of the batch, and holds one file at a time.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from wagtail.models import Page

from covenants.batch.recognising import Place, PlaceBook, kind_of, names_another
from covenants.file_names import MANIFEST, why_refused
from covenants.importing import find_place
from covenants.kinds import KINDS, kind_in
from covenants.models import Edition, ImportBatch, ImportRow
from covenants.parsing import ReadError
from covenants.parsing.readers.conversion import BUSY
from covenants.rule_files import (
    MANIFEST_COLUMNS,
    ZIP_FILE_LIMIT,
    ReadOnce,
    Refused,
    RuleFile,
    kind_for_one,
    named_members,
    number_of_documents,
    open_zip,
    parse_rule,
    read_manifest,
    read_member,
)
from covenants.weighing import weigh
from villages.models import AreaAlias, AreaPage, GroupPage
from villages.models.public import VILLAGE
from villages.places import within

ROWS = 500
_KNOWN = [name for name in MANIFEST_COLUMNS if name not in ("file", "code", "group", "kind")]


def book_of(scope: Page) -> PlaceBook:
    """All names at and below a page; two queries."""
    areas = within(AreaPage.objects.filter(depth__lte=VILLAGE // Page.steplen), scope)
    rows = areas.values_list("pk", "path", "code", "name", "title")
    aliases = AreaAlias.objects.filter(kind=AreaAlias.NAME, area__in=areas.values("pk"))
    places = (Place(pk, path, code or "", name, title) for pk, path, code, name, title in rows)
    return PlaceBook(places, aliases.values_list("area__path", "value"))


@contextmanager
def opened(batch: ImportBatch) -> Iterator[zipfile.ZipFile]:
    """The batch's zip. Raises Refused."""
    with batch.archive.open("rb") as handle, open_zip(handle, batch.name) as archive:
        yield archive


def list_files(batch: ImportBatch, archive: zipfile.ZipFile) -> None:
    """A row for each file of the zip and each line of the manifest, once."""
    manifest, table = _manifest(batch, archive)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.listed:
            return
        rows = iter(_rows(batch, archive, manifest, table))
        while chunk := list(islice(rows, ROWS)):
            ImportRow.objects.bulk_create(chunk)
        batch.listed = True
        batch.save(update_fields=["listed"])


def _manifest(batch, archive) -> tuple[dict[str, dict] | None, zipfile.ZipInfo | None]:
    """The manifest handed over, else the one CSV in the zip, and that CSV. Raises Refused."""
    if batch.manifest:
        return read_manifest(batch.manifest.encode()), None
    tables = [m for name, m in named_members(archive) if name.lower().endswith(MANIFEST)]
    if len(tables) != 1:
        return None, None
    content = read_member(archive, tables[0])
    if len(content) > ZIP_FILE_LIMIT:
        raise Refused(_("清单太大了。"))
    return read_manifest(content), tables[0]


def _rows(batch, archive, manifest, table) -> Iterator[ImportRow]:
    index_of = {id(member): index for index, member in enumerate(archive.infolist())}
    position, unlisted = 0, dict(manifest or {})
    for name, member in named_members(archive):
        if member is table:
            continue
        row = ImportRow(batch=batch, position=position, member=index_of[id(member)], file=name)
        row.file = name[-400:]
        if manifest is not None:
            row.known = unlisted.pop(name, {})
        if refusal := why_refused(name):
            row.state, row.message = ImportRow.REFUSED, refusal
        elif manifest is not None and not row.known:
            row.state, row.message = ImportRow.REFUSED, _("清单里没有这个文件。")
        yield row
        position += 1
    for name in unlisted:
        yield ImportRow(
            batch=batch,
            position=position,
            file=name[-400:],
            state=ImportRow.REFUSED,
            message=_("清单里有，但没有找到文件。"),
        )
        position += 1


def rule_file(row: ImportRow, archive: zipfile.ZipFile) -> RuleFile:
    """The row's file with what its manifest knows of it; read when asked for."""
    known = {name: row.known.get(name, "") for name in _KNOWN}
    known["provenance"] = known["provenance"] or Edition.LEGACY
    return RuleFile(
        row.file,
        lambda: read_member(archive, archive.infolist()[row.member]),
        kind=row.kind,
        part=row.part,
        **known,
    )


def look_at(row: ImportRow, archive, book: PlaceBook, *, decided=False) -> list[ImportRow]:
    """Decide what a row would become, and set it on the row; saves nothing.

    A file of several documents: the row becomes that of the first, those of the others are
    returned. `decided`: a person has named place and kind, which are taken as they are.
    """
    try:
        content = rule_file(row, archive).read()
        if len(content) > ZIP_FILE_LIMIT:
            raise Refused(_("文件超过 20 MB,太大了。"))
        once = ReadOnce()
        parsed = parse_rule(io.BytesIO(content), row.file, row.part, once)
        number = 1 if row.part else number_of_documents(parsed)
        if number > 1 and row.known.get("kind"):
            raise Refused(kind_for_one(number))
    except (Refused, ReadError) as error:
        _refuse(row, error)
        return []
    if number == 1:
        _judge(row, content, parsed, book, decided, once)
        return []
    row.part, others = 1, [_another(row, part) for part in range(2, number + 1)]
    for one in [row, *others]:
        try:
            document = parse_rule(io.BytesIO(content), one.file, one.part, once)
            _judge(one, content, document, book, decided, once)
        except (Refused, ReadError) as error:
            _refuse(one, error)
    return others


def _another(row, part) -> ImportRow:
    """The row of a further document of a row's file."""
    return ImportRow(
        batch=row.batch,
        position=row.position,
        member=row.member,
        file=row.file,
        part=part,
        known=row.known,
    )


def _refuse(row, error):
    if getattr(error, "code", "") == BUSY:
        # Looked at again later.
        return
    row.state, row.message, row.doubts = ImportRow.REFUSED, str(error), []


def _judge(row, content, parsed, book, decided, once):
    try:
        doubts = [] if decided else _find(row, parsed.title, book)
        row.articles = len(parsed.articles)
        row.message = " ".join(warning.message for warning in parsed.warnings)
        row.doubts = doubts
        if not row.place or not row.kind:
            row.state = ImportRow.DOUBTFUL
            return
        file = replace(rule_file(row, None), content=content, once=once)
        weighed = weigh(file, row.place, publish=row.batch.publish, parsed=parsed)
    except (Refused, ReadError) as error:
        _refuse(row, error)
        return
    row.message = " ".join([row.message, *weighed.notes]).strip()
    if weighed.outcome:
        row.state, row.message = weighed.outcome.status, weighed.outcome.message
        row.page_id = weighed.outcome.page_id
        return
    day = weighed.adoption["effective_from"] or weighed.adoption["adopted_on"]
    row.adopted = day.isoformat() if day else ""
    row.becomes = ImportRow.EDITION if weighed.page else ImportRow.CREATED
    row.state = ImportRow.DOUBTFUL if doubts else ImportRow.READY


def _find(row, title, book) -> list[str]:
    """Set place and kind of a row, as far as they can be told; returns the doubts."""
    if row.known:
        _take_from_manifest(row, title, book)
        return []
    found = book.find(row.file, title)
    # A file of several documents is named after all of them.
    row.kind, doubts = kind_of("" if row.part else row.file, title)
    doubts = found.doubts + doubts
    row.place = None
    if found.village:
        row.place = AreaPage.objects.get(pk=found.village.pk).specific
        if found.group is not None:
            row.place = group_at(row.place, found.group)
        if not doubts and names_another(title, found.village.name):
            doubts.append(_("标题《%(title)s》里没有这个村的名字。") % {"title": title[:40]})
    return doubts


def _take_from_manifest(row, title, book):
    code, group = row.known.get("code", ""), row.known.get("group", "")
    if code not in book.by_code:
        raise Refused(_("没有代码为 %(code)s 的村（社区）。") % {"code": code or "(空)"})
    row.place = find_place(code, group)
    row.kind = row.known.get("kind", "") or kind_in(title)
    if not row.kind:
        raise Refused(_("从标题看不出是哪一种规约，请写明种类。"))
    if row.kind not in KINDS:
        raise Refused(
            _("不认识的种类 %(kind)s,应为 %(kinds)s 之一。")
            % {"kind": row.kind, "kinds": "、".join(KINDS)}
        )


def group_at(village, number: int):
    """The group of a village with a number. Raises Refused."""
    group = GroupPage.objects.child_of(village).filter(number=number).first()
    if group is None:
        raise Refused(
            _("%(village)s没有第 %(group)d 组，请先建立小组。")
            % {"village": village.title, "group": number}
        )
    return group


def compare_rows(batch: ImportBatch) -> None:
    """Several texts for one place and kind follow each other by date; without dates, doubts."""
    ready = batch.rows.filter(state=ImportRow.READY).order_by()
    several = ready.values("place", "kind").annotate(n=Count("pk")).filter(n__gt=1)
    for found in list(several):
        rows = list(
            ready.filter(place=found["place"], kind=found["kind"]).order_by("adopted", "position")
        )
        days = [row.adopted for row in rows]
        if "" in days or len(set(days)) < len(days):
            for row in rows:
                row.state = ImportRow.DOUBTFUL
                row.doubts = [_("同一个地方的同一种规约有几份，日期相同或没有日期。")]
        for row in rows[1:]:
            row.becomes = ImportRow.EDITION
        ImportRow.objects.bulk_update(rows, ["state", "doubts", "becomes"])
