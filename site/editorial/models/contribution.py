"""Who else wrote a text, beside whoever saved it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Contribution(models.Model):
    """Someone's work that stands in a revision which another person saved (代录).

    A township clerk who types or splits a text for a village is an author of it, although the
    village saves and submits it. `editorial.authorship` is where this counts.
    """

    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.CASCADE, related_name="contributions"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("代录")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "user"], name="one_contribution_per_revision_and_user"
            )
        ]

    def __str__(self):
        return f"{self.user_id} → {self.revision_id}"
