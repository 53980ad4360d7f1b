"""The ledger of how one edition is made, revised or a rule repealed; its stages are in `entry`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from covenants.procedure import terms

from .edition import Edition

KINDS = [
    (terms.MAKING, _("订立")),
    (terms.REVISING, _("修订")),
    (terms.REPEALING, _("废止")),
]


class ProcedureQuerySet(models.QuerySet):
    def with_ledger(self):
        """Each with all its stages in the one query."""
        return self.select_related("edition", "village", *terms.STAGES)

    def running(self):
        return self.filter(closed_at__isnull=True)


class Procedure(models.Model):
    """One making of an edition of a rule, or one repeal; at most one of a page is running.

    `edition` is what came of it, or the legacy edition whose papers it completes; a repeal has
    `ends` instead. `village` stands behind a group's covenant. `legacy_at` says that township or
    county declared the text one adopted before the site's go-live; `override_at` that a superuser
    let it come into force unfiled, for a reason readers see, and `override_digest` which text.
    `version` counts changes, so that two people writing at once notice.
    """

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="procedures"
    )
    kind = models.CharField(_("做什么"), max_length=10, choices=KINDS, default=terms.MAKING)
    edition = models.OneToOneField(
        Edition, null=True, on_delete=models.SET_NULL, related_name="procedure"
    )
    ends = models.OneToOneField(
        Edition, null=True, on_delete=models.SET_NULL, related_name="repeal"
    )
    village = models.ForeignKey(
        "villages.VillagePage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_note = models.CharField(_("不办了的缘由"), max_length=200, blank=True)
    legacy_at = models.DateTimeField(null=True)
    legacy_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    override_at = models.DateTimeField(null=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    override_digest = models.CharField(max_length=64, blank=True, editable=False)
    override_reason = models.CharField(_("理由（会公布）"), max_length=200, blank=True)

    wagtail_reference_index_ignore = True

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("订立规约的台账")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(closed_at__isnull=True),
                name="one_running_procedure_per_page",
            )
        ]

    def __str__(self):
        return f"{self.page_id} {self.get_kind_display()}"

    @property
    def is_running(self) -> bool:
        return self.closed_at is None

    def entry(self, stage: str):
        """The row of a stage, or None."""
        return getattr(self, stage, None)

    @property
    def entries(self) -> dict:
        """{stage: its row} of the stages that are recorded, in order."""
        rows = {stage: self.entry(stage) for stage in terms.STAGES}
        return {stage: row for stage, row in rows.items() if row is not None}


class Opinion(models.Model):
    """What one resident wrote while opinions were asked for, or during the notice. Never public."""

    WRITTEN_DURING = (terms.OPINIONS, terms.NOTICE)

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="letters")
    stage = models.CharField(
        max_length=12,
        choices=[(stage, stage) for stage in WRITTEN_DURING],
        default=terms.OPINIONS,
        editable=False,
    )
    text = models.TextField(_("意见"), max_length=800)
    sent_at = models.DateTimeField(auto_now_add=True)
    answered = models.BooleanField(_("已答复"), default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("居民的意见")
        ordering = ["pk"]

    def __str__(self):
        return self.text[:20]


class SentReminder(models.Model):
    """A notice that went out: one for each occasion."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=60)
    sent_at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind", "about"], name="one_reminder_per_occasion"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.about}"
