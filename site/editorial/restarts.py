"""An edit after submission starts the review anew, so that nobody approves a text they did not see.

Approvals of the older text are void, those of tasks gone through as well: the text goes back to the
first task. Whoever acts on the older text's state is told that it is over. Reads and replaces task
states of the site's own tasks only.
"""

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState, get_default_page_content_type

from .models import ScopedReviewTask
from .roles import FIRST
from .steps import TextTask


def connect():
    post_save.connect(restart_review, sender=Revision, dispatch_uid="editorial_restart")


def restart_review(sender, instance, created, raw=False, **kwargs):
    if raw or instance.base_content_type_id != get_default_page_content_type().pk:
        return
    state = _waiting(instance).first()
    if state is None:
        return
    task = state.task.specific
    if isinstance(task, TextTask) and (created or _overwrites(instance, state, task)):
        _start_anew(instance)


def _waiting(revision):
    """The state at which the text of a revision waits: none or one row."""
    return TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type_id=revision.base_content_type_id,
        workflow_state__object_id=revision.object_id,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__current_task_state=F("pk"),
    ).select_related("task", "workflow_state")


@transaction.atomic
def _start_anew(instance) -> None:
    """End the state and begin with the first task, unless somebody acted on it meanwhile."""
    state = _waiting(instance).select_for_update(of=("self",)).first()
    if state is None:
        return
    workflow_state = state.workflow_state
    _void_approvals(workflow_state, instance)
    state.status, state.finished_at = TaskState.STATUS_CANCELLED, timezone.now()
    state.finished_by = instance.user
    state.save()
    # The page itself learns of its new revision only after this signal; the tasks ask for it.
    Page.objects.filter(pk=instance.object_id).update(latest_revision=instance)
    workflow_state.update(user=instance.user, next_task=_first_task(workflow_state))


def _overwrites(revision, state, task) -> bool:
    """Whether autosave put another text in place of one that has been approved.

    While nobody has approved it yet, the review task itself notices when somebody acts.
    """
    return (
        not (isinstance(task, ScopedReviewTask) and task.step in ("", FIRST))
        and revision.pk == state.revision_id
        and revision.created_at > state.started_at
    )


def _void_approvals(workflow_state, revision) -> None:
    workflow_state.task_states.filter(
        revision=revision, status__in=(TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED)
    ).update(status=TaskState.STATUS_CANCELLED)


def _first_task(workflow_state):
    tasks = workflow_state.workflow.workflow_tasks.filter(task__active=True)
    return tasks.select_related("task").order_by("sort_order").first().task
