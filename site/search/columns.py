"""Reads an index's per-document columns into arrays, once per segment, shared by all threads.

Reads only; what the arrays mean for a search is the evaluator's business.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakValueDictionary

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, _lenfield
from whoosh.columns import FixedBytesColumn, NumericColumn, RefBytesColumn
from whoosh.searching import Searcher
from whoosh.util.numeric import byte_to_length

from search.column_files import BytesColumn, read_fixed, read_names, read_numbers
from search.layout import LEVELS, unpack_passages, unpack_texts
from search.schema import PATH_LENGTH, fixed_fields

LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.float32)
"""Number of terms for each of Whoosh's one-byte lengths."""

_COLUMNS = {name: field.column_type for name, field in fixed_fields().items() if field.column_type}


def total_length(held: np.ndarray) -> int:
    """Number of terms, as far as one-byte lengths tell, of all documents together."""
    often = np.bincount(held, minlength=256).tolist()
    return sum(byte_to_length(byte) * count for byte, count in enumerate(often) if byte and count)


class SegmentColumns:
    """Columns of one immutable segment, in document order (deleted documents included)."""

    def __init__(self, reader):
        self.size = reader.doc_count_all()
        self._reader = reader
        self._lengths: dict[str, np.ndarray] = {}
        self.words: dict[tuple[str, str], tuple[str, ...]] = {}
        """What ``lexicon`` has read of the segment, by field and first character."""

    def _view(self, name: str) -> memoryview | None:
        storage = self._reader._storage
        file_name = W3Codec.column_filename(self._reader.segment(), name)
        if not storage.file_exists(file_name):
            return None
        file = storage.open_file(file_name)
        if hasattr(file, "view"):
            return file.view()
        return memoryview(file.read(storage.file_length(file_name)))

    def present(self) -> np.ndarray:
        """Which documents are not deleted, as this reader was opened."""
        present = np.ones(self.size, bool)
        deleted = list(self._reader.segment().deleted_docs())
        if deleted:
            present[np.array(deleted)] = False
        return present

    def numbers(self, name: str) -> np.ndarray:
        """Values of a numeric column."""
        column = _COLUMNS[name]
        if name not in self.__dict__:
            view = self._view(name)
            self.__dict__[name] = (
                np.full(self.size, column._default, column._typecode)
                if view is None
                else read_numbers(view, column._typecode, self.size, column._default)
            )
        return self.__dict__[name]

    def names(self, name: str) -> tuple[np.ndarray, list[bytes]]:
        """(number per document, distinct values) of a column of names."""
        if name not in self.__dict__:
            view = self._view(name)
            self.__dict__[name] = (
                (np.zeros(self.size, np.int32), [b""])
                if view is None
                else read_names(view, self.size)
            )
        return self.__dict__[name]

    @cached_property
    def path(self) -> np.ndarray:
        """Tree paths as bytes."""
        view = self._view("path")
        if view is None:
            return np.zeros(self.size, f"S{PATH_LENGTH}")
        return read_fixed(view, PATH_LENGTH, self.size)

    def values(self, name: str) -> BytesColumn | None:
        """A column of bytes, read one value at a time; None where no document has one."""
        key = f"values of {name}"
        if key not in self.__dict__:
            view = self._view(name)
            self.__dict__[key] = None if view is None else BytesColumn(view, self.size)
        return self.__dict__[key]

    def kept(self, key: str, make):
        """What ``make()`` says of the segment; kept as long as its columns."""
        key = f"kept {key}"
        if key not in self.__dict__:
            self.__dict__[key] = make()
        return self.__dict__[key]

    def raw(self, name: str, kept: np.ndarray):
        """Stored values of some documents, for a new segment."""
        match _COLUMNS[name]:
            case NumericColumn():
                return self.numbers(name)[kept]
            case RefBytesColumn():
                codes, values = self.names(name)
                return [values[code] for code in codes[kept].tolist()]
            case FixedBytesColumn():
                return self.path[kept].tolist()
        column = self.values(name)
        return [b""] * len(kept) if column is None else column.take(kept.tolist())

    def copy(self, name: str, numbers: np.ndarray, writer) -> None:
        """Gives a column's values of some documents to a column writer, in the order given."""
        match _COLUMNS[name]:
            case NumericColumn():
                writer.copy(self.numbers(name)[numbers])
            case RefBytesColumn():
                codes, values = self.names(name)
                writer.copy(codes[numbers], values)
            case FixedBytesColumn():
                writer.copy(self.path[numbers])
            case _ if (column := self.values(name)) is None:
                writer.skip(len(numbers))
            case _:
                writer.copy(column, numbers)

    def fields_with_lengths(self) -> list[str]:
        """Scored fields that a document of the segment has."""
        schema = self._reader.schema
        return [
            name
            for name, field in schema.items()
            if field.scorable and self._view(_lenfield(name)) is not None
        ]

    def length_bytes(self, field: str) -> np.ndarray:
        """Number of terms in a field of each document, as Whoosh's one-byte approximation."""
        if field not in self._lengths:
            view = self._view(_lenfield(field))
            self._lengths[field] = (
                np.zeros(self.size, np.uint8)
                if view is None
                else read_numbers(view, "B", self.size)
            )
        return self._lengths[field]


_segments: "WeakValueDictionary[str, SegmentColumns]" = WeakValueDictionary()
"""Columns that some snapshot uses; those of segments that are gone go with the last of them."""

_segments_lock = threading.Lock()


def _columns_of(reader) -> SegmentColumns:
    key = reader.segment().segment_id()
    with _segments_lock:
        columns = _segments.get(key)
        if columns is None:
            columns = _segments[key] = SegmentColumns(reader)
    return columns


@dataclass(frozen=True)
class Leaf:
    """One segment of a searcher: its reader, its columns and its first document number."""

    reader: object
    columns: SegmentColumns
    offset: int

    @property
    def size(self) -> int:
        """Number of documents, deleted ones included."""
        return self.columns.size

    @property
    def part(self) -> slice:
        """Where the segment's documents stand in the arrays of the snapshot."""
        return slice(self.offset, self.offset + self.size)


class Snapshot:
    """The columns of a whole searcher; position in every array is the document number."""

    def __init__(self, searcher: Searcher):
        self.leaves = [
            Leaf(leaf.reader(), _columns_of(leaf.reader()), offset)
            for leaf, offset in searcher.leaf_searchers()
            if leaf.doc_count_all()
        ]
        self.size = sum(leaf.size for leaf in self.leaves)
        self._arrays: dict = {}

    def _joined(self, key, part_of, kind) -> np.ndarray:
        if key not in self._arrays:
            held = [part_of(leaf) for leaf in self.leaves]
            if len(held) == 1:
                self._arrays[key] = held[0]
            else:
                self._arrays[key] = np.concatenate(held) if held else np.array([], kind)
        return self._arrays[key]

    @cached_property
    def present(self) -> np.ndarray:
        """Which documents are not deleted."""
        present = np.ones(self.size, dtype=bool)
        for leaf in self.leaves:
            deleted = list(leaf.reader.segment().deleted_docs())
            if deleted:
                present[np.array(deleted) + leaf.offset] = False
        return present

    @cached_property
    def has_deletions(self) -> bool:
        """Whether some document is deleted."""
        return any(leaf.reader.segment().has_deletions() for leaf in self.leaves)

    def numbers(self, name: str) -> np.ndarray:
        """A numeric column: number, year, date, stamp or flags."""
        return self._joined(name, lambda leaf: leaf.columns.numbers(name), "i")

    @property
    def flags(self) -> np.ndarray:
        """Flag bits of each document."""
        return self.numbers("flags")

    @property
    def dates(self) -> np.ndarray:
        """Ordinal of the day each document is dated by, 0 for none."""
        return self.numbers("date")

    @property
    def paths(self) -> np.ndarray:
        """Tree paths as bytes, cut to the index's length."""
        return self._joined("path", lambda leaf: leaf.columns.path, f"S{PATH_LENGTH}")

    def codes(self, name: str) -> tuple[np.ndarray, list]:
        """(code per document, value of each code).

        ``name``: model, kind, county, township, village, group, tags or year. Values are strings
        (places by tree path, "" above that level), tuples of tags, or whole numbers for years.
        """
        key = f"codes of {name}"
        if key not in self._arrays:
            self._arrays[key] = self._year_codes() if name == "year" else self._name_codes(name)
        return self._arrays[key]

    def _year_codes(self) -> tuple[np.ndarray, list]:
        values, codes = np.unique(self.numbers("year"), return_inverse=True)
        return codes.astype(np.int32), values.tolist()

    def _name_codes(self, name: str) -> tuple[np.ndarray, list]:
        numbers: dict[bytes, int] = {b"": 0}
        parts = []
        for leaf in self.leaves:
            codes, values = leaf.columns.names(name)
            table = [numbers.setdefault(value, len(numbers)) for value in values]
            parts.append(np.array(table, np.int32)[codes])
        joined = np.concatenate(parts) if parts else np.array([], np.int32)
        texts = [value.decode() for value in numbers]
        if name == "tags":
            return joined, [tuple(filter(None, text.split("\n"))) for text in texts]
        return joined, texts

    def where(self, name: str, value) -> np.ndarray:
        """Which documents have this value of a coded column; for tags: have this tag."""
        codes, values = self.codes(name)
        if name == "tags":
            wanted = [code for code, tags in enumerate(values) if value in tags]
            return np.isin(codes, wanted)
        return codes == values.index(value) if value in values else np.zeros(self.size, bool)

    def below(self, paths) -> np.ndarray:
        """Which documents stand at or below places, given by tree path."""
        found = np.zeros(self.size, bool)
        for path in paths:
            level = next((name for name, end in LEVELS.items() if end == len(path)), None)
            if level:
                found |= self.where(level, path)
        return found

    def at_or_under(self, paths) -> np.ndarray:
        """Which documents stand at or under pages of any kind, given by tree path."""
        ordered = self.kept("paths in order", lambda: np.argsort(self.paths, kind="stable"))
        found = np.zeros(self.size, bool)
        for path in paths:
            start = path.encode()[:PATH_LENGTH]
            ends = np.array([start, start + b"\xff"], f"S{PATH_LENGTH + 1}")
            first, last = np.searchsorted(self.paths, ends, sorter=ordered)
            found[ordered[first:last]] = True
        return found

    def count(self, name: str, match) -> dict:
        """{value: number of documents} of a coded column among the documents of a match."""
        codes, values = self.codes(name)
        often = np.bincount(codes[match.docs], minlength=len(values))
        found = {values[code]: int(often[code]) for code in np.flatnonzero(often)}
        if name != "tags":
            return found
        counts: dict = {}
        for tags, number in found.items():
            for tag in tags:
                counts[tag] = counts.get(tag, 0) + number
        return counts

    def _place(self, doc: int) -> tuple[SegmentColumns, int]:
        for leaf in reversed(self.leaves):
            if doc >= leaf.offset:
                return leaf.columns, int(doc) - leaf.offset
        raise IndexError(doc)

    def pk(self, doc: int) -> str:
        """Primary key of a document's object, as text."""
        columns, number = self._place(doc)
        values = columns.values("pk")
        return values[number].decode() if values else ""

    def texts(self, doc: int) -> dict[str, str]:
        """Plain words of a document by field."""
        columns, number = self._place(doc)
        values = columns.values("texts")
        return unpack_texts(values[number]) if values else {}

    def passages(self, doc: int) -> list[tuple]:
        """[(label, text, anchor, signature)] of a document."""
        columns, number = self._place(doc)
        values = columns.values("passages")
        return unpack_passages(values[number]) if values else []

    def columns(self, doc: int, names: Iterable[str]) -> dict:
        """{name: stored value} of a document, as ``layout.column_values`` gives them."""
        columns, number = self._place(doc)
        kept = np.array([number])
        return {name: next(iter(columns.raw(name, kept))) for name in names}

    def stored(self, doc: int) -> dict:
        """{"texts", "passages"} of a document."""
        return {"texts": self.texts(doc), "passages": self.passages(doc)}

    def lengths(self, field: str) -> np.ndarray:
        """Number of terms per document in one field, float32."""
        held = self._joined(
            f"lengths of {field}", lambda leaf: leaf.columns.length_bytes(field), np.uint8
        )
        return LENGTHS[held]

    def average_length(self, field: str) -> float:
        """Terms of a field per document, counted as Whoosh does: all documents, deleted too."""
        total = sum(leaf.reader.field_length(field) for leaf in self.leaves)
        return total / self.size if total and self.size else 1.0

    def kept(self, key, make):
        """What ``make()`` says, kept as long as this snapshot."""
        if key not in self._arrays:
            self._arrays[key] = make()
        return self._arrays[key]
