"""Where the index lies on disk: one private folder, generations in it, a pointer to the current.

Creates, swaps and removes generations and holds the locks; never opens what is in them.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.fields import Schema
from whoosh.index import FileIndex

from search import durable, locks, versions
from search.durable import DurableStorage, sync_all, sync_folder
from search.locks import IndexBusy
from search.privacy import IndexMissing, IndexUnavailable, ensure_ours, ensure_private
from search.schema import all_fields

OPEN_ATTEMPTS = 20
"""A reader that opens while a writer commits or a rebuild swaps tries again this often."""

_GENERATION = re.compile(r"gen-\w+\Z")


class Generations:
    """One index folder: ``current`` points to the generation that readers use."""

    def __init__(self, path: str | os.PathLike):
        self.path = Path(path).absolute()

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

    # What is left behind

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
