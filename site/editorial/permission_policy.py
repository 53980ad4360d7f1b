"""Page permissions from mandates, as one query however many places a user serves.

Gives the answers that Wagtail's own policy gives to groups with the same rights, which joins one
queryset per GroupPagePermission row: 150 rows crash the explorer on SQLite. Who holds what is
`editorial.mandates`' to say; who may only read (`view`) can find pages and not change them.
"""

import itertools
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.db.models.functions import Left
from django.db.models.lookups import In
from treebeard.mp_tree import MP_Node
from wagtail.models import AbstractPage
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from . import mandates
from .models import Mandate
from .roles import ROLES, roles_allowing

EXPLORE = frozenset({"add", "change", "publish", "lock", "unlock", "bulk_delete", "view"})

# Up to so many places, neighbours put together, are asked for as ranges of the path's index. More
# are looked up in one list for each level: where the database reads every row for another reason,
# it compares each row with each range (with a hundred, fifty times slower), but looks it up once.
MAX_RANGES = 12
DIGITS = MP_Node.alphabet
_ACTIONS, _CONDITIONS = "_actions_by_path", "_page_conditions"


def topmost(paths):
    """The paths not below another of `paths` (equal ones once), sorted."""
    kept = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def together(paths, steplen):
    """(first, last) of each run of neighbours among sorted paths that are not below one another.

    Between a path and the next one of the same place there is nothing but what is below it.
    """
    runs = []
    for path in paths:
        if runs and path == _next_sibling(runs[-1][1], steplen):
            runs[-1][1] = path
        else:
            runs.append([path, path])
    return runs


def _next_sibling(path, steplen):
    """The path that follows `path` below the same parent; "" after the last one there may be."""
    kept = path.rstrip(DIGITS[-1])
    if len(path) - len(kept) >= steplen:
        return ""
    raised = kept[:-1] + DIGITS[DIGITS.index(kept[-1]) + 1]
    return raised.ljust(len(path), DIGITS[0])


def below(paths):
    """A Q for pages at or below any of the given paths; matches nothing without paths."""
    paths = topmost(paths)
    if not paths:
        return Q(pk__in=[])
    condition = Q()
    runs = together(paths, MP_Node.steplen)
    if len(runs) <= MAX_RANGES:
        for first, last in runs:
            # Letters of a path are digits and capitals, so "~" stands after every one of them.
            condition |= Q(path__gte=first, path__lt=f"{last}~")
        return condition
    for length, same_length in itertools.groupby(sorted(paths, key=len), key=len):
        condition |= Q(In(Left("path", length), list(same_length)))
    return condition


def ancestor_paths(paths, steplen):
    """Paths of all pages above any of `paths`."""
    return {path[:end] for path in paths for end in range(steplen, len(path), steplen)}


class Action(NamedTuple):
    """What Wagtail reads off a permission: its `codename`, as `change_page`."""

    codename: str


class Grant(NamedTuple):
    """One action at one page, with the attributes Wagtail reads off a GroupPagePermission."""

    page: "mandates.Node"
    permission: Action

    @property
    def page_id(self):
        return self.page.pk


class LinearPagePermissionPolicy(PagePermissionPolicy):
    """Wagtail's page permission policy over mandates, one bounded WHERE clause per question."""

    def get_all_permissions_for_user(self, user):
        if user.is_anonymous or user.is_superuser:
            return []
        held = mandates.live_mandates(user)
        actions = {
            role: [Action(self._get_permission_codename(a)) for a in ROLES[role].page_actions]
            for role in {mandate.role for mandate in held}
        }
        return [Grant(one.body, action) for one in held for action in actions[one.role]]

    def actions_at(self, user, page) -> set[str]:
        """What mandates at `page` and above it allow there, one look-up for each level of the tree.

        Wagtail walks through all grants for each page it shows: a thousand villages, fifty pages.
        """
        held = user.__dict__.get(_ACTIONS)
        if held is None:
            held = {}
            for mandate in mandates.live_mandates(user):
                held.setdefault(mandate.body.path, set()).update(ROLES[mandate.role].page_actions)
            # Whole or not at all: two threads may hold the same user.
            user.__dict__[_ACTIONS] = held
        path, step = page.path, page.steplen
        levels = (held.get(path[:end], ()) for end in range(step, len(path) + 1, step))
        return set().union(*levels)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        base_permission = self._base_user_has_permission(user)
        if base_permission is not None:
            return base_permission
        held = self.actions_at(user, instance)
        if "add" in held and instance.owner_id == user.pk:
            held.add("change")
        return not held.isdisjoint(actions)

    def user_has_any_permission(self, user, actions):
        # Wagtail opens the explorer to who may do any of these; here reading is enough for it.
        if EXPLORE - {"view"} <= set(actions):
            actions = EXPLORE
        return super().user_has_any_permission(user, actions)

    def users_with_any_permission(self, actions, include_superusers=True):
        # Who may add, may change what they own.
        wanted = {*actions, "add"} if "change" in actions else set(actions)
        condition = Q(pk__in=self._holders(wanted))
        return self._people(condition, include_superusers)

    def users_with_any_permission_for_instance(self, actions, instance, include_superusers=True):
        actions = set(actions)
        above = {"body__in": instance.get_ancestors(inclusive=True)}
        condition = Q(pk__in=self._holders(actions, **above))
        if "change" in actions and "add" not in actions:
            condition |= Q(pk__in=self._holders({"add"}, **above)) & Q(pk=instance.owner_id)
        return self._people(condition, include_superusers)

    def instances_with_direct_explore_permission(self, user):
        if user.is_superuser:
            return super().instances_with_direct_explore_permission(user)
        codenames = self._get_permission_codenames(EXPLORE)
        return [
            grant.page
            for grant in self.get_cached_permissions_for_user(user)
            if grant.permission.codename in codenames
        ]

    def instances_user_has_any_permission_for(self, user, actions):
        base_queryset = self._base_queryset_for_user(user)
        if base_queryset is not None:
            return base_queryset
        return self._filtered(self._permitted(user, set(actions)))

    def explorable_instances(self, user):
        base_queryset = self._base_queryset_for_user(user)
        if base_queryset is not None:
            return base_queryset
        return self._filtered(self.explorable(user))

    def explorable(self, user):
        """A Q for the pages of `explorable_instances`, or None for none; not for superusers.

        As a condition on the rows that are asked for anyway; as a list of numbers it would be
        made of every page of a prefecture first.
        """
        kept = user.__dict__.setdefault(_CONDITIONS, {})
        if EXPLORE not in kept:
            kept[EXPLORE] = self._explorable(user)
        return kept[EXPLORE]

    def _explorable(self, user):
        paths = {perm.page.path for perm in self.get_cached_permissions_for_user(user)}
        if not paths:
            return None
        steplen = self.model.steplen
        # As in Wagtail, the top of the explorable tree is the common parent, never the page
        # itself; places that share none but a missing root fall back to the first root.
        parents = [path[:-steplen] for path in paths]
        common = _common_prefix(parents, steplen)
        if not common:
            common = self.model.base_page_model.get_first_root_node().path
        ancestors = {path for path in ancestor_paths(paths, steplen) if path.startswith(common)}
        permitted = self._permitted(user, EXPLORE)
        within = below([common])
        if permitted is None:
            return Q(path__in=sorted(ancestors)) & within if ancestors else None
        return (permitted | Q(path__in=sorted(ancestors))) & within

    def _holders(self, actions, **where):
        rows = Mandate.objects.live().filter(role__in=roles_allowing(actions), **where)
        return rows.order_by().values("user")

    def _people(self, condition, include_superusers):
        if include_superusers:
            condition |= Q(is_superuser=True)
        return get_user_model()._default_manager.filter(condition, is_active=True)

    def _permitted(self, user, actions):
        """A Q for the pages where `user` may do any of `actions`, or None for no page at all."""
        kept, key = user.__dict__.setdefault(_CONDITIONS, {}), ("may", *sorted(actions))
        if key not in kept:
            kept[key] = self._permitted_anew(user, actions)
        return kept[key]

    def _permitted_anew(self, user, actions):
        codenames = self._get_permission_codenames(actions)
        add = self._get_permission_codename("add")
        owned_only = "change" in actions and "add" not in actions
        everything, owned = set(), set()
        for perm in self.get_cached_permissions_for_user(user):
            codename = perm.permission.codename
            if codename == add and owned_only:
                owned.add(perm.page.path)
            elif codename in codenames:
                everything.add(perm.page.path)
        if not everything and not owned:
            return None
        condition = below(everything) if everything else None
        if owned:
            of_owner = below(owned) & Q(owner=user)
            condition = condition | of_owner if condition is not None else of_owner
        return condition

    def _filtered(self, condition):
        manager = self.model._default_manager
        return manager.none() if condition is None else manager.filter(condition)


def _common_prefix(paths, steplen):
    first, last = min(paths), max(paths)
    shared = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[: shared - shared % steplen]


def register():
    """Make this the policy of all pages; to be called before anything asks the registry.

    Wagtail 8 asks `policy_registry` everywhere; its module-level `page_permission_policy`
    is used only for the registration this one replaces.
    """
    register_permission_policy(AbstractPage, LinearPagePermissionPolicy())
