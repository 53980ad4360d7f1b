"""An ordinary deletion leaves no words: copies go as with a withdrawal, the log keeps the fact.

Receivers of Django's signals, so that the editor's button, actions on many, pages deleted with the
place they stand in, and code are alike. There is no row in `Withdrawal`: the address is not found
(404) and the same text may come again. The words in the files of the index wait for one pass over
all that was deleted (`DUE_AFTER`); they cannot be found or read meanwhile.
"""

import datetime

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_delete, pre_delete
from django.utils import timezone
from wagtail.models import Page

from ..models import Erasure
from . import erasing, registry, wagtail_rows

DUE_AFTER = datetime.timedelta(hours=1)


def forget_page(sender, instance, **kwargs) -> None:
    """Receiver of `pre_delete` of every kind of page that holds a text.

    Pictures and documents are only noted: whether anything else uses them is asked after the
    commit, once for all pages of the transaction.
    """
    if registry.is_left_alone():
        return
    pages = [instance]
    media = wagtail_rows.media_of(pages)
    done = registry.purge_all(pages, occasion=registry.DELETED)
    wagtail_rows.purge_logs(pages, label=wagtail_rows.DELETED_LABEL)
    _note(
        files=[list(one) for one in done.files],
        media={model._meta.label: sorted(keys) for model, keys in media.items() if keys},
        tags=sorted(wagtail_rows.tags_of(pages)),
    )


def forget_file(sender, instance, **kwargs) -> None:
    """Receiver of `post_delete` of pictures and documents; their files Wagtail deletes."""
    if registry.is_left_alone():
        return
    wagtail_rows.forget_model_log(sender, [str(instance.pk)], label=wagtail_rows.DELETED_LABEL)
    _note()


def _note(**left) -> None:
    Erasure.objects.create(due_at=timezone.now() + DUE_AFTER, **left)
    here = set(connection.savepoint_ids)
    for savepoints, function, *_ in connection.run_on_commit:
        if function is follow and set(savepoints) <= here:
            return
    transaction.on_commit(follow, robust=True)


def follow() -> None:
    """After the commit: files, and what only the deleted pages used. Once for each transaction."""
    erasing.carry_out_all(list(Erasure.with_leftovers()), thorough=False)


def connect(file_models) -> None:
    """Listen to all kinds of pages that hold texts, and to pictures and documents."""
    for model in apps.get_models():
        if issubclass(model, Page) and getattr(model, "withdrawable", False):
            uid = f"safety.deleting.{model._meta.label}"
            pre_delete.connect(forget_page, sender=model, dispatch_uid=uid)
    for model in file_models:
        uid = f"safety.deleting.{model._meta.label}"
        post_delete.connect(forget_file, sender=model, dispatch_uid=uid)
