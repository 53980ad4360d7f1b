"""Sets up the site's one workflow. Setup commands call it; nothing else makes workflows."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from .models import FilingTask, NoticeTask, ScopedReviewTask, VoteTask
from .roles import REVIEWS


@transaction.atomic
def ensure_workflow(root_page):
    """Make the workflow with its tasks if need be, and assign it at `root_page`.

    Returns the Workflow. Calling it again changes nothing, whatever an administrator has
    renamed or left out; a task that a newer release brings is added at the end.
    """
    review = ScopedReviewTask.objects.filter(step="").order_by("pk").first()
    if review is None:
        review = ScopedReviewTask.objects.create(name=_("审核"))
    link = WorkflowTask.objects.filter(task=review).select_related("workflow").first()
    if link is None:
        workflow = Workflow.objects.create(name=_("逐级审核"))
        link = WorkflowTask.objects.create(workflow=workflow, task=review, sort_order=0)
    for model, name in ((VoteTask, _("表决")), (NoticeTask, _("公示")), (FilingTask, _("备案"))):
        if not model.objects.exists():
            _append(link.workflow, model.objects.create(name=name))
    for step, name in REVIEWS.items():
        if not ScopedReviewTask.objects.filter(step=step).exists():
            _append(link.workflow, ScopedReviewTask.objects.create(name=str(name), step=step))
    WorkflowPage.objects.update_or_create(
        page_id=root_page.pk, defaults={"workflow": link.workflow}
    )
    return link.workflow


def _append(workflow, task):
    last = workflow.workflow_tasks.aggregate(last=Max("sort_order"))["last"]
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=(last or 0) + 1)
