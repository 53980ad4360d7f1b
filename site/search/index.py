"""Opens the index for readers and says whether it is sound; where it lies is ``generations``'.

Knows nothing of documents or queries.
"""

import errno
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from search import durable, locks, versions
from search.durable import DurableStorage, sync_all, sync_file, sync_folder
from search.generations import OPEN_ATTEMPTS, Generations
from search.locks import IndexBusy
from search.privacy import (
    IndexMissing,
    IndexRefused,
    IndexUnavailable,
    ensure_generation_private,
)
from search.schema import FORMAT_VERSION

__all__ = [
    "Defect",
    "DurableStorage",
    "IndexBusy",
    "IndexDirectory",
    "IndexMissing",
    "IndexRefused",
    "IndexUnavailable",
    "directory",
    "sync_all",
    "sync_file",
    "sync_folder",
]

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Attempts at one and the same commit before it counts as unreadable."""

DAMAGED = "damaged"
"""File in a generation whose checksums were found wrong."""

_OUT_OF_MEANS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Defect(StrEnum):
    """Why an index needs an administrator (``REFUSED``) or a rebuild (all others)."""

    NONE = ""
    REFUSED = "refused"
    MISSING = "missing"
    DAMAGED = "damaged"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"


class IndexDirectory(Generations):
    """One index folder: its generations, the readers of the current one, and its health."""

    def __init__(self, path: str | os.PathLike):
        super().__init__(path)
        self._local = threading.local()
        self._shared: tuple = (None, None)
        self._making = threading.Lock()
        self._unreadable: tuple | None = None
        self._sound: tuple | None = None
        self._marked: tuple[Path, versions.Versions | None] | None = None

    # Readers

    def open(self) -> FileIndex:
        """The current index, for a writer that holds the write lock; raises IndexUnavailable."""
        folder = self.current()
        self._ensure_readable(folder)
        return FileIndex(DurableStorage(str(folder)))

    def searcher(self) -> Searcher:
        """A searcher on the newest commit, kept for the calling thread and reopened when stale.

        Reopened, never refreshed: ``Searcher.refresh`` keeps merged-away segments in some
        releases. Whoosh's readers may not be shared between threads. Raises IndexUnavailable.
        """
        known_unreadable = self._unreadable
        cause: Exception | None = None
        for attempt in range(OPEN_ATTEMPTS):
            version = self._version()
            try:
                return self._searcher_on(version)
            except IndexRefused:
                raise
            except Exception as error:
                cause = error
                unchanged = version == self._version()
                if unchanged and (version == known_unreadable or attempt + 1 >= PATIENCE):
                    self._unreadable = version
                    if isinstance(error, (durable.SegmentDamaged, FileNotFoundError)):
                        # A process that opened the index before would not see it.
                        self._note_damage()
                    raise IndexUnavailable(str(self.path)) from error
                time.sleep(0.005 * attempt)
        raise IndexUnavailable(str(self.path)) from cause

    def snapshot(self, make):
        """What ``make(searcher)`` says of a commit; kept, and shared by all threads.

        Of the commit that the calling thread's ``searcher()`` stands on.
        """
        version = self._local.version
        with self._making:
            if version is None or self._shared[0] != version:
                self._shared = version, make(self._local.searcher)
            return self._shared[1]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Tells damage from a bug when reading fails: for damage raises IndexUnavailable.

        Damage is what the checksums of the commit say; it is noted for ``manage.py work``. The
        database's own troubles say nothing of the index.
        """
        try:
            yield
        except (IndexUnavailable, DatabaseError):
            raise
        except Exception as error:
            if not self._is_sound():
                raise IndexUnavailable(str(self.path)) from error
            raise

    def _version(self) -> tuple | None:
        """Identity of the newest commit; None where none is to be seen."""
        folder = self._pointed()
        if folder is None:
            return None
        try:
            number = durable.toc_number(folder)
            toc = os.stat(folder / f"_MAIN_{number}.toc")
        except OSError:
            return None
        return folder, number, toc.st_mtime_ns, toc.st_size, (folder / DAMAGED).exists()

    def _searcher_on(self, version: tuple | None) -> Searcher:
        if version is None or version != getattr(self._local, "version", None):
            index = self.open()
            durable.verify(Path(index.storage.folder))
            self._local.searcher = index.searcher()
            self._local.version = version
        return self._local.searcher

    def _ensure_readable(self, folder: Path) -> None:
        """Raises IndexUnavailable for an index of another format, or one known to be damaged."""
        ensure_generation_private(folder)
        made_with = versions.read(folder)
        if made_with is not None and made_with.format != FORMAT_VERSION:
            raise IndexUnavailable(f"{folder}: format {made_with.format}")
        if (folder / DAMAGED).exists():
            raise IndexUnavailable(f"{folder}: damaged")

    # Health

    def state(self) -> str:
        """``ready``, ``rebuilding`` (what can be found is incomplete) or ``missing``."""
        defect = self.defect()
        if defect in (Defect.MISSING, Defect.REFUSED):
            return "missing"
        return "rebuilding" if defect else "ready"

    def defect(self) -> Defect:
        """What keeps the index from being whole and current."""
        try:
            folder = self._pointed()
            if folder is None:
                return Defect.MISSING
            self.searcher()
        except IndexRefused:
            return Defect.REFUSED
        except IndexMissing:
            return Defect.MISSING
        except IndexUnavailable as error:
            if getattr(error.__cause__, "errno", None) in _OUT_OF_MEANS:
                return Defect.NONE
            return self._why_unreadable()
        made_with = self._made_with(folder)
        if made_with is None or not made_with.matches(versions.present()):
            return Defect.OUTDATED
        return Defect.NONE if made_with.complete else Defect.INCOMPLETE

    def made_with(self) -> versions.Versions | None:
        """The versions that the index in use was made with, if it says so."""
        try:
            folder = self._pointed()
        except IndexUnavailable:
            return None
        return versions.read(folder) if folder else None

    def _made_with(self, folder: Path) -> versions.Versions | None:
        if self._marked is None or self._marked[0] != folder:
            self._marked = folder, versions.read(folder)
        return self._marked[1]

    def refusal(self) -> str:
        """What the administrator has to do about a folder that is refused; empty if it is not."""
        try:
            self.searcher()
        except IndexRefused as error:
            return str(error)
        except IndexUnavailable:
            return ""
        return ""

    def deleted(self) -> tuple[int, int]:
        """(documents deleted but still in the files, all documents in the files)."""
        reader = self.searcher().reader()
        total = reader.doc_count_all()
        return total - reader.doc_count(), total

    def _is_sound(self) -> bool:
        version = self._version()
        if version == self._sound:
            return True
        # A wipe changes checksums and bytes one after the other: damage is what stays wrong
        # while nobody writes.
        if not (self._is_verified() or self._is_verified_unwritten()):
            if self._version() != version:
                return True
            self._note_damage()
            return False
        self._sound = version
        return True

    def _is_verified(self) -> bool:
        try:
            durable.verify(self.current(), deep=True)
        except (OSError, durable.SegmentDamaged, IndexUnavailable):
            return False
        return True

    def _is_verified_unwritten(self) -> bool:
        if locks.is_held_here(self._lock_file("write")):
            return False
        try:
            with self.locked("write", wait=True):
                return self._is_verified()
        except (OSError, IndexUnavailable):
            # A read-only disk: nobody wrote in between.
            return False

    def _note_damage(self) -> None:
        logger.error("The search index in %s is damaged; it will be rebuilt.", self.path)
        try:
            folder = self._pointed()
            if folder is not None:
                (folder / DAMAGED).touch()
        except (OSError, IndexUnavailable) as error:
            logger.warning("The damage could not be noted in %s: %s", self.path, error)

    def _why_unreadable(self) -> Defect:
        folder = self._pointed_name()
        made_with = folder and versions.read(self.path / folder)
        if made_with and made_with.format != FORMAT_VERSION:
            return Defect.OUTDATED
        return Defect.DAMAGED


_directories: dict[Path, IndexDirectory] = {}


def directory(path: str | os.PathLike) -> IndexDirectory:
    """The one ``IndexDirectory`` of this process for a path."""
    key = Path(path).absolute()
    return _directories.setdefault(key, IndexDirectory(key))
