"""Requests are read and answered by those who review at the place, and nobody else."""

import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import PageLogEntry

from editorial import removal_steps
from safety.models import RemovalRequest
from safety.removal.places import path_of
from safety.removal.receiving import forget_closed, receive, terms
from tests.factories import CovenantPageFactory, HouseholdPageFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
INBOX = "/admin/removal-requests/"


def ask(page, **changes):
    values = {
        "address": page.url,
        "path": path_of(page.url),
        "asked": "cover",
        "text": "第三条里写了我家的名字。",
        "name": "晏某",
        "contact": "村口小卖部",
    }
    return receive(**values | changes)


@pytest.fixture
def request_(people):
    return ask(people.own)


def address(one):
    return reverse("editorial_removal_request", args=[one.pk])


SEES = {
    "reviewer": 200,
    "second_reviewer": 200,
    "county_admin": 200,
    "far_reviewer": 404,
    "editor": 404,
    "neighbour": 404,
}


@pytest.mark.parametrize("who", SEES)
def test_who_sees_a_request(client, people, request_, who):
    user = getattr(people, who)
    client.force_login(user)
    answer = client.get(address(request_))
    absent = client.get(reverse("editorial_removal_request", args=[request_.pk + 1000]))
    assert answer.status_code == SEES[who]
    assert absent.status_code == 404
    if SEES[who] == 404:
        assert answer.content == absent.content
        assert "晏某" not in client.get("/admin/").content.decode()
    assert (request_ in removal_steps.requests_for(user)) == (SEES[who] == 200)


def test_the_lists_show_ones_own_and_no_name(client, people, request_):
    client.force_login(people.reviewer)
    for page in (INBOX, "/admin/"):
        html = client.get(page).content.decode()
        assert request_.number in html and "晏某" not in html
    client.force_login(people.far_reviewer)
    assert request_.number not in client.get(INBOX).content.decode()
    client.force_login(people.editor)
    assert client.get(INBOX).status_code in (302, 403)
    assert INBOX not in client.get("/admin/").content.decode()


def test_nobody_without_an_account(client, request_):
    assert client.get(INBOX).status_code == 302
    assert client.get(address(request_)).status_code == 302


def test_what_names_no_place_is_for_the_prefecture(client, people):
    one = ask(people.own, path="/", address="不知道哪一页")
    client.force_login(people.county_admin)
    assert client.get(address(one)).status_code == 404
    client.force_login(people.admin)
    assert client.get(address(one)).status_code == 200


def test_the_reviewers_of_the_township_are_told_and_no_word_of_it(
    people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        one = ask(people.own)
    told = {message.to[0] for message in mail.outbox}
    assert told == {getattr(people, name).email for name in ("reviewer", "second_reviewer")}
    text = mail.outbox[0].subject + mail.outbox[0].body
    assert one.number in text and address(one) in text
    assert "晏某" not in text and "小卖部" not in text and "第三条" not in text


def test_it_is_taken_up_and_closed_with_an_answer(client, people, request_):
    client.force_login(people.reviewer)
    client.post(address(request_), {"take_up": "1"})
    request_.refresh_from_db()
    assert request_.state == "checking" and request_.decided_by == people.reviewer
    without = client.post(address(request_), {"state": "refused", "answer": " "})
    assert "写明理由" in without.content.decode()
    client.post(address(request_), {"state": "refused", "answer": "规约里没有这家人的名字。"})
    request_.refresh_from_db()
    assert request_.state == "refused" and request_.closed_at
    again = client.post(address(request_), {"state": "done", "answer": "改了"})
    assert "已经办结" in again.content.decode()
    assert request_.number in client.get(f"{INBOX}?state=refused").content.decode()
    assert request_.number not in client.get(INBOX).content.decode()


def test_others_cannot_answer_it(client, people, request_):
    for who in ("editor", "far_reviewer"):
        client.force_login(getattr(people, who))
        sent = client.post(address(request_), {"state": "done", "answer": "x"})
        assert sent.status_code == 404
    request_.refresh_from_db()
    assert request_.state == "new"


def test_the_log_keeps_the_number_and_no_word(people, request_):
    removal_steps.close(request_, "done", "已经遮盖。", by=people.reviewer)
    entry = PageLogEntry.objects.filter(action="editorial.removal_request").get()
    assert entry.data == {"number": request_.number, "state": "done"}


def test_what_is_late_is_marked(client, people, request_):
    RemovalRequest.objects.update(due="2020-01-01")
    client.force_login(people.reviewer)
    assert "已超期" in client.get(INBOX).content.decode()
    assert "已超期" in client.get(address(request_)).content.decode()


def test_its_page_is_one_step_away(client, people, request_):
    client.force_login(people.reviewer)
    html = client.get(address(request_)).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[people.own.pk]) in html


def test_what_can_be_done_about_the_page_is_one_step_away(client, people):
    rule = CovenantPageFactory(parent=people.other)
    household = HouseholdPageFactory(parent=people.own)
    client.force_login(people.reviewer)
    offered = {}
    for page in (rule, household):
        html = client.get(address(ask(page))).content.decode()
        offered[page.pk] = [
            name
            for name in ("covenants_redact", "editorial_withdraw", "editorial_purge_copies")
            if f'href="{reverse(name, args=[page.pk])}"' in html
        ]
    assert offered == {
        rule.pk: ["covenants_redact", "editorial_withdraw"],
        household.pk: ["editorial_withdraw", "editorial_purge_copies"],
    }


def test_a_hundred_villages_cost_what_ten_do(client, people):
    client.force_login(people.reviewer)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(INBOX).status_code == 200
        return len(found)

    for _ in range(10):
        ask(VillagePageFactory(parent=people.township))
    queries()
    few = queries()
    for _ in range(90):
        ask(VillagePageFactory(parent=people.township))
    assert queries() == few


WORDS = ("晏某", "村口小卖部", "第三条里写了我家的名字", "已遮盖第三条里的名字")
"""Who asked, how to reach them, what they wrote and what they were told."""


def places_holding(words):
    """(table, word) for each word that a row of any table holds, in whatever column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            rows = str(cursor.fetchall())
            spelt = {word: (word, word.encode("unicode_escape").decode()) for word in words}
            found |= {(table, w) for w, all_ in spelt.items() if any(one in rows for one in all_)}
    return found


def test_no_other_table_ever_holds_a_word_of_it_and_in_the_end_none(
    client, people, django_capture_on_commit_callbacks
):
    """Neither notices nor mail, logs, sessions, references, nor what waits to be searched."""
    with django_capture_on_commit_callbacks(execute=True):
        request_ = ask(people.own)
        client.force_login(people.reviewer)
        client.post(address(request_), {"take_up": "1"})
        client.post(address(request_), {"state": "done", "answer": f"{WORDS[3]}。"})
    request_.refresh_from_db()
    assert request_.is_closed
    own = RemovalRequest._meta.db_table
    assert places_holding(WORDS) == {(own, word) for word in WORDS}
    letters = "".join(f"{one.subject}{one.body}" for one in mail.outbox)
    assert letters and not any(word in letters for word in WORDS)
    history = client.get("/admin/reports/site-history/?export=csv")
    lines = b"".join(history.streaming_content).decode()
    assert "撤下、更正申请" in lines and not any(word in lines for word in WORDS)
    with freeze_time(timezone.now() + datetime.timedelta(days=terms().kept_days, minutes=1)):
        assert forget_closed() == 1
    assert places_holding(WORDS) == set()
