"""Reads an index's per-document columns into arrays, once per segment, shared by all threads.

Reads only; what the arrays mean for a search is the evaluator's business.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from whoosh.searching import Searcher

from search.schema import fixed_fields

KEPT_SEGMENTS = 64
"""Segments whose arrays are kept in memory, across all indexes of the process."""

_FIELDS = fixed_fields()


class Segment:
    """Arrays of one immutable segment, in document order (deleted documents included)."""

    def __init__(self, reader):
        self.size = reader.doc_count_all()
        self.model = self._bytes(reader, "model")
        self.pk = np.array([value.decode() for value in self._values(reader, "pk")], dtype=object)
        self.path = self._bytes(reader, "path")
        self.kind = self._bytes(reader, "kind")
        self.year = np.array(list(self._values(reader, "year")), dtype=np.int32)
        self.flags = np.array(list(self._values(reader, "flags")), dtype=np.uint8)
        self.tags = np.array(list(self._values(reader, "tags")), dtype=object)
        self._lengths: dict[str, np.ndarray] = {}

    def lengths(self, reader, field: str) -> np.ndarray:
        """Number of terms in a field of each document, as Whoosh's one-byte approximation."""
        if field not in self._lengths:
            lengths = [reader.doc_field_length(doc, field, 0) or 0 for doc in range(self.size)]
            self._lengths[field] = np.array(lengths, dtype=np.float32)
        return self._lengths[field]

    def _values(self, reader, name: str):
        column = _FIELDS[name].column_type
        if not self.size or not reader.has_column(name):
            default = column.default_value()
            return [default] * self.size
        values = reader.column_reader(name, column)
        return [values[doc] for doc in range(self.size)]

    def _bytes(self, reader, name: str) -> np.ndarray:
        return np.array(self._values(reader, name), dtype=np.bytes_).reshape(self.size)


_segments: OrderedDict[str, Segment] = OrderedDict()
_segments_lock = threading.Lock()


def _segment(reader) -> Segment:
    key = reader.segment().segment_id()
    with _segments_lock:
        if key in _segments:
            _segments.move_to_end(key)
            return _segments[key]
    segment = Segment(reader)
    with _segments_lock:
        _segments[key] = segment
        while len(_segments) > KEPT_SEGMENTS:
            _segments.popitem(last=False)
    return segment


@dataclass(frozen=True)
class Leaf:
    """One segment of a searcher: its reader, its arrays and its first document number."""

    reader: object
    segment: Segment
    offset: int


class Snapshot:
    """The columns of a whole searcher; position in every array is the document number."""

    def __init__(self, searcher: Searcher):
        self.leaves = [
            Leaf(leaf.reader(), _segment(leaf.reader()), offset)
            for leaf, offset in searcher.leaf_searchers()
            if leaf.doc_count_all()
        ]
        self.size = sum(leaf.segment.size for leaf in self.leaves)

    @cached_property
    def present(self) -> np.ndarray:
        """Which documents are not deleted."""
        present = np.ones(self.size, dtype=bool)
        for leaf in self.leaves:
            deleted = list(leaf.reader.segment().deleted_docs())
            if deleted:
                present[np.array(deleted) + leaf.offset] = False
        return present

    def column(self, name: str) -> np.ndarray:
        """One column: model, pk, path, kind, year, flags or tags."""
        if name not in self.__dict__:
            parts = [getattr(leaf.segment, name) for leaf in self.leaves]
            self.__dict__[name] = np.concatenate(parts) if parts else np.array([], dtype=object)
        return self.__dict__[name]

    def stored(self, doc: int) -> dict:
        """What is stored with one document: texts and passages."""
        for leaf in reversed(self.leaves):
            if doc >= leaf.offset:
                return leaf.reader.stored_fields(int(doc) - leaf.offset)
        return {}

    def lengths(self, field: str) -> np.ndarray:
        """Number of terms per document in one field."""
        key = f"lengths of {field}"
        if key not in self.__dict__:
            parts = [leaf.segment.lengths(leaf.reader, field) for leaf in self.leaves]
            self.__dict__[key] = np.concatenate(parts) if parts else np.array([], dtype=np.float32)
        return self.__dict__[key]
