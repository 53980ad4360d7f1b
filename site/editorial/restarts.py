"""An edit during review starts the review anew, so that nobody approves a text they did not see.

Whoever acts on the review of the older text is told that it is over. Reads and replaces task
states of the site's own review task only.
"""

from django.db.models.signals import post_save
from wagtail.models import Revision, TaskState, WorkflowState, get_default_page_content_type

from .models import ScopedReviewTask


def connect():
    post_save.connect(restart_review, sender=Revision, dispatch_uid="editorial_restart")


def restart_review(sender, instance, created, raw=False, **kwargs):
    if raw or not created or instance.base_content_type_id != get_default_page_content_type().pk:
        return
    workflow_state = (
        WorkflowState.objects.filter(
            base_content_type_id=instance.base_content_type_id,
            object_id=instance.object_id,
            status=WorkflowState.STATUS_IN_PROGRESS,
            current_task_state__status=TaskState.STATUS_IN_PROGRESS,
        )
        .select_related("current_task_state__task")
        .first()
    )
    if workflow_state is None:
        return
    state = workflow_state.current_task_state
    if not isinstance(state.task.specific, ScopedReviewTask):
        return
    state.cancel(user=instance.user, resume=True)
    # The page learns of its new revision only after this signal.
    TaskState.objects.filter(
        workflow_state=workflow_state, status=TaskState.STATUS_IN_PROGRESS
    ).update(revision=instance)
