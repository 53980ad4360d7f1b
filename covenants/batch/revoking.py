"""Takes a batch back: what nobody has changed since disappears again, the rest is listed.

The newest file first, so that a page that got several texts is undone text by text.
"""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from covenants import attaching
from covenants.models import Edition, ImportBatch, ImportRow, RuleSource
from search import outbox

CHUNK = 20


class Changed(Exception):
    """The page is no longer as the batch left it; the message says in what."""


def take_back(batch: ImportBatch) -> int:
    """Take some files back, each whole; when none is left the batch is REVOKED."""
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
        ImportRow.objects.bulk_update(rows, ["state", "page", "message"])
        if not rows:
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
    pictures = row.before.get("pictures", [])
    if row.state == ImportRow.CREATED:
        _remove(page, batch)
    else:
        _restore(page, row, made)
    attaching.remove_unused(pictures, batch.started_at)


def _remove(page, batch):
    for source in RuleSource.objects.filter(page=page):
        _forget_file(source)
    log(instance=page, action="wagtail.delete", user=batch.revoked_by, deleted=True)
    page.delete()


def _restore(page, row, made):
    """The page as it stood before its next edition came."""
    before = row.before
    for source in RuleSource.objects.filter(page=page, sha256=before["digest"], part=row.part):
        _forget_file(source)
        source.delete()
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


def _forget_file(source):
    transaction.on_commit(lambda: source.file.storage.delete(source.file.name))
