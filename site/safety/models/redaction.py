"""Words that were made unreadable in a text that is otherwise never changed."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

REASON_MOST = 200


class Redaction(models.Model):
    """That words of a page were covered: when, by whom and why, and how they are known again.

    `marks`: [{"unit", "length", "digest"}], for each part of the text (`unit`, named by the room)
    how many characters the words have and their digest under the site's secret. The words
    themselves are kept nowhere. `noted` says whether the list outside the database has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page_key = models.UUIDField(db_index=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=150, blank=True)
    reason = models.CharField(_("理由"), max_length=REASON_MOST)
    marks = models.JSONField(default=list)
    noted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("遮盖")
        ordering = ["-at"]

    def __str__(self):
        return self.id.hex[:8]


def digest_of_words(words: str) -> str:
    """By which covered words are known; a name of three characters is not found by trying."""
    return salted_hmac("safety.redaction", words, algorithm="sha256").hexdigest()
