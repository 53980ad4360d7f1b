"""What a user of the admin may see at all: their own places, the way to them, published pages.

The one definition behind choosers, lists and the guard at the admin's door; it decides about
seeing, never about changing.
"""

from django.db.models import F, Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry

from safety.restrictions import closed_to

from .permission_policy import EXPLORE

WORK = ("add", "change", "publish")
_private = {}


def register_private(argument, model, place):
    """Let a room name what it keeps private, and for whom: those who work at a page.

    `argument` is what the admin's addresses call its number; `place` the lookup from `model` to
    the page. The guard answers all others as if there were nothing with that number.
    """
    _private[argument] = model, place


def any_hidden_private(user, arguments):
    """Whether one of an address's arguments (dict) names something private of another place."""
    named = [(*_private[name], value) for name, value in arguments.items() if name in _private]
    if not named:
        return False
    worked_on = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, WORK)
    own = worked_on.order_by().values("pk")
    return not all(
        model.objects.filter(**{"pk": value, f"{place}_id__in": own}).exists()
        for model, place, value in named
    )


def may_read(user, page):
    """Whether `user` may read the draft of `page`: whoever serves at its place, in any role."""
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_any_permission_for_instance(user, EXPLORE, page)


def visible(user):
    """A Q for the pages whose admin title `user` may read.

    A published page whose title is being changed shows the new title everywhere in the admin, so
    it counts as a draft for all who do not work on it; so does one that not everybody may read.
    """
    if user.is_superuser and user.is_active:
        return Q()
    published = Q(live=True, draft_title=F("title")) & ~closed_to(user)
    own = policy_registry.get_by_type(Page).explorable(user)
    return published if own is None else own | published


def visible_pages(user):
    """The pages of `visible`."""
    return Page.objects.filter(visible(user))


def any_hidden_page(user, page_ids):
    """Whether one of these ids (a set) is no page that `user` may see.

    That there is no such page makes no difference, not even to the number of queries.
    """
    return visible_pages(user).filter(pk__in=page_ids).count() < len(page_ids)


def usable_media(user, model):
    """Pictures or documents in the collections that `user` may choose from or change."""
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, ["choose", "change"])


def any_hidden_media(user, model, ids):
    """Whether one of these ids (a set) is no picture or document that `user` may choose."""
    return usable_media(user, model).filter(pk__in=ids).count() < len(ids)


MEDIA_NAMESPACES = {
    "wagtailimages": get_image_model,
    "wagtaildocs": get_document_model,
    "wagtailimages_chooser": get_image_model,
    "wagtaildocs_chooser": get_document_model,
}
MEDIA_APPS = {"wagtailimages": get_image_model, "wagtaildocs": get_document_model}
