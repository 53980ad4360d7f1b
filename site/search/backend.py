"""The modelsearch backend: wires index, outbox and evaluator to the interface that Wagtail calls.

Set ``BACKEND`` to ``search.backend`` and ``PATH`` to a folder of its own.
"""

from collections.abc import Iterator

import numpy as np
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from modelsearch.backends.base import BaseIndex, BaseSearchBackend
from modelsearch.index import class_is_indexed

from search import writer
from search.columns import Snapshot
from search.documents import documents_of, object_key, readable_documents
from search.evaluator import Evaluator
from search.index import directory
from search.query import Node
from search.rebuild import Rebuilder
from search.results import AutocompleteCompiler, SearchCompiler, SearchResults


class Index(BaseIndex):
    """All models in one index. Changes go through the outbox, a rebuild writes directly."""

    def __init__(self, backend):
        super().__init__(backend)
        self.directory = backend.directory
        self.bulk = None

    def __str__(self):
        return self.directory.path.name

    def add_items(self, model, items):
        """Adds or replaces objects of one model."""
        items = [item for item in items if class_is_indexed(type(item))]
        if self.bulk is not None:
            self.bulk.add(readable_documents(items))
        elif items and apps.is_installed("search"):
            from search import outbox

            outbox.touch(model, [item.pk for item in items])
        elif items:
            self._write([object_key(type(item), item.pk) for item in items], documents_of(items))

    def delete_item(self, item):
        """Removes one object."""
        if apps.is_installed("search"):
            from search import outbox

            outbox.touch(type(item), [item.pk])
        else:
            self._write([object_key(type(item), item.pk)], [])

    def _write(self, keys, documents):
        """Writes at once: a project without the search app has no outbox."""
        with self.directory.locked("write", wait=True):
            writer.apply(self.directory, keys, documents)

    def refresh(self):
        """Waits until all pending work is in the index."""
        if apps.is_installed("search"):
            from search import outbox

            outbox.drain(wait=True, also=[self.directory])

    def reset(self):
        """Empties the index."""
        with self.directory.locked("write", wait=True):
            self.directory.reset()


class SearchBackend(BaseSearchBackend):
    """Whoosh keeps the index, our evaluator finds, the database filters."""

    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = Rebuilder
    catch_indexing_errors = True

    def __init__(self, params):
        super().__init__(params)
        if not params.get("PATH"):
            raise ImproperlyConfigured("The search backend needs a PATH: a folder of its own.")
        self.directory = directory(params["PATH"])

    def evaluate(self, fields: dict[str, float]) -> tuple[Evaluator, Snapshot]:
        """An evaluator on the newest commit and the columns that belong to it."""
        searcher = self.directory.searcher()
        snapshot = self.directory.snapshot(Snapshot)
        return Evaluator(searcher, snapshot, fields), snapshot

    def find(
        self, tree: Node, fields: dict[str, float], models: set[str]
    ) -> Iterator[tuple[str | int, float]]:
        """Primary keys (whole numbers, or text) and scores of the objects found, best first.

        ``models``: labels of the concrete models wanted.
        """
        with self.directory.reading():
            evaluator, snapshot = self.evaluate(fields)
            codes, labels = snapshot.codes("model")
            wanted = [code for code, label in enumerate(labels) if label in models]
            match = evaluator.match(tree).within(np.isin(codes, wanted))
            docs = match.best()
            numbers = snapshot.numbers("number")[docs]
            if len(numbers) and numbers.min() < 0:
                keys = [snapshot.pk(doc) for doc in docs]
            else:
                keys = numbers.tolist()
            return zip(keys, match.at(docs).tolist(), strict=True)
