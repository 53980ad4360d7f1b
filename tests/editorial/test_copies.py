"""What a record said before is cleared by a reviewer; what it says now stays."""

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision

from tests.factories import HouseholdPageFactory, UserFactory
from villages.models import HouseholdPage

pytestmark = pytest.mark.django_db
FORMER = "晏三宝一家"


@pytest.fixture
def household(people):
    page = HouseholdPageFactory(parent=people.own, story=f"{FORMER}的事。")
    page.save_revision(user=UserFactory()).publish()
    page.story = "一户人家的事。"
    page.save_revision(user=UserFactory()).publish()
    return page


def address(page):
    return reverse("editorial_purge_copies", args=[page.pk])


def revisions_with(words):
    return [one for one in Revision.objects.all() if words in str(one.content)]


def test_former_texts_go_and_the_page_stays(client, people, household):
    assert revisions_with(FORMER)
    client.force_login(people.reviewer)
    assert "清除旧稿" in client.get(address(household)).content.decode()
    done = client.post(address(household), {"reason": "本人要求。"})
    assert done.status_code == 302
    assert revisions_with(FORMER) == []
    page = HouseholdPage.objects.get(pk=household.pk)
    assert page.live and page.story == "一户人家的事。"
    assert page.live_revision and page.live_revision == page.latest_revision
    assert client.get(page.url).status_code == 200
    entry = PageLogEntry.objects.get(action="editorial.purge_copies")
    assert entry.data["reason"] == "本人要求。" and entry.user == people.reviewer


def test_without_a_reason_nothing_goes(client, people, household):
    client.force_login(people.reviewer)
    answer = client.post(address(household), {"reason": " "})
    assert answer.status_code == 200 and "理由" in answer.content.decode()
    assert revisions_with(FORMER)


@pytest.mark.parametrize("who", ["editor", "neighbour", "far_reviewer"])
def test_others_cannot(client, people, household, who):
    client.force_login(getattr(people, who))
    assert client.post(address(household), {"reason": "x"}).status_code in (302, 403, 404)
    assert revisions_with(FORMER)


def test_rules_are_covered_instead(client, people):
    client.force_login(people.reviewer)
    assert client.get(address(people.draft)).status_code in (302, 403)
