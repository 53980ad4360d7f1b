"""The originals that rules were made from."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from covenants.reading import private_storage


class RuleSource(models.Model):
    """The uploaded or imported original of a rule, kept privately; only its editors may fetch it.

    `sha256` of the content and the place decide whether a file was imported before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.CASCADE, related_name="rule_sources"
    )
    area = models.ForeignKey(
        "villages.AreaPage", on_delete=models.CASCADE, related_name="received_sources"
    )
    kind = models.CharField(max_length=12)
    name = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    file = models.FileField(upload_to="rules/%Y/%m/", storage=private_storage)
    text = models.TextField(_("供核对的文字"), blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("规约原件")
        indexes = [models.Index(fields=["area", "kind", "sha256"])]

    def __str__(self):
        return self.name
