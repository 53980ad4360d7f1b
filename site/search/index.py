"""Where the index lies on disk: one private folder, generations in it, a pointer to the current.

Opens, creates and swaps generations and holds the locks; knows nothing of documents or queries.
"""

import errno
import logging
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError
from whoosh.fields import Schema
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from search import durable, locks, versions
from search.durable import DurableStorage, sync_all, sync_file, sync_folder
from search.locks import IndexBusy
from search.privacy import (
    IndexMissing,
    IndexRefused,
    IndexUnavailable,
    ensure_generation_private,
    ensure_ours,
    ensure_private,
)
from search.schema import FORMAT_VERSION, all_fields

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

OPEN_ATTEMPTS = 20
"""A reader that opens while a writer commits or a rebuild swaps tries again this often."""

PATIENCE = 3
"""Attempts at one and the same commit before it counts as unreadable."""

DAMAGED = "damaged"
"""File in a generation whose checksums were found wrong."""

_GENERATION = re.compile(r"gen-\w+\Z")
_OUT_OF_MEANS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Defect(StrEnum):
    """Why an index needs an administrator (``REFUSED``) or a rebuild (all others)."""

    NONE = ""
    REFUSED = "refused"
    MISSING = "missing"
    DAMAGED = "damaged"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"


class IndexDirectory:
    """One index folder: ``current`` points to the generation that readers use."""

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path).absolute()
        self._local = threading.local()
        self._shared: tuple = (None, None)
        self._making = threading.Lock()
        self._unreadable: tuple | None = None
        self._sound: tuple | None = None
        self._marked: tuple[Path, versions.Versions | None] | None = None

    # Locks

    @contextmanager
    def locked(self, name: str, *, wait: bool) -> Iterator[None]:
        """Holds a lock of this folder across processes and threads; raises IndexBusy."""
        self._claim()
        with locks.held(self._lock_file(name), wait=wait):
            yield

    def _lock_file(self, name: str) -> Path:
        return self.path / f"{name}.lock"

    def is_rebuilding(self) -> bool:
        """Whether a rebuild runs anywhere; one whose process died does not count."""
        try:
            with self.locked("rebuild", wait=False):
                return False
        except IndexBusy:
            return True

    # Generations

    def current(self) -> Path:
        """Folder of the generation in use; made empty when there is none."""
        for _ in range(OPEN_ATTEMPTS):
            folder = self._pointed()
            if folder is not None:
                return folder
            with self.locked("make", wait=True):
                if self._pointed() is None:
                    self._point_to(self.new_generation())
        raise FileNotFoundError(self.path / "current")

    def new_generation(self) -> Path:
        """An empty index beside the current one, marked incomplete."""
        self._claim()
        folder = Path(tempfile.mkdtemp(prefix="gen-", dir=self.path))
        try:
            FileIndex.create(DurableStorage(str(folder)), Schema(**all_fields()))
            versions.write(folder, complete=False)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def swap(self, folder: Path) -> None:
        """Makes the folder current in one atomic step; readers of the old one finish on it."""
        previous = self._pointed_name()
        sync_all(folder)
        self._point_to(folder)
        self.discard_except(folder.name, previous)

    def reset(self) -> None:
        """Puts an empty generation in place of the current one."""
        previous = self._pointed_name()
        with self.locked("make", wait=True):
            folder = self.new_generation()
            self._point_to(folder)
        self.discard_except(folder.name, previous)

    def drop_previous(self) -> None:
        """Removes the generation before the one in use, with the texts deleted since.

        Who still reads it has its files open. Raises IndexBusy while a rebuild runs.
        """
        if any(path.name != self._pointed_name() for path in self.path.glob("gen-*")):
            with self.locked("rebuild", wait=False):
                self.discard_except()

    def generation(self) -> str | None:
        """Name of the generation in use; None where there is none."""
        return self._pointed_name()

    def discard_except(self, *names: str | None) -> None:
        """Removes generations left behind, but for those named and the one in use."""
        with self.locked("make", wait=True):
            kept = {*names, self._pointed_name()}
            for path in [*self.path.glob("gen-*"), *self.path.glob("current.gen-*")]:
                if path.is_symlink():
                    path.unlink(missing_ok=True)
                elif path.name not in kept:
                    shutil.rmtree(path, ignore_errors=True)

    def _claim(self) -> None:
        ensure_private(self.path, create=True)
        if not os.path.lexists(self.path / "current"):
            ensure_ours(self.path)

    def _pointed_name(self) -> str | None:
        """Name of the generation that ``current`` names, be it there or not."""
        try:
            name = os.readlink(self.path / "current")
        except OSError:
            return None
        return name if _GENERATION.match(name) else None

    def _pointed(self) -> Path | None:
        """The generation in use; None without one. Raises IndexUnavailable if it is not ours."""
        try:
            ensure_private(self.path)
        except IndexMissing:
            return None
        name = self._pointed_name()
        if name is not None:
            return self.path / name
        if os.path.lexists(self.path / "current"):
            raise IndexUnavailable(str(self.path / "current"))
        return None

    def _point_to(self, folder: Path) -> None:
        pointer = self.path / "current"
        temporary = self.path / f"current.{folder.name}"
        os.symlink(folder.name, temporary)
        if pointer.is_dir() and not pointer.is_symlink():
            shutil.rmtree(pointer)
        os.replace(temporary, pointer)
        sync_folder(self.path)

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

    def size(self) -> int:
        """Bytes that the generation in use takes on disk."""
        folder = self._pointed()
        return sum(path.stat().st_size for path in folder.iterdir()) if folder else 0

    def tidy(self, *, locked: bool = False) -> None:
        """Removes what killed writers and rebuilds left; leaves what anybody works on.

        ``locked``: the caller holds the write lock, and only what a writer left is removed.
        """
        if locked:
            self._tidy_current()
            return
        leftovers = {
            "write": self._tidy_current,
            "rebuild": self._tidy_rebuilds,
            "merge": self._tidy_merges,
        }
        for name, remove in leftovers.items():
            try:
                with self.locked(name, wait=False):
                    remove()
            except IndexBusy:
                continue

    def _tidy_current(self) -> None:
        folder = self._pointed()
        if folder is not None and folder.is_dir():
            durable.tidy(folder)

    def _tidy_rebuilds(self) -> None:
        generations = sorted(self.path.glob("gen-*"), key=lambda path: path.stat().st_mtime)
        self.discard_except(*(path.name for path in generations if self._was_in_use(path)))

    def _tidy_merges(self) -> None:
        for folder in self.path.glob("merge-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _was_in_use(self, folder: Path) -> bool:
        made_with = versions.read(folder)
        return made_with is not None and made_with.complete

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
