"""How much each person has sent today."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone


class UploadedBytes(models.Model):
    """Files and bytes that one person sent on one day, through whatever form."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    files = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_count_per_user_and_day")
        ]

    def __str__(self):
        return f"{self.user_id} {self.day}: {self.files}, {self.bytes}"

    @classmethod
    def has_room(cls, user, size: int) -> bool:
        """Whether the person may send so many bytes more today; one query."""
        row = cls.objects.filter(user=user, day=timezone.localdate()).first()
        files, held = (row.files, row.bytes) if row else (0, 0)
        return files < settings.UPLOADS_PER_DAY and held + size <= settings.UPLOAD_BYTES_PER_DAY

    @classmethod
    def note(cls, user, files: int, size: int) -> None:
        """Count what was sent, refused files too: they took the same time and space."""
        day = timezone.localdate()
        _row, made = cls.objects.get_or_create(
            user=user, day=day, defaults={"files": files, "bytes": size}
        )
        if not made:
            cls.objects.filter(user=user, day=day).update(
                files=F("files") + files, bytes=F("bytes") + size
            )
