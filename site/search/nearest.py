"""What may help where nothing was found: nearest words, a wider area, what others call it.

Every offer is counted among public pages first: what leads nowhere is not offered.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from search import synonyms
from search.areas import area_resolver
from search.asked import Asked
from search.facets import AREA_LEVELS, Filters
from search.folding import HAN, normalise
from search.lexicon import Vocabulary, vocabulary
from search.matches import Match
from search.query import Term
from search.schema import TEXT_PREFIX

OFFERED = 4
"""Nearest queries offered."""

TRIED = 16
"""Nearest queries counted to find those: bounds the work."""

_RUN = re.compile(f"[{HAN}]{{2,6}}")
_LATIN = re.compile("[a-z][a-z' ]*[a-z]")
_QUOTES = re.compile('["“”＂「」『』]')


@dataclass(frozen=True)
class Wider:
    """The same query in a wider area: the filters to drop, what that area is called, its count."""

    without: tuple[str, ...]
    label: str
    count: int


@dataclass(frozen=True)
class Help:
    """``nearest`` [(query, count)]; ``wider``; ``also`` [(word, what others call it)]."""

    nearest: list[tuple[str, int]] = field(default_factory=list)
    wider: list[Wider] = field(default_factory=list)
    also: list[tuple[str, str]] = field(default_factory=list)


def nearest_queries(session, text: str, mask: np.ndarray, fields) -> list[tuple[str, int]]:
    """[(query, count)] of queries near this one that find something.

    One character or one sound away, pinyin read as words (jiuxi: 酒席), without quotation marks.
    """
    words = vocabulary(session.snapshot, [name for name in fields if name.startswith(TEXT_PREFIX)])
    folded, found, known = normalise(text), {}, tabled()
    candidates = {}
    if session.asked.phrases:
        candidates[" ".join(_QUOTES.sub(" ", text).split())] = ""
    for spelt in _LATIN.findall(folded):
        others = _spelt(known, words, spelt)
        candidates |= {folded.replace(spelt, other): other for other in others}
    for wrong in _unknown(session.asked, folded):
        others = [*words.sounding(wrong), *words.near(wrong)]
        candidates |= {folded.replace(wrong, other): other for other in others}
    for query, word in list(candidates.items())[:TRIED]:
        asked = Asked.from_text(query)
        count = session.found(asked.strict(), mask).count() if asked else 0
        if count and (not word or word in known.words or _is_public(session, word, mask)):
            found[query] = count
    # What sounds the same stays in front of what only looks alike.
    return list(found.items())[:OFFERED]


def _spelt(known: Vocabulary, words: Vocabulary, typed: str) -> list[str]:
    """Words whose pinyin or initials were typed: those of the tables first, then of the texts."""
    letters = re.sub("[' ]", "", typed)
    return list(dict.fromkeys([*known.spelt(letters), *words.spelt(letters)]))[:TRIED]


def tabled() -> Vocabulary:
    """The words of the synonyms' table by their sound."""
    return _tabled(synonyms.groups())


@lru_cache(maxsize=2)
def _tabled(groups) -> Vocabulary:
    return Vocabulary(word for group in groups for word in group)


def _is_public(session, word: str, mask: np.ndarray) -> bool:
    """Whether a word stands in a public text itself.

    Read as a question it might find others (茶几: 茶), and the index has words of drafts.
    """
    return session.found(Term(word), mask).count() > 0


def _unknown(asked: Asked, folded: str) -> list[str]:
    """Pieces of a query that may be mistyped: what was typed together, then its words."""
    runs = _RUN.findall(folded)
    words = [unit.literals[0] for unit in asked.firm]
    return list(dict.fromkeys([*runs, *(word for word in words if _RUN.fullmatch(word))]))


def wider_areas(filters: Filters, found: Match) -> list[Wider]:
    """The areas around the one chosen in which the query finds something, nearest first."""
    chosen = [name for name in AREA_LEVELS if name in filters.chosen]
    paths = {name: filters.column_value(name) for name in chosen}
    names = area_resolver().by_paths(paths.values()) if len(chosen) > 1 else {}
    wider = []
    for depth in range(len(chosen) - 1, -1, -1):
        without = tuple(chosen[depth:])
        count = filters.apply(found, without).count()
        if count > (wider[-1].count if wider else 0):
            label = names.get(paths[chosen[depth - 1]], ("", ""))[1] if depth else ""
            wider.append(Wider(without, label, count))
    return wider


def other_names(asked: Asked) -> list[tuple[str, str]]:
    """[(word, the words that were sought with it)]."""
    return [
        (unit.literals[0], "、".join(unit.literals[1:]))
        for unit in asked.firm
        if len(unit.literals) > 1 and not unit.literals[0][:1].isdecimal()
    ]
