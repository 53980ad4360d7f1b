"""沿用村约: a group that has no covenant of its own follows its village's."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .edition import Immutable

# All that may change on a following once it is recorded: how it ends.
ENDING = frozenset({"ended_on", "ended_reason", "ended_note"})


class FollowingBatch(models.Model):
    """Followings of several groups of one village, proposed and decided on as a whole.

    Whoever wrote any part of it is in `authors` and may not approve it. A batch that was sent back
    or revoked stays as it was; it is proposed anew as another batch, which names it (`again_of`).
    """

    PROPOSED, RETURNED, APPROVED, REVOKED = "proposed", "returned", "approved", "revoked"

    village = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="following_batches"
    )
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_note = models.CharField(max_length=200, blank=True)
    again_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="handed_in_again"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_note = models.CharField(max_length=200, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("一批沿用村约的登记")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(approved_at__isnull=True),
                name="following_batch_not_returned_and_approved",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(approved_at__isnull=False),
                name="following_batch_revoked_after_approval",
            ),
        ]

    def __str__(self):
        return f"{self.village_id} / {self.pk}"

    @property
    def state(self) -> str:
        if self.revoked_at:
            return self.REVOKED
        if self.approved_at:
            return self.APPROVED
        return self.RETURNED if self.returned_at else self.PROPOSED


class FollowingQuerySet(models.QuerySet):
    """Followings; refuses to change what was recorded."""

    def approved(self):
        return self.filter(batch__approved_at__isnull=False)

    def in_force(self, on: datetime.date | None = None):
        """Approved followings in force on a day (default: today, local time)."""
        on = on or timezone.localdate()
        return self.holding_from(on).filter(effective_from__lte=on)

    def holding_from(self, day: datetime.date):
        """Approved followings that hold on `day` or will later."""
        lasting = Q(ended_on__isnull=True) | Q(ended_on__gt=day) & Q(
            ended_on__gt=F("effective_from")
        )
        return self.approved().filter(lasting)

    def update(self, **kwargs):
        if not ENDING.issuperset(kwargs):
            raise Immutable(_("已登记的沿用不能修改，请重新登记。"))
        return super().update(**kwargs)


class Following(models.Model):
    """One decision of a group to follow its village's covenant, whichever edition is in force.

    `effective_from` inclusive, `ended_on` exclusive, both local days; it counts only once its
    batch is approved. To change anything, a new one is recorded that ends the former.
    """

    REPLACED, OWN, REVOKED = "replaced", "own", "revoked"
    ADOPTED, LEGACY = "adopted", "legacy"

    batch = models.ForeignKey(FollowingBatch, on_delete=models.CASCADE, related_name="followings")
    group = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="followings"
    )
    covenant = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="followers"
    )
    adopted_on = models.DateField(_("通过日期"))
    adopted_by = models.CharField(_("通过的会议"), max_length=80)
    effective_from = models.DateField(_("从哪天起沿用"), db_index=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    ended_reason = models.CharField(
        _("终止原因"),
        max_length=10,
        blank=True,
        choices=[
            (REPLACED, _("重新登记")),
            (OWN, _("本组有了自己的规约")),
            (REVOKED, _("撤销")),
        ],
    )
    ended_note = models.CharField(_("终止的缘由"), max_length=200, blank=True)
    provenance = models.CharField(
        _("来源"),
        max_length=8,
        choices=[(ADOPTED, _("按程序通过")), (LEGACY, _("历史存量（程序资料不全）"))],
        default=LEGACY,
    )

    wagtail_reference_index_ignore = True

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("沿用村约")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "group"], name="one_following_per_group_and_batch"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("effective_from")),
                name="following_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.group_id} → {self.covenant_id}"

    def save(self, *args, **kwargs):
        if self.pk and not ENDING.issuperset(kwargs.get("update_fields") or ["*"]):
            raise Immutable(_("已登记的沿用不能修改，请重新登记。"))
        super().save(*args, **kwargs)

    def in_force(self, on: datetime.date) -> bool:
        """Whether it covers a day, its batch being approved."""
        return self.effective_from <= on and (self.ended_on is None or on < self.ended_on)

    @property
    def is_legacy(self) -> bool:
        return self.provenance == self.LEGACY


class DifferingQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise Immutable(_("已登记的沿用不能修改，请重新登记。"))

    def redact(self, *, village_text: str):
        """Write the quoted article with words covered; only `covenants.redacting` calls this."""
        return super().update(village_text=village_text)

    def delete(self):
        if self.exclude(following__batch__approved_at=None).exists():
            raise Immutable(_("已登记的沿用不能修改，请重新登记。"))
        return super().delete()


class DifferingArticle(models.Model):
    """An article in whose place something else holds in one group (本组另有规定).

    `stable_id` names the village's provision in every edition; its label and words as they were
    when this was written are quoted. Fixed once the batch is approved.
    """

    following = models.ForeignKey(Following, on_delete=models.CASCADE, related_name="differing")
    stable_id = models.UUIDField()
    label = models.CharField(max_length=20, blank=True)
    village_text = models.TextField()
    text = models.TextField(_("本组的规定"))

    wagtail_reference_index_ignore = True

    objects = DifferingQuerySet.as_manager()

    class Meta:
        verbose_name = _("本组另有规定的条文")
        ordering = ["following", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["following", "stable_id"], name="one_differing_article_per_provision"
            )
        ]

    def __str__(self):
        return f"{self.label} {self.text[:20]}"

    def save(self, *args, **kwargs):
        if self.pk or self.following.batch.state != FollowingBatch.PROPOSED:
            raise Immutable(_("已登记的沿用不能修改，请重新登记。"))
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.following.batch.approved_at:
            raise Immutable(_("已登记的沿用不能修改，请重新登记。"))
        return super().delete(*args, **kwargs)

    @property
    def anchor(self) -> str:
        """Its address on the group's page."""
        return f"own-{self.stable_id.hex[:12]}"
