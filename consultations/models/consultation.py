"""Consultation records (协商在基层): what was discussed, by whom, and what became of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, DateBlock, StreamBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.search import index

from consultations import standing
from covenants.blocks import Attachments
from villages.models import ReadingPage


class StatementBlock(StructBlock):
    """What one speaker said; the speaker may be anonymous (村民代表A)."""

    speaker = CharBlock(label=_("发言人"), max_length=40, help_text=_("可写“村民代表A”"))
    text = TextBlock(label=_("发言"), rows=2)

    class Meta:
        icon = "comment"
        label = _("发言")


class FollowUpBlock(StructBlock):
    """What was done afterwards."""

    date = DateBlock(label=_("日期"))
    text = TextBlock(label=_("进展"), rows=2)
    by = CharBlock(label=_("经办"), max_length=40, required=False)

    class Meta:
        icon = "date"
        label = _("落实进展")


class Statements(StreamBlock):
    statement = StatementBlock()


class FollowUps(StreamBlock):
    follow_up = FollowUpBlock()


class ConsultationTag(TaggedItemBase):
    content_object = ParentalKey(
        "consultations.ConsultationPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class ConsultationPage(ReadingPage):
    """One deliberation meeting on one topic, its result and its follow-up."""

    SOURCES = [
        ("residents", _("群众提出")),
        ("committees", _("村（居）“两委”提出")),
        ("grid", _("网格员收集")),
        ("cppcc", _("政协委员提出")),
    ]
    OUTCOMES = [
        ("agreed", _("已达成一致")),
        ("partly", _("部分达成一致")),
        ("not_agreed", _("未达成一致")),
    ]

    number = models.CharField(_("编号"), max_length=40, blank=True)
    source = models.CharField(_("议题来源"), max_length=12, choices=SOURCES, default="residents")
    form = models.CharField(_("协商形式"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("开始时间"), db_index=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=80, blank=True)
    convenor = models.CharField(_("召集人"), max_length=40, blank=True)
    chair = models.CharField(_("主持人"), max_length=40, blank=True)
    recorder = models.CharField(_("记录人"), max_length=40, blank=True)
    expected = models.PositiveIntegerField(_("应到"), null=True, blank=True)
    present = models.PositiveIntegerField(_("实到"), null=True, blank=True)
    absent = models.PositiveIntegerField(_("缺席"), null=True, blank=True)
    observers = models.PositiveIntegerField(_("列席"), null=True, blank=True)
    women = models.PositiveIntegerField(_("其中妇女"), null=True, blank=True)
    minorities = models.PositiveIntegerField(_("其中少数民族"), null=True, blank=True)
    agenda = models.TextField(_("议程"), blank=True)
    background = models.TextField(_("背景"), blank=True)
    statements = StreamField(Statements(), verbose_name=_("发言"), blank=True)
    differences = models.TextField(_("分歧"), blank=True)
    outcome = models.CharField(_("结果"), max_length=12, choices=OUTCOMES, default="agreed")
    result = models.TextField(_("协商结果"), blank=True)
    voting_method = models.CharField(_("表决方式"), max_length=40, blank=True)
    votes_for = models.PositiveIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("反对"), null=True, blank=True)
    votes_abstain = models.PositiveIntegerField(_("弃权"), null=True, blank=True)
    responsible = models.CharField(_("谁来办"), max_length=80, blank=True)
    due = models.DateField(_("什么时候办完"), null=True, blank=True)
    notice_from = models.DateField(_("公示自"), null=True, blank=True)
    notice_until = models.DateField(_("公示至"), null=True, blank=True)
    follow_ups = StreamField(FollowUps(), verbose_name=_("落实进展"), blank=True)
    completed_on = models.DateField(_("办结日期"), null=True, blank=True)
    attachments = StreamField(
        Attachments(),
        verbose_name=_("附件"),
        blank=True,
        help_text=_("签到表含个人信息，不要上传。"),
    )
    tags = ClusterTaggableManager(through=ConsultationTag, blank=True, verbose_name=_("标签"))

    parent_page_types = ["villages.VillagePage", "villages.GroupPage"]
    subpage_types = []
    template = "consultations/consultation_page.html"
    search_kind = "consultation"
    requires_review = True

    content_panels = [
        FieldPanel("title", heading=_("议题")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("number"), FieldPanel("source")]),
                FieldPanel("form"),
                FieldRowPanel([FieldPanel("started_at"), FieldPanel("ended_at")]),
                FieldPanel("place"),
                FieldRowPanel([FieldPanel(n) for n in ("convenor", "chair", "recorder")]),
            ],
            heading=_("会议"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel(n) for n in ("expected", "present", "absent")]),
                FieldRowPanel([FieldPanel(n) for n in ("observers", "women", "minorities")]),
            ],
            heading=_("参加人数"),
        ),
        FieldPanel("agenda"),
        FieldPanel("background"),
        FieldPanel("statements"),
        FieldPanel("differences"),
        MultiFieldPanel(
            [
                FieldPanel("outcome"),
                FieldPanel("result"),
                FieldPanel("voting_method"),
                FieldRowPanel([FieldPanel(f"votes_{x}") for x in ("for", "against", "abstain")]),
                FieldRowPanel([FieldPanel("responsible"), FieldPanel("due")]),
            ],
            heading=_("结果"),
        ),
        FieldRowPanel([FieldPanel("notice_from"), FieldPanel("notice_until")], heading=_("公示")),
        FieldPanel("follow_ups"),
        FieldPanel("completed_on"),
        FieldPanel("attachments"),
        ReadingPage.other_forms_panel,
        FieldPanel("tags"),
    ]
    search_fields = ReadingPage.search_fields + [
        index.FilterField("started_at"),
    ]

    class Meta:
        verbose_name = _("协商记录")
        indexes = [
            models.Index(fields=["notice_until"], name="consultation_notice"),
            models.Index(
                fields=["due"], condition=Q(completed_on=None), name="consultation_open_promise"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected__isnull=True)
                | Q(present__isnull=True)
                | Q(absent__isnull=True)
                | Q(expected=F("present") + F("absent")),
                name="consultation_attendance_adds_up",
                violation_error_message=_("应到人数应等于实到加缺席。"),
            )
        ]

    def clean(self):
        super().clean()
        errors = {}
        if None not in (self.expected, self.present, self.absent):
            total = self.present + self.absent
            if total != self.expected:
                errors["expected"] = _(
                    "应到 %(expected)d 人，但实到 %(present)d 人加缺席 %(absent)d 人"
                    "是 %(total)d 人，请核对。"
                ) % {
                    "expected": self.expected,
                    "present": self.present,
                    "absent": self.absent,
                    "total": total,
                }
        for name in ("women", "minorities"):
            count = getattr(self, name)
            if None not in (count, self.present) and count > self.present:
                errors[name] = _("不能多于实到人数。")
        votes = [self.votes_for, self.votes_against, self.votes_abstain]
        if self.present is not None and sum(v or 0 for v in votes) > self.present:
            errors["votes_for"] = _("三项票数之和不能多于实到人数。")
        if self.ended_at and self.started_at and self.ended_at < self.started_at:
            errors["ended_at"] = _("结束时间不能早于开始时间。")
        if self.notice_until and self.notice_from and self.notice_until < self.notice_from:
            errors["notice_until"] = _("公示结束不能早于公示开始。")
        if errors:
            raise ValidationError(errors)

    @property
    def progress(self) -> str:
        """`done`, `under_way`, `agreed` or `not_agreed`: what a resident wants to know first."""
        if self.outcome == "not_agreed":
            return "not_agreed"
        if self.completed_on:
            return "done"
        return "under_way" if self.follow_ups else "agreed"

    @property
    def progress_label(self):
        return {
            "done": _("已办结"),
            "under_way": _("正在办"),
            "agreed": _("已商定"),
            "not_agreed": _("未采纳"),
        }[self.progress]

    @property
    def is_overdue(self) -> bool:
        """Whether the day that was promised has passed and no result is registered."""
        return standing.outline_of(self).state() == standing.OVERDUE

    @property
    def notice_sentence(self) -> str:
        return standing.notice_sentence(self)

    @property
    def promise_sentence(self) -> str:
        return standing.promise_sentence(self)

    def spoken_text(self):
        return "\n".join(b.value["text"] for b in self.statements)

    def follow_up_text(self):
        return "\n".join(b.value["text"] for b in self.follow_ups)

    def reading_texts(self):
        """What was said and decided; later follow-ups leave a recording of it right."""
        told = [self.result, self.background, self.agenda, self.spoken_text(), self.differences]
        return [self.title, *told]

    def search_texts(self):
        return [
            self.background,
            self.differences,
            self.result,
            self.spoken_text(),
            self.follow_up_text(),
        ]

    def search_date(self):
        return timezone.localdate(self.started_at) if self.started_at else None

    def search_tags(self):
        return sorted(tag.name for tag in self.tags.all())

    def search_passages(self):
        url = self.url or ""
        parts = [
            (_("协商结果"), self.result, "result"),
            (_("背景"), self.background, "background"),
            (_("分歧"), self.differences, "differences"),
            (_("落实进展"), self.follow_up_text(), "follow-ups"),
            (_("发言"), self.spoken_text(), "statements"),
        ]
        return [(str(label), text, f"{url}#{anchor}") for label, text, anchor in parts if text]
