"""Takes a batch back: what nobody has changed since disappears again, the rest is listed.

The newest file first, so that a page that got several texts is undone text by text.
"""

import datetime
import logging

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from covenants import attaching
from covenants.models import Edition, ImportBatch, ImportRow, RuleSource
from safety.withdrawal.registry import left_alone
from search import outbox

logger = logging.getLogger(__name__)

CHUNK = 20
FAULT = gettext_lazy("撤回这个文件时程序出错，没有撤回。请把页面交给管理员查看。")
PICTURES_CHUNK = 200
MARGIN = datetime.timedelta(minutes=10)
"""A transaction that began before we looked may have committed after."""


class Changed(Exception):
    """The page is no longer as the batch left it; the message says in what."""


def take_back(batch: ImportBatch) -> int:
    """Take some files back, each whole; when none is left the batch is REVOKED."""
    in_drafts, seen_since = set(), timezone.now() - MARGIN
    if not batch.rows.filter(state__in=ImportRow.LANDED).exists():
        # Reads every draft since the run: before the transaction, which looks at the newest again.
        in_drafts = attaching.used_in_drafts(
            _pictures_of(_rows_with_pictures(batch)), batch.started_at
        )
    with transaction.atomic(), outbox.later():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state != ImportBatch.REVOKING:
            return 0
        landed = locked.rows.filter(state__in=ImportRow.LANDED)
        rows = list(landed.order_by("place_id", "kind", "-adopted", "-position", "-part")[:CHUNK])
        for row in rows:
            try:
                with transaction.atomic():
                    _take_back_row(row, locked)
                row.state, row.page = ImportRow.REVOKED, None
            except Changed as reason:
                row.state, row.message = ImportRow.KEPT, str(reason)
            except DatabaseError:
                raise
            except Exception:
                # What was there before may be gone: one page must not hold up all others.
                logger.exception("Batch %s: %s could not be taken back.", batch.pk, row.file)
                row.state, row.message = ImportRow.KEPT, str(FAULT)
        ImportRow.objects.bulk_update(rows, ["state", "page", "message"])
        if not rows:
            # Pictures last: what a page of the batch still held, its neighbour may share.
            if number := _remove_pictures(locked, in_drafts, seen_since):
                return number
            locked.state = ImportBatch.REVOKED
            locked.save(update_fields=["state"])
            log(
                instance=locked.scope.specific,
                action="covenants.batch_revoke",
                user=locked.revoked_by,
                data={
                    "batch": str(locked.pk),
                    "name": locked.name,
                    "files": locked.rows.filter(state=ImportRow.REVOKED).count(),
                    "kept": locked.rows.filter(state=ImportRow.KEPT).count(),
                },
            )
    return len(rows)


def _rows_with_pictures(batch) -> list[ImportRow]:
    """Some rows that were taken back and whose pictures were not looked at yet."""
    rows = batch.rows.filter(state=ImportRow.REVOKED, before__has_key="pictures")
    return list(rows.order_by("pk")[:PICTURES_CHUNK])


def _pictures_of(rows) -> set[int]:
    return {pk for row in rows for pk in row.before["pictures"]}


def _remove_pictures(batch, in_drafts, seen_since) -> int:
    """Delete the pictures of some rows where nothing uses them; returns the number of rows."""
    rows = _rows_with_pictures(batch)
    pictures = _pictures_of(rows)
    in_drafts = in_drafts | attaching.used_in_drafts(pictures, seen_since)
    attaching.remove_unused(pictures - in_drafts, batch.started_at)
    for row in rows:
        del row.before["pictures"]
    ImportRow.objects.bulk_update(rows, ["before"])
    return len(rows)


def _take_back_row(row: ImportRow, batch: ImportBatch) -> None:
    page = Page.objects.select_for_update().filter(pk=row.page_id).first()
    if page is None:
        raise Changed(_("页面已被删除。"))
    page = page.specific
    if page.latest_revision_id != row.revision:
        raise Changed(_("导入后有人改过。"))
    if page.live != (batch.publish or row.before.get("live", False)):
        raise Changed(_("导入后公布或撤下过。"))
    if page.workflow_in_progress:
        raise Changed(_("正在审核。"))
    newest = page.editions.order_by("-number").first()
    made = newest if batch.publish and newest else None
    if made and made.pk != row.before.get("edition") and made.ended_on:
        raise Changed(_("导入的版本已经废止或停止施行。"))
    if row.state == ImportRow.CREATED:
        _remove(page, batch)
    else:
        _restore(page, row, made)


def _remove(page, batch):
    log(instance=page, action="wagtail.delete", user=batch.revoked_by, deleted=True)
    # The batch says which files it took back, and removes its pictures.
    with left_alone():
        page.delete()


def _restore(page, row, made):
    """The page as it stood before its next edition came."""
    before = row.before
    RuleSource.objects.filter(page=page, sha256=before["digest"], part=row.part).delete()
    previous = Revision.objects.get(pk=before["latest_revision"])
    if made and made.pk != before["edition"]:
        Edition.objects.filter(pk=made.pk).delete()
        if before["edition"]:
            ended_on = before["ended_on"] and datetime.date.fromisoformat(before["ended_on"])
            Edition.objects.filter(pk=before["edition"]).update(
                ended_on=ended_on, ended_reason=before["ended_reason"]
            )
    if page.live_revision_id == row.revision:
        page = previous.as_object()
        page.live = before["live"]
        page.live_revision = previous if before["live"] else None
        page.has_unpublished_changes = before["has_unpublished_changes"]
        page.latest_revision = previous
        page.latest_revision_created_at = previous.created_at
        page.save(clean=False)
    else:
        Page.objects.filter(pk=page.pk).update(
            latest_revision=previous,
            latest_revision_created_at=previous.created_at,
            has_unpublished_changes=before["has_unpublished_changes"],
            draft_title=previous.content["title"],
        )
        outbox.touch(Page, [page.pk])
    Revision.objects.filter(pk=row.revision).delete()
