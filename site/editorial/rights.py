"""What a user may do at all, wherever it is. Asks the permission policy; grants nothing."""

from wagtail.models import Page
from wagtail.permissions import policy_registry

EVERYBODY = frozenset({"wagtailadmin.access_admin"})
"""What every editor has; pages, pictures and documents are granted by place, not here."""


def may_publish_somewhere(user) -> bool:
    """Whether `user` holds a right to publish at any place today."""
    return policy_registry.get_by_type(Page).user_has_permission(user, "publish")


def needs_second_factor(user) -> bool:
    """Who publishes anywhere or administers anything: others' texts hang on their password."""
    if not user.is_active:
        return False
    return (
        user.is_superuser
        or may_publish_somewhere(user)
        or not EVERYBODY.issuperset(user.get_all_permissions())
    )
