"""What visitors may be shown in lists, however much is restricted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from covenants.models import Edition
from tests.factories import CovenantPageFactory, GroupPageFactory, VillagePageFactory
from villages.models import GroupPage, VillagePage
from villages.planting import plant
from villages.visibility import hidden_roots, shown

pytestmark = pytest.mark.django_db


def restrict(*pages) -> None:
    PageViewRestriction.objects.bulk_create(
        PageViewRestriction(page_id=page.pk, restriction_type=PageViewRestriction.LOGIN)
        for page in pages
    )


def test_roots_within_roots_are_told_once():
    group = GroupPageFactory()
    village = group.get_parent()
    other = GroupPageFactory()
    restrict(group, village, village, other)
    assert hidden_roots() == sorted([village.path, other.path])


def test_what_stands_below_a_hidden_root_is_not_listed(settings):
    open_group, restricted, sample = (GroupPageFactory() for _ in range(3))
    village = restricted.get_parent()
    restrict(village)
    county = sample.get_ancestors().filter(depth=3).get().specific
    county.sample = True
    county.save()
    settings.CUNYUE_SAMPLE = False
    assert set(shown(GroupPage.objects.all())) == {open_group}
    assert village not in shown(VillagePage.objects.all())
    settings.CUNYUE_SAMPLE = True
    assert sample in shown(GroupPage.objects.all())
    assert restricted not in shown(GroupPage.objects.all())


def test_rows_that_belong_to_pages_follow_them():
    covenants = [CovenantPageFactory() for _ in range(2)]
    restrict(covenants[0].get_parent())
    assert [e.page_id for e in shown(Edition.objects.all(), field="page")] == [covenants[1].pk]


def test_thousands_of_restrictions_cost_no_more_queries_than_one():
    parent = VillagePageFactory()
    pages = [GroupPage(title=f"第{n}组", name=f"第{n}组", slug=f"g{n}") for n in range(2500)]
    plant(parent, pages)
    hidden, listed = pages[:2400:2], [*pages[1:2400:2], *pages[2400:]]
    restrict(hidden[0])
    with CaptureQueriesContext(connection) as captured:
        assert len(shown(GroupPage.objects.child_of(parent))) == 2499
    few = len(captured)
    restrict(*hidden[1:], *hidden)
    with CaptureQueriesContext(connection) as captured:
        assert set(shown(GroupPage.objects.child_of(parent))) == set(listed)
    assert len(captured) == few
