"""People who act on one text at the same instant: nothing counts twice, nothing unseen passes.

`test_on_postgres` runs this file on PostgreSQL.
"""

import threading
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models.signals import post_save
from wagtail.models import Page, PageLogEntry, TaskState

from covenants.models import CovenantPage, Edition
from editorial.appointments import appoint
from editorial.models import BodyCollection, Mandate, ScopedReviewTask
from editorial.review import ReviewRefused
from safety.models import Withdrawal
from safety.withdrawal import erasing
from safety.withdrawal.withdrawing import withdraw
from search import outbox
from tests.at_once import at_once
from tests.factories import UserFactory, VillagePageFactory, rule_body
from tests.safety.withdrawal.planting import Words, in_tables

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SEEN, UNSEEN = "酒席不超过十桌。", "酒席不超过八十桌。"
LONG_ENOUGH = 3
"""Seconds given to somebody who, if the locks hold, has to wait."""


@pytest.fixture
def submitted(people):
    """The village's covenant with the text SEEN, waiting for the township."""
    page = people.draft
    page.body = rule_body(("", "", [SEEN]))
    page.save_revision(user=people.editor)
    # Autosave overwrites only one's own revision.
    page.save_revision(user=people.second_reviewer)
    page.get_workflow().start(page, people.editor)
    return page


def approve(page, user):
    def step():
        state = Page.objects.get(pk=page.pk).current_workflow_task_state
        if state is None:
            raise ReviewRefused("over")
        state.task.specific.on_action(state, User.objects.get(pk=user.pk), "approve")

    return step


def save(page, user, text=UNSEEN, overwrite=False):
    """Save another text, as a revision of its own or, like autosave, in place of the last one."""

    def step():
        fresh = CovenantPage.objects.get(pk=page.pk).get_latest_revision_as_object()
        fresh.body = rule_body(("", "", [text]))
        revision = fresh.latest_revision if overwrite else None
        fresh.save_revision(user=User.objects.get(pk=user.pk), overwrite_revision=revision)

    return step


def adopted(page):
    """The texts of the page's editions."""
    editions = Edition.objects.filter(page_id=page.pk).order_by("number")
    return [edition.provisions.get().text for edition in editions]


def newest(page):
    (chapter,) = CovenantPage.objects.get(pk=page.pk).get_latest_revision_as_object().body
    (article,) = chapter.value["articles"]
    return article["text"]


def refused(outcomes):
    return [outcome for outcome in outcomes if isinstance(outcome, ReviewRefused)]


@pytest.mark.parametrize("needed", [1, 2])
def test_two_approvals_count_once_each_and_publish_once(people, submitted, needed):
    ScopedReviewTask.objects.update(approvals=needed)
    outcomes = at_once(approve(submitted, people.reviewer), approve(submitted, people.county_admin))
    assert len(refused(outcomes)) == 2 - needed
    assert adopted(submitted) == [SEEN]
    published = PageLogEntry.objects.filter(page=submitted.pk, action="wagtail.publish")
    assert published.count() == 1
    state = TaskState.objects.for_instance(submitted).get(task__name="审核")
    assert state.status == TaskState.STATUS_APPROVED
    assert state.approvals.count() == needed


def test_one_person_pressing_twice_counts_once(people, submitted):
    ScopedReviewTask.objects.update(approvals=2)
    outcomes = at_once(approve(submitted, people.reviewer), approve(submitted, people.reviewer))
    assert len(refused(outcomes)) == 1
    (state,) = TaskState.objects.for_instance(submitted)
    assert state.status == TaskState.STATUS_IN_PROGRESS and state.approvals.count() == 1
    assert adopted(submitted) == []


def test_two_saves_at_once_are_both_kept(people):
    before = people.draft.revisions.count()
    texts = ["酒席不超过九桌。", "酒席不超过八桌。"]
    at_once(
        save(people.draft, people.editor, texts[0]), save(people.draft, people.reviewer, texts[1])
    )
    revisions = list(people.draft.revisions.order_by("pk"))
    assert len(revisions) == before + 2
    kept = [r.as_object().body[0].value["articles"][0]["text"] for r in revisions[before:]]
    assert sorted(kept) == sorted(texts)
    assert newest(people.draft) in texts


@pytest.mark.parametrize("overwrite", [False, True], ids=["saved", "autosaved"])
def test_of_an_edit_and_an_approval_at_once_no_unseen_text_passes(people, submitted, overwrite):
    outcomes = at_once(
        save(submitted, people.second_reviewer, overwrite=overwrite),
        approve(submitted, people.reviewer),
    )
    assert adopted(submitted) == ([] if refused(outcomes) else [SEEN])
    assert newest(submitted) == UNSEEN


@pytest.mark.parametrize("overwrite", [False, True], ids=["saved", "autosaved"])
def test_an_edit_between_the_look_and_the_approval_is_not_published(people, submitted, overwrite):
    editing = threading.Thread(
        target=lambda: at_once(save(submitted, people.second_reviewer, overwrite=overwrite))
    )

    def edit(sender, instance, **kwargs):
        if instance.status == TaskState.STATUS_APPROVED and editing.ident is None:
            editing.start()
            editing.join(LONG_ENOUGH)

    post_save.connect(edit, sender=TaskState)
    try:
        approve(submitted, people.reviewer)()
    finally:
        post_save.disconnect(edit, sender=TaskState)
        editing.join()
    assert adopted(submitted) == [SEEN]
    assert newest(submitted) == UNSEEN
    states = TaskState.objects.for_instance(submitted).filter(task__name="审核")
    assert [state.status for state in states] == [TaskState.STATUS_APPROVED], "and stays approved"


def take_down(page, user):
    def step():
        found = Page.objects.get(pk=page.pk)
        return withdraw(found, reason="本人要求删除。", by=User.objects.get(pk=user.pk))

    return step


def unless_gone(step):
    """The step; as for the views, a page that is not found is refused."""

    def taken():
        try:
            return step()
        except ObjectDoesNotExist:
            raise ReviewRefused("gone") from None

    return taken


@pytest.mark.parametrize("other", ["approve", "save", "take_down"])
def test_nothing_stays_of_what_is_withdrawn_while_somebody_works_on_it(people, submitted, other):
    words = Words("氺鱻", "Qzwithdrawn")
    steps = {
        "approve": approve(submitted, people.reviewer),
        "save": save(submitted, people.second_reviewer, words.text),
        "take_down": take_down(submitted, people.admin),
    }
    save(submitted, people.second_reviewer, words.text)()
    assert in_tables(connection, words)
    at_once(unless_gone(take_down(submitted, people.county_admin)), unless_gone(steps[other]))
    erasing.step()
    assert not Page.objects.filter(pk=submitted.pk).exists()
    assert Withdrawal.objects.filter(page_id=submitted.pk).count() == 1
    outbox.drain(wait=True)
    assert in_tables(connection, words) == []


def test_people_appointed_at_once_share_the_collections_of_their_bodies(people):
    villages = [VillagePageFactory(parent=people.far_township) for _ in range(2)]
    at_once(
        *(
            partial(appoint, UserFactory(), "village_editor", village)
            for village in (*villages, *villages)
        )
    )
    rows = BodyCollection.objects.filter(page__in=villages).select_related("collection")
    assert len(rows) == 2 and len({row.collection.path for row in rows}) == 2
    assert Mandate.objects.live().filter(body__in=villages).count() == 4
