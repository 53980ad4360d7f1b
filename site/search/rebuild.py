"""Builds a whole new index beside the one in use and swaps it in.

Readers go on with the old one until the swap; what is touched meanwhile is applied afterwards.
"""

import time

from django.apps import apps

from search.index import IndexBusy, IndexDirectory
from search.writer import BulkWriter

LOCK_ATTEMPTS = 20
"""A drain looks at the lock for an instant; only one that stays held means another rebuild."""


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


class Rebuilder:
    """What modelsearch's ``update_index`` drives: ``start``, then items, then ``finish``."""

    def __init__(self, index):
        self.index = index
        self._lock = None

    def start(self):
        """Begins a rebuild and returns the index to fill; raises IndexBusy if one runs already."""
        directory = self.index.directory
        self._lock = _rebuild_lock(directory)
        # A drain that began before would take its entries away without marking them.
        with directory.locked("write", wait=True):
            directory.discard_except(directory.current().name)
        self.index.bulk = BulkWriter(directory.new_generation())
        return self.index

    def finish(self):
        """Swaps the new index in and applies what was touched since the start."""
        directory, bulk = self.index.directory, self.index.bulk
        bulk.finish()
        self.index.bulk = None
        with directory.locked("write", wait=True):
            if apps.is_installed("search"):
                from search import outbox

                outbox.replay()
            directory.swap(bulk.folder)
            self._release()
        self.index.refresh()

    def _release(self):
        lock, self._lock = self._lock, None
        lock.__exit__(None, None, None)

    def __del__(self):
        if self._lock is not None:
            self._release()
