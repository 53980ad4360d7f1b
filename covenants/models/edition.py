"""What was adopted: one text, in force from a date until the next one."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# All that may change on an edition once it exists: how it ends.
MUTABLE = frozenset({"ended_on", "ended_reason", "ended_note"})
# What completing the papers of a legacy edition adds; never its words or the days it holds.
PAPERS = frozenset(
    {
        "provenance",
        "adopted_by",
        "votes_for",
        "votes_against",
        "votes_abstain",
        "filing_number",
        "filed_on",
    }
)
# All that may change on a provision: whether and how long it is suspended, and why.
SUSPENSION = frozenset({"suspended_from", "suspended_until", "suspended_note"})

# What covering words may write (covenants/redacting.py): texts, and the digest that goes with them.
COVERED = frozenset(
    {"title", "preamble", "closing", "summary", "ended_note", "adopted_by", "digest"}
)
COVERED_ARTICLE = frozenset(
    {"label", "text", "items", "chapter_label", "chapter_title", "suspended_note"}
)


class Immutable(ValidationError):
    """Raised when something tries to change or delete an adopted text."""


class EditionQuerySet(models.QuerySet):
    """Editions; refuses to change what was adopted."""

    def in_force(self, on: datetime.date | None = None):
        """Editions in force on a day (default: today, local time)."""
        on = on or timezone.localdate()
        return self.filter(effective_from__lte=on).filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on)
        )

    def update(self, **kwargs):
        if not MUTABLE.issuperset(kwargs):
            raise Immutable(_("已通过的文本不能修改，请另立新版。"))
        return super().update(**kwargs)

    def redact(self, **covered):
        """Write texts in which words are covered; nothing but `covenants.redacting` calls this."""
        if not COVERED.issuperset(covered):
            raise Immutable(_("已通过的文本不能修改，请另立新版。"))
        return super().update(**covered)


class Edition(models.Model):
    """One adopted text of a rule.

    `effective_from` inclusive, `ended_on` exclusive, both local days. Which edition is in force is
    computed from these, never stored. `provenance` `legacy` means the papers of the procedure are
    not all registered here, `override` that it came into force unfiled by a recorded decision; the
    public page says so.
    """

    REPLACED, REPEALED, ORDERED = "replaced", "repealed", "ordered"
    ADOPTED, LEGACY, OVERRIDE = "adopted", "legacy", "override"
    DAY, MONTH, YEAR, UNKNOWN = "day", "month", "year", "unknown"

    page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.CASCADE,
        related_name="editions",
        verbose_name=_("规约"),
    )
    number = models.PositiveSmallIntegerField(_("版次"))
    title = models.CharField(_("标题"), max_length=255)
    preamble = models.TextField(_("序言"), blank=True)
    closing = models.TextField(_("结尾"), blank=True)
    adopted_on = models.DateField(_("通过日期"), null=True, blank=True)
    adopted_precision = models.CharField(
        _("通过日期精确到"),
        max_length=8,
        choices=[(DAY, _("日")), (MONTH, _("月")), (YEAR, _("年")), (UNKNOWN, _("不详"))],
        default=DAY,
    )
    adopted_by = models.CharField(_("通过的会议"), max_length=80, blank=True)
    votes_for = models.PositiveIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("反对"), null=True, blank=True)
    votes_abstain = models.PositiveIntegerField(_("弃权"), null=True, blank=True)
    effective_from = models.DateField(_("施行日期"), db_index=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    ended_reason = models.CharField(
        _("终止原因"),
        max_length=10,
        blank=True,
        choices=[
            (REPLACED, _("被新版代替")),
            (REPEALED, _("废止")),
            (ORDERED, _("责令改正")),
        ],
    )
    ended_note = models.CharField(_("终止的缘由"), max_length=200, blank=True)
    filing_number = models.CharField(_("备案号"), max_length=60, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    summary = models.CharField(_("修改要点"), max_length=200, blank=True)
    provenance = models.CharField(
        _("来源"),
        max_length=8,
        choices=[
            (ADOPTED, _("按程序通过")),
            (LEGACY, _("历史存量（程序资料不全）")),
            (OVERRIDE, _("未经备案，由系统管理员放行")),
        ],
        default=LEGACY,
    )
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    # Part of its page: no reason to warn whoever deletes that.
    wagtail_reference_index_ignore = True

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("版本")
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_edition_per_number"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("effective_from")),
                name="edition_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.title} 第{self.number}版"

    def save(self, *args, **kwargs):
        if self.pk and not self._may_write(kwargs.get("update_fields")):
            raise Immutable(_("已通过的文本不能修改，请另立新版。"))
        super().save(*args, **kwargs)

    def _may_write(self, names) -> bool:
        if not names:
            return False
        if PAPERS.issuperset(names):
            return Edition.objects.filter(pk=self.pk, provenance=self.LEGACY).exists()
        return MUTABLE.issuperset(names)

    def complete_papers(self, **papers):
        """Add the papers of a legacy edition and lift its label; `papers` of `PAPERS`."""
        for name, value in papers.items():
            setattr(self, name, value)
        self.provenance = self.ADOPTED
        self.save(update_fields=["provenance", *papers])

    def end(self, on: datetime.date | None, reason: str, note: str = ""):
        """Let the edition end on a day (it is no longer in force on that day); None: never."""
        self.ended_on, self.ended_reason, self.ended_note = on, reason, note
        self.save(update_fields=["ended_on", "ended_reason", "ended_note"])

    def in_force(self, on: datetime.date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.effective_from <= on and (self.ended_on is None or on < self.ended_on)

    @property
    def state(self) -> str:
        """`future`, `current` or `ended`, as of today."""
        if self.effective_from > timezone.localdate():
            return "future"
        return "current" if self.in_force() else "ended"

    @property
    def was_taken_down(self) -> bool:
        """Whether it was repealed or ordered to end, or will be; not merely replaced."""
        return self.ended_reason in (self.REPEALED, self.ORDERED)

    @property
    def is_ordered_down(self) -> bool:
        """Whether its words are taken from readers: ordered to end as a whole, as of today.

        Its tombstone (title, dates, reason) stays. What was repealed or replaced stays readable.
        """
        ordered = self.ended_reason == self.ORDERED
        return ordered and self.ended_on <= timezone.localdate()

    @property
    def last_day(self) -> datetime.date | None:
        """The last day it is in force, None while no end is known."""
        return self.ended_on and self.ended_on - datetime.timedelta(days=1)

    @property
    def is_legacy(self):
        return self.provenance == self.LEGACY


class ProvisionQuerySet(models.QuerySet):
    def update(self, **kwargs):
        if not SUSPENSION.issuperset(kwargs):
            raise Immutable(_("已通过的条文不能修改，请另立新版。"))
        return super().update(**kwargs)

    def redact(self, **covered):
        """Write texts in which words are covered; nothing but `covenants.redacting` calls this."""
        if not COVERED_ARTICLE.issuperset(covered):
            raise Immutable(_("已通过的条文不能修改，请另立新版。"))
        return super().update(**covered)


class Provision(models.Model):
    """One article of an edition.

    `stable_id` is the article's identity across editions. `items` nest as
    [{"label","text","items":[{"label","text"}]}]. A suspended article stays in the text but does
    not apply from `suspended_from` (inclusive) until `suspended_until` (exclusive, None: open).
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="provisions")
    stable_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    # As long as the titles of a chapter and of the sections first below it.
    chapter_label = models.CharField(max_length=60, blank=True)
    chapter_title = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    items = models.JSONField(default=list, blank=True)
    suspended_from = models.DateField(_("暂停适用自"), null=True, blank=True)
    suspended_until = models.DateField(_("恢复适用自"), null=True, blank=True)
    suspended_note = models.CharField(_("暂停适用的缘由"), max_length=200, blank=True)

    wagtail_reference_index_ignore = True

    objects = ProvisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("条文")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="one_provision_per_position"
            ),
            models.UniqueConstraint(
                fields=["edition", "stable_id"], name="one_provision_per_stable_id"
            ),
        ]

    def __str__(self):
        return f"{self.label} {self.text[:20]}"

    def save(self, *args, **kwargs):
        if self.pk and not SUSPENSION.issuperset(kwargs.get("update_fields") or ["*"]):
            raise Immutable(_("已通过的条文不能修改，请另立新版。"))
        super().save(*args, **kwargs)

    def is_suspended(self, on: datetime.date | None = None) -> bool:
        """Whether the article does not apply on a day (default today)."""
        on = on or timezone.localdate()
        begun = self.suspended_from is not None and self.suspended_from <= on
        return begun and (self.suspended_until is None or on < self.suspended_until)

    @property
    def anchor(self) -> str:
        """The article's address within its page: the same in every edition that carries it."""
        return anchor_of(self.stable_id)

    @property
    def plain_text(self) -> str:
        """Text and items on one line each, without the article's own label."""
        return "\n".join(plain_lines(self.text, self.items))


def plain_lines(text, items):
    if text:
        yield text
    for item in items:
        first, *rest = list(plain_lines(item.get("text", ""), item.get("items", []))) or [""]
        yield f"{item.get('label', '')}{first}"
        yield from rest


def anchor_of(stable_id) -> str:
    """The address of an article (its stable id) within the page of its rule."""
    return f"a-{stable_id.hex[:12]}"
