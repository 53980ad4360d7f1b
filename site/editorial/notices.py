"""Tells people that something waits for them or was decided: the one way notices leave the site.

Knows no room's content: callers say whom, what and where. A notice goes out after the commit, each
recipient's alone, and one that fails is logged and fails nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string

SUBMITTED, APPROVED, REJECTED = "submitted", "approved", "rejected"
"""What a notice is about; people choose in their account which kinds they want."""


@dataclass(frozen=True)
class Notice:
    """`subject` of one line, `text` in plain words, `url` absolute: where to act on it."""

    subject: str
    text: str
    url: str


class Sender(Protocol):
    """A way to reach people (mail, SMS, 企业微信); named in the setting NOTICE_SENDERS.

    `send` may raise whatever it likes and passes over a user it has no address of.
    """

    def send(self, user, notice: Notice) -> None: ...


class MailSender:
    """Plain-text mail by Django's mail backend."""

    def send(self, user, notice: Notice) -> None:
        if user.email:
            send_mail(notice.subject, f"{notice.text}\n{notice.url}\n", None, [user.email])


def tell(users, kind: str, make: Callable[[], tuple[str, str]], path: str) -> None:
    """Tell `users` (a queryset or list), once each and those who want notices of this `kind`.

    `make()` gives (subject, text) and is called with the site's own language, whatever language
    the screen of the person who acted speaks; `path` is an address of this site.
    """
    wanted = get_user_model().objects.filter(pk__in={user.pk for user in users}, is_active=True)
    refused = {f"wagtail_userprofile__{kind}_notifications": False}
    recipients = list(wanted.exclude(**refused).order_by("pk"))
    if not recipients:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = make()
    # A title with a line break must not become a header of the mail.
    notice = Notice(" ".join(subject.split()), text, f"{settings.WAGTAILADMIN_BASE_URL}{path}")
    for name in settings.NOTICE_SENDERS:
        sender = import_string(name)()
        for user in recipients:
            _send_after_commit(sender, user, notice)


def _send_after_commit(sender: Sender, user, notice: Notice) -> None:
    def send():
        sender.send(user, notice)

    transaction.on_commit(send, robust=True)
