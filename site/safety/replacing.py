"""A document or picture changed under a page that is public: scanned before it takes effect.

Going live scans a page with its files; what is put in their place later would pass by that.
"""

import hashlib

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import IntegerField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from .findings import MOST_TOLD, find_in_data, find_in_media_words, permitted
from .public_texts import PublicFile
from .uploads.stored import bytes_to_check

MOST_PAGES = 50


def refuse_replacement(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    """Receiver of `pre_save` of both models. Raises ValidationError; asks once of a new row."""
    if raw or instance.pk is None or (update_fields and not {"file", "title"} & {*update_fields}):
        return
    refuse_under_live_pages(instance, bytes_to_check(sender, instance))


def refuse_under_live_pages(media, data: bytes | None) -> None:
    """Whether a changed document or picture may stand on the public pages that show it.

    `data`: its new content, None when only its words change. Raises ValidationError.
    """
    pages = list(public_pages_with(media))
    if not pages:
        return
    part = PublicFile("file", (media._meta.verbose_name, media.filename), media)
    found = find_in_media_words(media)
    if data is not None:
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        found += find_in_data(part, data, digest)
    for page in pages if found else ():
        left = [one for one in permitted(found, page.pk, page.path) if one.blocks]
        if left:
            told = [one.message for one in left[:MOST_TOLD]]
            head = _("已经公开的页面“%(title)s”在用它，没有保存。") % {"title": page.title}
            raise ValidationError([head, *told])


def public_pages_with(media):
    """The live pages whose saved text refers to a document or picture, at most MOST_PAGES."""
    kind = ContentType.objects.get_for_model(Page)
    held = ReferenceIndex.get_references_to(media).filter(base_content_type=kind)
    numbers = held.annotate(number=Cast("object_id", IntegerField())).values("number")
    return Page.objects.filter(pk__in=numbers, live=True).order_by("pk")[:MOST_PAGES]
