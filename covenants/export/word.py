"""Writes a text as a Word file: real headings, real numbering, the page of GB/T 9704."""

import datetime
import io
import itertools
import re
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from covenants.parsing import Item
from covenants.parsing.wrapping import ends_sentence, width

from .document import RuleDocument
from .numbering import ARTICLE as ARTICLE_LEVEL
from .numbering import CHAPTER as CHAPTER_LEVEL
from .numbering import FIRST_ITEM, LEVELS, ListNumbers, Pattern, article_labels, chapter_labels
from .plain import reads_on
from .word_template import (
    ARTICLE,
    CHAPTER,
    ITEM,
    PLAIN,
    SIGNATURE,
    TITLE,
    empty_document,
)
from .wording import source_lines, suspension

LONGEST_SIGNATURE = 24
"""Characters of a line of the closing that is set to the right: a body's name, a date."""

_BEGIN, _END = '<w:t xml:space="preserve">', "</w:t>"
_QUOTES = {'"': "&quot;"}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_word(document: RuleDocument) -> bytes:
    """The bytes of a .docx."""
    writer = _Writer(document)
    writer.write()
    stream = io.BytesIO()
    writer.word.save(stream)
    return stream.getvalue()


class _Writer:
    def __init__(self, document: RuleDocument):
        self.document = document
        self.word: Document = empty_document()
        self._paragraphs: list[str] = []
        identifiers = itertools.count(1)
        self._chapters = ListNumbers(chapter_labels(document.rules), identifiers)
        self._articles = ListNumbers(article_labels(document.rules), identifiers)
        self._last = ""

    def write(self) -> None:
        rules = self.document.rules
        self._describe()
        self._paragraph(TITLE, rules.title)
        for line in filter(str.strip, rules.preamble.split("\n")):
            self._paragraph(PLAIN, line)
        position = 0
        for chapter in rules.chapters:
            if chapter.label or chapter.title:
                self._labelled(CHAPTER, CHAPTER_LEVEL, chapter.label, chapter.title)
            for article in chapter.articles:
                remark = suspension(self.document.suspended.get(position))
                self._article(article, remark)
                position += 1
        for line in filter(str.strip, rules.closing.split("\n")):
            is_signature = width(line) <= LONGEST_SIGNATURE and not ends_sentence(line)
            self._paragraph(SIGNATURE if is_signature else PLAIN, line)
        written = parse_xml(f"<w:body {nsdecls('w')}>{''.join(self._paragraphs)}</w:body>")
        # `sectPr` is looked for among all children each time it is asked for.
        end = self.word.element.body.sectPr
        for paragraph in list(written):
            end.addprevious(paragraph)
        lists = [numbers for numbers in (self._chapters, self._articles) if numbers.restarts]
        self.word.part.numbering_part.element.extend(
            [
                _list_xml(place, numbers, "0" if numbers is self._chapters else "640")
                for place, numbers in enumerate(lists)
            ]
            + [xml for place, numbers in enumerate(lists) for xml in _restarts_xml(place, numbers)]
        )

    def _article(self, article: Item, remark: str) -> None:
        first, *others = article.text.split("\n")
        self._labelled(ARTICLE, ARTICLE_LEVEL, article.label, remark + first)
        self._rest(ARTICLE, others)
        self._items(article, FIRST_ITEM)

    def _items(self, parent: Item, level: int) -> None:
        for item in parent.items:
            first, *others = item.text.split("\n")
            self._labelled(ITEM, level, item.label, first)
            self._rest(ITEM, others)
            self._items(item, level + 1)

    def _rest(self, style: str, lines: list[str]) -> None:
        for line in lines:
            self._paragraph(style, line)

    def _labelled(self, style: str, level: int, label: str, text: str) -> None:
        # Word prints no number before an empty paragraph that readers could rely on.
        numbers = self._chapters if style == CHAPTER else self._articles
        number = numbers.take(label, level) if text.strip() and level < LEVELS else None
        if number is None:
            blank = " " if label and text and style in (CHAPTER, ARTICLE) else ""
            self._paragraph(style, f"{label}{blank}{text}")
            return
        place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        self._add(style, text, f"<w:numPr>{place}</w:numPr>")

    def _paragraph(self, style: str, text: str) -> None:
        """A paragraph without a number of the list's.

        Where a reader could take it for the rest of a broken line, an empty one keeps them apart.
        """
        if not text.strip():
            return
        if self._last and reads_on(self._last) and style not in (TITLE, CHAPTER, SIGNATURE):
            self._add(PLAIN, "")
        self._add(style, text)

    def _add(self, style: str, text: str, numbering: str = "") -> None:
        self._last = text
        words = escape(_NOT_IN_XML.sub("", text)).replace("\t", f"{_END}<w:tab/>{_BEGIN}")
        self._paragraphs.append(
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering}</w:pPr>'
            f"<w:r>{_BEGIN}{words}{_END}</w:r></w:p>"
        )

    def _describe(self) -> None:
        """Properties, the source in the head and the page number at the foot of each page."""
        properties = self.word.core_properties
        edition = self.document.edition
        made = edition.created_at if edition else None
        properties.title = _NOT_IN_XML.sub("", self.document.rules.title)[:255]
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.language = "zh-CN"
        properties.created = properties.modified = made or datetime.datetime.now(datetime.UTC)
        section = self.word.sections[0]
        head = section.header.paragraphs[0]
        head.text = _NOT_IN_XML.sub("", " ".join(source_lines(self.document)))
        foot = section.footer.paragraphs[0]
        foot.add_run("— ")
        _add_page_number(foot)
        foot.add_run(" —")


def _add_page_number(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _list_xml(place: int, numbers: ListNumbers, indent: str):
    """The w:abstractNum of a list; all of them come before the first w:num.

    `indent` of the first line in twentieths of a point.
    """
    levels = "".join(
        _level_xml(numbers.patterns.get(level), level, indent) for level in range(LEVELS)
    )
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{place}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )


def _restarts_xml(place: int, numbers: ListNumbers) -> list:
    """A w:num for the list and for each place where it is started anew."""
    made = []
    for restart in numbers.restarts:
        starts = "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for level, start in sorted(restart.starts.items())
        )
        made.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{restart.identifier}">'
                f'<w:abstractNumId w:val="{place}"/>{starts}</w:num>'
            )
        )
    return made


def _level_xml(pattern: Pattern | None, level: int, indent: str) -> str:
    list_format = pattern.list_format if pattern else "none"
    text = f"{pattern.before}%{level + 1}{pattern.after}" if pattern else ""
    # A blank after 第一条, none after （一）.
    gap = "space" if pattern and pattern.before.startswith("第") else "nothing"
    font = '<w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr>' if gap == "space" else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{list_format}"/>'
        f'<w:suff w:val="{gap}"/><w:lvlText w:val="{escape(text, _QUOTES)}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="{indent}"/></w:pPr>'
        f"{font}</w:lvl>"
    )
