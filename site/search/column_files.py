"""Column files in Whoosh's formats, written and read as whole arrays.

Whoosh's own columns are written and read value by value, which costs seconds at 150,000
documents. Files written here open with plain Whoosh, and the other way round.
"""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from whoosh.columns import (
    CompressedBytesColumn,
    FixedBytesColumn,
    NumericColumn,
    PickleColumn,
    RefBytesColumn,
    VarBytesColumn,
)
from whoosh.util.varints import varint


def _typed(code: str) -> np.dtype:
    return np.dtype(code).newbyteorder(">")


class NumbersWriter:
    """A ``NumericColumn`` of a type code such as ``i``."""

    def __init__(self, file, code: str):
        self.file, self._code, self._values = file, code, array(code)

    def add(self, value: int) -> None:
        self._values.append(value)

    def copy(self, values: np.ndarray) -> None:
        """Adds values as ``read_numbers`` gives them."""
        self._values.frombytes(values.astype(self._code, copy=False).tobytes())

    def finish(self) -> None:
        values = np.frombuffer(self._values, self._values.typecode)
        self.file.write(values.astype(_typed(self._code)).tobytes())


class FixedWriter:
    """A ``FixedBytesColumn``: values are cut or filled with zeros to its width."""

    def __init__(self, file, width: int):
        self.file, self._width, self._values = file, width, []

    def add(self, value: bytes) -> None:
        self._values.append(value[: self._width].ljust(self._width, b"\0"))

    def copy(self, values: np.ndarray) -> None:
        """Adds values as ``read_fixed`` gives them."""
        self._values.append(values.astype(f"S{self._width}", copy=False).tobytes())

    def finish(self) -> None:
        self.file.write(b"".join(self._values))


class NamesWriter:
    """A ``RefBytesColumn``: each distinct value once, and a number per document."""

    def __init__(self, file):
        self.file, self._numbers, self._codes = file, {b"": 0}, array("I")

    def add(self, value: bytes) -> None:
        self._codes.append(self._numbers.setdefault(value, len(self._numbers)))

    def copy(self, codes: np.ndarray, values: Sequence[bytes]) -> None:
        """Adds values as ``read_names`` gives them; those that no document has are left out."""
        table = np.zeros(len(values), np.uint32)
        for code in np.unique(codes).tolist():
            table[code] = self._numbers.setdefault(values[code], len(self._numbers))
        self._codes.frombytes(table[codes].tobytes())

    def finish(self) -> None:
        code = next(
            c for c, most in (("B", 256), ("H", 65_536), ("I", 2**32)) if most >= self._size
        )
        self.file.write(np.frombuffer(self._codes, "I").astype(_typed(code)).tobytes())
        self.file.write(varint(self._size))
        for value in self._numbers:
            self.file.write(varint(len(value)) + value)
        self.file.write(code.encode())

    @property
    def _size(self) -> int:
        return len(self._numbers)


class BytesWriter:
    """A ``VarBytesColumn``; the values go to the file at once."""

    def __init__(self, file):
        self.file, self._lengths = file, array("I")

    def add(self, value: bytes) -> None:
        self.file.write(value)
        self._lengths.append(len(value))

    def skip(self, count: int) -> None:
        """Adds so many empty values."""
        self._lengths.frombytes(bytes(4 * count))

    def copy(self, column: "BytesColumn", numbers: np.ndarray) -> None:
        """Adds values of another such column; those that lie side by side in one piece."""
        edges = np.flatnonzero(np.diff(numbers) != 1) + 1
        for run in np.split(numbers, edges) if len(numbers) else ():
            self.file.write(column.between(run[0], run[-1]))
        self._lengths.frombytes(column.lengths[numbers].astype(np.uint32).tobytes())

    def finish(self) -> None:
        self.file.write(np.frombuffer(self._lengths, "I").astype(_typed("I")).tobytes())
        self.file.write(b"I")


def writer_of(file, column):
    """A writer for one of Whoosh's kinds of columns. Raises TypeError for others."""
    match column:
        case PickleColumn() | VarBytesColumn() | CompressedBytesColumn():
            return BytesWriter(file)
        case RefBytesColumn():
            return NamesWriter(file)
        case NumericColumn():
            return NumbersWriter(file, column._typecode)
        case FixedBytesColumn():
            return FixedWriter(file, column._fixedlen)
    raise TypeError(f"No writer for the column {column!r}")


def read_numbers(view: memoryview, code: str, count: int, default: int = 0) -> np.ndarray:
    """Values of a ``NumericColumn``; Whoosh leaves trailing defaults out of the file."""
    held = np.frombuffer(view, _typed(code)).astype(code)
    if len(held) >= count:
        return held[:count]
    return np.concatenate([held, np.full(count - len(held), default, code)])


def read_fixed(view: memoryview, width: int, count: int) -> np.ndarray:
    """Values of a ``FixedBytesColumn`` as bytes without trailing zeros."""
    held = np.frombuffer(view, f"S{width}")
    if len(held) >= count:
        return held[:count]
    return np.concatenate([held, np.zeros(count - len(held), f"S{width}")])


def read_names(view: memoryview, count: int) -> tuple[np.ndarray, list[bytes]]:
    """(number per document, distinct values) of a ``RefBytesColumn``."""
    code = chr(view[-1])
    codes = np.frombuffer(view, _typed(code), count).astype(np.int32)
    position = count * np.dtype(code).itemsize
    total, position = _read_varint(view, position)
    values = []
    for _ in range(total):
        length, position = _read_varint(view, position)
        values.append(bytes(view[position : position + length]))
        position += length
    return codes, values


def _read_varint(view: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


class BytesColumn:
    """Values of a ``VarBytesColumn``, read one at a time from the map."""

    def __init__(self, view: memoryview, count: int):
        self._view = view
        end = len(view) - 1
        code = chr(view[end])
        if code == "X":
            code = chr(view[end - 2])
            end = end - 2 - count * np.dtype(chr(view[end - 1])).itemsize
        start = end - count * np.dtype(code).itemsize
        self.lengths = np.frombuffer(view[start:end], _typed(code)).astype(np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths

    def __getitem__(self, number: int) -> bytes:
        start = int(self.starts[number])
        return bytes(self._view[start : start + int(self.lengths[number])])

    def between(self, first: int, last: int) -> memoryview:
        """The bytes of successive values, ``last`` included."""
        return self._view[int(self.starts[first]) : int(self.starts[last] + self.lengths[last])]

    def take(self, numbers: Sequence[int]) -> Iterable[bytes]:
        """Several values in order."""
        return (self[number] for number in numbers)
