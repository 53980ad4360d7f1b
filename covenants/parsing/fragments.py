"""Cuts lines where numbering begins, and decides which numbering-like words are only references.

Each fragment is a label and the text after it, sliced from its line so that nothing is lost.
Says nothing about what contains what: that is `outline` and `assembly`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .document import SourceLine
from .markers import (
    HEADING_KINDS,
    ITEM_KINDS,
    Kind,
    Marker,
    marker_at_start,
    marker_of_label,
    markers_inside,
)
from .wrapping import CLOSING_MARKS, continuing_lines, dangles, ends_sentence

LONGEST_HEADING = 40
_LONGEST_PART_NAME = 20
_BREAK = frozenset("。；;！!？?")
_LOOSE_BREAK = _BREAK | frozenset("：:，,")
_SENTENCE_MARK = re.compile(r"[。；;！!？?，,]")
_REFERENCE_AFTER = re.compile(
    r"\s{0,4}(?:第\s{0,4}[一二三四五六七八九十百\d]{1,4}\s{0,4}[款项目]|[之的]?规定|所[列述称指规]|[之中]所"
    r"|[至到、和及或与](?:第|本)|以[上下内外]|[款项目]|的(?!确))"
)
_ITEM_REFERENCE_AFTER = re.compile(r"\s{0,4}(?:[款项目条]|等[款项条])")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a line from one marker to the next.

    `kind` TEXT has no label. `continues` says that the text belongs to the sentence of the
    fragment before (a hard-wrapped line); `starts_line` is False for a piece cut out of a line.
    """

    kind: Kind
    label: str
    text: str
    line: int
    number: int | None = None
    inserted: int = 0
    continues: bool = False
    starts_line: bool = True


def read_fragments(lines: Sequence[SourceLine]) -> list[Fragment]:
    """The fragments of the body lines, in order."""
    return _FragmentReader(lines).read()


class _FragmentReader:
    """Walks the lines once and remembers the last number of each kind."""

    def __init__(self, lines: Sequence[SourceLine]):
        texts = [f"{line.generated}{line.text.strip()}" for line in lines]
        filled = [index for index, text in enumerate(texts) if text]
        continuing = continuing_lines(texts)
        self.lines = [replace(lines[index], text=lines[index].text.strip()) for index in filled]
        self.continuing = [index in continuing for index in filled]
        self.after_blank = [index == 0 or not texts[index - 1] for index in filled]
        self.at_start = [self._read_start(line) for line in self.lines]
        self.fragments: list[Fragment] = []
        self.article = (0, 0)
        self.chapter = 0
        self.items: dict[Kind, int] = {}

    def read(self) -> list[Fragment]:
        for index, line in enumerate(self.lines):
            self._read_line(index, line)
        return self.fragments

    def _read_start(self, line: SourceLine) -> Marker | None:
        typed = marker_at_start(line.text)
        if not line.generated:
            return typed
        if typed and typed.kind <= Kind.ARTICLE:
            return typed
        return _generated_marker(line)

    def _read_line(self, index: int, line: SourceLine) -> None:
        marker = self.at_start[index]
        typed = marker is not None and marker.end > 0
        if typed and not self._begins_line(marker, index):
            marker = _generated_marker(line) if line.generated else None
        opened = marker or Marker(Kind.TEXT, "", 0, 0)
        pieces = self._cut(index, line.text, opened)
        continues = marker is None and self.continuing[index]
        for position, (piece, text) in enumerate(pieces):
            self._append(piece, text.strip(), line.number, continues, position == 0)

    def _append(
        self, marker: Marker, text: str, line: int, continues: bool, starts_line: bool
    ) -> None:
        rest = ""
        if marker.kind in HEADING_KINDS:
            text, rest = _split_heading(text)
        if text or marker.label:
            self.fragments.append(
                Fragment(
                    marker.kind,
                    marker.label,
                    text,
                    line,
                    marker.number,
                    marker.inserted,
                    continues and starts_line,
                    starts_line,
                )
            )
        if rest:
            self.fragments.append(Fragment(Kind.TEXT, "", rest, line, starts_line=False))

    # Markers at the beginning of a line

    def _begins_line(self, marker: Marker, index: int) -> bool:
        text = self.lines[index].text
        unfinished = self._previous_is_unfinished(index)
        if marker.kind in HEADING_KINDS:
            return not unfinished and _is_heading(text, marker)
        if marker.kind is Kind.ARTICLE:
            if self._is_reference(text, marker, unfinished):
                return False
            return not unfinished or self._continues_articles(marker)
        if _ITEM_REFERENCE_AFTER.match(text, marker.end) and marker.kind is not Kind.BULLET:
            return False
        if marker.kind is Kind.DECIMAL:
            return self._continues_decimal(marker, text)
        if marker.number is None:
            return True
        expected = self.items.get(marker.kind, 0) + 1
        if marker.kind is Kind.LETTER:
            return marker.number in (1, expected) and not unfinished
        return marker.number == expected or not unfinished

    def _previous_is_unfinished(self, index: int) -> bool:
        if self.continuing[index] or self.after_blank[index]:
            return self.continuing[index]
        previous = self.lines[index - 1].text
        return dangles(previous) and not ends_sentence(previous)

    def _is_reference(self, text: str, marker: Marker, unfinished: bool) -> bool:
        if not _REFERENCE_AFTER.match(text, marker.core_end):
            return False
        blank_after = text[marker.core_end : marker.core_end + 1].isspace()
        return unfinished or not (blank_after and self._continues_articles(marker))

    def _continues_articles(self, marker: Marker) -> bool:
        number, inserted = self.article
        if marker.inserted:
            return marker.number == number and marker.inserted == inserted + 1
        return marker.number == number + 1

    def _continues_decimal(self, marker: Marker, text: str) -> bool:
        if len(marker.path) != 2 or text[marker.end : marker.end + 1] in set("米元%％万亿倍亩℃"):
            return False
        parent, number = marker.path
        if self.items.get(Kind.NUMBER) != parent:
            return False
        return number == self.items.get(Kind.DECIMAL, 0) + 1

    # Markers inside a line

    def _cut(self, index: int, text: str, opened: Marker) -> list[tuple[Marker, str]]:
        """The line as (marker, text after it) pairs, the first with the marker at its start."""
        self._note(opened)
        found = [
            marker
            for marker in markers_inside(text)
            if marker.start >= opened.end and marker.start > 0
        ]
        pieces, start = [], opened.end
        seconds = self._last_seconds(text, found, index)
        for position, marker in enumerate(found):
            following = found[position + 1] if position + 1 < len(found) else None
            if self._begins_inside(text, marker, opened, start, seconds, following):
                pieces.append((opened, text[start : marker.start]))
                opened, start = marker, marker.end
                self._note(marker)
        pieces.append((opened, text[start:]))
        return pieces

    def _last_seconds(self, text: str, found: list[Marker], index: int) -> dict[Kind, int]:
        """Where the last marker numbered 2 of each item kind stands: 1 needs one after it."""
        seconds = {
            marker.kind: marker.start
            for marker in found
            if marker.number == 2 and _character_before(text, marker.start) in _LOOSE_BREAK
        }
        following = self.at_start[index + 1] if index + 1 < len(self.at_start) else None
        if following and following.number == 2:
            seconds[following.kind] = len(text)
        return seconds

    def _begins_inside(
        self,
        text: str,
        marker: Marker,
        opened: Marker,
        start: int,
        seconds: dict[Kind, int],
        following: Marker | None,
    ) -> bool:
        before = _character_before(text, marker.start)
        after_heading = self._stands_after_heading(text, opened, start, marker.start)
        if marker.kind is Kind.ARTICLE:
            if not self._continues_articles(marker) and not (
                opened.kind in HEADING_KINDS and marker.number == 1
            ):
                return False
            if _REFERENCE_AFTER.match(text, marker.core_end):
                return False
            return before in _BREAK or after_heading or _stands_between_blanks(text, marker)
        if marker.kind in HEADING_KINDS:
            last = self.chapter if marker.kind is Kind.CHAPTER else marker.number - 1
            end = following.start if following else len(text)
            return (
                marker.number == last + 1
                and end - marker.end <= LONGEST_HEADING
                and (before in _BREAK or after_heading)
                and not _REFERENCE_AFTER.match(text, marker.core_end)
            )
        if marker.kind not in ITEM_KINDS or _ITEM_REFERENCE_AFTER.match(text, marker.end):
            return False
        return self._begins_item(marker, before, after_heading, seconds)

    def _begins_item(
        self, marker: Marker, before: str, after_heading: bool, seconds: dict[Kind, int]
    ) -> bool:
        if marker.number == 1:
            separated = before in _BREAK or before in "：:" or after_heading
            return separated and seconds.get(marker.kind, -1) > marker.start
        breaks = _BREAK if marker.kind is Kind.HAN else _LOOSE_BREAK
        return self.items.get(marker.kind) == marker.number - 1 and before in breaks

    def _stands_after_heading(self, text: str, opened: Marker, start: int, end: int) -> bool:
        """Whether only a short name without sentence marks lies between two markers."""
        if opened.kind in HEADING_KINDS:
            longest = LONGEST_HEADING
        elif opened.kind is Kind.HAN or (
            opened.kind is Kind.TEXT and not self.article[0] and start == 0
        ):
            longest = LONGEST_HEADING if opened.kind is Kind.TEXT else _LONGEST_PART_NAME
        else:
            return False
        if end - start > longest:
            return False
        return not _SENTENCE_MARK.search(text, start, end)

    def _note(self, marker: Marker) -> None:
        if marker.kind is Kind.TEXT:
            return
        if marker.kind is Kind.ARTICLE:
            self.article = (marker.number or 0, marker.inserted)
            self.items.clear()
        elif marker.kind in HEADING_KINDS:
            if marker.kind is Kind.CHAPTER:
                self.chapter = marker.number or 0
            self.items.clear()
        else:
            for deeper in [kind for kind in self.items if kind > marker.kind]:
                del self.items[deeper]
            self.items[marker.kind] = marker.number or 0


def _generated_marker(line: SourceLine) -> Marker:
    return replace(marker_of_label(line.generated), start=0, end=0)


def _character_before(text: str, position: int) -> str:
    """The last character before a position, passing over blanks and closing marks."""
    position -= 1
    while position >= 0 and (text[position].isspace() or text[position] in CLOSING_MARKS):
        position -= 1
    return text[position] if position >= 0 else "。"


def _stands_between_blanks(text: str, marker: Marker) -> bool:
    return (
        text[marker.start - 1].isspace()
        and text[marker.core_end : marker.core_end + 1].isspace()
        and not dangles(text[max(0, marker.start - 12) : marker.start])
    )


def _is_heading(text: str, marker: Marker) -> bool:
    """Whether a line that begins with 第一章 is a heading, not a sentence about a chapter."""
    if _REFERENCE_AFTER.match(text, marker.core_end):
        return False
    head = text[marker.end : marker.end + LONGEST_HEADING + 1]
    if len(head) <= LONGEST_HEADING and not re.search(r"[。；;]\s*\S", head):
        return True
    inner = next((m for m in markers_inside(head) if m.kind in (Kind.ARTICLE, Kind.SECTION)), None)
    return inner is not None or len(head.split(maxsplit=1)[0]) <= _LONGEST_PART_NAME


def _split_heading(text: str) -> tuple[str, str]:
    """A chapter's name and the sentence that follows it on the same line."""
    if not _SENTENCE_MARK.search(text):
        return text, ""
    name, _, rest = text.partition(" ") if " " in text else text.partition("\u3000")
    if rest and len(name) <= _LONGEST_PART_NAME and not _SENTENCE_MARK.search(name):
        return name, rest.strip()
    return text, ""
