"""Builds a whole new index beside the one in use and swaps it in.

Readers go on with the old one until the swap; what is touched meanwhile is applied afterwards.
"""

import time
import weakref
from contextlib import suppress

from django.apps import apps

from search import durable, versions
from search.index import IndexBusy, IndexDirectory, IndexUnavailable
from search.writer import BulkWriter

LOCK_ATTEMPTS = 20
"""A drain looks at the lock for an instant; only one that stays held means another rebuild."""

_running: "weakref.WeakSet[Rebuilder]" = weakref.WeakSet()


def _rebuild_lock(directory: IndexDirectory):
    for attempt in range(LOCK_ATTEMPTS):
        lock = directory.locked("rebuild", wait=False)
        try:
            lock.__enter__()
            return lock
        except IndexBusy:
            if attempt == LOCK_ATTEMPTS - 1:
                raise
            time.sleep(0.05)
    raise IndexBusy("rebuild")


def abandon_all() -> None:
    """Gives up what rebuilds of this process have built so far, and frees the disk."""
    for rebuilder in list(_running):
        rebuilder.abandon()


class Rebuilder:
    """What modelsearch's ``update_index`` drives: ``start``, then items, then ``finish``."""

    def __init__(self, index):
        self.index = index
        self._lock = None
        self._folder = None
        self._covered: list[int] = []

    def start(self):
        """Begins a rebuild and returns the index to fill; raises IndexBusy if one runs already."""
        directory = self.index.directory
        self._lock = _rebuild_lock(directory)
        _running.add(self)
        # A drain that began before would take its entries away without marking them.
        with directory.locked("write", wait=True):
            directory.discard_except()
        if apps.is_installed("search"):
            from search import outbox

            if len(outbox.configured_directories()) == 1:
                self._covered = outbox.noted()
        self._folder = directory.new_generation()
        self.index.bulk = BulkWriter(self._folder)
        return self.index

    def finish(self):
        """Swaps the new index in and applies what was touched since the start."""
        directory, bulk = self.index.directory, self.index.bulk
        bulk.finish()
        self.index.bulk = None
        versions.write(bulk.folder, complete=True)
        durable.seal(bulk.folder)
        if with_outbox := apps.is_installed("search"):
            from search import outbox
        with directory.locked("write", wait=True):
            # Killed after any of these steps nothing is lost: entries go when nobody needs them.
            if with_outbox:
                outbox.take_up_again(self._covered)
            directory.swap(bulk.folder)
            self._folder = None
            if with_outbox:
                outbox.forget(self._covered)
            self._release()
        self.index.refresh()

    def abandon(self):
        """Leaves the index in use as it is and removes what was built."""
        self.index.bulk = None
        folder, self._folder = self._folder, None
        if folder is not None:
            # What a swap that failed late has put in use stays.
            with suppress(IndexUnavailable, OSError):
                self.index.directory.discard_except()
        self._release()

    def _release(self):
        _running.discard(self)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.__exit__(None, None, None)

    def __del__(self):
        if self._lock is not None:
            self.abandon()
