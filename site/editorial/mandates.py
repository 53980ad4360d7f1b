"""What follows from mandates live now. Asks only; `editorial.appointments` makes and ends them.

A user's live mandates are read in one query and kept on the user object, which lives as long as a
request. Somebody may serve in a thousand villages and every screen asks: so they are plain tuples.
"""

from typing import NamedTuple

from django.contrib.auth import get_user_model
from wagtail.models import Page

from .models import Mandate
from .roles import ROLES

_CACHE = "_live_mandates"
# What Django, Wagtail and this module keep on a user object.
_CACHES = (
    _CACHE,
    "_perm_cache",
    "_page_permission_cache",
    "_collection_permission_cache",
    "_explorable_root_page_cache",
    "_allowed_content_type_ids",
    "_actions_by_path",
    "_page_conditions",
)


_NODES = [
    f"{node}__{field}"
    for node in ("body", "body__body_collection__collection")
    for field in ("pk", "path", "depth")
]


class Node(NamedTuple):
    """A place in a tree, with what Wagtail's policies read off pages and collections."""

    pk: int
    path: str
    depth: int


class Held(NamedTuple):
    """A mandate live now: the role, the body served, the body's collection if it has one."""

    role: str
    body: Node
    collection: Node | None


def live_mandates(user) -> list[Held]:
    """The user's mandates at this moment; none for visitors and for deactivated accounts."""
    if not (user.is_authenticated and user.is_active):
        return []
    if not hasattr(user, _CACHE):
        rows = Mandate.objects.live().filter(user_id=user.pk)
        setattr(user, _CACHE, [_held(*row) for row in rows.values_list("role", *_NODES)])
    return getattr(user, _CACHE)


def _held(role, pk, path, depth, *collection):
    has_one = collection[0] is not None
    return Held(role, Node(pk, path, depth), Node(*collection) if has_one else None)


def forget(user) -> None:
    """Drop what was kept on this user object about their rights."""
    for name in _CACHES:
        user.__dict__.pop(name, None)


def holds_any_role(user, roles) -> bool:
    """Whether the user serves in one of these roles now, at whatever body."""
    return any(mandate.role in roles for mandate in live_mandates(user))


def holds_role_at(user, role: str, page: Page) -> bool:
    """Whether the user serves in this role now at `page` or at a body above it."""
    return any(m.role == role and page.path.startswith(m.body.path) for m in live_mandates(user))


def people_serving(paths, roles):
    """Users who serve in one of these roles now at one of the bodies with these tree paths."""
    held = Mandate.objects.live().filter(body__path__in=list(paths), role__in=list(roles))
    return get_user_model().objects.filter(pk__in=held.values("user_id")).order_by("pk")


def must_have_second_factor(user) -> bool:
    """Whether this account could make something public, and so needs more than a password."""
    if not (user.is_authenticated and user.is_active):
        return False
    return user.is_superuser or any(ROLES[m.role].publishes for m in live_mandates(user))


def may_appoint(by, role_key: str, body: Page) -> bool:
    """Whether `by` may appoint to and dismiss from this role at `body`, invite to it, see its list.

    Townships at their own villages, counties at their townships, the prefecture at its counties
    and for propaganda; superusers everywhere.
    """
    if by.is_active and by.is_superuser:
        return True
    needed = ROLES[role_key].appointed_by
    return bool(needed) and any(
        mandate.role == needed and body.path.startswith(mandate.body.path)
        for mandate in live_mandates(by)
    )


def may_appoint_somewhere(by) -> bool:
    """Whether there is any body at which `by` may appoint anyone."""
    if by.is_active and by.is_superuser:
        return True
    appointing = {role.appointed_by for role in ROLES.values()}
    return holds_any_role(by, appointing)


def is_named_only_by(by, user) -> bool:
    """Whether `by` may appoint to every mandate of `user` that has not ended, and those are all.

    Only then may they hand out a way into the account: it opens all of it, and with it rights that
    were given beside mandates.
    """
    if user.is_superuser or not user.is_active or user.user_permissions.exists():
        return False
    running = Mandate.objects.running().filter(user=user).select_related("body")
    return all(may_appoint(by, mandate.role, mandate.body) for mandate in running)
