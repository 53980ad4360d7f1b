"""What a user of the admin may see at all: their own places, the way to them, published pages.

The one definition behind choosers, lists and the guard at the admin's door; it decides about
seeing, never about changing.
"""

from django.db.models import F, Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from .permission_policy import EXPLORE


def visible_pages(user):
    """Pages whose admin title `user` may read.

    A published page whose title is being changed shows the new title everywhere in the admin, so
    it counts as a draft for all who do not work on it.
    """
    if user.is_superuser and user.is_active:
        return Page.objects.all()
    own = policy_registry.get_by_type(Page).explorable_instances(user)
    return Page.objects.filter(
        Q(pk__in=own.order_by().values("pk")) | Q(live=True, draft_title=F("title"))
    )


def may_read(user, page):
    """Whether `user` may read the draft of `page`: whoever serves at its place, in any role."""
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_any_permission_for_instance(user, EXPLORE, page)


def any_hidden_page(user, page_ids):
    """Whether one of these ids is a page that `user` may not see; unknown ids are not."""
    named = Page.objects.filter(pk__in=page_ids)
    return named.exclude(pk__in=visible_pages(user).order_by().values("pk")).exists()


def usable_media(user, model):
    """Pictures or documents in the collections that `user` may choose from or change."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, ["choose", "change"])


def any_hidden_media(user, model, ids):
    """Whether one of these pictures or documents lies where `user` has no right to choose."""
    named = model._default_manager.filter(pk__in=ids)
    return named.exclude(pk__in=usable_media(user, model).order_by().values("pk")).exists()


MEDIA_NAMESPACES = {
    "wagtailimages_chooser": get_image_model,
    "wagtaildocs_chooser": get_document_model,
}
MEDIA_APPS = {"wagtailimages": get_image_model, "wagtaildocs": get_document_model}
