"""Tells people how a text goes on in the workflow: who has to act, and what came of it.

Wagtail's own notifier knows mail and group tasks only; ours takes its place, so that all notices go
one way (`editorial.notices`).
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from . import acting, notices
from .models import ScopedReviewTask
from .roles import VILLAGE_EDITOR
from .steps import TextTask

# The names under which Wagtail's own receivers, which mail the same once more, would be connected
# later: a signal takes one receiver of a name.
_SENT_BACK = "workflow_state_rejected_email_notification"
_APPROVED = "workflow_state_approved_email_notification"


def connect():
    task_submitted.connect(tell_who_acts, sender=TaskState, dispatch_uid="editorial_waiting")
    workflow_rejected.connect(tell_sent_back, sender=WorkflowState, dispatch_uid=_SENT_BACK)
    workflow_approved.connect(tell_approved, sender=WorkflowState, dispatch_uid=_APPROVED)


def tell_who_acts(sender, instance, user, **kwargs):
    """A text waits at a task: tell those who take its step."""
    task = instance.task.specific
    if not isinstance(task, TextTask) or _began_anew(instance, task):
        return
    page = instance.workflow_state.content_object
    title, where = page.get_admin_display_title(), acting.place(page)
    values = {"title": title, "place": where}

    def words():
        if isinstance(task, ScopedReviewTask):
            subject = _("有文本等待审核：%(title)s") % values
            return subject, _("%(place)s的“%(title)s”已提交审核，请打开查看：") % values
        subject = _("有文本等您办：%(title)s") % values
        what = acting.what_to_do(task)
        return subject, _("%(place)s的“%(title)s”已审核通过。%(what)s：") % (
            values | {"what": what}
        )

    kind = notices.SUBMITTED if isinstance(task, ScopedReviewTask) else notices.WAITING
    address = acting.address(page, task)
    notices.tell(acting.people(page, task), kind, words, address, page_id=page.pk)


def _began_anew(state, task) -> bool:
    """Whether a review only starts anew because the waiting text was edited."""
    others = state.workflow_state.task_states.exclude(pk=state.pk)
    # Before the first of several reviews stand the tasks that the text passes at once.
    earlier = others.exclude(status=TaskState.STATUS_SKIPPED).order_by("-pk").first()
    return (
        earlier is not None
        and earlier.task_id == task.pk
        and earlier.status == TaskState.STATUS_CANCELLED
    )


def tell_sent_back(sender, instance, user, **kwargs):
    """A text came back: tell who submitted it and the village, with what is to be changed."""
    said = instance.current_task_state.comment

    def words(values):
        subject = _("文本被退回修改：%(title)s") % values
        return subject, _("%(place)s的“%(title)s”被退回修改：\n%(said)s") % (
            values | {"said": said}
        )

    _tell_its_people(instance, user, notices.REJECTED, words)


def tell_approved(sender, instance, user, **kwargs):
    """A text went through all its steps: tell who submitted it and the village."""

    def words(values):
        subject = _("文本已通过：%(title)s") % values
        return subject, _("%(place)s的“%(title)s”已通过全部步骤。") % values

    _tell_its_people(instance, user, notices.APPROVED, words)


def _tell_its_people(workflow_state, by, kind, words):
    """Who submitted a text and who edits its village; not the one who acted."""
    page = workflow_state.content_object
    if not isinstance(page, Page):
        return
    people = {user.pk: user for user in acting.serving_above(page, VILLAGE_EDITOR)}
    if workflow_state.requested_by:
        people[workflow_state.requested_by_id] = workflow_state.requested_by
    if by is not None:
        people.pop(by.pk, None)
    values = {"title": page.get_admin_display_title(), "place": acting.place(page)}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    notices.tell(people.values(), kind, lambda: words(values), address, page_id=page.pk)
