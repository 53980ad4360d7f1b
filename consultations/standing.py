"""Where consultations stand today: in public notice, promised and under way, overdue, done.

Each state has a condition for lists and, for one record, the sentence a resident reads.
"""

import datetime

from django.db.models import Case, Count, F, IntegerField, Q, Subquery, Value, When
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
NO_DAY = Case(When(due__isnull=True, then=1), default=0)


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


def with_standing(records):
    """The records with `standing`: their index in `PROMISED`, None where nothing was promised."""
    standing = Case(
        *(When(condition(state), then=place) for place, state in enumerate(PROMISED)),
        output_field=IntegerField(),
    )
    return records.annotate(standing=standing)


def promises(records):
    """Records in which something was promised, with `standing`, in the order of `promise_order`."""
    found = with_standing(records).filter(standing__isnull=False)
    return found.order_by("standing", F("completed_on").desc(nulls_last=True), NO_DAY, "due", "-pk")


def promise_order(record):
    """Overdue ones first, then those under way, by the day that was promised, then the newest done.

    The order of `promises`, for records that were read already.
    """
    done = -record.completed_on.toordinal() if record.completed_on else 0
    return (record.standing, done, record.due is None, record.due or datetime.date.max, -record.pk)


def with_counts(records, counted):
    """`records` with `standing`, each with how many of `counted` are in each state of `PROMISED`.

    So that records and numbers come in one query; read the numbers with `counts_of`.
    """
    plain = counted.order_by().annotate(all_as_one=Value(1)).values("all_as_one")
    numbers = {
        f"number_{state}": Subquery(
            plain.filter(condition(state)).annotate(number=Count("pk")).values("number")
        )
        for state in PROMISED
    }
    return with_standing(records).annotate(**numbers)


def counts_of(records) -> dict[str, int]:
    """{state: number}, as `with_counts` put them on the records; empty without any record."""
    first = next(iter(records), None)
    return {s: getattr(first, f"number_{s}") or 0 for s in PROMISED} if first else {}


def notice_sentence(record, today: datetime.date | None = None) -> str:
    """正在公示，到2026年3月1日为止。 Empty when no notice runs."""
    today = today or timezone.localdate()
    begun = record.notice_from is None or record.notice_from <= today
    if not (begun and record.notice_until and record.notice_until >= today):
        return ""
    return _("正在公示，到%(day)s为止。") % {"day": date_format(record.notice_until, "Y年n月j日")}


def promise_sentence(record, today: datetime.date | None = None) -> str:
    """What was promised and what is known of it; empty where nothing was."""
    today = today or timezone.localdate()
    if record.outcome == "not_agreed":
        return ""
    if record.completed_on:
        return _("%(day)s办好了。") % {"day": date_format(record.completed_on, "Y年n月j日")}
    if record.due is None:
        return _("还在办，没有说定日子。") if record.responsible else ""
    day = {"day": date_format(record.due, "Y年n月j日")}
    if record.due >= today:
        return _("说好%(day)s前办好。") % day
    return _("说好%(day)s前办好，还没有登记结果。") % day
