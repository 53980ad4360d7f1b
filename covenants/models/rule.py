"""The rules themselves: a covenant, or a council's charter, of one village or villager group."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from covenants import adoption, attaching, comparing, hints, reading
from covenants.blocks import RuleAttachments, RuleBody
from covenants.hint_panel import HintPanel
from covenants.kinds import COUNCILS, COVENANT, SLUGS, kind_name, rule_name
from covenants.rule_form import RulePageForm
from villages.models import ReadingPage
from villages.places import path_range

from .edition import Edition
from .searched_rule import SearchedRule

COMPARISON = "bijiao"
"""Address below a rule's page where two of its editions are compared (比较)."""


class RulePage(SearchedRule, ReadingPage):
    """A rule's page: its working text, and through `editions` what was adopted.

    Editors change the working text; readers see the edition in force. Saving a live page whose
    text differs from the latest edition makes the next edition in the same transaction, so that
    no way of publishing can leave a public text without one.
    """

    preamble = models.TextField(_("序言"), blank=True)
    body = StreamField(RuleBody(), verbose_name=_("正文"), blank=True)
    closing = models.TextField(_("结尾"), blank=True)
    one_minute = models.TextField(
        _("一分钟版"), blank=True, help_text=_("用几句大白话说清要点，一行一句。")
    )
    renumber = models.BooleanField(
        _("保存时全部重新编号"), default=False, help_text=_("勾选后各条按顺序重编；否则只补空号。")
    )
    attachments = StreamField(
        RuleAttachments(),
        verbose_name=_("附件"),
        blank=True,
        help_text=_(
            "居民只看到勾了“给居民看”的。从文件里取出的图片、一起交来的扫描件都没有勾：上面可能有签名、"
            "手印、电话，看清楚再勾；签到表不要公开。"
        ),
    )
    change_summary = models.CharField(
        _("本次修改要点"),
        max_length=200,
        blank=True,
        help_text=_("一句话，如：酒席由二十桌改为十五桌。"),
    )
    adopted_on = models.DateField(_("通过日期"), null=True, blank=True)
    adopted_precision = models.CharField(
        _("通过日期精确到"),
        max_length=8,
        choices=Edition._meta.get_field("adopted_precision").choices,
        default=Edition.DAY,
    )
    adopted_by = models.CharField(
        _("通过的会议"), max_length=80, blank=True, help_text=_("如：村民会议")
    )
    votes_for = models.PositiveIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("反对"), null=True, blank=True)
    votes_abstain = models.PositiveIntegerField(_("弃权"), null=True, blank=True)
    effective_from = models.DateField(
        _("施行日期"), null=True, blank=True, help_text=_("留空则自通过之日起施行。")
    )
    filing_number = models.CharField(_("备案号"), max_length=60, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)

    requires_review = True
    has_editions = True
    comparison_view = "covenants_compare"
    hints_view = "covenants_hints"
    base_form_class = RulePageForm
    parent_page_types = ["villages.VillagePage", "villages.GroupPage"]
    subpage_types = []

    content_panels = [
        HelpPanel(
            _("这里改的是工作稿。发布后成为新的一版，旧版保留；居民看到的是正在施行的一版。")
        ),
        FieldPanel("title"),
        HintPanel(),
        FieldPanel("preamble"),
        FieldPanel("body"),
        FieldPanel("renumber"),
        FieldPanel("closing"),
    ]
    adoption_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "change_summary",
                    help_text=_("从第二版起必填。一句话，如：酒席由二十桌改为十五桌。"),
                ),
                FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("adopted_precision")]),
                FieldPanel("adopted_by"),
                FieldRowPanel([FieldPanel(f"votes_{x}") for x in ("for", "against", "abstain")]),
                FieldPanel("effective_from"),
                FieldRowPanel([FieldPanel("filing_number"), FieldPanel("filed_on")]),
            ],
            heading=_("这一版的通过、施行与备案"),
        ),
    ]
    further_panels = [
        FieldPanel("one_minute"),
        FieldPanel("attachments"),
        ReadingPage.other_forms_panel,
        FieldPanel("tags"),
        PublishingPanel(),
    ]

    class Meta:
        abstract = True

    @property
    def kind(self):
        raise AttributeError("a rule page names its kind")

    @cached_property
    def all_editions(self) -> list[Edition]:
        """Its editions by number; read once."""
        return list(self.editions.order_by("number"))

    @cached_property
    def edition_in_force(self):
        shown = self.shown_edition
        return shown if shown and shown.in_force() else None

    @cached_property
    def shown_edition(self):
        """The edition readers get without a date: in force, else the next one, else the last."""
        return adoption.shown_of(self.all_editions)

    def forget_editions(self):
        """Let them be read anew."""
        for name in ("all_editions", "edition_in_force", "shown_edition"):
            self.__dict__.pop(name, None)

    @property
    def is_ordered_down(self) -> bool:
        """Whether readers get a tombstone: the text they would see was taken down."""
        return self.shown_edition is not None and self.shown_edition.is_ordered_down

    def editions_down(self):
        return [edition.number for edition in self.all_editions if edition.is_ordered_down]

    def kept_texts(self):
        """{label: text} of all editions: former ones stay public."""
        kept = {}
        for edition in self.editions.order_by("number").prefetch_related("provisions"):
            texts = [edition.title, edition.preamble, edition.closing, edition.summary]
            texts += [provision.plain_text for provision in edition.provisions.all()]
            kept[_("第%d版") % edition.number] = "\n\n".join(texts)
        return kept

    def texts_known_by(self):
        from covenants.withdrawn import body_words, words_of

        rows = [edition.provisions.all() for edition in self.editions.all()]
        adopted = [words_of((p.text, p.items) for p in provisions) for provisions in rows]
        return [body_words(self.body), *adopted]

    def cover_again(self, marks) -> int:
        """Cover words that were covered before a restore (`safety.redactions` asks)."""
        from covenants.redacting import cover_again

        return cover_again(self, marks)

    @property
    def shown_attachments(self):
        """The attachments that readers see, pictures with what they are shown as."""
        return [] if self.is_ordered_down else attaching.shown(self.attachments)

    def shows_document(self, document) -> bool:
        """Whether readers of the page may fetch a document it refers to (`safety` asks)."""
        if self.is_ordered_down:
            return False
        shown = attaching.shows_document(self.attachments, document)
        return shown or self.reads_from(document)

    def review_obstacles(self, user) -> list[str]:
        """Why the working text may not be approved yet; `editorial` asks before each approval."""
        return hints.obstacles(self)

    @property
    def comparison_url(self):
        return f"{self.url}{COMPARISON}/"

    def route(self, request, path_components):
        """Beside the page itself: the comparison of two of its editions."""
        if path_components == [COMPARISON] and self.live:
            return RouteResult(self, kwargs={"compare": True})
        return super().route(request, path_components)

    @property
    def kind_title(self):
        """村规民约 / 红白理事会章程: what it is called before it is public."""
        parent = self.get_parent().specific
        return rule_name(self.kind, community=getattr(parent, "is_community", False))

    def get_template(self, request, *args, compare=False, **kwargs):
        if compare:
            return "covenants/comparison_page.html"
        return super().get_template(request, *args, **kwargs)

    def get_context(self, request, *args, compare=False, **kwargs):
        if self.is_ordered_down and (compare or kwargs.get("language")):
            raise Http404(_("这一版已按责令改正撤下。"))
        context = super().get_context(request, *args, **kwargs)
        if compare:
            context.update(comparing.comparison_context(self, request.GET))
        elif getattr(request, "is_preview", False):
            context.update(reading.draft_context(self))
        else:
            context.update(reading.reading_context(self, request.GET.get("on", "")))
        return context

    def full_clean(self, *args, **kwargs):
        self._name_itself()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        self._name_itself()
        super().minimal_clean()

    def _name_itself(self):
        if not self.slug:
            self.slug = SLUGS[self.kind]
        if not self.title and self.path:
            self.title = self.default_title()

    def default_title(self, parent=None):
        """松林村村规民约 / 松林村红白理事会章程."""
        parent = (parent or self.get_parent()).specific
        community = getattr(parent, "is_community", False)
        # A title is content: Chinese, whatever language the editor's screen speaks.
        with translation.override(settings.LANGUAGE_CODE):
            name = f"{parent.title}{kind_name(self.kind, community=community)}"
        return name if self.kind == COVENANT else f"{name}章程"

    def clean(self):
        super().clean()
        if self.effective_from and self.adopted_on and self.effective_from < self.adopted_on:
            raise ValidationError({"effective_from": _("施行日期不能早于通过日期。")})

    def save(self, *args, importing=False, **kwargs):
        """`importing`: the text enters as one adopted before the county's go-live date."""
        update_fields = kwargs.get("update_fields")
        with transaction.atomic():
            self._refuse_twin()
            self._take_a_free_slug()
            result = super().save(*args, **kwargs)
            # The caches below are of the state before this save.
            self.forget_editions()
            if self.live and (update_fields is None or "live" in update_fields):
                by = self.live_revision.user if self.live_revision else None
                adoption.adopt(self, by=by, importing=importing)
        return result

    def _refuse_twin(self):
        """One rule of a kind per place, checked within the transaction that writes."""
        if self.pk or not self.path:
            return
        parent_path = self.path[: -self.steplen]
        Page.objects.select_for_update().filter(path=parent_path).first()
        if self.twins(parent_path).exists():
            raise ValidationError(
                _("这里已经有一份%(kind)s,请打开它修改。") % {"kind": kind_name(self.kind)}
            )

    def _take_a_free_slug(self):
        """Another page of the place may already stand at the rule's usual address."""
        if self.pk or not self.path:
            return
        taken = set(
            Page.objects.filter(
                path__range=path_range(self.path[: -self.steplen]), depth=self.depth
            ).values_list("slug", flat=True)
        )
        base, number = self.slug or SLUGS[self.kind], 2
        self.slug = base
        while self.slug in taken:
            self.slug, number = f"{base}-{number}", number + 1

    def twins(self, parent_path):
        """Other rules of the same kind directly below the place at `parent_path`."""
        depth = len(parent_path) // self.steplen + 1
        return type(self).objects.filter(path__range=path_range(parent_path), depth=depth)


def tabs_of(model, *first):
    """The editor's three tabs: the text, how it was adopted, what stands beside it.

    With comments, so that a reviewer's remark stands on the article it is about.
    """
    return TabbedInterface(
        [
            ObjectList([*first, *model.content_panels, CommentPanel()], heading=_("条文")),
            ObjectList(model.adoption_panels, heading=_("通过与备案")),
            ObjectList(model.further_panels, heading=_("一分钟版、录音与附件")),
        ]
    )


class CovenantTag(TaggedItemBase):
    content_object = ParentalKey(
        "covenants.CovenantPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class CovenantPage(RulePage):
    """村规民约 or 居民公约; below a group, the group's own rule."""

    tags = ClusterTaggableManager(through=CovenantTag, blank=True, verbose_name=_("标签"))

    max_count_per_parent = 1
    template = "covenants/rule_page.html"
    kind = COVENANT
    search_kind = COVENANT
    edit_handler = tabs_of(RulePage)

    class Meta:
        verbose_name = _("村规民约（居民公约）")


class CouncilTag(TaggedItemBase):
    content_object = ParentalKey(
        "covenants.CouncilPage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class CouncilPage(RulePage):
    """The charter of one of the four councils."""

    council = models.CharField(_("理事会"), max_length=12, choices=list(COUNCILS.items()))
    council.required_on_save = True
    tags = ClusterTaggableManager(through=CouncilTag, blank=True, verbose_name=_("标签"))

    template = "covenants/rule_page.html"
    max_count_per_parent = len(COUNCILS)
    parent_page_types = ["villages.VillagePage", "villages.GroupPage"]
    edit_handler = tabs_of(RulePage, FieldPanel("council"))
    search_fields = RulePage.search_fields + [index.FilterField("council")]

    class Meta:
        verbose_name = _("理事会章程")

    @property
    def kind(self):
        return self.council

    def _name_itself(self):
        if self.council not in COUNCILS:
            raise ValidationError({"council": _("请选择是哪个理事会的章程。")})
        super()._name_itself()

    def clean(self):
        super().clean()
        if self.path and self.twins(self.path[: -self.steplen]).exclude(pk=self.pk).exists():
            raise ValidationError({"council": _("这里已经有这个理事会的章程，请打开它修改。")})

    def twins(self, parent_path):
        return super().twins(parent_path).filter(council=self.council)
