"""Reads a .docx: paragraphs, tables, text boxes and notes in document order, with Word's numbers.

Yields lines only. Text that is no part of the body (headers, notes, comments, deletions) gets a
role of its own, so that nothing is lost.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from ..document import BODY, COMMENT, DELETED, HEADER, NOTE, SourceLine
from .archive import Package
from .errors import ReadError
from .word_numbering import WordNumbering
from .word_xml import attribute, child, children, local_name

_DEFAULT_BODY = "word/document.xml"
_SKIPPED = frozenset(
    {"pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "instrText", "delInstrText", "sdtPr",
     "sdtEndPr", "fldData", "proofErr", "softHyphen"}
)  # fmt: skip
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BESIDE = re.compile(r"(header|footer|footnotes|endnotes|comments)\d*\.xml")
_ROLE_BESIDE = {
    "header": HEADER,
    "footer": HEADER,
    "footnotes": NOTE,
    "endnotes": NOTE,
    "comments": COMMENT,
}


def read_word(data: bytes, name: str) -> list[SourceLine]:
    """The lines of a .docx file; a paragraph is one line, or several at line breaks.

    `number` counts the lines of the body; those of headers and notes follow. Raises ReadError.
    """
    package = Package(data, name)
    body_part = _body_part(package)
    root = package.xml(body_part)
    body = child(root, "body")
    if body is None:
        raise ReadError(
            "no_document",
            name,
            "里没有 Word 正文（可能是表格、演示文稿或别的压缩文件）。"
            "请用 Word 或 WPS 打开，另存为 .docx 后再上传。",
        )
    folder = posixpath.dirname(body_part)
    numbering = WordNumbering(
        package.xml(posixpath.join(folder, "numbering.xml")),
        package.xml(posixpath.join(folder, "styles.xml")),
    )
    collector = _LineCollector(numbering)
    collector.read(body, BODY)
    for part in sorted(package.names()):
        beside = _BESIDE.fullmatch(posixpath.basename(part))
        if beside and posixpath.dirname(part) == folder:
            collector.read(package.xml(part), _ROLE_BESIDE[beside[1]])
    return collector.lines


def _body_part(package: Package) -> str:
    """The part that the package names as its main document."""
    for relation in children(package.xml("_rels/.rels"), "Relationship"):
        if attribute(relation, "Type").endswith("/officeDocument"):
            target = attribute(relation, "Target").lstrip("/")
            return posixpath.normpath(target) if target else _DEFAULT_BODY
    return _DEFAULT_BODY


class _LineCollector:
    """Walks blocks (paragraphs and tables) and gathers lines."""

    def __init__(self, numbering: WordNumbering):
        self.numbering = numbering
        self.lines: list[SourceLine] = []

    def read(self, container: etree._Element | None, role: str) -> None:
        if container is None:
            return
        for block in _blocks(container):
            if local_name(block) == "p":
                self._read_paragraph(block, role)
            else:
                self._read_table(block, role)

    def _read_paragraph(self, paragraph: etree._Element, role: str) -> None:
        text = _ParagraphText(paragraph)
        visible = text.visible
        # An empty numbered paragraph uses up a number in Word, too.
        label = self.numbering.label(child(paragraph, "pPr")) if role == BODY else ""
        if not visible.strip():
            label = ""
        for position, line in enumerate(visible.split("\n")):
            self._add(line, role, label if position == 0 else "")
        if text.deleted.strip():
            self._add(text.deleted, DELETED)
        for box in text.boxes:
            self.read(box, role)

    def _read_table(self, table: etree._Element, role: str) -> None:
        for row in _rows(table):
            cells = [_CellText(cell, self.numbering) for cell in _cells(row)]
            if len(cells) > 1 and all(cell.is_simple for cell in cells):
                self._add("\t".join(cell.line for cell in cells if cell.line), role)
                for deleted in (cell.deleted for cell in cells if cell.deleted.strip()):
                    self._add(deleted, DELETED)
            else:
                for cell in cells:
                    self.read(cell.element, role)

    def _add(self, text: str, role: str, generated: str = "") -> None:
        self.lines.append(SourceLine(text, len(self.lines) + 1, generated, role))


class _ParagraphText:
    """What a w:p says: its visible text, what a tracked change deleted, and its text boxes."""

    def __init__(self, paragraph: etree._Element):
        self._visible: list[str] = []
        self._deleted: list[str] = []
        self.boxes: list[etree._Element] = []
        self._walk(paragraph, self._visible)

    @property
    def visible(self) -> str:
        return "".join(self._visible)

    @property
    def deleted(self) -> str:
        return "".join(self._deleted)

    def _walk(self, element: etree._Element, into: list[str]) -> None:
        for node in element:
            name = local_name(node)
            if name in {"t", "delText"}:
                # A comment inside w:t splits its text into this element's text and its tails.
                into.append("".join(node.itertext()).replace("\n", " "))
            elif name in _BREAKS:
                into.append(_BREAKS[name])
            elif name == "sym":
                into.append(_symbol(node))
            elif name in {"del", "moveFrom"}:
                self._walk(node, self._deleted)
            elif name == "txbxContent":
                self.boxes.append(node)
            elif name == "AlternateContent":
                self._walk_alternative(node, into)
            elif name and name not in _SKIPPED:
                self._walk(node, into)

    def _walk_alternative(self, node: etree._Element, into: list[str]) -> None:
        """One of the alternatives: they hold the same text twice."""
        chosen = child(node, "Choice")
        if chosen is None:
            chosen = child(node, "Fallback")
        if chosen is not None:
            self._walk(chosen, into)


class _CellText:
    """A w:tc that may be one column of a row: at most one paragraph, no numbering, no box."""

    def __init__(self, element: etree._Element, numbering: WordNumbering):
        self.element = element
        blocks = list(_blocks(element))
        texts = [_ParagraphText(block) for block in blocks if local_name(block) == "p"]
        filled = [text for text in texts if text.visible.strip()]
        self.is_simple = (
            len(texts) == len(blocks)
            and len(filled) <= 1
            and not any(text.boxes for text in texts)
            and not any("\n" in text.visible for text in texts)
            and not any(numbering.numbers(child(block, "pPr")) for block in blocks)
        )
        self.line = filled[0].visible.strip() if filled else ""
        self.deleted = "".join(text.deleted for text in texts)


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, looking through content controls, notes and changes."""
    for node in container:
        name = local_name(node)
        if name in {"p", "tbl"}:
            yield node
        elif name == "AlternateContent":
            chosen = child(node, "Choice")
            yield from _blocks(chosen if chosen is not None else node)
        elif name and name not in _SKIPPED and name not in {"tr", "tc", "r"}:
            yield from _blocks(node)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    yield from _inner(table, "tr")


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    yield from _inner(row, "tc")


def _inner(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Children of one kind, looking through content controls and tracked changes."""
    for node in element:
        name = local_name(node)
        if name == wanted:
            yield node
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}:
            yield from _inner(node, wanted)


def _symbol(node: etree._Element) -> str:
    """A w:sym as the character it names; Wingdings' private codes stay as they are."""
    written = attribute(node, "char")
    try:
        code = int(written, 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
