"""What is late, whom it is told, once."""

import datetime

import pytest
from django.utils import timezone

from covenants import ledger, reminders, validity
from covenants.models import Procedure, SentReminder
from covenants.procedure import terms
from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from tests import factories as make
from tests.covenants.procedure.conftest import ago

pytestmark = pytest.mark.django_db


def kinds(place):
    return sorted(r.kind for r in reminders.reminders(place.village.path))


def test_filing_later_than_ten_days_is_told_to_the_township(place, draft, fill, write):
    filer = make.UserFactory()
    appoint(filer, "township_filer", place.township)
    fill(draft, until=terms.VOTE)
    late = [r for r in reminders.reminders() if r.kind == "filing_late"]
    assert late[0].days == 30 and "表决已经 30 天，还没有备案" in late[0].text
    assert set(reminders.people(late[0])) == {filer, place.reviewer, place.other}
    assert not [r for r in reminders.reminders(today=ago(20)) if r.kind == "filing_late"]
    write(Procedure.objects.get(), terms.FILING)
    assert "filing_late" not in kinds(place)


def test_opinions_that_ended_wait_for_summary_and_answer(place, draft, write):
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    write(procedure, terms.OPINIONS)
    (over,) = list(reminders.reminders(place.village.path))
    assert over.kind == "opinions_over" and list(reminders.people(over)) == [place.clerk]
    write(procedure, terms.OPINIONS, summary="多数同意十桌。", answer="采纳。")
    assert kinds(place) == []


def test_a_covenant_three_years_old_is_to_be_looked_at(place):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(4 * 366))
    make.CovenantPageFactory(adopted_on=ago(2 * 365))
    assert kinds(place) == ["revise"]
    ledger.start(page, terms.REVISING, by=place.clerk)
    assert kinds(place) == []


def test_stages_and_tasks_that_wait(place, draft):
    ledger.start(draft, terms.MAKING, by=place.clerk)
    workflow = ensure_workflow(place.county.get_parent())
    draft.save_revision(user=place.clerk)
    state = workflow.start(draft, place.clerk).current_task_state
    Procedure.objects.update(changed_at=timezone.now() - datetime.timedelta(days=8))
    type(state).objects.update(started_at=timezone.now() - datetime.timedelta(days=9))
    assert kinds(place) == ["stage_waits", "task_waits"]


def test_each_goes_out_once(place, mailoutbox, django_capture_on_commit_callbacks):
    make.CovenantPageFactory(parent=place.village, adopted_on=ago(4 * 366))
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.send_some() == 1
        assert reminders.send_some() == 0
    (mail,) = mailoutbox
    assert mail.to == [place.clerk.email] and "没有修订" in mail.body
    assert SentReminder.objects.count() == 1


def test_one_that_fails_stops_no_other(place, monkeypatch):
    first, second = (make.CovenantPageFactory(adopted_on=ago(4 * 366)) for _ in range(2))
    people = reminders.people

    def breaks(reminder):
        if reminder.page.pk == first.pk:
            raise LookupError("示例")
        return people(reminder)

    monkeypatch.setattr(reminders, "people", breaks)
    assert reminders.send_some() == 1
    assert SentReminder.objects.get().page_id == second.pk
    monkeypatch.setattr(reminders, "people", people)
    assert reminders.send_some() == 1


def test_the_lists_cost_the_same_with_more_villages(place, draft, django_assert_max_num_queries):
    for _ in range(5):
        make.CovenantPageFactory(adopted_on=ago(4 * 366))
    with django_assert_max_num_queries(6):
        assert len(list(reminders.reminders())) == 5


def test_the_village_is_told_what_the_township_ordered(
    place, mailoutbox, django_capture_on_commit_callbacks
):
    page = make.CovenantPageFactory(parent=place.village, adopted_on=ago(500))
    edition = page.editions.get()
    article = edition.provisions.first()
    with django_capture_on_commit_callbacks(execute=True):
        validity.suspend([article], on=ago(0), note="按镇政府3号文改正。", by=place.reviewer)
        validity.end_edition(
            edition, on=ago(0), reason="ordered", note="整份停用。", by=place.reviewer
        )
    assert [mail.to for mail in mailoutbox] == [[place.clerk.email]] * 2
    assert "第1条" in mailoutbox[0].body and "3号文" in mailoutbox[0].body
