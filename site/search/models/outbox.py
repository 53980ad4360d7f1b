"""Pending index work, written in the same transaction as the content it speaks of."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxEntry(models.Model):
    """An object was touched: whoever drains looks whether it still exists and follows.

    ``applied`` marks an entry already in the index in use that a running rebuild still needs.
    """

    model = models.CharField(max_length=200)
    object_pk = models.CharField(max_length=64)
    applied = models.BooleanField(default=False)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("待更新的索引")
        verbose_name_plural = _("待更新的索引")
        indexes = [models.Index(fields=["applied", "id"], name="search_outbox_pending")]

    def __str__(self):
        return f"{self.model} {self.object_pk}"
