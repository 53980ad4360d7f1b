"""What an editor or a reviewer opens costs the same with 10 villages and with 100."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PagePermissionTester, TaskState

from tests.factories import HouseholdPageFactory, TownshipPageFactory, VillagePageFactory


def submit_text(village, user):
    page = HouseholdPageFactory(parent=village, live=False)
    page.save_revision(user=user)
    Page.objects.get(pk=page.pk).specific.get_workflow().start(page, user)


def queries(client, user, address):
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", ["editor", "reviewer", "county_admin", "admin"])
def test_first_page_explorer_and_chooser(people, client, who):
    user = getattr(people, who)
    opened = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[people.own.pk]),
        reverse("wagtailadmin_choose_page_child", args=[people.own.pk]),
        reverse("wagtailadmin_pages:edit", args=[people.household.pk]),
    ]
    submit_text(people.own, people.editor)
    submit_text(people.other, people.neighbour)
    grow(people, 8)
    make_late()
    few = [queries(client, user, address) for address in opened]
    grow(people, 90)
    make_late()
    many = [queries(client, user, address) for address in opened]
    # A full list of what is late asks for no further reasons: one query less, never one more.
    assert many[1:] == few[1:] and few[0] - 1 <= many[0] <= few[0]


def grow(people, count):
    township = TownshipPageFactory(parent=people.county)
    for _ in range(count):
        submit_text(VillagePageFactory(parent=township), people.county_admin)


def make_late():
    TaskState.objects.update(started_at=timezone.now() - datetime.timedelta(days=9))


def test_the_reviewers_list_costs_the_same_however_long_it_is(people, client):
    for _ in range(3):
        submit_text(people.own, people.editor)
    address = reverse("wagtailadmin_home")
    few = queries(client, people.reviewer, address), queries(client, people.editor, address)
    for _ in range(12):
        submit_text(people.own, people.editor)
    assert (
        queries(client, people.reviewer, address),
        queries(client, people.editor, address),
    ) == few


def test_the_explorer_of_a_village_costs_the_same_with_5_and_25_texts(people, client):
    address = reverse("wagtailadmin_explore", args=[people.own.pk])

    def cost(count):
        for number in range(count):
            HouseholdPageFactory(parent=people.own, live=bool(number % 2))
        return queries(client, people.editor, address)

    few = cost(5)
    assert cost(20) == few <= 1.5 * queries(client, people.admin, address)


@pytest.mark.parametrize("live", [True, False])
def test_what_may_be_deleted_is_what_wagtail_says(people, live):
    page = HouseholdPageFactory(parent=people.own, live=live)
    for user in (people.editor, people.neighbour, people.reviewer, people.admin):
        own = page.permissions_for_user(user).can_delete()
        assert own == PagePermissionTester(user, page).can_delete()
    assert page.permissions_for_user(people.editor).can_delete() != live
