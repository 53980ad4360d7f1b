"""Cuts lines where numbering begins, and decides which numbering-like words are only references.

Each fragment is a label and the text after it, sliced from its line so that nothing is lost.
Says nothing about what contains what: that is `outline` and `assembly`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from .document import SourceLine
from .inline import LONGEST_HEADING, LONGEST_NAME, SENTENCE_MARK, InlineCutter
from .markers import (
    HEADING_KINDS,
    Kind,
    Marker,
    bare_number_at_start,
    marker_at_start,
    marker_of_label,
    markers_inside,
    style_of,
)
from .references import mentions_article, mentions_item
from .running import RunningNumbers
from .upcoming import UpcomingArticles
from .wrapping import continuing_lines, dangles, ends_sentence

_FOREIGN_LEAD = re.compile(r"[A-Za-z\ua000-\ua4cf\ue000-\uf8ff][^\u3400-\u9fff\d]{0,80}\s(?=第)")
_MEASURES = frozenset("米元%％万亿倍亩℃")


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
    opens_document: bool = False

    @property
    def style(self) -> str:
        """The label's shape: #、 for 1、."""
        return style_of(self.label)


def read_fragments(
    lines: Sequence[SourceLine], titles: Collection[int] = frozenset()
) -> list[Fragment]:
    """The fragments of the body lines, in order.

    `titles`: numbers of the lines that name a further document, at which all numbering restarts.
    """
    return _FragmentReader(lines, titles).read()


class _FragmentReader:
    """Walks the lines once, with the running numbers beside it."""

    def __init__(self, lines: Sequence[SourceLine], titles: Collection[int]):
        texts = [f"{line.generated}{line.text.strip()}" for line in lines]
        filled = [index for index, text in enumerate(texts) if text]
        headings = {i for i, line in enumerate(lines) if line.heading is not None}
        continuing = _continuing(texts, headings)
        self.lines = [replace(lines[index], text=lines[index].text.strip()) for index in filled]
        self.continuing = [index in continuing for index in filled]
        self.after_blank = [index == 0 or not texts[index - 1] for index in filled]
        self.at_start = [_marker_of_line(line) for line in self.lines]
        _accept_bare_numbers(self.lines, self.at_start)
        self.inside = [markers_inside(line.text) for line in self.lines]
        self.titles = titles
        self.running = RunningNumbers()
        upcoming = UpcomingArticles(
            [(line.text, found) for line, found in zip(self.lines, self.inside, strict=True)]
        )
        self.cutter = InlineCutter(self.running, upcoming)
        self.fragments: list[Fragment] = []

    def read(self) -> list[Fragment]:
        for index, line in enumerate(self.lines):
            if line.number in self.titles:
                self.running.restart()
                self.fragments.append(
                    Fragment(Kind.PART, "", line.text, line.number, opens_document=True)
                )
            elif line.heading is not None and self.at_start[index] is None:
                self.fragments.append(Fragment(Kind.PART, "", line.text, line.number))
            else:
                self._read_line(index, line)
        return self.fragments

    def _read_line(self, index: int, line: SourceLine) -> None:
        marker, lead = self.at_start[index], ""
        typed = marker is not None and marker.end > 0
        if typed and not self._begins_line(marker, index):
            marker = _generated_marker(line) if line.generated else None
        if marker is None:
            marker, lead = self._after_foreign_lead(index, line.text)
        following = self.at_start[index + 1] if index + 1 < len(self.lines) else None
        opened = marker or Marker(Kind.TEXT, "", 0, 0)
        pieces = self.cutter.cut(index, line.text, opened, self.inside[index], following)
        continues = marker is None and self.continuing[index]
        for position, (piece, text) in enumerate(pieces):
            if lead and position == 0:
                text = f"{text.strip()}\n{lead}".strip()
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

    def _after_foreign_lead(self, index: int, text: str) -> tuple[Marker | None, str]:
        """An article's marker behind words in Yi or Latin letters, and those words."""
        lead = None if self.continuing[index] else _FOREIGN_LEAD.match(text)
        if not lead:
            return None, ""
        marker = next((m for m in self.inside[index] if m.start == lead.end()), None)
        if not marker or marker.kind is not Kind.ARTICLE or mentions_article(text, marker.core_end):
            return None, ""
        return marker, lead[0].strip()

    def _begins_line(self, marker: Marker, index: int) -> bool:
        text = self.lines[index].text
        unfinished = self._previous_is_unfinished(index)
        if marker.kind in HEADING_KINDS:
            return not unfinished and _is_heading(text, marker)
        if marker.kind is Kind.ARTICLE:
            if self._is_reference(text, marker, unfinished):
                return False
            return not unfinished or self.running.continues_articles(marker)
        if mentions_item(text, marker.end) and marker.kind is not Kind.BULLET:
            return False
        if marker.kind is Kind.DECIMAL:
            measured = text[marker.end : marker.end + 1] in _MEASURES
            return not measured and self.running.continues_decimal(marker)
        if marker.number is None:
            return True
        expected = self.running.continues_items(marker)
        if marker.kind is Kind.LETTER:
            return (marker.number == 1 or expected) and not unfinished
        return expected or not unfinished

    def _previous_is_unfinished(self, index: int) -> bool:
        if self.continuing[index] or self.after_blank[index]:
            return self.continuing[index]
        if self.lines[index - 1].heading is not None:
            return False
        previous = self.lines[index - 1].text
        return dangles(previous) and not ends_sentence(previous)

    def _is_reference(self, text: str, marker: Marker, unfinished: bool) -> bool:
        if not mentions_article(text, marker.core_end):
            return False
        blank_after = text[marker.core_end : marker.core_end + 1].isspace()
        return unfinished or not (blank_after and self.running.continues_articles(marker))


def _continuing(texts: Sequence[str], headings: Collection[int]) -> set[int]:
    """As `continuing_lines`; no sentence goes on in a heading or behind one."""
    if not headings:
        return continuing_lines(texts)
    found = continuing_lines(["" if i in headings else text for i, text in enumerate(texts)])
    behind, after = set(), False
    for index, text in enumerate(texts):
        if text:
            if after:
                behind.add(index)
            after = index in headings
    return found - behind


def _marker_of_line(line: SourceLine) -> Marker | None:
    typed = marker_at_start(line.text)
    if not line.generated:
        return typed
    if typed and typed.kind <= Kind.ARTICLE:
        return typed
    return _generated_marker(line)


def _generated_marker(line: SourceLine) -> Marker:
    return replace(marker_of_label(line.generated), start=0, end=0)


def _accept_bare_numbers(lines: Sequence[SourceLine], at_start: list[Marker | None]) -> None:
    """Lines that begin with a numeral and a blank, where together they count 1, 2, 3."""
    taken = {marker.kind for marker in at_start if marker}
    bare: dict[Kind, list[tuple[int, Marker]]] = {}
    for index, line in enumerate(lines):
        marker = bare_number_at_start(line.text) if at_start[index] is None else None
        if marker and marker.kind not in taken and not line.generated:
            bare.setdefault(marker.kind, []).append((index, marker))
    for found in bare.values():
        numbers = [marker.number or 0 for _, marker in found]
        steps = zip([0, *numbers], numbers, strict=False)
        if 2 in numbers and all(after in (1, before + 1) for before, after in steps):
            for index, marker in found:
                at_start[index] = marker


def _is_heading(text: str, marker: Marker) -> bool:
    """Whether a line that begins with 第一章 is a heading, not a sentence about a chapter."""
    if mentions_article(text, marker.core_end):
        return False
    head = text[marker.end : marker.end + LONGEST_HEADING + 1]
    if len(head) <= LONGEST_HEADING and not re.search(r"[。；;]\s*\S", head):
        return True
    inner = next((m for m in markers_inside(head) if m.kind in (Kind.ARTICLE, Kind.SECTION)), None)
    return inner is not None or len(head.split(maxsplit=1)[0]) <= LONGEST_NAME


def _split_heading(text: str) -> tuple[str, str]:
    """A chapter's name and the sentence that follows it on the same line."""
    if not SENTENCE_MARK.search(text):
        return text, ""
    name, _, rest = text.partition(" ") if " " in text else text.partition("\u3000")
    if rest and len(name) <= LONGEST_NAME and not SENTENCE_MARK.search(name):
        return name, rest.strip()
    return text, ""
