"""The policies over mandates answer as Wagtail's do for groups with the same rights.

And they stay small where Wagtail's grow.
"""

import datetime
import itertools
import random

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PagePermissionTester,
)
from wagtail.permission_policies.collections import (
    CollectionManagementPermissionPolicy,
    CollectionOwnershipPermissionPolicy,
)
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail_factories import ImageFactory

from covenants.models import CovenantPage
from editorial.appointments import appoint
from editorial.body_collections import body_collection
from editorial.media_policy import MandateCollectionPolicy, MandateMediaPolicy
from editorial.models import Mandate
from editorial.page_tester import PlacePermissionTester
from editorial.permission_policy import (
    MAX_RANGES,
    LinearPagePermissionPolicy,
    together,
    topmost,
)
from editorial.roles import ROLES
from tests.factories import (
    HomePageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db
ACTIONS = ["add", "change", "publish", "lock", "unlock", "bulk_delete", "view", "delete"]


def fresh(user):
    """The user without cached permissions, as at the start of a request."""
    return User.objects.get(pk=user.pk) if user.pk else user


def random_tree(rng, users):
    root = Page.objects.get(depth=1)
    nodes = [root]
    for number in range(40):
        parent = Page.objects.get(pk=rng.choice(nodes).pk)
        child = Page(title=f"p{number}", slug=f"p{number}", owner=rng.choice([None, *users]))
        nodes.append(parent.add_child(instance=child))
    return nodes


def random_terms(rng, nodes, users):
    """Mandates of all times and, for those that run now, Wagtail's own rows of the same rights."""
    now, day = timezone.now(), datetime.timedelta(days=1)
    # Reading without writing is no right of Wagtail's.
    roles = [role for role in ROLES.values() if "view" not in role.page_actions]
    spans = [(-9, None), (-9, 9), (-1, None), (-9, -1), (1, None), (1, 9), (1, 1)]
    for user in users:
        for _ in range(rng.randrange(7)):
            node, role, (start, end) = rng.choice(nodes), rng.choice(roles), rng.choice(spans)
            Mandate.objects.create(
                person="某人",
                user=user,
                role=role.key,
                body=Page.objects.get(pk=node.pk),
                starts_at=now + start * day,
                ends_at=None if end is None else now + end * day,
            )
            if start < 0 and (end is None or end > 0):
                user.groups.add(same_rights(role, node))


def same_rights(role, node):
    group, made = Group.objects.get_or_create(name=f"{role.key} {node.pk}")
    if made:
        for permission in permissions(Page, role.page_actions):
            GroupPagePermission.objects.create(group=group, page=node, permission=permission)
        collection = body_collection(Page.objects.get(pk=node.pk))
        for model in (get_image_model(), get_document_model()):
            for permission in permissions(model, role.media_actions):
                GroupCollectionPermission.objects.create(
                    group=group, collection=collection, permission=permission
                )
    return group


def permissions(model, actions):
    names = [f"{action}_{model._meta.model_name}" for action in actions]
    return Permission.objects.filter(
        content_type__app_label=model._meta.app_label, codename__in=names
    )


def random_users():
    users = [UserFactory() for _ in range(8)]
    users += [UserFactory(is_superuser=True), UserFactory(is_active=False)]
    return [*users, UserFactory(is_active=False, is_superuser=True)]


@pytest.mark.parametrize("seed", range(4))
def test_answers_equal_wagtails_on_random_trees(seed):
    rng = random.Random(seed)
    users = random_users()
    nodes = random_tree(rng, users)
    random_terms(rng, nodes, users)
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


@pytest.mark.parametrize("seed", range(3))
def test_answers_about_media_equal_wagtails_on_random_trees(seed):
    rng = random.Random(seed)
    users = random_users()
    nodes = random_tree(rng, users)
    random_terms(rng, nodes, users)
    for _ in range(12):
        body_collection(Page.objects.get(pk=rng.choice(nodes).pk))
    collections = list(Collection.objects.all())
    model = get_image_model()
    images = [
        ImageFactory(collection=rng.choice(collections), uploaded_by_user=rng.choice(users))
        for _ in range(15)
    ]
    owned = {"owner_field_name": "uploaded_by_user"}
    pairs = [
        (MandateMediaPolicy(model, **owned), CollectionOwnershipPermissionPolicy(model, **owned)),
        (MandateCollectionPolicy(Collection), CollectionManagementPermissionPolicy(Collection)),
    ]
    actions = ["add", "change", "choose", "delete"]
    questions = [{action} for action in actions]
    questions += [set(pair) for pair in itertools.combinations(actions, 2)]

    for (ours, theirs), objects in zip(pairs, (images, collections), strict=True):
        for asked, user in itertools.product(questions, users):
            for question in (
                lambda policy, user: policy.user_has_any_permission(user, asked),  # noqa: B023
                lambda policy, user: set(  # noqa: B023
                    policy.instances_user_has_any_permission_for(user, asked)  # noqa: B023
                ),
                lambda policy, user: set(
                    policy.collections_user_has_any_permission_for(user, asked)  # noqa: B023
                ),
            ):
                assert question(ours, fresh(user)) == question(theirs, fresh(user)), (asked, user)
            for one in rng.sample(objects, 4):
                assert ours.user_has_any_permission_for_instance(
                    fresh(user), asked, one
                ) == theirs.user_has_any_permission_for_instance(fresh(user), asked, one)
        for asked in questions:
            assert set(ours.users_with_any_permission(asked)) == set(
                theirs.users_with_any_permission(asked)
            )
            for one in rng.sample(objects, 4):
                assert set(ours.users_with_any_permission_for_instance(asked, one)) == set(
                    theirs.users_with_any_permission_for_instance(asked, one)
                )


def test_groups_give_no_rights(client):
    user, village = UserFactory(), VillagePageFactory()
    user.groups.add(same_rights(ROLES["county_admin"], village))
    group = user.groups.get()
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    assert not LinearPagePermissionPolicy().user_has_permission(fresh(user), "change")
    assert not fresh(user).has_perm("wagtailadmin.access_admin")
    client.force_login(user)
    assert client.get(reverse("wagtailadmin_explore", args=[village.pk])).status_code == 302


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
    assert [place.pk for place in ours.instances_with_direct_explore_permission(fresh(user))] == [
        page.pk for page in theirs.instances_with_direct_explore_permission(fresh(user))
    ]


def test_answers_equal_wagtails_for_one_page_type(people):
    people.reviewer.groups.add(same_rights(ROLES["township_reviewer"], people.township))
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


def serve_many_villages(count):
    user = UserFactory()
    home = HomePageFactory()
    township = TownshipPageFactory(parent__parent=home)
    villages = [VillagePageFactory(parent=township) for _ in range(count)]
    for village in villages:
        appoint(user, "village_editor", village)
    return user, township, villages


def test_two_hundred_mandates_open_the_explorer(client, django_assert_max_num_queries):
    user, township, villages = serve_many_villages(200)
    client.force_login(user)
    with django_assert_max_num_queries(200):
        response = client.get(reverse("wagtailadmin_explore", args=[township.pk]))
    assert response.status_code == 200
    assert villages[0].title in response.content.decode()
    query = LinearPagePermissionPolicy().explorable_instances(fresh(user)).query
    sql, parameters = query.sql_with_params()
    assert len(sql) < 20_000
    assert len(parameters) < 500


def test_neighbours_are_asked_for_as_one_range():
    """Up to where something else may stand between them, and over the last digit."""
    paths = ["00010001", "00010002", "00010009", "0001000A", "0001000Z", "00010010", "00020001"]
    assert together(paths, 4) == [
        ["00010001", "00010002"],
        ["00010009", "0001000A"],
        ["0001000Z", "00010010"],
        ["00020001", "00020001"],
    ]
    assert together(["ZZZY", "ZZZZ", "ZZZZ0001"], 4) == [["ZZZY", "ZZZZ"], ["ZZZZ0001"] * 2]


def test_the_tester_of_a_page_says_what_wagtails_says(people):
    """Wagtail's walks through all that somebody holds; ours looks at the places above the page."""
    pages = [people.own, people.other, people.draft, people.own.get_parent()]
    users = [people.editor, people.reviewer, people.far_reviewer, people.county_admin, people.admin]
    for user, page in itertools.product(users, pages):
        ours = PlacePermissionTester(fresh(user), page)
        theirs = PagePermissionTester(fresh(user), page)
        for name in [one for one in dir(theirs) if one.startswith("can_")]:
            if name in ("can_copy_to", "can_move_to"):
                continue
            assert getattr(ours, name)() == getattr(theirs, name)(), (user, page, name)


def test_the_menu_counts_the_children_one_may_see(people, client):
    township = people.own.get_parent()
    counted = {}
    for user in (people.editor, people.reviewer, people.admin):
        client.force_login(user)
        address = reverse("wagtailadmin_api:pages:listing")
        rows = client.get(address, {"limit": 20}).json()["items"]
        (row,) = [row for row in rows if row["id"] == township.pk]
        counted[user.username] = row["meta"]["children"]["count"]
        assert row["meta"]["children"]["listing_url"].endswith(f"?child_of={township.pk}")
        seen = LinearPagePermissionPolicy().explorable_instances(fresh(user)).child_of(township)
        assert counted[user.username] == seen.count() > 0
    assert counted[people.editor.username] < counted[people.admin.username]


def test_more_places_than_ranges_are_asked_for_as_lists():
    _all, _township, villages = serve_many_villages(2 * MAX_RANGES + 2)
    user, apart = UserFactory(), villages[::2]
    for village in apart:
        appoint(user, "village_editor", village)
    policy = LinearPagePermissionPolicy()
    allowed = policy.instances_user_has_permission_for(fresh(user), "change")
    assert {page.pk for page in allowed} == {village.pk for village in apart}
    assert ">=" not in str(allowed.query)
    assert len(allowed.query.sql_with_params()[0]) < 10_000
