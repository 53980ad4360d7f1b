"""A step of a review that is refused leads back to where it was given, reason and comment kept."""

import itertools
import json

import pytest
from django.urls import reverse
from wagtail.models import Page, TaskState

from covenants import hints
from covenants.models import CovenantPage, GoLive
from editorial.appointments import appoint
from editorial.forms import LONGEST
from tests.factories import UserFactory, rule_body
from tests.safety.access.page_doors import stream_fields

pytestmark = pytest.mark.django_db
COMMENT = "第二条的罚款请核一下，其余没有意见。"


def edit_of(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def compare_of(page):
    return reverse("covenants_compare", args=[page.pk])


def told(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def in_editor(action="approve", comment=COMMENT):
    """The fields that the editor's modal adds before it presses the button."""
    extra = json.dumps({"comment": comment, "remarks": []})
    return {"workflow-action-name": action, "workflow-action-extra-data": extra}


@pytest.fixture
def approve_in_editor(press):
    """`approve_in_editor(user, page)`: the editor's button, with `COMMENT` in its modal."""

    def approve(user, page, **changes):
        blocks = stream_fields(page.get_latest_revision_as_object())
        heading = {"body-0-value-label": "", "body-0-value-title": ""}
        sent = in_editor() | changes | blocks | heading
        return press(user, page, "action-workflow-action", **sent)

    return approve


def modal_of(client, page, action="approve"):
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    view = "wagtailadmin_pages:collect_workflow_action_data"
    return client.get(reverse(view, args=[page.pk, action, state.pk])).json()["html"]


@pytest.fixture
def hinted(people):
    """A draft with a fine and a deposit in it, submitted by its editor."""
    page = people.draft
    page.body = rule_body(("", "", ["邻里和睦。", "罚款五十元。", "收押金一百元。"]))
    page.save_revision(user=people.editor)
    page.get_workflow().start(page, people.editor)
    return page


@pytest.fixture
def state(hinted):
    return TaskState.objects.get(workflow_state__object_id=str(hinted.pk))


def test_in_the_editor_open_hints_are_named_and_linked_and_the_comment_is_kept(
    people, approve_in_editor, client, hinted
):
    response = approve_in_editor(people.reviewer, hinted)
    assert response.redirect_chain[-1][0] == edit_of(hinted)
    first = hints.open_hits(hinted)[0]
    link = f'<a href="{reverse("covenants_hints", args=[hinted.pk])}#hint-{first.key}">'
    assert f"{link}{first.title}</a>" in told(response)
    assert COMMENT in told(response)
    assert COMMENT in modal_of(client, hinted)
    assert COMMENT in modal_of(client, hinted, "reject"), "returned instead, with the same words"


def test_another_text_does_not_get_the_comment(people, approve_in_editor, client, hinted):
    approve_in_editor(people.reviewer, hinted)
    page = people.household
    page.get_workflow().start(page, people.editor)
    assert COMMENT not in modal_of(client, page)


def test_the_comment_is_forgotten_once_a_step_was_taken(
    people, approve_in_editor, act, client, hinted, state
):
    approve_in_editor(people.reviewer, hinted)
    act(people.reviewer, state, "reject", "罚款这条请删去。")
    page = Page.objects.get(pk=hinted.pk)
    page.current_workflow_state.resume(user=people.editor)
    client.force_login(people.reviewer)
    assert COMMENT not in modal_of(client, hinted)


def test_on_the_screen_of_comparison_it_comes_back_there(people, client, hinted, state):
    client.force_login(people.reviewer)
    screen = f"{compare_of(hinted)}?view=text"
    html = client.get(screen).content.decode()
    address = reverse("wagtailadmin_pages:workflow_action", args=[hinted.pk, "approve", state.pk])
    assert address in html
    sent = {"comment": COMMENT, "given_on": screen, "next": reverse("wagtailadmin_home")}
    response = client.post(address, sent, follow=True)
    assert response.redirect_chain[-1][0] == screen
    assert "第2条“罚款”" in told(response)
    assert f"{COMMENT}</textarea>" in response.content.decode()


def test_approved_on_the_screen_of_comparison_it_leads_to_the_desk(people, client):
    page = people.draft
    page.get_workflow().start(page, people.editor)
    client.force_login(people.reviewer)
    state = TaskState.objects.get()
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    home = reverse("wagtailadmin_home")
    response = client.post(
        address, {"comment": "", "given_on": compare_of(page), "next": home}, follow=True
    )
    assert response.redirect_chain[-1][0] == home
    assert CovenantPage.objects.get(pk=page.pk).live


def test_nobody_else_gets_the_button_to_approve_there(people, client, hinted, state):
    address = reverse("wagtailadmin_pages:workflow_action", args=[hinted.pk, "approve", state.pk])
    for user in (people.editor, people.admin):
        client.force_login(user)
        shown = client.get(compare_of(hinted)).content.decode()
        assert (address in shown) == (user == people.admin)


def test_from_the_desk_it_comes_back_to_the_desk(people, client, hinted, state):
    client.force_login(people.reviewer)
    address = reverse("wagtailadmin_pages:workflow_action", args=[hinted.pk, "approve", state.pk])
    home = reverse("wagtailadmin_home")
    response = client.post(address, {"comment": COMMENT, "next": home}, follow=True)
    assert response.redirect_chain[-1][0] == home
    assert "第2条“罚款”" in told(response) and COMMENT in told(response)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:x"])
def test_it_leads_nowhere_else(people, client, hinted, state, elsewhere):
    client.force_login(people.reviewer)
    address = reverse("wagtailadmin_pages:workflow_action", args=[hinted.pk, "approve", state.pk])
    response = client.post(address, {"given_on": elsewhere, "next": elsewhere})
    assert response["Location"] == edit_of(hinted)


def test_ones_own_text_is_refused_where_it_was_approved(people, approve_in_editor, client, hinted):
    hinted.save_revision(user=people.reviewer)
    before = hinted.revisions.count()
    state = Page.objects.get(pk=hinted.pk).current_workflow_task_state
    client.force_login(people.reviewer)
    address = reverse("wagtailadmin_pages:workflow_action", args=[hinted.pk, "approve", state.pk])
    response = client.post(
        address, {"comment": COMMENT, "given_on": compare_of(hinted)}, follow=True
    )
    assert response.redirect_chain[-1][0] == compare_of(hinted)
    assert "不能由您批准" in told(response) and COMMENT in told(response)
    response = approve_in_editor(people.reviewer, hinted)
    assert response.redirect_chain[-1][0] == edit_of(hinted)
    assert "不能由您批准" in told(response) and COMMENT in told(response)
    assert hinted.revisions.count() == before, "no draft is saved in the reviewer's name"


def test_who_comes_second_is_told_and_saves_no_draft(people, approve_in_editor, act, client):
    page = people.household
    page.get_workflow().start(page, people.editor)
    client.force_login(people.second_reviewer)
    state = TaskState.objects.get()
    act(people.reviewer, state, "approve")
    before = page.revisions.count()
    response = act(people.second_reviewer, state, "approve", COMMENT)
    assert response.redirect_chain[-1][0] == edit_of(page)
    assert "已由他人处理" in told(response) and COMMENT in told(response)
    response = approve_in_editor(people.second_reviewer, page)
    assert "已由他人处理" in told(response) and COMMENT in told(response)
    assert page.revisions.count() == before


@pytest.fixture
def undated(people):
    """The draft without a day of adoption, submitted."""
    people.draft.adopted_on = None
    people.draft.save_revision(user=people.editor)
    people.draft.get_workflow().start(people.draft, people.editor)
    return people.draft


def test_figures_that_are_missing_lead_to_the_ledger(people, act, undated):
    state = TaskState.objects.get()
    response = act(people.reviewer, state, "approve", COMMENT)
    assert response.redirect_chain[-1][0] == edit_of(undated)
    assert "请填写通过日期或施行日期" in told(response) and COMMENT in told(response)
    assert reverse("covenants_procedure", args=[undated.pk]) in told(response)


def test_the_editor_shows_what_is_missing_and_keeps_the_comment(
    people, approve_in_editor, client, undated
):
    response = approve_in_editor(people.reviewer, undated)
    assert "请填写通过日期或施行日期" in response.content.decode()
    assert COMMENT in modal_of(client, undated)


def test_in_bulk_it_comes_back_to_the_list(people, client, hinted):
    listing = reverse("wagtailadmin_explore", args=[people.own.pk])
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.force_login(people.reviewer)
    response = client.post(f"{bulk}?id={hinted.pk}&next={listing}", follow=True)
    assert response.redirect_chain[-1][0] == listing
    first = hints.open_hits(hinted)[0]
    assert first.title in told(response) and f"#hint-{first.key}" in told(response)
    assert not CovenantPage.objects.get(pk=hinted.pk).live


def test_a_text_that_refuses_in_bulk_comes_back_to_the_list(people, client):
    page = people.draft
    page.adopted_on = None
    page.save_revision(user=people.editor)
    listing = reverse("wagtailadmin_explore", args=[people.own.pk])
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.force_login(people.reviewer)
    response = client.post(f"{bulk}?id={page.pk}&next={listing}", follow=True)
    assert response.redirect_chain[-1][0] == listing
    assert "请填写通过日期或施行日期" in told(response)


def test_an_outsider_is_told_nothing(people, act, client, hinted, state):
    response = act(people.far_reviewer, state, "approve", COMMENT)
    assert response.status_code == 404 or "已由他人处理" not in told(response)


def test_a_ledgers_refusal_comes_back_to_the_ledger(people, client):
    page, clerk = people.draft, UserFactory()
    appoint(clerk, "township_filer", people.township)
    GoLive.objects.create(county=people.county.specific, on="2026-01-01")
    ledger = reverse("covenants_procedure", args=[page.pk])
    client.force_login(clerk)
    response = client.post(
        ledger, {"action": "start"}, headers={"referer": f"http://testserver{ledger}"}, follow=True
    )
    assert response.redirect_chain[-1][0] == ledger


def test_a_step_with_what_no_modal_sends_is_not_taken(people, approve_in_editor, hinted, state):
    for action, extra in itertools.product(
        ("approve", "reject"),
        (
            "", "{", "[1]", "5", "null", "[" * 900 + "]" * 900, '{"comment": 5}', '{"remarks": 5}',
            '{"comment": null}', '{"remarks": [5]}', '{"remarks": [["a"]]}', '{"page": 1}',
            '{"remarks": [["a", {}]]}', '{"user": 1}', json.dumps({"comment": "改" * 2001}),
        ),
    ):  # fmt: skip
        sent = {"workflow-action-name": action, "workflow-action-extra-data": extra}
        answer = approve_in_editor(people.reviewer, hinted, **sent)
        assert answer.status_code == 400, extra
        assert "没有传完整" in answer.content.decode()
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_a_remark_too_long_to_be_kept_is_told_in_the_modal(people, client, hinted):
    client.force_login(people.reviewer)
    state = Page.objects.get(pk=hinted.pk).current_workflow_task_state
    view = "wagtailadmin_pages:collect_workflow_action_data"
    address = reverse(view, args=[hinted.pk, "approve", state.pk])
    modal = {"x-requested-with": "XMLHttpRequest"}
    for length, step in ((LONGEST, "success"), (LONGEST + 1, "action")):
        answer = client.post(address, {"comment": "好" * length}, headers=modal)
        assert answer.json()["step"] == step, length


def test_a_kept_comment_has_no_characters_that_no_page_can_show(people, approve_in_editor, hinted):
    extra = json.dumps({"comment": "还差\ud800\x00说明", "remarks": []})
    sent = {"workflow-action-extra-data": extra}
    assert "还差说明" in told(approve_in_editor(people.reviewer, hinted, **sent))
