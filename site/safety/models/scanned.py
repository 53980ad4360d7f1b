"""What was scanned, by which rules."""

from django.db import models


class ScannedPage(models.Model):
    """The last scan of a public page: `findings` are places and masked words, never the words.

    `findings`: [{"kind", "level", "where", "masked", "excerpt"}].
    """

    page = models.OneToOneField(
        "wagtailcore.Page",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="personal_data_scan",
    )
    version = models.CharField(max_length=16)
    scanned_at = models.DateTimeField()
    red = models.PositiveIntegerField(default=0)
    amber = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["version", "red"])]

    def __str__(self):
        return f"{self.page_id}: {self.red}, {self.amber}"


class CleanFile(models.Model):
    """A file in whose text these rules found nothing; it is not opened again for them."""

    digest = models.CharField(max_length=64, primary_key=True)
    version = models.CharField(max_length=16)

    def __str__(self):
        return self.digest
