"""Reads a .docx: paragraphs, tables, text boxes and notes in document order, with Word's numbers.

Yields lines only. Text that is no part of the body (headers, notes, comments, deletions) gets a
role of its own, so that nothing is lost. Nothing outside the file is ever opened.
"""

from __future__ import annotations

import posixpath
import re

from lxml import etree

from ..document import BODY, COMMENT, DELETED, HEADER, NOTE, ParseWarning, SourceLine
from .archive import Package, Relation
from .errors import ReadError
from .hypertext import read_hypertext
from .pdf import SCAN
from .plaintext import read_plain_text
from .reading import Reading
from .word_numbering import WordNumbering
from .word_paragraph import ParagraphText
from .word_styles import WordStyles
from .word_table import Row, blocks, goes_down_columns, joined_row, limits_table, read_rows
from .word_xml import attribute, child, local_name

DEFAULT_BODY = "word/document.xml"
MOST_INSERTED_BYTES = 8 * 1024 * 1024
MOST_NESTED_FILES = 2

_BESIDE = re.compile(r"(header|footer|footnotes|endnotes|comments)\d*\.xml")
_ROLE_BESIDE = {
    "header": HEADER,
    "footer": HEADER,
    "footnotes": NOTE,
    "endnotes": NOTE,
    "comments": COMMENT,
}
_ZIP = b"PK\x03\x04"
# A link in the text is for readers to follow; these are opened by Word itself.
_HARMLESS = frozenset({"hyperlink"})


def read_word(data: bytes, name: str, depth: int = 0) -> Reading:
    """The lines of a .docx file; a paragraph is one line, or several at line breaks.

    `number` counts the lines of the body; those of headers and notes follow. `depth` counts the
    files this one is inserted into. Raises ReadError.
    """
    package = Package(data, name)
    body_part = main_part(package)
    root = package.xml(body_part)
    body = child(root, "body")
    if body is None:
        raise ReadError(
            "no_document",
            name,
            "里没有 Word 正文（可能是表格、演示文稿或别的压缩文件）。"
            "请用 Word 或 WPS 打开，另存为 .docx 后再上传。",
        )
    relations = package.relations(body_part)
    folder = posixpath.dirname(body_part)
    styles = package.xml(_part_of(relations, "styles", posixpath.join(folder, "styles.xml")))
    numbering = WordNumbering(
        package.xml(_part_of(relations, "numbering", posixpath.join(folder, "numbering.xml"))),
        styles,
    )
    collector = _LineCollector(numbering, WordStyles(styles), package, relations, depth)
    collector.read(body, BODY)
    if not any(line.text.strip() for line in collector.lines) and _shows_pictures(relations):
        raise ReadError("scan", name, SCAN)
    for part, role in _parts_beside(package, relations, folder):
        collector.read(package.xml(part), role)
    return Reading(collector.lines, collector.warnings + _external_warnings(package, body_part))


def main_part(package: Package) -> str:
    """The part that the package names as its main document."""
    for relation in package.relations("").values():
        if relation.kind == "officeDocument" and relation.target:
            return relation.target
    return DEFAULT_BODY


def _part_of(relations: dict[str, Relation], kind: str, default: str) -> str:
    named = (one.target for one in relations.values() if one.kind == kind and not one.external)
    return next(named, default)


def _parts_beside(
    package: Package, relations: dict[str, Relation], folder: str
) -> list[tuple[str, str]]:
    """(part, role) of headers, footers, notes and comments, each once, in the order of names."""
    found = {
        one.target: _ROLE_BESIDE[one.kind]
        for one in relations.values()
        if one.kind in _ROLE_BESIDE and not one.external
    }
    for part in package.names():
        beside = _BESIDE.fullmatch(posixpath.basename(part))
        if beside and posixpath.dirname(part) == folder:
            found.setdefault(part, _ROLE_BESIDE[beside[1]])
    return sorted(found.items())


def _shows_pictures(relations: dict[str, Relation]) -> bool:
    return any(one.kind == "image" for one in relations.values())


def _external_warnings(package: Package, body_part: str) -> list[ParseWarning]:
    """Templates, pictures and texts that Word would fetch from elsewhere, as one warning."""
    folder = posixpath.dirname(body_part)
    parts = [body_part, posixpath.join(folder, "settings.xml")]
    pointed = [one for part in parts for one in package.relations(part).values() if one.external]
    if all(one.kind in _HARMLESS for one in pointed):
        return []
    message = (
        f"“{package.name}”引用了文件以外的内容（模板、图片或链接的文件）。本站没有打开它们，"
        "只读了文件里的文字，请对照原件核对。"
    )
    return [ParseWarning("external_reference", message, 1)]


class _LineCollector:
    """Walks blocks (paragraphs and tables) and gathers lines."""

    def __init__(
        self,
        numbering: WordNumbering,
        styles: WordStyles,
        package: Package,
        relations: dict[str, Relation],
        depth: int,
    ):
        self.numbering = numbering
        self.lines: list[SourceLine] = []
        self.warnings: list[ParseWarning] = []
        self._styles = styles
        self._package = package
        self._relations = relations
        self._depth = depth
        self._warned: set[str] = set()

    def read(self, container: etree._Element | None, role: str) -> None:
        if container is None:
            return
        unfinished: list[ParagraphText] = []
        for block in blocks(container):
            name = local_name(block)
            if name == "p":
                text = ParagraphText(block)
                unfinished.append(text)
                if text.mark_deleted:
                    continue
                self._add_paragraph(unfinished, child(block, "pPr"), role)
            else:
                self._add_paragraph(unfinished, None, role)
                if name == "tbl":
                    self._read_table(block, role)
                else:
                    self._read_inserted_file(block, role)
            unfinished = []
        self._add_paragraph(unfinished, None, role)

    def _add_paragraph(
        self, texts: list[ParagraphText], properties: etree._Element | None, role: str
    ) -> None:
        """One paragraph out of those that a deleted paragraph mark made one."""
        if not texts:
            return
        visible = "".join(text.visible for text in texts)
        # An empty numbered paragraph uses up a number in Word, too.
        label = self.numbering.label(properties) if role == BODY else ""
        if not visible.strip():
            label = ""
        heading = self._styles.heading_level(properties) if role == BODY else None
        if visible.strip() or len(texts) == 1:
            for position, line in enumerate(visible.split("\n")):
                self._add(line, role, label if position == 0 else "", heading)
        for text in texts:
            self._add_beside(text, role)
            for box in text.boxes:
                self.read(box, role)

    def _add_beside(self, text: ParagraphText, role: str) -> None:
        for art in text.art:
            self._add(art, role)
        self._set_aside(text.deleted, text.aside, text.is_changed)

    def _set_aside(self, deleted: str, aside: str, is_changed: bool) -> None:
        if is_changed:
            self._warn(
                "tracked_changes",
                f"“{self._package.name}”带有修订痕迹：已按接受全部修订后的文字读取，"
                "删去的文字不在正文里，请核对。",
            )
        if deleted.strip():
            self._add(deleted, DELETED)
        if aside.strip():
            self._add(aside, NOTE)

    def _read_table(self, table: etree._Element, role: str) -> None:
        rows = read_rows(table, self.numbering)
        for row in [row for row in rows if row.is_deleted]:
            words = " ".join(filter(None, (c.line for c in row.cells)))
            self._set_aside(words + "".join(c.deleted for c in row.cells), "", True)
        rows = [row for row in rows if not row.is_deleted]
        if goes_down_columns(rows):
            for column in range(len(rows[0].cells)):
                for row in rows:
                    self.read(row.cells[column].element, role)
            return
        lines = limits_table(rows)
        if lines is not None:
            for row, line in zip(rows, lines, strict=True):
                self._add_row(row, line, role)
            return
        above = ""
        for row in rows:
            if row.is_simple and not row.holds_numbered_texts:
                self._add_row(row, joined_row(row, above), role)
                above = above if row.cells[0].continues else row.cells[0].line
            else:
                for cell in row.cells:
                    self.read(cell.element, role)

    def _add_row(self, row: Row, line: str, role: str) -> None:
        self._add(line, role)
        # A row is a paragraph of its own, however wide it is.
        self._add("", role)
        for cell in row.cells:
            self._set_aside(cell.deleted, cell.aside, cell.is_changed)

    def _read_inserted_file(self, chunk: etree._Element, role: str) -> None:
        """A w:altChunk: another file whose text Word shows at this place."""
        relation = self._relations.get(attribute(chunk, "id"))
        content = None
        if relation and not relation.external and self._depth < MOST_NESTED_FILES:
            content = self._package.bytes_of(relation.target, MOST_INSERTED_BYTES)
        if content is None:
            self._warn_unread()
            return
        name = self._package.name
        try:
            if content.startswith(_ZIP):
                lines = read_word(content, name, self._depth + 1).lines
            elif b"<" in content[:2048]:
                lines = read_hypertext(content, name)
            else:
                lines = read_plain_text(content, name)
        except ReadError:
            self._warn_unread()
            return
        for line in lines:
            self._add(line.text, line.role if role == BODY else role, line.generated, line.heading)

    def _warn_unread(self) -> None:
        self._warn(
            "inserted_file",
            f"“{self._package.name}”里插入的另一份文件读不出来，请打开原件，把那一部分粘贴进来。",
        )

    def _warn(self, code: str, message: str) -> None:
        """Once for a file, at the line where it first occurs."""
        if code not in self._warned:
            self._warned.add(code)
            self.warnings.append(ParseWarning(code, message, max(len(self.lines), 1)))

    def _add(self, text: str, role: str, generated: str = "", heading: int | None = None) -> None:
        self.lines.append(SourceLine(text, len(self.lines) + 1, generated, role, heading))
