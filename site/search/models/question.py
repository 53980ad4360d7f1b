"""Questions that residents often ask; offered while somebody types."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class CommonQuestion(models.Model):
    """One frequent question, such as 办酒席最多几桌; kept by the administrators."""

    text = models.CharField(
        _("问题"), max_length=30, unique=True, help_text=_("像居民那样问，如：办酒席最多几桌")
    )
    order = models.PositiveSmallIntegerField(
        _("顺序"), default=100, help_text=_("数字小的排在前面。")
    )

    class Meta:
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    def clean(self):
        """Refuses a question without a word to search for."""
        from search.analyzer import query_units

        self.text = " ".join(self.text.split())
        if not query_units(self.text):
            raise ValidationError({"text": _("请写一个能搜的问题。")})
