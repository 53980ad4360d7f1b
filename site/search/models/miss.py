"""Words that residents looked for and did not find."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Miss(models.Model):
    """A query that found nothing: its words, how often, and the last day; nothing of who asked.

    Editors read the list to learn which synonyms are missing. Written by ``search.misses`` only.
    """

    words = models.CharField(_("搜的词"), max_length=40, unique=True, editable=False)
    count = models.PositiveIntegerField(_("次数"), default=1, editable=False)
    last_day = models.DateField(_("最近一天"), editable=False)

    class Meta:
        verbose_name = _("没有搜到的词")
        verbose_name_plural = _("没有搜到的词")
        ordering = ["-count", "words"]
        indexes = [models.Index(fields=["count", "last_day"], name="search_miss_least")]

    def __str__(self):
        return self.words
