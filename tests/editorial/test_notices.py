"""Notices: to whom they go, what they say, and that they fail nothing."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation
from wagtail.users.models import UserProfile

from editorial import notices
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SENT = []


class Pager:
    """A sender of another kind, as SMS would be."""

    def send(self, user, notice):
        SENT.append((user.username, notice.subject))


class BrokenFor:
    """A server that is down for whoever is called 张三."""

    def send(self, user, notice):
        if user.username == "zhangsan":
            raise ConnectionError("no answer")
        notices.MailSender().send(user, notice)


@pytest.fixture
def tell(django_capture_on_commit_callbacks):
    def tell(*users, kind=notices.SUBMITTED, words=lambda: ("有事\r\nBcc: x@y", "请看：")):
        with django_capture_on_commit_callbacks(execute=True):
            notices.tell(users, kind, words, "/admin/somewhere/")

    return tell


def test_a_notice_is_plain_chinese_with_a_link(tell, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://cunyue.example"
    user = UserFactory()
    with translation.override("en"):
        tell(user, words=lambda: (translation.get_language(), "请看："))
    message = mail.outbox[0]
    assert message.subject == "zh-hans" and message.to == [user.email]
    assert message.body == "请看：\nhttps://cunyue.example/admin/somewhere/\n"


def test_a_title_cannot_write_headers(tell):
    tell(UserFactory())
    assert mail.outbox[0].subject == "有事 Bcc: x@y"


def test_everybody_is_told_once_and_alone_and_only_who_wants_and_can(tell):
    wants = [UserFactory() for _ in range(3)]
    quiet, gone, mute = UserFactory(), UserFactory(is_active=False), UserFactory(email="")
    UserProfile.objects.create(user=quiet, submitted_notifications=False)
    UserProfile.objects.create(user=wants[0], approved_notifications=False)
    tell(*wants, *wants, quiet, gone, mute)
    assert sorted(m.to[0] for m in mail.outbox) == sorted(u.email for u in wants)
    assert all(len(m.to) == 1 for m in mail.outbox)


def test_a_failing_server_fails_nothing_and_not_the_next(tell, settings):
    settings.NOTICE_SENDERS = [f"{__name__}.BrokenFor"]
    tell(UserFactory(username="zhangsan"), other := UserFactory())
    assert [m.to for m in mail.outbox] == [[other.email]]


def test_another_sender_can_be_named(tell, settings):
    SENT.clear()
    settings.NOTICE_SENDERS = ["editorial.notices.MailSender", f"{__name__}.Pager"]
    tell(UserFactory(username="lisi"))
    assert len(mail.outbox) == 1 and SENT == [("lisi", "有事 Bcc: x@y")]


def test_what_is_rolled_back_tells_nobody(django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        notices.tell([UserFactory()], notices.SUBMITTED, lambda: ("有事", "看"), "/")
        raise ZeroDivisionError
    assert mail.outbox == []


def test_queries_do_not_grow_with_the_people(django_assert_num_queries):
    users = [UserFactory() for _ in range(20)]
    with django_assert_num_queries(1):
        notices.tell(users, notices.SUBMITTED, lambda: ("有事", "看"), "/")
