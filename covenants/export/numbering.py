"""Decides which labels Word can number by itself, so that a clerk's later insertion renumbers.

Chapters are one list; articles, items and what nests in them another, because not every program
knows how to let articles count on through chapters. A label that its list would not print
(第二十条之一) stays typed; where a number is missing or repeated the list is started anew from the
right one. Knows labels and counters, no XML.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from covenants.parsing import Item, ParsedRules
from covenants.parsing.numbering import NUMERAL_CHARACTERS, parse_number
from covenants.parsing.readers.list_formats import format_number

CHAPTER = 0
"""The only level of the chapters' list."""
ARTICLE, FIRST_ITEM = 0, 1
LEVELS = 9

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_NUMERAL = rf"[{NUMERAL_CHARACTERS}]{{1,8}}|[0-9]{{1,4}}|[０-９]{{1,4}}|[{_CIRCLED}]"
_LABEL = re.compile(rf"(\D*?)({_NUMERAL})(\D*)")
_NUMERAL_LEFT = re.compile(rf"[{NUMERAL_CHARACTERS}{_CIRCLED}\d%]")
_FORMATS = (
    "decimal", "decimalFullWidth", "chineseCountingThousand", "decimalEnclosedCircleChinese"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a level writes its numbers: 第…条 in chineseCountingThousand."""

    before: str
    list_format: str
    after: str


@dataclass(slots=True)
class Restart:
    """A w:num: the list from here on. `starts` gives the next number of levels (from 0)."""

    identifier: int
    starts: dict[int, int] = field(default_factory=dict)


class ListNumbers:
    """One list: hands out its numbers in the order of the text, counting as Word does.

    `patterns` says how its levels are written, `restarts` holds its w:nums in order. `identifiers`
    gives numbers for those, unique within the file.
    """

    def __init__(self, labels: Iterable[tuple[int, str]], identifiers: Iterator[int]):
        self.patterns = _patterns(labels)
        self.restarts: list[Restart] = []
        self._identifiers = identifiers
        self._counters: dict[int, int] = {}
        self._begun: set[int] = set()

    def take(self, label: str, level: int) -> int | None:
        """The identifier of the w:num that prints this label at this level; None to type it."""
        written = read_label(label)
        if written is None or written[0] != self.patterns.get(level):
            return None
        number = written[1]
        if not self.restarts:
            self.restarts.append(Restart(next(self._identifiers)))
        if not self._prints(number, level):
            self._start_anew(number, level)
        self._advance(number, level)
        return self.restarts[-1].identifier

    def _prints(self, number: int, level: int) -> bool:
        """Whether the list as it runs would print this number next, however its rules are read."""
        start = self.restarts[-1].starts.get(level)
        if start is not None and level not in self._begun:
            return number == start
        if level in self._counters:
            return number == self._counters[level] + 1
        # Programs differ on where a restarted level begins whose start was overridden.
        return number == 1 and start in (None, 1)

    def _start_anew(self, number: int, level: int) -> None:
        starts = {
            above: self._counters[above] + 1 for above in range(level) if above in self._counters
        }
        starts[level] = number
        self.restarts.append(Restart(next(self._identifiers), starts))
        self._begun = set()

    def _advance(self, number: int, level: int) -> None:
        self._counters[level] = number
        self._begun.add(level)
        for deeper in range(level + 1, LEVELS):
            self._counters.pop(deeper, None)


def read_label(label: str) -> tuple[Pattern, int] | None:
    """The pattern and number of a label that a list can print exactly so, else None."""
    match = _LABEL.fullmatch(label)
    if not match or _NUMERAL_LEFT.search(match[1] + match[3]):
        return None
    before, numeral, after = match.groups()
    number = _CIRCLED.index(numeral) + 1 if numeral in _CIRCLED else parse_number(numeral)
    if not number:
        return None
    for list_format in _FORMATS:
        if format_number(number, list_format) == numeral:
            return Pattern(before, list_format, after), number
    return None


def chapter_labels(rules: ParsedRules) -> Iterator[tuple[int, str]]:
    """(level, label) of the chapters."""
    return ((CHAPTER, chapter.label) for chapter in rules.chapters)


def article_labels(rules: ParsedRules) -> Iterator[tuple[int, str]]:
    """(level, label) of the articles and all that nests in them, in order."""
    for article in rules.articles:
        yield ARTICLE, article.label
        yield from _item_labels(article, FIRST_ITEM)


def _item_labels(parent: Item, level: int) -> Iterator[tuple[int, str]]:
    for item in parent.items:
        yield level, item.label
        yield from _item_labels(item, level + 1)


def _patterns(labels: Iterable[tuple[int, str]]) -> dict[int, Pattern]:
    """The pattern that most labels of each level have."""
    counts: dict[int, Counter] = {}
    for level, label in labels:
        written = read_label(label) if level < LEVELS else None
        if written:
            counts.setdefault(level, Counter())[written[0]] += 1
    return {level: found.most_common(1)[0][0] for level, found in counts.items()}
