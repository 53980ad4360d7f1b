"""Who serves where, as what, from when until when."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from editorial.roles import ROLES


class MandateQuerySet(models.QuerySet):
    def live(self, at=None):
        """Those that give rights at the moment `at` (now), to people whose account is active."""
        at = at or timezone.now()
        return self.running(at).filter(starts_at__lte=at, user__is_active=True)

    def running(self, at=None):
        """Those that have not ended at the moment `at` (now), begun or not."""
        at = at or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at) & Q(ends_at__gt=F("starts_at")))


class Mandate(models.Model):
    """One person's term in one role at one body: the only source of an editor's rights.

    Holds from `starts_at` until just before `ends_at`, without end if that is empty; who looks
    decides by the clock, so nothing has to run when a term begins or ends. Rows are made and ended
    by `editorial.appointments` alone and stay as the record of who served. `person` is the name as
    it was shown then, and outlives the account.
    """

    person = models.CharField(_("姓名"), max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="mandates",
        verbose_name=_("账号"),
    )
    role = models.CharField(
        _("职责"), max_length=30, choices=[(role.key, role.name) for role in ROLES.values()]
    )
    body = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.CASCADE,
        related_name="mandates",
        verbose_name=_("单位"),
    )
    starts_at = models.DateTimeField(_("任期开始"))
    ends_at = models.DateTimeField(_("任期结束"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("由谁结束"),
    )
    ended_on = models.DateTimeField(_("何时决定结束"), null=True)
    why_ended = models.CharField(_("结束原因"), max_length=200, blank=True)

    objects = MandateQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["pk"]
        indexes = [models.Index(fields=["body", "role"], name="mandate_body_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="mandate_ends_after_its_start",
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.get_role_display()} · {self.body_id}"

    def is_live(self, at=None):
        """Whether the term runs at the moment `at` (now); the account is not looked at."""
        at = at or timezone.now()
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    @property
    def first_day(self) -> datetime.date:
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self) -> datetime.date | None:
        """The last day on which the term runs for a while at least; None without an end."""
        if self.ends_at is None:
            return None
        last = max(self.starts_at, self.ends_at - datetime.timedelta(microseconds=1))
        return timezone.localdate(last)
