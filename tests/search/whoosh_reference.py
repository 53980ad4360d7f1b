"""What plain Whoosh says of an index: the yardstick for our evaluator and our writer.

Reads with Whoosh's own storage and codec, walks every posting and uses none of its shortcuts.
"""

import math
from collections.abc import Iterator
from pathlib import Path

from whoosh import matching, query, scoring
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

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

Scores = dict[int, float]
"""Score by document number; what is not in it does not match."""


def plain_searcher(folder: Path) -> Searcher:
    """A searcher on the newest commit with nothing of ours but the schema's field types."""
    storage = FileStorage(str(folder))
    toc = TOC.read(storage, "MAIN")
    for segment in toc.segments:
        segment.__class__ = W3Segment
        segment._codec = W3Codec()
    return Searcher(FileIndex._reader(storage, toc.schema, toc.segments, toc.generation))


def matched(searcher: Searcher, wanted: query.Query) -> Scores:
    """Scores of all documents, one posting after the other, segment by segment."""
    found: Scores = {}
    for leaf, offset in searcher.leaf_searchers():
        matcher = wanted.matcher(leaf)
        while matcher.is_active():
            found[matcher.id() + offset] = matcher.score()
            matcher.next()
    return found


class Given(query.Query):
    """Documents and scores told beforehand; carries into a tree what Whoosh has no class for."""

    def __init__(self, scores: Scores, starts: dict[Searcher, int]):
        self.scores, self.starts = scores, starts

    def estimate_size(self, reader) -> int:
        return len(self.scores)

    def matcher(self, searcher, context=None):
        start = self.starts[searcher]
        inside = range(start, start + searcher.doc_count_all())
        ids = sorted(doc for doc in self.scores if doc in inside)
        return matching.ListMatcher(
            [doc - start for doc in ids], weights=[self.scores[doc] for doc in ids]
        )


class Boosted(query.WrappingQuery):
    """Any query with a boost; ``And``, ``Or`` and ``AndMaybe`` lose or refuse their own."""

    def __init__(self, child: query.Query, boost: float):
        super().__init__(child)
        self.boost = boost

    def matcher(self, searcher, context=None):
        return matching.WrappingMatcher(self.child.matcher(searcher, context), self.boost)


class Reference:
    """Answers of plain Whoosh for query trees on one commit.

    ``whoosh``: the tree as Whoosh's own query classes. ``combined``: Whoosh's scores of single
    terms, put together here. ``BestOf``, ``Prefix`` and ``Phrase`` come from ``combined`` in both:
    Whoosh's ``DisjunctionMax`` is wrong, its ``Prefix`` does not rank, and there are no positions.
    ``AndMaybe``, ``Not`` and ``Require`` are wrong as well and are said in other words.
    """

    def __init__(self, folder: Path, fields: dict[str, float]):
        self.searcher = plain_searcher(folder)
        self.fields = fields
        self.size = self.searcher.doc_count_all()
        reader = self.searcher.reader()
        self.present = frozenset(doc for doc in range(self.size) if not reader.is_deleted(doc))
        self._starts = dict(self.searcher.leaf_searchers())
        self._terms: dict[tuple[str, str], Scores] = {}

    # As Whoosh's classes

    def whoosh(self, node: Node) -> Scores:
        """Scores of the tree, made of Whoosh's query classes and matchers."""
        return matched(self.searcher, self._query(node))

    def _query(self, node: Node) -> query.Query:
        match node:
            case Term(text):
                return query.Or(
                    [query.Term(name, text, boost=boost) for name, boost in self.fields.items()]
                )
            case AllOf(()) | AnyOf(()) | Nothing():
                return query.NullQuery
            case AllOf(parts):
                return query.And([self._query(part) for part in parts])
            case AnyOf(parts):
                return query.Or([self._query(part) for part in parts])
            case Ranked(base, extra):
                wanted = self._query(base)
                return query.Or([wanted, query.And([self._query(extra), Boosted(wanted, 0.0)])])
            case Scaled(part, factor):
                return Boosted(self._query(part), factor)
            case Not(part):
                return query.AndNot(query.Every(), self._query(part))
            case Everything():
                return query.Every()
            case Prefix() | Phrase() | BestOf():
                return Given(self.combined(node), self._starts)
        raise TypeError(node)

    # Put together term by term

    def combined(self, node: Node) -> Scores:
        """Scores of the tree by its definition, from Whoosh's scores of single terms."""
        match node:
            case Term(text):
                return added(
                    {doc: boost * score for doc, score in self.term(name, text).items()}
                    for name, boost in self.fields.items()
                )
            case Prefix(text):
                return added(
                    {doc: boost * score for doc, score in self._prefix(name, text).items()}
                    for name, boost in self.fields.items()
                )
            case Phrase(literal, terms):
                found = self.combined(AllOf(tuple(map(Term, terms))))
                return {doc: found[doc] for doc in found if self._has_phrase(doc, literal)}
            case AllOf(parts):
                found = [self.combined(part) for part in parts]
                shared = set.intersection(*map(set, found)) if found else set()
                return {doc: sum(scores[doc] for scores in found) for doc in shared}
            case AnyOf(parts):
                return added(self.combined(part) for part in parts)
            case BestOf(parts):
                best: Scores = {}
                for part in parts:
                    for doc, score in self.combined(part).items():
                        best[doc] = max(score, best.get(doc, score))
                return best
            case Ranked(base, extra):
                bonus = self.combined(extra)
                return {
                    doc: score + bonus.get(doc, 0.0) for doc, score in self.combined(base).items()
                }
            case Scaled(part, factor):
                return {doc: factor * score for doc, score in self.combined(part).items()}
            case Not(part):
                return dict.fromkeys(self.present - self.combined(part).keys(), 1.0)
            case Everything():
                return dict.fromkeys(self.present, 1.0)
            case Nothing():
                return {}
        raise TypeError(node)

    def term(self, field: str, text: str) -> Scores:
        """Whoosh's BM25F of one term in one field."""
        if (field, text) not in self._terms:
            self._terms[field, text] = matched(self.searcher, query.Term(field, text))
        return self._terms[field, text]

    def _prefix(self, field: str, text: str) -> Scores:
        """All terms that begin so as if they were one: frequencies added, then Whoosh's BM25."""
        weights: Scores = {}
        reader, start = self.searcher.reader(), text.encode()
        terms = [term for term in reader.expand_prefix(field, text) if term.startswith(start)]
        for leaf, offset in self.searcher.leaf_searchers():
            for term in terms:
                for doc, weight in _weights(leaf, field, term):
                    weights[doc + offset] = weights.get(doc + offset, 0.0) + weight
        if not weights:
            return {}
        rarity = math.log(self.size / (len(weights) + 1)) + 1
        average = self.searcher.avg_field_length(field) or 1
        return {
            doc: scoring.bm25(
                rarity, weight, reader.doc_field_length(doc, field, 1), average, B=0.75, K1=1.2
            )
            for doc, weight in weights.items()
            if doc in self.present
        }

    def _has_phrase(self, doc: int, literal: str) -> bool:
        names = {name.partition("_")[2] for name in self.fields}
        return any(has_words(text, literal) for name, text in self.texts(doc) if name in names)

    def texts(self, doc: int) -> Iterator[tuple[str, str]]:
        """(field, plain words) of a document, read through Whoosh's column reader."""
        for leaf, offset in self.searcher.leaf_searchers():
            if 0 <= doc - offset < leaf.doc_count_all():
                data = leaf.reader().column_reader("texts")[doc - offset]
                for part in data.decode().split("\0")[:-1]:
                    yield tuple(part.split("\1"))


def _weights(leaf: Searcher, field: str, term: bytes) -> Iterator[tuple[int, float]]:
    """Deleted documents, too: a rarity counts them."""
    try:
        matcher = leaf.reader()._terms.matcher(field, term, leaf.schema[field].format)
    except TermNotFound:
        return
    while matcher.is_active():
        yield matcher.id(), matcher.weight()
        matcher.next()


def added(parts) -> Scores:
    """Scores of documents in any part, summed."""
    total: Scores = {}
    for scores in parts:
        for doc, score in scores.items():
            total[doc] = total.get(doc, 0.0) + score
    return total


def has_words(text: str, literal: str) -> bool:
    """Whether the words stand side by side in plain words, Latin ones not cut in two."""
    return any(
        text.startswith(literal, place)
        and (_is_han(literal[0]) or place == 0 or text[place - 1] == " ")
        and (_is_han(literal[-1]) or text[place + len(literal) :][:1] in ("", " "))
        for place in range(len(text))
    )


def _is_han(char: str) -> bool:
    return any(
        low <= char <= high
        for low, high in (("\u4e00", "\u9fff"), ("\u3400", "\u4dbf"), ("\U00020000", "\U0003ffff"))
    )
