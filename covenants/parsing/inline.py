"""Decides at which numbering inside a line something new begins: 甲。第二条 乙；（一）丙.

Slices the line, loses nothing of it. Everything is judged by the place, what comes next, and the
running numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .markers import HEADING_KINDS, ITEM_KINDS, Kind, Marker
from .places import (
    BREAKS,
    LOOSE_BREAKS,
    PART_NAME_AT_END,
    character_before,
    is_break_before,
    name_before,
    stands_between_blanks,
)
from .references import goes_on_as_subject, mentions_article, mentions_item
from .running import RunningNumbers
from .upcoming import UpcomingArticles

LONGEST_HEADING = 40
LONGEST_NAME = 20
SENTENCE_MARK = re.compile(r"[。；;！!？?，,]")
WIDEST_GAP = 9
"""How many article numbers may be missing inside a line before it is taken for a mention."""

MOST_MISSING_ITEMS = 1
COLONS = frozenset("：:")

Piece = tuple[Marker, str]
"""A marker and the text after it, up to the next."""


@dataclass(slots=True)
class _Line:
    """A line while it is being cut: `opened` is the last marker, its text begins at `start`."""

    index: int
    text: str
    opened: Marker
    start: int
    seconds: dict[Kind, int]
    pieces: list[Piece]


class InlineCutter:
    """Cuts lines one after the other; shares the running numbers with the reader of the lines."""

    def __init__(self, running: RunningNumbers, upcoming: UpcomingArticles):
        self.running = running
        self.upcoming = upcoming

    def cut(
        self,
        index: int,
        text: str,
        opened: Marker,
        markers: Sequence[Marker],
        following: Marker | None,
    ) -> list[Piece]:
        """The line as pieces, the first with the marker `opened` at its start.

        `following` is the marker at the start of the next line.
        """
        self.running.note(opened)
        found = [m for m in markers if m.start >= opened.end and m.start > 0]
        seconds = _last_seconds(text, found, following)
        line = _Line(index, text, opened, opened.end, seconds, [])
        for position, marker in enumerate(found):
            after = found[position + 1] if position + 1 < len(found) else None
            if self._begins(line, marker, after):
                self._open(line, marker)
        line.pieces.append((line.opened, text[line.start :]))
        return line.pieces

    def _open(self, line: _Line, marker: Marker) -> None:
        begin = self._part_name(line, marker)
        if begin is None:
            line.pieces.append((line.opened, line.text[line.start : marker.start]))
        else:
            if begin > line.start or line.opened.label:
                line.pieces.append((line.opened, line.text[line.start : begin]))
            part = Marker(Kind.PART, "", begin, begin)
            line.pieces.append((part, line.text[begin : marker.start]))
        line.opened, line.start = marker, marker.end
        self.running.note(marker)

    def _part_name(self, line: _Line, marker: Marker) -> int | None:
        """Where the name of a part glued to an article begins; None when there is none."""
        if marker.kind is not Kind.ARTICLE or line.opened.kind in HEADING_KINDS:
            return None
        if self.running.article[0] or line.opened.kind is not Kind.TEXT:
            return name_before(line.text, line.start, marker.start)
        return _part_name_after_title(line, marker)

    def _begins(self, line: _Line, marker: Marker, after: Marker | None) -> bool:
        if marker.kind is Kind.ARTICLE:
            return self._begins_article(line, marker)
        if marker.kind in HEADING_KINDS:
            return self._begins_chapter(line, marker, after)
        if marker.kind not in ITEM_KINDS or mentions_item(line.text, marker.end):
            return False
        return self._begins_item(line, marker)

    def _begins_article(self, line: _Line, marker: Marker) -> bool:
        text = line.text
        if mentions_article(text, marker.core_end):
            return False
        if line.opened.kind in HEADING_KINDS and marker.number == 1:
            return is_break_before(text, marker.start) or _stands_after_name(line, marker)
        if self.running.continues_articles(marker):
            if (
                is_break_before(text, marker.start)
                or self._stands_after_heading(line, marker)
                or stands_between_blanks(text, marker)
            ):
                return True
            place = (line.index, marker.start)
            glued = name_before(text, line.start, marker.start) is not None
            return glued and not self.upcoming.comes(marker.number or 0, place)
        placed = is_break_before(text, marker.start) or self._stands_after_heading(line, marker)
        return placed and self._is_misnumbered(line, marker)

    def _is_misnumbered(self, line: _Line, marker: Marker) -> bool:
        """Whether 第X条 opens an article though its number is missing, repeated or too small."""
        current, number = self.running.article[0], marker.number or 0
        if not current and self._stands_after_heading(line, marker):
            return self.upcoming.next_number((line.index, marker.start)) == number + 1
        if not current or marker.inserted or goes_on_as_subject(line.text, marker.core_end):
            return bool(current and marker.inserted and number == current)
        place = (line.index, marker.start)
        set_off = marker.end > marker.core_end
        if number > current:
            return number - current - 1 <= WIDEST_GAP and not self.upcoming.comes(
                current + 1, place
            )
        if number == current:
            return set_off or self.upcoming.next_number(place) == current + 1
        return set_off

    def _begins_chapter(self, line: _Line, marker: Marker, after: Marker | None) -> bool:
        if mentions_article(line.text, marker.core_end):
            return False
        if (after.start if after else len(line.text)) - marker.end > LONGEST_HEADING:
            return False
        broken = is_break_before(line.text, marker.start)
        if broken and after and after.kind is Kind.ARTICLE:
            return self.running.continues_articles(after) or after.number == 1
        last = self.running.chapter if marker.kind is Kind.CHAPTER else (marker.number or 0) - 1
        return marker.number == last + 1 and (broken or self._stands_after_heading(line, marker))

    def _begins_item(self, line: _Line, marker: Marker) -> bool:
        before = character_before(line.text, marker.start)
        if marker.start == line.start and line.opened.label:
            before = "："
        if marker.kind is Kind.DECIMAL:
            placed = before in LOOSE_BREAKS or self._stands_after_heading(line, marker)
            return placed and self.running.continues_decimal(marker)
        if marker.number is None:
            return before in LOOSE_BREAKS
        last = self.running.last_item(marker)
        if marker.number == 1:
            return self._begins_list(line, marker, before, last)
        if last is None:
            return False
        if last == marker.number - 1:
            return before in (BREAKS if marker.kind is Kind.HAN else LOOSE_BREAKS)
        return before in BREAKS and last <= marker.number <= last + MOST_MISSING_ITEMS + 1

    def _begins_list(self, line: _Line, marker: Marker, before: str, last: int | None) -> bool:
        if marker.kind is Kind.HAN and last == 1 and before in BREAKS:
            return True
        if before in COLONS and line.opened.kind is not Kind.TEXT and marker.start > line.start:
            return True
        separated = before in BREAKS or before in COLONS
        if not separated and not self._stands_after_heading(line, marker):
            return False
        return line.seconds.get(marker.kind, -1) > marker.start

    def _stands_after_heading(self, line: _Line, marker: Marker) -> bool:
        if line.opened.kind is Kind.TEXT and (self.running.article[0] or line.start > 0):
            return False
        return _stands_after_name(line, marker)


def _part_name_after_title(line: _Line, marker: Marker) -> int | None:
    """The name of a part before the first article, where the text's title may stand before it."""
    standard = PART_NAME_AT_END.search(line.text, max(0, marker.start - 12), marker.start)
    if standard:
        return standard.start()
    begin = name_before(line.text, line.start, marker.start)
    return begin if begin or line.index else None


def _stands_after_name(line: _Line, marker: Marker) -> bool:
    """Whether only a short name without sentence marks lies between two markers."""
    if line.opened.kind in HEADING_KINDS or line.opened.kind is Kind.TEXT:
        longest = LONGEST_HEADING
    elif line.opened.kind is Kind.HAN:
        longest = LONGEST_NAME
    else:
        return False
    if marker.start - line.start > longest:
        return False
    return not SENTENCE_MARK.search(line.text, line.start, marker.start)


def _last_seconds(text: str, found: Sequence[Marker], following: Marker | None) -> dict[Kind, int]:
    """Where the last marker that may follow a 1 stands, by kind: 1 needs one after it.

    That is a 2, or a 3 where 2 is missing; or another 一、, as on old tablets where every rule
    begins with 一.
    """
    seconds = {}
    for marker in found:
        follows_one = marker.number in (2, 3) or (marker.number == 1 and marker.kind is Kind.HAN)
        if follows_one and character_before(text, marker.start) in LOOSE_BREAKS:
            seconds[marker.kind] = marker.start
    if following and following.number == 2:
        seconds[following.kind] = len(text)
    return seconds
