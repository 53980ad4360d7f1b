"""Column files in Whoosh's formats, written and read as whole arrays.

Whoosh's own columns are written and read value by value, which costs seconds at 150,000
documents. Files written here open with plain Whoosh, and the other way round.
"""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from whoosh.util.varints import varint


def _typed(code: str) -> np.dtype:
    return np.dtype(code).newbyteorder(">")


class NumbersWriter:
    """A ``NumericColumn`` of a type code such as ``i``."""

    def __init__(self, file, code: str):
        self._file, self._code, self._values = file, code, array(code)

    def add(self, value: int) -> None:
        self._values.append(value)

    def extend(self, values: np.ndarray) -> None:
        """Adds values of any whole-number type."""
        self._values.extend(values.tolist())

    def finish(self) -> None:
        values = np.frombuffer(self._values, self._values.typecode)
        self._file.write(values.astype(_typed(self._code)).tobytes())
        self._file.close()


class FixedWriter:
    """A ``FixedBytesColumn``: values are cut or filled with zeros to its width."""

    def __init__(self, file, width: int):
        self._file, self._width, self._values = file, width, []

    def add(self, value: bytes) -> None:
        self._values.append(value[: self._width].ljust(self._width, b"\0"))

    def extend(self, values: Iterable[bytes]) -> None:
        """Adds several values."""
        for value in values:
            self.add(value)

    def finish(self) -> None:
        self._file.write(b"".join(self._values))
        self._file.close()


class NamesWriter:
    """A ``RefBytesColumn``: each distinct value once, and a number per document."""

    def __init__(self, file):
        self._file, self._numbers, self._codes = file, {b"": 0}, array("I")

    def add(self, value: bytes) -> None:
        self._codes.append(self._numbers.setdefault(value, len(self._numbers)))

    def extend(self, values: Iterable[bytes]) -> None:
        """Adds several values."""
        for value in values:
            self.add(value)

    def finish(self) -> None:
        code = next(
            c for c, most in (("B", 256), ("H", 65_536), ("I", 2**32)) if most >= self._size
        )
        self._file.write(np.frombuffer(self._codes, "I").astype(_typed(code)).tobytes())
        self._file.write(varint(self._size))
        for value in self._numbers:
            self._file.write(varint(len(value)) + value)
        self._file.write(code.encode())
        self._file.close()

    @property
    def _size(self) -> int:
        return len(self._numbers)


class BytesWriter:
    """A ``VarBytesColumn``; the values go to the file at once."""

    def __init__(self, file):
        self._file, self._lengths = file, array("I")

    def add(self, value: bytes) -> None:
        self._file.write(value)
        self._lengths.append(len(value))

    def extend(self, values: Iterable[bytes]) -> None:
        """Adds several values."""
        for value in values:
            self.add(value)

    def finish(self) -> None:
        self._file.write(np.frombuffer(self._lengths, "I").astype(_typed("I")).tobytes())
        self._file.write(b"I")
        self._file.close()


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

    def take(self, numbers: Sequence[int]) -> Iterable[bytes]:
        """Several values in order."""
        return (self[number] for number in numbers)
