"""The prefecture's front page, and the footer that a public site here is expected to show."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from villages.models import PublicPage
from villages.models.public import was_public
from villages.routing import village_at


class HomePage(PublicPage):
    """The prefecture's page: search, find one's village, what is new."""

    introduction = models.CharField(_("一句话介绍"), max_length=120, blank=True)

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["villages.CountyPage", "home.FeatureIndexPage"]
    max_count = 1
    template = "home/home_page.html"
    content_panels = PublicPage.content_panels + [FieldPanel("introduction")]

    class Meta:
        verbose_name = _("首页")

    def route(self, request, path_components):
        """Find villages and what is below them in one step instead of level by level."""
        village = village_at(self, path_components) if len(path_components) > 2 else None
        if village is None or not was_public(village):
            return super().route(request, path_components)
        return village.route(request, path_components[3:])

    def get_context(self, request, *args, **kwargs):
        from home.front import front_context

        return super().get_context(request, *args, **kwargs) | front_context(request)


@register_setting(icon="site")
class Footer(BaseSiteSetting):
    """What stands at the foot of every page; each part is hidden while it is empty."""

    organiser = models.CharField(_("主办单位"), max_length=80, blank=True)
    contact = models.CharField(_("联系方式"), max_length=120, blank=True)
    icp_number = models.CharField(_("ICP备案号"), max_length=60, blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=60, blank=True)
    site_code = models.CharField(_("网站标识码"), max_length=30, blank=True)
    checked_on = models.DateField(_("内容核查日期"), null=True, blank=True)

    panels = [
        MultiFieldPanel(
            [
                FieldPanel(n)
                for n in (
                    "organiser",
                    "contact",
                    "icp_number",
                    "police_number",
                    "site_code",
                    "checked_on",
                )
            ],
            heading=_("页脚"),
        )
    ]

    class Meta:
        verbose_name = _("页脚信息")
