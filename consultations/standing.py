"""Where consultations stand today: in public notice, promised and under way, overdue, done.

Each state has a condition for lists and, for one record, the sentence a resident reads.
"""

import datetime
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOTICE, OVERDUE, UNDER_WAY, DONE, NOT_AGREED = (
    "notice",
    "overdue",
    "under_way",
    "done",
    "not_agreed",
)
STATES = {
    NOTICE: gettext_lazy("正在公示"),
    UNDER_WAY: gettext_lazy("正在办"),
    OVERDUE: gettext_lazy("过了说好的日子"),
    DONE: gettext_lazy("办好了"),
    NOT_AGREED: gettext_lazy("没有采纳"),
}
# What was promised, in the order a resident asks for it.
PROMISED = (OVERDUE, UNDER_WAY, DONE)


def condition(state: str, today: datetime.date | None = None) -> Q:
    """The records in a state on a day (default: today, local time)."""
    today = today or timezone.localdate()
    agreed = ~Q(outcome="not_agreed")
    promised = agreed & (~Q(responsible="") | Q(due__isnull=False))
    open_ = promised & Q(completed_on__isnull=True)
    return {
        NOTICE: Q(notice_until__gte=today)
        & (Q(notice_from__isnull=True) | Q(notice_from__lte=today)),
        OVERDUE: open_ & Q(due__lt=today),
        UNDER_WAY: open_ & (Q(due__isnull=True) | Q(due__gte=today)),
        DONE: agreed & Q(completed_on__isnull=False),
        NOT_AGREED: Q(outcome="not_agreed"),
    }[state]


def in_state(records, state: str):
    """Those records that are in a state; one that is unknown narrows nothing."""
    return records.filter(condition(state)) if state in STATES else records


def notices_running(records):
    """Records whose public notice runs today, the one that ends first first."""
    return records.filter(condition(NOTICE)).order_by("notice_until", "-pk")


class Outline(NamedTuple):
    """What of a record decides where it stands."""

    pk: int
    started_at: datetime.datetime
    outcome: str
    responsible: str
    due: datetime.date | None
    completed_on: datetime.date | None
    notice_from: datetime.date | None
    notice_until: datetime.date | None

    def runs(self, today: datetime.date | None = None) -> bool:
        """Whether its public notice runs on a day (default: today); as `condition(NOTICE)`."""
        today = today or timezone.localdate()
        begun = self.notice_from is None or self.notice_from <= today
        return begun and self.notice_until is not None and self.notice_until >= today

    def state(self, today: datetime.date | None = None) -> str | None:
        """Its state among `PROMISED` on a day (default: today), None where nothing was promised."""
        today = today or timezone.localdate()
        if self.outcome == NOT_AGREED:
            return None
        if self.completed_on:
            return DONE
        if self.due is None:
            return UNDER_WAY if self.responsible else None
        return OVERDUE if self.due < today else UNDER_WAY


def outlines(records) -> list[Outline]:
    """The outlines of records, in one query whose rows are small."""
    return list(map(Outline._make, records.order_by().values_list(*Outline._fields)))


def running(outlines) -> list[Outline]:
    """Those whose public notice runs today, the one that ends first first."""
    return sorted((o for o in outlines if o.runs()), key=lambda o: (o.notice_until, -o.pk))


def promised(outlines) -> list[Outline]:
    """Those in which something was promised: overdue, under way, then done.

    The first two by the day that was promised, the done ones with the newest first.
    """
    return sorted((o for o in outlines if o.state()), key=_promise_order)


def _promise_order(outline):
    done = -outline.completed_on.toordinal() if outline.completed_on else 0
    day = outline.due or datetime.date.max
    return (PROMISED.index(outline.state()), done, day, -outline.pk)


def outline_of(record) -> Outline:
    """The outline of a record that was read already."""
    return Outline(*(getattr(record, name) for name in Outline._fields))


def notice_sentence(record) -> str:
    """正在公示，到2026年3月1日为止。 Empty when no notice runs."""
    if not outline_of(record).runs():
        return ""
    return _("正在公示，到%(day)s为止。") % {"day": date_format(record.notice_until, "DATE_FORMAT")}


def promise_sentence(record) -> str:
    """What was promised and what is known of it; empty where nothing was."""
    state = outline_of(record).state()
    if state == DONE:
        return _("%(day)s办好了。") % {"day": date_format(record.completed_on, "DATE_FORMAT")}
    if state and record.due is None:
        return _("还在办，没有说定日子。")
    day = {"day": date_format(record.due, "DATE_FORMAT") if record.due else ""}
    return {
        OVERDUE: _("说好%(day)s前办好，还没有登记结果。") % day,
        UNDER_WAY: _("说好%(day)s前办好。") % day,
    }.get(state, "")
