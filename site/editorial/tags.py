"""The tags that the admin offers to whoever types: of what they may see, not of others' drafts."""

from functools import cache

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import Http404, JsonResponse
from taggit.models import CommonGenericTaggedItemBase, ItemBase, Tag, TagBase
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from . import drafts

MOST = 10
ADDRESSES = {"wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete"}


def autocomplete(request, app_name="taggit", model_name="tag"):
    """As Wagtail's view of the same addresses; names (list of str) as JSON."""
    try:
        model = apps.get_model(app_name, model_name)
    except LookupError as error:
        raise Http404 from error
    if not issubclass(model, TagBase):
        raise Http404
    found = offered(request.user, request.GET.get("term", ""), model)
    return JsonResponse(found, safe=False)


def offered(user, term: str, model=Tag) -> list[str]:
    """At most `MOST` names that begin with `term`, used on pages or media the user may see."""
    if not term:
        return []
    used = Q(pk__in=())
    for through in _through_models(model):
        for rows in _visible_rows(through, user):
            used |= Q(pk__in=rows.order_by().values("tag"))
    tags = model.objects.filter(used, name__istartswith=term).order_by("name")
    return list(tags.values_list("name", flat=True)[:MOST])


@cache
def _through_models(model) -> list:
    return [
        through
        for through in apps.get_models()
        if issubclass(through, ItemBase) and through.tag_model() is model
    ]


def _visible_rows(through, user):
    if issubclass(through, CommonGenericTaggedItemBase):
        for media in (get_image_model(), get_document_model()):
            usable = drafts.usable_media(user, media).order_by().values("pk")
            kind = ContentType.objects.get_for_model(media)
            yield through.objects.filter(content_type=kind, object_id__in=usable)
    elif issubclass(through._meta.get_field("content_object").related_model, Page):
        pages = drafts.visible_pages(user).order_by().values("pk")
        yield through.objects.filter(content_object__in=pages)
