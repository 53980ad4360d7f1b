"""Pages that were withdrawn, what they are known by, and what is still to be erased of them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_MOST = 200


class Withdrawal(models.Model):
    """That a page was withdrawn: when, by whom and why. Nothing of what stood on it.

    `page_key` is the page's translation key, `page_id` its number, for the log of the place it
    stood in (`place`). `cleared` counts what went, by kind. `noted` says whether the list outside
    the database (`safety.withdrawal.ledger`) holds it. Once `lifted_at` is set the same text may be
    brought to the site again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page_key = models.UUIDField(db_index=True)
    page_id = models.BigIntegerField(null=True)
    model = models.CharField(max_length=100)
    place = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("撤下时间"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(_("由谁撤下"), max_length=150, blank=True)
    reason = models.CharField(_("理由"), max_length=REASON_MOST)
    cleared = models.JSONField(default=dict)
    noted = models.BooleanField(default=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("撤下的页面")
        verbose_name_plural = _("撤下的页面")
        ordering = ["-at"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """What it is called in messages: eight characters of its id."""
        return self.id.hex[:8]


class WithdrawnMark(models.Model):
    """What a withdrawn page is known by, as a digest: an address, its text, an original file."""

    ADDRESS, TEXT, FILE = "address", "text", "file"

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "digest", "withdrawal"], name="one_mark_per_withdrawal"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.digest[:12]}"


class Erasure(models.Model):
    """Work outside the transaction that took texts out of the database; gone once it is done.

    `files`: [[alias of the storage, name]]. `media` ({label of the model: keys}) and `tags` (keys):
    what deleted pages used and what goes where nothing else uses it. Until `due_at` the words in
    the index's files wait for others. A killed process leaves the row for the next one.
    """

    withdrawal = models.ForeignKey(Withdrawal, null=True, on_delete=models.SET_NULL)
    files = models.JSONField(default=list)
    media = models.JSONField(default=dict)
    tags = models.JSONField(default=list)
    due_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("待清除")

    def __str__(self):
        return str(self.pk)

    @classmethod
    def due(cls) -> models.QuerySet:
        return cls.objects.filter(due_at__lte=timezone.now())

    @classmethod
    def with_leftovers(cls) -> models.QuerySet:
        return cls.objects.exclude(files=[], media={}, tags=[]).order_by("pk")
