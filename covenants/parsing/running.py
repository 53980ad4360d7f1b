"""Remembers the last number of each family while a text is read from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass

from .markers import HEADING_KINDS, Kind, Marker


class RunningNumbers:
    """The numbers in force at one place: of the article, the chapter, and the open items.

    Open items are levels from the outside in; 1、 and 1. are two levels.
    """

    def __init__(self) -> None:
        self.article = (0, 0)
        self.chapter = 0
        self._levels: list[_Level] = []

    def restart(self) -> None:
        """Begin another document."""
        self.article, self.chapter = (0, 0), 0
        self._levels.clear()

    def note(self, marker: Marker) -> None:
        """Go past a marker: what nests below it starts again."""
        if marker.kind is Kind.TEXT:
            return
        if marker.kind is Kind.ARTICLE:
            self.article = (marker.number or 0, marker.inserted)
            self._levels.clear()
        elif marker.kind in HEADING_KINDS:
            if marker.kind is Kind.CHAPTER:
                self.chapter = marker.number or 0
            self._levels.clear()
        else:
            self._note_item(marker)

    def continues_articles(self, marker: Marker) -> bool:
        number, inserted = self.article
        if marker.inserted:
            return marker.number == number and marker.inserted == inserted + 1
        return marker.number == number + 1

    def last_item(self, marker: Marker) -> int | None:
        """The last number of the level a marker would stand in; None when it is not open."""
        position = self._position(marker)
        return None if position is None else self._levels[position].number

    def continues_items(self, marker: Marker) -> bool:
        return marker.number == (self.last_item(marker) or 0) + 1

    def continues_decimal(self, marker: Marker) -> bool:
        """Whether 2.3 follows 2.2 below 2."""
        parent = next((level for level in self._levels if level.kind is Kind.NUMBER), None)
        if len(marker.path) != 2 or parent is None or parent.number != marker.path[0]:
            return False
        return marker.path[1] == (self.last_item(marker) or 0) + 1

    def _note_item(self, marker: Marker) -> None:
        position = self._position(marker)
        if position is None or self._nests_in_its_own_kind(position, marker):
            if position is None and marker.number not in (None, 1):
                while self._levels and self._levels[-1].kind > marker.kind:
                    self._levels.pop()
            self._levels.append(_Level(marker.kind, marker.style, marker.number or 0))
            return
        del self._levels[position + 1 :]
        self._levels[position].number = marker.number or 0

    def _nests_in_its_own_kind(self, position: int, marker: Marker) -> bool:
        return marker.number == 1 and self._levels[position].style != marker.style

    def _position(self, marker: Marker) -> int | None:
        """The open level of the same kind and style, else the innermost of the same kind."""
        found = None
        for position, level in enumerate(self._levels):
            if level.kind is marker.kind:
                if level.style == marker.style:
                    return position
                found = position
        return found


@dataclass(slots=True)
class _Level:
    kind: Kind
    style: str
    number: int
