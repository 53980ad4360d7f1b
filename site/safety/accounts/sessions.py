"""Sessions in the database that end: unused, too old, or because somebody ends them.

The row says until when it holds (`expire_date`): so long after it was last used
(`SESSION_IDLE_AGE`), but never longer than so long after signing in (`SESSION_COOKIE_AGE`).
"""

import datetime

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.crypto import salted_hmac

from safety.client_address import client_address

from .devices import coarse, device_of

SIGNED_IN = "signed_in"
"""Key of the session's data: {"at": seconds since 1970, "device", "address"}."""

NOTED_EVERY = datetime.timedelta(minutes=5)
"""A use is written down this often at most."""


class SessionStore(DatabaseStore):
    """Django's store, with columns that say whose session it is and since when."""

    row = None

    @classmethod
    def get_model_class(cls):
        from safety.models import Session

        return Session

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        signed_in = data.get(SIGNED_IN)
        if signed_in and data.get(SESSION_KEY):
            row.user_id = data[SESSION_KEY]
            row.device, row.address = signed_in["device"], signed_in["address"]
            row.since = datetime.datetime.fromtimestamp(signed_in["at"], datetime.UTC)
            row.last_seen = timezone.now()
            row.expire_date = _until(row)
        return row


def begin(sender, request, user, **kwargs) -> None:
    """Receiver of `user_logged_in`: notes when and where the session began."""
    request.session[SIGNED_IN] = {
        "at": timezone.now().timestamp(),
        "device": device_of(request.META.get("HTTP_USER_AGENT", "")),
        "address": coarse(client_address(request)),
    }


def note_use(session) -> None:
    """Write down that a session which this request read is in use."""
    row = getattr(session, "row", None)
    if row is None or row.user_id is None or session.session_key != row.session_key:
        return
    now = timezone.now()
    if now - row.last_seen < NOTED_EVERY:
        return
    row.last_seen = now
    type(row).objects.filter(pk=row.pk).update(last_seen=now, expire_date=_until(row))


def sessions_of(user):
    """The sessions of `user` that hold, last used first."""
    from safety.models import Session

    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_seen")


def handle(session_key: str) -> str:
    """What stands for a session in addresses and forms; the key itself would open it."""
    return salted_hmac("safety.accounts.sessions", session_key).hexdigest()[:20]


def end_sessions(user, keep: str | None = None) -> int:
    """End the sessions of `user` but the one with the key `keep`; returns how many."""
    return sessions_of(user).exclude(pk=keep).delete()[0]


def end_after_change(sender, instance, created, **kwargs) -> None:
    """Receiver of a user's `post_save`: a new password or deactivation ends what is open.

    Whoever changed their own password goes on: the view gives their session a new key.
    """
    if not created and (instance._password is not None or not instance.is_active):
        end_sessions(instance)


def _until(row):
    return min(
        row.last_seen + datetime.timedelta(seconds=settings.SESSION_IDLE_AGE),
        row.since + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
