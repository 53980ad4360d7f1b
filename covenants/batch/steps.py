"""What the background process does for batches, a few files at a time.

Every call goes on where the last one, or a killed one, stopped: each file lands whole together
with its row, and two processes at once wait for each other at the batch's row.
"""

import logging
import time

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from covenants.batch import planning, revoking
from covenants.importing import HELD, import_chunk, read_ahead
from covenants.models import ImportBatch, ImportRow
from covenants.rule_files import ReadOnce, Refused
from covenants.stored import undone_on_failure
from covenants.weighing import Weighed
from search import outbox

logger = logging.getLogger(__name__)

SLICE_SECONDS = 5
"""How long one call may keep the background process from its other work."""

CHUNK = 20
"""Files that land in one transaction: as long as an editor who saves meanwhile has to wait."""

LOOK_CHUNK = 20
FAULT = gettext_lazy("处理这个文件时程序出错，没有导入。请把文件交给管理员查看。")
UNLISTED = gettext_lazy("压缩包里的文件列不出来，请重新打包成 .zip 再交。")
_PLANNED_FIELDS = [
    "part",
    "state",
    "place",
    "kind",
    "adopted",
    "articles",
    "becomes",
    "message",
    "doubts",
    "page",
]


def work_on_batches() -> int:
    """Go on with the oldest batch that has work; returns the number of files done."""
    batch = ImportBatch.objects.filter(state__in=ImportBatch.WORKING).order_by("created_at").first()
    if batch is None:
        return 0
    # What rows and pages are told is content: Chinese, whatever language the process speaks.
    with translation.override("zh-hans"):
        return go_on(batch, until=time.monotonic() + SLICE_SECONDS)


def go_on(batch: ImportBatch, until: float | None = None) -> int:
    """Work on a batch until it waits for a person, or until a moment of the monotonic clock."""
    done = 0
    try:
        while batch.is_working and (until is None or time.monotonic() < until):
            done += _slice(batch, until)
            batch.refresh_from_db()
    except (Refused, FileNotFoundError) as error:
        logger.warning("Batch %s cannot be read: %s", batch.pk, error)
        _fail(batch, str(error))
    except DatabaseError:
        raise
    except Exception:
        if batch.listed:
            raise
        # Nothing came of it yet, and it must not stand before all other batches for ever.
        logger.exception("Batch %s cannot be listed.", batch.pk)
        _fail(batch, str(UNLISTED))
    return done


def _fail(batch, message):
    batch.state, batch.message = ImportBatch.FAILED, message[:300]
    batch.save(update_fields=["state", "message"])


def _slice(batch, until) -> int:
    if batch.state == ImportBatch.REVOKING:
        return revoking.take_back(batch)
    done = 0
    with planning.opened(batch) as archive:
        if not batch.listed:
            planning.list_files(batch, archive)
        step = _look if batch.state == ImportBatch.READING else _land_or_set_aside
        book = planning.book_of(batch.scope) if step is _look else None
        while number := step(batch, archive, book, until):
            done += number
            if _is_over(until):
                return done
    return done


def _look(batch, archive, book, until) -> int:
    """Look at some files; when none is left the report stands.

    Reading and parsing happen outside of any transaction, so that nobody waits for them.
    """
    listed = batch.rows.filter(state=ImportRow.LISTED)
    rows: list[ImportRow] = []
    others: dict[int, list[ImportRow]] = {}
    for row in listed[:LOOK_CHUNK]:
        if rows and _is_over(until):
            break
        rows.append(row)
        row.batch = batch
        try:
            others[row.pk] = planning.look_at(row, archive, book)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("Batch %s: %s could not be looked at.", batch.pk, row.file)
            row.state, row.message, row.doubts = ImportRow.REFUSED, str(FAULT), []
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state != ImportBatch.READING:
            return 0
        still = set(listed.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        ImportRow.objects.bulk_update([row for row in rows if row.pk in still], _PLANNED_FIELDS)
        ImportRow.objects.bulk_create(one for pk in still for one in others.get(pk, ()))
        if not rows:
            planning.compare_rows(locked)
            locked.state = ImportBatch.PLANNED
            locked.save(update_fields=["state"])
    return len(rows)


def _is_over(until) -> bool:
    return until is not None and time.monotonic() > until


def _land_or_set_aside(batch, archive, book, until) -> int:
    """Import some files; one that fails unforeseen is set aside and never stops the others."""
    try:
        return _land(batch, archive, CHUNK, until)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Batch %s: some files failed together; one by one now.", batch.pk)
    done = 0
    for _number in range(CHUNK):
        try:
            done += _land(batch, archive, 1)
        except DatabaseError:
            raise
        except Exception:
            row = _next_rows(batch, 1)[0]
            logger.exception("Batch %s: %s failed.", batch.pk, row.file)
            row.state, row.message = ImportRow.REFUSED, str(FAULT)
            row.save(update_fields=["state", "message"])
            done += 1
    return done


def _next_rows(batch, number) -> list[ImportRow]:
    ready = batch.rows.filter(state=ImportRow.READY).select_related("place", "batch")
    return list(ready.order_by("place_id", "kind", "adopted", "position", "part")[:number])


def _land(batch, archive, size, until=None) -> int:
    """Import some files in one transaction with their rows.

    They are read and converted before it: LibreOffice takes a minute where it must, and as long
    as a transaction lasts nobody on the whole site can save.
    """
    rows, ahead = _read_some(batch, archive, size, until)
    with undone_on_failure() as written, transaction.atomic(), outbox.later():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state != ImportBatch.RUNNING:
            return 0
        ready = locked.rows.filter(state=ImportRow.READY)
        if not rows:
            if ready.exists():
                return 0
            _finish(locked)
            return 0
        # Another process may have landed some of them meanwhile.
        still = set(ready.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        both = [(row, one) for row, one in zip(rows, ahead, strict=True) if row.pk in still]
        rows = [row for row, _one in both]
        outcomes = import_chunk(
            [one for _row, one in both],
            publish=locked.publish,
            by=locked.created_by,
            written=written,
        )
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.again:
                continue
            row.state, row.page_id = outcome.status, outcome.page_id
            row.message = outcome.message or " ".join(outcome.warnings)
            row.articles = outcome.articles or row.articles
            row.revision = outcome.revision_id
            row.before = outcome.before | {"digest": outcome.digest}
        fields = ["state", "page", "message", "articles", "revision", "before"]
        ImportRow.objects.bulk_update(rows, fields)
    return sum(not outcome.again for outcome in outcomes)


def _read_some(batch, archive, size, until):
    """(rows, what each of their files is): so many as are read in time and fit in memory."""
    rows, ahead, held = [], [], 0
    once: dict[int, ReadOnce] = {}
    for row in _next_rows(batch, size):
        if rows and (held > HELD or _is_over(until)):
            break
        file = planning.rule_file(row, archive)
        if row.part:
            file.once = once.setdefault(row.member, file.once)
        (one,) = read_ahead([file], lambda _file, row=row: _place(row.place))
        rows.append(row)
        ahead.append(one)
        held += one.held_bytes if isinstance(one, Weighed) else 0
    return rows, ahead


def _place(place):
    if place is None:
        raise Refused(_("这个地方已经不在了。"))
    return place.specific


def _finish(batch):
    batch.state, batch.finished_at = ImportBatch.DONE, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    landed = batch.rows.filter(state__in=ImportRow.LANDED).count()
    log(
        instance=batch.scope.specific,
        action="covenants.batch_run",
        user=batch.created_by,
        data={"batch": str(batch.pk), "name": batch.name, "files": landed},
    )
