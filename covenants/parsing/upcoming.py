"""Knows where each article number is still to come, so that a gap can be told from a mention."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from .markers import Kind, Marker
from .places import is_break_before
from .references import mentions_article

Place = tuple[int, int]
"""(index of the line, offset in it)."""


class UpcomingArticles:
    """Places where 第X条 may open an article, by number, in reading order."""

    def __init__(self, lines: Sequence[tuple[str, Sequence[Marker]]]):
        """`lines`: each line's text and every marker found in it, in order."""
        self._places: dict[int, list[Place]] = {}
        self._all: list[tuple[Place, int]] = []
        for index, (text, markers) in enumerate(lines):
            for marker in markers:
                if marker.kind is Kind.ARTICLE and _may_open(text, marker):
                    place = (index, marker.start)
                    self._places.setdefault(marker.number or 0, []).append(place)
                    self._all.append((place, marker.number or 0))

    def comes(self, number: int, after: Place) -> bool:
        """Whether the number comes after a place, before the numbers start again at 1."""
        found = self._next(number, after)
        if found is None:
            return False
        restart = self._next(1, after)
        return restart is None or number == 1 or found < restart

    def next_number(self, after: Place) -> int:
        """The number of the next article after a place; 0 when there is none."""
        position = bisect_right(self._all, after, key=lambda entry: entry[0])
        return self._all[position][1] if position < len(self._all) else 0

    def _next(self, number: int, after: Place) -> Place | None:
        places = self._places.get(number, ())
        position = bisect_right(places, after)
        return places[position] if position < len(places) else None


def _may_open(text: str, marker: Marker) -> bool:
    if mentions_article(text, marker.core_end):
        return False
    return marker.start == 0 or is_break_before(text, marker.start)
