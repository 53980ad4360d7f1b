"""Which lines that are set as headings name a chapter: 婚丧喜庆 in Word's 标题 2, without a number.

Readers only say how a line is set (`SourceLine.heading`); here it is believed or not, as styles are
often given for their looks. In plain text a heading is a line that begins with four wide blanks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from .adoption import is_signature
from .document import BODY, ParseWarning, SourceLine
from .frontmatter import is_attachment_mark, names_rules
from .markers import (
    HEADING_KINDS,
    Kind,
    Marker,
    compact,
    marker_at_start,
    marker_of_label,
    markers_inside,
)
from .noise import noise_kind

LONGEST_NAME = 60
"""Characters of a heading; the longest title that a draft's chapter can have."""

_INDENT = "\u3000" * 4
_INDENTED = re.compile(r"\u3000{4}(?=\S)")
_SENTENCE_MARK = re.compile(r"[。；;！!？?]|[，,、…—]$")
_WORD = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffffA-Za-z\ua000-\ua4cf]")
_NO_CHAPTERS = frozenset({"前言", "序言", "引言", "序", "导言", "目录", "目錄", "目次", "正文"})
_TITLE_LINES = 3


def heading_line(label: str, title: str) -> str:
    """A chapter's heading as a line of plain text that is read as one again; "" for none."""
    if label or not title:
        return f"{label} {title}".strip()
    return f"{_INDENT}{title}"


def heading_of_text(line: str) -> int | None:
    """The heading level of a line of plain text; all its headings have the same."""
    return 0 if _INDENTED.match(line) else None


def as_plain_lines(lines: Sequence[SourceLine]) -> tuple[list[str], list[ParseWarning]]:
    """The body as lines of plain text that parse like `lines`, with their printed numbers.

    Beside them what an editor is to be told, as plain text no longer shows it.
    """
    believed, told = believe_headings([line for line in lines if line.role == BODY])
    plain = [
        heading_line("", line.text.strip())
        if line.heading is not None
        else _INDENTED.sub("\u3000" * 2, f"{line.generated}{line.text}")
        for line in believed
    ]
    return plain, told


def believe_headings(
    lines: Sequence[SourceLine], titles: Collection[int] = frozenset()
) -> tuple[list[SourceLine], list[ParseWarning]]:
    """The body lines, `heading` left only on those that name a chapter; and what an editor is told.

    Not believed: a text's title, a line with a number or a sentence, a heading with nothing below
    it, and a whole level that is set on more other lines than on names. `titles`: numbers of the
    lines that name a further document.
    """
    if all(line.heading is None for line in lines):
        return list(lines), []
    filled = [i for i, line in enumerate(lines) if line.text.strip() or line.generated]
    names = {i for i in filled if _may_name_chapter(lines[i], titles)}
    names -= _title_lines(lines, filled, names)
    trusted = _trusted_levels(lines, filled, names)
    doubted = {i for i in names if lines[i].heading not in trusted}
    names = _with_text_below(lines, filled, names - doubted)
    believed = [
        line if line.heading is None or i in names else replace(line, heading=None)
        for i, line in enumerate(lines)
    ]
    return believed, _told(lines, sorted(doubted))


def _may_name_chapter(line: SourceLine, titles: Collection[int]) -> bool:
    text = line.text.strip()
    if line.heading is None or line.generated or line.number in titles:
        return False
    if len(text) > LONGEST_NAME or _SENTENCE_MARK.search(text) or not _WORD.search(text):
        return False
    if marker_at_start(text) or any(m.kind <= Kind.ARTICLE for m in markers_inside(text)):
        return False
    if compact(text) in _NO_CHAPTERS or noise_kind(text) or is_attachment_mark(text):
        return False
    return not is_signature(text)


def _title_lines(
    lines: Sequence[SourceLine], filled: Sequence[int], names: Collection[int]
) -> set[int]:
    """Headings that are the text's title: those down to one that names rules, or the first line.

    A first line that names none is still the title when no other heading is of its rank, or when
    no article follows it at once.
    """
    head = [i for i in filled[: 2 * _TITLE_LINES] if not _stands_above_title(lines[i].text)]
    for position, i in enumerate(head[:_TITLE_LINES]):
        if names_rules(lines[i].text.strip()):
            following = head[position + 1 : position + 2]
            suffix = [j for j in following if lines[j].text.strip().startswith(tuple("（(【["))]
            return {*head[: position + 1], *suffix}
    if not head or head[0] not in names:
        return set()
    first, following = head[0], lines[head[1]] if len(head) > 1 else None
    rank = lines[first].heading
    alone = not any(lines[i].heading <= rank for i in names if i != first)
    if following is None or alone:
        return {first}
    if following.heading is not None and head[1] in names:
        return {first} if following.heading <= rank else set()
    return set() if _marker_of(following) else {first}


def _stands_above_title(text: str) -> bool:
    return bool(noise_kind(text)) or is_attachment_mark(text)


def _trusted_levels(
    lines: Sequence[SourceLine], filled: Sequence[int], names: Collection[int]
) -> set[int]:
    """The levels that are set on names of chapters more often than on anything else."""
    balance: Counter[int] = Counter()
    for i in filled:
        level, text = lines[i].heading, lines[i].text.strip()
        if level is None or names_rules(text) and i not in names:
            continue
        marker = _marker_of(lines[i])
        is_name = i in names or (marker is not None and marker.kind in HEADING_KINDS)
        if is_name or not _is_numbered_name(text, marker):
            balance[level] += 1 if is_name else -1
    return {level for level, votes in balance.items() if votes > 0}


def _marker_of(line: SourceLine) -> Marker | None:
    if line.generated:
        return marker_of_label(line.generated)
    return marker_at_start(line.text.strip())


def _is_numbered_name(text: str, marker: Marker | None) -> bool:
    """一、婚丧喜庆 says nothing about a level: it names a chapter or an article."""
    return (
        marker is not None and marker.kind is not Kind.ARTICLE and not _SENTENCE_MARK.search(text)
    )


def _with_text_below(
    lines: Sequence[SourceLine], filled: Sequence[int], names: set[int]
) -> set[int]:
    """The names that have text below them, no mere signature, or a heading of a lower rank."""
    kept: set[int] = set()
    for i, below in zip(filled, filled[1:], strict=False):
        if i not in names or is_signature(lines[below].text):
            continue
        if below not in names or lines[below].heading > lines[i].heading:
            kept.add(i)
    return kept


def _told(lines: Sequence[SourceLine], doubted: Sequence[int]) -> list[ParseWarning]:
    if not doubted:
        return []
    line = lines[doubted[0]]
    message = (
        f"第 {line.number} 行：“{line.text.strip()[:30]}”设成了标题样式，但正文也用这种样式，"
        "没有当作章名，请核对。"
    )
    return [ParseWarning("heading_without_number", message, line.number)]
