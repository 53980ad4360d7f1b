"""Model households. There are no fields for ID numbers, telephone numbers or house numbers."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from search import outbox

from .reading_page import ReadingPage

STORY_MAX = 800
CONSENT = ("consent_given_on", "consent_until", "shows_minors", "guardian_consent_on")


def consent_faults(given_on, until, shows_minors, guardian_on) -> dict[str, str]:
    """Why a household may not be shown today: {field: message}, empty where it may.

    Personal Information Protection Law, arts. 25 (consent to publishing), 28 and 31 (children
    under 14), 47 (no longer than agreed). `HouseholdPage.over` asks the same of the database.
    """
    today = timezone.localdate()
    faults = {}
    if not given_on:
        faults["consent_given_on"] = _("没有填写该户同意公开的日期，不能发布。")
    elif given_on > today:
        faults["consent_given_on"] = _("同意公开的日期还没有到，不能发布。")
    if until and until < today:
        faults["consent_until"] = _("该户的同意已经到期，不能发布；重新同意后请改日期。")
    if shows_minors and not guardian_on:
        faults["guardian_consent_on"] = _(
            "写到或照到未满14周岁的孩子，要有监护人同意的日期，不能发布。"
        )
    elif shows_minors and guardian_on > today:
        faults["guardian_consent_on"] = _("监护人同意的日期还没有到，不能发布。")
    return faults


class Honour(models.Model):
    """A kind of honour a model household can be granted (平安家庭, 文明家庭 …)."""

    name = models.CharField(_("称号"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("荣誉称号")
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Also tells the search index: households are found by the name of their honour."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            outbox.touch_queryset(self.households.all())


class HouseholdTag(TaggedItemBase):
    content_object = ParentalKey(
        "villages.HouseholdPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class HouseholdPageForm(WagtailAdminPageForm):
    """Asks for the consent before a household is handed on; a draft may do without."""

    def clean(self):
        cleaned = super().clean()
        given_on, until = cleaned.get("consent_given_on"), cleaned.get("consent_until")
        if given_on and until and until < given_on:
            self.add_error("consent_until", _("同意截止日期不能早于同意公开日期。"))
        if self._is_handed_on():
            faults = consent_faults(*(cleaned.get(name) for name in CONSENT))
            for field, message in faults.items():
                # A date that cannot be read has its own message.
                if field not in self.errors:
                    self.add_error(field, message)
        return cleaned

    def _is_handed_on(self):
        returned = (
            "action-workflow-action" in self.data
            and self.data.get("workflow-action-name") == "reject"
        )
        return not self.is_deferred_validation and not returned


class HouseholdPage(ReadingPage):
    """A model household (示范户): what it was granted, by whom, and its story.

    Publishing needs the household's own consent (Personal Information Protection Law, art. 25);
    without a consent that holds today no way of publishing succeeds, and what was published
    answers 410 from the day after the consent ends (`safety.lapsed`).
    """

    LEVELS = [
        ("national", _("国家级")),
        ("provincial", _("省级")),
        ("prefecture", _("州级")),
        ("county", _("县级")),
        ("township", _("乡镇级")),
        ("village", _("村级")),
    ]

    ethnicity = models.CharField(_("民族"), max_length=20, blank=True)
    honour = models.ForeignKey(
        Honour, on_delete=models.PROTECT, related_name="households", verbose_name=_("荣誉称号")
    )
    level = models.CharField(_("级别"), max_length=12, choices=LEVELS, default="village")
    granting_body = models.CharField(_("授予单位"), max_length=80)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    granted_on = models.DateField(_("授予日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    story = models.TextField(
        _("事迹"),
        validators=[MaxLengthValidator(STORY_MAX)],
        help_text=_("不超过800字。不写身份证号、电话、门牌号；未成年人不写姓名。"),
    )
    consent_given_on = models.DateField(
        _("同意公开日期"),
        null=True,
        blank=True,
        help_text=_("该户书面同意公开的日期。没有同意不能发布。"),
    )
    consent_scope = models.CharField(
        _("同意范围"), max_length=120, blank=True, help_text=_("如：网站公开事迹与照片")
    )
    consent_by = models.CharField(
        _("谁同意的"),
        max_length=60,
        blank=True,
        help_text=_("写身份就行，不写电话、证件号，如：户主和家里的成年人。居民看不到。"),
    )
    consent_until = models.DateField(
        _("同意截止日期"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("该户只同意公开到哪一天；过了这一天，这一页自动不再公开。没有说期限的留空。"),
    )
    shows_minors = models.BooleanField(
        _("写到或照到未满14周岁的孩子"),
        default=False,
        help_text=_("勾了就要有监护人的同意。孩子不写姓名。"),
    )
    guardian_consent_on = models.DateField(_("监护人同意日期"), null=True, blank=True)
    tags = ClusterTaggableManager(through=HouseholdTag, blank=True, verbose_name=_("标签"))

    parent_page_types = ["villages.VillagePage"]
    subpage_types = []
    template = "villages/household_page.html"
    search_kind = "household"
    requires_review = True
    not_public = ("consent_scope", "consent_by")
    base_form_class = HouseholdPageForm

    content_panels = ReadingPage.content_panels + [
        MultiFieldPanel(
            [FieldPanel(n) for n in ("honour", "level", "granting_body", "document_number")]
            + [FieldPanel("granted_on"), FieldPanel("valid_until"), FieldPanel("ethnicity")],
            heading=_("荣誉"),
        ),
        FieldPanel("story"),
        InlinePanel("photos", label=_("照片"), max_num=6),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("consent_given_on"), FieldPanel("consent_until")]),
                FieldPanel("consent_by"),
                FieldPanel("consent_scope"),
                FieldPanel("shows_minors"),
                FieldPanel("guardian_consent_on"),
            ],
            heading=_("本户同意"),
        ),
        ReadingPage.other_forms_panel,
        FieldPanel("tags"),
    ]
    search_fields = ReadingPage.search_fields + [
        index.FilterField("granted_on"),
    ]

    class Meta:
        verbose_name = _("示范户")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["photos"] = self.photos_to_show()
        context["expired"] = bool(self.valid_until and self.valid_until < timezone.localdate())
        return context

    @property
    def shown_until(self):
        return self.expire_at or self.consent_until

    @staticmethod
    def over() -> models.Q:
        """Households without a consent that holds today, as a condition; see `consent_faults`."""
        today = timezone.localdate()
        no_guardian = models.Q(guardian_consent_on=None) | models.Q(guardian_consent_on__gt=today)
        return (
            models.Q(consent_given_on=None)
            | models.Q(consent_given_on__gt=today)
            | models.Q(consent_until__lt=today)
            | models.Q(shows_minors=True) & no_guardian
        )

    def photos_to_show(self):
        """The photos with their pictures and renditions, in a fixed number of queries."""
        photos = list(self.photos.all())
        prefetch_related_objects(photos, "image__renditions")
        return photos

    def honour_name(self):
        return self.honour.name if self.honour_id else ""

    @classmethod
    def prefetch_for_search(cls, objects):
        super().prefetch_for_search(objects)
        prefetch_related_objects(objects, "honour")

    def reading_texts(self):
        return [self.title, self.honour_name(), self.granting_body, self.story]

    def search_texts(self):
        return [self.honour_name(), self.granting_body, self.story]

    def search_date(self):
        return self.granted_on

    def search_tags(self):
        return sorted(tag.name for tag in self.tags.all())

    def search_passages(self):
        return [(self.honour_name(), self.story, self.url or "")]

    def save(self, *args, **kwargs):
        update_fields = kwargs.get("update_fields")
        goes_live = self.live and (update_fields is None or "live" in update_fields)
        if goes_live and (faults := consent_faults(*(getattr(self, name) for name in CONSENT))):
            raise ValidationError(faults)
        return super().save(*args, **kwargs)


class HouseholdPhoto(Orderable):
    """A picture of a household, with the text that stands for it."""

    page = ParentalKey(HouseholdPage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(
        "wagtailimages.Image", on_delete=models.CASCADE, related_name="+", verbose_name=_("照片")
    )
    alt_text = models.CharField(
        _("替代文字"), max_length=120, help_text=_("给看不见图片的人：图上是什么？")
    )

    panels = [FieldPanel("image"), FieldPanel("alt_text")]

    class Meta(Orderable.Meta):
        verbose_name = _("照片")
