"""Tables that come in, and tables that go out: neither runs, bursts or breaks anything."""

import ast
import csv
import io
import random
import re
import zipfile

import pytest
from django.urls import resolve, reverse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Page, PageLogEntry

from covenants.models import ImportBatch, ImportRow
from covenants.rule_files import MANIFEST_COLUMNS, Refused, read_manifest
from safety import sheets
from tests.factories import UserFactory
from tests.safety.hostile import packed
from tests.safety.hostile_pages import hostile_pages
from tests.safety.hostile_requests import ROOMS, ROOT, check
from tests.safety.test_hostile_admin import admin_addresses
from tests.safety.vectors import ALL
from villages.change_of_term.roster import (
    COLUMNS,
    MAX_CELL,
    MAX_ROWS,
    UnreadableRoster,
    read_text,
    read_workbook,
)
from villages.csv_table import UnreadableTable, read_table
from villages.models import CountyPage

FORMULAS = [f"{sign}cmd|' /C calc'!A0" for sign in "=+-@\t\r\n＝＋－＠"]


def book(*rows, change=None) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    if change:
        change(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def parts(data) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PERSON = ("松林村", "张示例", "村级编辑", "2027-04-01", "", "")
SHEET = "xl/worksheets/sheet1.xml"
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


def with_part(name, change) -> bytes:
    made = parts(book(PERSON))
    return packed(made | {name: change(made.get(name, b""))})


def in_other_packing(method) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts(book(PERSON)).items():
            archive.writestr(name, content)
    return target.getvalue()


def _merge(made):
    made.active.merge_cells("A1:B1")


def _link(made):
    made.active["A1"].hyperlink = Hyperlink(ref="A1", target="file://///cunyue.example/a")


READ = {
    "formula": (book(("松林村", "=1+1", *PERSON[2:]), PERSON), 2),
    "numbers for days": (book((*PERSON[:3], 46113, 46113.5, True)), 1),
    "merged cells": (book(PERSON, PERSON, change=_merge), 2),
    "link": (book(PERSON, change=_link), 1),
    "long cell": (book(("松林村", "张" * 32_000, *PERSON[2:])), 1),
    "nothing in most cells": (book((None,) * 6, (None, None, None), PERSON), 1),
    "other types": (book(("松林村", 1e308, False, -1, 0.1, "#REF!")), 1),
    "very wide": (book(tuple("x" * 3000)), 1),
}
UNREADABLE = {
    "empty": book(),
    "too many rows": book(*[PERSON] * (MAX_ROWS + 1)),
    "bomb": with_part(SHEET, lambda part: part + bytes(17 * 1024**2)),
    "parts without end": packed(parts(book(PERSON)) | {f"a/{n}": b"" for n in range(300)}),
    "cut short": book(PERSON)[:-300],
    "no book": b"PK\x05\x06" + bytes(18),
    "text": b"a,b,c",
}


# To be read or told, whichever: nothing of it may unfold.
ODD = {
    "entities": with_part(SHEET, lambda part: BOMB + part),
    "entities behind a long remark": with_part(
        "xl/sharedStrings.xml",
        lambda part: b"<?xml version='1.0'?><!--" + b"x" * 9000 + b"-->" + BOMB + b"<a>&c;</a>",
    ),
    "entities in UTF-16": with_part(
        "xl/sharedStrings.xml",
        lambda part: ("<?xml version='1.0'?>" + BOMB.decode() + "<a>&c;</a>").encode("utf-16"),
    ),
    "number without end": with_part(
        SHEET, lambda part: re.sub(b"<c .*</c>", b'<c r="A1"><v>' + b"9" * 6000 + b"</v></c>", part)
    ),
    "no sheet": with_part("xl/workbook.xml", lambda part: part.replace(b"<sheet ", b"<other ")),
}


@pytest.mark.parametrize("name", READ)
def test_odd_cells_of_a_roster_are_words(name):
    data, count = READ[name]
    rows = read_workbook(data)
    assert len(rows) == count
    for row in rows:
        values = [getattr(row, column) for column in COLUMNS]
        assert all(isinstance(one, str) and len(one) <= MAX_CELL + 1 for one in values)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_no_roster_can_be_read_from_is_told(name):
    with pytest.raises(UnreadableRoster):
        read_workbook(UNREADABLE[name])


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_inside_unfolds_nothing(name):
    try:
        rows = read_workbook(ODD[name])
    except UnreadableRoster:
        return
    assert "bbbbbbbb" not in str(rows)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_book_damaged_anywhere_is_read_or_told(method):
    whole, chance = in_other_packing(method), random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_workbook(bytes(data))
        except UnreadableRoster:
            continue


def test_rows_without_end_are_not_all_read(monkeypatch):
    read = []
    data = book(*[PERSON] * 3000)
    from villages.change_of_term import roster

    kept = roster._cell
    monkeypatch.setattr(roster, "_cell", lambda value: read.append(1) or kept(value))
    with pytest.raises(UnreadableRoster, match=str(MAX_ROWS)):
        read_workbook(data)
    assert len(read) <= 2 * MAX_ROWS * (len(COLUMNS) + 4)


def test_a_pasted_list_of_vectors_is_words():
    rows = read_text("\n".join(f"松林村\t{vector}\t村级编辑" for vector in ALL))
    assert len(rows) >= len(ALL)


def manifest(*rows, line="\n") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line)
    writer.writerows([MANIFEST_COLUMNS, *rows])
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    "data",
    [
        manifest(["a.txt" + "x" * 1024**2]),
        manifest([], line="\r") + b'"a.txt' + b"x" * 200_000,
        b"",
        b"\0" * 900,
        manifest(["a.txt"], ["a.txt"]),
    ],
    ids=["long cell", "quote without end", "empty", "nulls", "twice"],
)
def test_a_manifest_nobody_can_read_is_told(data):
    with pytest.raises(Refused):
        read_manifest(data)


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_a_manifest_is_read_with_any_ends_of_lines_and_any_words(line):
    plain = [one for one in ALL if not set(one) & {"\r", "\n", "\x00"} and one.isprintable()]
    rows = read_manifest(manifest(*([one, one, one, one, one] for one in plain), line=line))
    assert {one.strip() for one in plain} == set(rows)
    assert read_manifest(manifest(["a.txt", *["b"] * 40], ["b.txt"]))["b.txt"]["code"] == ""
    assert len(read_manifest(manifest(*([f"{n}.txt"] for n in range(100_000))))) == 100_000


def test_a_table_of_divisions_is_read_or_told():
    headings = {"code": ("code",), "name": ("name",)}
    for data in (b"", b"\0" * 99, book(PERSON), b"code,name\n" + b'"' * 1024**2):
        try:
            assert read_table(data, headings, ["code", "name"]).rows == []
        except UnreadableTable:
            continue
    vectors = "\n".join(ALL).encode("utf-8", "replace")
    read_table(b"code,name\n" + vectors, headings, ["code", "name"])


def written_in(room) -> set[str]:
    """Names of our modules that make tables themselves."""
    found = set()
    for file in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = {one.name for one in getattr(node, "names", ()) if isinstance(one, ast.alias)}
            module = getattr(node, "module", "") or ""
            writes = module.startswith("openpyxl") and names & {"Workbook", "WriteOnlyCell"}
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                writes = node.value.id == "csv" and node.attr in ("writer", "DictWriter")
            if writes:
                found.add(file.relative_to(ROOT).as_posix())
    return found


def test_one_module_writes_all_tables():
    assert {name for room in ROOMS for name in written_in(room)} == {"site/safety/sheets.py"}


def formulas_in(data: bytes) -> list[str]:
    """Cells of an .xlsx or a .csv that a program would reckon, at once or after an edit."""
    if data[:2] == b"PK":
        cells = [cell for row in load_workbook(io.BytesIO(data)).active.rows for cell in row]
        return [
            repr(cell.value)
            for cell in cells
            if cell.data_type == "f"
            or (sheets.begins_like_formula(str(cell.value)) and not cell.quotePrefix)
        ]
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row if sheets.begins_like_formula(cell)]


def test_no_cell_that_is_written_becomes_a_formula():
    rows = [["名称"], *([one, 5, None] for one in FORMULAS)]
    written = sheets.workbook("表", [10], rows)
    cells = list(load_workbook(io.BytesIO(written)).active.rows)
    assert [row[0].value for row in cells[1:3]] == FORMULAS[:2] and cells[1][1].value == 5
    assert formulas_in(written) == []
    assert formulas_in("".join(sheets.csv_lines(rows)).encode()) == []
    assert formulas_in("".join(FORMULAS[:1]).encode()) == FORMULAS[:1]
    sheets.workbook("表", [10], [ALL, ["长" * 40_000]])


def asks_for_tables(callback) -> bool:
    """Whether a view may write a table: Wagtail's with its mixin, and all that are ours."""
    kind = getattr(callback, "view_class", None)
    ours = callback.__module__.split(".")[0] in {"covenants", "villages", "home", "editorial"}
    return ours or (kind is not None and issubclass(kind, SpreadsheetExportMixin))


@pytest.fixture
def formula_places(db):
    """Hostile pages whose titles are formulas, and a batch of files that are named so."""
    made = hostile_pages()
    for number, page in enumerate(made[1:]):
        Page.objects.filter(pk=page.pk).update(
            title=FORMULAS[number % 4], draft_title=FORMULAS[number % 4]
        )
        page.refresh_from_db()
        page.save_revision(log_action=True)
    PageLogEntry.objects.update(label=FORMULAS[0])
    batch = ImportBatch.objects.create(
        scope=CountyPage.objects.first(), name="=1.zip", state=ImportBatch.PLANNED
    )
    for number, formula in enumerate(FORMULAS):
        ImportRow.objects.create(
            batch=batch, position=number, file=formula, state=ImportRow.REFUSED, message=formula
        )
    return made, batch


def test_every_table_of_the_admin(client, formula_places):
    pages, batch = formula_places
    client.force_login(UserFactory(is_superuser=True, is_staff=True, first_name="=1+1"))
    page = next(one for one in pages if one._meta.model_name == "covenantpage")
    addresses = dict(admin_addresses(page))
    addresses["covenants_batch_sheet"] = reverse("covenants_batch_sheet", args=[batch.pk])
    found = set()
    for name, address in addresses.items():
        if not asks_for_tables(resolve(address).func):
            continue
        for kind in ("xlsx", "csv"):
            answer = client.get(address, {"export": kind, "format": kind})
            check(answer, name)
            if not any(word in answer.get("Content-Type", "") for word in ("sheet", "csv")):
                continue
            found.add((name, kind))
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert formulas_in(data) == [], name
            if name in ("covenants_batch_sheet", "wagtailadmin_reports:site_history"):
                assert "cmd|" in str(parts(data) if data[:2] == b"PK" else data)
    assert {
        ("wagtailadmin_reports:site_history", "csv"),
        ("covenants_hint_report", "csv"),
        ("covenants_hint_report", "xlsx"),
        ("covenants_batch_sheet", "xlsx"),
        ("change_of_term_template", "xlsx"),
    } <= found
