"""The first page: what waits for whom, what came back, what others have to do."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from editorial import desk, procedures
from editorial.appointments import appoint
from editorial.models import VoteTask
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def start(page, user):
    fresh = Page.objects.get(pk=page.pk).specific
    return fresh.get_workflow().start(fresh, user).current_task_state


def titles(rows):
    return [row.title for row in rows]


@pytest.fixture
def voting(people, monkeypatch):
    """A covenant that waits for the vote of its village."""
    ledger = type(
        "Ledger",
        (),
        {
            "standing": lambda self, page, steps: (
                (procedures.OPEN, "") if procedures.VOTE in steps else (procedures.NOT_ASKED, "")
            ),
            "skips_review": lambda self, page: True,
            "note_submission": lambda self, page, user: None,
            "address": lambda self, page: f"/ledger/{page.pk}/",
            "clauses": lambda self, page: [],
        },
    )()
    monkeypatch.setitem(procedures._ledgers, type(people.household), ledger)
    return start(people.household, people.editor)


def test_a_submitted_text_waits_for_reviewers_and_stands_with_its_sender(people):
    start(people.household, people.editor)
    for user in (people.reviewer, people.second_reviewer, people.county_admin):
        rows, more = desk.waiting(user)
        assert titles(rows) == ["松林李家"] and not more
    for user in (people.editor, people.neighbour, people.far_reviewer):
        assert desk.waiting(user)[0] == []
    assert titles(desk.elsewhere(people.editor)) == ["松林李家"]
    assert desk.elsewhere(people.neighbour) == desk.elsewhere(people.reviewer) == []


def test_a_vote_waits_for_the_village_and_stands_with_its_township(people, voting):
    assert isinstance(voting.task.specific, VoteTask)
    (row,) = desk.waiting(people.editor)[0]
    assert row.address == f"/ledger/{people.household.pk}/"
    for user in (people.neighbour, people.reviewer, people.county_admin, people.far_reviewer):
        assert desk.waiting(user)[0] == []
    (row,) = desk.elsewhere(people.reviewer)
    assert "表决" in row.reminder and f"/ledger/{people.household.pk}/" in row.reminder
    assert "云台镇" in row.reminder and "松林李家" in row.reminder
    assert desk.elsewhere(people.far_reviewer) == desk.elsewhere(people.neighbour) == []


def test_what_came_back_shows_the_remark_of_each_clause(people, client):
    state = start(people.household, people.editor)
    state.clause_remarks.create(clause="b1", label="第三条", text="罚款没有依据。")
    state.task.specific.on_action(
        state, people.reviewer, "reject", comment="请修改。\n第三条：罚款没有依据。"
    )
    (row,) = desk.returned(people.editor)
    assert row.what == "请修改。" and [r.label for r in row.remarks] == ["第三条"]
    assert desk.returned(people.neighbour) == desk.returned(people.reviewer) == []
    client.force_login(people.editor)
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert html.count("罚款没有依据。") == 1 and "退回给我改的" in html
    html = client.get(row.address).content.decode()
    assert "第三条" in html and "罚款没有依据。" in html


def test_the_reminder_can_be_copied_without_a_script(people, client):
    start(people.household, people.editor)
    client.force_login(people.editor)
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "复制提醒" in html and "<textarea" in html and "请审核。" in html


def test_who_serves_nowhere_has_an_empty_desk(people):
    start(people.household, people.editor)
    user = UserFactory()
    assert desk.waiting(user) == desk.overdue(user) == ([], False)
    assert desk.elsewhere(user) == desk.returned(user) == []
    appoint(user, "village_supervisor", people.other)
    assert desk.elsewhere(user) == []
