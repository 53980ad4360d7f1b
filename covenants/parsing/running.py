"""Remembers the last number of each family while a text is read from beginning to end."""

from __future__ import annotations

from .markers import HEADING_KINDS, Kind, Marker


class RunningNumbers:
    """The numbers in force at one place: of the article, the chapter, and each item family."""

    def __init__(self) -> None:
        self.article = (0, 0)
        self.chapter = 0
        self.items: dict[Kind, int] = {}

    def restart(self) -> None:
        """Begin another document."""
        self.article, self.chapter = (0, 0), 0
        self.items.clear()

    def note(self, marker: Marker) -> None:
        """Go past a marker: what nests below it starts again."""
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

    def continues_articles(self, marker: Marker) -> bool:
        number, inserted = self.article
        if marker.inserted:
            return marker.number == number and marker.inserted == inserted + 1
        return marker.number == number + 1

    def continues_items(self, marker: Marker) -> bool:
        return marker.number == self.items.get(marker.kind, 0) + 1

    def continues_decimal(self, marker: Marker) -> bool:
        """Whether 2.3 follows 2.2 below 2."""
        if len(marker.path) != 2 or self.items.get(Kind.NUMBER) != marker.path[0]:
            return False
        return marker.path[1] == self.items.get(Kind.DECIMAL, 0) + 1
