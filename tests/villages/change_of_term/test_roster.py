"""Lists of people as townships write them, and files that mean harm."""

import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from villages.change_of_term.roster import (
    MAX_ROWS,
    RosterRow,
    UnreadableRoster,
    as_text,
    read_day,
    read_text,
    read_workbook,
    template,
)


def workbook(*rows) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def repacked(data: bytes, **parts) -> bytes:
    """The workbook with the content of parts exchanged, named as `xl__workbook`."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            key = name.removesuffix(".xml").replace("/", "__")
            new.writestr(name, parts.get(key, old.read(name)), zipfile.ZIP_DEFLATED)
    return target.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "松林村\t李示例\t村级编辑\t2027-04-01",
        "松林村，李示例，村级编辑，2027-04-01",
        "松林村,李示例,村级编辑,2027-04-01",
        "  松林村  李示例　村级编辑 2027-04-01 ",
    ],
)
def test_lines_parted_in_any_usual_way(line):
    assert read_text(line) == [RosterRow(1, "松林村", "李示例", "村级编辑", "2027-04-01")]


def test_headings_name_the_columns_in_any_order():
    rows = read_text("姓名\t备注\t村（社区）\t职务\n\n李示例\t新\t松林村\t村务监督\n")
    assert rows == [RosterRow(3, body="松林村", person="李示例", role="村务监督")]


def test_a_line_with_missing_fields_stays_a_line():
    assert read_text("松林村") == [RosterRow(1, body="松林村")]


def test_what_is_shown_for_confirming_reads_back_as_the_same():
    rows = read_text("松林村,李示例,,2027-04-01,2030-03-31,lishili1\n532391101202,王示例")
    again = [RosterRow(row.line + 1, *list(vars(row).values())[1:]) for row in rows]
    assert read_text(as_text(rows)) == again


def test_the_template_reads_as_a_list():
    assert [row.person for row in read_workbook(template())] == ["李示例"]


def test_numbers_and_dates_of_cells():
    rows = read_workbook(
        workbook(
            ["代码", "姓名", "任期开始"],
            [532391101201, "李示例", datetime.datetime(2027, 4, 1)],
            [532391101202.0, "王示例", datetime.date(2027, 4, 2)],
        )
    )
    assert [(row.body, row.since) for row in rows] == [
        ("532391101201", "2027-04-01"),
        ("532391101202", "2027-04-02"),
    ]


def test_a_formula_is_not_computed():
    rows = read_workbook(workbook(["单位", "姓名"], ["松林村", '=HYPERLINK("http://x","李")']))
    assert rows == [RosterRow(2, body="松林村")]


def test_days():
    day = datetime.date(2027, 4, 1)
    for text in ("2027-04-01", "2027/4/1", "2027.4.1", "２０２７年4月1日", "2027-04-01 00:00:00"):
        assert read_day(text) == day
    assert read_day(" ") is None
    for text in ("2027-02-30", "四月一日", "1/4/2027", "20270401", "2027-04-01x"):
        with pytest.raises(ValueError):
            read_day(text)


@pytest.mark.parametrize("text", ["", " \n\t\n", "单位\t姓名\n"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(UnreadableRoster, match="空"):
        read_text(text)


def test_a_list_without_end_is_refused():
    with pytest.raises(UnreadableRoster, match="太长"):
        read_text("松林村 李示例\n" * (MAX_ROWS + 1))
    with pytest.raises(UnreadableRoster, match="太长"):
        read_workbook(workbook(*[["松林村", "李示例"]] * (MAX_ROWS + 1)))


def test_rows_that_stand_far_below_are_read_or_the_list_refused():
    """A list of thousands with gaps is never cut off without a word."""
    blank, person = [""], ["松林村", "李示例"]
    gaps = [person] * 2 + [blank] * 4000 + [person]
    assert [row.line for row in read_workbook(workbook(*gaps))] == [1, 2, 4003]
    with pytest.raises(UnreadableRoster, match="太长"):
        read_workbook(workbook(*([person, blank] * 2500)))


def hostile():
    good = workbook(["单位", "姓名"], ["松林村", "李示例"])
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.xml", b"\0" * 1024 * 1024)
    crowd = io.BytesIO()
    with zipfile.ZipFile(crowd, "w") as archive:
        for number in range(300):
            archive.writestr(str(number), b"")
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData/></worksheet>"
    )
    return {
        "no zip": b"\xd0\xcf\x11\xe0 an encrypted or old workbook",
        "empty": b"",
        "cut off": good[: len(good) // 2],
        "bomb": bomb.getvalue(),
        "too many parts": crowd.getvalue(),
        "entities": repacked(good, xl__worksheets__sheet1=entity),
        "broken xml": repacked(good, xl__worksheets__sheet1=b"<worksheet><sheetData><row>"),
        "no workbook": repacked(good, xl__workbook=b"<x/>"),
        "too many bytes": b"PK" + b"\0" * 2_000_000,
    }


@pytest.mark.parametrize("name", list(hostile()))
def test_a_hostile_or_damaged_file_is_refused_with_a_sentence(name):
    with pytest.raises(UnreadableRoster) as refused:
        read_workbook(hostile()[name])
    assert "。" in str(refused.value)


def test_a_sheet_that_claims_a_million_rows_is_read_within_bounds():
    rows = (
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe6\x9d\xbe</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>\xe6\x9d\x8e</t></is></c></row>'
        b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData>' + rows + b"</sheetData></worksheet>"
    )
    data = repacked(workbook(["x"]), xl__worksheets__sheet1=sheet)
    assert [row.line for row in read_workbook(data)] == [1, 1048576]
