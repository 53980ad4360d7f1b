"""Permissions for pictures, documents and collections from mandates, without a query per place.

Gives the answers that Wagtail's own policies give to groups with the same rights at the
collections of the bodies served.
"""

import functools
from typing import NamedTuple

from django.db.models import Q
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permissions import register_permission_policy

from . import mandates
from .models import Mandate
from .permission_policy import Action, below
from .roles import ROLES, roles_allowing_media

# Names of models whose pictures and documents roles speak of.
MEDIA = ("image", "document")


class Grant(NamedTuple):
    """One action in one collection, as Wagtail reads it off a GroupCollectionPermission."""

    collection: "mandates.Node"
    permission: Action

    @property
    def collection_id(self):
        return self.collection.pk


@functools.cache
def _media_actions(role):
    return [Action(f"{a}_{name}") for a in ROLES[role].media_actions for name in MEDIA]


class MandateCollections:
    """Answers from mandates what Wagtail's collection policies ask of groups."""

    def get_all_permissions_for_user(self, user):
        if user.is_anonymous or user.is_superuser:
            return []
        return [
            Grant(mandate.collection, action)
            for mandate in mandates.live_mandates(user)
            if mandate.collection is not None
            for action in _media_actions(mandate.role)
        ]

    def _collections_with_perm(self, user, actions):
        grants = self._get_user_permission_objects_for_actions(user, actions)
        return Collection.objects.filter(below(grant.collection.path for grant in grants))

    def _users_with_perm_filter(self, actions, collection=None):
        rows = Mandate.objects.live()
        if self.auth_model._meta.model_name in MEDIA:
            rows = rows.filter(role__in=roles_allowing_media(actions))
        else:
            rows = rows.none()
        if collection is not None:
            above = collection.get_ancestors(inclusive=True)
            rows = rows.filter(body__body_collection__collection__in=above)
        holders = Q(pk__in=rows.order_by().values("user"))
        return Q(is_active=True) & (Q(is_superuser=True) | holders)


class MandateMediaPolicy(MandateCollections, CollectionOwnershipPermissionPolicy):
    """Who may add, change and choose pictures or documents."""


class MandateCollectionPolicy(MandateCollections, CollectionManagementPermissionPolicy):
    """Collections are made and moved by the site itself, or by superusers: by nobody else."""

    def _descendants_with_perm(self, user, action):
        return Collection.objects.none()


def register():
    """Make these the policies; before anything asks, and ahead of what Wagtail's apps register."""
    for model in (get_image_model(), get_document_model()):
        policy = MandateMediaPolicy(model, owner_field_name="uploaded_by_user")
        register_permission_policy(model, policy, exact_class=True)
    register_permission_policy(Collection, MandateCollectionPolicy(Collection), exact_class=True)
