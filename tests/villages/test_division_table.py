"""Division tables as people send them: bad rows are told by line, good rows are taken."""

import io
import zipfile
from pathlib import Path

import pytest

from villages.csv_table import UnreadableTable
from villages.division_table import COUNTY, TOWNSHIP, VILLAGE, read_divisions

REAL = (Path(__file__).resolve().parents[2] / "villages/data/chuxiong_divisions.csv").read_bytes()
HEAD = "code,code12,name,parent,level,urban_rural_type\n"
GOOD = (
    "532300,532300000000,示例州,530000,2,\n"
    "532391,532391000000,青岩县,532300,3,\n"
    "532391101,532391101000,云台镇,532391,4,\n"
    "532391101201,532391101201,松林村民委员会,532391101,5,220\n"
)


def read(text, known=()):
    return read_divisions(text.encode() if isinstance(text, str) else text, known)


def refused(table):
    return [(problem.line, problem.code) for problem in table.problems]


def test_the_real_table():
    table = read(REAL)
    assert [len(table.of_level(level)) for level in (COUNTY, TOWNSHIP, VILLAGE)] == [10, 103, 1106]
    assert table.problems == []
    assert table.whole


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings(codec, newline):
    table = read((HEAD + GOOD).replace("\n", newline).encode(codec))
    assert [d.name for d in table.divisions] == ["青岩县", "云台镇", "松林村民委员会"]
    assert table.problems == []


def test_a_character_outside_the_basic_plane_survives_gb18030():
    table = read((HEAD + GOOD.replace("云台镇", "𥔲嘉镇")).encode("gb18030"))
    assert "𥔲嘉镇" in [d.name for d in table.divisions]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("532391101202,,大箐村民委员会,532391199,5,220", "上级 532391199 与代码不符"),
        ("532391199202,,大箐村民委员会,532391199,5,220", "不在表中"),
        ("532391101201,,大箐村民委员会,532391101,5,220", "与第5行重复"),
        ("53239110120,,大箐村民委员会,532391101,5,220", "代码有11位"),
        ("532391102,,大箐村民委员会,532391101,5,220", "代码有9位"),
        ("5323911O1202,,大箐村民委员会,532391101,5,220", "不全是数字"),
        ("5.32391E+11,,大箐村民委员会,532391101,5,220", "科学计数法"),
        ("532391101２02,,大箐村民委员会,532391101,5,220", "不全是数字"),
        (",,大箐村民委员会,532391101,5,220", "不全是数字"),
        ("532391101202,532391101203,大箐村民委员会,532391101,5,220", "不一致"),
        ("532391101202,,,532391101,5,220", "没有名称"),
        ("532391101202,,大箐村民委员会,,5,220", "没有上级"),
        ("532391101202,,大箐村民委员会,532391101,6,220", "级别"),
        ("532391101202,,大箐村民委员会,532391101", "只有4列"),
        ("532391101202,,大箐,村民委员会,532391101,5,220", "有7列"),
        ("532391101202,,大\ufffd村民委员会,532391101,5,220", "损坏的字符"),
        ("532391101202,,大\0箐村民委员会,532391101,5,220", "NUL"),
        ('532391101202,,"大箐村民委员会,532391101,5,220', "引号"),
        (f"532391101202,,{'大' * 81},532391101,5,220", "名称有81个字"),
        (f"532391101202,,{'大' * 200_000},532391101,5,220", "200"),
    ],
)
def test_a_bad_row_is_told_by_line_and_reason_and_the_others_land(row, word):
    last = "532391101203,532391101203,河尾村民委员会,532391101,5,220\n"
    table = read(HEAD + GOOD + row + "\n" + last)
    assert [problem.line for problem in table.problems] == [6]
    assert word in table.problems[0].reason
    assert [d.name for d in table.of_level(VILLAGE)] == ["松林村民委员会", "河尾村民委员会"]


def test_children_of_a_refused_row_are_refused_with_it():
    table = read(HEAD + GOOD.replace("云台镇", ""))
    assert refused(table) == [(4, "532391101"), (5, "532391101201")]
    assert "没有名称" in table.problems[0].reason


def test_a_parent_that_only_the_site_knows_will_do():
    village = "532391101202,,大箐村民委员会,532391101,5,\n"
    assert len(read(HEAD + village, {"532391101"}).divisions) == 1
    assert refused(read(HEAD + village)) == [(2, "532391101202")]


def test_a_file_cut_within_its_last_line():
    cut = read((HEAD + GOOD).encode()[:-25])
    assert [d.level for d in cut.divisions] == [COUNTY, TOWNSHIP]
    assert refused(cut) == [(5, "532391101201")]
    assert "截断" in cut.problems[0].reason


def test_a_file_cut_within_a_character():
    whole = (HEAD + GOOD).encode()
    cut = read(whole[: whole.index("委员会".encode()) + 1])
    assert cut.encoding == "utf-8"
    assert len(cut.divisions) == 2
    assert "截断" in cut.problems[0].reason


def test_the_real_table_cut_anywhere_loses_only_its_last_line():
    lines = REAL.decode().splitlines(keepends=True)
    for size in range(30_000, 30_120):
        table = read(REAL[:size])
        complete = REAL[:size].count(b"\n") - 2
        assert len(table.divisions) in (complete, complete + 1)
        known = {line.split(",")[2] for line in lines}
        assert {d.name for d in table.divisions} <= known


def test_no_newline_at_the_end_is_no_truncation():
    assert read((HEAD + GOOD).rstrip()).problems == []


def test_a_line_in_another_encoding_is_refused_alone():
    data = (HEAD + GOOD).encode() + "532391101202,,大箐村民委员会,532391101,5,\n".encode("gbk")
    data += "532391101203,,河尾村民委员会,532391101,5,\n".encode()
    table = read(data)
    assert table.encoding == "utf-8"
    assert [(p.line, p.reason) for p in table.problems] == [(6, "这一行的文字编码损坏。")]
    assert len(table.of_level(VILLAGE)) == 2


def test_chinese_headings_semicolons_and_blank_lines():
    text = "\n代码;名称;上级;级别\n\n532391;青岩县;532300;3\n;;;\n"
    assert [d.name for d in read(text).divisions] == ["青岩县"]


def workbook():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空"),
        (b"\xef\xbb\xbf\r\n , \n", "空"),
        (workbook(), "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xff\xfe\x00", "编码"),
        ("代码,名称\n532391,青岩县\n".encode(), "缺少列 parent、level"),
        ("村规民约第一条……\n".encode(), "缺少列"),
        (bytes(range(256)) * 40, "缺少列"),
    ],
)
def test_nothing_to_read(data, word):
    with pytest.raises(UnreadableTable, match=word):
        read(data)


def test_a_header_alone_is_a_table_without_rows():
    table = read(HEAD)
    assert (table.divisions, table.problems) == ([], [])
