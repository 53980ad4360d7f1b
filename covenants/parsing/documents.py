"""Finds where a second document begins in a file that holds several, and takes such a file apart.

A document begins at a title after which the numbering starts again. Every line goes to exactly one
document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .adoption import is_signature
from .document import BODY, SourceLine
from .frontmatter import is_attachment_mark, may_be_title, names_rules
from .markers import ITEM_KINDS, Kind, Marker, compact, marker_at_start, marker_of_label
from .noise import noise_kind
from .variants import fold
from .wrapping import ends_sentence

LOOK_AHEAD = 12
_COUNCIL = re.compile(r"(?:理事会|议事会|评议会|禁毒禁赌会|禁毒会|禁赌会)$")
_PLACE = re.compile(r"(?:村|组|社区|镇|乡|街道|县|市|州)$")


@dataclass(frozen=True, slots=True)
class DocumentStart:
    """`first` is the index of a document's first line, `title` that of the line that names it."""

    first: int
    title: int


def split_documents(lines: Sequence[SourceLine]) -> Iterator[list[SourceLine]]:
    """The lines of each document of a source, in order; one list when it holds only one.

    Lines keep their numbers, so a document's warnings point into the whole file.
    """
    begin = 0
    for start in document_starts(lines):
        yield list(lines[begin : start.first])
        begin = start.first
    yield list(lines[begin:])


def document_starts(lines: Sequence[SourceLine]) -> list[DocumentStart]:
    """Where the second and every further document begins."""
    filled = [
        index
        for index, line in enumerate(lines)
        if line.role == BODY and (line.text.strip() or line.generated)
    ]
    return _StartFinder(lines, filled).find()


class _StartFinder:
    """Reads the filled lines once; a title is judged by the twelve lines after it."""

    def __init__(self, lines: Sequence[SourceLine], filled: Sequence[int]):
        self.lines = lines
        self.filled = filled
        self.texts = [lines[index].text.strip() for index in filled]
        self.markers = [_marker(lines[index]) for index in filled]
        self.first_kind: Kind | None = None
        self.has_sentences = False

    def find(self) -> list[DocumentStart]:
        starts: list[DocumentStart] = []
        last = -1
        for position, text in enumerate(self.texts):
            marker = self.markers[position]
            if self.has_sentences and marker is None and self._begins_document(position, text):
                first = self._first_line(position, last)
                starts.append(DocumentStart(self.filled[first], self.filled[position]))
                self.first_kind, self.has_sentences, last = None, False, position
            elif marker and self.first_kind is None:
                self.first_kind = marker.kind
            if self.first_kind is not None and ends_sentence(text):
                self.has_sentences = True
        return starts

    def _begins_document(self, position: int, text: str) -> bool:
        if not may_be_title(text) or noise_kind(text):
            return False
        if not names_rules(text) and not self._is_council_name(position, text):
            return False
        following = self._next_marker(position)
        if following is None or following.number != 1:
            return False
        if following.kind not in ITEM_KINDS or following.kind is self.first_kind:
            return True
        return self._is_set_off(position)

    def _is_council_name(self, position: int, text: str) -> bool:
        if not _COUNCIL.search(fold(compact(text))) or position + 1 >= len(self.texts):
            return False
        following = self.texts[position + 1]
        return not names_rules(following) and not is_signature(following)

    def _next_marker(self, position: int) -> Marker | None:
        """The first marker of the lines after a title, each at its line's start."""
        for later in range(position + 1, min(position + 1 + LOOK_AHEAD, len(self.texts))):
            if self.markers[later]:
                return self.markers[later]
            if names_rules(self.texts[later]):
                return None
        return None

    def _first_line(self, position: int, last: int) -> int:
        """The title's first line: an attachment mark or a place's name above it belong to it."""
        first = position
        while first - 1 > last and position - first < 2 and self._heads_title(first - 1):
            first -= 1
        return first

    def _heads_title(self, position: int) -> bool:
        text = self.texts[position]
        if is_attachment_mark(text):
            return True
        if not may_be_title(text) or not _PLACE.search(text) or self.markers[position]:
            return False
        return self._is_set_off(position)

    def _is_set_off(self, position: int) -> bool:
        """Whether a blank line, a signature or an attachment mark stands above."""
        above = self.texts[position - 1]
        if self.filled[position - 1] < self.filled[position] - 1:
            return True
        return is_signature(above) or is_attachment_mark(above)


def _marker(line: SourceLine) -> Marker | None:
    if line.generated:
        return marker_of_label(line.generated)
    return marker_at_start(line.text.strip())
