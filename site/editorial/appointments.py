"""Appointing and dismissing people: the only place that makes groups and permission rows."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from .models import BodyCollection, Seat
from .roles import ROLES


class AppointmentError(ValueError):
    """The appointment cannot be made; the message says why, for a person to read."""


@transaction.atomic
def appoint(user, role_key, page, by=None):
    """Give `user` the role at `page` and return its `Seat`. Doing it twice changes nothing.

    `by` is the user who decides, for the log. Raises AppointmentError for an unknown role or a
    page the role does not serve.
    """
    role, page = _checked(role_key, page)
    seat = Seat.objects.select_related("group").filter(role=role.key, page_id=page.pk).first()
    if seat is None:
        seat = Seat.objects.create(role=role.key, page_id=page.pk, group=_make_group(role, page))
    _grant(seat.group, role, page)
    if not user.groups.filter(pk=seat.group_id).exists():
        user.groups.add(seat.group)
        _log("editorial.appoint", user, role, page, by)
    return seat


@transaction.atomic
def dismiss(user, role_key, page, by=None):
    """Take the role at `page` from `user`; returns whether they held it.

    The last one to leave takes the group and its permission rows along; the collection stays,
    since pages use what lies in it.
    """
    role, page = _checked(role_key, page)
    seat = Seat.objects.select_related("group").filter(role=role.key, page_id=page.pk).first()
    if seat is None or not user.groups.filter(pk=seat.group_id).exists():
        return False
    user.groups.remove(seat.group)
    _log("editorial.dismiss", user, role, page, by)
    if not seat.group.user_set.exists():
        seat.group.delete()
    return True


def dismiss_all(user, by=None):
    """Take every role from `user`; returns how many they held."""
    seats = list(Seat.objects.filter(group__user=user).select_related("page"))
    return sum(dismiss(user, seat.role, seat.page, by=by) for seat in seats)


def body_collection(page):
    """The collection of the body at `page`, made if need be.

    Collections nest as the bodies do, so that a township sees its villages' pictures whichever
    of them got its collection first.
    """
    found = BodyCollection.objects.select_related("collection").filter(page_id=page.pk).first()
    if found:
        return found.collection
    above = (
        BodyCollection.objects.filter(page__in=page.get_ancestors())
        .order_by("-page__depth")
        .select_related("collection")
        .first()
    )
    parent = above.collection if above else Collection.get_first_root_node()
    collection = parent.add_child(instance=Collection(name=page.title))
    BodyCollection.objects.create(page_id=page.pk, collection=collection)
    lower = BodyCollection.objects.filter(page__path__startswith=page.path).exclude(page_id=page.pk)
    for row in lower.select_related("collection"):
        if row.collection.depth == collection.depth:
            fresh = Collection.objects.get(pk=row.collection_id)
            fresh.move(Collection.objects.get(pk=collection.pk), pos="sorted-child")
    return Collection.objects.get(pk=collection.pk)


def _checked(role_key, page):
    role = ROLES.get(role_key)
    if role is None:
        raise AppointmentError(
            _("没有“%(role)s”这个角色。可用：%(roles)s")
            % {"role": role_key, "roles": "、".join(ROLES)}
        )
    page = Page.objects.get(pk=page.pk)
    if page.specific_class._meta.label != role.serves:
        raise AppointmentError(
            _("“%(role)s”不能设在“%(page)s”。") % {"role": role.name, "page": page.title}
        )
    return role, page


def _make_group(role, page):
    title = Truncator(page.title).chars(80)
    return Group.objects.create(name=f"{role.name} · {title} ({page.pk})")


def _grant(group, role, page):
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for permission in _permissions(Page, role.page_actions):
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)
    collection = body_collection(page)
    for model in (get_image_model(), get_document_model()):
        for permission in _permissions(model, role.media_actions):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _permissions(model, actions):
    meta = model._meta
    codenames = [f"{action}_{meta.model_name}" for action in actions]
    return Permission.objects.filter(content_type__app_label=meta.app_label, codename__in=codenames)


def _log(action, user, role, page, by):
    log(
        instance=page.specific,
        action=action,
        user=by,
        data={"person": user.get_username(), "role": role.key, "role_name": str(role.name)},
    )
