"""Where the index lies on disk: one private folder, generations in it, a pointer to the current.

Opens, creates and swaps generations and holds the locks; knows nothing of documents or queries.
A Whoosh index is made of pickles, so the folder is readable by its owner alone.
"""

import fcntl
import logging
import os
import pickle
import shutil
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.index import IndexError as WhooshIndexError
from whoosh.searching import Searcher

from search.schema import all_fields

logger = logging.getLogger(__name__)

OPEN_ATTEMPTS = 20
"""A reader that opens while a writer commits or a rebuild swaps tries again this often."""


class IndexBusy(Exception):
    """Another process holds the lock that was asked for."""


class IndexUnavailable(Exception):
    """There is no index that can be read; a rebuild makes one."""


_UNREADABLE = (OSError, EOFError, struct.error, pickle.UnpicklingError, WhooshIndexError)


class IndexDirectory:
    """One index folder: ``current`` points to the generation that readers use."""

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path).absolute()
        self._local = threading.local()

    # Locks

    @contextmanager
    def locked(self, name: str, *, wait: bool) -> Iterator[None]:
        """Holds a lock of this folder across processes and threads; raises IndexBusy."""
        self._make_private()
        with open(self.path / f"{name}.lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise IndexBusy(name) from error
            yield

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
        pointer = self.path / "current"
        for _ in range(OPEN_ATTEMPTS):
            try:
                return self.path / os.readlink(pointer)
            except FileNotFoundError:
                self._make_private()
                self._point_to(self.new_generation(), unless_present=True)
        raise FileNotFoundError(pointer)

    def new_generation(self) -> Path:
        """An empty index beside the current one."""
        self._make_private()
        folder = Path(tempfile.mkdtemp(prefix="gen-", dir=self.path))
        FileIndex.create(FileStorage(str(folder)), Schema(**all_fields()))
        return folder

    def swap(self, folder: Path) -> None:
        """Makes the folder current in one atomic step; readers of the old one finish on it."""
        previous = self.current().name
        self._point_to(folder)
        self.discard_except(folder.name, previous)

    def discard_except(self, *names: str) -> None:
        """Removes generations left behind, but for those named."""
        for folder in self.path.glob("gen-*"):
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    def _make_private(self) -> None:
        if not self.path.is_dir():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)

    def _point_to(self, folder: Path, *, unless_present: bool = False) -> None:
        pointer = self.path / "current"
        if unless_present:
            try:
                os.symlink(folder.name, pointer)
            except FileExistsError:
                shutil.rmtree(folder, ignore_errors=True)
            return
        temporary = self.path / f"current.{folder.name}"
        os.symlink(folder.name, temporary)
        os.replace(temporary, pointer)
        sync_folder(self.path)

    # Readers

    def open(self) -> FileIndex:
        """The current index, for a writer that holds the write lock."""
        return FileIndex(FileStorage(str(self.current())))

    def searcher(self) -> Searcher:
        """A searcher on the newest commit, kept for the calling thread and reopened when stale.

        Reopened, never refreshed: ``Searcher.refresh`` keeps merged-away segments in some
        releases. Whoosh's readers may not be shared between threads. Raises IndexUnavailable.
        """
        for attempt in range(OPEN_ATTEMPTS):
            try:
                return self._newest_searcher()
            except _UNREADABLE as error:
                if attempt == OPEN_ATTEMPTS - 1:
                    raise IndexUnavailable(str(self.path)) from error
                time.sleep(0.005 * attempt)
        raise IndexUnavailable(str(self.path))

    def _newest_searcher(self) -> Searcher:
        index = self.open()
        version = (index.storage.folder, index.latest_generation())
        if getattr(self._local, "version", None) != version:
            self._local.searcher = index.searcher()
            self._local.snapshot = None
            self._local.version = version
        return self._local.searcher

    def snapshot(self, make):
        """What ``make(searcher)`` says of this thread's searcher, kept as long as that is."""
        if self._local.snapshot is None:
            self._local.snapshot = make(self._local.searcher)
        return self._local.snapshot


_directories: dict[Path, IndexDirectory] = {}


def directory(path: str | os.PathLike) -> IndexDirectory:
    """The one ``IndexDirectory`` of this process for a path."""
    key = Path(path).absolute()
    return _directories.setdefault(key, IndexDirectory(key))


def sync_folder(folder: Path) -> None:
    """Brings a folder's files and names to the disk; Whoosh itself never does."""
    for path in [*folder.iterdir(), folder]:
        if path.is_symlink() or not (path.is_file() or path == folder):
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
