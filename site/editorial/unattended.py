"""Texts that wait at a step which nobody at the body concerned serves to take.

A term ended while a text waited, or nobody was appointed yet. Whoever may appoint there sees them
(`found_for`) and is told once (`tell`); a review that is passed where nobody takes it, is
(`pass_on`). Nothing is stored of it but that it was told: who is appointed can act at once.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import (
    Page,
    PageLogEntry,
    TaskState,
    WorkflowState,
    get_default_page_content_type,
)

from . import acting, mandates, notices, review_steps
from .models import FilingTask, Mandate, NoticeTask, ScopedReviewTask, VoteTask
from .permission_policy import below
from .roles import (
    FEATURES,
    ROLES,
    TOWNSHIP,
    TOWNSHIP_FILER,
    VILLAGE,
    VILLAGE_EDITOR,
    roles_reviewing,
)

TOLD = "editorial.unattended"
_DEPTHS = {FEATURES: 3, TOWNSHIP: 4, VILLAGE: 5}
"""How deep in the tree the bodies stand that roles serve."""


@dataclass(frozen=True)
class Post:
    """Who takes a step: `role` is the one to appoint, `takers` all whose holders there may."""

    role: str
    takers: tuple[str, ...]

    @property
    def path_length(self) -> int:
        """Of the tree path of the body served."""
        return _DEPTHS[ROLES[self.role].serves] * Page.steplen


@dataclass(frozen=True)
class Unattended:
    """A text that waits, the body that nobody serves in `role`, and since when both is so."""

    state: TaskState
    page: Page
    task: object
    body: Page
    role: str
    since: datetime.datetime

    @property
    def role_name(self) -> str:
        return str(ROLES[self.role].name)

    @property
    def appointing(self) -> str:
        """Where somebody is appointed, for places; else the page's editor."""
        view = getattr(self.body.specific_class, "appointing_view", "")
        target = self.body if view else self.page
        return reverse(view or "wagtailadmin_pages:edit", args=[target.pk])

    @property
    def sentence(self) -> str:
        values = {
            "body": self.body.title,
            "role": self.role_name,
            "task": self.task.name,
            "day": timezone.localdate(self.since).isoformat(),
        }
        return (
            _("在等“%(task)s”，可是%(body)s没有%(role)s（自%(day)s起）。任命以后马上就能办。")
            % values
        )


def found_for(user, most: int) -> list[Unattended]:
    """Those for which `user` may appoint somebody, longest first; a fixed number of queries."""
    if user.is_active and user.is_superuser:
        return found(most)
    places = {}
    for post in set(_posts().values()):
        appoints = ROLES[post.role].appointed_by
        paths = [m.body.path for m in mandates.live_mandates(user) if m.role == appoints]
        if appoints and paths:
            places[post.role] = paths
    return found(most, places) if places else []


def found(
    most: int | None = None, places: dict[str, Sequence[str]] | None = None
) -> list[Unattended]:
    """All of them, or those of some roles below some tree paths: {role: paths}."""
    posts = _posts()
    states = _waiting(posts)
    if places is not None:
        wanted = Q(pk__in=[])
        for role, paths in places.items():
            tasks = [task.pk for task, post in posts.items() if post.role == role]
            wanted |= Q(task__in=tasks) & below(paths)
        states = states.filter(wanted)
    return _read(list(states.order_by("started_at", "pk")[:most]), posts)


def _posts() -> dict:
    """{specific task: Post} of the site's tasks."""
    posts = {}
    for task in ScopedReviewTask.objects.all():
        takers = tuple(roles_reviewing(task.step))
        place = FEATURES if task.step else TOWNSHIP
        role = next(key for key in takers if ROLES[key].serves == place and ROLES[key].offered)
        posts[task] = Post(role, takers)
    for model in (VoteTask, NoticeTask):
        posts |= dict.fromkeys(model.objects.all(), Post(VILLAGE_EDITOR, (VILLAGE_EDITOR,)))
    filers = Post(TOWNSHIP_FILER, (TOWNSHIP_FILER, *roles_reviewing("")))
    return posts | dict.fromkeys(FilingTask.objects.all(), filers)


def _waiting(posts):
    """Task states in progress without anybody at the body; `path`, `at`: of page and body.

    Who submitted a text is none who may approve it.
    """
    pages = Page.objects.filter(pk=OuterRef("page_key"))
    lengths = {task.pk: post.path_length for task, post in posts.items()}
    at = [When(task=pk, then=Left("path", length)) for pk, length in lengths.items()]
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            task__in=list(lengths),
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__base_content_type=get_default_page_content_type(),
        )
        .annotate(page_key=Cast("workflow_state__object_id", IntegerField()))
        .annotate(path=Subquery(pages.values("path")))
        .annotate(at=Case(*at, default=Value("")))
    )
    empty = Q(pk__in=[])
    for post in set(posts.values()):
        tasks = [task for task, own in posts.items() if own == post]
        there = Mandate.objects.live().filter(role__in=post.takers, body__path=OuterRef("at"))
        if any(isinstance(task, ScopedReviewTask) for task in tasks):
            there = there.exclude(user_id=Coalesce(OuterRef("workflow_state__requested_by"), 0))
        empty |= Q(task__in=[task.pk for task in tasks]) & ~Exists(there)
    return states.filter(empty).exclude(path=None).select_related("workflow_state")


def _read(states, posts) -> list[Unattended]:
    tasks = {task.pk: task for task in posts}
    pages = Page.objects.in_bulk([state.page_key for state in states])
    bodies = {page.path: page for page in Page.objects.filter(path__in={s.at for s in states})}
    ended = _ended(bodies)
    rows = []
    for state in states:
        page, body, task = pages.get(state.page_key), bodies.get(state.at), tasks[state.task_id]
        if page is None or body is None:
            continue
        ends = [ended[key] for role in posts[task].takers if (key := (state.at, role)) in ended]
        since = max([state.started_at, *ends])
        rows.append(Unattended(state, page, task, body, posts[task].role, since))
    return rows


def _ended(bodies) -> dict[tuple[str, str], datetime.datetime]:
    """{(path of a body, role): when its last term there ended}; one query."""
    over = Mandate.objects.filter(body__path__in=list(bodies), ends_at__lte=timezone.now())
    rows = over.order_by("ends_at").values_list("body__path", "role", "ends_at")
    return {(path, role): ends_at for path, role, ends_at in rows}


def who_appoints(row: Unattended):
    """Users who may appoint there; where nobody serves to, those above them; at last superusers."""
    role = ROLES[row.role].appointed_by
    while role:
        people = acting.serving_above(row.body, role)
        if people.exists():
            return people
        role = ROLES[role].appointed_by
    return get_user_model().objects.filter(is_superuser=True, is_active=True)


def due() -> list[Unattended]:
    """Those to be moved on, and those that nobody was told of since."""
    rows = found()
    told = set()
    keys = [row.page.pk for row in rows]
    for entry in PageLogEntry.objects.filter(page__in=keys, action=TOLD):
        told.add((entry.data.get("state"), entry.data.get("since")))
    return [
        row
        for row in rows
        if review_steps.is_passed_without(row.task)
        or (row.state.pk, row.since.isoformat()) not in told
    ]


@transaction.atomic
def attend(row: Unattended) -> bool:
    """Move one text on, or tell who may appoint; whether there still was anything to do."""
    state = TaskState.objects.select_for_update().get(pk=row.state.pk)
    if state.status != TaskState.STATUS_IN_PROGRESS:
        return False
    may_pass = review_steps.is_passed_without(row.task)
    return (may_pass and row.task.pass_without_anybody(state)) or _tell(row)


def _tell(row: Unattended) -> bool:
    known = {"state": row.state.pk, "since": row.since.isoformat()}
    told = PageLogEntry.objects.filter(page=row.page, action=TOLD)
    if any({name: entry.data.get(name) for name in known} == known for entry in told):
        return False
    log(
        instance=row.page.specific,
        action=TOLD,
        data=known | {"body": row.body.title, "role": row.role},
    )
    title = row.page.get_admin_display_title()

    def words():
        values = {"title": title, "place": acting.place(row.page), "what": row.sentence}
        return (
            _("在等，没有人任职：%(title)s") % values,
            _("%(place)s的“%(title)s”%(what)s") % values,
        )

    notices.tell(who_appoints(row), notices.WAITING, words, row.appointing, page_id=row.page.pk)
    return True
