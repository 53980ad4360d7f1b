"""Numbers and addresses of offices, which may stand in public."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from safety.personal_data import CONTACTS, contact_key, scan


class OfficeContact(models.Model):
    """A telephone number or e-mail address of an office; the scan lets it pass.

    With an `area` it passes on pages at and below that place only.
    """

    value = models.CharField(
        _("号码或邮箱"), max_length=80, help_text=_("办公室的公开号码，如：0878-3123456。")
    )
    key = models.CharField(max_length=80, editable=False, db_index=True)
    office = models.CharField(
        _("哪个单位的"), max_length=80, help_text=_("如：云台镇人民政府党政办；不要登记私人号码。")
    )
    area = models.ForeignKey(
        "wagtailcore.Page",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("用于哪个地方"),
        help_text=_("这里和下级的页面可以写这个号码。只有州级可以留空，留空为全站。"),
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("登记人"),
    )
    registered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("单位电话和邮箱")
        verbose_name_plural = _("单位电话和邮箱")
        ordering = ["office", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "area"], name="one_office_contact_per_key_and_area"
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(area=None),
                name="one_office_contact_per_key_everywhere",
            ),
        ]

    def __str__(self):
        return f"{self.office} {self.value}"

    def save(self, *args, **kwargs):
        self.key = contact_key(self.value)
        super().save(*args, **kwargs)

    def clean(self):
        """Takes nothing but a telephone number or an e-mail address."""
        found = [one for one in scan(f"电话：{self.value}") if one.kind in CONTACTS]
        if len(found) != 1:
            raise ValidationError({"value": _("请写一个电话号码或一个邮箱，如：0878-3123456。")})
        self.key = found[0].key
