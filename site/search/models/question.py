"""Questions that residents often ask; offered while somebody types."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.models.synonym import SEPARATORS


class CommonQuestion(models.Model):
    """One frequent question, such as 办酒席最多几桌; kept by the administrators.

    ``topics``: words beside whose results it is offered as the next question.
    """

    text = models.CharField(
        _("问题"), max_length=30, unique=True, help_text=_("像居民那样问，如：办酒席最多几桌")
    )
    order = models.PositiveSmallIntegerField(
        _("顺序"), default=100, help_text=_("数字小的排在前面。")
    )

    topics = models.CharField(
        _("接着问"),
        max_length=200,
        blank=True,
        help_text=_(
            "有人查这些词时，推荐他接着问这个问题。用顿号隔开，如：酒席、红事、丧事。留空时，问题里有同样的词才推荐。"
        ),
    )

    class Meta:
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    @staticmethod
    def words_of(topics: str) -> list[str]:
        """The words of ``topics``."""
        return list(dict.fromkeys(filter(None, SEPARATORS.split(topics))))

    def clean(self):
        """Refuses a question without a word to search for."""
        from search.query_units import query_units

        self.text = " ".join(self.text.split())
        self.topics = "、".join(self.words_of(self.topics))
        if not query_units(self.text):
            raise ValidationError({"text": _("请写一个能搜的问题。")})
