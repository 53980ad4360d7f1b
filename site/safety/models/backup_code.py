"""Codes on paper for the day the phone is lost."""

from django.conf import settings
from django.db import models


class BackupCode(models.Model):
    """One code that replaces one code of the phone, once; only its keyed digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="one_backup_code_per_digest")
        ]

    def __str__(self):
        return str(self.pk)
