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

from search.analyzer import counted_char, word_borders
from search.folding import fold
from search.numerals import Number, find_numbers
from search.query_units import Unit

SNIPPET_LENGTH = 140
"""Code points of a passage shown in a result list."""

FIRM_WEIGHT, OPTIONAL_WEIGHT, MEASURE_WEIGHT = 3.0, 1.0, 2.0
RELATED_SHARE = 0.7
"""What a word that goes together with the one asked for weighs, as a share of it."""

PART_SHARE = 0.5
"""What all the words inside a longer word weigh together, as a share of it."""

KNOWN_SHARE = 0.2
"""What a unit weighs in the choice of a passage if the page has it anyway: all passages may."""

FIRST_SHARE = 1.3
"""What a passage that comes first by its label weighs beside the others of its page."""

_BORDER = "‖"

_A_MOMENT = 4
"""More ways to count than these are a question after a time, which may be told without numbers."""

_MOMENT = re.compile("每[天周月季年]|农历|初[一二三四五六七八九十]|[早晚]上|[上下]午|日期|时节")


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
    """A chosen passage, and how well it answers.

    ``cover``: share of the query (0 to 1) that the passage has, of what ``known`` leaves.
    ``whole``: share that passage and page have together. ``has_all``: whether every firm unit is
    there as it was asked for; ``counts``: whether the passage counts all that is to be counted.
    """

    passage: Passage | None
    cover: float
    whole: float = 0.0
    has_all: bool = False
    counts: bool = False


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
        self.units = [_WantedUnit(unit) for unit in units]

    def spans(self, folded: _Folded) -> list[tuple[int, int]]:
        """Places of the units; the nearest thing to one only where it is nowhere itself."""
        found = []
        for unit in self.units:
            found += unit.whole.spans(folded) or unit.all_related(folded) or unit.all_parts(folded)
        return found


class _WantedUnit:
    """One unit: itself, what goes together with it, and the words inside it."""

    def __init__(self, unit: Unit):
        self.optional = unit.optional
        self.whole = _Literals(unit.literals)
        self.related = [_Literals([word]) for word in unit.related]
        self.parts = [_Literals([part]) for part in unit.parts]

    def all_related(self, folded: _Folded) -> list[tuple[int, int]]:
        """Places of what goes together with it."""
        return [span for word in self.related for span in word.spans(folded)]

    def all_parts(self, folded: _Folded) -> list[tuple[int, int]]:
        """Places of the words inside it."""
        return [span for part in self.parts for span in part.spans(folded)]


@lru_cache(maxsize=64)
def _wanted(units: tuple[Unit, ...]) -> _Wanted:
    return _Wanted(units)


@dataclass(frozen=True)
class Weights:
    """What the units of a query weigh, aligned with them.

    ``known``: which of them the page has by its title, kind, tags or place. ``related``: share
    (0 to 1) of a unit's weight that each of its related words has; empty: all the same.
    ``measure``: what counting the thing asked for weighs. ``first``: labels of passages that are
    taken where another one has little more.
    """

    units: tuple[float, ...]
    known: frozenset[int] = frozenset()
    related: tuple[tuple[float, ...], ...] = ()
    measure: float = MEASURE_WEIGHT
    first: frozenset[str] = frozenset()

    @classmethod
    def of(cls, units: Sequence[Unit]) -> "Weights":
        """The same for every page and for rare and common words alike."""
        return cls(tuple(OPTIONAL_WEIGHT if unit.optional else FIRM_WEIGHT for unit in units))


def pick_passage(
    passages: Iterable[Passage],
    units: Sequence[Unit],
    measures: Sequence[str] = (),
    weights: Weights | None = None,
) -> Pick:
    """The passage that covers most of the query; the first of equals.

    ``measures``: characters whose count is asked for (几桌): a passage that counts one of each
    is better.
    """
    passages, weights = list(passages), weights or Weights.of(units)
    if not passages:
        return Pick(None, 0.0, *_together(units, weights, [0.0] * len(units), 0, 0))
    wanted = _wanted(tuple(units))
    # All passages are folded and searched as one text: the work grows with what is found, not
    # with passages times units. Nothing that is looked for can reach across the border.
    texts = [f"{passage.label} {passage.text}" for passage in passages]
    folded = _Folded(fold(_BORDER.join(texts)))
    starts = [0, *accumulate(len(text) + len(_BORDER) for text in texts)]

    def holders(spans: Iterable[tuple[int, int]]) -> set[int]:
        return {bisect_right(starts, start) - 1 for start, _ in spans}

    totals = [0.0] * len(passages)
    shares: list[dict[int, float]] = []
    for index, unit in enumerate(wanted.units):
        related = weights.related[index] if weights.related else ()
        having = _shares(unit, related, folded, holders)
        shares.append(having)
        weight = weights.units[index] * (KNOWN_SHARE if index in weights.known else 1)
        for place, share in having.items():
            totals[place] += share * weight
    counting = [_counting(folded, measure, holders) for measure in measures]
    for places in counting:
        for place in places:
            totals[place] += weights.measure
    if weights.first:
        for place, passage in enumerate(passages):
            totals[place] *= FIRST_SHARE if passage.label in weights.first else 1
    best = max(range(len(passages)), key=totals.__getitem__)
    own = [having.get(best, 0.0) for having in shares]
    counted = sum(best in places for places in counting)
    rest = [index for index in range(len(units)) if index not in weights.known]
    full = sum(weights.units[index] for index in rest) + weights.measure * len(measures)
    if rest:
        had = sum(weights.units[index] * own[index] for index in rest)
    else:
        full = sum(weights.units) + weights.measure * len(measures)
        had = sum(weight * share for weight, share in zip(weights.units, own, strict=True))
    cover = min(1.0, (had + weights.measure * counted) / full) if full else 0.0
    together = _together(units, weights, own, counted, len(measures))
    return Pick(passages[best], cover, *together, counted == len(measures))


def _shares(unit: _WantedUnit, related, folded: _Folded, holders) -> dict[int, float]:
    """{passage: how much of the unit it has}."""
    found: dict[int, float] = {}
    for part in unit.parts:
        for place in holders(part.spans(folded)):
            found[place] = found.get(place, 0.0) + PART_SHARE / len(unit.parts)
    nearest: dict[int, float] = {}
    for word, share in zip(unit.related, related or [1.0] * len(unit.related), strict=True):
        for place in holders(word.spans(folded)):
            # Several such words tell more than one, and never as much as the word itself.
            lacking = 1 - nearest.get(place, 0.0)
            nearest[place] = 1 - lacking * (1 - RELATED_SHARE * share)
    for place, share in nearest.items():
        found[place] = max(found.get(place, 0.0), share)
    return found | dict.fromkeys(holders(unit.whole.spans(folded)), 1.0)


def _counting(folded: _Folded, measure: str, holders) -> set[int]:
    """Passages that count something by one of the characters of a measure."""
    if not any(char in folded.text for char in measure):
        return set()
    spans = [(number.start, 0) for number, char in folded.counts if char and char in measure]
    if len(measure) > _A_MOMENT:
        spans += [match.span() for match in _MOMENT.finditer(folded.text)]
    return holders(spans)


def _together(units, weights: Weights, own, counted: int, measures: int) -> tuple[float, bool]:
    """(share of the query that page and passage have together, whether they have all of it)."""
    had = [1.0 if index in weights.known else share for index, share in enumerate(own)]
    full = sum(weights.units) + weights.measure * measures
    whole = sum(w * share for w, share in zip(weights.units, had, strict=True))
    has_all = all(had[index] >= 1 for index, unit in enumerate(units) if not unit.optional)
    return ((whole + weights.measure * counted) / full if full else 0.0), has_all


def whole_words(text: str, units: Sequence[Unit]) -> float:
    """The share of units (0 to 1) that are words of the text: 火把 is none in 灶火把关."""
    if not units:
        return 0.0
    folded = fold(text)
    borders = word_borders(folded)
    wanted = _wanted(tuple(units))
    whole = sum(
        any(start in borders and end in borders for start, end in unit.whole.spans(_Folded(folded)))
        for unit in wanted.units
    )
    return whole / len(units)


def with_units(text: str, units: Sequence[Unit]) -> list[int]:
    """Places in the query of the units that a text has as they were asked for."""
    folded = _Folded(fold(text))
    wanted = _wanted(tuple(units))
    return [index for index, unit in enumerate(wanted.units) if unit.whole.spans(folded)]


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
