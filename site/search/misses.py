"""Counts queries that found nothing: words only, no person, no time finer than a day.

The only module that writes ``Miss``. Counting never fails a search nor waits for the database.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connections, router, transaction
from django.db.models import F
from django.utils import timezone

from search.folding import HAN, normalise

logger = logging.getLogger(__name__)

MAX_LENGTH = 12
"""Longest query counted, in code points: longer ones tell stories, with names in them."""

MAX_ROWS = 2000
"""Rows kept; when there are more the rarest and oldest go."""

SHOWN_FROM = 3
"""Times a query must have been asked before anybody sees it: what one person typed stays unseen."""

PATIENCE_MS = 50
"""How long a search waits for a database that somebody else is writing to."""

_WORD_SIGNS = re.compile(rf"[^0-9a-z{HAN}]+")
_DIGITS = "0-9〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
_LONG_NUMBER = re.compile(f"[{_DIGITS}]{{6}}")


def countable(text: str) -> str:
    """The words of a query as they are counted; empty where it must not be kept.

    Left out: what is long, what has a number of six digits and more (telephone, identity card)
    however it is written, in either script, and addresses of e-mail or web.
    """
    if "@" in normalise(text) or "://" in text:
        return ""
    words = " ".join(_WORD_SIGNS.sub(" ", normalise(text)).split())
    if len(words) > MAX_LENGTH or _LONG_NUMBER.search(words.replace(" ", "")):
        return ""
    return words if re.search(f"[a-z{HAN}]", words) else ""


def count(text: str) -> None:
    """Counts a query that found nothing; whatever goes wrong is logged."""
    from search.models import Miss

    words = countable(text)
    if not words:
        return
    today = timezone.localdate()
    database = router.db_for_write(Miss)
    try:
        with _impatient(connections[database]), _savepoint_inside(database):
            known = Miss.objects.using(database).filter(words=words)
            if not known.update(count=F("count") + 1, last_day=today):
                row = Miss(words=words, last_day=today)
                Miss.objects.using(database).bulk_create([row], ignore_conflicts=True)
                _forget_the_rarest(database)
    except DatabaseError:
        logger.info("A query without result was not counted.", exc_info=True)


def _forget_the_rarest(database: str) -> None:
    from search.models import Miss

    rows = Miss.objects.using(database)
    surplus = rows.count() - MAX_ROWS
    if surplus > 0:
        # A tenth more than needed, so that not every new word has to make room.
        rarest = rows.order_by("count", "last_day", "pk").values_list("pk", flat=True)
        rows.filter(pk__in=list(rarest[: surplus + MAX_ROWS // 10])).delete()


@contextmanager
def _savepoint_inside(database: str) -> Iterator[None]:
    """A failure must not spoil a transaction that is open already; none is opened otherwise."""
    if not connections[database].in_atomic_block:
        yield
        return
    with transaction.atomic(using=database):
        yield


@contextmanager
def _impatient(connection) -> Iterator[None]:
    """SQLite waits half a minute for another writer; a resident's search does not."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
