"""Picks the passage of a text that answers a query, and marks the words found in it.

Pure: no Django but its HTML escaping, no index. Everything that was not marked here is escaped.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analyzer import Unit, counted_char, fold, word_borders
from search.numerals import Number, find_numbers

SNIPPET_LENGTH = 140
"""Code points of a passage shown in a result list."""

FIRM_WEIGHT, OPTIONAL_WEIGHT, MEASURE_WEIGHT = 3.0, 1.0, 2.0
PART_SHARE = 0.4
"""What the words inside a longer word weigh, as a share of it."""

_BORDER = "‖"


@dataclass(frozen=True)
class Passage:
    """A piece of a page: its label (第十二条), its plain text and its anchor on the page.

    ``signature`` is shared by near-identical passages; empty where none are looked for.
    """

    label: str
    text: str
    anchor: str
    signature: str = ""


@dataclass(frozen=True)
class Pick:
    """A chosen passage and the share of the query (0 to 1) that it covers."""

    passage: Passage | None
    cover: float


class _Folded:
    """One folded text and, once somebody asks, what it counts."""

    def __init__(self, text: str):
        self.text = text

    @cached_property
    def counts(self) -> list[tuple[Number, str]]:
        """Numbers of the text, each with the character it counts (empty if none)."""
        return [(number, counted_char(self.text, number.end)) for number in find_numbers(self.text)]


class _Literals:
    """Spellings of one thing, ready to be looked for; a number matches in either script."""

    def __init__(self, literals: Iterable[str]):
        literals = [literal for literal in literals if literal]
        self._bounded, self._plain = [], []
        for literal in literals:
            if literal[0].isascii() or literal[-1].isascii() or " " in literal:
                self._bounded.append((literal.split(" ")[0], _bounded_pattern(literal)))
            else:
                self._plain.append(literal)
        self._numbers = {literal for literal in literals if literal[0].isdecimal()}
        self._counted = {number[-1] for number in self._numbers}

    def spans(self, folded: _Folded) -> list[tuple[int, int]]:
        """Places (start, end) of all spellings."""
        text, found = folded.text, []
        for literal in self._plain:
            at = text.find(literal)
            while at >= 0:
                found.append((at, at + len(literal)))
                at = text.find(literal, at + len(literal))
        for start, pattern in self._bounded:
            if start in text:
                found += [match.span() for match in pattern.finditer(text)]
        if any(char.isdecimal() or char in text for char in self._counted):
            for number, char in folded.counts:
                if char and number.value + char in self._numbers:
                    found.append((number.start, text.index(char, number.end) + 1))
                elif number.value in self._numbers:
                    found.append((number.start, number.end))
        return found


def _bounded_pattern(literal: str) -> re.Pattern:
    pattern = re.escape(literal).replace(r"\ ", r"\s+")
    if literal[0].isascii():
        pattern = r"(?<![0-9a-z])" + pattern
    if literal[-1].isascii():
        pattern += r"(?![0-9a-z])"
    return re.compile(pattern)


class _Wanted:
    """A query's units, compiled once for the many texts they are looked for in."""

    def __init__(self, units: Sequence[Unit]):
        self.units = [
            (_unit_weight(unit), _Literals(unit.literals), _Literals(unit.parts)) for unit in units
        ]

    def spans(self, folded: _Folded) -> list[tuple[int, int]]:
        """Places of the units; the parts of a word only where the word itself is nowhere."""
        found = []
        for _, whole, parts in self.units:
            found += whole.spans(folded) or parts.spans(folded)
        return found


@lru_cache(maxsize=64)
def _wanted(units: tuple[Unit, ...]) -> _Wanted:
    return _Wanted(units)


def pick_passage(
    passages: Iterable[Passage], units: Sequence[Unit], measures: Sequence[str] = ()
) -> Pick:
    """The passage that covers most of the query; the first of equals.

    ``measures``: characters whose count is asked for (几桌): a passage that counts them is better.
    """
    passages = list(passages)
    if not passages:
        return Pick(None, 0.0)
    wanted = _wanted(tuple(units))
    # All passages are folded and searched as one text: the work grows with what is found, not
    # with passages times units. Nothing that is looked for can reach across the border.
    texts = [f"{passage.label} {passage.text}" for passage in passages]
    folded = _Folded(fold(_BORDER.join(texts)))
    starts = [0, *accumulate(len(text) + len(_BORDER) for text in texts)]

    def holders(places: Iterable[int]) -> set[int]:
        return {bisect_right(starts, place) - 1 for place in places}

    weights = [0.0] * len(passages)
    for weight, whole, parts in wanted.units:
        having = holders(start for start, _ in whole.spans(folded))
        having_parts = holders(start for start, _ in parts.spans(folded)) - having
        for index in having:
            weights[index] += weight
        for index in having_parts:
            weights[index] += PART_SHARE * weight
    for measure in measures:
        if measure in folded.text:
            counting = (number.start for number, char in folded.counts if char == measure)
            for index in holders(counting):
                weights[index] += MEASURE_WEIGHT
    full = sum(weight for weight, *_ in wanted.units) + MEASURE_WEIGHT * len(measures)
    best = max(range(len(passages)), key=weights.__getitem__)
    return Pick(passages[best], min(1.0, weights[best] / full) if full else 0.0)


def _unit_weight(unit: Unit) -> float:
    return OPTIONAL_WEIGHT if unit.optional else FIRM_WEIGHT


def whole_words(text: str, units: Sequence[Unit]) -> float:
    """The share of units (0 to 1) that are words of the text: 火把 is none in 灶火把关."""
    if not units:
        return 0.0
    folded = fold(text)
    borders = word_borders(folded)
    wanted = _wanted(tuple(units))
    whole = sum(
        any(start in borders and end in borders for start, end in literals.spans(_Folded(folded)))
        for _, literals, _ in wanted.units
    )
    return whole / len(units)


def match_spans(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Places (start, end) in a text that match the query, in order and without overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_wanted(tuple(units)).spans(_Folded(fold(text)))):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def snippet(text: str, units: Sequence[Unit], length: int = SNIPPET_LENGTH) -> str:
    """The part of a text with most matches, cut to a length, with … where something is left out."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    spans = match_spans(text, units)
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]

    def inside(at: int) -> int:
        return max(0, bisect_right(ends, at + length) - bisect_left(begins, at))

    start = max([max(0, begin - length // 4) for begin in begins] or [0], key=inside)
    start = min(start, len(text) - length)
    end = start + length
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def highlight(text: str, units: Sequence[Unit]) -> SafeString:
    """The text as HTML: escaped, with every match in a ``mark`` element."""
    parts, last = [], 0
    for start, end in match_spans(text, units):
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308
