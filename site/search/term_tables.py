"""A segment's term table as arrays: where each list lies, which documents it spans; written back.

The table is Whoosh's ordered hash file: entries in order of field and term, 256 hash tables, the
positions of the entries. Reading and writing it entry by entry costs microseconds for each term.
"""

import pickle
import struct
from collections.abc import Iterable

import numpy as np
from whoosh.codec.whoosh3 import W3TermInfo

from search.storage import MappedFile

_INFO = W3TermInfo._struct
_EXTENT = struct.Struct("!qi")
_VALUE = _INFO.size + _EXTENT.size
_LENGTHS, _FIELD = 8, 2
"""Bytes before a key (its length and the value's), and of the field's number that begins it."""

_SLOT = np.dtype([("hash", ">u4"), ("position", ">i8")])
_TABLES = 256
_COUNT, _FIRST, _LAST = 5, _INFO.size - 8, _INFO.size - 4
"""Where these numbers stand in an entry's value."""


class UnknownLayout(Exception):
    """A table that our own builder did not write; it has to be read entry by entry."""


class TermTable:
    """All entries of a segment's table. Arrays have one value per term, in the table's order.

    ``count`` documents with the term, ``first`` and ``last`` of them, ``offset`` and ``length`` of
    the list in the file of lists. Raises UnknownLayout where lists are not one after the other.
    """

    def __init__(self, terms_reader):
        index = terms_reader._tindex
        if not isinstance(index.dbfile, MappedFile):
            raise UnknownLayout
        view = index.dbfile.view()
        self._head, self._extras = bytes(view[: index.startofdata]), index.extras
        self._bytes = np.frombuffer(view, np.uint8)
        code = index.extras["indextype"]
        self._starts = np.frombuffer(
            view, np.dtype(code).newbyteorder(">"), index.indexlen, index.indexbase
        ).astype(np.int64)
        self._ends = np.append(self._starts[1:], index.endofdata)
        self._values = self._starts + _LENGTHS + self._number(self._starts, ">u4").astype(np.int64)
        if (self._ends - self._values != _VALUE).any() or self._bytes[self._values].any():
            raise UnknownLayout
        self.count = self._number(self._values + _COUNT, ">u4")
        self.first = self._number(self._values + _FIRST, ">u4").astype(np.int64)
        self.last = self._number(self._values + _LAST, ">u4").astype(np.int64)
        self.offset = self._number(self._values + _INFO.size, ">i8")
        self.length = self._number(self._values + _INFO.size + 8, ">i4").astype(np.int64)
        if (self.offset[1:] != (self.offset + self.length)[:-1]).any():
            raise UnknownLayout
        slots = index.tables
        end = slots[-1][0] + slots[-1][1] * _SLOT.itemsize
        held = np.frombuffer(view[slots[0][0] : end], _SLOT)
        held = held[held["position"] > 0]
        self._hashes = np.zeros(len(self), np.uint32)
        self._hashes[np.searchsorted(self._starts, held["position"])] = held["hash"]

    def __len__(self) -> int:
        return len(self._starts)

    def _number(self, places: np.ndarray, kind: str) -> np.ndarray:
        size = np.dtype(kind).itemsize
        held = np.ascontiguousarray(self._bytes[places[:, None] + np.arange(size)])
        return held.view(kind)[:, 0].astype(np.dtype(kind).newbyteorder("="))

    def fields(self) -> np.ndarray:
        """The number of each term's field, as the table's ``fieldmap`` has it."""
        return self._number(self._starts + _LENGTHS, ">u2")

    def write(self, file, kept: np.ndarray, offset: np.ndarray, infos: dict[int, bytes]) -> None:
        """Writes the ``kept`` terms (one bool each) to an open file.

        ``offset``: where their lists lie now. ``infos``: the values of terms whose lists changed.
        """
        sizes = (self._ends - self._starts)[kept]
        starts = len(self._head) + np.cumsum(sizes) - sizes
        entries = np.concatenate([self._bytes[first:last] for first, last in self._runs(kept)])
        values = starts - len(self._head) + sizes - _VALUE
        places = offset[kept].astype(">i8").view(np.uint8).reshape(-1, 8)
        entries[values[:, None] + np.arange(_INFO.size, _INFO.size + 8)] = places
        numbers = np.cumsum(kept) - 1
        for term, info in infos.items():
            start = values[numbers[term]]
            entries[start : start + _VALUE] = np.frombuffer(info, np.uint8)
        file.write(self._head)
        file.write(entries.data)
        self._write_tables(file, self._hashes[kept], starts, len(self._head) + len(entries))
        self._write_extras(file, starts)

    def _runs(self, kept: np.ndarray) -> Iterable[tuple[int, int]]:
        """(start, end) in bytes of entries that stay side by side."""
        yield len(self._head), len(self._head)
        for first, last in runs_of(kept):
            yield int(self._starts[first]), int(self._ends[last - 1])

    def _write_tables(self, file, hashes, starts, position: int) -> None:
        order = np.argsort(hashes % _TABLES, kind="stable")
        hashes, starts = hashes[order], starts[order]
        edges = np.searchsorted(hashes % _TABLES, np.arange(_TABLES + 1))
        directory = []
        for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            table = _hash_table(hashes[first:last], starts[first:last])
            directory.append(_EXTENT.pack(position, len(table)))
            file.write(table.tobytes())
            position += table.nbytes
        file.write(b"".join(directory))

    def _write_extras(self, file, starts: np.ndarray) -> None:
        largest = int(starts[-1]) if len(starts) else 0
        code = next(
            c for c, bits in (("H", 16), ("i", 31), ("I", 32), ("q", 63)) if largest < 2**bits
        )
        extras = self._extras | {"indextype": code, "indexlen": len(starts)}
        data = pickle.dumps(extras, 4) + starts.astype(np.dtype(code).newbyteorder(">")).tobytes()
        file.write(data + struct.pack("!i", len(data)))


def runs_of(kept: np.ndarray) -> list[tuple[int, int]]:
    """(first, after the last) of the numbers that are true side by side."""
    edges = np.flatnonzero(np.diff(np.r_[False, kept, False]))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _hash_table(hashes: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """One of Whoosh's tables: twice as many slots as keys, each key in the first free slot."""
    size = 2 * len(hashes)
    table = np.zeros(size, _SLOT)
    if not size:
        return table
    home = (hashes >> 8) % size
    order = np.argsort(home, kind="stable")
    hashes, starts = hashes[order], starts[order]
    count = np.arange(len(order))
    # Keys in order of their slot: each takes its own or the one after its predecessor's.
    slots = np.maximum.accumulate(home[order].astype(np.int64) - count) + count
    beyond = slots >= size
    if beyond.any():
        free = np.setdiff1d(np.arange(size), slots)
        slots[beyond] = free[: int(beyond.sum())]
    table["hash"][slots], table["position"][slots] = hashes, starts
    return table
