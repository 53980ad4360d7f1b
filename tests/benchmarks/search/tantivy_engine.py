"""tantivy through its Python wheel, on the same tokens."""

import pickle
import shutil
from pathlib import Path

import tantivy
from tantivy import Occur

from search import query as tree
from tests.benchmarks.search.answers import TOP, Answer, marked_passage, packed, pairs
from tests.benchmarks.search.corpus import Tokenised
from tests.benchmarks.search.queries import FACETS, Query

BOOSTS = {"title": 2.0, "text": 1.0}
HEAP = 512_000_000
FACET_VALUES = 10_000


def _schema():
    builder = tantivy.SchemaBuilder()
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("key", "kind", "county", "tags"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name != "key")
    builder.add_integer_field("year", fast=True)
    builder.add_integer_field("date", fast=True)
    builder.add_bytes_field("passages", stored=True)
    return builder.build()


class Tantivy:
    """Two text fields with positions, fast fields for facets and dates, passages stored."""

    name = "tantivy"

    def __init__(self, threads: int = 1):
        self.threads = threads
        self._writer = None

    def prepare(self, chunk: list[Tokenised]) -> list:
        return [self._document(document) for document in chunk]

    def _document(self, document: Tokenised):
        return {
            "title": document.title_tokens,
            "text": document.text_tokens,
            "key": document.key,
            "kind": document.kind,
            "county": document.county,
            "tags": list(document.tags),
            "year": document.year,
            "date": document.date,
            "passages": packed(document.passages),
        }

    def begin(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.index = tantivy.Index(_schema(), path=str(folder))
        self._writer = self.index.writer(heap_size=HEAP, num_threads=self.threads)

    def add(self, prepared: list) -> None:
        for document in prepared:
            self._writer.add_document(tantivy.Document(**document))

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = None

    def open(self, folder: Path) -> None:
        self.index = tantivy.Index.open(str(folder))
        self.index.config_reader("manual")
        self.index.reload()
        self.schema = self.index.schema

    @property
    def segments(self) -> int:
        return self.index.searcher().num_segments

    def answer(self, query: Query) -> Answer:
        searcher = self.index.searcher()
        wanted = self._query(query.node)
        if query.filters:
            parts = [(Occur.Must, wanted)]
            for name, value in query.filters.items():
                exact = tantivy.Query.term_query(self.schema, name, value, "basic")
                parts.append((Occur.Must, tantivy.Query.const_score_query(exact, 0.0)))
            wanted = tantivy.Query.boolean_query(parts)
        order = {"order_by_field": "date"} if query.by_date else {}
        found = searcher.search(wanted, TOP, count=True, **order)
        facets = self._facets(searcher, wanted) if query.faceted else None
        html = None
        if query.highlighted:
            stored = (searcher.doc(place).get_first("passages") for _, place in found.hits)
            html = [marked_passage(pickle.loads(data), query) for data in stored]  # noqa: S301
        return Answer(found.count, [place for _, place in found.hits], facets, html)

    def _facets(self, searcher, wanted) -> dict:
        asked = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in FACETS}
        told = searcher.aggregate(wanted, asked)
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in told[name]["buckets"]}
            for name in FACETS
        }

    def _query(self, node):
        match node:
            case tree.Term(text):
                return tantivy.Query.boolean_query(self._either(text))
            case tree.Phrase(literal, _):
                return tantivy.Query.boolean_query(
                    [
                        (Occur.Should, self._boosted(field, self._phrase(field, pairs(literal))))
                        for field in BOOSTS
                    ]
                )
            case tree.AllOf(parts):
                return self._boolean(Occur.Must, parts)
            case tree.AnyOf(parts):
                clauses = []
                for part in parts:
                    if isinstance(part, tree.Term):
                        clauses += self._either(part.text)
                    else:
                        clauses.append((Occur.Should, self._query(part)))
                return tantivy.Query.boolean_query(clauses)
            case tree.BestOf(parts):
                return tantivy.Query.disjunction_max_query([self._query(part) for part in parts])
            case tree.Ranked(base, extra):
                clauses = [(Occur.Must, self._query(base)), (Occur.Should, self._query(extra))]
                return tantivy.Query.boolean_query(clauses)
            case tree.Scaled(part, factor):
                return tantivy.Query.boost_query(self._query(part), factor)
            case tree.Nothing():
                return tantivy.Query.empty_query()
        raise TypeError(node)

    def _phrase(self, field: str, terms: list[str]):
        return tantivy.Query.phrase_query(self.schema, field, terms)

    def _boolean(self, occur, parts):
        return tantivy.Query.boolean_query([(occur, self._query(part)) for part in parts])

    def _either(self, text: str) -> list:
        """The term in one field or the other; tantivy scores both, as we do."""
        return [
            (
                Occur.Should,
                self._boosted(field, tantivy.Query.term_query(self.schema, field, text, "freq")),
            )
            for field in BOOSTS
        ]

    def _boosted(self, field: str, query):
        boost = BOOSTS[field]
        return query if boost == 1 else tantivy.Query.boost_query(query, boost)

    def open_writer(self) -> None:
        """A writer that stays open between updates; ``replace`` opens one each time without."""
        self._writer = self.index.writer(heap_size=HEAP, num_threads=1)

    def replace(self, prepared: list) -> None:
        writer = self._writer or self.index.writer(heap_size=HEAP, num_threads=1)
        for document in prepared:
            writer.delete_documents_by_term("key", document["key"])
        for document in prepared:
            writer.add_document(tantivy.Document(**document))
        writer.commit()
        if writer is not self._writer:
            writer.wait_merging_threads()
        self.index.reload()

    def forget(self) -> None:
        pass
