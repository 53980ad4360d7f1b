"""Picks the passage of a text that answers a query, and marks the words found in it.

Pure: no Django but its HTML escaping, no index. Everything that was not marked here is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analyzer import Unit, counted_char, fold
from search.numerals import find_numbers

SNIPPET_LENGTH = 140
"""Code points of a passage shown in a result list."""

FIRM_WEIGHT, OPTIONAL_WEIGHT, MEASURE_WEIGHT = 3.0, 1.0, 2.0


@dataclass(frozen=True)
class Passage:
    """A piece of a page: its label (第十二条), its plain text and its anchor on the page."""

    label: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Pick:
    """A chosen passage and the share of the query (0 to 1) that it covers."""

    passage: Passage | None
    cover: float


def pick_passage(
    passages: Iterable[Passage], units: Sequence[Unit], measures: Sequence[str] = ()
) -> Pick:
    """The passage that covers most of the query; the first of equals.

    ``measures``: characters whose count is asked for (几桌): a passage that counts them is better.
    """
    best, best_weight = None, 0.0
    for passage in passages:
        weight = _weight(passage, units, measures)
        if best is None or weight > best_weight:
            best, best_weight = passage, weight
    full = sum(_unit_weight(unit) for unit in units) + MEASURE_WEIGHT * len(measures)
    return Pick(best, min(1.0, best_weight / full) if full else 0.0)


def _unit_weight(unit: Unit) -> float:
    return OPTIONAL_WEIGHT if unit.optional else FIRM_WEIGHT


def _weight(passage: Passage, units: Sequence[Unit], measures: Sequence[str]) -> float:
    folded = fold(f"{passage.label} {passage.text}")
    weight = sum(_unit_weight(unit) for unit in units if _spans(folded, unit.literals))
    weight += sum(
        0.4 * _unit_weight(unit)
        for unit in units
        if unit.parts and not _spans(folded, unit.literals) and _spans(folded, unit.parts)
    )
    counted = {counted_char(folded, number.end) for number in find_numbers(folded)}
    return weight + MEASURE_WEIGHT * len(counted.intersection(measures))


def _spans(folded: str, literals: Iterable[str]) -> list[tuple[int, int]]:
    """Places of literals in folded text; a number matches in either script."""
    found = []
    for literal in filter(None, literals):
        pattern = re.escape(literal).replace(r"\ ", r"\s+")
        if literal[0].isascii():
            pattern = r"(?<![0-9a-z])" + pattern
        if literal[-1].isascii():
            pattern += r"(?![0-9a-z])"
        found += [match.span() for match in re.finditer(pattern, folded)]
    wanted = {literal for literal in literals if literal[:1].isdecimal()}
    for number in find_numbers(folded) if wanted else ():
        char = counted_char(folded, number.end)
        if number.value + char in wanted and char:
            found.append((number.start, folded.index(char, number.end) + 1))
        elif number.value in wanted:
            found.append((number.start, number.end))
    return found


def match_spans(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Places (start, end) in a text that match the query, in order and without overlap."""
    folded = fold(text)
    found: list[tuple[int, int]] = []
    for unit in units:
        own = _spans(folded, unit.literals)
        found += own or _spans(folded, unit.parts)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
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
    starts = [max(0, start - length // 4) for start, _ in spans] or [0]
    start = max(starts, key=lambda at: sum(at <= s and e <= at + length for s, e in spans))
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
