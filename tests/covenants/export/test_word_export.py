"""The Word file: what a clerk sees in the styles, the numbering and on the page."""

import datetime
import io
import subprocess
import zipfile

import docx
import pytest
from docx.shared import Mm
from lxml import etree

from covenants.export import render
from covenants.parsing import read_lines
from covenants.parsing.readers import conversion, read_file
from tests.covenants.export.documents import document, read_back

TEXT = (
    "松林村村规民约\n为了大家好，订立本约。\n第一章 总则\n第一条 甲：\n（一）乙；\n（二）丙。\n"
    "第二条 丁：\n（一）戊。\n第二条之一 己。\n第二章 客事\n第三条 庚。\n"
    "松林村村民会议\n2023年5月12日"
)


def word(text=TEXT, **more):
    return render(document(text, **more), "docx")


def opened(data):
    return docx.Document(io.BytesIO(data))


def printed(data):
    """(number printed by Word's list, text, style) of each paragraph that has words."""
    lines = [x for x in read_lines(io.BytesIO(data), "规约.docx") if x.role == "body" and x.text]
    paragraphs = [p for p in opened(data).paragraphs if p.text]
    return [
        (line.generated, line.text, paragraph.style.name)
        for line, paragraph in zip(lines, paragraphs, strict=True)
    ]


def test_headings_are_headings_and_numbers_are_numbering():
    assert printed(word()) == [
        ("", "松林村村规民约", "Title"),
        ("", "为了大家好，订立本约。", "Normal"),
        ("第一章", "总则", "Heading 1"),
        ("第一条", "甲：", "条"),
        ("（一）", "乙；", "项"),
        ("（二）", "丙。", "项"),
        ("第二条", "丁：", "条"),
        ("（一）", "戊。", "项"),
        ("", "第二条之一 己。", "条"),
        ("第二章", "客事", "Heading 1"),
        ("第三条", "庚。", "条"),
        ("", "松林村村民会议", "落款"),
        ("", "2023年5月12日", "落款"),
    ]


def test_a_regular_text_is_one_list_so_that_an_inserted_article_renumbers():
    text = "松林村公约\n第一条 甲：\n（一）乙。\n第二条 丙：\n（一）丁。\n第三条 戊。"
    data = opened(word(text))
    numbers = {
        p._p.pPr.numPr.numId.val for p in data.paragraphs if p._p.pPr.numPr is not None
    }  # fmt: skip
    assert len(numbers) == 1


def test_the_page_is_that_of_the_standard():
    section = opened(word()).sections[0]
    paper = (section.page_width, section.page_height)
    assert [round(side.mm) for side in paper] == [210, 297]
    assert [round(side.mm) for side in (section.top_margin, section.left_margin)] == [37, 28]
    text_width = section.page_width - section.left_margin - section.right_margin
    text_height = section.page_height - section.top_margin - section.bottom_margin
    assert [round(side / Mm(1)) for side in (text_width, text_height)] == [156, 225]


def test_han_fonts_are_named_with_others_to_fall_back_on():
    with zipfile.ZipFile(io.BytesIO(word())) as package:
        styles = package.read("word/styles.xml").decode()
        fonts = package.read("word/fontTable.xml").decode()
    for name, other in (("仿宋", "FangSong"), ("黑体", "SimHei"), ("方正小标宋简体", "宋体")):
        assert f'w:eastAsia="{name}"' in styles
        assert f'w:name="{name}"><w:altName w:val="{other}"/>' in fonts


def test_all_parts_are_sound_and_all_references_lead_somewhere():
    with zipfile.ZipFile(io.BytesIO(word())) as package:
        names = set(package.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
        assert not any("thumbnail" in name or "customXml" in name for name in names)
    data = opened(word())
    known = {style.style_id for style in data.styles}
    used = {p._p.pPr.pStyle.val for p in data.paragraphs if p._p.pPr.pStyle is not None}
    assert used <= known
    lists = data.part.numbering_part.element
    defined = {n.numId for n in lists.num_lst}
    assert {
        p._p.pPr.numPr.numId.val for p in data.paragraphs if p._p.pPr.numPr is not None
    } <= defined
    order = [etree.QName(child).localname for child in lists]
    assert order == sorted(order), "all w:abstractNum must come before the first w:num"


def test_a_suspended_article_says_so_at_its_place():
    made = document(
        "松林村公约\n第一条 甲。\n第二条 乙。", suspended={1: datetime.date(2024, 5, 1)}
    )
    for format_name in ("docx", "txt"):
        first, second = read_back(made, format_name).articles
        assert first.text == "甲。"
        assert second.text == "〔本条自2024年5月1日起暂停适用〕乙。"


@pytest.mark.parametrize("text", ["松林村公约\n第一条 甲\x00\x0b乙。", "松林村公约\n第一条 "])
def test_odd_texts_make_a_sound_file(text):
    assert opened(word(text)).paragraphs[0].text == "松林村公约"


def test_characters_that_xml_forbids_are_left_out_of_word_only():
    rules = document("松林村公约\n第一条 甲。").rules
    rules.articles[0].text = "甲\x00\x1f\ufffe乙\ud800。"
    assert printed(render(document(rules), "docx"))[1] == ("第一条", "甲乙。", "条")


def test_another_program_prints_the_same_numbers(tmp_path):
    """LibreOffice lays out the file; where it is missing, that is said instead of read."""
    data = word()
    if conversion.converter() is None:
        assert read_file(io.BytesIO(data), "规约.docx").warnings == []
        return
    (tmp_path / "规约.docx").write_bytes(data)
    subprocess.run(
        [
            conversion.converter(),
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            *("--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)),
            str(tmp_path / "规约.docx"),
        ],
        check=True,
        capture_output=True,
    )
    text = "".join(
        "".join(line.text.split())
        for line in read_file(tmp_path / "规约.pdf").lines
        if line.role == "body"
    )
    for part in ("第一章总则第一条甲：（一）乙；（二）丙。第二条丁：（一）戊。第二条之一己。",
                 "第二章客事第三条庚。"):  # fmt: skip
        assert part in text
