"""The rows of a person's desk: what waits for them, came back, waits for others, is late.

A fixed number of queries, however many villages and texts there are; views and hooks show them.
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.db.models import CharField, Prefetch, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState, get_default_page_content_type

from . import acting, late, mandates, unattended
from .models import (
    ClauseRemark,
    FilingTask,
    Mandate,
    NoticeTask,
    ScopedReviewTask,
    VoteTask,
)
from .permission_policy import MAX_RANGES, below, topmost
from .roles import TOWNSHIP_FILER, TOWNSHIP_REVIEWER, VILLAGE_EDITOR, VILLAGE_SUPERVISOR

SHOWN = 20
CLOSE = (VILLAGE_EDITOR, VILLAGE_SUPERVISOR, TOWNSHIP_REVIEWER, TOWNSHIP_FILER)
"""Roles whose places are small enough to show what waits there for others."""


@dataclass
class Row:
    """One text on the desk. `address`: where its next step is taken; `links`: (words, address).

    `reminder` is a plain text to copy; `remarks` what a reviewer wants changed, clause by clause.
    """

    page: Page
    title: str
    place: str
    address: str
    state: TaskState | None = None
    what: str = ""
    who: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    reminder: str = ""
    remarks: list[ClauseRemark] = field(default_factory=list)
    days: int = 0


def waiting(user) -> tuple[list[Row], bool]:
    """(texts whose next step is this user's, oldest first; whether there are more)."""
    states = _for_me(user).select_related("revision", "workflow_state__requested_by")
    found = list(states.order_by("started_at", "pk")[: SHOWN + 1])
    pages, tasks = pages_by_key(_keys(found)), _tasks()
    rows = []
    for state in found[:SHOWN]:
        page, task = pages.get(state.workflow_state.object_id), tasks.get(state.task_id)
        if page is not None and task is not None:
            row = _row(page, task, state)
            row.links = _links(page, task, state)
            rows.append(row)
    return rows, len(found) > SHOWN


def returned(user) -> list[Row]:
    """Texts this user submitted that came back, with what is to be changed, newest first."""
    rows = []
    states = _submitted().filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user)
    remarks = Prefetch("current_task_state__clause_remarks", ClauseRemark.objects.order_by("pk"))
    found = list(states.prefetch_related(remarks).order_by("-created_at")[:SHOWN])
    pages = pages_by_key(row.object_id for row in found)
    for workflow_state in found:
        if (page := pages.get(workflow_state.object_id)) is None:
            continue
        state = workflow_state.current_task_state
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        row = Row(page, page.get_admin_display_title(), page.place, edit, state=state)
        row.remarks = list(state.clause_remarks.all()) if state else []
        row.what = _general(state, row.remarks)
        rows.append(row)
    return rows


def _general(state, remarks) -> str:
    """What was said to the text as a whole: the comment without the lines on clauses."""
    said = {f"{remark.label}：{remark.text}" for remark in remarks}
    text = state.comment if state else ""
    for line in said:
        text = text.replace(line, "")
    return text.strip()


def tell_remarks(request, page) -> None:
    """Above the editor of a text that came back: what is to be changed, with links to clauses."""
    workflow_state = page.current_workflow_state
    if workflow_state is None or workflow_state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    state = workflow_state.current_task_state
    remarks = list(state.clause_remarks.all()) if state else []
    if not remarks:
        return
    rows = format_html_join(
        "",
        '<li><a href="#block-{}-section">{}</a> {}</li>',
        ((remark.clause, remark.label, remark.text) for remark in remarks),
    )
    head = _("退回的意见：%s") % _general(state, remarks)
    messages.warning(request, format_html("{}<ul>{}</ul>", head, rows))


def elsewhere(user) -> list[Row]:
    """Texts that wait for somebody else: submitted by this user, or of their own small place."""
    paths = [m.body.path for m in mandates.live_mandates(user) if m.role in CLOSE]
    there = _keys_below(below(paths))
    found = list(
        _submitted()
        .filter(Q(requested_by=user) | Q(object_id__in=there))
        .filter(status=WorkflowState.STATUS_IN_PROGRESS)
        .exclude(current_task_state__in=_for_me(user).values("pk"))
        .order_by("-created_at")[:SHOWN]
    )
    pages, tasks, rows = pages_by_key(row.object_id for row in found), _tasks(), []
    for workflow_state in found:
        state = workflow_state.current_task_state
        page = pages.get(workflow_state.object_id)
        task = tasks.get(state.task_id) if state else None
        if page is not None and task is not None:
            row = _row(page, task, state)
            row.reminder = acting.reminder(row.title, row.place, task, _absolute(row.address))
            row.address = reverse("wagtailadmin_pages:edit", args=[page.pk])
            rows.append(row)
    return rows


def overdue(user) -> tuple[list[Row], bool]:
    """(what is late at the places this user serves; whether there is more)."""
    paths = None
    if not user.is_superuser:
        paths = topmost(m.body.path for m in mandates.live_mandates(user))[:MAX_RANGES]
        if not paths:
            return [], False
    found = late.late(paths, SHOWN + 1)
    pages = pages_by_key(str(one.page.pk) for one in found)
    rows = []
    for one in found[:SHOWN]:
        page = pages[str(one.page.pk)]
        title = page.get_admin_display_title()
        row = Row(page, title, page.place, one.address, what=one.text, days=one.days)
        head = f"【{title}】{page.place}"
        row.reminder = f"{head}\n{one.text}\n{_absolute(one.address)}"
        rows.append(row)
    return rows, len(found) > SHOWN


def without_anybody(user, most: int = SHOWN) -> tuple[list[Row], bool]:
    """(texts that wait where nobody serves and `user` may appoint; whether there are more)."""
    found = unattended.found_for(user, most + 1)
    pages, rows = pages_by_key(str(one.page.pk) for one in found), []
    for one in found[:most]:
        page = pages[str(one.page.pk)]
        title = page.get_admin_display_title()
        row = Row(page, title, page.place, one.appointing, state=one.state, what=one.sentence)
        row.links = [(_("看文本"), reverse("wagtailadmin_pages:edit", args=[page.pk]))]
        rows.append(row)
    return rows, len(found) > most


def _row(page, task, state) -> Row:
    title = page.get_admin_display_title()
    address = acting.address(page, task)
    return Row(page, title, page.place, address, state=state, what=task.name)


def _links(page, task, state) -> list[tuple[str, str]]:
    """What else helps with a step: a look at the text, its hints, the editor with the buttons."""
    if not isinstance(task, ScopedReviewTask):
        return []
    preview = reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task.pk])
    links = [(_("预览"), preview)]
    model = page.specific_class
    if page.live_revision_id and not getattr(model, "comparison_view", ""):
        compared = [page.pk, "live", state.revision_id]
        address = reverse("wagtailadmin_pages:revisions_compare", args=compared)
        links.append((_("与已发布的比较"), address))
    if view := getattr(model, "hints_view", ""):
        links.append((_("合法性提示"), reverse(view, args=[page.pk])))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    links.append((_("批准、退回"), edit))
    return links


def _absolute(address: str) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{address}"


def _submitted():
    return WorkflowState.objects.filter(
        base_content_type=get_default_page_content_type()
    ).select_related("current_task_state__finished_by", "requested_by")


def _for_me(user):
    """Task states whose next step is this user's by mandate, not merely allowed to them.

    A county may write everywhere below it, and votes everywhere would bury what is its own.
    """
    states = TaskState.objects.reviewable_by(user)
    village = _at(VoteTask) | _at(NoticeTask)
    own = _keys_below(below(_served(user, VILLAGE_EDITOR)))
    states = states.exclude(village & ~Q(workflow_state__object_id__in=own))
    mine = set(_served(user, TOWNSHIP_FILER))
    held = Mandate.objects.live().filter(role=TOWNSHIP_FILER)
    others = set(held.values_list("body__path", flat=True)) - mine
    filed_by_others = _keys_below(below(others))
    return states.exclude(_at(FilingTask) & Q(workflow_state__object_id__in=filed_by_others))


def _at(model) -> Q:
    return Q(task__in=model.objects.values("pk"))


def _served(user, role: str) -> list[str]:
    return [m.body.path for m in mandates.live_mandates(user) if m.role == role]


def _keys_below(condition):
    keys = Page.objects.filter(condition).order_by().annotate(key=Cast("pk", CharField()))
    return keys.values("key")


def _tasks() -> dict[int, object]:
    """{key: specific task} of the site's own tasks."""
    models = (ScopedReviewTask, VoteTask, NoticeTask, FilingTask)
    return {task.pk: task for model in models for task in model.objects.all()}


def _keys(states):
    return (state.workflow_state.object_id for state in states)


def pages_by_key(object_ids) -> dict[str, Page]:
    """{key as text: page with `place`, the titles of what it stands in}; two queries."""
    ids = [int(object_id) for object_id in object_ids]
    found = {str(page.pk): page for page in Page.objects.filter(pk__in=ids)}
    ends = {
        key: range(Page.steplen * 3, len(page.path), Page.steplen) for key, page in found.items()
    }
    above = {found[key].path[:end] for key, places in ends.items() for end in places}
    titles = dict(Page.objects.filter(path__in=above).values_list("path", "title"))
    for key, page in found.items():
        parts = [titles.get(page.path[:end]) for end in ends[key]]
        page.place = " · ".join(part for part in parts if part)
    return found
