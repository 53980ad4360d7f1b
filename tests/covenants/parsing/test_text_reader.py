import io

import pytest

from covenants.parsing import ReadError, parse_file, read_lines

TEXT = "松林村村规民约\r\n第一条 爱护公物，镕𥔲。\r\n第二条 讲究卫生。\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    data = TEXT.encode(encoding)
    rules = parse_file(io.BytesIO(data), "规约.txt")
    assert rules.title == "松林村村规民约"
    assert [a.text for a in rules.articles] == ["爱护公物，镕𥔲。", "讲究卫生。"]
    assert rules.unplaced == []


def test_utf16_big_endian_with_its_mark():
    data = b"\xfe\xff" + TEXT.encode("utf-16-be")
    assert parse_file(io.BytesIO(data), "规约.txt").title == "松林村村规民约"


def test_a_gbk_file_by_path(tmp_path):
    path = tmp_path / "规约.txt"
    path.write_bytes("第一条 甲。\n第二条 乙。".encode("gbk"))
    assert [a.label for a in parse_file(path).articles] == ["第一条", "第二条"]
    assert [a.label for a in parse_file(str(path)).articles] == ["第一条", "第二条"]


def test_markdown_signs_are_set_aside():
    text = "# 松林村公约\n\n## 第一章 总则\n\n**第一条** 甲。\n\n- 乙\n- 丙\n"
    rules = parse_file(io.BytesIO(text.encode()), "规约.md")
    assert rules.title == "松林村公约"
    assert [(c.label, c.title) for c in rules.chapters] == [("第一章", "总则")]
    assert [(a.label, a.text) for a in rules.articles] == [("第一条", "甲。")]
    assert [item.text for item in rules.articles[0].items] == ["乙", "丙"]
    assert [u.text.split() for u in rules.unplaced] == [["#", "##", "**", "**"]]


@pytest.mark.parametrize(
    "data",
    [b"\xff\xff\xfe\x81\x00", b"\x00\x01\x02\x03\x04\x05\x06", b"\xe6\x9d\xff\xff\xff"],
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(ReadError) as caught:
        read_lines(io.BytesIO(data), "规约.txt")
    assert caught.value.code == "undecodable"
    assert "规约.txt" in str(caught.value)
    assert "另存为" in str(caught.value)


def test_line_numbers_are_those_of_the_file():
    lines = read_lines(io.BytesIO("甲\n\n乙\r\n丙\r丁".encode()), "a.txt")
    assert [(line.number, line.text) for line in lines] == [
        (1, "甲"), (2, ""), (3, "乙"), (4, "丙"), (5, "丁"),
    ]  # fmt: skip
