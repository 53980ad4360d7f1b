"""What somebody asks to be corrected or taken down, and what became of it. Private."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is mistaken for another when read aloud or copied by hand."""


def new_number() -> str:
    """A number to refer to: the day and six letters that nobody guesses."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"{timezone.localdate():%Y%m%d}-{letters}"


class RemovalRequest(models.Model):
    """A request under arts. 44–47 of the Personal Information Protection Law.

    `body` is the township's page (county's, prefecture's) that answers for the page; only who
    holds the right to review there sees the request. `page` is the page meant, where one was
    found. It is deleted some days after it was closed.
    """

    TAKE_DOWN, CORRECT, COVER, CONSENT = "take_down", "correct", "cover", "consent"
    ASKED = [
        (TAKE_DOWN, _("把这一页撤下")),
        (CORRECT, _("有写错的，要更正")),
        (COVER, _("遮盖几个字")),
        (CONSENT, _("撤回我家的同意")),
    ]
    NEW, CHECKING, DONE, REFUSED = "new", "checking", "done", "refused"
    STATES = [
        (NEW, _("新来的")),
        (CHECKING, _("正在核实")),
        (DONE, _("已办")),
        (REFUSED, _("不予办理")),
    ]
    CLOSED = (DONE, REFUSED)
    LONGEST_TEXT, LONGEST_ANSWER = 1000, 300

    number = models.CharField(max_length=20, unique=True, default=new_number, editable=False)
    body = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    page = models.ForeignKey(
        "wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField(_("哪一页"), max_length=500)
    asked = models.CharField(_("要求什么"), max_length=12, choices=ASKED)
    text = models.TextField(_("说明"), max_length=LONGEST_TEXT)
    name = models.CharField(_("谁提出的"), max_length=40)
    contact = models.CharField(_("怎么联系"), max_length=100)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    due = models.DateField(_("办理期限"))
    state = models.CharField(max_length=8, choices=STATES, default=NEW)
    answer = models.CharField(_("办理结果"), max_length=LONGEST_ANSWER, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, db_index=True)

    # No reason to warn whoever deletes the page, and nothing that makes a file public.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("撤下、更正申请")
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["body", "state"], name="removal_by_body")]

    def __str__(self):
        return self.number

    @property
    def is_closed(self) -> bool:
        return self.state in self.CLOSED

    @property
    def is_late(self) -> bool:
        return not self.is_closed and self.due < timezone.localdate()
