"""Words that a reviewer let stand although the scan refuses them."""

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class PersonalDataOverride(models.Model):
    """One finding on one page that may be published, why, and by whose decision.

    The words themselves are not kept: `digest` is theirs under a key derived from the site's
    secret, so that whoever reads the table cannot try out all numbers.
    """

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="personal_data_overrides"
    )
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    masked = models.CharField(max_length=120)
    reason = models.CharField(_("理由"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "digest"], name="one_override_per_page_and_words"
            )
        ]

    def __str__(self):
        return self.masked


def words_digest(finding) -> str:
    """What an override remembers of the words of a finding."""
    words = f"{finding.kind}:{finding.key}"
    return salted_hmac("safety.personal_data", words, algorithm="sha256").hexdigest()
