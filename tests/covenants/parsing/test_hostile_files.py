"""Files that are not what they claim: refused in words that name the file and the way out."""

import io
import zipfile

import pytest

from covenants.parsing import ReadError, parse_file
from covenants.parsing.readers import MAX_FILE_BYTES
from covenants.parsing.readers.archive import MAX_MEMBERS, MAX_XML_BYTES
from tests.covenants.parsing.word_files import NAMESPACES, RELATIONS, archive, paragraph, raw_word

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
LOCKED = b"\xec\xa5" + bytes(9) + b"\x01" + bytes(500)


def utf16(*names):
    return b"".join(name.encode("utf-16-le") for name in names)


MACROS = utf16("WordDocument", "_VBA_PROJECT_CUR")
ENTITIES = (
    '<!DOCTYPE d [<!ENTITY a "哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY e SYSTEM "file:///etc/hostname">]>'
)


def refused(data, name="规约.docx"):
    with pytest.raises(ReadError) as caught:
        parse_file(io.BytesIO(data), name)
    assert name in str(caught.value)
    assert "请" in str(caught.value)
    return caught.value.code


def document(xml):
    return archive({"_rels/.rels": RELATIONS, "word/document.xml": xml})


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("规约.docx", b"", "empty_file"),
        ("规约.docx", "第一条 甲。".encode(), "not_word"),
        ("规约.docx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("规约.docx", archive({"a.txt": "x"}), "no_document"),
        ("规约.docx", archive({"xl/workbook.xml": "<workbook/>"}), "no_document"),
        ("规约.docx", OLE, "must_convert"),
        ("规约.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("规约.doc", OLE, "must_convert"),
        ("规约.wps", OLE, "must_convert"),
        ("规约.docx", OLE + MACROS, "macros"),
        ("规约.docx", OLE + utf16("WordDocument", "Macros", "_VBA_PROJECT"), "macros"),
        ("规约.doc", OLE + utf16("Workbook"), "no_document"),
        ("规约.doc", (OLE + utf16("WordDocument")).ljust(1024, b"\0") + LOCKED, "encrypted"),
        ("规约.doc", "第一条 甲。".encode(), "must_convert"),
        ("规约.docx", archive({"规约一.docx": "x", "规约二.doc": "x"}), "no_document"),
        ("规约.docx", archive({"OFD.xml": "<OFD/>"}), "no_document"),
        ("规约.docm", archive({"_rels/.rels": RELATIONS, "word/vbaProject.bin": "x"}), "macros"),
        ("规约.docx", b"Rar!\x1a\x07", "archive"),
        ("规约.docx", b"\x89PNG\r\n\x1a\n", "scan"),
        ("规约.jpg", b"\xff\xd8\xff\xe0", "scan"),
        ("规约.docx", b"RIFF\0\0\0\0WEBP", "scan"),
        ("规约.bmp", b"BM\x8a\x7b\0\0\0\0\0\0\x8a", "scan"),
        ("规约.exe", b"MZ\x90", "unknown_format"),
        ("规约.doc", b"MZ\x90", "unknown_format"),
    ],
)
def test_foreign_and_broken_files(name, data, code):
    assert refused(data, name) == code


@pytest.mark.parametrize("word", ["BMW", "MZ", "BZ", "PK", "II", "%PD", "RIFF"])
def test_a_text_may_begin_like_a_signature(word):
    text = f"{word} 车友约\n第一条 甲。"
    assert parse_file(io.BytesIO(text.encode()), "规约.txt").articles[0].text == "甲。"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ReadError, match="没有这个文件.txt") as caught:
        parse_file(tmp_path / "没有这个文件.txt")
    assert caught.value.code == "unreadable"


def test_a_file_that_is_too_large():
    assert refused(b"a" * (MAX_FILE_BYTES + 1), "规约.txt") == "too_large"


@pytest.mark.parametrize(
    "xml",
    [
        f"{ENTITIES}<w:document {NAMESPACES}><w:body>{paragraph('&c;')}</w:body></w:document>",
        f"{ENTITIES}<w:document {NAMESPACES}><w:body>{paragraph('&e;')}</w:body></w:document>",
        f"<!DOCTYPE d SYSTEM 'file:///etc/hostname'><w:document {NAMESPACES}/>",
    ],
)
def test_entities_and_document_types(xml):
    assert refused(document(xml)) in {"unsafe_xml", "damaged"}


def test_a_document_type_in_utf16_is_seen():
    xml = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY a "x">]>'
        f"<w:document {NAMESPACES}><w:body>{paragraph('甲')}</w:body></w:document>"
    )
    assert refused(document(xml.encode("utf-16"))) == "unsafe_xml"


def test_an_unsafe_part_beside_the_body():
    data = archive(
        {
            "_rels/.rels": RELATIONS,
            "word/document.xml": f"<w:document {NAMESPACES}><w:body/></w:document>",
            "word/styles.xml": f"{ENTITIES}<w:styles {NAMESPACES}/>",
        }
    )
    assert refused(data) == "unsafe_xml"


def test_a_bomb_is_not_unpacked():
    assert refused(document(" " * (MAX_XML_BYTES + 1))) == "unpacks_too_large"


def test_a_bomb_beside_the_body():
    stream = io.BytesIO(raw_word(paragraph("甲")))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as target:
        for number in range(21):
            target.writestr(f"word/media/{number}.bin", bytes(10 * 1024 * 1024))
    assert refused(stream.getvalue()) == "unpacks_too_large"


def test_a_member_that_lies_about_its_size():
    data = document(" " * (MAX_XML_BYTES + 1000))
    true_size = (MAX_XML_BYTES + 1000).to_bytes(4, "little")
    lying = data.replace(true_size, (1000).to_bytes(4, "little"))
    assert lying != data
    assert refused(lying) in {"unpacks_too_large", "damaged"}


def test_too_many_members():
    parts = {f"word/{number}.xml": "" for number in range(MAX_MEMBERS + 1)}
    assert refused(archive(parts)) == "unpacks_too_large"


def test_a_cut_off_file():
    data = raw_word(paragraph("第一条 甲。") * 2000)
    assert refused(data[: len(data) // 2]) == "damaged"


def test_broken_xml():
    assert refused(document("<w:document")) == "damaged"


def test_changed_bytes_are_refused_or_read_but_never_crash():
    data = bytearray(raw_word(paragraph("第一条 甲。") * 5))
    outcomes = set()
    for position in range(0, len(data), 7):
        changed = (
            bytes(data[:position]) + bytes([data[position] ^ 0x55]) + bytes(data[position + 1 :])
        )
        try:
            parse_file(io.BytesIO(changed), "规约.docx")
            outcomes.add("read")
        except ReadError:
            outcomes.add("refused")
    assert "refused" in outcomes


def test_very_deep_xml():
    deep = "<w:sdt>" * 5000 + "</w:sdt>" * 5000
    assert refused(raw_word(deep)) == "damaged"


@pytest.mark.parametrize(
    "numbering",
    [
        '<w:num w:numId="1"><w:abstractNumId w:val="99"/></w:num>',
        '<w:num w:numId="1"/>',
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="x"><w:start w:val="9999999999999"/>'
        '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1%9%0"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    ],
)
def test_broken_numbering_loses_only_the_numbers(numbering):
    data = raw_word(paragraph("甲。", 1) + paragraph("乙。", 1, 12), numbering=numbering)
    rules = parse_file(io.BytesIO(data), "规约.docx")
    placed = "".join(article.text for article in rules.articles) + rules.title
    assert "甲" in placed
    assert "乙" in placed


def test_styles_based_on_each_other():
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    data = raw_word(paragraph("第一条 甲。", style="A"), styles=styles)
    assert parse_file(io.BytesIO(data), "规约.docx").articles[0].text == "甲。"
