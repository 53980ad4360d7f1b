"""What follows the commit: the list outside the database, files, index, free pages of the database.

Every step may be done twice; what takes long one process does at a time. What a killed process
left stands in `Erasure` and is taken up by `manage.py work`, beside its loop (`Beside`).
"""

import datetime
import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import storages
from django.db import connection, connections, transaction
from django.utils import timezone

from ..models import Erasure
from . import ledger, registry, wagtail_rows
from .registry import NotYet

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5
REST, REST_MOST = 4, 15
"""After a pass so many times as long as it took nothing is begun, and at most so many seconds: what
comes meanwhile is done in one pass. A withdrawal that comes just after a pass began waits for the
rest of it, this, and the next one: a minute, where a pass takes twenty seconds."""

LOUD_AFTER = datetime.timedelta(minutes=30)
"""An erasure that waits longer than it should is reported as an error, so that somebody looks."""


def carry_out(erasure: Erasure, *, thorough: bool) -> bool:
    """Do what can be done now; whether all is done (the row is gone then)."""
    return carry_out_all([erasure], thorough=thorough)


def carry_out_all(erasures: list[Erasure], *, thorough: bool) -> bool:
    """The same for several in one pass: the index is written once for all of them."""
    for erasure in erasures:
        if erasure.withdrawal and not erasure.withdrawal.noted:
            ledger.note(erasure.withdrawal)
    _delete_leftovers(erasures)
    clear_caches()
    try:
        if not thorough:
            _erase(thorough=False)
            return False
        with _alone():
            _erase(thorough=True)
            # The rows go last: they hold no words by now, and a process killed before leaves them.
            scrub_database()
            Erasure.objects.filter(pk__in=[erasure.pk for erasure in erasures]).delete()
    except NotYet as reason:
        _tell(erasures, reason)
        return False
    return True


def _delete_leftovers(erasures: list[Erasure]) -> None:
    """Files, and the pictures, documents and tags of deleted pages that nothing uses now."""
    files = [tuple(file) for erasure in erasures for file in erasure.files]
    media: dict[type, set[int]] = {}
    for erasure in erasures:
        for label, keys in erasure.media.items():
            media.setdefault(apps.get_model(label), set()).update(keys)
    tags = {tag for erasure in erasures for tag in erasure.tags}
    if media or tags:
        with transaction.atomic():
            unused = wagtail_rows.only_theirs([], media)
            files += wagtail_rows.delete_media(unused, label=wagtail_rows.DELETED_LABEL).files
            wagtail_rows.purge_unused_tags(tags)
            # A process killed from here on leaves the names of the files.
            Erasure.objects.filter(pk=erasures[0].pk).update(files=[list(one) for one in files])
    for alias, name in files:
        storages[alias].delete(name)
    keys = [erasure.pk for erasure in erasures]
    Erasure.objects.filter(pk__in=keys).update(files=[], media={}, tags=[])


def _erase(*, thorough: bool) -> None:
    for erase in registry.erasers():
        erase(thorough)


def _tell(erasures: list[Erasure], reason: NotYet) -> None:
    late = any(timezone.now() - erasure.due_at > LOUD_AFTER for erasure in erasures)
    logger.log(logging.ERROR if late else logging.INFO, "Not all is erased yet: %s", reason)


@contextmanager
def _alone() -> Iterator[None]:
    """Holds what only one process may hold; ends with the process. Raises NotYet."""
    path = Path(settings.DATA_DIR) / "erasing.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotYet("another process is erasing") from error
        yield


def clear_caches() -> None:
    for cache in caches.all(initialized_only=False):
        cache.clear()


def scrub_database() -> None:
    """Let SQLite write over what was deleted, in its log, too. Raises NotYet while others read.

    Free pages are overwritten as they become free (`secure_delete`, see the settings).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise NotYet("the database is being read")


def step() -> int:
    """One pass over all that waits; how many erasures it ended."""
    erasures = list(Erasure.objects.select_related("withdrawal").order_by("pk"))
    return len(erasures) if erasures and carry_out_all(erasures, thorough=True) else 0


class Beside:
    """Carries erasures out in a thread, for the loop of `manage.py work`; `alone`: in the loop.

    A pass that is cut off with the process is begun again by the next one.
    """

    def __init__(self, *, alone: bool = False, clock: Callable[[], float] = time.monotonic):
        self._alone, self._clock = alone, clock
        self._thread: threading.Thread | None = None
        self._next_at = 0.0

    def tick(self) -> None:
        """Begins a pass where one is due; raises trouble with the database."""
        if self.is_busy() or self._clock() < self._next_at or not Erasure.due().exists():
            return
        if self._alone:
            self._pass()
            return
        self._thread = threading.Thread(target=self._pass_and_leave, daemon=True)
        self._thread.start()

    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _pass_and_leave(self) -> None:
        try:
            self._pass()
        except Exception:
            logger.exception("What was withdrawn could not be erased; trying again.")
        finally:
            connections.close_all()

    def _pass(self) -> None:
        began = self._clock()
        try:
            step()
        finally:
            now = self._clock()
            self._next_at = now + min(max(AGAIN_SECONDS, REST * (now - began)), REST_MOST)
