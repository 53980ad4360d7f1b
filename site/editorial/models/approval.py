"""What single reviewers said to a text: one of several approvals, remarks on clauses."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Approval(models.Model):
    """One person's approval where a task asks for several; void as soon as the text changes."""

    task_state = models.ForeignKey(
        "wagtailcore.TaskState", on_delete=models.CASCADE, related_name="approvals"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    comment = models.TextField(_("意见"), blank=True)
    at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("批准")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task_state", "user"], name="one_approval_per_person")
        ]

    def __str__(self):
        return f"{self.task_state_id} · {self.user_id}"


class ClauseRemark(models.Model):
    """What is to be changed in one clause of a text that was sent back, and why.

    `clause` is the clause's stable id, `label` its number as it was then.
    """

    task_state = models.ForeignKey(
        "wagtailcore.TaskState", on_delete=models.CASCADE, related_name="clause_remarks"
    )
    clause = models.CharField(max_length=64)
    label = models.CharField(_("条文"), max_length=40)
    text = models.TextField(_("意见"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("条文意见")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.label} {self.text}"
