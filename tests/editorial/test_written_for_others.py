"""代录: whoever wrote a text that another saved is its author, and is told who may approve it."""

import pytest
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, TaskState

from editorial import authorship, review
from editorial.appointments import dismiss
from editorial.review import ReviewRefused

PUBLISH = "action-publish"


@pytest.fixture
def submitted(people):
    """The editor saved and submitted what the reviewer wrote down for the village."""
    page = Page.objects.get(pk=people.household.pk).specific
    authorship.credit(page.save_revision(user=people.editor), [people.reviewer, people.editor])
    page.get_workflow().start(page, people.editor)
    return page.current_workflow_task_state


def is_live(page):
    return Page.objects.get(pk=page.pk).live


def told(client, user, page):
    client.force_login(user)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.get(address).content.decode()


def test_who_wrote_it_down_cannot_approve_it(people, submitted, act):
    page = people.household
    act(people.reviewer, submitted, "approve")
    with pytest.raises(ReviewRefused, match="代录"):
        submitted.task.specific.on_action(submitted, people.reviewer, "approve")
    assert not review.may_review(people.reviewer, page)
    assert not page.specific.permissions_for_user(people.reviewer).can_publish()
    assert submitted not in TaskState.objects.reviewable_by(people.reviewer)
    assert submitted in TaskState.objects.reviewable_by(people.second_reviewer)
    act(people.second_reviewer, submitted, "approve")
    assert is_live(page)


def test_the_publish_button_is_no_way_around(people, submitted, press):
    press(people.reviewer, people.household, PUBLISH)
    assert not is_live(people.household)


def test_they_are_told_who_may(people, submitted, client):
    people.second_reviewer.first_name = "李审核"
    people.second_reviewer.save()
    html = told(client, people.reviewer, people.household)
    assert "代录" in html and "云台镇" in html and "李审核" in html
    assert "代录" not in told(client, people.second_reviewer, people.household)


def test_the_only_reviewer_of_a_township_leaves_it_to_the_county(people, submitted, client, act):
    dismiss(people.second_reviewer, "township_reviewer", people.township)
    html = told(client, people.reviewer, people.household)
    assert people.county.title in html and people.county_admin.username in html
    assert list(review.reviewers(people.household)) == [people.county_admin]
    act(people.county_admin, submitted, "approve")
    assert is_live(people.household)


def test_where_nobody_is_left_that_is_said(people, submitted, client):
    dismiss(people.second_reviewer, "township_reviewer", people.township)
    dismiss(people.county_admin, "county_admin", people.county)
    assert "联系系统管理员" in told(client, people.reviewer, people.household)


def test_a_superuser_who_wrote_it_down_gives_a_reason(people, act):
    page = Page.objects.get(pk=people.household.pk).specific
    authorship.credit(page.save_revision(user=people.editor), [people.admin])
    page.get_workflow().start(page, people.editor)
    state = page.current_workflow_task_state
    act(people.admin, state, "approve")
    assert not is_live(page)
    act(people.admin, state, "override", "审核员都在外地，明天就要开会。")
    assert is_live(page)
    assert PageLogEntry.objects.filter(page=page.pk, action="editorial.override").exists()


def test_it_counts_until_somebody_else_approved(people, submitted, act):
    act(people.second_reviewer, submitted, "approve")
    page = Page.objects.get(pk=people.household.pk).specific
    page.save_revision(user=people.editor)
    page.get_workflow().start(page, people.editor)
    assert review.may_review(people.reviewer, page)
    assert page.current_workflow_task_state in TaskState.objects.reviewable_by(people.reviewer)
