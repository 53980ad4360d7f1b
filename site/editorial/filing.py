"""Pages whose steps somebody may record: what `editorial.review` allows, as one query each."""

from django.db.models import Q
from wagtail.models import Page
from wagtail.permissions import policy_registry

from . import mandates
from .permission_policy import below

FILERS = ("township_filer",)


def pages_to_file(user):
    """Pages for which `review.may_file` holds, as one query."""
    policy = policy_registry.get_by_type(Page)
    published = policy.instances_user_has_permission_for(user, "publish").order_by().values("pk")
    return Page.objects.filter(Q(pk__in=published) | below(_filed_below(user)))


def pages_to_write(user):
    """Pages that `user` may edit, as one query."""
    return policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")


def _filed_below(user) -> list[str]:
    return [m.body.path for m in mandates.live_mandates(user) if m.role in FILERS]
