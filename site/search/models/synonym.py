"""Words that a search treats as one; kept by the administrators."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.folding import plain_words

MIN_LENGTH, MAX_LENGTH = 2, 20
"""Code points of a word: a single character stands inside too many other words."""

SEPARATORS = re.compile(r"[\s,，、;；|/]+")


class Synonym(models.Model):
    """One group of words of the same meaning, such as 客事, 办客, 酒席, 宴席."""

    words = models.CharField(
        _("同义词"),
        max_length=500,
        help_text=_(
            "意思相同的说法，至少两个，用顿号、逗号或空格隔开。搜其中一个，其余的也能搜到。"
        ),
    )

    related = models.BooleanField(
        _("只是相关"),
        default=False,
        help_text=_(
            "勾选：意思相近但不相同，如“过世、丧事”。原词搜不到合适的条文时才用，排在后面。"
        ),
    )

    class Meta:
        verbose_name = _("同义词组")
        verbose_name_plural = _("同义词组")
        ordering = ["pk"]

    def __str__(self):
        return "、".join(self.members())

    def members(self) -> list[str]:
        """The words of the group."""
        return list(dict.fromkeys(filter(None, SEPARATORS.split(self.words))))

    def clean(self):
        """Refuses a group that would do nothing, or a word that would match nearly everything."""
        for word in self.members():
            plain = plain_words(word)
            if len(plain) < MIN_LENGTH or len(word) > MAX_LENGTH or " " in plain:
                raise ValidationError(
                    {"words": _("“%s”不能作同义词：每个词写2至20个字，不含标点。") % word}
                )
        if len({plain_words(word) for word in self.members()}) < 2:
            raise ValidationError({"words": _("请至少写两个不同的词。")})
        self.words = str(self)
