"""Tells what was looked for beside the words of a question, and offers the words one by one."""

from dataclasses import dataclass

import numpy as np

from search import query
from search.analyzer import word_terms
from search.folding import normalise
from search.query_units import Unit
from search.session import Session

MOST = 6
"""Words told for one word of a question."""

TRIED = 16
"""Words counted for that: bounds the work."""


@dataclass(frozen=True)
class Also:
    """One word of a question that was widened.

    ``same``: other names of it that public texts have, most frequent first; ``related``: words
    that go together with it, where the search fell back to them; ``only``: the question that
    finds the word itself and no other name.
    """

    word: str
    same: tuple[str, ...]
    related: tuple[str, ...]
    only: str


def also_sought(session: Session, text: str, mask: np.ndarray, *, loose: bool) -> list[Also]:
    """The words of a question that were widened; ``loose`` where related words counted, too."""
    told = []
    for unit in session.asked.firm:
        if unit.paths or unit.literals[0][:1].isdecimal():
            continue
        word, *others = unit.literals
        same = _found(session, others, mask)
        related = _found(session, unit.related, mask) if loose else ()
        if same or related:
            told.append(Also(word, same, related, quoted(word, text)))
    return told


def quoted(word: str, text: str = "") -> str:
    """The question with quotation marks around a word: found is that word and no other name."""
    if normalise(text) == text and text.count(word) == 1 and "“" not in text:
        return text.replace(word, f"“{word}”")
    return f"“{word}”"


def single_words(session: Session, mask: np.ndarray) -> list[tuple[str, int]]:
    """[(word, count)] of the words of a question that nothing has as a whole, rarest first."""
    words = [unit for unit in session.asked.firm if len(unit.literals[0]) > 1]
    if len(words) < 2:
        return []
    counted = [(unit.literals[0], _count_unit(session, unit, mask)) for unit in words[:TRIED]]
    return sorted((w for w in counted if w[1]), key=lambda w: w[1])[:MOST]


def _count_unit(session: Session, unit: Unit, mask: np.ndarray) -> int:
    return session.found(query.units_node([unit], "and"), mask).count()


def _found(session: Session, words, mask: np.ndarray) -> tuple[str, ...]:
    counts = {
        word: session.found(query.AllOf(tuple(map(query.Term, word_terms(word)))), mask).count()
        for word in list(words)[:TRIED]
    }
    often = sorted(filter(counts.get, counts), key=lambda word: -counts[word])
    return tuple(often[:MOST])
