"""Places: what stands in the tree between the home page and the texts."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from safety.fields import SafeRichTextField
from villages import names

from .public import PublicPage

CODE_LENGTHS = {"county": (6,), "township": (9,), "village": (12,)}


class AreaPage(PublicPage):
    """A county, township, village or villager group.

    Common to all so that one query finds a place by code or by path. `code` is the statistical
    division code (6, 9 or 12 digits; groups have none) as of today; former codes and names are
    `AreaAlias` rows. The page's own key and address stay when a code changes.
    """

    code = models.CharField(
        _("区划代码"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{6}(\d{3}){0,2}$", _("代码应为6、9或12位数字。"))],
        help_text=_("统计用区划代码。变更时旧代码自动保留并跳转。"),
    )
    name = models.CharField(_("全称"), max_length=80, help_text=_("如:山嘴子村民委员会"))
    pinyin = models.CharField(max_length=160, editable=False, blank=True, db_index=True)
    initials = models.CharField(max_length=40, editable=False, blank=True, db_index=True)
    introduction = SafeRichTextField(_("简介"), blank=True)
    sample = models.BooleanField(
        _("示例"), default=False, editable=False, help_text=_("示例县,不是真实地方。")
    )

    is_creatable = False
    search_kind = "place"

    search_fields = PublicPage.search_fields + [
        index.SearchField("name", boost=2),
        index.SearchField("pinyin"),
        index.SearchField("initials"),
        index.AutocompleteField("name"),
        index.AutocompleteField("pinyin"),
        index.AutocompleteField("initials"),
        index.SearchField("introduction"),
        index.FilterField("code"),
    ]
    content_panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("code")], heading=_("名称与代码")),
        FieldPanel("introduction"),
    ]

    class Meta:
        verbose_name = _("地方")

    def clean(self):
        self.code = self.code or None
        self.name_from_title()
        super().clean()
        if self.code:
            former = AreaAlias.objects.filter(kind=AreaAlias.CODE, value=self.code)
            if former.exclude(area_id=self.pk).exists():
                raise ValidationError({"code": _("这个代码曾属于另一个地方,请核对。")})

    def full_clean(self, *args, **kwargs):
        self.name_from_title()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self.name_from_title()
        super().minimal_clean()

    def name_from_title(self):
        """Derive title, slug and spelling from the official name."""
        if not self.name:
            self.name = self.title
        if not self.name:
            return
        self.title = names.display_name(self.name)
        self.pinyin = names.pinyin(names.short_name(self.name))[:160]
        self.initials = names.initials(names.short_name(self.name))[:40]
        if not self.slug:
            self.slug = names.pinyin(names.short_name(self.name)) or "place"

    @property
    def is_sample_area(self):
        return self.sample


class AreaAlias(models.Model):
    """A former code, or a former or other name, of a place; codes redirect to the place's page."""

    CODE, NAME = "code", "name"

    area = models.ForeignKey(
        AreaPage, on_delete=models.CASCADE, related_name="area_aliases", verbose_name=_("地方")
    )
    kind = models.CharField(_("类型"), max_length=4, choices=[(CODE, _("代码")), (NAME, _("名称"))])
    value = models.CharField(_("值"), max_length=80, db_index=True)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("地方别名")
        constraints = [
            models.UniqueConstraint(
                fields=["value"], condition=models.Q(kind="code"), name="one_area_per_former_code"
            ),
            models.UniqueConstraint(
                fields=["area", "kind", "value"], name="one_alias_per_area_and_value"
            ),
        ]

    def __str__(self):
        return f"{self.value} → {self.area_id}"


class CountyPage(AreaPage):
    """A county or county-level city (县、市)."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["villages.TownshipPage"]
    template = "villages/county_page.html"

    class Meta:
        verbose_name = _("县(市)")


class TownshipPage(AreaPage):
    """A township, town or street office (乡、镇、街道)."""

    parent_page_types = ["villages.CountyPage"]
    subpage_types = ["villages.VillagePage"]
    template = "villages/township_page.html"

    class Meta:
        verbose_name = _("乡镇(街道)")


class VillagePage(AreaPage):
    """A village (村) or urban community (社区): the body that makes a covenant."""

    VILLAGE, COMMUNITY = "village", "community"

    village_type = models.CharField(
        _("类别"),
        max_length=10,
        choices=[(VILLAGE, _("村")), (COMMUNITY, _("社区"))],
        default=VILLAGE,
    )
    official_groups = models.PositiveSmallIntegerField(
        _("村(居)民小组数"), null=True, blank=True, help_text=_("按官方数字填写。")
    )
    official_groups_on = models.DateField(_("小组数的统计日期"), null=True, blank=True)

    parent_page_types = ["villages.TownshipPage"]
    template = "villages/village_page.html"
    content_panels = AreaPage.content_panels + [
        FieldPanel("village_type"),
        MultiFieldPanel(
            [FieldPanel("official_groups"), FieldPanel("official_groups_on")], heading=_("小组")
        ),
    ]

    class Meta:
        verbose_name = _("村(社区)")

    @property
    def is_community(self):
        return self.village_type == self.COMMUNITY

    @property
    def covenant_word(self):
        return _("居民公约") if self.is_community else _("村规民约")

    @property
    def resident_word(self):
        return _("居民") if self.is_community else _("村民")


class GroupPage(AreaPage):
    """A villager or resident group (村民小组、居民小组), told apart by number or by name."""

    number = models.PositiveSmallIntegerField(_("组号"), null=True, blank=True)

    parent_page_types = ["villages.VillagePage"]
    template = "villages/group_page.html"
    content_panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("number")], heading=_("名称与组号")),
        FieldPanel("introduction"),
    ]

    class Meta:
        verbose_name = _("村(居)民小组")

    def clean(self):
        super().clean()
        parent = self.get_parent() if self.path else None
        if self.number and parent:
            twins = GroupPage.objects.child_of(parent).filter(number=self.number)
            if twins.exclude(pk=self.pk).exists():
                raise ValidationError({"number": _("本村已有这个组号。")})
