"""Sets up the site's one workflow. Setup commands call it; nothing else makes workflows."""

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from .models import ScopedReviewTask


@transaction.atomic
def ensure_workflow(root_page):
    """Make the workflow with its review task if need be, and assign it at `root_page`.

    Returns the Workflow. Calling it again changes nothing, whatever an administrator has
    renamed.
    """
    task = ScopedReviewTask.objects.order_by("pk").first()
    if task is None:
        task = ScopedReviewTask.objects.create(name=_("审核"))
    link = WorkflowTask.objects.filter(task=task).select_related("workflow").first()
    if link is None:
        workflow = Workflow.objects.create(name=_("逐级审核"))
        link = WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(
        page_id=root_page.pk, defaults={"workflow": link.workflow}
    )
    return link.workflow
