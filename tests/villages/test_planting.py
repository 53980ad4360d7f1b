"""Planting many pages below many parents: as valid as one by one, in as many statements as few."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from search.models import OutboxEntry
from tests.factories import GroupPageFactory, HonourFactory, VillagePageFactory
from villages.models import GroupPage, HouseholdPage
from villages.planting import plant, plant_below

pytestmark = pytest.mark.django_db


def a_group(number):
    group = GroupPage(name=f"第{number}组", number=number)
    group.name_from_title()
    group.slug = "group"
    return group


def a_household(number):
    return HouseholdPage(
        title=f"周家{number}",
        slug="group",
        honour=HonourFactory(),
        granting_body="青岩县",
        granted_on="2024-05-15",
        consent_given_on="2024-05-20",
        story="和和气气。",
    )


def statements_to_plant(villages):
    families = [(village, [a_group(1), a_household(1), a_group(2)]) for village in villages]
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        plant_below(families)
    return len(queries)


def test_many_parents_cost_as_many_statements_as_few():
    villages = [VillagePageFactory() for _ in range(10)]
    assert statements_to_plant(villages[:2]) == statements_to_plant(villages[2:])


def test_what_is_planted_below_several_parents_is_a_sound_tree():
    first, second = VillagePageFactory(), VillagePageFactory()
    GroupPageFactory(parent=first, number=7, slug="group")
    with transaction.atomic():
        plant_below([(first, [a_group(1), a_household(1)]), (second, [a_group(2)]), (first, [])])
    assert not any(Page.find_problems())
    assert list(first.get_children().values_list("slug", flat=True)) == [
        "group",
        "group-2",
        "group-3",
    ]
    assert Page.objects.get(pk=first.pk).numchild == first.numchild == 3
    household = HouseholdPage.objects.get()
    assert household.get_parent().pk == first.pk
    assert household.url_path == f"{first.url_path}group-3/"
    assert household.live and household.draft_title == "周家1"


def test_the_index_is_told_of_everything_planted():
    village = VillagePageFactory()
    with transaction.atomic():
        OutboxEntry.objects.all().delete()
        children = [a_group(1), a_household(1)]
        plant(village, children)
        noted = set(OutboxEntry.objects.values_list("object_pk", flat=True))
    assert {str(child.pk) for child in children} <= noted


def test_nothing_to_plant_is_no_work():
    with CaptureQueriesContext(connection) as queries:
        plant_below([(VillagePageFactory.build(), [])])
    assert not len(queries)
