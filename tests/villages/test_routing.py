"""Addresses at and below a village lead to the right page, or nowhere, in few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make.HomePageFactory()


def test_villages_of_one_name_are_told_apart_by_the_places_above(client, home):
    villages = [make.VillagePageFactory(name="岔河村民委员会") for _ in range(3)]
    assert len({village.slug for village in villages}) == 1
    for village in villages:
        assert client.get(village.url).context["page"].pk == village.pk


def test_pages_below_a_village_are_found(client, home):
    village = make.VillagePageFactory()
    group = make.GroupPageFactory(parent=village)
    pages = [make.CovenantPageFactory(parent=place) for place in (village, group)]
    for page in (group, *pages):
        assert client.get(page.url).context["page"].pk == page.pk
    assert client.get(pages[0].comparison_url).status_code == 200


def test_what_is_not_live_or_nowhere_is_not_found(client, home):
    village = make.VillagePageFactory()
    group = make.GroupPageFactory(parent=village)
    assert client.get(f"{village.url}nirgendwo/").status_code == 404
    assert client.get(f"{village.get_parent().url}nirgendwo/").status_code == 404
    parts = village.url.strip("/").split("/")
    assert client.get(f"/{parts[1]}/{parts[0]}/{parts[2]}/").status_code == 404
    group.unpublish()
    assert client.get(group.url).status_code == 404
    village.unpublish()
    assert client.get(village.url).status_code == 404


def test_a_village_is_found_in_one_query(home):
    village = make.VillagePageFactory()
    slugs = village.url.strip("/").split("/")
    home = Page.objects.get(pk=home.pk).specific
    with CaptureQueriesContext(connection) as seen:
        assert home.route(None, slugs).page.pk == village.pk
    assert len(seen) == 1
