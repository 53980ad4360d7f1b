"""One import of a whole county's files: what was handed over, and what becomes of each file."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.file_names import part_label
from covenants.reading import private_storage

REVOCABLE = datetime.timedelta(days=1)


class ImportBatch(models.Model):
    """A zip of rules for the places below `scope`.

    Goes through `state` by itself in the background process: its files are listed and looked at
    (READING), a person sees the report (PLANNED) and starts it (RUNNING); for a day after it is
    DONE it may be taken back (REVOKING, REVOKED). FAILED is a zip that cannot be read.
    """

    READING, PLANNED, RUNNING, DONE = "reading", "planned", "running", "done"
    REVOKING, REVOKED, FAILED = "revoking", "revoked", "failed"
    STATES = [
        (READING, _("正在查看文件")),
        (PLANNED, _("试运行完成，等待决定")),
        (RUNNING, _("正在导入")),
        (DONE, _("导入完成")),
        (REVOKING, _("正在撤回")),
        (REVOKED, _("已撤回")),
        (FAILED, _("读不了")),
    ]
    WORKING = (READING, RUNNING, REVOKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", verbose_name=_("范围")
    )
    name = models.CharField(_("文件名"), max_length=255)
    archive = models.FileField(upload_to="batches/%Y/%m/", storage=private_storage)
    manifest = models.TextField(_("清单"), blank=True, editable=False)
    publish = models.BooleanField(
        _("导入后直接公布"),
        default=False,
        help_text=_("作为“历史存量（程序资料不全）”公布；不勾选则只存草稿。"),
    )
    state = models.CharField(max_length=10, choices=STATES, default=READING)
    message = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    listed = models.BooleanField(default=False, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    # A note of what was done: no reason to warn whoever deletes a page.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("整批导入")
        ordering = ["-created_at"]

    def __str__(self):
        return self.name

    @property
    def revocable_until(self) -> datetime.datetime | None:
        return self.finished_at + REVOCABLE if self.finished_at else None

    @property
    def is_revocable(self) -> bool:
        return self.state == self.DONE and timezone.now() < self.revocable_until

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING


class ImportRow(models.Model):
    """One file of a batch: where it goes, what it is, what became of it.

    A file of several documents has a row for each of them, numbered by `part` (else 0).

    `state` before the run: LISTED (not looked at yet), READY, DOUBTFUL (a person must decide),
    LEFT_OUT (decided: not this one), REFUSED. Then an outcome of `covenants.weighing`. After
    the batch was taken back: REVOKED, or KEPT when somebody had changed the page since.
    `before` is what taking back needs to know of the page as it was.
    """

    LISTED, READY, DOUBTFUL, LEFT_OUT = "listed", "ready", "doubtful", "left_out"
    REFUSED, CREATED, EDITION = "refused", "created", "edition"
    SKIPPED, CONFLICT = "skipped", "conflict"
    REVOKED, KEPT = "revoked", "kept"
    STATES = [
        (LISTED, _("还没看")),
        (READY, _("可以导入")),
        (DOUBTFUL, _("待核对")),
        (LEFT_OUT, _("不导入")),
        (REFUSED, _("不能导入")),
        (CREATED, _("已新建")),
        (EDITION, _("已成新版")),
        (SKIPPED, _("已有，跳过")),
        (CONFLICT, _("冲突，未导入")),
        (REVOKED, _("已撤回")),
        (KEPT, _("后来有改动，未撤回")),
    ]
    LANDED = (CREATED, EDITION)

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    member = models.PositiveIntegerField(null=True)
    file = models.CharField(_("文件"), max_length=400)
    part = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default=LISTED)
    place = models.ForeignKey(
        "villages.AreaPage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=12, blank=True)
    known = models.JSONField(default=dict)
    adopted = models.CharField(max_length=10, blank=True)
    articles = models.PositiveIntegerField(default=0)
    becomes = models.CharField(max_length=10, blank=True)
    message = models.TextField(blank=True)
    doubts = models.JSONField(default=list)
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revision = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("导入的文件")
        ordering = ["batch", "position", "part"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position", "part"], name="one_row_per_document"
            )
        ]
        indexes = [models.Index(fields=["batch", "state"], name="covenants_batch_state")]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The file's name, with the document's number where it holds several."""
        return part_label(self.file, self.part)
