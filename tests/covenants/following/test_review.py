"""A batch sent back and handed in again, who may decide on it, and who is told."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse

from covenants import following
from covenants.models import DifferingArticle, Following, FollowingBatch
from editorial.appointments import appoint
from tests import factories as make
from tests.covenants.following.steps import (
    GIFTS,
    MAY,
    OWN_WORDS,
    VALUES,
    approve,
    desk,
    feast,
    propose,
    screen,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(covenant, groups, editor, reviewer):
    """A batch of two groups, in the first one the feast is another; sent back."""
    batch = propose(covenant, groups[:2], by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    following.send_back(batch, note="缺会议记录。", by=reviewer)
    return FollowingBatch.objects.get(pk=batch.pk)


def again(batch):
    return f"{desk(batch.village)}?again={batch.pk}"


def test_a_batch_sent_back_comes_prefilled(client, groups, editor, returned):
    client.force_login(editor)
    assert again(returned) in client.get(screen(returned)).content.decode()
    html = client.get(again(returned)).content.decode()
    assert "缺会议记录。" in html and OWN_WORDS in html
    assert html.count(" checked") == 2
    assert 'value="2024-02-20"' in html and 'value="2024-03-01"' in html
    assert 'value="村民小组会议"' in html


def test_handed_in_again_it_brings_what_differs_and_says_so(
    client, groups, editor, reviewer, returned
):
    client.force_login(editor)
    data = {**VALUES, "groups": [groups[0].pk, groups[2].pk], "again": returned.pk}
    made = client.post(desk(returned.village), {**data, "adopted_by": "第1村民小组户主会"})
    batch = FollowingBatch.objects.first()
    assert made.url == screen(batch) and batch.again_of == returned
    article = DifferingArticle.objects.get(following__batch=batch)
    assert (article.following.group_id, article.text) == (groups[0].pk, OWN_WORDS)
    client.force_login(reviewer)
    assert "缺会议记录。" in client.get(screen(batch)).content.decode()
    approve(batch, by=reviewer)
    assert Following.objects.in_force().count() == 2


def test_an_article_the_village_gave_up_is_told_and_left(
    client, covenant, groups, editor, returned
):
    make.next_edition(covenant, {"id": GIFTS, "text": "不收礼金。"}, effective_from=MAY)
    client.force_login(editor)
    assert "不再带上" in client.get(again(returned)).content.decode()
    batch = propose(covenant, groups[:1], by=editor, again=returned)
    assert not DifferingArticle.objects.filter(following__batch=batch).exists()


def test_faults_keep_what_was_typed_and_what_it_is_about(client, editor, groups, returned):
    client.force_login(editor)
    data = {**VALUES, "adopted_by": " ", "groups": [groups[2].pk], "again": returned.pk}
    html = client.post(desk(returned.village), data).content.decode()
    assert "缺会议记录。" in html and f'name="again" value="{returned.pk}"' in html
    assert html.count(" checked") == 1


def test_who_wrote_a_part_of_the_first_wrote_a_part_of_the_second(
    covenant, groups, editor, township, reviewer
):
    other = make.UserFactory()
    appoint(other, "township_reviewer", township)
    batch = propose(covenant, groups, by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=other)
    following.send_back(batch, note="缺会议记录。", by=reviewer)
    batch.refresh_from_db()
    second = propose(covenant, groups, by=editor, again=batch)
    assert not following.may_review(other, second) and following.may_review(reviewer, second)


def test_only_what_the_village_got_back_can_be_handed_in_again(
    client, covenant, groups, editor, followed, returned
):
    client.force_login(editor)
    other = make.VillagePageFactory()
    for wrong in (followed.pk, 0, 10**15, "x", f"{returned.pk}²"):
        answer = client.get(desk(returned.village), {"again": wrong})
        assert answer.status_code == 404, wrong
    appoint(editor, "village_editor", other)
    assert client.get(desk(other), {"again": returned.pk}).status_code == 404


def test_the_clerk_who_registered_it_is_told_who_may_approve(
    client, covenant, groups, reviewer, township
):
    county_admin = make.UserFactory(first_name="州里王")
    appoint(county_admin, "county_admin", township.get_parent())
    batch = propose(covenant, groups, by=reviewer)
    client.force_login(reviewer)
    html = client.get(screen(batch)).content.decode()
    assert "代录" in html and township.get_parent().title in html and "州里王" in html
    assert "整批批准" not in html
    client.force_login(county_admin)
    assert "整批批准" in client.get(screen(batch)).content.decode()
    approve(batch, by=county_admin)
    assert Following.objects.in_force().count() == 3


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """`told(step)`: {address: subject} of the mail that a step sends."""

    def told(step):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            result = step()
        return result, {message.to[0]: message for message in mail.outbox}

    return told


def test_those_concerned_are_told(told, village, covenant, groups, editor, reviewer):
    colleague, stranger = make.UserFactory(), make.UserFactory()
    appoint(colleague, "village_editor", village)
    appoint(stranger, "village_editor", make.VillagePageFactory(parent=village.get_parent()))
    batch, sent = told(lambda: propose(covenant, groups, by=editor))
    assert set(sent) == {reviewer.email}
    message = sent[reviewer.email]
    assert "松林村" in message.subject and groups[0].title in message.body
    assert reverse("covenants_following_batch", args=[batch.pk]) in message.body

    _none, sent = told(lambda: following.send_back(batch, note="缺会议记录。", by=reviewer))
    assert set(sent) == {editor.email, colleague.email}
    assert "退回" in sent[editor.email].subject and "缺会议记录。" in sent[editor.email].body

    batch.refresh_from_db()
    second = propose(covenant, groups, by=editor, again=batch)
    _none, sent = told(lambda: approve(second, by=reviewer))
    assert set(sent) == {editor.email, colleague.email}
    assert "已批准" in sent[colleague.email].subject

    _none, sent = told(lambda: following.revoke(second, note="登记错了。", by=reviewer))
    assert set(sent) == {editor.email, colleague.email}
    assert "撤销" in sent[editor.email].subject and "登记错了。" in sent[editor.email].body


class Down:
    def send(self, user, notice):
        raise ConnectionError("no answer")


def test_a_failing_mail_server_does_not_undo_the_decision(
    told, settings, covenant, groups, editor, reviewer
):
    settings.NOTICE_SENDERS = [f"{__name__}.Down"]
    batch, _sent = told(lambda: propose(covenant, groups, by=editor))
    told(lambda: approve(batch, by=reviewer))
    assert Following.objects.in_force().count() == 3


def test_a_refused_step_tells_nobody(told, covenant, groups, editor):
    batch = propose(covenant, groups, by=editor)

    def refused():
        with pytest.raises(ValidationError):
            approve(batch, by=editor)

    assert told(refused) == (None, {})
