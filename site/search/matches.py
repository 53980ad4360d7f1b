"""What a query matched: documents and scores, as a short list or as one value per document."""

from functools import cached_property

import numpy as np

SPARSE_BELOW = 8
"""A match in fewer than one of so many documents is kept as a list."""

_BLOCK = 64


class Match:
    """Documents that match and how well; never changed once made.

    Made by ``sparse`` or ``dense``; reads the same either way.
    """

    def __init__(self, size: int, docs, scores, mask, all_scores, is_clean=True):
        self.size = size
        self._docs, self._scores = docs, scores
        self._mask, self._all_scores = mask, all_scores
        self._is_clean = is_clean

    @classmethod
    def sparse(cls, size: int, docs: np.ndarray, scores: np.ndarray) -> "Match":
        """Of ascending document numbers and scores aligned with them."""
        return cls(size, docs, scores, None, None)

    @classmethod
    def dense(cls, mask: np.ndarray, all_scores: np.ndarray, *, is_clean: bool = True) -> "Match":
        """Of one bool and one score per document; ``is_clean``: scores outside the mask are 0."""
        return cls(len(mask), None, None, mask, all_scores, is_clean)

    @classmethod
    def nothing(cls, size: int) -> "Match":
        """No document."""
        return cls.sparse(size, np.array([], np.int32), np.array([], np.float32))

    @property
    def is_sparse(self) -> bool:
        """Whether the match is kept as a list."""
        return self._mask is None

    @cached_property
    def docs(self) -> np.ndarray:
        """Document numbers, ascending."""
        return self._docs if self.is_sparse else np.flatnonzero(self._mask)

    @cached_property
    def scores(self) -> np.ndarray:
        """Scores aligned with ``docs``."""
        return self._scores if self.is_sparse else self._all_scores[self.docs]

    @cached_property
    def mask(self) -> np.ndarray:
        """One bool per document."""
        if not self.is_sparse:
            return self._mask
        mask = np.zeros(self.size, bool)
        mask[self._docs] = True
        return mask

    @cached_property
    def all_scores(self) -> np.ndarray:
        """One score per document, 0 outside the mask."""
        if not self.is_sparse:
            if self._is_clean:
                return self._all_scores
            return np.where(self._mask, self._all_scores, np.float32(0))
        scores = np.zeros(self.size, np.float32)
        scores[self._docs] = self._scores
        return scores

    def at(self, docs: np.ndarray) -> np.ndarray:
        """Scores of some documents of the match, in the order given."""
        if not self.is_sparse:
            return self._all_scores[docs]
        return self._scores[np.searchsorted(self._docs, docs)]

    def within(self, mask: np.ndarray) -> "Match":
        """The match narrowed to the documents of a mask."""
        if not self.is_sparse:
            return Match.dense(self._mask & mask, self._all_scores, is_clean=False)
        kept = mask[self._docs]
        return Match.sparse(self.size, self._docs[kept], self._scores[kept])

    def count(self) -> int:
        """Number of documents."""
        return len(self._docs) if self.is_sparse else int(np.count_nonzero(self._mask))

    def best(self, limit: int | None = None, offset: int = 0) -> np.ndarray:
        """Document numbers, best first; equal scores in document order."""
        docs, scores = self._likely(limit + offset) if limit is not None else (None, None)
        if docs is None:
            docs, scores = self.docs, self.scores
        order = np.argsort(-scores, kind="stable")
        return docs[order[offset : None if limit is None else offset + limit]]

    def _likely(self, wanted: int) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Documents and scores that hold the best ``wanted``; (None, None) if that is no gain."""
        if self.count() <= 8 * wanted + 4096:
            return None, None
        if self.is_sparse:
            likely = np.flatnonzero(self._scores >= _threshold(self._scores, wanted))
            return self._docs[likely], self._scores[likely]
        scores = self.all_scores
        threshold = _threshold(scores, wanted)
        if threshold <= 0:
            return None, None
        likely = np.flatnonzero(scores >= threshold)
        return likely, scores[likely]

    def scaled(self, factor: float) -> "Match":
        """The same documents with scores multiplied."""
        if self.is_sparse:
            return Match.sparse(self.size, self._docs, self._scores * np.float32(factor))
        scores = self._all_scores * np.float32(factor)
        return Match.dense(self._mask, scores, is_clean=self._is_clean)


def _threshold(scores: np.ndarray, wanted: int) -> float:
    """A score that at least ``wanted`` scores reach: the wanted-th best of block maxima.

    Much cheaper than a partition of all scores, and few more than needed reach it.
    """
    whole = len(scores) // _BLOCK * _BLOCK
    highest = scores[:whole].reshape(_BLOCK, -1).max(axis=0)
    if len(highest) <= wanted:
        return -np.inf
    return np.partition(highest, len(highest) - wanted)[len(highest) - wanted]


def all_of(matches: list[Match]) -> Match:
    """Documents of every match; scores add up."""
    matches = sorted(matches, key=lambda match: (not match.is_sparse, match.count()))
    first, *others = matches
    if not first.is_sparse:
        mask, scores = first.mask, first.all_scores
        for other in others:
            mask, scores = mask & other.mask, scores + other.all_scores
        return Match.dense(mask, scores, is_clean=not others)
    docs, scores = first.docs, first.scores
    for other in others:
        if not len(docs):
            break
        if other.is_sparse:
            places = np.searchsorted(other.docs, docs)
            places[places == len(other.docs)] = 0
            kept = other.docs[places] == docs
            scores = scores[kept] + other.scores[places[kept]]
        else:
            kept = other.mask[docs]
            scores = scores[kept] + other.all_scores[docs[kept]]
        docs = docs[kept]
    return Match.sparse(first.size, docs, scores)


def any_of(size: int, matches: list[Match], *, best: bool = False) -> Match:
    """Documents of at least one match; scores add up, or with ``best`` the highest counts."""
    matches = [match for match in matches if match.count()]
    if len(matches) <= 1:
        return matches[0] if matches else Match.nothing(size)
    if sum(match.count() if match.is_sparse else size for match in matches) * SPARSE_BELOW < size:
        return _any_of_few(size, matches, best)
    mask, scores = np.zeros(size, bool), np.zeros(size, np.float32)
    for match in matches:
        if best:
            _keep_best(mask, scores, match)
        elif match.is_sparse:
            scores[match.docs] += match.scores
        else:
            scores += match.all_scores
        if match.is_sparse:
            mask[match.docs] = True
        else:
            mask |= match.mask
    return Match.dense(mask, scores)


def _keep_best(mask: np.ndarray, scores: np.ndarray, match: Match) -> None:
    """Raises scores to those of the match where they are lower or there are none yet."""
    docs, own = match.docs, match.scores
    scores[docs] = np.where(mask[docs], np.maximum(scores[docs], own), own)


def _any_of_few(size: int, matches: list[Match], best: bool) -> Match:
    docs = np.concatenate([match.docs for match in matches])
    scores = np.concatenate([match.scores for match in matches])
    order = np.argsort(docs, kind="stable")
    docs, scores = docs[order], scores[order]
    starts = np.flatnonzero(np.r_[True, docs[1:] != docs[:-1]])
    combine = np.maximum if best else np.add
    return Match.sparse(size, docs[starts], combine.reduceat(scores, starts))
