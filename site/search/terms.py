"""One term's posting lists over all segments and fields, and its BM25F scores.

The formula and its statistics are Whoosh's, so that scores can be held against Whoosh's own.
"""

import math

import numpy as np

from search import postings
from search.columns import Leaf, Snapshot
from search.matches import SPARSE_BELOW, Match, any_of

BM25_K1 = 1.2
BM25_B = 0.75
"""Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009)."""


def term_postings(leaf: Leaf, field: str, term: str) -> postings.Postings | None:
    """The list of a term in one segment; None where there is none."""
    key = (leaf.reader.segment().segid, field, term)
    return postings.cache.get(key, lambda: postings.read(leaf.reader, field, term))


def factor(snapshot: Snapshot, boost: float, count: int) -> np.float32:
    """What every score of a term in ``count`` documents is multiplied with.

    The inverse document frequency is Whoosh's; deleted documents count until they are merged.
    """
    rarity = math.log(snapshot.size / (count + 1)) + 1
    return np.float32(boost * rarity * (BM25_K1 + 1))


def norms(snapshot: Snapshot, field: str) -> np.ndarray:
    """What the length of a field does to the scores, one float32 per document."""

    def make() -> np.ndarray:
        share = snapshot.lengths(field) / np.float32(snapshot.average_length(field))
        return np.float32(BM25_K1) * (np.float32(1 - BM25_B) + np.float32(BM25_B) * share)

    return snapshot.kept(f"norms of {field}", make)


def saturated(weights: np.ndarray, norms: np.ndarray, factor: np.float32) -> np.ndarray:
    """BM25 scores of frequencies; 0 where the frequency is."""
    frequencies = weights.astype(np.float32, copy=False)
    scores = frequencies + norms
    np.divide(frequencies, scores, out=scores)
    scores *= factor
    return scores


class FieldLists:
    """The lists of a term in one field, one per segment that has it."""

    def __init__(self, snapshot: Snapshot, field: str, boost: float, held: list):
        self._snapshot, self._held = snapshot, held
        self.count = sum(own.count for _, own in held)
        self._norms = norms(snapshot, field)
        self._factor = factor(snapshot, boost, self.count)

    def match(self) -> Match:
        """Documents with the term in the field."""
        if self.count * SPARSE_BELOW < self._snapshot.size:
            docs = _joined([own.documents() + leaf.offset for leaf, own in self._held])
            weights = _joined([own.frequencies() for _, own in self._held])
            return Match.sparse(
                self._snapshot.size, docs, saturated(weights, self._norms[docs], self._factor)
            )
        weights = self._all_weights()
        return Match.dense(weights > 0, saturated(weights, self._norms, self._factor))

    def _all_weights(self) -> np.ndarray:
        if len(self._snapshot.leaves) == 1 and self._held[0][1].docs is None:
            return self._held[0][1].weights
        weights = np.zeros(self._snapshot.size, np.float32)
        for leaf, own in self._held:
            if own.docs is None:
                weights[leaf.part] = own.weights
            else:
                weights[own.docs + leaf.offset] = own.weights
        return weights

    def at(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(has the term, score) of some documents, ascending."""
        weights = np.zeros(len(docs), np.float32)
        for leaf, own in self._held:
            first, last = np.searchsorted(docs, [leaf.offset, leaf.offset + leaf.size])
            if first < last:
                weights[first:last] = own.at(docs[first:last] - leaf.offset)
        return weights > 0, saturated(weights, self._norms[docs], self._factor)


class TermLists:
    """The lists of a term in all fields of a search ({name: boost})."""

    def __init__(self, snapshot: Snapshot, fields: dict[str, float], text: str):
        self._snapshot = snapshot
        self._fields = []
        for field, boost in fields.items():
            held = [
                (leaf, own)
                for leaf in snapshot.leaves
                if (own := term_postings(leaf, field, text)) is not None
            ]
            if held:
                self._fields.append(FieldLists(snapshot, field, boost, held))
        self.count = sum(field.count for field in self._fields)
        """Number of postings: at least the number of documents."""

    def match(self) -> Match:
        """Documents with the term in any field; one score per field, summed."""
        return any_of(self._snapshot.size, [field.match() for field in self._fields])

    def at(self, docs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(has the term, score) of some documents, ascending."""
        scores = np.zeros(len(docs), np.float32)
        has = np.zeros(len(docs), bool)
        for field in self._fields:
            held, gained = field.at(docs)
            has |= held
            scores += gained
        return has, scores


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
