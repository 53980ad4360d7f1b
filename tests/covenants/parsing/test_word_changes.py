"""Tracked changes, fields, boxes, hidden words and files inside a Word file."""

import io

import pytest

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import read_file, read_lines
from tests.covenants.parsing.word_files import (
    NAMESPACES,
    RELATIONS,
    abstract_list,
    archive,
    level,
    numbered_list,
    paragraph,
    raw_word,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NUMBERS = abstract_list(0, level(0, "chineseCounting", "第%1条")) + numbered_list(1, 0)
DELETED_MARK = "<w:rPr><w:del/></w:rPr>"


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def inserted(text):
    return f"<w:ins>{run(text)}</w:ins>"


def deleted(text):
    return f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def numbered(content, mark=""):
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{number}{mark}</w:pPr>{content}</w:p>"


def field(code, result=None):
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def read(data):
    return read_file(io.BytesIO(data), "规约.docx")


def body_of(data):
    return [
        (line.generated, line.text)
        for line in read(data).lines
        if line.role == "body" and line.text
    ]


def texts_of(data, role):
    return [line.text for line in read(data).lines if line.role == role and line.text]


def related(body, relations, **parts):
    """A .docx with relations (id, type, target, mode) of its body and further parts by path."""
    listed = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if external else "")
        + "/>"
        for one, kind, target, external in relations
    )
    return archive(
        {
            "_rels/.rels": RELATIONS,
            "word/document.xml": f'<w:document {NAMESPACES} xmlns:r="{OFFICE}" '
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            f"<w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{listed}</Relationships>",
            **parts,
        }
    )


# Tracked changes


def test_tracked_changes_give_the_final_text_and_a_warning():
    body = f"<w:p>{run('第一条 酒席不超过')}{deleted('二十')}{inserted('十')}{run('桌。')}</w:p>"
    rules = parse_file(io.BytesIO(raw_word(body)), "规约.docx")
    assert [a.text for a in rules.articles] == ["酒席不超过十桌。"]
    assert [entry.text for entry in rules.unplaced] == ["二十"]
    assert [warning.code for warning in rules.warnings] == ["tracked_changes"]
    assert "规约.docx" in rules.warnings[0].message


def test_a_deleted_article_uses_up_no_number():
    body = (
        numbered(run("爱护公物。"))
        + numbered(deleted("停办宴席。"), DELETED_MARK)
        + numbered(run("办客从简。"))
    )
    data = raw_word(body, numbering=NUMBERS)
    assert body_of(data) == [("第一条", "爱护公物。"), ("第二条", "办客从简。")]
    assert texts_of(data, "deleted") == ["停办宴席。"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs():
    body = numbered(run("爱护公物，"), DELETED_MARK) + numbered(run("办客从简。"))
    assert body_of(raw_word(body, numbering=NUMBERS)) == [("第一条", "爱护公物，办客从简。")]


def test_a_deleted_mark_at_the_end_loses_nothing():
    assert body_of(raw_word(numbered(run("爱护公物。"), DELETED_MARK))) == [("", "爱护公物。")]


def test_moved_text_stands_once_where_it_was_moved_to():
    body = (
        f"<w:p><w:moveFrom>{run('礼金百元。')}</w:moveFrom>{run('第一条 酒席十桌。')}</w:p>"
        f"<w:p><w:moveTo>{run('第二条 礼金百元。')}</w:moveTo></w:p>"
    )
    assert [text for _, text in body_of(raw_word(body))] == [
        "第一条 酒席十桌。",
        "第二条 礼金百元。",
    ]


def test_a_deleted_table_row_is_no_body():
    row = "<w:tr>{}<w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = row.format("", paragraph("酒席"), paragraph("十桌")) + row.format(
        "<w:trPr><w:del/></w:trPr>", paragraph("烟"), paragraph("十元")
    )
    data = raw_word(f"<w:tbl>{table}</w:tbl>")
    assert body_of(data) == [("", "酒席\t十桌")]
    assert texts_of(data, "deleted") == ["烟 十元"]


# Fields and characters


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (field(" PAGEREF _Toc1 ", run("12")), "12"),
        (field(" IF 1 = 1 ", field(" DATE ", run("2023年")) + run("5月")), "2023年5月"),
        (f"<w:fldSimple w:instr='PAGE'>{run('3')}</w:fldSimple>", "3"),
        (field(r"eq \o\ac(○,12)"), "⑫"),
        (field(r"EQ \o\ac(○,一)"), "㊀"),
        (field(r"EQ \o\ac(□,禁)"), "禁"),
        (field(r"EQ \f(1,2)"), "(1,2)"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F081"/></w:r>', "①"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "√"),
        ('<w:r><w:sym w:char="2264"/></w:r>', "≤"),
    ],
)
def test_a_field_shows_its_result_and_enclosed_characters_are_read(content, shown):
    assert body_of(raw_word(f"<w:p>{run('甲')}{content}{run('乙')}</w:p>")) == [
        ("", f"甲{shown}乙")
    ]


@pytest.mark.parametrize("end", ["", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'])
def test_a_broken_field_swallows_no_words(end):
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    data = raw_word(f"<w:p>{run('第一条 ')}{begin}{run('办客从简。')}{end}</w:p>")
    words = [(line.role, line.text) for line in read(data).lines if line.text]
    if end:
        assert words == [("body", "第一条 "), ("note", "办客从简。")]
    else:
        assert words == [("body", "第一条 办客从简。")]


def test_form_fields_show_what_was_chosen():
    def form(data):
        return (
            f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    chosen = form(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="村民会议"/>'
        '<w:listEntry w:val="村民代表会议"/></w:ddList>'
    )
    ticked = form('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    body = f"<w:p>{chosen}{ticked}{form('<w:checkBox/>')}</w:p>"
    assert body_of(raw_word(body)) == [("", "村民代表会议☑☐")]


def test_hidden_words_and_phonetic_guides_stand_aside():
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('wei')}</w:rt><w:rubyBase>{run('脿')}</w:rubyBase></w:ruby></w:r>"
    )
    data = raw_word(f"<w:p>{ruby}{run('村')}{run('（内部）', '<w:vanish/>')}</w:p>")
    assert body_of(data) == [("", "脿村")]
    assert texts_of(data, "note") == ["wei（内部）"]


# Boxes and drawings


def alternatives(choice, fallback):
    return (
        "<w:r><mc:AlternateContent><mc:Choice>"
        f"{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_a_box_inside_a_box_stands_once():
    inner = alternatives(
        f"<w:txbxContent>{paragraph('里')}</w:txbxContent>",
        f"<w:txbxContent>{paragraph('里')}</w:txbxContent>",
    )
    box = f"<w:txbxContent><w:p>{run('外')}{inner}</w:p></w:txbxContent>"
    body = f"<w:p>{run('文')}{alternatives(box, box)}</w:p>"
    assert [text for _, text in body_of(raw_word(body))] == ["文", "外", "里"]


def test_where_the_first_alternative_has_no_words_the_other_is_read():
    box = f"<w:txbxContent>{paragraph('框里的字')}</w:txbxContent>"
    body = f"<w:p>{alternatives('<w:drawing/>', f'<w:pict>{box}</w:pict>')}</w:p>"
    assert body_of(raw_word(body)) == [("", "框里的字")]


def test_word_art_is_a_title_too():
    art = '<w:r><w:pict><w:textpath string="松林村村规民约"/></w:pict></w:r>'
    data = raw_word(f"<w:p>{art}</w:p>{paragraph('第一条 甲。')}")
    assert parse_file(io.BytesIO(data), "规约.docx").title == "松林村村规民约"


# Other files inside the file


def test_headers_are_found_by_their_relation_whatever_they_are_called():
    header = f"<w:hdr {NAMESPACES}>{paragraph('村委会印')}</w:hdr>"
    data = related(
        paragraph("第一条 甲。"), [("r1", "header", "top.xml", False)], **{"word/top.xml": header}
    )
    assert texts_of(data, "header") == ["村委会印"]


@pytest.mark.parametrize(
    ("part", "content", "texts"),
    [
        ("inserted.docx", raw_word(paragraph("第二条 乙。")), ["第二条 乙。"]),
        (
            "inserted.html",
            "<html><meta charset='utf-8'><p>第二条 乙。<p>第三条 丙。</html>".encode(),
            ["第二条 乙。", "第三条 丙。"],
        ),
        ("inserted.txt", "第二条 乙。".encode("gb18030"), ["第二条 乙。"]),
    ],
)
def test_an_inserted_file_is_read_where_it_stands(part, content, texts):
    body = paragraph("第一条 甲。") + '<w:altChunk r:id="r1"/>' + paragraph("第四条 丁。")
    data = related(body, [("r1", "aFChunk", part, False)], **{f"word/{part}": content})
    assert [text for _, text in body_of(data)] == ["第一条 甲。", *texts, "第四条 丁。"]


@pytest.mark.parametrize(
    ("relations", "parts"),
    [
        ([], {}),
        ([("r1", "aFChunk", "a.rtf", False)], {"word/a.rtf": b"{\\rtf1\x00"}),
        ([("r1", "aFChunk", "a.docx", False)], {"word/a.docx": b"PK\x03\x04"}),
    ],
)
def test_an_inserted_file_that_cannot_be_read_is_told(relations, parts):
    data = related(paragraph("第一条 甲。") + '<w:altChunk r:id="r1"/>', relations, **parts)
    reading = read(data)
    assert [line.text for line in reading.lines] == ["第一条 甲。"]
    assert [warning.code for warning in reading.warnings] == ["inserted_file"]


def test_a_file_inserted_into_itself_over_and_over_ends():
    data = related(paragraph("第一条 甲。"), [])
    for _ in range(6):
        body = paragraph("第一条 甲。") + '<w:altChunk r:id="r1"/>'
        data = related(body, [("r1", "aFChunk", "a.docx", False)], **{"word/a.docx": data})
    assert len(body_of(data)) == 3


@pytest.mark.parametrize(
    ("kind", "told"), [("hyperlink", []), ("image", ["external_reference"]),
                       ("attachedTemplate", ["external_reference"]),
                       ("aFChunk", ["external_reference"])],
)  # fmt: skip
def test_what_lies_outside_the_file_is_never_opened_but_told(kind, told):
    target = "http://203.0.113.7/a.dotm"
    data = related(paragraph("第一条 甲。"), [("r1", kind, target, True)])
    reading = read(data)
    assert [warning.code for warning in reading.warnings] == told
    assert all("规约.docx" in warning.message for warning in reading.warnings)


def test_a_file_with_pictures_and_no_text_is_a_scan():
    data = related(
        '<w:p><w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r></w:p>',
        [("r1", "image", "media/image1.png", False)],
        **{"word/media/image1.png": b"\x89PNG\r\n\x1a\n"},
    )
    with pytest.raises(ReadError, match="规约.docx.*附件") as caught:
        read_lines(io.BytesIO(data), "规约.docx")
    assert caught.value.code == "scan"
