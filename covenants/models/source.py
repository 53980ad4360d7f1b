"""The originals that rules were made from."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from covenants.reading import private_storage


class RuleSource(models.Model):
    """The uploaded or imported original of a rule, kept privately; only its editors may fetch it.

    `sha256` of the content and the place decide whether a file was imported before. Until a page
    is made of it the original lies on the desk: `desk` is what was done to its text there
    (`covenants.desk.sheet.Sheet`), `desk_version` counts the changes, so that of two people who
    change it at once the later is told, and `worker` is who works on it.

    A village may hand the file in for the township to split (`stage`); what the township split
    is submitted only after the village has confirmed it.

    A file that holds several documents (`parts` of them, else 0) stays on the desk as it came;
    each document that is taken on becomes an original of its own, `part` of that `whole`.
    """

    OWN, ASKED, SPLIT, CONFIRMED = "", "asked", "split", "confirmed"
    STAGES = [
        (OWN, _("自己分条")),
        (ASKED, _("等镇上分条")),
        (SPLIT, _("镇上已分好，等村里确认")),
        (CONFIRMED, _("村里已确认")),
    ]

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
    desk = models.JSONField(null=True, editable=False)
    desk_version = models.PositiveIntegerField(default=0, editable=False)
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    worked_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=STAGES, default=OWN, blank=True)
    note = models.CharField(_("给镇上的话"), max_length=200, blank=True)
    split_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Whoever changed the text on the desk: with the one who handed it in, its writers.
    hands = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    parts = models.PositiveSmallIntegerField(default=0, editable=False)
    whole = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="taken", editable=False
    )
    part = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("规约原件")
        indexes = [
            models.Index(fields=["area", "kind", "sha256"]),
            models.Index(fields=["stage", "uploaded_at"], name="covenants_handed_in"),
        ]

    def __str__(self):
        return self.name


class SourceScan(models.Model):
    """A scan of the signed paper, handed in beside a typed text and as private as that.

    `name` is what its owner called it; `content_type` is told by its content.
    """

    source = models.ForeignKey(RuleSource, on_delete=models.CASCADE, related_name="scans")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=40)
    file = models.FileField(upload_to="scans/%Y/%m/", storage=private_storage)

    class Meta:
        verbose_name = _("扫描件")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
