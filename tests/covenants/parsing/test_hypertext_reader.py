"""Web pages, under their own name or under that of a Word file, give their words block by block."""

import io

import pytest

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import read_file

PAGE = """<!DOCTYPE html><html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><meta charset="{charset}"><title>公开栏</title><style>p {{ color: red }}</style></head>
<body><!--[if gte mso 9]><xml><o:p>旧</o:p></xml><![endif]-->
<h1>松林村村规民约</h1>
<p>第一条&nbsp;酒席不超过
十桌。<o:p></o:p></p><script>alert("不是条文")</script>
<p>第二条 礼金：<br>（一）亲戚一百元；<br>（二）邻居五十元。</p>
<table><tr><td>烟</td><td>每包二十元以下</td></tr></table>
<img src="http://203.0.113.7/a.png"></body></html>"""


def read(data, name):
    return read_file(io.BytesIO(data), name)


@pytest.mark.parametrize(("charset", "codec"), [("utf-8", "utf-8"), ("gb2312", "gb18030")])
@pytest.mark.parametrize("name", ["规约.doc", "规约.html"])
def test_a_page_is_read_whatever_it_is_called(charset, codec, name):
    data = PAGE.format(charset=charset).encode(codec)
    rules = parse_file(io.BytesIO(data), name)
    assert rules.title == "松林村村规民约"
    assert [a.label for a in rules.articles] == ["第一条", "第二条"]
    assert rules.articles[0].text == "酒席不超过十桌。"
    first, second, table = rules.articles[1].items
    assert [first.label, second.label, table.label] == ["（一）", "（二）", ""]
    assert "烟" in table.text and "每包二十元以下" in table.text
    told = [warning for warning in rules.warnings if warning.code == "mislabelled"]
    assert len(told) == (name == "规约.doc")
    assert all(name in warning.message and "网页" in warning.message for warning in told)


def test_what_a_page_does_not_show_is_no_text():
    words = "".join(
        line.text for line in read(PAGE.format(charset="utf-8").encode(), "a.html").lines
    )
    for hidden in ("alert", "color", "公开栏", "旧"):
        assert hidden not in words


def test_cells_of_a_row_stand_on_one_line():
    lines = [line.text for line in read(PAGE.format(charset="utf-8").encode(), "a.html").lines]
    assert lines[-1] == "烟\t每包二十元以下"


def test_a_saved_message_is_opened():
    page = "<html><body><p>第一条 办客从简。</p></body></html>".encode("gb18030")
    message = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + page
        + b"\r\n--x--\r\n"
    )
    assert [line.text for line in read(message, "规约.doc").lines] == ["第一条 办客从简。"]


@pytest.mark.parametrize("data", [b"<html>", b"<!DOCTYPE html><html><body></body></html>"])
def test_an_empty_page_gives_no_lines_or_is_told(data):
    try:
        assert read(data, "规约.html").lines == []
    except ReadError as error:
        assert "规约.html" in str(error)


def test_entities_are_not_expanded_without_bound():
    bomb = (
        b'<!DOCTYPE html [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b"<html><body><p>&b;&b;&b;</p></body></html>"
    )
    assert sum(len(line.text) for line in read(bomb, "规约.html").lines) < 200


def test_a_very_deep_page_ends():
    data = b"<html><body>" + b"<div>" * 50_000 + "第一条 甲。".encode() + b"</body></html>"
    try:
        lines = read(data, "规约.html").lines
    except ReadError:
        return
    assert "".join(line.text for line in lines) in {"", "第一条 甲。"}
