"""A text's way from the village to the public: submitted, returned, corrected, approved, live."""

import datetime
import threading

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from wagtail.documents import get_document_model
from wagtail.models import Locale, Page, PageLogEntry, TaskState, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, streamfield

from editorial import review
from editorial.models import FilingTask, NoticeTask, ScopedReviewTask, VoteTask
from editorial.review import ReviewRefused
from editorial.workflow import ensure_workflow
from tests import sounds
from tests.factories import HouseholdPageFactory
from villages.models import LanguageVersion, Recording

SUBMIT, PUBLISH = "action-submit", "action-publish"


def waiting(page):
    """The task state of the text awaiting review, or None."""
    return Page.objects.get(pk=page.pk).current_workflow_task_state


def is_live(page):
    return Page.objects.get(pk=page.pk).live


def start(page, user):
    fresh = Page.objects.get(pk=page.pk).specific
    fresh.save_revision(user=user)
    fresh.get_workflow().start(fresh, user)
    return waiting(page)


def test_from_submission_over_return_to_publication(people, press, act, client):
    page = people.household
    press(people.editor, page, SUBMIT)
    state = waiting(page)
    assert state is not None
    assert not is_live(page)

    act(people.reviewer, state, "reject", "请补上授予单位全称。")
    assert waiting(page) is None
    client.force_login(people.editor)
    board = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "请补上授予单位全称。" in board
    assert "退回给我改的" in board

    press(people.editor, page, SUBMIT, granting_body="青岩县妇女联合会（示例）")
    act(people.reviewer, waiting(page), "approve")
    page.refresh_from_db()
    assert page.live
    assert page.granting_body == "青岩县妇女联合会（示例）"
    assert waiting(page) is None


def test_returning_needs_a_comment(people, act):
    state = start(people.household, people.editor)
    act(people.reviewer, state, "reject", "  ")
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    with pytest.raises(ReviewRefused):
        state.task.specific.on_action(state, people.reviewer, "reject", comment=" ")


def test_an_editor_has_no_way_around_review(people, press, client):
    page = people.household
    press(people.editor, page, PUBLISH)
    client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]))
    client.post(
        f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={page.pk}"
    )
    assert not is_live(page)


def test_the_editor_is_locked_out_while_it_is_read_and_told_why(people, press, client):
    start(people.household, people.editor)
    press(people.editor, people.household, story="改一改。")
    address = reverse("wagtailadmin_pages:edit", args=[people.household.pk])
    assert "审核期间不能修改" in client.get(address).content.decode()
    newest = Page.objects.get(pk=people.household.pk).get_latest_revision_as_object()
    assert newest.story != "改一改。"


@pytest.mark.parametrize("who", ["neighbour", "far_reviewer"])
def test_only_the_places_own_reviewers_may_act(people, act, who):
    state = start(people.household, people.editor)
    outsider = getattr(people, who)
    act(outsider, state, "approve")
    with pytest.raises(ReviewRefused):
        state.task.specific.on_action(state, outsider, "approve")
    assert not is_live(people.household)


def test_a_reviewers_own_page_is_no_door_to_anothers_text(people, act):
    """Wagtail does not compare the page in the address with the task state in the address."""
    theirs = HouseholdPageFactory(parent=people.far_township, title="石板一户", live=False)
    start(theirs, people.county_admin)
    state = start(people.household, people.editor)
    act(people.far_reviewer, state, "approve", page_id=theirs.pk)
    assert not is_live(people.household)


@pytest.mark.parametrize("who", ["reviewer", "county_admin", "admin"])
def test_no_one_approves_or_publishes_their_own_text(people, press, act, who):
    page, author = people.household, getattr(people, who)
    state = start(page, author)
    act(author, state, "approve")
    with pytest.raises(ReviewRefused):
        state.task.specific.on_action(state, author, "approve")
    press(author, page, PUBLISH)
    assert not is_live(page)
    assert not page.specific.permissions_for_user(author).can_publish()
    act(people.second_reviewer, waiting(page), "approve")
    assert is_live(page)


def test_whoever_corrects_a_submitted_text_leaves_approval_to_another(people, press, act):
    page = people.household
    start(page, people.editor)
    press(people.reviewer, page, story="审核员自己补了一句。")
    state = waiting(page)
    act(people.reviewer, state, "approve")
    assert not is_live(page)
    act(people.second_reviewer, waiting(page), "approve")
    page.refresh_from_db()
    assert page.live
    assert page.story == "审核员自己补了一句。"


def test_pressing_approve_writes_nothing(people, press):
    """A browser sends each line end as CR LF, the editor new names for blocks of rich text."""
    yi = Locale.objects.get(language_code="ii")
    words = {"title": "村规民约", "text": "<p>酒席</p>\n<ul><li>不超过二十桌</li></ul>"}
    LanguageVersion.objects.create(page=people.draft, language=yi, edition_number=1, **words)
    draft = Page.objects.get(pk=people.draft.pk).specific
    draft.one_minute = "酒席不超过二十桌。\n不带火种进山。"
    article = draft.body[0].value["articles"].bound_blocks[0]
    article.value["text"] = "办酒席不超过二十桌。\n白事从简。"
    state = start_as_it_is(draft, people.editor)
    revisions = draft.revisions.count()
    told = press(
        people.reviewer,
        draft,
        "action-workflow-action",
        **{"workflow-action-name": "approve", "one_minute": "酒席不超过二十桌。\r\n不带火种进山。"},
        **nested_form_data({"body": as_sent(draft.body), "attachments": streamfield([])}),
    )
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_APPROVED, told.content.decode()
    assert draft.revisions.count() == revisions and is_live(draft)


@pytest.mark.parametrize("speech", ["", "楚雄话"])
def test_a_recording_that_only_the_draft_has_bars_no_approval(people, press, speech):
    sound = get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.wav(), "luyin.wav")
    )
    draft = Page.objects.get(pk=people.household.pk).specific
    draft.recordings = [Recording(document=sound, speech="普通话")]
    start_as_it_is(draft, people.editor)
    changed = {"recordings-0-speech": speech} if speech else {}
    press(
        people.reviewer,
        draft,
        "action-workflow-action",
        **{"workflow-action-name": "approve", **changed},
    )
    assert is_live(draft) == (not speech)
    draft = Page.objects.get(pk=draft.pk).specific.get_latest_revision_as_object()
    assert [row.speech for row in draft.recordings.all()] == [speech or "普通话"]


def start_as_it_is(page, user):
    page.save_revision(user=user)
    page.get_workflow().start(page, user)
    return waiting(page)


def as_sent(body):
    """What the editor's scripts send for a body of one chapter."""
    (chapter,) = body
    articles = chapter.value["articles"].bound_blocks
    rows = {str(at): article_sent(at, article) for at, article in enumerate(articles)}
    value = {
        "label": chapter.value["label"],
        "title": chapter.value["title"],
        "articles": {"count": str(len(rows)), **rows},
    }
    sent = streamfield([("chapter", value)])
    sent["0"]["id"] = chapter.id
    return sent


def article_sent(at, article):
    words = {"label": article.value["label"], "inserted": "", "items": {"count": "0"}}
    words["text"] = article.value["text"].replace("\n", "\r\n")
    return {"deleted": "", "order": str(at), "id": article.id, "value": words}


def test_a_text_edited_while_someone_reads_it_cannot_be_approved_unseen(people, press, act):
    page = people.household
    read = start(page, people.editor)
    press(people.reviewer, page, story="趁人在看，改了一句。")
    with pytest.raises(ReviewRefused):
        read.task.specific.on_action(read, people.second_reviewer, "approve")
    assert not is_live(page)
    assert waiting(page).revision == Page.objects.get(pk=page.pk).latest_revision


def test_a_text_autosaved_while_someone_reads_it_cannot_be_approved_unseen(people):
    state = start(people.household, people.reviewer)
    page = Page.objects.get(pk=people.household.pk).specific
    page.story = "自动保存的改动。"
    page.save_revision(user=people.reviewer, overwrite_revision=page.latest_revision)
    with pytest.raises(ReviewRefused, match="最新文本"):
        state.task.specific.on_action(state, people.second_reviewer, "approve")
    state.refresh_from_db()
    state.task.specific.on_action(state, people.second_reviewer, "approve")
    assert is_live(page)


def test_a_reviewer_cannot_publish_what_they_type_into_anothers_draft(people, press):
    response = press(people.reviewer, people.household, PUBLISH, story="改成这样直接发布。")
    assert not is_live(people.household)
    assert "须由他人审核" in response.content.decode()


def test_a_reviewer_may_publish_anothers_draft_as_it_stands(people, press):
    press(people.reviewer, people.household)
    press(people.second_reviewer, people.household, PUBLISH)
    assert is_live(people.household)


def test_a_text_that_nobody_reviewed_is_no_ones_to_publish_at_once(people, client):
    client.force_login(people.reviewer)
    response = client.get(
        reverse("wagtailadmin_pages:add", args=["villages", "householdpage", people.own.pk])
    )
    assert "action-publish" not in response.content.decode()


def test_editing_after_approval_voids_it(people, press, act):
    page = people.household
    act(people.reviewer, start(page, people.editor), "approve")
    press(people.editor, page, story="批准以后又改。")
    page.refresh_from_db()
    assert page.story != "批准以后又改。"
    assert page.has_unpublished_changes
    press(people.editor, page, SUBMIT)
    assert waiting(page).status == TaskState.STATUS_IN_PROGRESS


def test_a_superuser_may_override_with_a_reason_kept_for_good(people, act):
    page = people.household
    state = start(page, people.admin)
    act(people.admin, state, "override")
    assert not is_live(page)
    act(people.admin, state, "override", "审核员休假，汛期通知须当日公布。")
    assert is_live(page)
    entry = PageLogEntry.objects.get(page=page.pk, action="editorial.override")
    assert entry.user == people.admin
    assert "汛期通知" in entry.message


def test_a_reviewer_cannot_override(people, act):
    state = start(people.household, people.reviewer)
    act(people.reviewer, state, "override", "我写的，我批准。")
    assert not is_live(people.household)


def test_the_second_of_two_reviewers_is_told_that_it_is_done(people, act):
    state = start(people.household, people.editor)
    stale = TaskState.objects.get(pk=state.pk)
    act(people.reviewer, state, "reject", "请修改。")
    with pytest.raises(ReviewRefused, match="他人处理"):
        stale.task.specific.on_action(stale, people.second_reviewer, "approve")
    assert not is_live(people.household)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_reviewers_at_once_one_wins(people):
    state = start(people.household, people.editor)
    barrier, outcomes = threading.Barrier(2), []

    def approve(user):
        mine = TaskState.objects.get(pk=state.pk)
        barrier.wait()
        try:
            mine.task.specific.on_action(mine, user, "approve")
            outcomes.append("approved")
        except ReviewRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=approve, args=[user])
        for user in (people.reviewer, people.second_reviewer)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "refused"]
    assert is_live(people.household)
    assert TaskState.objects.filter(status=TaskState.STATUS_APPROVED).count() == 1


def test_an_approved_text_with_a_date_goes_live_on_that_date(people, act):
    page = people.household
    draft = Page.objects.get(pk=page.pk).specific
    draft.go_live_at = timezone.now() + datetime.timedelta(days=2)
    draft.save_revision(user=people.editor)
    draft.get_workflow().start(draft, people.editor)
    act(people.reviewer, waiting(page), "approve")
    assert not is_live(page)
    with freeze_time(timezone.now() + datetime.timedelta(days=3)):
        call_command("publish_scheduled")
    assert is_live(page)


def test_a_reviewer_can_take_a_page_down_and_an_editor_cannot(people, act, client):
    page = people.household
    act(people.reviewer, start(page, people.editor), "approve")
    address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    client.force_login(people.editor)
    client.post(address)
    assert is_live(page)
    client.force_login(people.reviewer)
    client.post(address)
    assert not is_live(page)


def test_copies_are_not_published_without_review(people, act, client):
    page = people.household
    act(people.reviewer, start(page, people.editor), "approve")
    client.force_login(people.reviewer)
    client.post(
        reverse("wagtailadmin_pages:copy", args=[page.pk]),
        {
            "new_title": "抄来的一户",
            "new_slug": "copied",
            "new_parent_page": people.other.pk,
            "publish_copies": "on",
        },
    )
    assert not Page.objects.filter(slug="copied").exists()


def test_the_setup_makes_one_workflow_however_often_it_runs(people):
    first, second = ensure_workflow(people.home), ensure_workflow(people.home)
    assert first == second
    assert people.household.get_workflow() == first
    assert [type(task.specific) for task in first.tasks] == [
        ScopedReviewTask,
        VoteTask,
        NoticeTask,
        FilingTask,
        *[ScopedReviewTask] * 3,
    ]
    steps = ScopedReviewTask.objects.order_by("workflow_tasks__sort_order")
    assert list(steps.values_list("step", flat=True)) == ["", "first", "second", "final"]


def test_the_nearest_reviewers_are_told_by_mail(people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        start(people.household, people.editor)
    told = {address for message in mail.outbox for address in message.to}
    assert {people.reviewer.email, people.second_reviewer.email} <= told
    assert people.county_admin.email not in told
    assert people.far_reviewer.email not in told


def test_a_reviewer_who_wrote_the_text_is_not_asked_to_review_it(people):
    state = start(people.household, people.reviewer)
    reviewable = TaskState.objects.reviewable_by
    assert state not in reviewable(people.reviewer)
    assert state in reviewable(people.second_reviewer)
    assert state not in reviewable(people.far_reviewer)
    assert state not in reviewable(people.editor)


def test_the_list_of_waiting_texts_agrees_with_the_rule(people):
    texts = [HouseholdPageFactory(parent=people.other, live=False) for _ in range(3)]
    writers = [people.neighbour, people.second_reviewer, people.county_admin]
    for page, user in zip(texts, writers, strict=True):
        start(page, user)
    Page.objects.get(pk=texts[0].pk).specific.save_revision(user=people.reviewer)
    states = [waiting(page) for page in texts]
    for user in (people.reviewer, people.second_reviewer, people.county_admin, people.editor):
        listed = set(TaskState.objects.reviewable_by(user))
        ruled = {
            state
            for state, page in zip(states, texts, strict=True)
            if review.may_review(user, page)
        }
        assert listed == ruled


def test_work_of_an_older_edition_does_not_bar_from_reviewing_the_next(people, act):
    page = people.household
    act(people.second_reviewer, start(page, people.reviewer), "approve")
    state = start(page, people.editor)
    assert state in TaskState.objects.reviewable_by(people.reviewer)
    act(people.reviewer, state, "approve")
    assert WorkflowState.objects.get(pk=state.workflow_state_id).status == "approved"
