"""The linear policy gives Wagtail's own answers, and stays small where Wagtail's grows."""

import itertools
import random

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from covenants.models import CovenantPage
from editorial.permission_policy import MAX_RANGES, LinearPagePermissionPolicy, topmost
from tests.factories import HomePageFactory, TownshipPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
ACTIONS = ["add", "change", "publish", "lock", "unlock", "bulk_delete", "view", "delete"]


def fresh(user):
    """The user without cached permissions, as at the start of a request."""
    return User.objects.get(pk=user.pk) if user.pk else user


def page_permissions():
    return list(Permission.objects.filter(content_type__model="page", codename__endswith="_page"))


def random_tree(rng, users):
    root = Page.objects.get(depth=1)
    nodes = [root]
    for number in range(40):
        parent = Page.objects.get(pk=rng.choice(nodes).pk)
        child = Page(title=f"p{number}", slug=f"p{number}", owner=rng.choice([None, *users]))
        nodes.append(parent.add_child(instance=child))
    return nodes


def random_grants(rng, nodes, groups):
    permissions = page_permissions()
    for group in groups:
        for _ in range(rng.randrange(9)):
            GroupPagePermission.objects.get_or_create(
                group=group, page=rng.choice(nodes), permission=rng.choice(permissions)
            )


@pytest.mark.parametrize("seed", range(4))
def test_answers_equal_wagtails_on_random_trees(seed):
    rng = random.Random(seed)
    users = [UserFactory() for _ in range(8)]
    users += [UserFactory(is_superuser=True), UserFactory(is_active=False)]
    users.append(UserFactory(is_active=False, is_superuser=True))
    nodes = random_tree(rng, users)
    groups = [Group.objects.create(name=f"g{n}") for n in range(7)]
    random_grants(rng, nodes, groups)
    for user in users:
        user.groups.set(rng.sample(groups, rng.randrange(4)))
    ours, theirs = LinearPagePermissionPolicy(), PagePermissionPolicy()
    questions = [{action} for action in ACTIONS]
    questions += [set(pair) for pair in itertools.combinations(ACTIONS, 2)]
    questions += [set(rng.sample(ACTIONS, 4)) for _ in range(5)]

    for user in users:
        same_sets(ours, theirs, user, questions)
        for node in nodes:
            asked = [rng.choice(questions) for _ in range(6)]
            for actions in asked:
                assert ours.user_has_any_permission_for_instance(
                    fresh(user), actions, node
                ) == theirs.user_has_any_permission_for_instance(fresh(user), actions, node)
    for actions in questions:
        assert set(ours.users_with_any_permission(actions)) == set(
            theirs.users_with_any_permission(actions)
        )
        node = rng.choice(nodes)
        for superusers in (True, False):
            assert set(
                ours.users_with_any_permission_for_instance(actions, node, superusers)
            ) == set(theirs.users_with_any_permission_for_instance(actions, node, superusers))


def same_sets(ours, theirs, user, questions):
    for actions in questions:
        mine, wagtails = (
            list(policy.instances_user_has_any_permission_for(fresh(user), actions))
            for policy in (ours, theirs)
        )
        assert mine == wagtails, (user, actions)
        assert ours.user_has_any_permission(fresh(user), actions) == (
            theirs.user_has_any_permission(fresh(user), actions)
        )
    assert list(ours.explorable_instances(fresh(user))) == list(
        theirs.explorable_instances(fresh(user))
    )
    assert ours.explorable_root_instance(fresh(user)) == theirs.explorable_root_instance(
        fresh(user)
    )
    assert list(ours.instances_with_direct_explore_permission(fresh(user))) == list(
        theirs.instances_with_direct_explore_permission(fresh(user))
    )


def test_answers_equal_wagtails_for_one_page_type(people):
    for policies in [(LinearPagePermissionPolicy, PagePermissionPolicy)]:
        mine, wagtails = (
            set(
                policy.for_model(CovenantPage).instances_user_has_any_permission_for(
                    fresh(people.reviewer), {"change"}
                )
            )
            for policy in policies
        )
        assert mine == wagtails == {people.draft}


def test_a_visitor_may_do_nothing():
    policy = LinearPagePermissionPolicy()
    assert not policy.instances_user_has_any_permission_for(AnonymousUser(), {"change"}).exists()


def test_wagtail_asks_the_linear_policy_for_every_page_type():
    for model in (Page, CovenantPage):
        assert isinstance(policy_registry.get_by_type(model), LinearPagePermissionPolicy)


def test_a_place_below_another_is_not_asked_for():
    assert topmost(["00010002", "0001", "00010003", "0002", "0002"]) == ["0001", "0002"]


def grant_at_many_villages(count):
    user, group = UserFactory(), Group.objects.create(name="many")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    change = Permission.objects.get(content_type__model="page", codename="change_page")
    home = HomePageFactory()
    township = TownshipPageFactory(parent__parent=home)
    villages = [VillagePageFactory(parent=township) for _ in range(count)]
    for village in villages:
        GroupPagePermission.objects.create(group=group, page=village, permission=change)
    return user, township, villages


def test_two_hundred_rows_open_the_explorer(client, django_assert_max_num_queries):
    user, township, villages = grant_at_many_villages(200)
    client.force_login(user)
    with django_assert_max_num_queries(200):
        response = client.get(reverse("wagtailadmin_explore", args=[township.pk]))
    assert response.status_code == 200
    assert villages[0].title in response.content.decode()
    query = LinearPagePermissionPolicy().explorable_instances(fresh(user)).query
    sql, parameters = query.sql_with_params()
    assert len(sql) < 20_000
    assert len(parameters) < 500


def test_more_places_than_ranges_are_asked_for_as_lists():
    user, township, villages = grant_at_many_villages(MAX_RANGES + 1)
    policy = LinearPagePermissionPolicy()
    allowed = policy.instances_user_has_permission_for(fresh(user), "change")
    assert {page.pk for page in allowed} == {village.pk for village in villages}
    assert len(allowed.query.sql_with_params()[0]) < 10_000
