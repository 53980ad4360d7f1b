"""Without a household's consent its page goes nowhere, and whoever tries is told why."""

import pytest
from django.urls import reverse
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import querydict_from_html

from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from tests.factories import HouseholdPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
NO_CONSENT = "没有填写该户同意公开的日期"
SUBMIT, PUBLISH = "action-submit", "action-publish"


@pytest.fixture
def village():
    village = VillagePageFactory()
    ensure_workflow(village.get_parent().get_parent().get_parent())
    return village


@pytest.fixture
def editor(village):
    return serving(village, "village_editor")


@pytest.fixture
def reviewer(village):
    return serving(village.get_parent(), "township_reviewer")


@pytest.fixture
def household(village, editor):
    page = HouseholdPageFactory(
        parent=village, live=False, has_unpublished_changes=True, consent_given_on=None
    )
    page.save_revision(user=editor)
    return page


def serving(place, role):
    user = UserFactory()
    appoint(user, role, place)
    return user


def press(client, user, page, button, **changes):
    client.force_login(user)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form").dict()
    return client.post(address, {**data, **changes, **({button: "1"} if button else {})})


def submitted(page, user):
    """The task state of a text that came to review without consent, as before the form asked."""
    page.get_workflow().start(page, user)
    return Page.objects.get(pk=page.pk).current_workflow_task_state


def approve(client, reviewer, page, state, **headers):
    client.force_login(reviewer)
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""}, **headers)


def test_a_draft_may_do_without(client, editor, household):
    press(client, editor, household, "", story="还没有问过这家人。")
    stored = Page.objects.get(pk=household.pk).get_latest_revision_as_object()
    assert stored.story == "还没有问过这家人。"


def test_it_cannot_be_submitted(client, editor, household):
    response = press(client, editor, household, SUBMIT)
    assert response.status_code == 200
    assert NO_CONSENT in str(response.context["form"].errors["consent_given_on"])
    assert NO_CONSENT in response.content.decode()
    assert not TaskState.objects.exists()


def test_it_cannot_be_published(client, reviewer, household):
    response = press(client, reviewer, household, PUBLISH)
    assert response.status_code == 200
    assert NO_CONSENT in str(response.context["form"].errors["consent_given_on"])
    assert not Page.objects.get(pk=household.pk).live


def test_it_is_submitted_with_the_date(client, editor, household):
    press(client, editor, household, SUBMIT, consent_given_on="2024-05-20")
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS


def test_an_approval_that_cannot_publish_is_undone_whole(client, editor, reviewer, household):
    state = submitted(household, editor)
    response = approve(client, reviewer, household, state)
    editing = reverse("wagtailadmin_pages:edit", args=[household.pk])
    assert response.status_code == 302
    assert response["Location"] == editing
    assert NO_CONSENT in client.get(editing).content.decode()
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert state.workflow_state.status == "in_progress"
    assert state.finished_by is None
    page = Page.objects.get(pk=household.pk)
    assert not page.live
    assert page.current_workflow_task_state == state


def test_the_modal_of_an_approval_leads_back_to_the_editor(client, editor, reviewer, household):
    state = submitted(household, editor)
    response = approve(
        client, reviewer, household, state, headers={"x-requested-with": "XMLHttpRequest"}
    )
    assert response.json()["redirect"] == reverse("wagtailadmin_pages:edit", args=[household.pk])


def test_it_can_still_be_sent_back_from_the_editor(client, editor, reviewer, household):
    state = submitted(household, editor)
    press(
        client,
        reviewer,
        household,
        "action-workflow-action",
        **{
            "workflow-action-name": "reject",
            "workflow-action-extra-data": '{"comment": "请先征得该户同意。"}',
        },
    )
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_REJECTED


def test_publishing_several_at_once_is_undone_whole_and_told(client, editor, reviewer, village):
    ready, without = (
        HouseholdPageFactory(parent=village, live=False, **given)
        for given in ({}, {"consent_given_on": None})
    )
    for page in (ready, without):
        page.save_revision(user=editor)
    client.force_login(reviewer)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    reply = client.post(
        f"{address}?id={ready.pk}&id={without.pk}", {"next": "/admin/"}, follow=True
    )
    assert reply.status_code == 200 and NO_CONSENT in reply.content.decode()
    assert not Page.objects.filter(pk__in=[ready.pk, without.pk], live=True).exists()
