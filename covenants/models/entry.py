"""The stages of a procedure as they are recorded: a row for each."""

import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from covenants.procedure import figures, terms
from covenants.procedure.stages import Span
from covenants.reading import private_storage

from .law import BASES, MEETINGS
from .procedure import Procedure


class Entry(models.Model):
    """A stage of a procedure as it is recorded now.

    `earlier` keeps what an entry said before it came to another result: rows of {"on", "result",
    …}, as `told_as_earlier` gives them.
    """

    earlier = models.JSONField(default=list, blank=True, editable=False)
    recorded_at = models.DateTimeField(auto_now=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.procedure_id}"

    @property
    def span(self) -> Span:
        return Span(self.on, self.on)

    def is_done(self, today: datetime.date) -> bool:
        """Whether the stage counts as gone through on a day."""
        return True

    def told_as_earlier(self) -> dict | None:
        """What is kept of this entry when another takes its place; None when nothing is."""
        return None


def _of(related_name):
    return models.OneToOneField(
        Procedure, on_delete=models.CASCADE, related_name=related_name, primary_key=True
    )


def _number(name, **options):
    return models.PositiveIntegerField(name, **options)


class Periods(Entry):
    """A stage that lasts some days, both included."""

    begins = models.DateField(_("从哪天"))
    ends = models.DateField(_("到哪天"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="%(class)s_in_order")
        ]

    @property
    def span(self) -> Span:
        return Span(self.begins, self.ends)

    @property
    def days(self) -> int:
        return (self.ends - self.begins).days + 1

    def is_done(self, today):
        return self.ends < today

    def is_open(self, today) -> bool:
        return self.begins <= today <= self.ends

    def takes_letters(self, today) -> bool:
        """Whether residents can write on the web on a day."""
        return self.form_open and self.is_open(today)

    @property
    def address(self) -> str:
        """Where residents write, whether the rule's page is public yet or not."""
        return reverse("covenants:opinions", args=[self.procedure_id])


class OpinionPeriod(Periods):
    """征集民意: what residents were asked, how many answered, and what the committee says to it."""

    procedure = _of(terms.OPINIONS)
    about = models.TextField(
        _("征求什么意见"), max_length=600, help_text=_("用大白话写，居民会看到。")
    )
    form_open = models.BooleanField(
        _("在网页上收意见"),
        default=False,
        help_text=_("征集期内居民可以在网页上写意见，只有村里和乡镇看得到。"),
    )
    counted = _number(_("收到几条意见"), null=True, blank=True)
    taken = _number(_("采纳几条"), null=True, blank=True)
    summary = models.TextField(_("意见归纳（会公布，不写姓名）"), max_length=1500, blank=True)
    answer = models.TextField(_("答复（会公布）"), max_length=1500, blank=True)


class Draft(Entry):
    """拟定草案: when the draft was ready and by whom, as a body."""

    procedure = _of(terms.DRAFT)
    on = models.DateField(_("草案日期"))
    by = models.CharField(_("由谁拟定"), max_length=80, help_text=_("写机构，如：村民委员会。"))


class LegalityReview(Entry):
    """乡镇合法性审查: what the township says to one text, known by its digest."""

    LAWFUL, RETURNED = "lawful", "returned"

    procedure = _of(terms.REVIEW)
    on = models.DateField(_("审查日期"))
    by = models.CharField(_("由谁审查"), max_length=80, help_text=_("写机构，如：云台镇司法所。"))
    result = models.CharField(
        _("结果"),
        max_length=8,
        choices=[(LAWFUL, _("没有发现违法的内容")), (RETURNED, _("退回修改"))],
    )
    document = models.CharField(_("意见书文号"), max_length=60, blank=True)
    opinion = models.TextField(_("审查意见"), max_length=1500, blank=True)
    file = models.FileField(
        _("意见书"), storage=private_storage, upload_to="procedures", blank=True, max_length=255
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)

    def is_done(self, today):
        return self.result == self.LAWFUL

    def told_as_earlier(self):
        if self.result == self.RETURNED:
            return {"on": self.on.isoformat(), "result": self.result, "by": self.by}
        return None


class Vote(Entry):
    """表决: which meeting decided on one text (known by its digest), and its figures.

    `confirmed_at`: a reviewer looked at what the law's unverified figures found.
    """

    procedure = _of(terms.VOTE)
    meeting = models.CharField(_("会议"), max_length=16, choices=MEETINGS)
    base = models.CharField(_("怎么算人数"), max_length=12, choices=BASES)
    on = models.DateField(_("开会日期"))
    notified_on = models.DateField(_("哪天通知的"), null=True, blank=True)
    eligible = _number(_("有表决权的人数"), null=True, blank=True)
    expected = _number(_("应到"), validators=[MinValueValidator(1)])
    present = _number(_("到会"), validators=[MinValueValidator(1)])
    women = _number(_("其中妇女"), null=True, blank=True)
    votes_for = _number(_("赞成"))
    votes_against = _number(_("反对"), default=0)
    votes_abstain = _number(_("弃权"), default=0)
    explanation = models.CharField(
        _("票数说明"),
        max_length=200,
        blank=True,
        help_text=_("赞成、反对、弃权加起来比到会少时写明，如：3 人中途离席。"),
    )
    minutes = models.FileField(
        _("会议记录扫描件（不公开）"),
        storage=private_storage,
        upload_to="procedures",
        blank=True,
        max_length=255,
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    @property
    def count(self) -> figures.Count:
        """The figures as the checks read them."""
        return figures.Count(
            meeting=self.meeting,
            base=self.base,
            held_on=self.on,
            eligible=self.eligible,
            expected=self.expected,
            present=self.present,
            women=self.women,
            votes_for=self.votes_for,
            votes_against=self.votes_against,
            votes_abstain=self.votes_abstain,
            notified_on=self.notified_on,
            explanation=self.explanation,
        )

    @property
    def got_most(self) -> bool:
        """Whether more were for it than against it: less than any law asks."""
        return self.votes_for > self.votes_against

    def is_done(self, today):
        return self.got_most

    def told_as_earlier(self):
        names = ("expected", "present", "votes_for", "votes_against", "votes_abstain")
        figures_then = {name: getattr(self, name) for name in names}
        return {"on": self.on.isoformat(), "meeting": self.meeting, **figures_then}


class Backing(Entry):
    """村里确认: the village takes a group's covenant as one it stands behind."""

    procedure = _of(terms.BACKING)
    on = models.DateField(_("确认日期"))
    by = models.CharField(_("由谁确认"), max_length=80, help_text=_("如：松林村民委员会。"))


class PublicNotice(Periods):
    """公示: where the adopted text hung out, and what was objected."""

    procedure = _of(terms.NOTICE)
    where = models.CharField(_("在哪里公示"), max_length=120, help_text=_("如：村务公开栏。"))
    form_open = models.BooleanField(
        _("在网页上收异议"),
        default=False,
        help_text=_("公示期内居民可以在网页上写，只有村里和乡镇看得到。"),
    )
    objections = _number(_("几条异议"), default=0)
    answer = models.TextField(_("怎么处理的（会公布）"), max_length=600, blank=True)


class Filing(Entry):
    """备案: the township took the text to its files. Its number is one per township and year.

    A group's covenant may be filed with its village's (`with_village`), under the same number.
    """

    procedure = _of(terms.FILING)
    on = models.DateField(_("备案日期"))
    number = models.CharField(_("备案号"), max_length=60)
    by = models.CharField(_("由谁备案"), max_length=80, help_text=_("如：云台镇人民政府。"))
    with_village = models.BooleanField(
        _("和村里的规约一起备案"), default=False, help_text=_("用同一个备案号。")
    )
    township = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="+", editable=False
    )
    year = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        verbose_name = _("备案")
        constraints = [
            models.UniqueConstraint(
                fields=["township", "year", "number"],
                condition=Q(with_village=False),
                name="one_filing_per_number_and_year",
            )
        ]


class Publication(Entry):
    """公布: when and where the text in force was made known."""

    procedure = _of(terms.PUBLICATION)
    on = models.DateField(_("公布日期"))
    where = models.CharField(_("在哪里公布"), max_length=120, help_text=_("如：村务公开栏。"))


ENTRY_MODELS = {
    terms.OPINIONS: OpinionPeriod,
    terms.DRAFT: Draft,
    terms.REVIEW: LegalityReview,
    terms.VOTE: Vote,
    terms.BACKING: Backing,
    terms.NOTICE: PublicNotice,
    terms.FILING: Filing,
    terms.PUBLICATION: Publication,
}
