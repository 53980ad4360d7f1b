"""What comes into force and ends at midnight, local time, with a worker that runs twice."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import PageLogEntry

from covenants import validity
from covenants.models import CovenantPage, Edition
from search.models import OutboxEntry
from search.page_search import find_pages
from tests.factories import CovenantPageFactory, UserFactory, next_edition

pytestmark = pytest.mark.django_db
# 1 May 2027 begins at 16:00 UTC of the day before.
DAY = datetime.date(2027, 5, 1)
LONG_BEFORE = "2027-03-01T04:00:00Z"
LAST_SECOND, MIDNIGHT = "2027-04-30T15:59:59Z", "2027-04-30T16:00:00Z"
AN_HOUR_LATER, NEXT_DAY = "2027-04-30T17:00:00Z", "2027-05-01T16:00:05Z"


@pytest.fixture
def coming():
    """A covenant whose second edition comes into force on DAY, published two months before."""
    with freeze_time(LONG_BEFORE):
        page = CovenantPageFactory(articles=["酒席不超过二十桌。"])
        next_edition(
            page, "宴席不超过十一桌。", effective_from=DAY, adopted_on=timezone.localdate()
        )
    return page


@pytest.fixture
def ending():
    """A covenant of another village, repealed from DAY on."""
    with freeze_time(LONG_BEFORE):
        page = CovenantPageFactory(articles=["送礼不超过六十元。"])
        boss = UserFactory(is_superuser=True)
        validity.end_edition(
            page.shown_edition, on=DAY, reason=Edition.REPEALED, note="表决废止。", by=boss
        )
    return page


def html(client, page):
    return client.get(page.url).content.decode()


def work():
    call_command("work", once=True)


def everything():
    """All that a second run might do twice."""
    editions = Edition.objects.order_by("pk").values_list("pk", "effective_from", "ended_on")
    pages = CovenantPage.objects.order_by("pk").values_list("pk", "live", "latest_revision_id")
    return list(editions), list(pages), PageLogEntry.objects.count()


def titles(words):
    return [hit.title for hit in find_pages(words).hits]


def test_the_new_edition_takes_over_at_midnight(client, coming):
    with freeze_time(LAST_SECOND):
        work()
        told = html(client, coming)
        assert "二十桌" in told and "宴席不超过十一桌" not in told
    with freeze_time(MIDNIGHT):
        told = html(client, coming)
        assert "宴席不超过十一桌" in told and "二十桌" not in told
        assert "二十桌" in html_on(client, coming, DAY - datetime.timedelta(days=1))


def html_on(client, page, day):
    return client.get(page.url, {"on": day.isoformat()}).content.decode()


def test_the_repealed_edition_ends_at_midnight(client, ending):
    with freeze_time(LAST_SECOND):
        assert "note--current" in html(client, ending)
    with freeze_time(MIDNIGHT):
        assert "note--current" not in html(client, ending)
        assert not Edition.objects.filter(page=ending).in_force().exists()


def test_a_worker_that_runs_twice_finds_the_turn_once(coming, ending):
    with freeze_time(LAST_SECOND):
        work()
        assert coming.title in titles("二十桌")
    with freeze_time(AN_HOUR_LATER):
        work()
        assert titles("十一桌")[0] == coming.title
        once = everything()
        work()
        assert everything() == once
        assert titles("十一桌")[0] == coming.title
        assert not OutboxEntry.objects.exists()
    with freeze_time(NEXT_DAY):
        work()
        assert everything() == once


def test_one_text_that_cannot_be_published_keeps_no_other(client, coming):
    with freeze_time(LONG_BEFORE):
        moment = timezone.now() + datetime.timedelta(days=30)
        broken, good = (
            CovenantPageFactory(live=False, adopted_on=adopted)
            for adopted in (None, datetime.date(2026, 5, 1))
        )
        for page in (broken, good):
            page.go_live_at = moment
            page.save_revision(approved_go_live_at=moment)
    with freeze_time(AN_HOUR_LATER):
        work()
        work()
        assert titles("十一桌")[0] == coming.title
    assert not CovenantPage.objects.get(pk=broken.pk).live
    assert CovenantPage.objects.get(pk=good.pk).live
    assert good.editions.count() == 1
