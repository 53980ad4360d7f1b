"""Finds, ranks and counts: the only module that reads postings of the index.

Term at a time over arrays: exhaustive and exact, where Whoosh's own engine gives wrong totals.
Takes a tree from ``search.query`` and says which documents match and how well; it knows no
model, no database and no page.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from search.analyzer import HAN
from search.columns import Snapshot
from search.query import (
    AllOf,
    AnyOf,
    BestOf,
    Everything,
    Node,
    Not,
    Nothing,
    Phrase,
    Prefix,
    Ranked,
    Scaled,
    Term,
)

BM25_K1 = 1.2
BM25_B = 0.75
"""Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009)."""

MAX_PREFIX_TERMS = 512


@dataclass(frozen=True)
class Match:
    """``mask`` bool and ``scores`` float64, one per document; scores are 0 outside the mask."""

    mask: np.ndarray
    scores: np.ndarray

    def within(self, mask: np.ndarray) -> "Match":
        """The match narrowed by another mask."""
        both = self.mask & mask
        return Match(both, np.where(both, self.scores, 0.0))

    def count(self) -> int:
        """Number of documents."""
        return int(self.mask.sum())

    def best(self, limit: int | None = None, offset: int = 0) -> np.ndarray:
        """Document numbers, best first; equal scores in document order."""
        found = np.flatnonzero(self.mask)
        order = np.argsort(-self.scores[found], kind="stable")
        return found[order][offset : None if limit is None else offset + limit]


class Evaluator:
    """Evaluates query trees on one searcher and one set of fields ({name: boost})."""

    def __init__(self, searcher: Searcher, snapshot: Snapshot, fields: dict[str, float]):
        schema = searcher.schema
        self._snapshot = snapshot
        self._fields = {name: boost for name, boost in fields.items() if name in schema}
        self._total = max(1, int(snapshot.present.sum()))

    def match(self, node: Node) -> Match:
        """Documents that match and their scores."""
        match node:
            case Term(text):
                return self._terms([text])
            case Prefix(text):
                return self._prefix(text)
            case Phrase():
                return self._phrase(node)
            case AllOf(parts):
                return self._all(parts)
            case AnyOf(parts):
                return self._any(parts, np.add)
            case BestOf(parts):
                return self._any(parts, np.maximum)
            case Ranked(base, extra):
                found = self.match(base)
                bonus = self.match(extra).scores
                return Match(found.mask, np.where(found.mask, found.scores + bonus, 0.0))
            case Scaled(part, factor):
                found = self.match(part)
                return Match(found.mask, found.scores * factor)
            case Not(part):
                return self._constant(self._snapshot.present & ~self.match(part).mask)
            case Everything():
                return self._constant(self._snapshot.present)
            case Nothing():
                return self._constant(np.zeros(self._snapshot.size, dtype=bool))
        raise TypeError(f"Cannot evaluate {node!r}")

    def _constant(self, mask: np.ndarray) -> Match:
        return Match(mask, np.where(mask, 1.0, 0.0))

    def _all(self, parts) -> Match:
        found = None
        for part in parts:
            match = self.match(part)
            if found is None:
                found = match
            else:
                mask = found.mask & match.mask
                found = Match(mask, np.where(mask, found.scores + match.scores, 0.0))
            if not found.mask.any():
                break
        return found or self.match(Nothing())

    def _any(self, parts, combine) -> Match:
        mask = np.zeros(self._snapshot.size, dtype=bool)
        scores = np.zeros(self._snapshot.size)
        for part in parts:
            match = self.match(part)
            mask = mask | match.mask
            scores = combine(scores, match.scores)
        return Match(mask, scores)

    def _prefix(self, text: str) -> Match:
        start, found = text.encode(), {}
        for leaf in self._snapshot.leaves:
            for field in self._fields:
                for name, term in leaf.reader.terms_from(field, text):
                    if name != field or not term.startswith(start):
                        break
                    found[term.decode()] = None
                    if len(found) >= MAX_PREFIX_TERMS:
                        break
        return self._terms(sorted(found))

    def _terms(self, texts: list[str]) -> Match:
        """Documents with any of the terms in any field; one BM25 score per field, summed."""
        mask = np.zeros(self._snapshot.size, dtype=bool)
        scores = np.zeros(self._snapshot.size)
        for field, boost in self._fields.items():
            weights = np.zeros(self._snapshot.size)
            for text in texts:
                for leaf in self._snapshot.leaves:
                    docs, values = _postings(leaf.reader, field, text)
                    if docs:
                        weights[np.array(docs) + leaf.offset] += values
            hits = (weights > 0) & self._snapshot.present
            if hits.any():
                mask |= hits
                scores += np.where(hits, boost * self._bm25(field, weights, hits), 0.0)
        return Match(mask, scores)

    def _bm25(self, field: str, weights: np.ndarray, hits: np.ndarray) -> np.ndarray:
        lengths = self._snapshot.lengths(field)
        filled = lengths[(lengths > 0) & self._snapshot.present]
        average = float(filled.mean()) if filled.size else 1.0
        documents = int(hits.sum())
        rarity = np.log1p((self._total - documents + 0.5) / (documents + 0.5))
        norm = BM25_K1 * (1 - BM25_B + BM25_B * lengths / average)
        return rarity * weights * (BM25_K1 + 1) / (weights + norm)

    def _phrase(self, phrase: Phrase) -> Match:
        candidates = self._all([Term(term) for term in phrase.terms])
        pattern = _phrase_pattern(phrase.literal)
        names = {field.partition("_")[2] for field in self._fields}
        mask = candidates.mask.copy()
        for leaf in self._snapshot.leaves:
            inside = mask[leaf.offset : leaf.offset + leaf.segment.size]
            for doc in np.flatnonzero(inside):
                texts = leaf.reader.stored_fields(int(doc)).get("texts", {})
                inside[doc] = any(
                    pattern.search(text) for name, text in texts.items() if name in names
                )
        return candidates.within(mask)


def _postings(reader, field: str, text: str) -> tuple[list[int], list[float]]:
    docs: list[int] = []
    weights: list[float] = []
    try:
        matcher = reader.postings(field, text)
    except TermNotFound:
        return docs, weights
    while matcher.is_active():
        docs.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return docs, weights


def _phrase_pattern(literal: str) -> re.Pattern:
    """Latin words of a phrase must be whole words; Han may stand anywhere."""
    start = "" if re.match(f"[{HAN}]", literal) else r"(?<![^\W%s])" % HAN  # noqa: UP031
    end = "" if re.match(f"[{HAN}]", literal[-1]) else r"(?![^\W%s])" % HAN  # noqa: UP031
    return re.compile(start + re.escape(literal) + end)


def count_values(values: np.ndarray, mask: np.ndarray) -> Counter:
    """How often each value occurs among the documents of a mask."""
    found, counts = np.unique(values[mask], return_counts=True)
    return Counter(dict(zip(found.tolist(), counts.tolist(), strict=True)))


def count_tags(tags: np.ndarray, mask: np.ndarray) -> Counter:
    """How often each tag occurs; a document may have several."""
    counts: Counter = Counter()
    for value in tags[mask]:
        counts.update(filter(None, value.decode().split("\n")))
    return counts
