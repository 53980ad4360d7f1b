"""Finds, ranks and counts: evaluates query trees over posting lists as arrays.

Term at a time and exhaustive: the documents and scores are those of Whoosh's BM25F when it looks
at every posting. Knows no model, no database and no page.
"""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from whoosh.searching import Searcher

from search import postings
from search.columns import Leaf, Snapshot
from search.matches import Match, all_of, any_of
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
    Under,
)
from search.terms import TermLists, factor, norms, saturated, term_postings

FEW = 3
"""Fewer documents than one in so many are looked up one by one in the lists of further terms."""

MAX_PREFIX_TERMS = 512

__all__ = ["Evaluator", "Match"]


class Evaluator:
    """Evaluates query trees on one searcher and one set of fields ({name: boost})."""

    def __init__(self, searcher: Searcher, snapshot: Snapshot, fields: dict[str, float]):
        schema = searcher.schema
        self._snapshot = snapshot
        self._fields = {name: boost for name, boost in fields.items() if name in schema}

    def match(self, node: Node) -> Match:
        """Documents that match, without deleted ones, and their scores."""
        found = self._match(node)
        return found.within(self._snapshot.present) if self._snapshot.has_deletions else found

    def same(self, signature: str) -> np.ndarray:
        """Numbers of the documents that have a passage with this signature, ascending."""
        found = [
            held.documents() + leaf.offset
            for leaf in self._snapshot.leaves
            if (held := term_postings(leaf, "same", signature)) is not None
        ]
        docs = np.concatenate(found) if found else np.array([], np.int32)
        return docs[self._snapshot.present[docs]]

    def terms(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """(term, documents with it) of the fields' terms that begin so, in their order.

        Deleted, unpublished and restricted documents count, too.
        """
        often: dict[str, int] = {}
        for leaf in self._snapshot.leaves:
            for field in self._fields:
                for term in self._terms_from(leaf, field, prefix.encode(), limit):
                    own = term_postings(leaf, field, term)
                    often[term] = often.get(term, 0) + (own.count if own else 0)
        return sorted(often.items())[:limit]

    def frequency(self, terms: Iterable[str]) -> int:
        """Postings of the rarest of some terms: at least as many as documents with all of them."""
        return min(TermLists(self._snapshot, self._fields, term).count for term in terms)

    def _match(self, node: Node) -> Match:
        size = self._snapshot.size
        match node:
            case Term(text):
                return self._term(text)
            case Prefix(text):
                return self._prefix(text)
            case Phrase():
                return self._phrase(node)
            case Under(paths):
                return self._constant(self._snapshot.below(paths))
            case AllOf(parts):
                return self._all(parts)
            case AnyOf(parts):
                return any_of(size, [self._match(part) for part in parts])
            case BestOf(parts):
                return any_of(size, [self._match(part) for part in parts], best=True)
            case Ranked(base, extra):
                return self._ranked(self._match(base), extra)
            case Scaled(part, factor):
                return self._match(part).scaled(factor)
            case Not(part):
                return self._constant(~self._match(part).mask & self._snapshot.present)
            case Everything():
                return self._constant(self._snapshot.present)
            case Nothing():
                return Match.nothing(size)
        raise TypeError(f"Cannot evaluate {node!r}")

    def _constant(self, mask: np.ndarray) -> Match:
        return Match.dense(mask, mask.astype(np.float32))

    def _all(self, parts) -> Match:
        """Documents in every part; once they are few, terms are looked up for them only."""
        terms, found = [], []
        for part in parts:
            if isinstance(part, Term):
                terms.append(TermLists(self._snapshot, self._fields, part.text))
            else:
                found.append(self._match(part))
        if not all([term.count for term in terms] + [match.count() for match in found]):
            return Match.nothing(self._snapshot.size)
        terms.sort(key=lambda term: term.count)
        if not found and terms:
            found.append(terms.pop(0).match())
        match = all_of(found) if found else Match.nothing(self._snapshot.size)
        for position, term in enumerate(terms):
            if match.count() * FEW < self._snapshot.size:
                return _narrowed(match, terms[position:])
            match = all_of([match, term.match()])
        return match

    def _ranked(self, base: Match, extra: Node) -> Match:
        bonus = self._match(extra)
        if not base.count() or not bonus.count():
            return base
        if base.is_sparse and not bonus.is_sparse:
            gained = np.where(bonus.mask[base.docs], bonus.all_scores[base.docs], 0)
            return Match.sparse(base.size, base.docs, base.scores + gained.astype(np.float32))
        both = any_of(base.size, [base, bonus])
        return both.within(base.mask)

    # Terms

    def _term(self, text: str) -> Match:
        """Documents with the term in any field; one BM25 score per field, summed."""
        return TermLists(self._snapshot, self._fields, text).match()

    def _prefix(self, text: str) -> Match:
        """Documents with a term that begins so; such terms count as one."""
        start, found = text.encode(), []
        for field, boost in self._fields.items():
            weights = np.zeros(self._snapshot.size, np.float32)
            for leaf in self._snapshot.leaves:
                for term in self._terms_from(leaf, field, start, MAX_PREFIX_TERMS):
                    own = term_postings(leaf, field, term)
                    weights[own.documents() + leaf.offset] += own.frequencies()
            count = int(np.count_nonzero(weights))
            if count:
                scores = saturated(
                    weights, norms(self._snapshot, field), factor(self._snapshot, boost, count)
                )
                found.append(Match.dense(weights > 0, scores))
        return any_of(self._snapshot.size, found)

    def _terms_from(self, leaf: Leaf, field: str, start: bytes, limit: int) -> list[str]:
        found = []
        for name, term in leaf.reader.terms_from(field, start):
            if name != field or not term.startswith(start) or len(found) >= limit:
                break
            found.append(term.decode())
        return found

    # Phrases

    def _phrase(self, phrase: Phrase) -> Match:
        """Documents with the words side by side; scored by the words."""
        names = tuple(sorted(field.partition("_")[2] for field in self._fields))
        terms = [TermLists(self._snapshot, self._fields, term) for term in phrase.terms]
        if not terms or not all(term.count for term in terms):
            return Match.nothing(self._snapshot.size)
        candidates = _Candidates(terms)
        found = [
            self._with_phrase(leaf, phrase.literal, names, candidates) + leaf.offset
            for leaf in self._snapshot.leaves
        ]
        docs = np.concatenate(found) if found else np.array([], np.int32)
        base = Match.sparse(self._snapshot.size, docs, np.zeros(len(docs), np.float32))
        return _narrowed(base, terms)

    def _with_phrase(self, leaf: Leaf, literal: str, names: tuple, candidates) -> np.ndarray:
        """Documents of a segment with the phrase; kept like the posting list of a term."""

        def make() -> np.ndarray:
            texts = leaf.columns.values("texts")
            if texts is None:
                return np.array([], np.int32)
            found = [
                number
                for number in candidates.within(leaf).tolist()
                if _has_phrase(texts[number], literal, names)
            ]
            return np.array(found, np.int32)

        # The literal says which documents are candidates: its terms are made of it alone.
        return postings.cache.get((leaf.reader.segment().segid, names, literal), make)


class _Candidates:
    """Documents with all terms of a phrase; looked for once, and only if someone asks."""

    def __init__(self, terms: list[TermLists]):
        self._terms = sorted(terms, key=lambda term: term.count)

    @cached_property
    def _docs(self) -> np.ndarray:
        return _narrowed(self._terms[0].match(), self._terms[1:]).docs

    def within(self, leaf: Leaf) -> np.ndarray:
        """Numbers of the candidates within a segment."""
        first, last = np.searchsorted(self._docs, [leaf.offset, leaf.offset + leaf.size])
        return self._docs[first:last] - leaf.offset


def _narrowed(match: Match, terms: list[TermLists]) -> Match:
    """Documents of a match that have all terms as well."""
    docs, scores = match.docs, match.scores
    for term in terms:
        kept, gained = term.at(docs)
        docs, scores = docs[kept], scores[kept] + gained[kept]
    return Match.sparse(match.size, docs, scores)


def _has_phrase(data: bytes, literal: str, names: tuple[str, ...]) -> bool:
    """Whether one of the named fields holds the words side by side.

    ``data`` as ``layout.pack_texts`` lays it out. Latin words must be whole words; Han may
    stand anywhere.
    """
    wanted = literal.encode()
    start = data.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        whole = (wanted[0] >= 0x80 or data[start - 1] in b" \x01") and (
            wanted[-1] >= 0x80 or data[end] in b" \x00"
        )
        if whole:
            mark = data.rfind(b"\x01", 0, start)
            name = data[data.rfind(b"\x00", 0, mark) + 1 : mark].decode()
            if name in names:
                return True
        start = data.find(wanted, start + 1)
    return False
