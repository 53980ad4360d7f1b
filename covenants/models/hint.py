"""The rules by which clauses are hinted at, what they found in editions, and what was answered."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from covenants.legality import AMBER, GREY, LISTS, RED

from .edition import Edition

LEVELS = [(RED, _("红")), (AMBER, _("黄")), (GREY, _("灰"))]
RULE_KEY, MATCH_MAX, REASON_MAX = 40, 120, 300


def new_key() -> str:
    return f"own-{uuid.uuid4().hex[:12]}"


def hit_key(stable_id: uuid.UUID, rule: str, digest: str) -> str:
    """Names a rule's hit in an article and the words it is about; part of an address."""
    return f"{stable_id.hex}-{rule}-{digest[:16]}"


class HintWords(models.Model):
    """A list of words that the patterns of rules name: 【机关】, 【村组织】."""

    name = models.CharField(
        _("名称"), max_length=10, unique=True, choices=[(name, name) for name in LISTS]
    )
    words = models.TextField(_("词"), help_text=_("用顿号隔开。规则里写【名称】就是指这些词。"))

    class Meta:
        verbose_name = _("合法性提示的用词")
        verbose_name_plural = _("合法性提示的用词")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class HintRule(ClusterableModel):
    """One thing that hints look for; a county's own row may stand in for one of the prefecture.

    Word fields are as typed; `covenants.legality.patterns` explains the notation.
    """

    key = models.SlugField(max_length=RULE_KEY, unique=True, default=new_key, editable=False)
    county = models.ForeignKey(
        "villages.CountyPage",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("适用的县（市）"),
        help_text=_("留空就是全州适用，只有州级可以留空。"),
    )
    replaces = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replaced_by",
        verbose_name=_("代替全州的哪一条"),
        help_text=_("本县要改或者停用全州的某条规则时选它，本县就只看这一条。"),
    )
    name = models.CharField(_("名称"), max_length=30)
    level = models.CharField(
        _("级别"),
        max_length=5,
        choices=LEVELS,
        help_text=_("红、黄要逐处答复才能批准；灰只是提一句。"),
    )
    active = models.BooleanField(_("启用"), default=True)
    patterns = models.TextField(
        _("找什么"),
        blank=True,
        help_text=_(
            "一行一种写法。同一组的词用顿号隔开；“＞”表示后一组在后面，“＋”表示先后不限；"
            "紧跟数字（如“＞8”）表示在同一小句里最多隔几个字，不写就是同一句里。组前写“!”，"
            "否定词和“依法”就看这一组，不写看最后一组。【金额】是一笔钱，【数】是数字，【机关】【村组织】是用词表。"
        ),
    )
    ignored = models.TextField(
        _("不算的词"), blank=True, help_text=_("样子像、其实不是的，如：罚款权。")
    )
    unless = models.TextField(
        _("句里有这些词就不提示"), blank=True, help_text=_("用顿号隔开，如：检修。")
    )
    dropped_by = models.TextField(
        _("前面有这些词就不提示"), blank=True, help_text=_("如：【否定】。不得罚款就不是罚款。")
    )
    lowered_by = models.TextField(
        _("前面有这些词就降为灰"), blank=True, help_text=_("如：依法、由【机关】。")
    )
    explanation = models.TextField(_("为什么要看"), help_text=_("给村里看的大白话。"))
    suggestion = models.TextField(_("可以怎么写"), blank=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=1000)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("合法性提示规则")
        verbose_name_plural = _("合法性提示规则")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "replaces"], name="one_replacement_per_county"
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if not self.replaces_id:
            return
        if not self.county_id:
            message = _("代替全州的规则时要选县（市）；要改全州的，请直接改那一条。")
            raise ValidationError({"county": message})
        if self.replaces.county_id:
            raise ValidationError({"replaces": _("请选一条全州的规则。")})


class HintGround(Orderable):
    """The law a rule rests on, in one version, with the days on which that is valid."""

    rule = ParentalKey(HintRule, on_delete=models.CASCADE, related_name="grounds")
    law = models.CharField(_("法律"), max_length=60, help_text=_("不写书名号。"))
    article = models.CharField(_("条款"), max_length=60, blank=True)
    version = models.CharField(_("文本"), max_length=30, blank=True, help_text=_("如：2021年修订"))
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_until = models.DateField(_("至"), null=True, blank=True)
    verified = models.BooleanField(
        _("已核对"), default=False, help_text=_("有人对照过这个文本的原文。")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("依据")

    def __str__(self):
        return f"《{self.law}》{self.article}"


class HintBook(models.Model):
    """The rules as they stood at some time, so that a reading can tell what it was made with."""

    version = models.CharField(_("版本"), max_length=12, unique=True)
    data = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("合法性规则版本")

    def __str__(self):
        return self.version


class HintAnswer(models.Model):
    """What a person said to one rule's hit in one article, word for word as it stood.

    Never changed: a later row replaces an earlier one. `digest` is that of the article's text, so
    a changed article needs a new answer. `proposed` rows are an editor's, who only suggests. While
    the text is being worked on `edition` is empty; then it is the edition the answers led to.
    """

    KEEP, REFER, REWRITE = "keep", "refer", "rewrite"
    CLOSING = (KEEP, REFER)

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="hint_answers"
    )
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.SET_NULL, related_name="hint_answers"
    )
    stable_id = models.UUIDField()
    label = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=RULE_KEY)
    digest = models.CharField(max_length=64)
    match = models.CharField(max_length=MATCH_MAX, blank=True)
    kind = models.CharField(
        _("答复"),
        max_length=8,
        choices=[(KEEP, _("保留")), (REFER, _("已请司法所看")), (REWRITE, _("请改写"))],
    )
    proposed = models.BooleanField(default=False)
    reason = models.CharField(_("理由"), max_length=REASON_MAX)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("合法性提示的答复")
        ordering = ["pk"]
        indexes = [models.Index(fields=["page", "rule"], name="hint_answers_of_a_page")]

    def __str__(self):
        return f"{self.label} {self.rule} {self.kind}"

    @property
    def closes(self) -> bool:
        return not self.proposed and self.kind in self.CLOSING


class Hint(models.Model):
    """A rule's hit in one article of an edition; [start, end) in its plain text is the first."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="hints")
    stable_id = models.UUIDField()
    label = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=RULE_KEY)
    level = models.CharField(max_length=5, choices=LEVELS)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    match = models.CharField(max_length=MATCH_MAX, blank=True)
    digest = models.CharField(max_length=64)
    answer = models.ForeignKey(
        HintAnswer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("合法性提示")
        ordering = ["edition", "pk"]
        indexes = [models.Index(fields=["rule", "level"], name="hints_of_a_rule")]

    def __str__(self):
        return f"{self.label} {self.rule}"

    @property
    def key(self) -> str:
        """Names the hit and the words it is about, as on the screen of its rule."""
        return hit_key(self.stable_id, self.rule, self.digest)


class HintReading(models.Model):
    """Notes that an edition was read, and with which version of the rules."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="hint_reading")
    book = models.ForeignKey(HintBook, on_delete=models.PROTECT, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("合法性检查记录")

    def __str__(self):
        return f"{self.edition_id}: {self.book_id}"
