"""Writes documents into the index: one commit per call, under the folder's write lock.

Knows documents as dictionaries only; what was touched and when is the outbox's business.
"""

from collections.abc import Iterable
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from search.index import IndexDirectory, sync_folder
from search.schema import all_fields
from search.storage import MappedCodec


def apply(directory: IndexDirectory, removed: Iterable[str], documents: Iterable[dict]) -> None:
    """Replaces documents by key in the current generation; the caller holds the write lock.

    Deletes by number, adds, commits once: Whoosh's own ``update_document`` opens a searcher for
    each document.
    """
    index = directory.open()
    writer = _writer(index)
    try:
        reader = writer.reader()
        try:
            for key in removed:
                for number in _numbers(reader, key):
                    writer.delete_document(number)
        finally:
            reader.close()
        for document in documents:
            writer.add_document(**document)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    sync_folder(Path(index.storage.folder))


def _numbers(reader, key: str) -> list[int]:
    return list(reader.postings("key", key).all_ids()) if ("key", key) in reader else []


def _writer(index: FileIndex, **options):
    writer = index.writer(timeout=60, codec=MappedCodec(), **options)
    known = set(writer.schema.names())
    for name, field in all_fields().items():
        if name not in known:
            writer.add_field(name, field)
    return writer


class BulkWriter:
    """Fills a generation that no one reads yet; ``finish`` commits it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._writer = _writer(FileIndex(FileStorage(str(folder))), limitmb=128)
        self._keys: set[str] = set()

    def add(self, documents: Iterable[dict]) -> None:
        """Adds documents; the first of two with one key stays."""
        for document in documents:
            if document["key"] not in self._keys:
                self._keys.add(document["key"])
                self._writer.add_document(**document)

    def finish(self) -> None:
        """Commits and brings the files to the disk."""
        self._writer.commit()
        sync_folder(self.folder)
