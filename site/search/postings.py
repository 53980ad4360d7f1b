"""Posting lists: their bytes in Whoosh's W3 format, their arrays in memory, and the cache of them.

Whoosh's own matcher walks a list posting by posting; here a whole list becomes two arrays.
"""

import pickle
import struct
import threading
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import accumulate
from sys import getsizeof

import numpy as np
from django.conf import settings
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.reading import TermNotFound
from whoosh.system import pack_int, pack_long

BLOCK = 32_768
"""Postings in one block; with Whoosh's 128 reading a whole list would mean many small pickles."""

SMALL = 24
"""Up to so many postings plain tuples are quicker than arrays."""

COMPRESSED_FROM = 512
"""Bytes from which a block is worth compressing."""

DENSE_FROM = 4
"""A list in more than one of so many documents is kept as one byte per document."""

MOST_OFTEN = 65_535
"""What a frequency in a list is at most."""

ENTRY_COST = 330
"""Bytes that one entry of the cache costs beside what is kept: its key and its place, measured."""

KEPT_COST = 320
"""Bytes that what is kept costs beside the contents of its arrays."""

_BLOCK_LENGTH = struct.Struct("!i")


@dataclass(frozen=True)
class ListStatistics:
    """What Whoosh's term table says of a list. Lengths are Whoosh's one-byte lengths."""

    weight: float
    count: int
    min_length: int
    max_length: int
    max_weight: float
    first: int
    last: int


def encode(
    docs: Sequence[int], weights: Sequence[int], lengths: Sequence[int] | None
) -> tuple[bytes, ListStatistics]:
    """(bytes, statistics) of one list.

    ``docs`` ascending, ``weights`` frequencies, ``lengths`` one-byte field lengths by document
    number or None where the field is not scored.
    """
    if len(docs) <= SMALL:
        return _encode_small(list(map(int, docs)), list(map(int, weights)), lengths)
    docs, weights = np.asarray(docs, np.uint32), np.asarray(weights)
    parts, blocks = [WHOOSH3_HEADER_MAGIC], range(0, len(docs), BLOCK)
    low, high = 255, 0
    for start in blocks:
        part, frequency = docs[start : start + BLOCK], weights[start : start + BLOCK]
        if lengths is None:
            shortest = longest = 0
        else:
            held = np.frombuffer(lengths, np.uint8)[part]
            shortest, longest = int(held.min()), int(held.max())
        low, high = min(low, shortest), max(high, longest)
        deltas = np.diff(part, prepend=np.uint32(0))
        block = (_packed(deltas), _packed_weights(frequency), None)
        largest = float(frequency.max())
        parts += _block(
            block, len(part), int(part[-1]), largest, shortest, longest, start + BLOCK >= len(docs)
        )
    statistics = ListStatistics(
        float(weights.sum()),
        len(docs),
        low,
        high,
        float(weights.max()),
        int(docs[0]),
        int(docs[-1]),
    )
    return b"".join(parts), statistics


def _encode_small(docs: list[int], weights: list[int], lengths) -> tuple[bytes, ListStatistics]:
    held = [lengths[doc] for doc in docs] if lengths is not None else [0]
    low, high, largest = min(held), max(held), float(max(weights))
    deltas = tuple(after - before for before, after in zip([0, *docs], docs, strict=False))
    if largest == 1:
        packed = None
    elif min(weights) == largest:
        packed = largest
    else:
        packed = tuple(map(float, weights))
    block = _block((deltas, packed, None), len(docs), docs[-1], largest, low, high, True)
    statistics = ListStatistics(
        float(sum(weights)), len(docs), low, high, largest, docs[0], docs[-1]
    )
    return b"".join((WHOOSH3_HEADER_MAGIC, *block)), statistics


def _block(content, count, last_doc, largest, shortest, longest, is_last) -> tuple[bytes, ...]:
    data = pickle.dumps(content, 4)
    compressed = 1 if len(data) >= COMPRESSED_FROM else 0
    if compressed:
        data = zlib.compress(data, 1)
    info = pickle.dumps((count, last_doc, largest, compressed, shortest, longest), 2)
    length = len(info) + len(data)
    return _BLOCK_LENGTH.pack(-length if is_last else length), info, data


def _packed(values: np.ndarray) -> array:
    """The numbers in the smallest array type that holds them; Whoosh iterates it like a tuple."""
    largest = values.max()
    code, kind = ("B", np.uint8) if largest < 256 else ("H", np.uint16)
    if largest >= 65_536:
        code, kind = "I", np.uint32
    return array(code, values.astype(kind).tobytes())


def _packed_weights(weights: np.ndarray):
    if (weights == weights[0]).all():
        return None if weights[0] == 1 else float(weights[0])
    return _packed(weights)


def term_info(statistics: ListStatistics, offset: int, length: int) -> bytes:
    """What the term table says of a list that lies at ``offset``, as Whoosh packs it."""
    info = W3TermInfo._struct.pack(
        0,
        statistics.weight,
        statistics.count,
        statistics.min_length,
        statistics.max_length,
        statistics.max_weight,
        statistics.first,
        statistics.last,
    )
    return info + pack_long(offset) + pack_int(length)


def decode(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(document numbers int32, weights uint8 or float32) of one list."""
    docs, weights = [], []
    for (count, *_), content in _blocks(data):
        ids, packed, _ = pickle.loads(content())  # noqa: S301
        docs.append(np.cumsum(_as_array(ids), dtype=np.int32))
        weights.append(_unpacked_weights(packed, count))
    if len(docs) == 1:
        return docs[0], weights[0]
    return np.concatenate(docs), np.concatenate(weights)


def names_any(data: bytes, numbers: list[int]) -> bool:
    """Whether a list names one of some documents (ascending); reads no more blocks than it must."""
    first = 0
    for (_, last, *_), content in _blocks(data):
        wanted = numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
        first = last + 1
        if wanted and _holds_any(pickle.loads(content())[0], wanted):  # noqa: S301
            return True
    return False


def _holds_any(deltas, wanted: list[int]) -> bool:
    if isinstance(deltas, tuple):
        return not set(wanted).isdisjoint(accumulate(deltas))
    docs = np.cumsum(_as_array(deltas), dtype=np.int32)
    places = np.minimum(np.searchsorted(docs, wanted), len(docs) - 1)
    return bool((docs[places] == wanted).any())


def _blocks(data: bytes) -> Iterator[tuple[tuple, Callable[[], bytes]]]:
    """((count, last document, largest weight, …), what gives the pickled contents) of each."""
    position = len(WHOOSH3_HEADER_MAGIC)
    while position < len(data):
        (length,) = _BLOCK_LENGTH.unpack_from(data, position)
        start, is_last = position + _BLOCK_LENGTH.size, length < 0
        position = start + abs(length)
        stream = BytesIO(data[start:position])
        info = pickle.load(stream)  # noqa: S301
        yield info, partial(_unpacked, stream, info[3])
        if is_last:
            break


def _unpacked(stream: BytesIO, compressed: int) -> bytes:
    return zlib.decompress(stream.read()) if compressed else stream.read()


def _as_array(values) -> np.ndarray:
    if isinstance(values, array):
        return np.frombuffer(values, dtype=values.typecode)
    return np.array(values)


def _unpacked_weights(packed, count: int) -> np.ndarray:
    if packed is None:
        return np.ones(count, np.uint8)
    if isinstance(packed, (int, float)):
        values = np.full(count, packed, np.float32)
    else:
        values = _as_array(packed)
        if values.dtype == np.uint8:
            return values
        values = values.astype(np.float32)
    small = values.astype(np.uint8)
    return small if (small == values).all() else values


@dataclass(frozen=True, slots=True)
class Postings:
    """One list of one segment: sparse (``docs`` and ``weights``) or dense (``weights`` alone).

    Dense: ``docs`` is None and ``weights`` has one value per document of the segment, 0 where
    the term is absent. Weights stay exact: one byte where they fit, else float32.
    """

    docs: np.ndarray | None
    weights: np.ndarray
    count: int

    def documents(self) -> np.ndarray:
        """Numbers of the documents with the term, ascending."""
        return np.flatnonzero(self.weights) if self.docs is None else self.docs

    def frequencies(self) -> np.ndarray:
        """Weights aligned with ``documents``."""
        return self.weights[self.weights > 0] if self.docs is None else self.weights

    def at(self, docs: np.ndarray) -> np.ndarray:
        """Weights of some documents, ascending; 0 for those without the term."""
        if self.docs is None:
            return self.weights[docs]
        places = np.searchsorted(self.docs, docs)
        places[places == len(self.docs)] = 0
        return np.where(self.docs[places] == docs, self.weights[places], 0)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.weights.nbytes + (0 if self.docs is None else self.docs.nbytes)


def list_bytes(reader, info) -> bytes:
    """The bytes of a list that a term table's entry points to."""
    offset, length = info.extent()
    if isinstance(length, tuple):  # Whoosh 2.7.4 forgets to unpack it.
        (length,) = length
    return reader._terms._postfile.get(offset, length)


def read(reader, field: str, term: str) -> Postings | None:
    """The list of a term in one segment, straight from the map; None where there is none."""
    try:
        info = reader._terms.term_info(field, term.encode())
    except (TermNotFound, KeyError):
        return None
    if info.is_inlined():
        ids, packed, _ = info.inlined_postings()
        docs, weights = np.array(ids, np.int32), _unpacked_weights(packed, len(ids))
    else:
        docs, weights = decode(list_bytes(reader, info))
    size = reader.doc_count_all()
    if len(docs) * DENSE_FROM <= size or len(docs) < SMALL:
        return Postings(docs, weights, len(docs))
    dense = np.zeros(size, weights.dtype)
    dense[docs] = weights
    return Postings(None, dense, len(docs))


class PostingCache:
    """Least recently used posting lists of this process, within a bound in bytes."""

    def __init__(self, bound: int):
        self.bound = bound
        self._entries: OrderedDict = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = self._hits = self._misses = 0

    def get(self, key: tuple, make: Callable):
        """What is kept under the key; made, and kept if it fits, where it is not."""
        with self._lock:
            if key in self._entries:
                self._hits += 1
                self._entries.move_to_end(key)
                return self._entries[key]
            self._misses += 1
        made = make()
        cost = _cost(key, made)
        with self._lock:
            if key not in self._entries and cost <= self.bound // 4:
                self._entries[key] = made
                self._bytes += cost
                while self._bytes > self.bound:
                    self._bytes -= _cost(*self._entries.popitem(last=False))
        return made

    def forget(self) -> None:
        """Empties the cache."""
        with self._lock:
            self._entries.clear()
            self._bytes = self._hits = self._misses = 0

    def stats(self) -> dict:
        """{"bytes", "bound", "entries", "hits", "misses", "hit_rate"} since the process began."""
        with self._lock:
            asked = self._hits + self._misses
            return {
                "bytes": self._bytes,
                "bound": self.bound,
                "entries": len(self._entries),
                "hits": self._hits,
                "misses": self._misses,
                "hit_rate": self._hits / asked if asked else 0.0,
            }


def _cost(key: tuple, entry) -> int:
    # Where a phrase is sought in many fields their names are the larger part.
    groups = [part for part in key if isinstance(part, tuple)]
    names = sum(getsizeof(group) + sum(map(getsizeof, group)) for group in groups)
    return ENTRY_COST + names + (0 if entry is None else KEPT_COST + entry.nbytes)


cache = PostingCache(getattr(settings, "SEARCH_POSTING_CACHE_MB", 128) * 1024 * 1024)
