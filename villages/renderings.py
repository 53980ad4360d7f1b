"""Lets the files of recordings and translations go when the page they belong to goes."""

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from villages.models import LanguageVersion, Recording

_FILES = {Recording: ("document_id",), LanguageVersion: ("pdf_id", "recording_id")}


def connect() -> None:
    for model in _FILES:
        post_delete.connect(_forget_files, sender=model, dispatch_uid=f"villages.{model.__name__}")


def _forget_files(sender, instance, **kwargs):
    """A row may also go because an editor took it off; drafts of the page may still hold it."""
    keys = [getattr(instance, name) for name in _FILES[sender]]
    page_id = instance.page_id
    transaction.on_commit(lambda: _delete_unused(page_id, filter(None, keys)))


def _delete_unused(page_id, keys):
    if Page.objects.filter(pk=page_id).exists():
        return
    for document in get_document_model().objects.filter(pk__in=list(keys)):
        if not ReferenceIndex.get_references_to(document).exists():
            document.delete()
