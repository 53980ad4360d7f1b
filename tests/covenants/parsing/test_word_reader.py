import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from covenants.parsing import parse_file, read_lines
from tests.covenants.parsing.word_files import (
    NAMESPACES,
    RELATIONS,
    W,
    abstract_list,
    archive,
    level,
    numbered_list,
    paragraph,
    raw_word,
)


def lines_of(data):
    return [
        (line.generated, line.text)
        for line in read_lines(io.BytesIO(data), "规约.docx")
        if line.role == "body"
    ]


def labels_of(body, numbering, **parts):
    return [label for label, _ in lines_of(raw_word(body, numbering=numbering, **parts))]


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


RULES = abstract_list(
    0,
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", extra='<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）"),
    level(3, "decimal", "%4."),
) + numbered_list(1, 0)


def test_a_file_written_by_word_with_typed_numbers(tmp_path):
    document = docx.Document()
    document.add_heading("松林村村规民约", level=0)
    for text in ("第一章 总则", "第一条 甲。", "第二条 乙：", "（一）丙；", "（二）丁。"):
        document.add_paragraph(text)
    document.add_paragraph("松林村村民会议 2023年5月12日通过")
    path = tmp_path / "规约.docx"
    document.save(path)
    rules = parse_file(path)
    assert rules.title == "松林村村规民约"
    assert [(a.label, len(a.items)) for a in rules.articles] == [("第一条", 0), ("第二条", 2)]
    assert (rules.adopted.date, rules.adopted.body) == ("2023-05-12", "松林村村民会议")


def test_automatic_numbers_give_chapters_articles_and_items():
    body = (
        paragraph("松林村村规民约")
        + paragraph("总则", 1, 0)
        + paragraph("本约适用于全体村民。", 1, 1)
        + paragraph("客事", 1, 0)
        + paragraph("办客标准：", 1, 1)
        + paragraph("酒席十桌；", 1, 2)
        + paragraph("礼金：", 1, 2)
        + paragraph("亲戚一百元；", 1, 3)
        + paragraph("邻居五十元。", 1, 3)
        + paragraph("本约自公布之日起施行。", 1, 1)
    )
    rules = parse_file(io.BytesIO(raw_word(body, numbering=RULES)), "规约.docx")
    assert [(c.label, c.title) for c in rules.chapters] == [("第一章", "总则"), ("第二章", "客事")]
    assert [a.label for a in rules.articles] == ["第一条", "第二条", "第三条"]
    second = rules.articles[1]
    assert [item.label for item in second.items] == ["（一）", "（二）"]
    assert [item.label for item in second.items[1].items] == ["1.", "2."]
    assert rules.warnings == []


def test_automatic_numbers_added_to_a_file_of_python_docx():
    document = docx.Document()
    root = document.part.numbering_part.element
    abstract = abstract_list(77, level(0, "chineseCounting", "第%1条"))
    declared = abstract.replace("<w:abstractNum ", f"<w:abstractNum {nsdecls('w')} ", 1)
    root.insert(0, parse_xml(declared))
    number = numbered_list(77, 77).replace("<w:num ", f"<w:num {nsdecls('w')} ", 1)
    root.append(parse_xml(number))
    for text in ("甲。", "乙。", "丙。"):
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = 77
    assert lines_of(saved(document)) == [("第一条", "甲。"), ("第二条", "乙。"), ("第三条", "丙。")]


@pytest.mark.parametrize(
    ("list_format", "labels"),
    [
        ("decimal", ["9", "10", "11"]),
        ("decimalZero", ["09", "10", "11"]),
        ("decimalFullWidth", ["９", "１０", "１１"]),
        ("chineseCounting", ["九", "十", "十一"]),
        ("chineseCountingThousand", ["九", "十", "十一"]),
        ("japaneseCounting", ["九", "十", "十一"]),
        ("taiwaneseCountingThousand", ["九", "十", "十一"]),
        ("ideographDigital", ["九", "一〇", "一一"]),
        ("chineseLegalSimplified", ["玖", "拾", "拾壹"]),
        ("ideographTraditional", ["壬", "癸", "11"]),
        ("ideographZodiac", ["申", "酉", "戌"]),
        ("decimalEnclosedCircle", ["⑨", "⑩", "⑪"]),
        ("decimalEnclosedCircleChinese", ["⑨", "⑩", "⑪"]),
        ("decimalEnclosedParen", ["⑼", "⑽", "⑾"]),
        ("decimalEnclosedFullstop", ["⒐", "⒑", "⒒"]),
        ("ideographEnclosedCircle", ["㊈", "㊉", "11"]),
        ("lowerLetter", ["i", "j", "k"]),
        ("upperLetter", ["I", "J", "K"]),
        ("lowerRoman", ["ix", "x", "xi"]),
        ("upperRoman", ["IX", "X", "XI"]),
        ("none", ["", "", ""]),
        ("bullet", ["•", "•", "•"]),
        ("ideographZodiacTraditional", ["壬申", "癸酉", "甲戌"]),
        ("numberInDash", ["- 9 -", "- 10 -", "- 11 -"]),
        ("ordinal", ["9th", "10th", "11th"]),
        ("chicago", ["***", "†††", "‡‡‡"]),
        ("unheardOf", ["9", "10", "11"]),
    ],
)
def test_list_formats(list_format, labels):
    numbering = abstract_list(0, level(0, list_format, "%1", start=9)) + numbered_list(1, 0)
    assert labels_of(paragraph("甲", 1) * 3, numbering) == labels


def test_numbers_beyond_a_hundred():
    numbering = abstract_list(0, level(0, "chineseCountingThousand", "第%1条", start=105))
    assert labels_of(paragraph("甲", 1), numbering + numbered_list(1, 0)) == ["第一百零五条"]


def test_deeper_levels_restart_below_a_higher_one():
    numbering = abstract_list(
        0, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3")
    ) + numbered_list(1, 0)
    levels = (0, 1, 1, 2, 0, 1, 2)
    body = "".join(paragraph("甲", 1, depth) for depth in levels)
    assert labels_of(body, numbering) == ["1", "1.1", "1.2", "1.2.1", "2", "2.1", "2.1.1"]


@pytest.mark.parametrize("own", ["decimal", "chineseCounting"])
def test_legal_style_writes_all_levels_in_arabic_digits(own):
    numbering = abstract_list(
        0, level(0, "chineseCounting", "第%1章"), level(1, own, "%1.%2", extra="<w:isLgl/>")
    ) + numbered_list(1, 0)
    body = paragraph("甲", 1, 0) + paragraph("乙", 1, 1)
    assert labels_of(body, numbering) == ["第一章", "1.1"]


def test_lists_of_one_abstract_list_count_on_unless_they_override_the_start():
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = (
        abstract_list(0, level(0, "decimal", "%1."))
        + numbered_list(1, 0)
        + numbered_list(2, 0)
        + numbered_list(3, 0, override)
    )
    body = "".join(paragraph("甲", number) for number in (1, 1, 2, 3, 3))
    assert labels_of(body, numbering) == ["1.", "2.", "3.", "1.", "2."]


def test_an_overridden_start_holds_again_after_a_restart():
    override = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = abstract_list(
        0, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2")
    ) + numbered_list(1, 0, override)
    body = "".join(paragraph("甲", 1, depth) for depth in (0, 1, 1, 0, 1))
    assert labels_of(body, numbering) == ["1", "1.5", "1.6", "2", "2.5"]


def test_an_overridden_level_is_written_its_own_way():
    override = f'<w:lvlOverride w:ilvl="0">{level(0, "chineseCounting", "%1、", 3)}</w:lvlOverride>'
    numbering = abstract_list(0, level(0, "decimal", "%1.")) + numbered_list(1, 0, override)
    assert labels_of(paragraph("甲", 1) * 2, numbering) == ["三、", "四、"]


@pytest.mark.parametrize(
    ("restart", "labels"),
    [("0", ["1", "a", "b", "2", "c"]), ("1", ["1", "a", "b", "2", "a"])],
)
def test_a_level_restarts_only_after_the_level_it_names(restart, labels):
    extra = f'<w:lvlRestart w:val="{restart}"/>'
    numbering = abstract_list(
        0, level(0, "decimal", "%1"), level(1, "lowerLetter", "%2", extra=extra)
    ) + numbered_list(1, 0)
    body = "".join(paragraph("甲", 1, depth) for depth in (0, 1, 1, 0, 1))
    assert labels_of(body, numbering) == labels


def test_a_picture_bullet_is_a_bullet():
    bullet = level(0, "bullet", "", extra='<w:lvlPicBulletId w:val="0"/>')
    numbering = abstract_list(0, bullet) + numbered_list(1, 0)
    assert labels_of(paragraph("甲", 1) * 2, numbering) == ["•", "•"]


def test_a_format_younger_than_the_standard_stands_beside_an_old_one():
    young = (
        '<w:lvl w:ilvl="0"><w:start w:val="9"/><mc:AlternateContent><mc:Choice Requires="w14">'
        '<w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback>'
        '<w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
        '<w:lvlText w:val="%1."/></w:lvl>'
    )
    numbering = abstract_list(0, young) + numbered_list(1, 0)
    assert labels_of(paragraph("甲", 1) * 2, numbering) == ["009.", "010."]


def test_numbers_come_from_styles_and_the_styles_they_are_based_on():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Tiao"><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="TiaoBold"><w:basedOn w:val="Tiao"/></w:style>'
    )
    body = (
        paragraph("甲", style="Tiao")
        + paragraph("乙", style="TiaoBold")
        + paragraph("丙", number=0, style="Tiao")
    )
    data = raw_word(body, numbering=RULES, styles=styles)
    assert lines_of(data) == [("第一条", "甲"), ("第二条", "乙"), ("", "丙")]


def test_an_empty_paragraph_uses_up_its_number_as_in_word():
    numbering = abstract_list(0, level(0, "decimal", "%1.")) + numbered_list(1, 0)
    body = paragraph("甲", 1) + paragraph("", 1) + paragraph("乙", 1)
    assert labels_of(body, numbering) == ["1.", "", "3."]


def test_text_in_tables_links_boxes_and_breaks_stands_in_order():
    cell = "<w:tc>{}</w:tc>"
    table = (
        "<w:tbl><w:tr>"
        + cell.format(paragraph("酒席"))
        + cell.format(paragraph("十桌"))
        + "</w:tr><w:tr>"
        + cell.format(paragraph("礼金") + paragraph("份子"))
        + cell.format(paragraph("一百元"))
        + "</w:tr></w:tbl>"
    )
    box = "<w:txbxContent>" + paragraph("框里的字") + "</w:txbxContent>"
    body = (
        '<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:t xml:space="preserve">'
        " 前</w:t><w:br/><w:t>后</w:t><w:tab/><w:t>尾</w:t></w:r></w:p>"
        + table
        + "<w:p><w:r><mc:AlternateContent><mc:Choice>"
        + box
        + "</mc:Choice><mc:Fallback>"
        + box
        + "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + "<w:sdt><w:sdtContent>"
        + paragraph("控件里的字")
        + "</w:sdtContent></w:sdt>"
    )
    texts = [text for _, text in lines_of(raw_word(body)) if text]
    assert texts == [
        "链接 前", "后\t尾", "酒席\t十桌", "礼金", "份子", "一百元", "框里的字", "控件里的字",
    ]  # fmt: skip


def test_what_is_no_body_is_kept_with_its_role():
    body = (
        "<w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>"
    )
    data = raw_word(
        body,
        header1=paragraph("页眉"),
        footer1=paragraph("页脚"),
        footnotes=f"<w:footnote>{paragraph('脚注')}</w:footnote>",
        comments=f"<w:comment>{paragraph('批注')}</w:comment>",
    )
    roles = {
        line.text: line.role for line in read_lines(io.BytesIO(data), "规约.docx") if line.text
    }
    assert roles == {
        "新增": "body",
        "删去": "deleted",
        "页眉": "header",
        "页脚": "header",
        "脚注": "note",
        "批注": "comment",
    }
    rules = parse_file(io.BytesIO(data), "规约.docx")
    assert {entry.text for entry in rules.unplaced} == {"删去", "页眉", "页脚", "脚注", "批注"}


def test_an_article_in_a_table_row_is_an_article():
    table = "".join(
        f"<w:tr><w:tc>{paragraph(label)}</w:tc><w:tc>{paragraph(text)}</w:tc></w:tr>"
        for label, text in (("第一条", "甲。"), ("第二条", "乙。"))
    )
    rules = parse_file(io.BytesIO(raw_word(f"<w:tbl>{table}</w:tbl>")), "规约.docx")
    assert [(a.label, a.text) for a in rules.articles] == [("第一条", "甲。"), ("第二条", "乙。")]


def test_numbers_in_a_table_row_are_kept():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Tiao"><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    row = (
        f"<w:tr><w:tc>{paragraph('甲。', style='Tiao')}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr>"
    )
    data = raw_word(f"<w:tbl>{row}</w:tbl>", numbering=RULES, styles=styles)
    assert lines_of(data) == [("第一条", "甲。"), ("", "乙")]


HEADINGS = (
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="own"/><w:basedOn w:val="1"/>'
    "</w:style>"
)


@pytest.mark.parametrize(
    ("text", "style", "chapter"),
    [
        ("红白喜事", "1", True),
        ("红白喜事", "2", True),
        ("红白喜事", "3", False),
        ("第二章 红白喜事", "1", False),
        ("附 则", "1", True),
    ],
)
def test_a_heading_without_a_number_is_a_chapter(text, style, chapter):
    body = (
        paragraph("松林村村规民约", style="1")
        + paragraph("第一条 甲。")
        + paragraph(text, style=style)
        + paragraph("第二条 乙。")
    )
    rules = parse_file(io.BytesIO(raw_word(body, styles=HEADINGS)), "规约.docx")
    unnumbered = [c.title for c in rules.chapters[1:] if not c.label]
    assert unnumbered == (["".join(text.split())] if chapter else [])


def test_a_strict_file_is_read():
    data = raw_word(paragraph("第一条 甲。"))
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f"<w:document {NAMESPACES}><w:body>{paragraph('第一条 甲。')}</w:body></w:document>"
    strict_data = archive(
        {"_rels/.rels": RELATIONS, "word/document.xml": document.replace(W, strict.decode())}
    )
    assert lines_of(strict_data) == lines_of(data)
