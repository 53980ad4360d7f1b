"""What follows the commit: the list outside the database, files, index, free pages of the database.

Every step may be done twice and by two processes at once. What a killed process left stands in
`Erasure` and is taken up by `manage.py work`.
"""

import datetime
import logging
import time

from django.core.cache import caches
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from ..models import Erasure
from . import ledger, registry
from .registry import NotYet

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5
LOUD_AFTER = datetime.timedelta(minutes=10)
"""An erasure that is older is reported as an error, so that somebody looks."""

_quiet_until = 0.0


def carry_out(erasure: Erasure, *, thorough: bool) -> bool:
    """Do what can be done now; whether all is done (the row is gone then)."""
    if erasure.withdrawal:
        ledger.note(erasure.withdrawal)
    for alias, name in erasure.files:
        storages[alias].delete(name)
    clear_caches()
    try:
        for erase in registry.erasers():
            erase(thorough)
        if not thorough:
            return False
        Erasure.objects.filter(pk=erasure.pk).delete()
        scrub_database()
    except NotYet as reason:
        late = timezone.now() - erasure.made_at > LOUD_AFTER
        logger.log(logging.ERROR if late else logging.INFO, "Not all is erased yet: %s", reason)
        Erasure.objects.get_or_create(
            pk=erasure.pk,
            defaults={"withdrawal": erasure.withdrawal, "made_at": erasure.made_at},
        )
        return False
    return True


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
    """What the background process does each time it comes by."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return 0
    done = sum(carry_out(erasure, thorough=True) for erasure in Erasure.objects.order_by("pk"))
    if not done:
        _quiet_until = time.monotonic() + AGAIN_SECONDS
    return done
