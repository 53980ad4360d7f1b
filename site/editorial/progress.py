"""Lets a text go on in its workflow when its ledger says that an awaited step was taken."""

from django.db import transaction
from wagtail.models import TaskState, WorkflowState, get_default_page_content_type

from . import procedures
from .models import NoticeTask
from .models.step_tasks import LedgerTask


@transaction.atomic
def follow(page_id: int, by=None) -> bool:
    """Look whether the step is taken that a page waits for; whether the workflow went on.

    Called by whoever writes a ledger, in the same transaction, and for notices that ended.
    """
    state = hold(page_id)
    if state is None:
        return False
    task = state.task.specific
    return isinstance(task, LedgerTask) and task.follow(state, by)


def hold(page_id: int) -> TaskState | None:
    """The state at which a page waits, locked; whoever approves locks it before anything else."""
    return (
        TaskState.objects.select_for_update(of=("self",))
        .filter(
            workflow_state__base_content_type=get_default_page_content_type(),
            workflow_state__object_id=str(page_id),
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            status=TaskState.STATUS_IN_PROGRESS,
        )
        .first()
    )


def due() -> list[int]:
    """Keys of pages whose public notice is over and which still wait for its end."""
    ended = {str(pk) for ledger in procedures.ledgers() for pk in ledger.ended_notices()}
    waiting = NoticeTask.objects.values("pk")
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=waiting,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        workflow_state__base_content_type=get_default_page_content_type(),
    )
    keys = states.values_list("workflow_state__object_id", flat=True)
    return sorted(int(key) for key in keys if key in ended)
