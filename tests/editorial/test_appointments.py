"""Roles are held where someone was appointed, from then until they are dismissed."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, PageLogEntry
from wagtail.permissions import policy_registry

from editorial.appointments import AppointmentError, appoint, body_collection, dismiss, dismiss_all
from editorial.models import Mandate
from tests.factories import (
    FeatureIndexPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db


def may(user, action, page):
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(
        User.objects.get(pk=user.pk), action, Page.objects.get(pk=page.pk)
    )


@pytest.mark.parametrize(
    ("role", "place", "actions"),
    [
        ("village_editor", "village", {"add", "change"}),
        ("township_reviewer", "township", {"add", "change", "publish", "lock", "unlock"}),
        ("county_admin", "county", {"add", "change", "publish", "lock", "unlock"}),
        ("prefecture_admin", "home", {"add", "change", "publish", "lock", "unlock"}),
        ("village_supervisor", "village", set()),
        ("township_filer", "township", set()),
        ("propaganda_editor", "features", {"add", "change"}),
        ("propaganda_first_review", "features", {"change"}),
        ("propaganda_second_review", "features", {"change"}),
        ("propaganda_final_review", "features", {"add", "change", "publish", "lock", "unlock"}),
        ("propaganda_staff", "features", {"add", "change", "publish"}),
    ],
)
def test_each_role_may_do_its_part_at_its_place(role, place, actions):
    village = VillagePageFactory()
    township = village.get_parent()
    county = township.get_parent()
    places = {
        "village": village,
        "township": township,
        "county": county,
        "home": county.get_parent(),
        "features": FeatureIndexPageFactory(),
    }
    stranger = VillagePageFactory(parent=TownshipPageFactory(parent=county))
    user = UserFactory()
    appoint(user, role, places[place])
    every = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
    assert {action for action in every if may(user, action, places[place])} == actions
    if place in {"village", "township", "features"}:
        assert not any(may(user, action, stranger) for action in every)
    assert User.objects.get(pk=user.pk).has_perm("wagtailadmin.access_admin")


def test_appointing_again_changes_nothing_and_makes_no_groups():
    village, user = VillagePageFactory(), UserFactory()
    groups, collections = Group.objects.count(), Collection.objects.count()
    mandate = appoint(user, "village_editor", village)
    assert appoint(user, "village_editor", village) == mandate
    appoint(UserFactory(), "village_editor", village)
    assert Group.objects.count() == groups
    assert Collection.objects.count() == collections + 1
    assert Mandate.objects.filter(body=village.pk).count() == 2
    assert PageLogEntry.objects.filter(action="editorial.appoint", page=village.pk).count() == 2


def test_the_last_to_leave_leaves_the_pictures():
    village, first, second = VillagePageFactory(), UserFactory(), UserFactory()
    for user in (first, second):
        appoint(user, "village_editor", village)
    assert dismiss(first, "village_editor", village)
    assert not may(first, "change", village)
    assert may(second, "change", village)
    assert dismiss(second, "village_editor", village)
    assert not dismiss(second, "village_editor", village)
    assert body_collection(village).name == village.title


def test_all_roles_of_a_person_end_at_once():
    user, villages = UserFactory(), [VillagePageFactory(), VillagePageFactory()]
    for village in villages:
        appoint(user, "village_editor", village)
    assert dismiss_all(user) == 2
    assert not any(may(user, "change", village) for village in villages)


def test_a_role_is_not_given_where_it_does_not_belong():
    with pytest.raises(AppointmentError, match="不能设在"):
        appoint(UserFactory(), "county_admin", VillagePageFactory())
    with pytest.raises(AppointmentError, match="没有"):
        appoint(UserFactory(), "king", VillagePageFactory())


def test_collections_nest_as_the_bodies_do_in_whatever_order_they_come():
    village = VillagePageFactory()
    appoint(UserFactory(), "village_editor", village)
    appoint(UserFactory(), "county_admin", village.get_parent().get_parent())
    reviewer = UserFactory()
    appoint(reviewer, "township_reviewer", village.get_parent())
    image_model = get_image_model()
    image = image_model(title="山嘴子", collection=body_collection(village))
    policy = policy_registry.get_by_type(image_model)
    for action in ("change", "choose"):
        assert policy.user_has_permission_for_instance(reviewer, action, image)
    county = body_collection(village.get_parent().get_parent())
    township = body_collection(village.get_parent())
    assert body_collection(village).get_parent() == township
    assert township.get_parent() == county


def test_the_command_appoints_by_number_and_by_path():
    village, user, output = VillagePageFactory(), UserFactory(), StringIO()
    call_command("appoint", user.username, "village_editor", at=village.url_path, stdout=output)
    assert may(user, "change", village)
    call_command(
        "appoint", user.username, "village_editor", at=str(village.pk), dismiss=True, stdout=output
    )
    assert not may(user, "change", village)
    assert village.title in output.getvalue()
    with pytest.raises(CommandError, match="找不到"):
        call_command("appoint", user.username, "village_editor", at="/nowhere/")
