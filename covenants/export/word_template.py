"""The empty Word file that exports are written into: page, styles and fonts after GB/T 9704.

Only the page of the standard (A4, text 156 × 225 mm, 22 lines) and its type sizes; not its red
heading, which belongs to official documents. Its 28 characters to a line would need closer type or
a grid of characters, which LibreOffice sets much too wide; a line has 27.
"""

import io
from functools import cache

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

PLAIN, TITLE, CHAPTER, ARTICLE, ITEM, SIGNATURE = "a", "a3", "1", "a4", "a5", "a6"
"""Identifiers of the styles, as Word's Chinese edition gives them out."""

# Installed where offices write (Windows, WPS); the alternatives stand in the font table.
_BODY, _CHAPTER, _TITLE = "仿宋", "黑体", "方正小标宋简体"
_FONTS = ((_BODY, "FangSong"), (_CHAPTER, "SimHei"), (_TITLE, "宋体"), ("宋体", "SimSun"))
_KEPT_STYLES = {"Default Paragraph Font", "Normal Table", "No List"}
_DROPPED_PARTS = ("/thumbnail", "/stylesWithEffects", "/customXml")
_TWO_CHARACTERS = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'


def _style(identifier, name, paragraph, run, *, default=False, outline=""):
    based = "" if default else '<w:basedOn w:val="a"/><w:next w:val="a"/>'
    flag = ' w:default="1"' if default else "" if name.isascii() else ' w:customStyle="1"'
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph"{flag} w:styleId="{identifier}">'
        f'<w:name w:val="{name}"/>{based}<w:qFormat/><w:pPr>{paragraph}{outline}</w:pPr>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )


def _font(name):
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}"/>'


_STYLES = (
    _style(PLAIN, "Normal",
           '<w:spacing w:after="0"/>' + _TWO_CHARACTERS
           + '<w:jc w:val="both"/>', "", default=True),
    _style(TITLE, "Title",
           '<w:spacing w:before="240" w:after="480"/><w:ind w:firstLineChars="0" w:firstLine="0"/>'
           '<w:jc w:val="center"/>', _font(_TITLE) + '<w:sz w:val="44"/><w:szCs w:val="44"/>'),
    _style(CHAPTER, "heading 1",
           '<w:keepNext/><w:spacing w:before="240" w:after="120"/>'
           '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>',
           _font(_CHAPTER), outline='<w:outlineLvl w:val="0"/>'),
    _style(ARTICLE, "条", "", ""),
    _style(ITEM, "项", "", ""),
    _style(SIGNATURE, "落款", '<w:ind w:right="640" w:firstLineChars="0" w:firstLine="0"/>'
           '<w:jc w:val="right"/>', ""),
    _style("a7", "header", '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>',
           '<w:sz w:val="18"/><w:szCs w:val="18"/>'),
    _style("a8", "footer", '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/>',
           _font("宋体") + '<w:sz w:val="28"/><w:szCs w:val="28"/>'),
)  # fmt: skip


def empty_document() -> Document:
    """A fresh document with these styles, an empty list of numberings and no text."""
    return docx.Document(io.BytesIO(_template()))


@cache
def _template() -> bytes:
    document = docx.Document()
    _drop_parts(document)
    _set_styles(document)
    _set_page(document)
    _set_language(document)
    numbering = document.part.numbering_part.element
    for element in list(numbering):
        numbering.remove(element)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _drop_parts(document: Document) -> None:
    """What python-docx's own template brings that no text of ours uses."""
    for relations in (document.part.package.rels, document.part.rels):
        for key, relation in list(relations.items()):
            if any(name in relation.reltype for name in _DROPPED_PARTS):
                del relations[key]
            elif relation.reltype.endswith("/fontTable"):
                relation.target_part._blob = _font_table()


def _font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FONTS
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _set_styles(document: Document) -> None:
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")) not in _KEPT_STYLES:
            styles.remove(style)
    defaults = styles.find(qn("w:docDefaults"))
    styles.replace(
        defaults,
        parse_xml(
            f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{_font(_BODY)}"
            '<w:sz w:val="32"/><w:szCs w:val="32"/>'
            '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
            "<w:pPrDefault/></w:docDefaults>"
        ),
    )
    for style in _STYLES:
        styles.append(parse_xml(style))


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(24)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)
    section._sectPr.append(
        parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="579"/>')
    )


def _set_language(document: Document) -> None:
    settings = document.settings.element
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    settings.remove(settings.find(qn("w:savePreviewPicture")))
    # As Word's Chinese edition has it.
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    language = settings.find(qn("w:themeFontLang"))
    language.set(qn("w:eastAsia"), "zh-CN")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
