"""What a person was told on the site, and how they want to be told by mail."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """One notice to one person. Holds words of `page`: it goes with the page and its redactions.

    `address` is a path of this site: where to act.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=20)
    title = models.CharField(_("标题"), max_length=250)
    text = models.TextField(_("内容"), blank=True)
    address = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notification_unread")]

    def __str__(self):
        return self.title


class NoticePreference(models.Model):
    """How one person wants mail: each notice at once, one mail a day, or none.

    Who has no row gets mail at once. `digest_on`: the day of the last daily mail, set before it is
    sent; `digested_until`: what was on the site by then was in a mail.
    """

    AT_ONCE, DAILY, NONE = "at_once", "daily", "none"
    CHOICES = [
        (AT_ONCE, _("每件事马上发一封")),
        (DAILY, _("每天早上合成一封")),
        (NONE, _("不发邮件，只在网站上看")),
    ]

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notice_preference",
    )
    mail = models.CharField(_("邮件通知"), max_length=10, choices=CHOICES, default=AT_ONCE)
    digest_on = models.DateField(null=True, blank=True)
    digested_until = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("通知方式")

    def __str__(self):
        return f"{self.user_id} {self.mail}"
