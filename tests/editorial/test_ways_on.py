"""After a step people stand on their own first page, told who has the text; what comes next is
the large button."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import querydict_from_html

from tests.safety.access.page_doors import stream_fields

pytestmark = pytest.mark.django_db
HOME = reverse("wagtailadmin_home")


@pytest.fixture
def named(people):
    """The township's reviewer by the name people know."""
    User.objects.filter(pk=people.reviewer.pk).update(first_name="李审核")
    return people


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def buttons(response) -> list[str]:
    """What the menu below the editor offers, the large button first."""
    footer = response.content.decode().split("<footer", 1)[1].split("</footer>")[0]
    return [
        re.sub(r"<svg.*?</svg>|<[^>]+>|\s", "", inner)
        for inner in re.findall(r"<button(?![^>]*hidden)[^>]*>(.*?)</button>", footer, re.S)
    ]


def edit(client, user, page):
    client.force_login(user)
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def in_editor(page, action):
    """The fields the editor sends for a step that asks for nothing."""
    blocks = stream_fields(page.get_latest_revision_as_object())
    heading = {"body-0-value-label": "", "body-0-value-title": ""}
    return {"workflow-action-name": action, **blocks, **heading}


def test_who_submits_in_the_editor_is_led_home_and_told_who_has_it(named, press):
    response = press(named.editor, named.household, "action-submit")
    assert response.redirect_chain[-1][0] == HOME
    assert any("现在由云台镇的审核人员审核：李审核" in line for line in told(response))


def test_who_submits_a_new_text_at_once_is_led_home(named, client):
    client.force_login(named.editor)
    add = reverse("wagtailadmin_pages:add", args=["villages", "householdpage", named.own.pk])
    form = querydict_from_html(client.get(add).content.decode(), form_id="page-edit-form").dict()
    typed = {"title": "松林周家", "slug": "zhoujia", "honour": named.household.honour_id}
    typed |= {"granting_body": "云台镇", "granted_on": "2026-05-01", "story": "和睦。"}
    typed |= {"consent_given_on": "2026-04-01", "action-submit": "1"}
    response = client.post(add, form | typed, follow=True)
    assert response.redirect_chain[-1][0] == HOME
    assert any("李审核" in line for line in told(response))


def test_a_saved_draft_stays_in_the_editor(named, press):
    response = press(named.editor, named.household)
    assert response.redirect_chain[-1][0] != HOME


def test_a_reviewers_large_button_approves(people, client):
    people.draft.get_workflow().start(people.draft, people.editor)
    offered = buttons(edit(client, people.reviewer, people.draft))
    assert offered[0] == "批准"
    assert offered.index("退回修改") < offered.index("保存草稿")


def test_enter_in_a_field_approves_nothing(people, client):
    people.draft.get_workflow().start(people.draft, people.editor)
    footer = edit(client, people.reviewer, people.draft).content.decode().split("<footer", 1)[1]
    first = re.search(r'<button(?![^>]*type="button")[^>]*>', footer)[0]
    assert "disabled" in first and "hidden" in first


def test_without_a_review_to_give_the_large_button_saves(people, client):
    offered = buttons(edit(client, people.editor, people.draft))
    assert offered[0] == "保存草稿"


def test_approving_with_the_large_button_writes_no_edit_and_leads_home(people, press):
    page = people.draft
    page.get_workflow().start(page, people.editor)
    before = Revision.objects.count()
    response = press(people.reviewer, page, "action-workflow-action", **in_editor(page, "approve"))
    assert response.redirect_chain[-1][0] == HOME, told(response)
    assert Page.objects.get(pk=page.pk).live
    assert Revision.objects.count() == before


def test_the_first_page_leads_to_no_guide_in_another_language(people, client):
    client.force_login(people.admin)
    html = client.get(HOME).content.decode()
    assert "账户" in html and "wagtail.org" not in html and "editor guide" not in html.lower()
