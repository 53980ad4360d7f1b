"""Finds the source lines that a unit stands in, by its characters in order. Pure.

The parser places every non-blank character exactly once, so that what is left of the source after
the unplaced text is the units one after the other; where that does not hold a unit is searched for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from .units import NOISE, Unit

_BLANK = str.maketrans("", "", " \t\u3000\xa0\u2003\u2002")


def compact(text: str) -> str:
    return "".join(text.translate(_BLANK).split())


class Source:
    """The non-blank characters of a text with the line each stands in."""

    def __init__(self, lines: Sequence[str], left_out: Sequence[tuple[int, str]] = ()):
        """`left_out`: (line number, text) of what stands in no unit that is looked for."""
        out: dict[int, list[str]] = {}
        for number, text in left_out:
            out.setdefault(number, []).append(compact(text))
        self._starts: list[int] = []
        self._numbers: list[int] = []
        pieces, length = [], 0
        for number, line in enumerate(lines, start=1):
            piece = compact(line)
            for text in out.get(number, ()):
                piece = piece.replace(text, "", 1)
            if piece:
                self._starts.append(length)
                self._numbers.append(number)
                pieces.append(piece)
                length += len(piece)
        self.text = "".join(pieces)

    def line_at(self, offset: int) -> int:
        """The number of the line a character stands in; 0 in an empty text."""
        if not self._starts:
            return 0
        return self._numbers[max(0, bisect_right(self._starts, offset) - 1)]

    def lines_of(self, start: int, length: int) -> tuple[int, int]:
        return self.line_at(start), self.line_at(start + max(length, 1) - 1)


def with_lines(units: Sequence[Unit], text_lines: Sequence[str]) -> list[Unit]:
    """The units with their source lines; those that cannot be found take the line before."""
    noise = [(unit.first, unit.text) for unit in units if unit.role == NOISE]
    source = Source(text_lines, noise)
    placed, at, last = [], 0, 0
    for unit in units:
        wanted = compact(unit.whole)
        if unit.role == NOISE or not wanted:
            placed.append(unit if unit.first else replace(unit, first=last, last=last))
            continue
        start = at
        if not source.text.startswith(wanted, at):
            start = source.text.find(wanted, at)
            if start < 0:
                start = source.text.find(wanted)
        if start < 0:
            here = source.line_at(min(at, len(source.text) - 1))
            placed.append(replace(unit, first=here, last=here))
            continue
        first, last = source.lines_of(start, len(wanted))
        at = start + len(wanted)
        placed.append(replace(unit, first=first, last=last))
    return placed


def split_lines_of(unit: Unit, offset: int, text_lines: Sequence[str]) -> tuple[int, int]:
    """(last line of the part before `offset` of the unit's text, first line of the part after)."""
    if unit.first == unit.last or not unit.first:
        return unit.last, unit.last
    source = Source(text_lines[unit.first - 1 : unit.last])
    before = compact(unit.label + unit.text[:offset])
    start = source.text.find(compact(unit.whole))
    cut = (start if start >= 0 else 0) + len(before)
    shift = unit.first - 1
    return source.line_at(max(0, cut - 1)) + shift, source.line_at(cut) + shift
