"""What is late in the procedures of rules: lists for the desk, and notices sent once each.

The lists are computed from the ledger and from days that profiles hold; nothing is stored but which
notice went out (`SentReminder`).
"""

import datetime
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, get_default_page_content_type

from covenants.ledger_state import covenant_key, profiles
from covenants.ledger_words import STAGE_NAMES
from covenants.models import CovenantPage, Edition, Procedure, SentReminder
from covenants.procedure import stages, terms
from editorial import mandates, notices, review
from editorial.late import Late
from editorial.roles import TOWNSHIP_FILER, VILLAGE_EDITOR
from villages.models.public import VILLAGE
from villages.places import path_range

logger = logging.getLogger(__name__)

FILING_LATE, REVISE, OPINIONS_OVER = "filing_late", "revise", "opinions_over"
NOTICE_OVER, STAGE_WAITS, TASK_WAITS = "notice_over", "stage_waits", "task_waits"
AT_ONCE = 100
"""Notices of one kind sent in one go, so that nothing else waits for them."""
LOOKED_AT = 200
"""Procedures and tasks that the desk, which shows a few, looks at."""


@dataclass(frozen=True)
class Reminder:
    """Something late: `about` tells one occasion from the next, `days` how long it has been."""

    kind: str
    page: Page
    about: str
    days: int
    text: str
    for_township: bool = False

    @property
    def address(self) -> str:
        return reverse("covenants_procedure", args=[self.page.pk])


def reminders(
    path: str | Sequence[str] = "", today: datetime.date | None = None, most: int | None = None
) -> Iterator[Reminder]:
    """All that is late below a place (its tree path; empty: everywhere), in a few queries.

    `path` may be several, a hundred at most. `most`: look at so many procedures and so many tasks,
    those left alone longest.
    """
    today = today or timezone.localdate()
    known = profiles(terms.PROFILES)
    yield from _of_procedures(path, today, known, most)
    yield from _tasks(path, today, known, most)
    yield from _to_revise(path, today, known)


def late(paths: Sequence[str] | None, most: int) -> Iterator[Late]:
    """What is late below some places (None: everywhere), for the desk."""
    for one in reminders("" if paths is None else paths, most=LOOKED_AT):
        yield Late(one.page, one.days, one.text, one.address)


def _below(path: str | Sequence[str], field: str) -> Q:
    if path == "":
        return Q()
    found = Q(pk__in=[])
    for one in [path] if isinstance(path, str) else path:
        found |= Q(**{f"{field}__range": path_range(one)})
    return found


def _of_procedures(path, today, known, most) -> Iterator[Reminder]:
    running = Procedure.objects.running().select_related("page", *terms.STAGES)
    covenants = set(
        CovenantPage.objects.filter(_below(path, "path"), procedures__closed_at=None)
        .exclude(procedures=None)
        .values_list("pk", flat=True)
    )
    for procedure in running.filter(_below(path, "page__path")).order_by("changed_at", "pk")[:most]:
        is_covenant = procedure.page_id in covenants
        key = covenant_key(procedure.page.path) if is_covenant else terms.CHARTER
        yield from _late(procedure, known[key], today)


def _late(procedure, profile, today) -> Iterator[Reminder]:
    opinions, vote = procedure.entry(terms.OPINIONS), procedure.entry(terms.VOTE)
    notice, filing = procedure.entry(terms.NOTICE), procedure.entry(terms.FILING)
    page, name = procedure.page, procedure.page.title

    def late(kind, since, text, for_township=False):
        days = (today - since).days
        about = f"{procedure.pk} {since.isoformat()}"
        return Reminder(kind, page, about, days, text % {"name": name, "days": days}, for_township)

    unfiled = vote and vote.got_most and not filing and profile.requires(terms.FILING)
    if unfiled and (today - vote.on).days > profile.filing_within_days:
        text = _("%(name)s表决已经 %(days)d 天，还没有备案。")
        if not profile.filing_within_verified:
            text += _("（备案期限没有和现行规定核对，仅作提醒。）")
        yield late(FILING_LATE, vote.on, text, for_township=True)
    if opinions and opinions.ends < today and not (opinions.summary and opinions.answer):
        yield late(
            OPINIONS_OVER, opinions.ends, _("%(name)s征集意见已经结束，请归纳意见、写上答复。")
        )
    if notice and notice.ends < today and not procedure.entry(terms.PUBLICATION):
        yield late(NOTICE_OVER, notice.ends, _("%(name)s公示已经结束，可以往下办了。"))
    changed = timezone.localdate(procedure.changed_at)
    if (today - changed).days > profile.waiting_days:
        done = {s: e.is_done(today) for s, e in procedure.entries.items()}
        stage = stages.current(profile.steps, done)
        if stage and stages.missing(profile.steps, done):
            text = _("%(name)s的订立程序停了 %(days)d 天，该办：") + str(STAGE_NAMES[stage]) + "。"
            step = profile.step(stage)
            yield late(STAGE_WAITS, changed, text, step.recorded_by != terms.BY_VILLAGE)


def _to_revise(path, today, known) -> Iterator[Reminder]:
    """Covenants in force whose edition is older than their profile's years; those being revised
    are left out."""
    busy = Procedure.objects.running().values("page_id")
    years = min(profile.revise_after_years for profile in known.values())
    rows = (
        Edition.objects.in_force(today)
        .filter(_below(path, "page__path"), page__covenantpage__isnull=False, page__live=True)
        .filter(effective_from__lt=_years_before(today, years))
        .exclude(page_id__in=busy)
        .select_related("page")
        .order_by("pk")
    )
    for edition in rows.iterator(chunk_size=500):
        own = known[covenant_key(edition.page.path)].revise_after_years
        if edition.effective_from < _years_before(today, own):
            days = (today - edition.effective_from).days
            text = _("%(name)s已经 %(years)d 年没有修订，请看看要不要改。") % {
                "name": edition.title,
                "years": days // 365,
            }
            yield Reminder(REVISE, edition.page, f"edition {edition.pk}", days, text)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _tasks(path, today, known, most) -> Iterator[Reminder]:
    """Texts that have waited at a task of the workflow for some days."""
    limit = known[terms.VILLAGE_COVENANT].waiting_days
    before = timezone.now() - datetime.timedelta(days=limit)
    there = Page.objects.filter(_below(path, "path")).order_by()
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        started_at__lt=before,
        workflow_state__base_content_type=get_default_page_content_type(),
        workflow_state__object_id__in=there.annotate(key=Cast("pk", CharField())).values("key"),
    ).order_by("started_at")
    columns = ("workflow_state__object_id", "pk", "started_at", "task__name")
    rows = states.values_list(*columns)[:most]
    found = {int(page): row for page, *row in rows}
    pages = Page.objects.filter(pk__in=found).order_by("path")
    for page in pages:
        pk, started, task = found[page.pk]
        days = (today - timezone.localdate(started)).days
        text = _("%(name)s在等“%(task)s”，已经 %(days)d 天。") % {
            "name": page.get_admin_display_title(),
            "task": task,
            "days": days,
        }
        yield Reminder(TASK_WAITS, page, f"task {pk}", days, text, for_township=True)


def people(reminder: Reminder):
    """Whom a reminder goes to: the village's editors, or who reviews and files there."""
    page = reminder.page
    if not reminder.for_township:
        return mandates.people_serving([page.path[:VILLAGE]], [VILLAGE_EDITOR])
    reviewers = review.reviewers(page, wrote=set())
    if reminder.kind != FILING_LATE:
        return reviewers
    paths = [page.path[: VILLAGE - Page.steplen]]
    filers = mandates.people_serving(paths, [TOWNSHIP_FILER])
    return [*reviewers, *filers]


def send_some() -> int:
    """Send reminders that have not gone out, at most AT_ONCE of a kind; returns how many.

    One that fails is tried again the next time and stops no other.
    """
    rows = SentReminder.objects.exclude(kind=notices.IN_FORCE)
    sent = set(rows.values_list("page_id", "kind", "about"))
    counts: dict[str, int] = {}
    for reminder in reminders():
        key = (reminder.page.pk, reminder.kind, reminder.about)
        if key in sent or counts.get(reminder.kind, 0) >= AT_ONCE:
            continue
        try:
            counts[reminder.kind] = counts.get(reminder.kind, 0) + _send(reminder)
        except Exception:
            logger.exception("Could not remind of page %s.", reminder.page.pk)
    return sum(counts.values())


def _send(reminder: Reminder) -> int:
    """Note and send one; 0 when another process was faster."""
    try:
        with transaction.atomic():
            SentReminder.objects.create(
                page_id=reminder.page.pk, kind=reminder.kind, about=reminder.about
            )
            text = reminder.text
            notices.tell(
                people(reminder),
                notices.SUBMITTED,
                lambda: (_("提醒：%s") % text[:60], text),
                reminder.address,
                page_id=reminder.page.pk,
            )
    except IntegrityError:
        return 0
    return 1
