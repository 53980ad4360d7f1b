"""Our engine as the site uses it: Whoosh's files, our evaluator. Needs Django set up."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np

from search import postings
from search.columns import Snapshot
from search.evaluator import Evaluator
from search.index import directory
from search.matches import Match
from search.schema import LIVE
from search.writer import BulkWriter, apply
from tests.benchmarks.search.answers import TOP, Answer, marked_passage
from tests.benchmarks.search.corpus import Tokenised
from tests.benchmarks.search.queries import FACETS, Query

FIELDS = {"t_title": 2.0, "t_search_text": 1.0}


def index_document(document: Tokenised) -> dict:
    """A document as ``search.documents`` would make it."""
    return {
        "key": document.key,
        "model": b"bench.document",
        "pk": b"%d" % document.number,
        "texts": {"title": document.title, "search_text": document.text},
        "t_title": Counter(document.title_tokens.split()),
        "t_search_text": Counter(document.text_tokens.split()),
        "passages": document.passages,
        "path": document.path,
        "kind": document.kind.encode(),
        "year": document.year,
        "date": document.date,
        "flags": LIVE,
        "tags": "\n".join(document.tags).encode(),
    }


class Ours:
    """Whoosh's index files, written and read by our own code."""

    name = "ours"

    def prepare(self, chunk: list[Tokenised]) -> list[dict]:
        """What ``add`` takes; the site's analyzer made it, no engine pays for it."""
        return [index_document(document) for document in chunk]

    def begin(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.directory = directory(str(folder))
        self._generation = self.directory.new_generation()
        self._writer = BulkWriter(self._generation)

    def add(self, prepared: list[dict]) -> None:
        self._writer.add(prepared)

    def finish(self) -> None:
        self._writer.finish()
        self.directory.swap(self._generation)

    def open(self, folder: Path) -> None:
        self.directory = directory(str(folder))

    def answer(self, query: Query) -> Answer:
        searcher = self.directory.searcher()
        snapshot = self.directory.snapshot(Snapshot)
        match = Evaluator(searcher, snapshot, FIELDS).match(query.node)
        for name, value in query.filters.items():
            match = match.within(snapshot.where(name, value))
        ranked = match
        if query.by_date:
            dates = snapshot.dates[match.docs].astype(np.float32)
            ranked = Match.sparse(snapshot.size, match.docs, dates)
        top = ranked.best(TOP).tolist()
        facets = {name: snapshot.count(name, match) for name in FACETS} if query.faceted else None
        html = None
        if query.highlighted:
            html = [marked_passage(snapshot.passages(doc), query) for doc in top]
        return Answer(match.count(), top, facets, html)

    def replace(self, prepared: list[dict]) -> None:
        with self.directory.locked("write", wait=True):
            apply(self.directory, [document["key"] for document in prepared], prepared)

    def forget(self) -> None:
        """Empties what this process keeps of the index between searches."""
        postings.cache.forget()

    def kept(self) -> dict:
        """What the posting cache says of itself."""
        return postings.cache.stats()
