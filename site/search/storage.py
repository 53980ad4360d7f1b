"""Opens Whoosh segments without copying them.

Whoosh 2.7.4 copies every part of a segment into memory when a searcher opens (about 150 ms and
the size of the index each time). These stand-ins read from the memory map instead. They change
nothing on disk: an index written here opens with plain Whoosh.
"""

import secrets

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile


class _MemoryFile:
    """A read-only file over a memoryview."""

    def __init__(self, view: memoryview):
        self._view = view
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        end = len(self._view) if size is None or size < 0 else self._position + size
        chunk = bytes(self._view[self._position : end])
        self._position += len(chunk)
        return chunk

    def readline(self) -> bytes:
        chunk = bytes(self._view[self._position :])
        line = chunk[: chunk.find(b"\n") + 1] or chunk
        self._position += len(line)
        return line

    def readinto(self, buffer) -> int:
        chunk = self.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def seek(self, offset: int, whence: int = 0) -> int:
        base = (0, self._position, len(self._view))[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def close(self) -> None:
        self._view.release()


class MappedFile(BufferFile):
    """``BufferFile`` whose bytes stay in the map."""

    def __init__(self, buf, name=None, onclose=None):
        super().__init__(b"", name=name, onclose=onclose)
        self._buf = memoryview(buf)
        self.file = _MemoryFile(self._buf)

    def view(self) -> memoryview:
        """All bytes, in place."""
        return self._buf

    def subset(self, position, length, name=None):
        return MappedFile(self._buf[position : position + length], name=name or self._name)


class MappedCompound(CompoundStorage):
    """A compound segment file whose parts are windows of one memory map."""

    def open_file(self, name, *args, **kwargs):
        if not self._source:
            return super().open_file(name, *args, **kwargs)
        offset, length = self.range(name)
        return MappedFile(memoryview(self._source)[offset : offset + length], name=name)


class MappedSegment(W3Segment):
    """A segment that opens through ``MappedCompound``."""

    def open_compound_file(self, storage):
        file = storage.open_file(self.make_filename(self.COMPOUND_EXT))
        return MappedCompound(file, use_mmap=storage.supports_mmap)


class MappedCodec(W3Codec):
    """Whoosh's default codec with mapped segments."""

    def new_segment(self, storage, indexname):
        # Whoosh takes names from ``random``; a program that seeds it would get one name twice.
        return MappedSegment(self, indexname, segid=secrets.token_hex(8))
