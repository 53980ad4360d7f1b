"""Who handles personal data on this site, and the terms that apply to requests."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="lock")
class Privacy(BaseSiteSetting):
    """What the privacy page says and the inbox counts by."""

    handler = models.CharField(
        _("个人信息处理者"),
        max_length=80,
        blank=True,
        help_text=_("对全站负责的单位，如：州民政局。留空用页脚的主办单位；各页由所在乡镇处理。"),
    )
    contact = models.CharField(
        _("联系方式"),
        max_length=120,
        blank=True,
        help_text=_("单位的公开电话或地址；留空用页脚的联系方式。"),
    )
    working_days = models.PositiveSmallIntegerField(
        _("几个工作日内办理"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("周一至周五算工作日。"),
    )
    kept_days = models.PositiveSmallIntegerField(
        _("办完后几天删除申请"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    further = models.TextField(_("补充说明"), blank=True, max_length=1000)

    panels = [
        MultiFieldPanel(
            [FieldPanel(n) for n in ("handler", "contact", "working_days", "kept_days", "further")],
            heading=_("个人信息说明"),
        )
    ]

    class Meta:
        verbose_name = _("个人信息说明")
