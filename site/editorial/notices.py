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

SUBMITTED, WAITING, APPROVED, REJECTED = "submitted", "waiting", "approved", "rejected"
IN_FORCE = "in_force"
"""What a notice is about; people choose in their account which kinds they want."""

CHOSEN_WITH = {WAITING: SUBMITTED, IN_FORCE: APPROVED}
"""{kind: the kind whose switch in Wagtail's account screen it goes with}, where not its own."""


@dataclass(frozen=True)
class Notice:
    """`subject` of one line, `text` in plain words, `url` absolute: where to act on it.

    `path` is the same address without the site; `page_id` is of the page whose words it holds.
    """

    subject: str
    text: str
    url: str
    kind: str = ""
    path: str = ""
    page_id: int | None = None


class Sender(Protocol):
    """A way to reach people (site, mail, SMS, 企业微信); named in the setting NOTICE_SENDERS.

    `send` may raise whatever it likes and passes over a user it has no address of.
    """

    def send(self, user, notice: Notice) -> None: ...


class MailSender:
    """Plain-text mail by Django's mail backend, to those who want each notice at once."""

    def send(self, user, notice: Notice) -> None:
        preference = getattr(user, "notice_preference", None)
        at_once = preference is None or preference.mail == preference.AT_ONCE
        if user.email and at_once:
            send_mail(notice.subject, f"{notice.text}\n{notice.url}\n", None, [user.email])


def tell(
    users, kind: str, make: Callable[[], tuple[str, str]], path: str, *, page_id: int | None = None
) -> None:
    """Tell `users` (a queryset or list), once each and those who want notices of this `kind`.

    `make()` gives (subject, text) and is called with the site's own language, whatever language
    the screen of the person who acted speaks; `path` is an address of this site. `page_id` is to
    be given where the words name or quote a page that could be withdrawn.
    """
    wanted = get_user_model().objects.filter(pk__in={user.pk for user in users}, is_active=True)
    refused = {f"wagtail_userprofile__{CHOSEN_WITH.get(kind, kind)}_notifications": False}
    found = wanted.exclude(**refused).select_related("notice_preference")
    recipients = list(found.order_by("pk"))
    if not recipients:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = make()
    # A title with a line break must not become a header of the mail.
    subject = " ".join(subject.split())
    url = f"{settings.WAGTAILADMIN_BASE_URL}{path}"
    notice = Notice(subject, text, url, kind, path, page_id)
    for name in settings.NOTICE_SENDERS:
        sender = import_string(name)()
        for user in recipients:
            _send_after_commit(sender, user, notice)


def _send_after_commit(sender: Sender, user, notice: Notice) -> None:
    def send():
        sender.send(user, notice)

    transaction.on_commit(send, robust=True)
