"""Re-enqueues whole subtrees when what the index says of them changes without a save.

A move changes every descendant's path, a view restriction who may see them.
"""

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from search import outbox


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    post_page_move.connect(_moved, dispatch_uid="search.moved")
    page_published.connect(_changed, dispatch_uid="search.published")
    page_unpublished.connect(_changed, dispatch_uid="search.unpublished")
    post_save.connect(_restricted, sender=PageViewRestriction, dispatch_uid="search.restricted")
    post_delete.connect(_restricted, sender=PageViewRestriction, dispatch_uid="search.released")


def _changed(instance, **kwargs) -> None:
    outbox.touch(Page, [instance.pk])


def _moved(instance, **kwargs) -> None:
    _touch_subtree(instance.pk)


def _restricted(instance, raw=False, **kwargs) -> None:
    if not raw:
        _touch_subtree(instance.page_id)


def _touch_subtree(page_id: int) -> None:
    path = Page.objects.filter(pk=page_id).values_list("path", flat=True).first()
    if path:
        outbox.touch_queryset(Page.objects.filter(path__startswith=path))
