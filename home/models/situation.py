"""Situations of life for which residents look up what their village has agreed on."""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from covenants.kinds import COUNCILS
from covenants.models.limit import Matter, WordsField, split_words
from home.situations.choosing import Topic


@cache
def drawings() -> list[str]:
    """Names of the icons there are (`site/templates/icons`)."""
    return sorted(path.stem for path in (settings.ROOT / "site/templates/icons").glob("*.svg"))


class LimitMatter(NamedTuple):
    """What a situation's numbers are about; `general`: they say too little without their clause."""

    key: str
    name: str
    general: bool


class Situation(models.Model):
    """A situation a resident is in: 办酒席, 彩礼, 养狗.

    One address for each (`/situations/<slug>/`, and below every village `shiqing/<slug>/`); its
    words find the articles that concern it, its matters the numbers in large print.
    """

    slug = models.SlugField(
        _("网址里的词"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("只用小写字母、数字和短横线。"))],
        help_text=_("用拼音，如：jiuxi。印出去的网址里有它，定了就不要再改。"),
    )
    name = models.CharField(_("名称"), max_length=12, unique=True, help_text=_("如：办酒席"))
    question = models.CharField(
        _("问法"), max_length=30, help_text=_("居民会怎么问，如：办酒席能办几桌？")
    )
    icon = models.SlugField(
        _("图标"),
        max_length=30,
        blank=True,
        help_text=_("图标的名字，如：feast、dog、water；没有合适的就留空。"),
    )
    explanation = models.CharField(
        _("一句话说明"), max_length=60, help_text=_("这一页能查到什么，写一句。")
    )
    matters = models.ManyToManyField(
        Matter,
        blank=True,
        related_name="situations",
        verbose_name=_("大字显示的限额"),
        help_text=_("这些事项已确认的限额用大字显示，照事项的次序。"),
    )
    scopes = WordsField(
        _("对谁的限额也算"),
        max_length=100,
        blank=True,
        help_text=_("写明是对这些的限额，不论什么事项都显示，如：白事。用顿号隔开。"),
    )
    words = WordsField(
        _("条文里的说法"),
        max_length=500,
        help_text=_("条文里有其中一个，就算说到这件事。用顿号隔开，如：酒席、办客、客事。"),
    )
    weak_words = WordsField(
        _("次要的说法"),
        max_length=200,
        blank=True,
        help_text=_("单独出现不算；同一条里有两个，或者章的标题说的是这件事，才算。"),
    )
    ignored_words = WordsField(
        _("不算的说法"),
        max_length=200,
        blank=True,
        help_text=_("含有上面的词、说的却是别的事，如：垃圾短信。"),
    )
    council = models.CharField(
        _("归哪个理事会"), max_length=12, blank=True, choices=list(COUNCILS.items())
    )
    report = models.CharField(
        _("报告的一般提示"),
        max_length=100,
        blank=True,
        help_text=_("条文里没写报给谁时显示，并注明是一般提示。不确定就留空。"),
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=1000)
    active = models.BooleanField(
        _("启用"), default=True, help_text=_("停用后居民看不到，网址也打不开。")
    )

    class Meta:
        verbose_name = _("办事情形")
        verbose_name_plural = _("办事情形")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

    @property
    def drawing(self) -> str:
        """The icon's name where there is such a drawing, else empty."""
        return self.icon if self.icon in drawings() else ""

    def clean(self):
        if self.icon and not self.drawing:
            names = "、".join(drawings())
            raise ValidationError({"icon": _("没有这个图标。可以用的：%s。") % names})
        words, weak = split_words(self.words), split_words(self.weak_words)
        if not words:
            raise ValidationError({"words": _("至少写一个条文里的说法，否则一条也找不到。")})
        if short := [word for word in words if len(word) < 2 and word not in _ONE_CHARACTER]:
            raise ValidationError(
                {
                    "words": _(
                        "“%s”只有一个字，会找来许多不相干的条文，请写长一点，或放到次要的说法里。"
                    )
                    % short[0]
                }
            )
        if both := [word for word in words if word in weak]:
            raise ValidationError({"weak_words": _("“%s”已经写在上面了，只写一处。") % both[0]})
        every = (*words, *weak)
        for phrase in split_words(self.ignored_words):
            if phrase in every:
                raise ValidationError(
                    {"ignored_words": _("“%s”和上面的说法一样，这样就一条也找不到了。") % phrase}
                )

    @cached_property
    def limit_matters(self) -> list[LimitMatter]:
        """What its numbers in large print are about, in order."""
        rows = self.matters.values_list("key", "name", "general")
        return [LimitMatter(*row) for row in rows]

    @property
    def comparable(self) -> LimitMatter | None:
        """The first of its matters whose numbers can be compared between villages."""
        return next((matter for matter in self.limit_matters if not matter.general), None)

    @cached_property
    def topic(self) -> Topic:
        """What its articles and limits are recognised by."""
        return Topic(
            words=split_words(self.words),
            weak=split_words(self.weak_words),
            ignored=split_words(self.ignored_words),
            matters=frozenset(matter.key for matter in self.limit_matters),
            scopes=split_words(self.scopes),
        )


_ONE_CHARACTER = frozenset("狗犬猪牛羊")
"""Single characters that mean one thing only."""
