"""The way of a covenant through the workflow: review, vote, filing, and a new edition."""

import datetime

import pytest
from django.utils import timezone
from freezegun import freeze_time
from wagtail.models import Comment, Page, TaskState, WorkflowState

from covenants import ledger
from covenants.models import CovenantPage, Edition, Procedure
from covenants.procedure import terms
from editorial import progress
from editorial.appointments import appoint
from editorial.models import FilingTask, NoticeTask, ScopedReviewTask, VoteTask
from editorial.review import ReviewRefused
from editorial.workflow import ensure_workflow
from home import background
from tests import factories as make

from .conftest import STAGES, ago

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflow(place):
    return ensure_workflow(place.county.get_parent())


def waiting(page):
    """(the task a text waits at, its state), or (None, None)."""
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    return (state.task.specific, state) if state else (None, None)


def submit(page, user):
    fresh = Page.objects.get(pk=page.pk).specific
    fresh.save_revision(user=user)
    state = fresh.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=user)
    else:
        fresh.get_workflow().start(fresh, user)


def act(page, user, action="approve", **said):
    task, state = waiting(page)
    task.on_action(state, user, action, **said)


def change(page, user, text="红事不超过十五桌。", overwrite=False):
    fresh = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    fresh.body[0].value["articles"].bound_blocks[0].value["text"] = text
    revision = Page.objects.get(pk=page.pk).latest_revision if overwrite else None
    fresh.save_revision(user=user, overwrite_revision=revision)


@pytest.fixture
def approved(place, go_live, draft):
    """A new covenant that the township has approved; opinions were asked for before."""
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    values = STAGES[terms.OPINIONS]()
    ledger.record(procedure, terms.OPINIONS, values, by=place.clerk, version=0)
    submit(draft, place.clerk)
    act(draft, place.reviewer)
    return draft


def vote(page, by, **changes):
    procedure = Procedure.objects.running().get(page_id=page.pk)
    values = STAGES[terms.VOTE]() | {"on": timezone.localdate()} | changes
    ledger.record(procedure, terms.VOTE, values, by=by, version=procedure.version)


def confirm(page, by):
    procedure = Procedure.objects.running().get(page_id=page.pk)
    ledger.confirm_figures(procedure, by=by, version=procedure.version)


def file(page, by, **changes):
    procedure = Procedure.objects.running().get(page_id=page.pk)
    values = STAGES[terms.FILING]() | {"on": timezone.localdate()} | changes
    ledger.record(procedure, terms.FILING, values, by=by, version=procedure.version)


def test_a_covenant_goes_from_the_village_over_vote_and_filing_into_force(place, approved):
    task, _state = waiting(approved)
    assert isinstance(task, VoteTask)
    review = Procedure.objects.get(page_id=approved.pk).review
    assert (review.result, review.recorded_by) == ("lawful", place.reviewer)
    vote(approved, place.clerk)
    confirm(approved, place.reviewer)
    task, _state = waiting(approved)
    assert isinstance(task, FilingTask)
    assert not Page.objects.get(pk=approved.pk).live
    filer = make.UserFactory()
    appoint(filer, "township_filer", place.township)
    assert [s.task_id for s in TaskState.objects.reviewable_by(filer)] == [task.pk]
    file(approved, filer)
    assert waiting(approved) == (None, None)
    edition = Edition.objects.get(page_id=approved.pk)
    assert (edition.provenance, edition.filing_number) == (Edition.ADOPTED, "云镇备〔2026〕1号")
    assert Page.objects.get(pk=approved.pk).live
    assert edition.in_force()


def test_submitting_after_go_live_begins_the_ledger_with_its_draft(place, go_live, draft):
    submit(draft, place.clerk)
    procedure = Procedure.objects.running().get(page_id=draft.pk)
    assert procedure.draft.by == "松林村"
    assert procedure.draft.on == timezone.localdate()


def test_before_go_live_a_covenant_needs_the_review_alone(place, draft):
    page = CovenantPage.objects.get(pk=draft.pk)
    page.adopted_on = ago(300)
    page.save_revision(user=place.clerk)
    page.get_workflow().start(page, place.clerk)
    act(draft, place.reviewer)
    assert waiting(draft) == (None, None)
    assert Page.objects.get(pk=draft.pk).live
    assert Edition.objects.get(page_id=draft.pk).is_legacy


def test_a_text_the_meeting_turned_down_goes_back_with_the_figures(place, approved):
    vote(approved, place.clerk, votes_for=20, votes_against=36)
    assert waiting(approved) == (None, None)
    state = Page.objects.get(pk=approved.pk).current_workflow_state
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert "20 票" in state.current_task_state.comment
    change(approved, place.clerk)
    state.resume(user=place.clerk)
    task, _state = waiting(approved)
    assert isinstance(task, ScopedReviewTask), "the corrected text is read before it is voted on"


def test_a_meeting_without_quorum_leaves_the_text_waiting(place, approved):
    vote(
        approved, place.clerk, present=41, women=10, votes_for=41, votes_against=0, votes_abstain=0
    )
    task, _state = waiting(approved)
    assert isinstance(task, VoteTask)


@pytest.mark.parametrize("overwrite", [False, True], ids=["saved", "autosaved"])
def test_an_edit_after_approval_voids_it(place, approved, overwrite):
    if overwrite:
        change(approved, place.reviewer, "先存一次。")
        act(approved, place.other)
        assert isinstance(waiting(approved)[0], VoteTask)
    change(approved, place.reviewer, overwrite=overwrite)
    task, _state = waiting(approved)
    assert isinstance(task, ScopedReviewTask)
    with pytest.raises(ReviewRefused):
        act(approved, place.reviewer)
    act(approved, place.other)
    assert isinstance(waiting(approved)[0], VoteTask)


def test_several_approvals_count_once_each(place, go_live, draft):
    ScopedReviewTask.objects.update(approvals=2)
    submit(draft, place.clerk)
    act(draft, place.reviewer)
    assert isinstance(waiting(draft)[0], ScopedReviewTask)
    with pytest.raises(ReviewRefused):
        act(draft, place.reviewer)
    act(draft, place.other)
    assert isinstance(waiting(draft)[0], VoteTask)


def test_an_autosave_voids_the_first_of_two_approvals(place, go_live, draft):
    ScopedReviewTask.objects.update(approvals=2)
    submit(draft, place.clerk)
    act(draft, place.reviewer)
    change(draft, place.clerk, overwrite=True)
    with pytest.raises(ReviewRefused, match="最新文本"):
        act(draft, place.other)
    act(draft, place.other)
    assert isinstance(waiting(draft)[0], ScopedReviewTask)
    act(draft, place.reviewer)
    assert isinstance(waiting(draft)[0], VoteTask)


def test_a_rejection_stands_on_the_clause_and_in_the_ledger(place, go_live, draft):
    submit(draft, place.clerk)
    clause = CovenantPage.objects.get(pk=draft.pk).body[0].value["articles"].bound_blocks[0]
    remarks = [(clause.id, "罚款没有依据，请改为批评教育。"), ("none", "没有这一条")]
    act(draft, place.reviewer, "reject", comment="请修改。", remarks=remarks)
    state = Page.objects.get(pk=draft.pk).current_workflow_state.current_task_state
    assert state.comment == f"请修改。\n{clause.value['label']}：罚款没有依据，请改为批评教育。"
    (remark,) = state.clause_remarks.all()
    assert remark.clause == clause.id
    (comment,) = Comment.objects.filter(page_id=draft.pk)
    assert comment.contentpath.endswith(f"articles.{clause.id}.text")
    assert Procedure.objects.get(page_id=draft.pk).review.result == "returned"


def test_a_rejection_is_whole_or_not_at_all(place, go_live, draft):
    submit(draft, place.clerk)
    with pytest.raises(ReviewRefused):
        act(draft, place.reviewer, "reject", comment=" ", remarks=[])
    assert isinstance(waiting(draft)[0], ScopedReviewTask)
    assert not Comment.objects.filter(page_id=draft.pk).exists()


def test_the_township_can_still_send_back_what_waits_for_the_vote(place, approved):
    neighbour = make.UserFactory()
    appoint(neighbour, "village_editor", make.VillagePageFactory(parent=place.township))
    for user in (neighbour, place.clerk):
        with pytest.raises(ReviewRefused):
            act(approved, user, "reject", comment="不行")
    act(approved, place.other, "reject", comment="请补上附则。")
    state = Page.objects.get(pk=approved.pk).current_workflow_state
    assert state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_a_charter_with_a_ledger_goes_over_vote_and_notice_without_the_township(place):
    page = make.CouncilPageFactory(
        parent=place.village, council="deliberation", live=False, adopted_on=None
    )
    ledger.start(page, terms.MAKING, by=place.clerk)
    submit(page, place.clerk)
    assert isinstance(waiting(page)[0], VoteTask)
    vote(page, place.clerk)
    assert isinstance(waiting(page)[0], NoticeTask)
    procedure = Procedure.objects.running().get(page_id=page.pk)
    today = timezone.localdate()
    short = {"begins": today, "ends": today + datetime.timedelta(days=3), "where": "村务公开栏"}
    with pytest.raises(Exception, match="至少要"):
        ledger.record(procedure, terms.NOTICE, short, by=place.clerk, version=procedure.version)
    long = short | {"ends": today + datetime.timedelta(days=6)}
    procedure = Procedure.objects.running().get(page_id=page.pk)
    ledger.record(procedure, terms.NOTICE, long, by=place.clerk, version=procedure.version)
    assert background.end_notices() == 0
    assert isinstance(waiting(page)[0], NoticeTask)
    with freeze_time(timezone.now() + datetime.timedelta(days=7)):
        assert progress.due() == [page.pk]
        assert background.end_notices() == 1
        assert background.end_notices() == 0
    assert Page.objects.get(pk=page.pk).live
    assert Edition.objects.get(page_id=page.pk).provenance == Edition.ADOPTED


def test_one_notice_that_cannot_end_keeps_no_other(place):
    pages = []
    for village in (place.village, make.VillagePageFactory(parent=place.township)):
        clerk = make.UserFactory()
        appoint(clerk, "village_editor", village)
        page = make.CouncilPageFactory(
            parent=village, council="deliberation", live=False, adopted_on=None
        )
        ledger.start(page, terms.MAKING, by=clerk)
        submit(page, clerk)
        vote(page, clerk, on=ago(20))
        procedure = Procedure.objects.running().get(page_id=page.pk)
        values = {"begins": ago(19), "ends": timezone.localdate(), "where": "村务公开栏"}
        ledger.record(procedure, terms.NOTICE, values, by=clerk, version=procedure.version)
        pages.append(page)
    # What no editor can leave behind: a working text without a single article.
    broken = Page.objects.get(pk=pages[0].pk).latest_revision
    broken.content["body"] = "[]"
    type(broken).objects.filter(pk=broken.pk).update(content=broken.content)
    with freeze_time(timezone.now() + datetime.timedelta(days=2)):
        background.end_notices()
    assert not Page.objects.get(pk=pages[0].pk).live
    assert Page.objects.get(pk=pages[1].pk).live


def test_what_waits_for_whom(place, approved):
    outsider = make.UserFactory()
    appoint(outsider, "village_editor", make.VillagePageFactory(parent=place.township))

    def waits(user):
        return [state.task_id for state in TaskState.objects.reviewable_by(user)]

    vote_task = VoteTask.objects.get()
    assert waits(place.clerk) == [vote_task.pk]
    assert waits(outsider) == []
