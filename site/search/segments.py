"""Builds segments of the index whole: collects pairs in arrays, sorts once, writes lists at once.

Whoosh's own writer spends about ten microseconds on each (term, document) pair. The files are
those of Whoosh's W3 codec; plain Whoosh reads them.
"""

import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, _lenfield
from whoosh.fields import Schema
from whoosh.filedb.filetables import GrowableArray, HashWriter, OrderedHashWriter
from whoosh.system import pack_ushort
from whoosh.util.numeric import length_to_byte

from search import layout
from search.column_files import writer_of
from search.columns import SegmentColumns, total_length
from search.postings import MOST_OFTEN, decode, encode, list_bytes, term_info
from search.schema import AUTOCOMPLETE_PREFIX, TEXT_PREFIX
from search.storage import MappedCodec

RUN_PAIRS = 6_000_000
"""(term, document) pairs held in memory before they go to a temporary file."""

_CRC32 = 1
"""Whoosh's number of this hash function; its default is the slower MD5."""


class _TermTable(OrderedHashWriter):
    """Whoosh's ordered hash table with a quicker hash function."""

    def __init__(self, file):
        HashWriter.__init__(self, file, hashtype=_CRC32)
        self.index = GrowableArray("H")
        self.lastkey = b""


class _Vocabulary(dict):
    """Term → number of one field; new terms are numbered as they are asked for."""

    def __init__(self, field: str, terms: list[tuple[str, str]]):
        super().__init__()
        self._field, self._terms = field, terms

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self._terms)
        self._terms.append((self._field, term))
        return number


class _Run:
    """Pairs of successive documents, grouped by term: rows of (term, start, count)."""

    def __init__(self, terms, starts, counts, docs, weights):
        self.terms, self.starts, self.counts = terms, starts, counts
        self.docs, self.weights = docs, weights

    @classmethod
    def of_pairs(cls, terms: np.ndarray, docs: np.ndarray, weights: np.ndarray) -> "_Run":
        """Groups unsorted pairs whose documents ascend."""
        order = np.argsort(terms, kind="stable")
        grouped = terms[order]
        starts = np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]])
        counts = np.diff(np.r_[starts, len(grouped)])
        return cls(grouped[starts], starts, counts, docs[order], weights[order])

    def moved_to(self, folder: Path) -> "_Run":
        """The same run with its pairs in a nameless file."""
        count = len(self.docs)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(self.docs.astype(np.uint32).tobytes())
            file.write(self.weights.astype(np.uint16).tobytes())
            file.flush()
            docs = np.memmap(file, np.uint32, "r", 0, (count,))
            weights = np.memmap(file, np.uint16, "r", count * 4, (count,))
        self.docs, self.weights = np.asarray(docs), np.asarray(weights)
        return self


class SegmentBuilder:
    """Takes documents and whole segments, then writes one segment. Use once."""

    def __init__(self, storage, schema: Schema, index_name: str = "MAIN"):
        self.size = 0
        self._storage, self._schema = storage, schema
        self._segment = MappedCodec().new_segment(storage, index_name)
        self._terms: list[tuple[str, str]] = []
        self._vocabularies: dict[str, _Vocabulary] = {}
        self._numbers, self._weights, self._counts = array("I"), array("H"), array("I")
        self._counted_from = 0
        self._runs: list[_Run] = []
        self._lengths: dict[str, bytearray] = {}
        self._total_lengths: Counter[str] = Counter()
        self._columns = {
            name: writer_of(self._create_column(name), field.column_type)
            for name, field in schema.items()
            if field.column_type
        }

    # Documents

    def add(self, document: dict) -> None:
        """Adds one document as ``search.documents`` makes it."""
        before = len(self._numbers)
        for name, value in document.items():
            if name.startswith((TEXT_PREFIX, AUTOCOMPLETE_PREFIX)) and value:
                self._add_terms(name, value)
                self._add_length(name, sum(value.values()))
        self._add_terms("key", {document["key"]: 1})
        self._add_terms("same", dict.fromkeys(layout.signatures(document), 1))
        for name, value in layout.column_values(document).items():
            self._columns[name].add(value)
        self._counts.append(len(self._numbers) - before)
        self.size += 1
        if len(self._numbers) >= RUN_PAIRS:
            self._close_run()

    def _add_terms(self, field: str, frequencies: dict[str, int]) -> None:
        if field not in self._schema:
            return
        vocabulary = self._vocabulary(field)
        self._numbers.extend(map(vocabulary.__getitem__, frequencies))
        try:
            self._weights.extend(frequencies.values())
        except OverflowError:
            del self._weights[len(self._numbers) - len(frequencies) :]
            self._weights.extend(min(often, MOST_OFTEN) for often in frequencies.values())

    def _vocabulary(self, field: str) -> _Vocabulary:
        if field not in self._vocabularies:
            self._vocabularies[field] = _Vocabulary(field, self._terms)
        return self._vocabularies[field]

    def _add_length(self, field: str, length: int) -> None:
        lengths = self._lengths.setdefault(field, bytearray())
        lengths.extend(bytes(self.size - len(lengths)))
        lengths.append(length_to_byte(length))
        self._total_lengths[field] += length

    # Segments

    def add_segment(self, reader) -> np.ndarray:
        """Adds the documents of a whole segment that are not deleted.

        Returns the new number of each document, -1 for those left out.
        """
        self._close_run()
        columns = SegmentColumns(reader)
        kept = np.flatnonzero(columns.present())
        numbers = np.full(columns.size, -1, np.int64)
        numbers[kept] = np.arange(self.size, self.size + len(kept))
        for name, writer in self._columns.items():
            columns.copy(name, kept, writer)
        for field in columns.fields_with_lengths():
            held = columns.length_bytes(field)[kept]
            lengths = self._lengths.setdefault(field, bytearray())
            lengths.extend(bytes(self.size - len(lengths)))
            lengths.extend(held.tobytes())
            self._total_lengths[field] += total_length(held)
        self.size += len(kept)
        self._counted_from = self.size
        for run in self._runs_of(reader, numbers):
            self._keep(run)
        return numbers

    def _runs_of(self, reader, numbers: np.ndarray) -> Iterator[_Run]:
        terms, counts, docs, weights, pairs = [], [], [], [], 0
        for (field, text), info in reader._terms.items():
            if field not in self._schema:
                continue
            old, often = decode(list_bytes(reader, info))
            new = numbers[old]
            held = new >= 0
            if not held.all():
                new, often = new[held], often[held]
            if not len(new):
                continue
            terms.append(self._vocabulary(field)[text.decode()])
            counts.append(len(new))
            docs.append(new.astype(np.uint32))
            weights.append(np.minimum(often, np.uint32(MOST_OFTEN)).astype(np.uint16))
            pairs += len(new)
            if pairs >= RUN_PAIRS:
                yield self._run_of_lists(terms, counts, docs, weights)
                terms, counts, docs, weights, pairs = [], [], [], [], 0
        if terms:
            yield self._run_of_lists(terms, counts, docs, weights)

    def _run_of_lists(self, terms, counts, docs, weights) -> _Run:
        ends = np.cumsum(counts)
        return _Run(
            np.array(terms),
            ends - counts,
            np.array(counts),
            np.concatenate(docs),
            np.concatenate(weights),
        )

    # Writing

    def finish(self):
        """Writes the files and returns the segment; nothing refers to it yet."""
        self._close_run()
        for writer in self._columns.values():
            writer.finish()
            writer.file.close()
        for field, lengths in self._lengths.items():
            with self._create_column(_lenfield(field)) as file:
                file.write(bytes(lengths))
        with self._create_column("_stored") as file:
            file.write(bytes(self.size) + b"B")  # No stored fields, as Whoosh would write it.
        self._write_terms()
        self._segment.set_doc_count(self.size)
        self._segment._fieldlengths = dict(self._total_lengths)
        self._segment.create_compound_file(self._storage)
        return self._segment

    def abandon(self) -> None:
        """Removes what was written so far."""
        for name in self._segment.list_files(self._storage):
            self._storage.delete_file(name)

    def _close_run(self) -> None:
        if self._numbers:
            docs = np.arange(self._counted_from, self.size, dtype=np.uint32)
            run = _Run.of_pairs(
                np.frombuffer(self._numbers, np.uint32),
                np.repeat(docs, np.frombuffer(self._counts, np.uint32)),
                np.frombuffer(self._weights, np.uint16),
            )
            self._numbers, self._weights, self._counts = array("I"), array("H"), array("I")
            self._keep(run)
        self._counted_from = self.size

    def _keep(self, run: _Run) -> None:
        large = len(run.docs) >= RUN_PAIRS // 2
        self._runs.append(run.moved_to(Path(self._storage.folder)) if large else run)

    def _write_terms(self) -> None:
        table = _TermTable(self._segment.create_file(self._storage, W3Codec.TERMS_EXT))
        lists = self._segment.create_file(self._storage, W3Codec.POSTS_EXT)
        fields = sorted(self._vocabularies)
        table.extras["fieldmap"] = {name: number for number, name in enumerate(fields)}
        prefixes = {name: pack_ushort(number) for number, name in enumerate(fields)}
        offset = lists.tell()
        for number, docs, weights in self._sorted_lists():
            field, text = self._terms[number]
            data, statistics = encode(docs, weights, self._padded_lengths(field))
            lists.write(data)
            table.add(prefixes[field] + text.encode(), term_info(statistics, offset, len(data)))
            offset += len(data)
        table.close()
        lists.close()

    def _padded_lengths(self, field: str) -> bytearray | None:
        lengths = self._lengths.get(field)
        if lengths is not None and len(lengths) < self.size:
            lengths.extend(bytes(self.size - len(lengths)))
        return lengths

    def _sorted_lists(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """(term number, documents, weights) in the order of field and term."""
        if not self._runs:
            return
        order = sorted(range(len(self._terms)), key=self._terms.__getitem__)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        terms = np.concatenate([run.terms for run in self._runs])
        runs = np.repeat(np.arange(len(self._runs)), [len(run.terms) for run in self._runs])
        starts = np.concatenate([run.starts for run in self._runs])
        counts = np.concatenate([run.counts for run in self._runs])
        rows = np.lexsort((runs, rank[terms]))
        rows = zip(
            terms[rows].tolist(),
            runs[rows].tolist(),
            starts[rows].tolist(),
            counts[rows].tolist(),
            strict=True,
        )
        pending, parts = None, []
        for term, run, start, count in rows:
            if term != pending and parts:
                yield pending, *_joined(parts)
                parts = []
            pending = term
            held = self._runs[run]
            parts.append((held.docs[start : start + count], held.weights[start : start + count]))
        yield pending, *_joined(parts)

    def _create_column(self, name: str):
        return self._storage.create_file(W3Codec.column_filename(self._segment, name))


def _joined(parts: list[tuple]) -> tuple:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([docs for docs, _ in parts]), np.concatenate([w for _, w in parts])
