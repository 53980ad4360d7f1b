"""Re-enqueues whole subtrees when what the index says of them changes without a save.

A move changes every descendant's path, a view restriction who may see them.
"""

from asgiref.local import Local
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move, pre_page_move

from search import outbox

_moving = Local()
"""``pk`` of the page that this thread is about to move."""


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    pre_page_move.connect(_about_to_move, dispatch_uid="search.about_to_move")
    post_save.connect(_saved, sender=Page, dispatch_uid="search.saved_by_a_move")
    post_page_move.connect(_moved, dispatch_uid="search.moved")
    page_published.connect(_changed, dispatch_uid="search.published")
    page_unpublished.connect(_changed, dispatch_uid="search.unpublished")
    post_save.connect(_restricted, sender=PageViewRestriction, dispatch_uid="search.restricted")
    post_delete.connect(_restricted, sender=PageViewRestriction, dispatch_uid="search.released")


def _changed(instance, **kwargs) -> None:
    outbox.touch(Page, [instance.pk])


def _about_to_move(instance, **kwargs) -> None:
    _moving.pk = instance.pk


def _saved(instance, **kwargs) -> None:
    """Notes a move in its own transaction: Wagtail saves the page there, once its path is new."""
    if instance.pk == getattr(_moving, "pk", None):
        _moving.pk = None
        _touch_subtree(instance.pk)


def _moved(instance, **kwargs) -> None:
    """What stays to be done had the page not been saved; the transaction is over by now."""
    if instance.pk == getattr(_moving, "pk", None):
        _moving.pk = None
        _touch_subtree(instance.pk)


def _restricted(instance, raw=False, **kwargs) -> None:
    if not raw:
        _touch_subtree(instance.page_id)


def _touch_subtree(page_id: int) -> None:
    path = Page.objects.filter(pk=page_id).values_list("path", flat=True).first()
    if path:
        outbox.touch_queryset(Page.objects.filter(path__startswith=path))
