"""Writes a segment anew without its deleted documents, touching only what speaks of them.

The last documents take the numbers of those that go, so that every list that names neither is
copied as it stands, without being taken apart. Nothing of a deleted document is in the new file.
"""

from collections import Counter
from contextlib import contextmanager

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, _lenfield
from whoosh.filedb.compound import CompoundStorage

from search.column_files import writer_of
from search.columns import SegmentColumns, total_length
from search.postings import MOST_OFTEN, decode, encode, names_any, term_info
from search.storage import MappedCodec
from search.term_tables import TermTable, runs_of


def new_numbers(present: np.ndarray) -> np.ndarray:
    """The new number of each document, -1 for those that go (``present``: one bool each)."""
    size = int(np.count_nonzero(present))
    numbers = np.where(present, np.arange(len(present)), -1)
    holes = np.flatnonzero(~present[:size])
    numbers[size + np.flatnonzero(present[size:])] = holes
    return numbers


def write_trimmed(reader, storage, schema):
    """(segment, new number of each document) without the deleted ones; nothing refers to it yet.

    There must be a document that stays. Raises UnknownLayout.
    """
    return _Trimmer(reader, storage, schema).write()


class _Trimmer:
    def __init__(self, reader, storage, schema):
        self._reader, self._storage, self._schema = reader, storage, schema
        self._columns = SegmentColumns(reader)
        self._table = TermTable(reader._terms)
        self._numbers = new_numbers(self._columns.present())
        self._size = int((self._numbers >= 0).sum())
        self._order = np.empty(self._size, np.int64)
        """The old number of each document."""
        stays = np.flatnonzero(self._numbers >= 0)
        self._order[self._numbers[stays]] = stays
        self._segment = MappedCodec().new_segment(storage, reader.segment().index_name())

    def write(self):
        name = self._segment.make_filename(self._segment.COMPOUND_EXT)
        self._file = self._storage.create_file(name)
        self._file.write_long(0)
        self._file.write_int(0)
        self._parts: dict[str, dict] = {}
        self._write_columns()
        lengths = self._write_lengths()
        self._write_terms(lengths)
        CompoundStorage.write_dir(self._file, 0, self._parts)
        self._segment.set_doc_count(self._size)
        self._segment.compound = True
        return self._segment, self._numbers

    @contextmanager
    def _part(self, name: str):
        start = self._file.tell()
        yield self._file
        length = self._file.tell() - start
        self._parts[name] = {"offset": start, "length": length, "modified": 0}

    def _column(self, name: str):
        return self._part(W3Codec.column_filename(self._segment, name))

    def _write_columns(self) -> None:
        for name, field in self._schema.items():
            if not field.column_type:
                continue
            with self._column(name) as file:
                writer = writer_of(file, field.column_type)
                self._columns.copy(name, self._order, writer)
                writer.finish()
        with self._column("_stored") as file:
            file.write(bytes(self._size) + b"B")

    def _write_lengths(self) -> dict[str, bytes]:
        """{field: one-byte length of each document}."""
        lengths, totals = {}, Counter()
        for field in self._columns.fields_with_lengths():
            held = self._columns.length_bytes(field)[self._order]
            totals[field] = total_length(held)
            lengths[field] = held.tobytes()
            with self._column(_lenfield(field)) as file:
                file.write(lengths[field])
        self._segment._fieldlengths = dict(totals)
        return lengths

    def _write_terms(self, lengths: dict[str, bytes]) -> None:
        table, names = self._table, self._reader._terms._fieldunmap
        fields = table.fields()
        known = np.array([name in self._schema for name in names], bool)
        kept = known[fields] if len(names) else np.zeros(len(table), bool)
        changed = self._changed(kept)
        for term, (docs, _) in changed.items():
            kept[term] = len(docs) > 0
        length, infos = table.length.copy(), {}
        untouched = kept.copy()
        untouched[list(changed)] = False
        view, position, offset = self._reader._terms._postfile.view(), 0, np.zeros_like(length)
        with self._part(self._segment.make_filename(W3Codec.POSTS_EXT)) as file:
            for first, last in self._pieces(kept, untouched):
                if untouched[first]:
                    start, end = table.offset[first], table.offset[last - 1] + length[last - 1]
                    offset[first:last] = table.offset[first:last] - start + position
                    file.write(view[start:end])
                    position += int(end - start)
                    continue
                data, statistics = encode(*changed[first], lengths.get(names[fields[first]]))
                infos[first] = term_info(statistics, position, len(data))
                offset[first] = position
                file.write(data)
                position += len(data)
        with self._part(self._segment.make_filename(W3Codec.TERMS_EXT)) as file:
            table.write(file, kept, offset, infos)

    def _pieces(self, kept: np.ndarray, untouched: np.ndarray) -> list[tuple[int, int]]:
        """(first, after the last) of terms in order: copied ones together, others by themselves."""
        others = np.flatnonzero(kept & ~untouched).tolist()
        return sorted([*runs_of(untouched), *((term, term + 1) for term in others)])

    def _changed(self, kept: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """{term: (documents by their new numbers, weights)} of lists that name what goes or moves.

        No document may be left.
        """
        found, table = {}, self._table
        lists = self._reader._terms._postfile
        gone = np.flatnonzero(self._numbers < 0)
        spans = np.searchsorted(gone, table.first) < np.searchsorted(gone, table.last, "right")
        moves, gone = table.last >= self._size, gone.tolist()
        for term in np.flatnonzero(kept & (spans | moves)).tolist():
            data = lists.get(int(table.offset[term]), int(table.length[term]))
            if moves[term] or names_any(data, gone):
                found[term] = self._renumbered(*decode(data))
        return found

    def _renumbered(self, docs: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        new = self._numbers[docs]
        held = new >= 0
        order = np.argsort(new[held], kind="stable")
        weights = np.minimum(weights[held][order], np.uint32(MOST_OFTEN)).astype(np.uint16)
        return new[held][order], weights
