"""Texts that wait where nobody serves to act: who sees and is told of them, and when they go on."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import Page, PageLogEntry, TaskState

from editorial import desk, review, unattended
from editorial.appointments import appoint, dismiss_all
from editorial.models import Mandate, Notification, ScopedReviewTask, VoteTask
from tests.editorial.test_desk import start, titles, voting  # noqa: F401
from tests.editorial.test_three_reviews import desk as propaganda  # noqa: F401
from tests.factories import UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2027, 3, 2, 4, tzinfo=datetime.UTC)
LATER = NOON + datetime.timedelta(days=40)


def shown(user):
    rows, more = desk.without_anybody(user)
    assert not more
    return rows


@pytest.fixture
def work(django_capture_on_commit_callbacks):
    """The background process, once, with what it sends."""

    def work():
        with django_capture_on_commit_callbacks(execute=True):
            call_command("work", "--once")

    return work


@pytest.fixture
def served(people):
    """The household's text, submitted at NOON; the reviewers' terms end a month later."""
    with freeze_time(NOON):
        Mandate.objects.all().delete()
        last = (NOON + datetime.timedelta(days=30)).date()
        appoint(people.editor, "village_editor", people.own)
        appoint(people.county_admin, "county_admin", people.county)
        for user in (people.reviewer, people.second_reviewer):
            appoint(user, "township_reviewer", people.township, until=last)
        start(people.household, people.editor)
    return people


def test_while_somebody_serves_nothing_is_shown_or_told(served, work):
    with freeze_time(NOON + datetime.timedelta(days=29)):
        assert shown(served.county_admin) == shown(served.admin) == []
        work()
        assert not Notification.objects.filter(title__contains="没有人任职").exists()


def test_when_the_terms_ended_the_county_sees_which_body_lacks_which_role(served):
    with freeze_time(LATER):
        (row,) = shown(served.county_admin)
        assert row.title == "松林李家" and "云台镇没有乡镇审核员" in row.what
        assert "2027-04-02" in row.what, "since the terms ended, not since it was submitted"
        assert row.address == reverse("change_of_term", args=[served.township.pk])
        assert titles(shown(served.admin)) == ["松林李家"]
        for user in (served.editor, served.reviewer, served.far_reviewer):
            assert shown(user) == []


def test_whoever_is_appointed_acts_at_once_and_without_an_edit(served, act):
    with freeze_time(LATER):
        new = UserFactory()
        assert desk.waiting(new)[0] == []
        appoint(new, "township_reviewer", served.township, by=served.county_admin)
        assert titles(desk.waiting(new)[0]) == ["松林李家"]
        assert review.may_review(new, served.household)
        assert shown(served.county_admin) == []
        act(new, TaskState.objects.get(), "approve")
        assert Page.objects.get(pk=served.household.pk).live


def test_a_text_handed_in_before_anybody_served_waits_for_the_first_one(people):
    with freeze_time(NOON):
        Mandate.objects.filter(role="township_reviewer").delete()
        Mandate.objects.update(starts_at=NOON)
        state = start(people.household, people.editor)
        (row,) = shown(people.county_admin)
        assert timezone.localdate(state.started_at).isoformat() in row.what
        appoint(people.reviewer, "township_reviewer", people.township, since=LATER)
        assert len(shown(people.county_admin)) == 1
    with freeze_time(LATER):
        assert shown(people.county_admin) == []
        assert titles(desk.waiting(people.reviewer)[0]) == ["松林李家"]


def test_a_body_whose_only_reviewer_handed_it_in_is_shown(people):
    dismiss_all(people.second_reviewer)
    start(people.household, people.reviewer)
    assert titles(shown(people.county_admin)) == ["松林李家"]


def test_a_deactivated_account_serves_nobody(people):
    start(people.household, people.editor)
    for user in (people.reviewer, people.second_reviewer):
        user.is_active = False
        user.save()
    assert titles(shown(people.county_admin)) == ["松林李家"]


def test_a_vote_of_a_village_without_editors_is_shown_to_its_township(people, voting):  # noqa: F811
    assert isinstance(voting.task.specific, VoteTask)
    assert shown(people.reviewer) == []
    dismiss_all(people.editor)
    (row,) = shown(people.reviewer)
    assert "村级编辑" in row.what and "松林" in row.what
    assert shown(people.far_reviewer) == shown(people.county_admin) == []
    appoint(UserFactory(), "village_editor", people.own)
    assert shown(people.reviewer) == []


def test_whoever_may_appoint_is_told_once_and_again_when_it_falls_vacant_anew(served, work):
    told = Notification.objects.filter(user=served.county_admin, title__contains="没有人任职")
    with freeze_time(LATER):
        work()
        work()
        (notice,) = told
        assert "云台镇没有乡镇审核员" in notice.text and notice.page_id == served.household.pk
        assert notice.address == reverse("change_of_term", args=[served.township.pk])
        new = UserFactory()
        appoint(new, "township_reviewer", served.township)
    with freeze_time(LATER + datetime.timedelta(days=1)):
        dismiss_all(new)
        work()
        work()
        assert told.all().count() == 2
    entries = PageLogEntry.objects.filter(page=served.household.pk, action=unattended.TOLD)
    assert entries.count() == 2


def test_where_nobody_serves_who_could_appoint_those_above_are_told(served, work):
    with freeze_time(LATER):
        dismiss_all(served.county_admin)
        work()
        assert Notification.objects.filter(user=served.admin, title__contains="没有人任职").exists()


def test_one_that_fails_stops_no_other(served, monkeypatch, work):
    other = VillagePageFactory(parent=served.township)
    appoint(served.neighbour, "village_editor", other)
    page = served.draft
    start(page, served.editor)
    tell = unattended._tell

    def broken(row):
        if row.page.pk == served.household.pk:
            raise RuntimeError("broken")
        return tell(row)

    monkeypatch.setattr(unattended, "_tell", broken)
    with freeze_time(LATER):
        work()
        assert PageLogEntry.objects.filter(page=page.pk, action=unattended.TOLD).count() == 1


def test_a_first_review_whose_only_holder_left_is_passed(propaganda, work):  # noqa: F811
    page = propaganda.page
    start(page, propaganda.editor)
    waits = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert waits.task.specific.step == "first"
    work()
    waits.refresh_from_db()
    assert waits.status == TaskState.STATUS_IN_PROGRESS, "somebody serves"
    dismiss_all(propaganda.first)
    dismiss_all(propaganda.second)
    work()
    work()
    waits.refresh_from_db()
    assert waits.status == TaskState.STATUS_SKIPPED and "没有人任初审" in waits.comment
    now = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert isinstance(now.task.specific, ScopedReviewTask) and now.task.specific.step == "final"
    passed = PageLogEntry.objects.filter(page=page.pk, action="editorial.step_passed")
    assert passed.count() == 2
    assert not Page.objects.get(pk=page.pk).live
    assert titles(desk.waiting(propaganda.final)[0]) == [page.title]


def test_a_final_review_waits_until_there_is_somebody(propaganda, work):  # noqa: F811
    for user in (propaganda.first, propaganda.second, propaganda.final, propaganda.staff):
        dismiss_all(user)
    start(propaganda.page, propaganda.editor)
    work()
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert state.task.specific.step == "final"
    (row,) = shown(propaganda.prefecture)
    assert "宣传终审" in row.what
    appoint(propaganda.first, "propaganda_final_review", propaganda.features)
    assert titles(desk.waiting(propaganda.first)[0]) == [propaganda.page.title]


def test_the_list_is_for_who_appoints_and_costs_the_same_however_long(served, client):
    address = reverse("editorial_unattended")
    with freeze_time(LATER):
        client.force_login(served.county_admin)
        assert "松林李家" in client.get(address).content.decode()
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert "在等，没有人任职的" in home and "云台镇没有乡镇审核员" in home

        def cost():
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            return len(queries)

        few = cost()
        for _ in range(6):
            village = VillagePageFactory(parent=served.township)
            page = served.draft.copy(to=village, keep_live=False, user=served.editor)
            start(page, served.editor)
        assert cost() == few
        client.force_login(served.editor)
        assert client.get(address).status_code == 302
