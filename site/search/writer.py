"""Writes documents into the index: one commit per call, under the folder's write lock.

Knows documents as dictionaries only; what was touched and when is the outbox's business. The
commit itself (what reaches the disk before what) is ``DurableStorage``'s.
"""

import os
from collections.abc import Iterable
from functools import partial
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from search import durable
from search.columns import SegmentColumns
from search.index import DurableStorage, IndexBusy, IndexDirectory
from search.schema import all_fields
from search.segments import SegmentBuilder
from search.term_tables import UnknownLayout
from search.trimmed import write_trimmed

MERGE_WIDTH = 8
"""So many segments of about one size become one of the next size."""

SMALL = 64
"""Documents of a segment that a commit may merge on its way; larger ones are for ``merge``."""

TOO_MANY = 4 * MERGE_WIDTH
"""Small segments that a commit puts up with; fewer are left to the background process."""

LARGEST = 40_000
"""Documents of a segment: what holds the words of a withdrawn page is quickly written anew."""

PURGE_SMALL = 8_192
"""A segment up to this size is written anew for any deleted document."""

PURGE_SHARE = 0.1
"""A larger one when more of its documents than this are deleted."""


def apply(directory: IndexDirectory, removed: Iterable[str], documents: Iterable[dict]) -> None:
    """Replaces documents by key in the current generation; the caller holds the write lock.

    Deletes by number, adds, commits once. Texts of deleted documents are wiped in place.
    """
    toc, storage = _open(directory)
    wiped = _delete(storage, toc, removed)
    documents = iter(documents)
    first = next(documents, None)
    if first is not None:
        merged = _small_run(toc.segments)
        builder = SegmentBuilder(storage, toc.schema)
        try:
            _add_segments(builder, storage, toc, merged)
            builder.add(first)
            for document in documents:
                builder.add(document)
            added = builder.finish()
        except BaseException:
            builder.abandon()
            raise
        toc.segments = [held for held in toc.segments if held not in merged] + [added]
    _commit(storage, toc)
    _wipe(storage, toc, wiped)


def merge(directory: IndexDirectory) -> bool:
    """Joins segments of like size where there are many; whether something was joined.

    For the background process: may take long, but holds the write lock for an instant only.
    """
    return _rewrite(directory, lambda toc: _longest_run(toc.segments))


def purge(directory: IndexDirectory, *, thorough: bool = False) -> bool:
    """Writes segments with deleted documents anew, without them; whether something was written.

    Small segments always, large ones when a tenth is deleted or if ``thorough``. Like ``merge``
    for the background process.
    """
    try:
        with directory.locked("merge", wait=False):
            return _without_deleted(directory, partial(_is_stale, thorough=thorough)) > 0
    except IndexBusy:
        return False


def expunge(directory: IndexDirectory) -> int:
    """Writes every segment anew that holds deleted documents, without them; how many there were.

    Waits for no document that is deleted meanwhile. Raises IndexBusy where another process
    rewrites.
    """
    with directory.locked("merge", wait=False):
        return _without_deleted(directory, partial(_is_stale, thorough=True))


def _without_deleted(directory: IndexDirectory, is_stale) -> int:
    """One after the other, smallest first: what is done stays done when the process is killed."""
    with directory.locked("write", wait=True):
        toc, storage = _open(directory)
        # A process killed just after its commit leaves the files that it replaced.
        clean_files(storage, "MAIN", toc.generation, toc.segments)
    stale = sorted(filter(is_stale, toc.segments), key=lambda held: held.doc_count_all())
    for held in stale:
        _rewrite_chosen(directory, partial(_named, held.segment_id()))
    return len(stale)


def _named(name: str, toc: TOC) -> list:
    return [held for held in toc.segments if held.segment_id() == name]


def _is_stale(segment, *, thorough: bool) -> bool:
    deleted, size = segment.deleted_count(), segment.doc_count_all()
    if not deleted:
        return False
    return thorough or size <= PURGE_SMALL or deleted > PURGE_SHARE * size


def _open(directory: IndexDirectory) -> tuple[TOC, DurableStorage]:
    index = directory.open()
    toc = TOC.read(index.storage, index.indexname)
    known = set(toc.schema.names())
    for name, field in all_fields().items():
        if name not in known:
            toc.schema.add(name, field)
    return toc, index.storage


def _commit(storage, toc: TOC) -> None:
    toc.segments = [held for held in toc.segments if held.doc_count()]
    toc.generation += 1
    toc.write(storage, "MAIN")
    clean_files(storage, "MAIN", toc.generation, toc.segments)


def _delete(storage, toc: TOC, keys: Iterable[str]) -> list[tuple]:
    """Marks documents as deleted in the segments; returns [(segment, numbers)]."""
    keys, deleted = list(keys), []
    for segment in toc.segments if keys else ():
        reader = SegmentReader(storage, toc.schema, segment)
        numbers = [
            number
            for key in keys
            for number in _numbers(reader, key)
            if not segment.is_deleted(number)
        ]
        reader.close()
        for number in numbers:
            segment.delete_document(number)
        if numbers:
            deleted.append((segment, numbers))
    return deleted


def _numbers(reader, key: str) -> list[int]:
    return list(reader.postings("key", key).all_ids()) if ("key", key) in reader else []


def _wipe(storage, toc: TOC, deleted: list[tuple]) -> None:
    """Overwrites the stored texts of deleted documents with zeros, where they lie."""
    for segment, numbers in deleted:
        if segment in toc.segments:
            wipe(storage, toc.schema, segment, numbers)


def wipe(storage, schema, segment, numbers: Iterable[int]) -> None:
    """Overwrites the stored texts of some documents of a segment with zeros."""
    reader = SegmentReader(storage, schema, segment)
    columns = SegmentColumns(reader)
    places = []
    for name in ("texts", "passages"):
        values = columns.values(name)
        file = f"{segment.segment_id()}.{name}.col"
        start = reader._storage.a.range(file)[0] if values is not None else 0
        for number in numbers if values is not None else ():
            places.append((start + int(values.starts[number]), int(values.lengths[number])))
    durable.overwrite(Path(storage.folder), segment.make_filename(segment.COMPOUND_EXT), places)


def _small_run(segments: list) -> list:
    """Small segments that are to go into the one now written, where nobody has merged them."""
    small = [held for held in segments if held.doc_count_all() <= SMALL]
    return small if len(small) >= TOO_MANY else []


def _longest_run(segments: list) -> list:
    """Segments of the smallest size of which there are many, ``LARGEST`` documents at most.

    What is larger than half of that stays, so that every joining makes a segment that stays or
    one of the next size.
    """
    limit, alike = SMALL, []
    sizes = {held: held.doc_count_all() for held in segments}
    while limit < LARGEST and len(alike) < MERGE_WIDTH:
        alike = [held for held in segments if sizes[held] <= min(limit, LARGEST // 2)]
        limit *= MERGE_WIDTH
    if len(alike) < MERGE_WIDTH:
        return []
    alike.sort(key=sizes.__getitem__)
    together = accumulate(map(sizes.__getitem__, alike))
    return [held for held, sum_ in zip(alike, together, strict=True) if sum_ <= LARGEST]


def _rewrite(directory: IndexDirectory, choose) -> bool:
    """Writes the segments that ``choose(toc)`` names anew as one; whether there were any.

    Built beside the index while others go on writing; documents deleted meanwhile are deleted in
    the new segment, too. Nothing happens where another process rewrites already.
    """
    try:
        with directory.locked("merge", wait=False):
            return _rewrite_chosen(directory, choose)
    except IndexBusy:
        return False


def _rewrite_chosen(directory: IndexDirectory, choose) -> bool:
    """``_rewrite`` for the holder of the lock against other rewriting."""
    with directory.locked("write", wait=True):
        toc, storage = _open(directory)
        # Once open they stay readable, whatever other writers remove.
        readers = [SegmentReader(storage, toc.schema, held) for held in choose(toc)]
    if not readers:
        return False
    with TemporaryDirectory(prefix="merge-", dir=directory.path) as folder:
        return _rewrite_in(Path(folder), directory, storage, toc, readers)


def _rewrite_in(folder: Path, directory, storage, toc: TOC, readers: list) -> bool:
    written, numbers = _written_anew(FileStorage(str(folder)), toc.schema, readers)
    if written is not None:
        # To bring a large file to the disk takes long; the lock is held for the rest only.
        durable.sync_file(folder / written.make_filename(written.COMPOUND_EXT))
    with directory.locked("write", wait=True):
        toc, now = _open(directory)
        present = {held.segment_id(): held for held in toc.segments}
        if now.folder != storage.folder or not numbers.keys() <= present.keys():
            return False
        late = [
            int(moved[number])
            for name, moved in numbers.items()
            for number in present[name].deleted_docs()
            if moved[number] >= 0
        ]
        if written is not None:
            for number in late:
                written.delete_document(number)
            name = written.make_filename(written.COMPOUND_EXT)
            os.replace(folder / name, Path(now.folder) / name)
        toc.segments = [held for held in toc.segments if held.segment_id() not in numbers]
        toc.segments += [written] if written is not None else []
        _commit(now, toc)
        if late:
            wipe(now, toc.schema, written, late)
    return True


def _written_anew(storage, schema, readers: list) -> tuple:
    """(segment or None, {segment: new number of each document}) of segments written as one."""
    try:
        if len(readers) == 1 and readers[0].doc_count():
            return _written_trimmed(storage, schema, readers[0])
    except UnknownLayout:
        pass
    builder, numbers = SegmentBuilder(storage, schema), {}
    for reader in readers:
        numbers[reader.segment().segment_id()] = builder.add_segment(reader)
        reader.close()
    return (builder.finish() if builder.size else None), numbers


def _written_trimmed(storage, schema, reader) -> tuple:
    written, moved = write_trimmed(reader, storage, schema)
    numbers = {reader.segment().segment_id(): moved}
    reader.close()
    return written, numbers


def _add_segments(builder: SegmentBuilder, storage, toc: TOC, segments: list) -> None:
    for segment in segments:
        reader = SegmentReader(storage, toc.schema, segment)
        builder.add_segment(reader)
        reader.close()


class BulkWriter:
    """Fills a generation that no one reads yet; ``finish`` commits it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._storage = DurableStorage(str(folder))
        self._toc = TOC.read(self._storage, FileIndex(self._storage).indexname)
        self._builder = self._new_builder()
        self._keys: set[str] = set()

    def add(self, documents: Iterable[dict]) -> None:
        """Adds documents; the first of two with one key stays."""
        for document in documents:
            if document["key"] not in self._keys:
                self._keys.add(document["key"])
                if self._builder.size >= LARGEST:
                    self._toc.segments.append(self._builder.finish())
                    self._builder = self._new_builder()
                self._builder.add(document)

    def _new_builder(self) -> SegmentBuilder:
        return SegmentBuilder(self._storage, self._toc.schema)

    def finish(self) -> None:
        """Commits and brings the files to the disk."""
        if self._builder.size:
            self._toc.segments.append(self._builder.finish())
        else:
            self._builder.abandon()
        _commit(self._storage, self._toc)
