"""Features (典型案例): model cases that propaganda staff tell and put on the home page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, PageChooserBlock, StreamBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import get_text_for_indexing

from editorial.roles import FINAL, FIRST, SECOND
from safety.fields import SafeRichTextBlock
from villages.models import PublicPage, ReadingPage


class PictureBlock(StructBlock):
    """A picture with the text that stands for it."""

    image = ImageChooserBlock(label=_("图片"))
    alt_text = CharBlock(
        label=_("替代文字"), max_length=120, help_text=_("给看不见图片的人：图上是什么？")
    )
    words = TextBlock(
        label=_("图上的字"),
        required=False,
        rows=3,
        max_length=2000,
        help_text=_("海报、通知、表格这类有字的图片，把图上的字全部写出来，放在图的下面。"),
    )
    caption = CharBlock(label=_("图注"), max_length=120, required=False)

    class Meta:
        icon = "image"
        label = _("图片")
        template = "home/blocks/picture.html"


class FeatureBody(StreamBlock):
    """Headings, paragraphs and pictures of a feature."""

    heading = CharBlock(
        label=_("小标题"), max_length=60, icon="title", template="home/blocks/heading.html"
    )
    # Wagtail's heading above a field that stands alone is no label of its input.
    heading.field.widget.attrs["aria-label"] = _("小标题")
    paragraph = SafeRichTextBlock(label=_("段落"), icon="pilcrow")
    picture = PictureBlock()


class SourceBlock(StreamBlock):
    """The pages a feature tells about."""

    page = PageChooserBlock(
        label=_("相关页面"),
        page_type=[
            "villages.VillagePage",
            "villages.HouseholdPage",
            "covenants.CovenantPage",
            "covenants.CouncilPage",
            "consultations.ConsultationPage",
        ],
    )


class FeatureIndexPage(PublicPage):
    """The list of features; propaganda staff serve this node."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.FeaturePage"]
    max_count = 1
    template = "home/feature_index_page.html"

    class Meta:
        verbose_name = _("典型案例")

    def get_context(self, request, *args, **kwargs):
        from home.front import features_about, visible_features
        from home.lists import SiteList

        context = super().get_context(request, *args, **kwargs)
        site_list = SiteList(request, "features")
        features = visible_features(site_list.hidden)
        if site_list.code:
            features = features_about(site_list.area, features)
        listed = site_list.context(features)
        return context | listed | {"page": self, "features": listed["page"]}


class FeatureTag(TaggedItemBase):
    content_object = ParentalKey(
        "home.FeaturePage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class FeaturePageForm(WagtailAdminPageForm):
    """Asks for the words that stand for the picture before a feature is handed on."""

    def clean(self):
        cleaned = super().clean()
        wordless = cleaned.get("lead_image") and not (cleaned.get("lead_image_alt") or "").strip()
        if wordless and not self.is_deferred_validation:
            self.add_error("lead_image_alt", _("有题图，就写出图上是什么。"))
        return cleaned


class FeaturePage(ReadingPage):
    """A model case: told in words, tied to the pages it tells about."""

    summary = models.CharField(_("摘要"), max_length=120)
    lead_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("题图"),
    )
    lead_image_alt = models.CharField(_("题图替代文字"), max_length=120, blank=True)
    body = StreamField(FeatureBody(), verbose_name=_("正文"), blank=True)
    about = StreamField(SourceBlock(), verbose_name=_("相关页面"), blank=True)
    published_on = models.DateField(_("日期"))
    home_position = models.PositiveSmallIntegerField(
        _("首页位置"),
        null=True,
        blank=True,
        choices=[(n, str(n)) for n in range(1, 5)],
        help_text=_("1 到 4 显示在首页；留空不上首页。"),
    )
    sample = models.BooleanField(_("示例"), default=False, editable=False)
    tags = ClusterTaggableManager(through=FeatureTag, blank=True, verbose_name=_("标签"))

    parent_page_types = ["home.FeatureIndexPage"]
    subpage_types = []
    template = "home/feature_page.html"
    requires_review = True
    review_steps = (FIRST, SECOND, FINAL)
    search_kind = "feature"
    base_form_class = FeaturePageForm

    content_panels = PublicPage.content_panels + [
        FieldPanel("summary"),
        FieldPanel("published_on"),
        FieldPanel("lead_image"),
        FieldPanel("lead_image_alt"),
        FieldPanel("body"),
        FieldPanel("about"),
        FieldPanel("home_position"),
        ReadingPage.other_forms_panel,
        FieldPanel("tags"),
    ]

    class Meta:
        verbose_name = _("典型案例文章")

    @property
    def is_sample(self):
        return self.sample

    @classmethod
    def search_states(cls, paths):
        samples = cls.objects.filter(sample=True).values_list("pk", flat=True)
        own = set(samples.filter(pk__in=list(paths)))
        return {pk: (pk in own, True) for pk in paths}

    def get_context(self, request, *args, **kwargs):
        from home.front import pages_told_about

        context = super().get_context(request, *args, **kwargs)
        context["about"] = pages_told_about(self)
        return context

    def reading_texts(self):
        return [self.title, *filter(None, self.search_texts())]

    def search_texts(self):
        return [self.summary, *self._body_texts()]

    def _body_texts(self):
        """The words of the body, from its raw data: its blocks would fetch each picture."""
        for block in self.body.raw_data:
            kind, value = block["type"], block["value"]
            if kind == "picture":
                yield from (value.get(name) for name in ("alt_text", "caption", "words"))
            else:
                yield get_text_for_indexing(value) if kind == "paragraph" else value

    def search_date(self):
        return self.published_on

    def search_tags(self):
        return sorted(tag.name for tag in self.tags.all())

    def search_passages(self):
        return [(str(_("摘要")), self.summary, self.url or "")]
