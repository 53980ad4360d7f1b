"""Makes readable lines of a Word table: which cells belong to one line, and in what order.

Looks at one table's grid; its cells' own paragraphs are read by `word`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ..markers import Kind, marker_at_start
from .word_numbering import WordNumbering
from .word_paragraph import SKIPPED, ParagraphText, chosen_alternative
from .word_xml import attribute, child, integer, is_on, local_name

LONGEST_NAME = 16
"""Characters of a column's or row's name."""
LONGEST_VALUE = 60
MOST_COLUMNS = 63
"""As many as Word allows."""

_SERIAL = {"序号", "编号", "序", "号"}
_SENTENCE_MARK = re.compile(r"[。；;！!？?，,：:]")
_NUMBERED = frozenset({Kind.ARTICLE, Kind.CHAPTER, Kind.SECTION, Kind.HAN, Kind.HAN_PAREN})


def blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs, tables and foreign parts in order, looking through content controls and notes."""
    for node in container:
        name = local_name(node)
        if name in {"p", "tbl", "altChunk"}:
            yield node
        elif name == "AlternateContent":
            yield from blocks(chosen_alternative(node))
        elif name and name not in SKIPPED and name not in {"tr", "tc", "r"}:
            yield from blocks(node)


@dataclass(slots=True, eq=False)
class Cell:
    """A w:tc. `line` is its text on one line; `continues` a cell merged into the one above."""

    element: etree._Element
    span: int
    continues: bool
    is_simple: bool
    is_short: bool
    line: str
    deleted: str
    aside: str
    is_changed: bool

    @property
    def own_number(self) -> int | None:
        """The number with which its text begins, when more text follows."""
        marker = marker_at_start(self.line)
        if marker and marker.kind in _NUMBERED and self.line[marker.end :].strip():
            return marker.number
        return None


@dataclass(slots=True, eq=False)
class Row:
    """A w:tr: its cells from left to right; `is_deleted` by a tracked change."""

    cells: list[Cell]
    is_header: bool = False
    is_deleted: bool = False
    columns: list[Cell] = field(default_factory=list)
    """The cell that covers each column of the grid."""

    @property
    def is_simple(self) -> bool:
        return len(self.cells) > 1 and all(cell.is_simple for cell in self.cells)

    @property
    def holds_numbered_texts(self) -> bool:
        """Whether it sets texts side by side that each have a number of their own."""
        return sum(cell.own_number is not None for cell in self.cells) > 1


def read_rows(table: etree._Element, numbering: WordNumbering) -> list[Row]:
    """The rows of a w:tbl. Counts no numbering."""
    rows = []
    for element in _inner(table, "tr"):
        properties = child(element, "trPr")
        cells = [_cell(one, numbering) for one in _inner(element, "tc")]
        row = Row(
            cells, is_on(child(properties, "tblHeader")), child(properties, "del") is not None
        )
        for cell in cells:
            row.columns += [cell] * max(1, min(cell.span, MOST_COLUMNS - len(row.columns)))
        rows.append(row)
    return rows


def goes_down_columns(rows: list[Row]) -> bool:
    """Whether the numbers of its texts run down each column before the next begins."""
    count = len(rows[0].cells) if rows else 0
    if count < 2 or len(rows) < 2 or any(len(row.cells) != count for row in rows):
        return False
    across = [cell.own_number for row in rows for cell in row.cells]
    down = [row.cells[column].own_number for column in range(count) for row in rows]
    return _steps(down) > _steps(across)


def limits_table(rows: list[Row]) -> list[str] | None:
    """A table with named columns and rows as lines, a row to a line with the columns' names.

    None when it is not one. 事项|桌数|礼金 over 婚事|十桌|百元 becomes 婚事：桌数 十桌；礼金 百元.
    """
    headers = 1
    while headers < len(rows) and rows[headers].is_header:
        headers += 1
    width = len(rows[0].columns) if rows else 0
    if width < 3 or len(rows) <= headers or any(len(row.columns) != width for row in rows):
        return None
    if not all(cell.is_short for row in rows for cell in row.cells):
        return None
    names = [_joined(row.columns[column].line for row in rows[:headers]) for column in range(width)]
    if not all(_may_name(name) for name in names[1:]) or (names[0] and not _may_name(names[0])):
        return None
    if len(set(names)) == 1:
        return None
    body = _filled_down(rows[headers:])
    labels = 1 + (names[0] in _SERIAL or any(row.columns[0].continues for row in rows[headers:]))
    lines = ["\t".join(filter(None, (cell.line for cell in row.cells))) for row in rows[:headers]]
    return lines + [_named_line(texts, names, labels) for texts in body]


def _filled_down(rows: list[Row]) -> list[list[str]]:
    """The text of each column of each row; merged cells say theirs in every row or column once."""
    found: list[list[str]] = []
    for row in rows:
        above = found[-1] if found else [""] * len(row.columns)
        texts = []
        for column, cell in enumerate(row.columns):
            repeats = column > 0 and cell is row.columns[column - 1]
            merged = above[column] if cell.continues and not cell.line else cell.line
            texts.append("" if repeats else merged)
        found.append(texts)
    return found


def _named_line(texts: list[str], names: list[str], labels: int) -> str:
    label = "\u3000".join(filter(None, texts[:labels]))
    values = [
        f"{name} {text}" for name, text in zip(names[labels:], texts[labels:], strict=True) if text
    ]
    return "：".join(filter(None, (label, "；".join(values))))


def joined_row(row: Row, above: str) -> str:
    """The cells of a row on one line; a name merged over several rows (`above`) is said again."""
    first = row.cells[0]
    texts = [cell.line for cell in row.cells if cell.line]
    if first.continues and not first.line and texts and _may_name(above):
        texts.insert(0, above)
    return "\t".join(texts)


def _cell(element: etree._Element, numbering: WordNumbering) -> Cell:
    properties = child(element, "tcPr")
    merge = child(properties, "vMerge")
    inner = list(blocks(element))
    texts = [ParagraphText(block) for block in inner if local_name(block) == "p"]
    filled = [text.visible.strip() for text in texts if text.visible.strip()]
    is_plain = (
        len(texts) == len(inner)
        and not any(text.boxes or text.art for text in texts)
        and not any(numbering.numbers(child(block, "pPr")) for block in inner)
    )
    is_simple = is_plain and len(filled) <= 1 and not any("\n" in text for text in filled)
    line = " ".join(part.strip() for text in filled for part in text.split("\n"))
    return Cell(
        element,
        integer(attribute(child(properties, "gridSpan"), "val"), 1),
        merge is not None and attribute(merge, "val") != "restart",
        is_simple,
        is_plain and len(line) <= LONGEST_VALUE and not _begins_article(line),
        line,
        "".join(text.deleted for text in texts),
        "".join(text.aside for text in texts),
        any(text.is_changed for text in texts),
    )


def _begins_article(text: str) -> bool:
    marker = marker_at_start(text)
    return bool(marker) and marker.kind in {Kind.ARTICLE, Kind.CHAPTER}


def _may_name(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_NAME
        and not _SENTENCE_MARK.search(text)
        and not (text[0].isdigit() or _begins_article(text))
    )


def _joined(texts) -> str:
    return "".join(dict.fromkeys(filter(None, texts)))


def _steps(numbers: list[int | None]) -> int:
    """How often a number is followed by the next one."""
    return sum(
        before is not None and after == before + 1
        for before, after in zip(numbers, numbers[1:], strict=False)
    )


def _inner(element: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Children of one kind, looking through content controls and tracked changes."""
    for node in element:
        name = local_name(node)
        if name == wanted:
            yield node
        elif name in {"sdt", "sdtContent", "customXml", "ins", "del", "moveTo", "smartTag"}:
            yield from _inner(node, wanted)
