"""Pages whose steps somebody may take or record: what `editorial.review` allows, as one query
each."""

from django.db.models import Q
from wagtail.models import Page
from wagtail.permissions import policy_registry

from safety.publishers import pages_to_publish

from . import mandates
from .permission_policy import below
from .roles import TOWNSHIP_FILER


def pages_to_file(user):
    """Pages for which `review.may_file` holds, as one query."""
    published = pages_to_publish(user).values("pk")
    return Page.objects.filter(Q(pk__in=published) | _served_as(user, [TOWNSHIP_FILER]))


def pages_served_as(user, roles):
    """Pages at and below the bodies that `user` serves in one of these roles, as one query."""
    return Page.objects.filter(_served_as(user, roles))


def pages_to_write(user):
    """Pages that `user` may edit, as one query."""
    return policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")


def _served_as(user, roles) -> Q:
    return below([m.body.path for m in mandates.live_mandates(user) if m.role in roles])
