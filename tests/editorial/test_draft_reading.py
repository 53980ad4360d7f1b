"""村务监督 and 乡镇备案员 read drafts of their place and say something; they change nothing."""

import pytest
from django.urls import reverse
from wagtail.models import Comment, Page

from editorial.appointments import appoint
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["village_supervisor", "township_filer"])
def reader(request, people, client):
    user = UserFactory(username="reader", first_name="赵示例")
    place = people.own if request.param == "village_supervisor" else people.township
    appoint(user, request.param, place)
    client.force_login(user)
    return user


def desk(page):
    return reverse("editorial_draft", args=[page.pk])


def test_they_find_a_draft_and_read_it(people, reader, client):
    listing = client.get(reverse("wagtailadmin_explore", args=[people.own.pk]))
    assert listing.status_code == 200
    html = listing.content.decode()
    assert people.draft.title in html and desk(people.draft) in html
    page = client.get(desk(people.draft))
    assert page.status_code == 200
    text = client.get(reverse("editorial_draft_text", args=[people.draft.pk]))
    assert text.status_code == 200 and people.draft.title in text.content.decode()


def test_they_cannot_edit_publish_move_or_delete(people, reader, client):
    page = people.draft
    before = Page.objects.get(pk=page.pk).latest_revision_id
    for name in ("edit", "delete", "move", "copy", "unpublish", "history"):
        address = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert client.get(address).status_code in (302, 404), name
        assert client.post(address, {"title": "改"}).status_code in (302, 404), name
    assert Page.objects.get(pk=page.pk).latest_revision_id == before
    assert client.get(reverse("wagtailimages:add")).status_code == 302


def test_what_they_say_is_told_in_the_editor_and_dealt_with(
    people, reader, client, press, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(desk(people.household), {"text": "第三条的桌数要再议"})
    comment = Comment.objects.get(page=people.household.pk)
    assert (comment.user, comment.text) == (reader, "第三条的桌数要再议")
    assert [mail.to for mail in mailoutbox] == [[people.editor.email]]
    assert "第三条的桌数要再议" in client.get(desk(people.household)).content.decode()
    client.force_login(people.editor)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[people.household.pk]))
    assert "有 1 条意见没有处理" in editor.content.decode()
    press(people.editor, people.household, title="新题目")
    assert Comment.objects.filter(pk=comment.pk).exists(), "saving the text keeps the comment"
    address = reverse("editorial_resolve_comment", args=[people.household.pk, comment.pk])
    client.force_login(reader)
    client.post(address)
    comment.refresh_from_db()
    assert comment.resolved_at is None, "only who edits deals with it"
    client.force_login(people.editor)
    assert "已处理" in client.post(address, follow=True).content.decode()
    comment.refresh_from_db()
    assert comment.resolved_by == people.editor


def test_nothing_of_another_village(people, client):
    user = UserFactory()
    appoint(user, "village_supervisor", people.other)
    client.force_login(user)
    for name in ("editorial_draft", "editorial_draft_text"):
        address = reverse(name, args=[people.draft.pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "x"}).status_code in (404, 405)
    assert not Comment.objects.exists()
