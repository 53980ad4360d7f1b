"""Who is told what of a text in the workflow, the list on the site, and the mail of the day."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import Page
from wagtail.users.models import UserProfile

from editorial import digests, inbox, notices
from editorial.appointments import appoint
from editorial.models import NoticePreference, Notification
from home import background
from safety.withdrawal.registry import COPIES, purge_all
from safety.withdrawal.withdrawing import withdraw
from tests.factories import UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def start(committed):
    def start(page, user):
        with committed():
            fresh = Page.objects.get(pk=page.pk).specific
            return fresh.get_workflow().start(fresh, user).current_task_state

    return start


@pytest.fixture
def act(committed):
    def act(state, user, action="approve", **said):
        with committed():
            state.task.specific.on_action(state, user, action, **said)

    return act


def told(kind=None):
    rows = Notification.objects.all() if kind is None else Notification.objects.filter(kind=kind)
    return sorted(rows.values_list("user__username", flat=True))


def test_reviewers_of_the_place_are_told_of_a_text_and_nobody_else(people, start):
    start(people.household, people.editor)
    assert told() == ["reviewer", "second_reviewer"]
    row = Notification.objects.first()
    assert row.kind == "submitted" and "松林李家" in row.title and "云台镇" in row.text
    assert row.page_id == people.household.pk
    assert row.address == reverse("wagtailadmin_pages:edit", args=[people.household.pk])


def test_one_mail_and_one_row_of_a_return_with_the_reasons(people, start, act):
    state = start(people.household, people.editor)
    mail.outbox.clear()
    act(state, people.reviewer, "reject", comment="请补上来源。")
    assert told("rejected") == ["editor"]
    assert "请补上来源。" in Notification.objects.get(kind="rejected").text
    (message,) = mail.outbox
    assert message.to == [people.editor.email] and "请补上来源。" in message.body


def test_the_submitter_and_the_village_are_told_of_approval_once(people, start, act):
    clerk = UserFactory(username="second_clerk")
    appoint(clerk, "village_editor", people.own)
    state = start(people.household, people.editor)
    mail.outbox.clear()
    act(state, people.reviewer)
    assert told("approved") == ["editor", "second_clerk"]
    assert sorted(m.to[0] for m in mail.outbox) == sorted([people.editor.email, clerk.email])


def test_reviewers_are_told_again_when_a_returned_text_comes_back(people, start, act, committed):
    state = start(people.household, people.editor)
    fresh = Page.objects.get(pk=people.household.pk).specific
    fresh.title = "松林李家（改）"
    with committed():
        fresh.save_revision(user=people.editor)
    assert told("submitted") == ["reviewer", "second_reviewer"]
    state = Page.objects.get(pk=fresh.pk).current_workflow_task_state
    act(state, people.reviewer, "reject", comment="再改。")
    with committed():
        Page.objects.get(pk=fresh.pk).current_workflow_state.resume(user=people.editor)
    assert told("submitted") == ["reviewer", "reviewer", "second_reviewer", "second_reviewer"]


def test_who_wants_no_such_notices_gets_none(people, start):
    UserProfile.objects.update_or_create(
        user=people.reviewer, defaults={"submitted_notifications": False}
    )
    start(people.household, people.editor)
    assert told() == ["second_reviewer"]


def row(user, title="有事", **more):
    return Notification.objects.create(
        user=user, kind="submitted", title=title, text="请看", address="/admin/", **more
    )


def test_everybody_sees_and_opens_their_own(people, client):
    own, other = row(people.editor, "我的事"), row(people.neighbour, "别人的事")
    client.force_login(people.editor)
    html = client.get(reverse("editorial_notices")).content.decode()
    assert "我的事" in html and "别人的事" not in html
    first = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "我的事" in first and "别人的事" not in first
    assert client.post(reverse("editorial_notice", args=[other.pk])).status_code == 404
    answer = client.post(reverse("editorial_notice", args=[own.pk]))
    assert answer.url == "/admin/"
    own.refresh_from_db()
    other.refresh_from_db()
    assert own.read_at and not other.read_at
    assert "我的事" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_all_of_mine_are_read_at_once(people, client):
    rows = [row(people.editor), row(people.editor), row(people.neighbour)]
    client.force_login(people.editor)
    client.post(reverse("editorial_notices_read"))
    assert [bool(Notification.objects.get(pk=r.pk).read_at) for r in rows] == [True, True, False]


def test_old_notices_are_forgotten(people, settings):
    old = row(people.editor, at=timezone.now() - datetime.timedelta(days=91))
    young = row(people.editor, at=timezone.now() - datetime.timedelta(days=89))
    background.forget_notices()
    assert list(Notification.objects.all()) == [young]
    assert not Notification.objects.filter(pk=old.pk).exists()


MORNING = "2026-03-02 07:05"
"""Local time; the tests' clock is set to its moment in UTC."""


def at(local):
    moment = datetime.datetime.fromisoformat(local)
    return timezone.make_aware(moment)


def test_one_mail_a_day_with_what_is_unread(people):
    with freeze_time(at("2026-03-01 15:00")):
        digests.choose(people.editor, NoticePreference.DAILY)
        row(people.editor, "第一件"), row(people.editor, "第二件")
        inbox.mark_read(Notification.objects.filter(title="第二件"))
        assert background.send_digests() == 0
    with freeze_time(at("2026-03-02 06:59")):
        assert background.send_digests() == 0
    with freeze_time(at(MORNING)):
        assert background.send_digests() == 1
        assert background.send_digests() == 0
    (message,) = mail.outbox
    assert message.to == [people.editor.email]
    assert "第一件" in message.body and "第二件" not in message.body
    with freeze_time(at("2026-03-02 20:00")):
        row(people.editor, "第三件")
        assert background.send_digests() == 0
    with freeze_time(at("2026-03-03 10:00")):
        assert background.send_digests() == 1
    assert "第三件" in mail.outbox[1].body and "第一件" not in mail.outbox[1].body


def test_two_processes_send_one_mail(people):
    with freeze_time(at("2026-03-01 15:00")):
        digests.choose(people.editor, NoticePreference.DAILY)
        row(people.editor)
    with freeze_time(at(MORNING)):
        seen_by_both = digests.due()
        assert [digests.send(pk) for pk in seen_by_both * 2] == [True, False]
    assert len(mail.outbox) == 1


def test_what_a_failed_mail_would_have_said_comes_the_next_day(people, settings):
    with freeze_time(at("2026-03-01 15:00")):
        digests.choose(people.editor, NoticePreference.DAILY)
        row(people.editor, "要紧的事")
    sent_by = settings.EMAIL_BACKEND
    with freeze_time(at(MORNING)):
        settings.EMAIL_BACKEND = "no.such.Backend"
        assert background.send_digests() == 0
        settings.EMAIL_BACKEND = sent_by
        assert background.send_digests() == 0
    with freeze_time(at("2026-03-03 07:01")):
        assert background.send_digests() == 1
    assert "要紧的事" in mail.outbox[0].body


def test_who_wants_one_mail_or_none_gets_none_at_once(people, committed):
    digests.choose(people.editor, NoticePreference.DAILY)
    digests.choose(people.reviewer, NoticePreference.NONE)
    with committed():
        users = [people.editor, people.reviewer, people.neighbour]
        notices.tell(users, notices.SUBMITTED, lambda: ("有事", "看"), "/admin/")
    assert [m.to for m in mail.outbox] == [[people.neighbour.email]]
    assert told() == ["editor", "neighbour", "reviewer"]


def test_the_choice_is_in_the_account(people, client):
    client.force_login(people.editor)
    address = reverse("wagtailadmin_account")
    html = client.get(address).content.decode()
    assert "每天早上合成一封" in html
    data = {"mail-mail": "daily", "name_email-first_name": "一", "name_email-last_name": "张"}
    data |= {"name_email-email": "zhang@example.org", "locale-preferred_language": ""}
    data |= {"theme-theme": "light", "theme-contrast": "system", "theme-density": "default"}
    assert client.post(address, data).status_code == 302
    assert NoticePreference.objects.get(user=people.editor).mail == "daily"


def test_nothing_of_a_withdrawn_page_is_left(people, start, act, committed):
    page = people.household
    state = start(page, people.editor)
    act(state, people.reviewer, "reject", comment="第三条有私事。")
    kept = row(people.editor)
    assert Notification.objects.filter(page=page).count() == 3
    with committed():
        withdraw(Page.objects.get(pk=page.pk), reason="本人要求删除。")
    assert list(Notification.objects.all()) == [kept]


def test_purging_copies_takes_notices_and_remarks(people, start, act):
    state = start(people.household, people.editor)
    act(state, people.reviewer, "reject", comment="有私事。")
    state.clause_remarks.create(clause="1", label="第一条", text="有私事")
    kept = row(people.editor, page=VillagePageFactory())
    purge_all([people.household], occasion=COPIES)
    assert list(Notification.objects.all()) == [kept]
    assert not state.clause_remarks.exists()


def test_the_list_costs_the_same_however_long_it_is(people, client):
    client.force_login(people.editor)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("editorial_notices"))
        return len(captured)

    row(people.editor)
    cost()
    few = cost()
    for _ in range(29):
        row(people.editor)
    assert cost() == few
