"""What the law and local practice ask of a procedure, as data that administrators change.

Every change is kept as a revision and in the log; shipped rows stand in `procedure/shipped.toml`.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import RevisionMixin

from covenants.procedure import figures, stages, terms

MEETINGS = [
    (terms.VILLAGERS, _("村民会议")),
    (terms.REPRESENTATIVES, _("村民代表会议")),
    (terms.GROUP, _("村民小组会议")),
    (terms.RESIDENTS, _("居民会议")),
    (terms.RESIDENT_REPRESENTATIVES, _("居民代表会议")),
]
BASES = [
    (terms.PEOPLE, _("按人（十八周岁以上的村民、居民）")),
    (terms.HOUSEHOLDS, _("按户（每户一名代表）")),
    (terms.MEMBERS, _("按代表（选出的代表）")),
]
STAGES = [
    (terms.OPINIONS, _("征集民意")),
    (terms.DRAFT, _("拟定草案")),
    (terms.REVIEW, _("乡镇（街道）合法性审查")),
    (terms.VOTE, _("会议表决")),
    (terms.BACKING, _("村里确认")),
    (terms.NOTICE, _("公示")),
    (terms.FILING, _("备案")),
    (terms.PUBLICATION, _("公布")),
]
RECORDED_BY = [
    (terms.BY_VILLAGE, _("村里的编辑")),
    (terms.BY_TOWNSHIP, _("乡镇（街道）审核员")),
    (terms.BY_FILING_CLERK, _("乡镇（街道）备案员")),
]


def _whole(name, minimum=1, **options):
    return models.PositiveSmallIntegerField(
        name, validators=[MinValueValidator(minimum)], **options
    )


class LawFigure(RevisionMixin, models.Model):
    """What a law asks of one kind of meeting that counts people, households or members.

    Holds for meetings on days from `valid_from` to `valid_until`, both included. While `verified`
    is off the figure only warns; nobody has compared it with the text of the law in force.
    """

    meeting = models.CharField(_("会议"), max_length=16, choices=MEETINGS)
    base = models.CharField(_("怎么算人数"), max_length=12, choices=BASES)
    quorum_numerator = _whole(_("到会至少：几"), help_text=_("三分之二写 2 和 3。"))
    quorum_denominator = _whole(_("分之（分母）"))
    quorum_above = models.BooleanField(_("须超过这个比例"), default=False, help_text=_("“过半数”"))
    passing_numerator = _whole(_("通过至少：几"), default=1)
    passing_denominator = _whole(_("分之（分母）"), default=2)
    passing_above = models.BooleanField(_("须超过这个比例"), default=True)
    passing_of = models.CharField(
        _("通过的比例按什么算"),
        max_length=8,
        choices=[(figures.PRESENT, _("到会的人")), (figures.ALL, _("应到的全体"))],
        default=figures.PRESENT,
    )
    notice_days = _whole(_("提前几天通知"), null=True, blank=True)
    women_numerator = _whole(_("妇女至少：几"), null=True, blank=True)
    women_denominator = _whole(_("分之（分母）"), null=True, blank=True)
    law = models.CharField(_("法律"), max_length=60)
    article = models.CharField(_("条"), max_length=40, blank=True)
    version = models.CharField(_("版本"), max_length=40, help_text=_("如：2018年修正"))
    valid_from = models.DateField(_("自哪天起有效"))
    valid_until = models.DateField(_("到哪天为止"), null=True, blank=True)
    verified = models.BooleanField(
        _("已和现行法律原文核对"),
        default=False,
        help_text=_("没有核对的只提醒，由审核员确认；核对过的，不符合就不能备案。"),
    )

    class Meta:
        verbose_name = _("会议的法定数")
        verbose_name_plural = _("会议的法定数")
        ordering = ["meeting", "base", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "base", "valid_from"],
                name="one_figure_per_meeting_and_day",
                violation_error_message=_("同一种会议、同一个起始日期已经有一行了。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="figure_valid_from_before_until",
                violation_error_message=_("有效期的开始不能晚于结束。"),
            ),
        ]

    def __str__(self):
        return f"{self.get_meeting_display()} · {self.get_base_display()} · {self.version}"

    def clean(self):
        faults = {}
        for name in ("quorum", "passing", "women"):
            above, below = getattr(self, f"{name}_numerator"), getattr(self, f"{name}_denominator")
            if (above is None) != (below is None):
                faults[f"{name}_denominator"] = _("分子和分母要一起填写。")
            elif above and below and above > below:
                faults[f"{name}_numerator"] = _("比例不能超过一。")
        if faults:
            raise ValidationError(faults)

    @property
    def figure(self) -> figures.Figure:
        """The row as the checks read it."""
        women = None
        if self.women_numerator:
            women = figures.Share(self.women_numerator, self.women_denominator)
        return figures.Figure(
            meeting=self.meeting,
            base=self.base,
            quorum=figures.Share(self.quorum_numerator, self.quorum_denominator, self.quorum_above),
            passing=figures.Share(
                self.passing_numerator, self.passing_denominator, self.passing_above
            ),
            passing_of=self.passing_of,
            notice_days=self.notice_days,
            women=women,
            law=self.law,
            article=self.article,
            version=self.version,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            verified=self.verified,
        )


class ProcedureProfile(RevisionMixin, ClusterableModel):
    """The way one kind of rule is made: its stages, who records them, which meetings are apt."""

    key = models.CharField(max_length=12, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=40)
    notice_days = _whole(_("公示和征集民意至少几天"), default=7)
    filing_within_days = _whole(_("表决后几天内备案"), default=10)
    filing_within_verified = models.BooleanField(
        _("备案期限已和现行规定核对"), default=False, help_text=_("没有核对的只作提醒。")
    )
    revise_after_years = _whole(_("几年没有修订就提醒"), default=3)
    waiting_days = _whole(_("等了几天没有办就提醒"), default=7)

    class Meta:
        verbose_name = _("订立规约的程序")
        verbose_name_plural = _("订立规约的程序")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def steps(self) -> list[stages.Step]:
        """The stages in order, never below what `stages.FLOORS` asks."""
        rows = (stages.Step(s.stage, s.required, s.recorded_by) for s in self.stages.all())
        return stages.above_floor(list(rows), self.key)

    def requires(self, stage: str) -> bool:
        return any(step.required for step in self.steps if step.stage == stage)

    def step(self, stage: str) -> stages.Step | None:
        return next((step for step in self.steps if step.stage == stage), None)


class ProfileStage(models.Model):
    """One stage of a profile."""

    profile = ParentalKey(ProcedureProfile, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(_("步骤"), max_length=12, choices=STAGES)
    required = models.BooleanField(_("必须有"), default=True)
    recorded_by = models.CharField(_("由谁登记"), max_length=10, choices=RECORDED_BY)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "stage"], name="one_row_per_stage")
        ]


class ProfileMeeting(models.Model):
    """A kind of meeting that adopts such rules; one that is not apt is warned of, never refused."""

    profile = ParentalKey(ProcedureProfile, on_delete=models.CASCADE, related_name="meetings")
    meeting = models.CharField(_("会议"), max_length=16, choices=MEETINGS)
    apt = models.BooleanField(
        _("合适"),
        default=True,
        help_text=_("不合适的会议只提醒，不拦；如：村民代表会议通过村规民约。"),
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "meeting"], name="one_row_per_meeting")
        ]


class GoLive(models.Model):
    """From which day on a county's covenants must be filed before they come into force.

    Without a day, or without a row, the county has not begun.
    """

    county = models.OneToOneField(
        "villages.CountyPage", on_delete=models.CASCADE, related_name="go_live", primary_key=True
    )
    on = models.DateField(_("启用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("启用备案要求的日期")

    def __str__(self):
        return f"{self.county} {self.on or '—'}"
