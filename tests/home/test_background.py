"""The background process: schedules, expiry, editions that turn; safe to run twice."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page, PageLogEntry

from covenants.batch.steps import SLICE_SECONDS
from covenants.models import CovenantPage, Limit
from home import background
from home.management.commands import work
from safety.withdrawal import erasing
from search.models import OutboxEntry
from search.page_search import find_pages
from tests.factories import CovenantPageFactory, VillagePageFactory, next_edition

pytestmark = pytest.mark.django_db


def scheduled(page, when):
    """The page with a revision approved to go live at a moment."""
    page.go_live_at = when
    page.save_revision(approved_go_live_at=when)
    return page


def test_scheduled_page_is_published_when_due_and_not_before():
    now = timezone.now()
    due = scheduled(CovenantPageFactory(live=False), now - datetime.timedelta(minutes=1))
    later = scheduled(CovenantPageFactory(live=False), now + datetime.timedelta(hours=1))
    assert background.publish_due() == 1
    assert CovenantPage.objects.get(pk=due.pk).editions.count() == 1
    assert not CovenantPage.objects.get(pk=later.pk).live
    assert background.publish_due() == 0, "a second run has nothing left to do"


def test_one_fault_does_not_stop_the_others():
    moment = timezone.now() - datetime.timedelta(minutes=1)
    broken = scheduled(CovenantPageFactory(live=False, adopted_on=None), moment)
    good = scheduled(CovenantPageFactory(live=False), moment)
    assert background.publish_due() == 1
    assert CovenantPage.objects.get(pk=good.pk).live
    assert not CovenantPage.objects.get(pk=broken.pk).live


def test_a_text_that_may_not_be_public_leaves_the_schedule_with_a_note_and_is_not_tried_again():
    moment = timezone.now() - datetime.timedelta(minutes=1)
    page = scheduled(CovenantPageFactory(live=False, preamble="电话13900000123"), moment)
    assert background.publish_due() == 0
    assert not CovenantPage.objects.get(pk=page.pk).live
    assert not page.revisions.exclude(approved_go_live_at=None).exists()
    entry = PageLogEntry.objects.get(page=page.pk, action="safety.not_published")
    assert "139******23" in entry.data["message"] and "13900000123" not in str(entry.data)


def test_expired_page_is_taken_down():
    village = VillagePageFactory()
    page = CovenantPageFactory(parent=village)
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
    assert background.publish_due() == 1
    assert not Page.objects.get(pk=page.pk).live


def test_limits_of_editions_are_proposed_once_and_never_published():
    page = CovenantPageFactory(articles=["酒席不超过二十桌。"])
    call_command("work", once=True)
    assert [limit.status for limit in page.limits.all()] == [Limit.PROPOSED]
    assert background.propose_limits() == 0
    CovenantPageFactory(articles=["礼金不超过一百元。"])
    assert background.propose_limits() == 1


def test_edition_that_comes_into_force_is_found_by_its_new_text():
    today = timezone.localdate()
    page = CovenantPageFactory(articles=["酒席不超过二十桌。"])
    next_edition(page, "宴席不超过十一桌。", effective_from=today)
    OutboxEntry.objects.all().delete()
    assert background.turn_editions(today - datetime.timedelta(days=1), today) == 1
    call_command("work", once=True)
    assert [hit.title for hit in find_pages("十一桌").hits] == [page.title]
    assert background.turn_editions(today, today) == 0


def test_a_text_that_cannot_become_an_edition_leaves_the_schedule_with_a_note():
    moment = timezone.now() - datetime.timedelta(minutes=1)
    page = scheduled(CovenantPageFactory(live=False, adopted_on=None), moment)
    background.publish_due()
    assert not page.revisions.exclude(approved_go_live_at=None).exists()
    entry = PageLogEntry.objects.get(page=page.pk, action="safety.not_published")
    assert "通过日期" in entry.data["message"]


@pytest.mark.parametrize("order", [-1, 1])
def test_a_step_that_fails_stops_no_other(order, monkeypatch):
    """Whether it comes before or after the others."""
    done = []

    def fails():
        raise OSError("示例")

    page = CovenantPageFactory(articles=["酒席不超过二十桌。"])
    monkeypatch.setattr(background, "publish_due", fails)
    monkeypatch.setattr(erasing.Beside, "tick", lambda self: done.append("erased"))
    with (
        hooks.register_temporarily("background_step", fails, order=order),
        hooks.register_temporarily("background_step", lambda: done.append("step")),
    ):
        call_command("work", once=True)
    assert sorted(done) == ["erased", "step"]
    assert page.limits.exists()


def test_what_is_timed_goes_by_the_clock_and_not_by_rounds():
    """While an import runs a round takes seconds; pictures of a lapsed page go all the same."""
    now = [0.0]
    is_due = work.Every(work.SCHEDULE_SECONDS, clock=lambda: now[0])
    said = []
    for now[0] in range(0, 120, 6):
        if is_due():
            said.append(now[0])
    assert said == [0, 24, 48, 72, 96]
    now[0] = 1000
    assert is_due() and not is_due()


def test_a_minute_is_enough():
    """Promised: a minute after a page lapsed its pictures are gone, and its words when withdrawn.

    A round waits for a slice of an import; a withdrawal for the rest of a pass, a pause, a pass.
    """
    assert work.SCHEDULE_SECONDS + 2 * (work.TICK_SECONDS + SLICE_SECONDS) <= 40
    assert erasing.REST_MOST + work.TICK_SECONDS + SLICE_SECONDS <= 25
