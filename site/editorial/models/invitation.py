"""The way into an account for somebody who has no password yet, or has forgotten it."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def fresh_key():
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Those that can still be used."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """One link, printed as a QR code, with which the holder of a mandate sets a password.

    It opens once and until `expires_at`; a newer one for the same account withdraws it. The key is
    worth nothing without the site's signature (`editorial.invitations`).
    """

    mandate = models.ForeignKey(
        "editorial.Mandate",
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("任职"),
    )
    key = models.CharField(max_length=32, unique=True, default=fresh_key, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("由谁发出"),
    )
    issued_at = models.DateTimeField(_("发出时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("有效期至"))
    used_at = models.DateTimeField(_("使用时间"), null=True)
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True)

    objects = InvitationQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("邀请")

    def __str__(self):
        return f"{self.mandate} · {self.issued_at:%Y-%m-%d}"
