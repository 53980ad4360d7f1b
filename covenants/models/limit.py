"""The numbers a rule sets, and the words by which they are found."""

import re
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from covenants.limits import vocabulary as words

from .edition import Edition

_SEPARATORS = re.compile(r"[\s,，、;；|]+")
COMPARATORS = [
    (words.AT_MOST, _("不超过")),
    (words.AT_LEAST, _("不少于")),
    (words.BELOW, _("低于")),
    (words.ABOVE, _("高于")),
    (words.EXACTLY, _("为")),
    (words.ABOUT, _("左右")),
]


def _new_key() -> str:
    return f"own-{uuid.uuid4().hex[:12]}"


def split_words(text: str) -> tuple[str, ...]:
    """The words of a list as an editor types it: 随礼、挂礼，份子钱."""
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text))))


class WordsField(models.CharField):
    """A list of words between 、, kept as typed but for repeated ones."""

    def clean(self, value, model_instance):
        return super().clean("、".join(split_words(value or "")), model_instance)


class Measure(models.Model):
    """A unit that limits are counted in: 桌, 元, 天."""

    key = models.SlugField(max_length=30, unique=True, default=_new_key, editable=False)
    name = models.CharField(_("名称"), max_length=20, unique=True, help_text=_("如：桌数"))
    unit = models.CharField(
        _("单位"), max_length=12, help_text=_("如：桌。居民看到的就是这个单位。")
    )
    words = WordsField(
        _("单位的其他写法"), max_length=200, blank=True, help_text=_("用顿号隔开，如：席。")
    )
    loose_words = WordsField(
        _("不专用的写法"),
        max_length=200,
        blank=True,
        help_text=_("也用来数别的东西的写法，如：只、条、张。条文里写明了事项时才算。"),
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=1000)

    class Meta:
        verbose_name = _("限额的单位")
        verbose_name_plural = _("限额的单位")
        ordering = ["order", "pk"]

    def __str__(self):
        return f"{self.name}（{self.unit}）"

    def clean(self):
        if not self.unit.strip():
            raise ValidationError({"unit": _("请填写单位。")})


class Matter(models.Model):
    """What a rule limits: 酒席桌数, 礼金, 彩礼."""

    key = models.SlugField(max_length=30, unique=True, default=_new_key, editable=False)
    name = models.CharField(_("事项"), max_length=20, unique=True)
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="matters", verbose_name=_("单位")
    )
    further_measures = models.ManyToManyField(
        Measure, blank=True, related_name="further_matters", verbose_name=_("也可以用的单位")
    )
    words = WordsField(
        _("条文里的说法"),
        max_length=500,
        blank=True,
        help_text=_(
            "用顿号隔开，如：礼金、随礼、份子钱。留空时，同单位的数字没有别的事项才归到这里。"
        ),
    )
    weak_words = WordsField(
        _("次要的说法"),
        max_length=200,
        blank=True,
        help_text=_("同一句里没有别的事项时才算，如：每桌、一包。"),
    )
    assumed = models.CharField(
        _("没写“不超过”等字样时"),
        max_length=2,
        blank=True,
        choices=[("", _("不算限额")), *COMPARATORS],
    )
    waivable = models.BooleanField(
        _("可以免"), default=False, help_text=_("“不收礼金”“不办酒席”算作零。")
    )
    general = models.BooleanField(
        _("要看原句"),
        default=False,
        help_text=_("光看事项不明白的（如：距离），居民看到时附上原句。"),
    )
    active = models.BooleanField(
        _("启用"), default=True, help_text=_("停用后不再从条文里找，已经确认的照常显示。")
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=1000)

    class Meta:
        verbose_name = _("限额的事项")
        verbose_name_plural = _("限额的事项")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Limit(models.Model):
    """One number a provision sets: found by the extractor or typed in, decided on by an editor.

    Belongs to an edition, or to the page's working text while `edition` is empty. [start, end) in
    code points of the provision's `plain_text` is the number with its unit, `quote` its words,
    `clause` those between commas around it. `found` identifies what the extractor proposed (empty:
    entered by hand), `text_digest` the provision's text: both decide what the next edition takes
    over.
    """

    PROPOSED, CONFIRMED, REJECTED = "proposed", "confirmed", "rejected"

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="limits")
    edition = models.ForeignKey(
        Edition, null=True, blank=True, on_delete=models.CASCADE, related_name="limits"
    )
    stable_id = models.UUIDField()
    status = models.CharField(
        _("状态"),
        max_length=9,
        default=PROPOSED,
        choices=[(PROPOSED, _("待确认")), (CONFIRMED, _("已确认")), (REJECTED, _("不是限额"))],
    )
    matter = models.ForeignKey(
        Matter, on_delete=models.PROTECT, related_name="limits", verbose_name=_("事项")
    )
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, related_name="limits", verbose_name=_("单位")
    )
    comparator = models.CharField(_("限法"), max_length=2, choices=COMPARATORS)
    value = models.DecimalField(
        _("数"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    upper = models.DecimalField(_("到"), max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=12)
    scope = models.CharField(
        _("对谁、按什么"),
        max_length=120,
        blank=True,
        help_text=_("如：红事、两个子女、每包。用顿号隔开。"),
    )
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.CharField(_("条文原话"), max_length=60)
    clause = models.CharField(max_length=300, blank=True)
    found = models.CharField(max_length=64, blank=True, editable=False)
    text_digest = models.CharField(max_length=64, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("限额")
        ordering = ["page", "edition", "pk"]
        indexes = [
            models.Index(fields=["edition", "status"], name="limits_of_an_edition"),
            models.Index(
                fields=["page"], condition=Q(edition__isnull=True), name="limits_of_a_draft"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | Q(upper__gt=models.F("value")),
                name="limit_range_goes_up",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="limit_marks_something"
            ),
        ]

    def __str__(self):
        return f"{self.matter} {self.comparator} {self.value} {self.unit}"

    def clean(self):
        if self.upper is not None and self.value is not None and self.upper <= self.value:
            raise ValidationError({"upper": _("“到”应大于前面的数；不是范围就留空。")})


class LimitReading(models.Model):
    """Notes that the extractor has read an edition, or (without one) a page's working text.

    `digest` identifies the working text read, to see when it has changed.
    """

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    edition = models.OneToOneField(
        Edition, null=True, blank=True, on_delete=models.CASCADE, related_name="limit_reading"
    )
    digest = models.CharField(max_length=64, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("限额提取记录")
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(edition__isnull=True),
                name="one_limit_reading_per_draft",
            )
        ]

    def __str__(self):
        return f"{self.page_id} / {self.edition_id or 'draft'}"
