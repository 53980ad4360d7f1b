"""A session that can be told apart by the person whose it is."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A signed-in browser, or (without a user) what an anonymous visitor opened with a password.

    `address` is coarse: enough to recognise one's own county, not to find a house.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    device = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls):
        from safety.accounts.sessions import SessionStore

        return SessionStore
