"""Words of the rules that residents may not know, each with a plain explanation."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

EXPLANATION_MAX = 60
_SEPARATORS = re.compile(r"[\s,，、;；|]+")


class Term(models.Model):
    """A word (备案) that reading pages explain where it first stands."""

    word = models.CharField(_("词"), max_length=20, unique=True)
    variants = models.CharField(
        _("其他写法"),
        max_length=200,
        blank=True,
        help_text=_("用顿号隔开，如：报备、备过案。文中是这些写法时也解释。"),
    )
    explanation = models.CharField(
        _("解释"),
        max_length=EXPLANATION_MAX,
        help_text=_("用大白话，一两句，不超过60字。"),
    )
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("词语解释")
        verbose_name_plural = _("词语解释")
        ordering = ["word"]

    def __str__(self):
        return self.word

    def clean(self):
        if any(len(spelling) < 2 for spelling in self.spellings()):
            raise ValidationError(_("一个字的词太常见，请写两个字以上的。"))

    def spellings(self) -> list[str]:
        """The word and its other spellings, each once."""
        given = [self.word.strip(), *_SEPARATORS.split(self.variants)]
        return list(dict.fromkeys(filter(None, given)))
