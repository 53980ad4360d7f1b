"""One mail a day to those who wish it, with what is unread. `manage.py work` sends them."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import inbox
from .models import NoticePreference

MOST = 50
"""Notices named in one mail."""


def due(now=None) -> list[int]:
    """Keys of people who want one mail a day and were not yet looked after today."""
    local = timezone.localtime(now)
    if local.hour < settings.DIGEST_HOUR:
        return []
    waiting = NoticePreference.objects.filter(mail=NoticePreference.DAILY)
    waiting = waiting.filter(Q(digest_on=None) | Q(digest_on__lt=local.date()))
    return list(waiting.values_list("pk", flat=True))


def send(user_id: int, now=None) -> bool:
    """Send one person's mail of the day; whether there was one to send.

    The day is noted and committed first: two processes, or one that is killed, send no second
    mail. What a mail that failed would have said stands in the next one. Call outside of a
    transaction.
    """
    now = now or timezone.now()
    if not _claim(user_id, timezone.localdate(now)):
        return False
    preference = NoticePreference.objects.select_related("user").get(pk=user_id)
    user = preference.user
    rows = inbox.unread(user).filter(at__lt=now)
    if preference.digested_until:
        rows = rows.filter(at__gte=preference.digested_until)
    told = list(rows.order_by("at", "pk"))
    if told and user.is_active and user.email:
        send_mail(*_words(told), None, [user.email])
    NoticePreference.objects.filter(pk=user_id).update(digested_until=now)
    return bool(told)


@transaction.atomic
def _claim(user_id: int, today) -> bool:
    rows = NoticePreference.objects.filter(pk=user_id, mail=NoticePreference.DAILY)
    rows = rows.filter(Q(digest_on=None) | Q(digest_on__lt=today))
    return bool(rows.update(digest_on=today))


def _words(told) -> tuple[str, str]:
    """(subject, text) of a mail on these notices, oldest first, in the site's own language."""
    base = settings.WAGTAILADMIN_BASE_URL
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("今天有 %d 条未读通知") % len(told)
        lines = [f"{row.title}\n{row.text}\n{base}{row.address}" for row in told[:MOST]]
        if len(told) > MOST:
            lines.append(_("还有 %d 条，请登录后在“通知”里看。") % (len(told) - MOST))
    return subject, "\n\n".join(lines) + "\n"


def choose(user, mail: str, now=None) -> NoticePreference:
    """Keep how somebody wants mail; a daily mail holds what comes from now on."""
    now = now or timezone.now()
    preference, _made = NoticePreference.objects.get_or_create(user=user)
    if preference.mail != mail:
        local = timezone.localtime(now)
        begun = local.hour >= settings.DIGEST_HOUR
        preference.mail, preference.digested_until = mail, now
        preference.digest_on = local.date() if begun else None
        preference.save(update_fields=["mail", "digest_on", "digested_until"])
    return preference
